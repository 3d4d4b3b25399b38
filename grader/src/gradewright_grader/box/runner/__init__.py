"""Runs a notebook's code cells in this process with IPython's semantics, without a kernel.

It does the student's side only: execute cells, collect nbformat outputs under caps, write figures
down as plain data, keep the namespace for what is asked later. It leaves to others: walls, limits
and budgets (`box`), the channel and what may cross it (`wall`), any judgement. Everything here
runs in a process that belongs to the student: what it says is a claim.

    warm()                                   # once, in the zygote
    seed_all(seed)                           # in the forked child
    for run in run_cells(cells, on_start=..., on_end=..., caps=Caps()):
        ...                                  # a CellRun each, as soon as the cell is over
    namespace(), figures()                   # afterwards
    adopt()                                  # first thing in a fork made to run checks
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from gradewright_grader.box.runner.model import (
    Caps,
    CellRun,
    CellSource,
    DisplayUpdate,
    EndedBy,
    Output,
    apply_updates,
)

if TYPE_CHECKING:
    from gradewright_grader.box.runner.session import (
        adopt,
        figures,
        namespace,
        run_cells,
        seed_all,
        warm,
    )

__all__ = [
    "Caps",
    "CellRun",
    "CellSource",
    "DisplayUpdate",
    "EndedBy",
    "Output",
    "adopt",
    "apply_updates",
    "figures",
    "namespace",
    "run_cells",
    "seed_all",
    "warm",
]


def __getattr__(name: str) -> Any:
    """What needs IPython is loaded when first used: the supervisor reads the records alone."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.session"), name)

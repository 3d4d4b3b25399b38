"""The plain records that go into a run of a notebook and come out of it.

They are msgspec structs so that whoever owns the channel can send them as they are. What a run
says is a claim by a process that students own; judging it is not done here.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Output = dict[str, Any]
"""One output as nbformat 4.5 writes it: stream, display_data, execute_result or error."""

EndedBy = Literal["error", "interrupted", "output"]


class CellSource(msgspec.Struct, frozen=True):
    """One code cell: its position in the notebook, its source, its budget in CPU seconds.

    The budget is carried for the supervisor, which enforces it from outside; nothing here does.
    """

    index: int
    source: str
    budget: float = 0.0


class Caps(msgspec.Struct, frozen=True):
    """How much output is kept: bytes (UTF-8) and number of outputs, per cell and per notebook."""

    cell_bytes: int = 4 << 20
    notebook_bytes: int = 24 << 20
    cell_outputs: int = 500
    notebook_outputs: int = 4000


class DisplayUpdate(msgspec.Struct):
    """A later cell redrew output number `output` of the earlier cell `cell` (a display id)."""

    cell: int
    output: int
    data: dict[str, Any]
    metadata: dict[str, Any]


class CellRun(msgspec.Struct):
    """What one cell did.

    `ended_by` is None when it ran to its end with all its output kept; `interrupted` (a SIGINT
    came while it ran) goes before `error`, and `error` before `output` (some was dropped: then
    `dropped` says how many bytes). `seconds` is wall time, `cpu_seconds` this process's own CPU.
    """

    index: int
    outputs: list[Output]
    execution_count: int | None
    ended_by: EndedBy | None
    seconds: float
    cpu_seconds: float
    dropped: int = 0
    updates: list[DisplayUpdate] = []


def apply_updates(runs: list[CellRun]) -> list[CellRun]:
    """Write every `updates` entry into the outputs of the cell it names; returns `runs`.

    Entries that name no such output are skipped: they are claims.
    """
    by_index = {run.index: run for run in runs}
    for update in (update for run in runs for update in run.updates):
        target = by_index.get(update.cell)
        if target is None or not 0 <= update.output < len(target.outputs):
            continue
        if "data" in target.outputs[update.output]:
            target.outputs[update.output].update(data=update.data, metadata=update.metadata)
    return runs

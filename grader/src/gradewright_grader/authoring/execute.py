"""Outputs for a solution: its code cells are run by what the caller hands in.

Where cells run (in a box, with which budgets) is not the matter of authoring.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from nbformat import NotebookNode, from_dict

from gradewright.host.topic import Assignment

# The sources of all code cells, in order → the nbformat outputs of each.
Run = Callable[[list[str]], list[list[dict[str, Any]]]]


def execute(notebook: NotebookNode, assignment: Assignment, run: Run | None = None) -> NotebookNode:
    """A copy of the notebook with the outputs that `run` gives for its code cells.

    Without `run` the copy has no outputs. Raises ValueError when `run` answers for another number
    of cells than there are.
    """
    made: NotebookNode = deepcopy(notebook)
    if run is None:
        return made
    cells = [cell for cell in made.cells if cell.cell_type == "code"]
    outputs = run([cell.source for cell in cells])
    if len(outputs) != len(cells):
        raise ValueError(
            f"run() gave outputs for {len(outputs)} cells of {assignment.id}: there are "
            f"{len(cells)} code cells; return a list for each, an empty one for no outputs"
        )
    for number, (cell, found) in enumerate(zip(cells, outputs, strict=True), 1):
        cell.outputs = [from_dict(output) for output in found]  # type: ignore[no-untyped-call]
        cell.execution_count = number
    return made

"""Releases and solutions: the rendered cells as a notebook file, the same bytes each time.

Cell ids and metadata (see `gradewright.notebook.roles`) only help to find answers again. Nothing is
executed here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from gradewright.host.errors import UsageError, quoted
from gradewright.host.topic import Assignment
from gradewright.notebook import roles
from gradewright_grader.authoring.cells import MasterCell
from gradewright_grader.authoring.closure import FUTURE
from gradewright_grader.authoring.rendering import Rendered, render

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
LONGEST_PREFIX = 40  # of an assignment's id in a cell's id, which may have 64 characters


def build_release(assignment: Assignment, language: str) -> NotebookNode:
    """The student's notebook in this language. Raises TopicError, UsageError."""
    return _notebook(assignment, language, _rendered(assignment, language, solution=False))


def build_solution(assignment: Assignment, language: str) -> NotebookNode:
    """The instructor's notebook, answers filled in and not executed. Raises as `build_release`."""
    return _notebook(assignment, language, _rendered(assignment, language, solution=True))


def answer_sources(assignment: Assignment, language: str) -> dict[str, str]:
    """Whole question id → source of its answer cells in the solution, in one piece.

    For manual questions it is the prompt.
    """
    sources: dict[str, list[str]] = {}
    for item in _rendered(assignment, language, solution=True):
        if item.cell.role in (roles.ANSWER, roles.MANUAL):
            sources.setdefault(item.cell.question, []).append(item.source)
    return {question: _in_one_piece(parts) for question, parts in sources.items()}


def to_bytes(notebook: NotebookNode) -> bytes:
    """The file of a valid notebook: sorted keys, indent 1, UTF-8 as it is, a newline at the end."""
    nbformat.validate(notebook)
    text = nbformat.writes(  # type: ignore[no-untyped-call]
        notebook, indent=1, sort_keys=True, ensure_ascii=False
    )
    return (str(text).rstrip("\n") + "\n").encode()


def write(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook as `to_bytes` gives it. Raises OSError, nbformat.ValidationError."""
    path.write_bytes(to_bytes(notebook))


def _rendered(assignment: Assignment, language: str, *, solution: bool) -> list[Rendered]:
    if language not in assignment.languages:
        raise UsageError(
            f'{assignment.id} is not written in "{language}": there are '
            f"{quoted(assignment.languages)}; choose one with --lang"
        )
    return render(assignment, language, solution=solution)


def _in_one_piece(parts: list[str]) -> str:
    """Several cells as one source; `from __future__` must come first in it."""
    if len(parts) == 1 or not any(FUTURE in part.split("\n") for part in parts):
        return "\n\n".join(parts)
    bare = ("\n".join(ln for ln in part.split("\n") if ln != FUTURE) for part in parts)
    return "\n\n".join([FUTURE, *bare])


def _notebook(assignment: Assignment, language: str, items: Iterable[Rendered]) -> NotebookNode:
    tag = roles.NotebookTag(assignment.id, language, assignment.topic_id, assignment.topic_version)
    ids = _Ids(assignment.id)
    notebook: NotebookNode = new_notebook(  # type: ignore[no-untyped-call]
        cells=[_cell(item, ids.next(item.cell)) for item in items],
        metadata={
            "kernelspec": KERNEL,
            "language_info": {"name": "python"},
            roles.KEY: msgspec.to_builtins(tag),
        },
    )
    notebook.nbformat_minor = 5
    nbformat.validate(notebook)
    return notebook


def _cell(item: Rendered, id: str) -> NotebookNode:
    cell = item.cell
    tag = roles.CellTag(cell.role, cell.question, cell.of)
    make: Any = new_code_cell if cell.kind == "code" else new_markdown_cell
    made: NotebookNode = make(item.source, id=id, metadata={roles.KEY: msgspec.to_builtins(tag)})
    return made


class _Ids:
    """Names cells: `tree1-q1`, `tree1-q1-check`, `tree1-text-3`; a second one gets a number."""

    def __init__(self, assignment: str) -> None:
        self.prefix = assignment[:LONGEST_PREFIX]
        self.counts: Counter[str] = Counter()

    def next(self, cell: MasterCell) -> str:
        if cell.role == roles.SETUP:
            return f"{self.prefix}-setup"
        base = cell.question.rpartition(".")[2] or cell.role
        if cell.role == roles.CHECK:
            base += "-check"
        self.counts[base] += 1
        number = self.counts[base]
        numbered = not cell.question or number > 1
        return f"{self.prefix}-{base}" + (f"-{number}" if numbered else "")

"""What a submission holds beside code to run: answers in words, and the outputs it was saved with.

Both are claims, handed on as they are: words to a person, outputs to `saved` checks, which pay only
when a new computation agrees.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradewright.notebook import roles
from gradewright.notebook.locate import ID_PREFIX, AssignmentLike, Finder, locate
from gradewright.notebook.model import Cell, Notebook, Output
from gradewright.notebook.names import no_warnings
from gradewright.notebook.notes import Note, note


def manual_answers(notebook: Notebook, assignment: AssignmentLike) -> dict[str, str]:
    """Short id of each manual question that is there → its text (markdown, prompt included).

    Cells without metadata right below the question's own cell belong to it: many students write
    there.
    """
    finder = Finder(notebook, assignment)
    found = {q.id: _manual_cells(finder, q.id) for q in assignment.questions if q.manual}
    return {
        question: "\n\n".join(cell.source for cell in cells if cell.source.strip())
        for question, cells in found.items()
        if cells
    }


def saved_outputs(notebook: Notebook, assignment: AssignmentLike) -> dict[str, list[list[Output]]]:
    """Short question id → for each of its answer cells the outputs it was saved with."""
    with no_warnings():
        located = locate(Finder(notebook, assignment))
    return {
        question: [list(notebook.cells[index].outputs) for index in cells]
        for question, cells in located.cells.items()
        if cells
    }


def told_manual(finder: Finder) -> Iterator[Note]:
    """Notes on text cells that are gone or were turned into another type."""
    for question in finder.assignment.questions:
        if not question.manual:
            continue
        full = finder.full(question.id)
        cells = _manual_cells(finder, question.id)
        if not cells:
            yield note("missing.manual", question.id, question=full)
        elif cells[0].type != "markdown":
            kind = cells[0].type
            yield note("retyped.manual", question.id, cells[0].index, question=full, type=kind)


def _manual_cells(finder: Finder, question: str) -> list[Cell]:
    """The cells of a manual question: by metadata, else by the release's cell id; and followers."""
    full, id = finder.full(question), f"{finder.assignment.id[:ID_PREFIX]}-{question}"
    cells = finder.notebook.cells
    own = [c for c in cells if c.tag and c.tag.role == roles.MANUAL and c.tag.question == full]
    own = own or [cell for cell in cells if cell.id == id]
    found: list[Cell] = []
    for cell in own:
        found.append(cell)
        for follower in cells[cell.index + 1 :]:
            if follower.tag is not None or follower.type == "code":
                break
            found.append(follower)
    return found

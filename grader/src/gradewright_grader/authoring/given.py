"""What an assignment hands out as code, to be restored where a submission changed it."""

from __future__ import annotations

from functools import lru_cache

from gradewright.host import Assignment
from gradewright.notebook import GivenCells, roles
from gradewright_grader.authoring.build import build_release


def given_cells(assignment: Assignment, language: str) -> GivenCells:
    """The setup and the given cells of the release in this language."""
    return _given_cells(_ByFolder(assignment), language)


class _ByFolder:
    """An assignment as a key: by the folder that it was read from."""

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment

    def __hash__(self) -> int:
        return hash(self.assignment.folder)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByFolder) and other.assignment is self.assignment


@lru_cache(maxsize=64)
def _given_cells(key: _ByFolder, language: str) -> GivenCells:
    cells = build_release(key.assignment, language).cells
    tagged = [(cell, cell.metadata[roles.KEY]["role"]) for cell in cells]
    return GivenCells(
        setup=next(cell.source for cell, role in tagged if role == roles.SETUP),
        given=tuple((cell.id, cell.source) for cell, role in tagged if role == roles.GIVEN),
    )

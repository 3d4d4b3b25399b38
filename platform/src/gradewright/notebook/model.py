"""A notebook as read: plain, frozen, within limits. Reading it is `reading`'s business."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from gradewright.notebook.notes import Note
from gradewright.notebook.roles import CellTag, NotebookTag

CellType = Literal["code", "markdown", "raw"]
Output = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a submission may hold. Above any of it the file is refused."""

    file_bytes: int = 20_000_000  # also the limit of intake and of the hand-in
    cells: int = 2000
    depth: int = 100  # of JSON
    values: int = 1_000_000  # of JSON; bounds the memory that parsing takes
    cell_code: int = 500_000  # characters; the line with the public checks is not counted
    code: int = 1_000_000  # characters of all code cells: bounds the time that parsing takes
    outputs: int = 20_000  # of all cells


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `index` counts all cells from 0; `outputs` are raw JSON objects, unjudged.

    A cell that could not be read is an empty raw cell, so that the others keep their index.
    """

    index: int
    type: CellType
    source: str
    tag: CellTag | None
    outputs: tuple[Output, ...]
    id: str


@dataclass(frozen=True, slots=True)
class Notebook:
    """All cells in order. `version` is nbformat's (4, 5); `notes` say what was repaired."""

    cells: tuple[Cell, ...]
    tag: NotebookTag | None
    version: tuple[int, int]
    notes: tuple[Note, ...] = ()

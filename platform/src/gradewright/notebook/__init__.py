"""Notebooks as files: cell roles, reading a submission safely, finding the answers in it.

It reads nbformat JSON and Python source (by `ast`); it executes nothing and grades nothing.
Releases and solutions are written by `gradewright_grader.authoring`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradewright.notebook.answers import Plan, Step, answer_sources, own_source, plan
    from gradewright.notebook.given import GivenCells
    from gradewright.notebook.locate import AssignmentLike, QuestionLike
    from gradewright.notebook.model import Cell, Limits, Notebook
    from gradewright.notebook.notes import Note
    from gradewright.notebook.payload import Payload, PayloadError, decode_payload, encode_payload
    from gradewright.notebook.reading import read_notebook
    from gradewright.notebook.refusals import RefusedNotebook
    from gradewright.notebook.roles import CellTag, NotebookTag
    from gradewright.notebook.written import manual_answers, saved_outputs

__all__ = [
    "AssignmentLike",
    "Cell",
    "CellTag",
    "GivenCells",
    "Limits",
    "Note",
    "Notebook",
    "NotebookTag",
    "Payload",
    "PayloadError",
    "Plan",
    "QuestionLike",
    "RefusedNotebook",
    "Step",
    "answer_sources",
    "decode_payload",
    "encode_payload",
    "manual_answers",
    "own_source",
    "plan",
    "read_notebook",
    "saved_outputs",
]

# Loaded when first asked for: a student's kernel needs the payload alone, and needs it at once.
_HOMES = {
    "answers": ("Plan", "Step", "answer_sources", "own_source", "plan"),
    "given": ("GivenCells",),
    "locate": ("AssignmentLike", "QuestionLike"),
    "model": ("Cell", "Limits", "Notebook"),
    "notes": ("Note",),
    "payload": ("Payload", "PayloadError", "decode_payload", "encode_payload"),
    "reading": ("read_notebook",),
    "refusals": ("RefusedNotebook",),
    "roles": ("CellTag", "NotebookTag"),
    "written": ("manual_answers", "saved_outputs"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    return value

"""Notebooks as files: cell roles, reading a submission safely, finding the answers in it.

It reads nbformat JSON and Python source (by `ast`); it executes nothing and grades nothing.
Releases and solutions are written by `gradewright_grader.authoring`.
"""

from gradewright.notebook.answers import Plan, Step, answer_sources, plan
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
    "plan",
    "read_notebook",
    "saved_outputs",
]

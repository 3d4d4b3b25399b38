"""A notebook as a student is about to hand it in: read as grading reads it, from a file.

A student has no topic installed, so all that is known of the assignment comes from the payload in
the notebook's setup cell. It is used to advise, never believed at grading. Looking for what is
wrong is the business of `looking`; running it that of `rehearsal`.
"""

from __future__ import annotations

import hashlib
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gradewright.host.errors import UsageError
from gradewright.notebook import (
    GivenCells,
    Limits,
    Notebook,
    Payload,
    PayloadError,
    RefusedNotebook,
    decode_payload,
    read_notebook,
    roles,
    strictjson,
)
from gradewright.notebook.payload import LOAD_CALL
from gradewright.notebook.refusals import shown
from gradewright.student import handin_words as words

LIMITS: Final = Limits()
ID: Final = re.compile(r"[a-z][a-z0-9_]{0,99}")
QUESTION: Final = re.compile(r"[a-z][a-z0-9_]*\.q[0-9]+")
LOAD: Final = re.compile(
    re.escape(LOAD_CALL) + r"""(?P<quote>["'])(?P<line>[^"'\\\s]+)(?P=quote)"""
)
PATH_SHOWN: Final = 200


@dataclass(frozen=True)
class KnownQuestion:
    """A question as the payload tells it; `id` is short ("q1")."""

    id: str
    functions: tuple[str, ...]
    manual: bool


@dataclass(frozen=True)
class KnownAssignment:
    """An assignment as the payload tells it: a `notebook.AssignmentLike`."""

    id: str
    languages: tuple[str, ...]
    questions: tuple[KnownQuestion, ...]


@dataclass(frozen=True)
class HandIn:
    """A notebook that can be graded. `counts` are the cells' execution counts, None for none.

    `payload` is None where the line with the checks is gone or damaged.
    """

    path: Path
    data: bytes
    notebook: Notebook
    counts: tuple[int | None, ...]
    payload: Payload | None

    @property
    def digest(self) -> str:
        """SHA-256 of the file in hex, the digest of the submission."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def language(self) -> str | None:
        """The notebook's own language, if it says one that we speak."""
        tag = self.notebook.tag
        told = self.payload.language if self.payload else tag.language if tag else None
        return told if told in words.LANGUAGES else None

    @property
    def assignments(self) -> tuple[str, ...]:
        """The ids that the metadata and the setup cell tell: one, or none, or two that disagree."""
        tag = self.notebook.tag
        told = (tag.assignment if tag else "", self.payload.assignment if self.payload else "")
        return tuple(dict.fromkeys(id for id in told if ID.fullmatch(id)))


def read_handin(path: Path, language: str) -> HandIn:
    """Read a notebook. Raises UsageError for no such file, RefusedNotebook as grading does."""
    data = _bytes(path, language)
    notebook = read_notebook(data, LIMITS)
    raw = strictjson.parse(data, LIMITS.depth, LIMITS.values)
    counts = tuple(_count(cell) for cell in raw["cells"])
    return HandIn(path, data, notebook, counts, _payload(notebook))


def known_assignment(payload: Payload) -> KnownAssignment:
    """The assignment that a payload tells of."""
    questions = tuple(
        KnownQuestion(q.id.rpartition(".")[2], q.functions, q.manual) for q in payload.questions
    )
    languages = tuple(dict.fromkeys([payload.language, *payload.title]))
    return KnownAssignment(payload.assignment, languages, questions)


def own_given(notebook: Notebook) -> GivenCells:
    """The notebook's own setup and given cells: without the release, they pass for unchanged."""
    tagged = [c for c in notebook.cells if c.type == "code" and c.tag is not None]
    setup = next((c.source for c in tagged if c.tag and c.tag.role == roles.SETUP), "")
    given = tuple((c.id, c.source) for c in tagged if c.tag and c.tag.role == roles.GIVEN)
    return GivenCells(setup, given)


def _bytes(path: Path, language: str) -> bytes:
    """The file's bytes, one more than allowed at most. A FIFO must not make us wait."""
    name = shown(str(path), PATH_SHOWN)
    try:
        told = path.stat()
        if not stat.S_ISREG(told.st_mode):
            raise UsageError(words.say(words.NO_FILE, language, path=name))
        if told.st_size > LIMITS.file_bytes:
            raise RefusedNotebook("size", size=told.st_size, limit=LIMITS.file_bytes)
        with path.open("rb") as file:
            return file.read(LIMITS.file_bytes + 1)
    except (OSError, ValueError) as error:  # ValueError: a path with a null character
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UsageError(words.say(words.UNREADABLE, language, path=name, why=why)) from None


def _count(raw: object) -> int | None:
    count = raw.get("execution_count") if isinstance(raw, dict) else None
    return count if type(count) is int else None


def _payload(notebook: Notebook) -> Payload | None:
    """The payload of the setup cell, else of any cell that has one which can be read."""
    cells = sorted(
        (cell for cell in notebook.cells if cell.type == "code"),
        key=lambda cell: cell.tag is None or cell.tag.role != roles.SETUP,
    )
    for cell in cells:
        for found in LOAD.finditer(cell.source) if LOAD_CALL in cell.source else ():
            if (payload := _decoded(found["line"])) is not None:
                return payload
    return None


def _decoded(line: str) -> Payload | None:
    try:
        payload = decode_payload(line)
    except PayloadError:
        return None
    ids = [question.id for question in payload.questions]
    named = all(QUESTION.fullmatch(id) and id.startswith(f"{payload.assignment}.") for id in ids)
    return payload if named and ID.fullmatch(payload.assignment) else None

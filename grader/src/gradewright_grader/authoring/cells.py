"""The cells of a master notebook as records; `master` reads them, `sequence` ties them together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gradewright.host.errors import TopicError, place_of

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"


@dataclass(frozen=True)
class MasterCell:
    """A cell of the master. `question` is a whole id; `lang` is "" for every language."""

    kind: Literal["code", "text"]
    source: str
    role: str
    question: str
    of: tuple[str, ...]
    lang: str
    line: int


@dataclass(frozen=True)
class Master:
    """All cells of a master, in order."""

    path: Path
    cells: tuple[MasterCell, ...]

    def in_language(self, language: str) -> list[MasterCell]:
        """The cells of one language's release."""
        return [cell for cell in self.cells if cell.lang in ("", language)]


def fault(path: Path, line: int, message: str) -> TopicError:
    """The error about a line of the master, to be raised."""
    return TopicError(message, place_of(path, line))


def called(role: str) -> str:
    """The kind of a cell in a message: "an answer cell", "a text cell"."""
    return f"{'an' if role[0] in 'aeiou' else 'a'} {role} cell"

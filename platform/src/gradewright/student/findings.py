"""What a look at a hand-in, or its rehearsal, has found: plain records, with words in zh and en."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from gradewright.api.texts import Text, filled
from gradewright.student.handin_words import FINDINGS

Level = Literal["mend", "look"]  # something costs points; something to know


@dataclass(frozen=True)
class Finding:
    """One remark. `question` is a whole id, `cell` an index from 0; the text counts from 1.

    `detail` is a student's own line of code, or several, shown below the text.
    """

    kind: str
    level: Level
    text: Text
    question: str | None = None
    cell: int | None = None
    detail: str = ""


def finding(
    kind: str,
    level: Level,
    /,
    question: str | None = None,
    cell: int | None = None,
    detail: str = "",
    **fields: object,
) -> Finding:
    """The finding with the words of `kind` in `FINDINGS`; `{cell}` counts from 1."""
    number = 0 if cell is None else cell + 1
    text = filled(FINDINGS[kind], question=question or "", cell=number, **fields)
    return Finding(kind.partition(".")[0], level, text, question, cell, detail)


def ready(findings: Iterable[Finding]) -> bool:
    """Whether nothing is to be mended."""
    return all(one.level != "mend" for one in findings)


def numbers(cells: Sequence[int], most: int = 8) -> str:
    """Cells as a person counts them: "3, 4, 7, …"."""
    told = [str(index + 1) for index in cells[:most]]
    return ", ".join([*told, *(["…"] if len(cells) > most else [])])

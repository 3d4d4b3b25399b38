"""Results as CSV for spreadsheets and learning platforms: one row per submission.

Spreadsheets run what begins like a formula, and names come from students: such cells get an
apostrophe, which spreadsheets do not show. Points are rounded here, once, from exact sums.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from gradewright.api.texts import in_language
from gradewright.student.tidying import one_line
from gradewright_grader.engine.record import SubmissionRecord
from gradewright_grader.report.numbers import rounded
from gradewright_grader.report.site import write_text

# Full-width forms are formulas too, in East Asian versions of spreadsheets.
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
FIRST: Final = (
    "student", "assignment", "status", "points", "max_points", "auto_max_points", "manual_open",
    "final",
)  # fmt: skip
LAST: Final = ("flags", "reason", "path", "digest", "verdict_digest")
BOM: Final = "\ufeff"


def csv_text(
    records: Iterable[SubmissionRecord], *, language: str = "en", bom: bool = False
) -> str:
    """The records as CSV text (RFC 4180, lines end in CRLF), sorted by assignment and student.

    There is a column for each question that any record has, named by its whole id. `points` is
    empty where there is no verdict. `bom` lets Excel know that the text is UTF-8.
    """
    ordered = sorted(
        records, key=lambda r: (r.assignment, r.student.casefold(), r.student, r.digest)
    )
    questions = _questions(ordered)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*FIRST, *questions, *LAST])
    for record in ordered:
        row = _row(record, language)
        writer.writerow([neutral(row.get(name, "")) for name in (*FIRST, *questions, *LAST)])
    return (BOM if bom else "") + out.getvalue()


def write_csv(
    path: Path, records: Iterable[SubmissionRecord], *, language: str = "en", bom: bool = False
) -> None:
    """Write `csv_text` to a file, whole or not at all. Raises OSError."""
    write_text(path, csv_text(records, language=language, bom=bom))


def neutral(text: str) -> str:
    """A cell that no spreadsheet takes for a formula, on one line."""
    line = one_line(text, 2000)
    risky = text.startswith(FORMULA) or line.startswith(FORMULA)
    return f"'{line}" if risky else line


def _questions(records: Sequence[SubmissionRecord]) -> list[str]:
    return list(dict.fromkeys(q.id for record in records for q in record.questions))


def _row(record: SubmissionRecord, language: str) -> Mapping[str, str]:
    graded = record.status == "graded"
    points = {q.id: rounded(q.points) for q in record.questions if graded}
    for question in record.manual_open:
        points[question] = ""
    return {
        **points,
        "student": record.student,
        "assignment": record.assignment,
        "status": record.status,
        "points": "" if record.points is None else rounded(record.points),
        "max_points": str(record.max_points),
        "auto_max_points": str(record.auto_max_points),
        "manual_open": " ".join(record.manual_open),
        "final": "yes" if record.final else "no",
        "flags": " ".join(dict.fromkeys(flag.kind.replace(" ", "_") for flag in record.flags)),
        "reason": in_language(record.reason, language),
        "path": record.path,
        "digest": record.digest,
        "verdict_digest": record.verdict_digest,
    }

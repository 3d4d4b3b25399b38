"""The record of one graded submission: what is stored, hashed and shown.

It has a canonical part, which the verdict digest covers, and a volatile one (timings, the box's
memory limit, the path): the same submission gets the same digest on a quiet and on a busy machine.
Fractions are exact here ("37/3" in storage); `as_plain` rounds them once, for programs and people.
"""

from __future__ import annotations

import hashlib
from fractions import Fraction
from typing import Any, Literal

import msgspec

from gradewright_grader.judge.record import (
    CheckRecord,
    Flag,
    Judgement,
    QuestionRecord,
    Words,
    from_json,
    to_json,
)

SCHEMA = 1
VOLATILE = ("path", "box", "verdict_digest", "timings")
DIGITS = 6

Status = Literal["graded", "refused", "error"]


class BoxUsed(msgspec.Struct, kw_only=True):
    """Where the student's code ran: the level of the box, how memory was limited."""

    level: str
    memory: str


class CellRecord(msgspec.Struct, kw_only=True):
    """A cell that did not simply run to its end."""

    index: int
    question: str | None
    ended_by: str


class SubmissionRecord(msgspec.Struct, kw_only=True):
    """One submission. `points` is None when there is no verdict (an error of ours).

    status: "graded"; "refused": the file could not be taken, `reason` says why, 0 points; "error":
    our fault, to be graded again. `points` are automatic ones plus awarded manual ones;
    `manual_open` are manual questions that nobody has marked yet, and `final` whether none is left.
    """

    student: str
    assignment: str
    path: str
    digest: str
    status: Status
    reason: Words = {}
    language: str = "en"
    box: BoxUsed | None = None
    points: Fraction | None
    max_points: int
    auto_max_points: int
    manual_open: list[str] = []
    final: bool = False
    questions: list[QuestionRecord] = []
    checks: list[CheckRecord] = []
    cells: list[CellRecord] = []
    flags: list[Flag] = []
    environment: str = ""  # a digest of the versions that the student's code ran on
    verdict_digest: str = ""
    timings: dict[str, float] = {}


def sealed(record: SubmissionRecord) -> SubmissionRecord:
    """The record with its verdict digest: SHA-256 over everything but the volatile part."""
    plain = msgspec.json.decode(to_json(record))
    kept = {key: value for key, value in plain.items() if key not in VOLATILE}
    data = msgspec.json.encode(kept, order="deterministic")
    return msgspec.structs.replace(record, verdict_digest=hashlib.sha256(data).hexdigest())


def as_plain(record: SubmissionRecord) -> dict[str, Any]:
    """The record as `grade --json` shows it: numbers for fractions, rounded once."""
    plain: dict[str, Any] = msgspec.to_builtins(record, enc_hook=_number)
    return plain


def read_record(data: bytes) -> SubmissionRecord:
    """A record from storage."""
    record: SubmissionRecord = from_json(data, SubmissionRecord)
    return record


def write_record(record: SubmissionRecord) -> bytes:
    """A record for storage, exact."""
    return to_json(record)


def _number(value: Any) -> Any:
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else round(float(value), DIGITS)
    raise NotImplementedError(f"a record cannot hold a {type(value).__name__}")


__all__ = [
    "BoxUsed",
    "CellRecord",
    "CheckRecord",
    "Flag",
    "Judgement",
    "QuestionRecord",
    "SubmissionRecord",
    "as_plain",
    "read_record",
    "sealed",
    "write_record",
]

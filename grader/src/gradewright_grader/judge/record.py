"""What the judge says of one submission: checks, questions, flags. Plain, exact, serialisable.

Points are fractions, written as text ("37/3") in storage. There are three outcomes: `passed`,
`failed` (perhaps with a fraction of the points) and `error`, which is our fault and never a 0.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal

import msgspec

Outcome = Literal["passed", "failed", "error"]
Words = dict[str, str]


class CheckRecord(msgspec.Struct, kw_only=True, omit_defaults=False):
    """One check's verdict. `message` is for the student, `detail` for the instructor alone.

    kind: why a check did not pass. What it found: "type", "shape", "dtype", "finite", "value",
    "text", "property", "author" (in the check's own words), "raised" (the student's code raised,
    or should have). What kept it from finding anything: "unanswered" (a stub), "gated" (not run,
    because of a gate), "ban" (it reached what is banned), "unrun" (not run, after another ran out
    of time), "ended" (the process did; `ended_by` says by what), "unreadable", "opaque", "form"
    (the check itself could not go on with the value), "ours" (an error). "" when it passed.
    """

    id: str
    question: str
    outcome: Outcome
    kind: str = ""
    fraction: Fraction
    weight: Fraction
    points: Fraction = Fraction(0)
    hidden: bool
    evidence: str = "value"
    walled: bool = True
    text: Words = {}
    message: Words = {}
    misconception: str | None = None
    feedback: Words = {}
    ended_by: str | None = None
    detail: str = ""


class QuestionRecord(msgspec.Struct, kw_only=True):
    """One question: its points, what gated it ("missing", "signature", "ban", "error"), and
    whether the better result came with the student's own earlier functions or the reference's."""

    id: str
    points: Fraction
    max_points: int
    manual: bool = False
    gated_by: str | None = None
    via: Literal["student", "reference"] = "student"
    message: Words = {}


class Flag(msgspec.Struct, kw_only=True):
    """Something an instructor should see; never points by itself."""

    kind: str
    text: Words
    question: str | None = None
    line: int | None = None


class Judgement(msgspec.Struct, kw_only=True):
    """The judge's whole answer for one submission."""

    questions: list[QuestionRecord]
    checks: list[CheckRecord]
    flags: list[Flag]
    cpu_seconds: float = 0.0

    @property
    def points(self) -> Fraction:
        """All automatic points."""
        return sum((q.points for q in self.questions), Fraction(0))

    @property
    def broken(self) -> bool:
        """Whether any check ended in `error`: the submission must not be scored."""
        return any(c.outcome == "error" for c in self.checks)


def to_json(value: Any) -> bytes:
    """Canonical JSON of a record: fractions as text, keys in the order of the fields."""
    return msgspec.json.encode(value, enc_hook=_plain)


def from_json(data: bytes, type_: type[Any]) -> Any:
    """A record from its JSON. Raises msgspec.ValidationError where it does not fit."""
    return msgspec.json.decode(data, type=type_, dec_hook=_exact)


def _plain(value: Any) -> Any:
    if isinstance(value, Fraction):
        return str(value)
    raise NotImplementedError(f"a record cannot hold a {type(value).__name__}")


def _exact(type_: type, value: Any) -> Any:
    if type_ is Fraction:
        return Fraction(value)
    raise NotImplementedError(f"a record cannot hold a {type_.__name__}")

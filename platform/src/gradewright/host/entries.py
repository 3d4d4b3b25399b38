"""What the index knows of a check and of a misconception, without having run either."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

# The checks that come with every question that has functions; `gradewright_grader` writes them.
STANDARD = ("std.signature", "std.no_mutation", "std.determinism", "std.finite")


@dataclass(frozen=True)
class CheckEntry:
    """One check: `id` is "tree1.q1.oracle", `question` "q1", `name` "oracle"; see `api.check`.

    `fixtures` are the parameters of its function that pytest fills, without parametrized ones.
    """

    id: str
    question: str
    name: str
    text: Mapping[str, str]
    hidden: bool
    weight: Fraction
    prop: bool
    evidence: str
    fresh: bool
    per_student: bool
    has_cases: bool
    count: int
    of: str | None
    fixtures: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class MisconceptionEntry:
    """One misconception: `id` is "m1", `caught_by` a check's whole id, `name` that of its code.

    `replaces` are the functions of the reference that it stands in for; none for a transform.
    """

    id: str
    caught_by: str
    match: str
    transform: bool
    feedback: Mapping[str, str]
    replaces: tuple[str, ...]
    name: str
    line: int


@dataclass(frozen=True)
class Index:
    """All checks of an assignment, question by question, and all its misconceptions."""

    checks: tuple[CheckEntry, ...]
    misconceptions: tuple[MisconceptionEntry, ...]

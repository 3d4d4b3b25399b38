"""From outcomes to points, as exact fractions; rounding is the business of whoever shows them.

Inside a question points are shared by weight. Hidden checks get at least 60 % of a question's
points where it has both kinds, so that code written for the public values alone cannot pass.
A property check earns only when the question's oracle checks pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

LEAST_HIDDEN = Fraction(3, 5)


@dataclass(frozen=True)
class Mark:
    """What scoring needs to know of one check: its outcome as a fraction (passed is 1)."""

    id: str
    weight: Fraction
    hidden: bool
    prop: bool
    oracle: bool
    fraction: Fraction


def shares(marks: Sequence[Mark]) -> dict[str, Fraction]:
    """Each check's share of its question's points; the shares add up to 1 (or there are none)."""
    hidden = sum((m.weight for m in marks if m.hidden), Fraction(0))
    public = sum((m.weight for m in marks if not m.hidden), Fraction(0))
    if not hidden + public:
        return {m.id: Fraction(0) for m in marks}
    part = hidden / (hidden + public)
    if hidden and public:
        part = max(part, LEAST_HIDDEN)
    by_kind = {True: (hidden, part), False: (public, 1 - part)}
    return {m.id: _share(m.weight, *by_kind[m.hidden]) for m in marks}


def _share(weight: Fraction, of: Fraction, part: Fraction) -> Fraction:
    return weight / of * part if weight else Fraction(0)


def earned(marks: Sequence[Mark], points: int) -> dict[str, Fraction]:
    """The points that each check of a question earns."""
    oracle_passed = all(m.fraction == 1 for m in marks if m.oracle)
    return {
        id: share * points * (m.fraction if oracle_passed or not m.prop else 0)
        for (id, share), m in zip(shares(marks).items(), marks, strict=True)
    }


def total(points: Iterable[Fraction]) -> Fraction:
    """The sum, exact."""
    return sum(points, Fraction(0))

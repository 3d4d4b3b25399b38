"""Which misconception is it? The student's failing values against those of each known mistake.

A check's calls are logged on the student, on the reference and on every misconception. Failing
values are those where a log differs from the reference's. A misconception matches when it fails
where the student does, with the same values, and nowhere else: with small whole numbers a single
wrong value is soon equal to somebody's. Only a single match is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gradewright.api import Outcome, compare
from gradewright.api.compare import Tolerance
from gradewright.values import Call

# Wrong values come from the same formula written differently: equal up to rounding.
SAME = Tolerance(rtol=1e-7, atol=1e-10)


def matching_misconception(
    student: Sequence[Call], right: Sequence[Call], wrong: Mapping[str, Sequence[Call]]
) -> str | None:
    """The id of the one misconception whose values equal the student's wherever those are wrong."""
    failing = _failing(student, right)
    if not failing:
        return None
    matches = [
        id
        for id, log in wrong.items()
        if all(_agrees(student[i], log, i) for i in failing) and _failing(log, right) == failing
    ]
    return matches[0] if len(matches) == 1 else None


def _failing(log: Sequence[Call], right: Sequence[Call]) -> list[int]:
    return [i for i, call in enumerate(log) if not _agrees(call, right, i)]


def _agrees(call: Call, log: Sequence[Call], position: int) -> bool:
    if position >= len(log) or log[position].function != call.function:
        return False
    return _same(call.outcome, log[position].outcome)


def _same(a: Outcome, b: Outcome) -> bool:
    if a.error is not None or b.error is not None:
        return (
            a.error is not None and b.error is not None and a.error.type_name == b.error.type_name
        )
    return compare(a.value, b.value, SAME) is None

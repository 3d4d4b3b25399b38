"""The decorator of a misconception: a wrong solution that students really write.

It stands in `misconceptions.py` of an assignment as a function of the same name as the one it gets
wrong, or as a class that groups several such functions. Grading compares a student's failing
values with those of the misconception; `verify` hands it in like a submission.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from gradewright.api.texts import Text

Thing = TypeVar("Thing", bound=Callable[..., Any])
ATTRIBUTE = "__gradewright_misconception__"
MATCHES = ("value", "none")


@dataclass(frozen=True)
class MisconceptionSpec:
    """What `@misconception(...)` was told."""

    id: str
    caught_by: str
    feedback: Text
    match: str = "value"
    transform: bool = False


def misconception(
    id: str,
    *,
    caught_by: str,
    match: str = "value",
    transform: bool = False,
    **feedback: str,
) -> Callable[[Thing], Thing]:
    """Declare a misconception: its id ("m1"), the check that catches it, its feedback.

    match="value": when a student's wrong values equal this one's on all failing cases, and no
    other's, the feedback is shown. match="none": only `verify` uses it (spies and training give
    their feedback in the check itself).
    transform=True: the function is handed the notebook's answers, a dict question id → source,
    and returns them changed, instead of standing in for a function of the reference.
    """
    if match not in MATCHES:
        raise ValueError(
            f"misconception({id!r}, match={match!r}): allowed are {', '.join(map(repr, MATCHES))}"
        )
    if not feedback:
        raise TypeError(f'misconception({id!r}) got no feedback: add zh="…", en="…"')
    spec = MisconceptionSpec(id, caught_by, feedback, match, transform)

    def mark(thing: Thing) -> Thing:
        setattr(thing, ATTRIBUTE, spec)
        return thing

    return mark

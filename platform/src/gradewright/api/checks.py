"""The decorator of a check: pytest collects the function, this adds what only we need.

A check is a function `test_<name>` in `checks/<question>.py`. It returns (passed) or raises
`CheckFailed`, usually through a checker. pytest is not needed to declare or to call one, so that
public checks run in a student's kernel as plain calls.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

from gradewright.api.calls import Case
from gradewright.api.texts import Text

Function = TypeVar("Function", bound=Callable[..., Any])
ATTRIBUTE = "__gradewright_check__"
EVIDENCE = ("value", "probe", "saved")

# Draws one case: (rng, number) → the arguments of a call. `rng` is a numpy Generator.
Draw = Callable[[Any, int], Case]


@dataclass(frozen=True)
class CheckSpec:
    """What `@check(...)` was told; see `check` for the meaning of each field."""

    text: Text
    hidden: bool = False
    weight: Fraction = Fraction(1)
    prop: bool = False
    of: str | None = None
    cases: Draw | None = None
    count: int = 20
    evidence: str = "value"
    fresh: bool = False
    per_student: bool = False


def check(
    *,
    hidden: bool = False,
    weight: int | str = 1,
    prop: bool = False,
    of: str | None = None,
    cases: Draw | None = None,
    count: int = 20,
    evidence: str = "value",
    fresh: bool = False,
    per_student: bool = False,
    **text: str,
) -> Callable[[Function], Function]:
    """Declare a function as a check; the languages' texts say what is tested (`zh=`, `en=`).

    hidden: runs only at grading and never shows expected values; public checks use fixed inputs
    and never the fixture `reference`.
    weight: the check's share of its question's points, a whole number or a fraction like "1/2".
    prop: a property (symmetry, no gain at all, …) that a wrong constant answer could satisfy: it
    earns only when the question's oracle checks pass.
    cases, count: the generator of the fixture `cases`, called as `draw(rng, number)` for the
    numbers 0 … count-1 (more when the bank must separate a misconception); `of` names the function
    that the cases are for, and the standard checks then use them too.
    evidence: "value", "probe" or "saved", what the verdict rests on.
    fresh: run in a fresh copy of the submission's state. per_student: draw cases per student.

    Raises TypeError or ValueError, naming what is allowed, for a spec that makes no sense.
    """
    spec = CheckSpec(
        text=text,
        hidden=hidden,
        weight=_weight(weight),
        prop=prop,
        of=of,
        cases=cases,
        count=count,
        evidence=evidence,
        fresh=fresh,
        per_student=per_student,
    )
    _validate(spec)

    def mark(function: Function) -> Function:
        setattr(function, ATTRIBUTE, spec)
        return function

    return mark


def spec_of(function: object) -> CheckSpec | None:
    """The spec of a function decorated with `check`, else None."""
    spec = getattr(function, ATTRIBUTE, None)
    return spec if isinstance(spec, CheckSpec) else None


def _weight(given: int | str) -> Fraction:
    if isinstance(given, float):
        raise TypeError(
            f"check(weight={given!r}): weights are exact; write a whole number or a fraction "
            'as text, for example weight="1/2"'
        )
    weight = Fraction(given)
    if weight <= 0:
        raise ValueError(f"check(weight={given!r}): a weight must be above 0; remove the check")
    return weight


def _validate(spec: CheckSpec) -> None:
    if not spec.text:
        raise TypeError('check() got no text: say what is tested, as @check(zh="…", en="…")')
    if spec.evidence not in EVIDENCE:
        raise ValueError(
            f"check(evidence={spec.evidence!r}): allowed are {', '.join(map(repr, EVIDENCE))}"
        )
    if spec.cases is not None and not spec.hidden:
        raise ValueError(
            "check(cases=…) without hidden=True: a public check uses fixed inputs; write them "
            "in the check, or add hidden=True"
        )
    if spec.count < 1:
        raise ValueError(f"check(count={spec.count}): at least 1 case is needed")


class ForbiddenCall(Exception):
    """The student's code reached a callable that this question bans; the text says why."""

    def __init__(self, name: str, reason: Text) -> None:
        super().__init__(f"{name} is not allowed in this question")
        self.name = name
        self.reason = dict(reason)

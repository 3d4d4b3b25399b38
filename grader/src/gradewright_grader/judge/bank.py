"""The case bank: the inputs of hidden checks, drawn once per assignment and course.

Each case has a seed of its own, so a case never depends on how many were drawn before it. A bank
is *separated*: for every misconception, the check that is to catch it has at least three cases on
which it differs from the reference by far more than the tolerance. Where the first draws do not,
further ones are tried and those that separate are kept; when none is found, the generator is at
fault and the author is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gradewright.api import Case
from gradewright.api.calls import KeptCase
from gradewright.api.checks import Draw
from gradewright.host import TopicError
from gradewright_grader.judge.seeds import derived_seed

LEAST_SEPARATING = 3
FARTHER_THAN = 100.0  # times the tolerance
FURTHER_DRAWS = 2_000

# (cases) → the numbers of those on which a wrong solution fails the check, tolerances widened.
FailsOn = Callable[[Sequence[Case]], tuple[int, ...]]


@dataclass(frozen=True)
class Demand:
    """A generator and the misconceptions (id → test) that its cases must separate."""

    check: str
    draw: Draw
    count: int
    wrong: Mapping[str, FailsOn]
    place: str


def draw_cases(demand: Demand, secret: bytes, assignment: str, person: str = "") -> list[Case]:
    """The cases of one check, separated. `person` is not empty where cases are per student.

    Raises TopicError where the generator cannot separate a misconception.
    """
    cases = [_draw(demand, secret, assignment, person, i) for i in range(demand.count)]
    for name, fails_on in demand.wrong.items():
        lacking = LEAST_SEPARATING - len(fails_on(cases))
        if lacking > 0:
            further = _further(demand, secret, assignment, person)
            cases += _separating(demand, name, fails_on, further, lacking)
    return [KeptCase(case.args, case.kwargs) for case in cases]


def _separating(
    demand: Demand, name: str, fails_on: FailsOn, further: Iterator[Case], lacking: int
) -> list[Case]:
    found: list[Case] = []
    for case in further:
        if len(found) == lacking:
            return found
        found += [case] if fails_on([case]) else []
    if len(found) == lacking:
        return found
    have = LEAST_SEPARATING - lacking + len(found)
    raise TopicError(
        f"the cases of {demand.check} separate the misconception {name} on only {have} of "
        f"{demand.count + FURTHER_DRAWS} draws; {LEAST_SEPARATING} are needed: construct such "
        "cases in the generator for some numbers i",
        demand.place,
    )


def _further(demand: Demand, secret: bytes, assignment: str, person: str) -> Iterator[Case]:
    numbers = range(demand.count, demand.count + FURTHER_DRAWS)
    return (_draw(demand, secret, assignment, person, i) for i in numbers)


def _draw(demand: Demand, secret: bytes, assignment: str, person: str, number: int) -> Case:
    import numpy as np

    seed = derived_seed(secret, assignment, demand.check, number, person)
    case = demand.draw(np.random.default_rng(seed), number)
    if not isinstance(case, Case):
        raise TopicError(
            f"the generator {getattr(demand.draw, '__name__', 'of ' + demand.check)} returned a "
            f"{type(case).__name__} for case {number}; return args(…), the arguments of one call",
            demand.place,
        )
    return case

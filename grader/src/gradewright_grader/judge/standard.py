"""The checks that come with every question that has functions.

They are pytest functions like an author's, run once per question. All but `signature` are
properties: a function that returns a constant changes nothing and is deterministic, and must not
be paid for it. Their inputs are the cases of the question's own checks (fixture `calls`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradewright.api import (
    Batch,
    Case,
    assert_finite,
    assert_same_calls,
    check,
    fail,
    said,
)
from gradewright.api.checkers import expectation
from gradewright.api.texts import filled
from gradewright.values import plain_equal

Calls = Sequence[tuple[str, Sequence[Case]]]
ENOUGH = 5  # cases of each function: a property that fails at all fails on simple cases


@check(zh="函数存在，参数名与题目一致", en="the functions exist, with the parameters asked for")
def test_signature(student: Any, signatures: dict[str, tuple[str, ...]]) -> None:
    """Parameter names are compared strictly: checks call by name."""
    for name, wanted in signatures.items():
        got = getattr(student, name).signature().names()
        if got != wanted:
            text = filled(said.PARAMETERS, name=name, want=", ".join(wanted), have=", ".join(got))
            fail(**text)


@check(hidden=True, weight="1/2", prop=True, zh="不改动传入的参数", en="leaves its arguments alone")
def test_no_mutation(student: Any, calls: Calls) -> None:
    """Arguments after the call equal those before; they come back with every call."""
    for name, cases in calls:
        for case, outcome in getattr(student, name).each(cases[:ENOUGH], watch=True):
            after = outcome.arguments
            if after is not None and not plain_equal(_plain(case), _plain(after)):
                fail(
                    zh=f"{name} 改动了传入的参数。请先复制一份，例如 list(x) 或 x.copy()。",
                    en=f"{name} changes the arguments it is given. "
                    "Work on a copy, for example list(x) or x.copy().",
                )


@check(
    hidden=True,
    weight="1/2",
    prop=True,
    zh="同样的输入总得到同样的结果",
    en="the same input always gives the same result",
)
def test_determinism(student: Any, calls: Calls) -> None:
    """Two calls on the same cases, in the other order, give the same."""
    for name, cases in calls:
        some = list(cases[:ENOUGH])
        first = getattr(student, name).each(some)
        second = getattr(student, name).each(some[::-1])
        assert_same_calls(first, Batch(name, some, second.outcomes[::-1]))


@check(
    hidden=True,
    weight="1/2",
    prop=True,
    zh="合法输入不产生 NaN 或无穷大",
    en="no NaN and no infinity on legal input",
)
def test_finite(student: Any, reference: Any, calls: Calls) -> None:
    """Where the reference's result is finite, the student's is."""
    for name, cases in calls:
        for case, outcome in getattr(student, name).each(cases[:ENOUGH]):
            if outcome.error is None and _is_finite(getattr(reference, name), case):
                assert_finite(outcome.value, what={"zh": f"{name} 的结果", "en": f"{name}(…)"})


def _plain(case: Case) -> tuple[Any, Any]:
    return tuple(case.args), dict(case.kwargs)


def _is_finite(function: Any, case: Case) -> bool:
    try:
        assert_finite(expectation(function, case))
    except Exception:  # an input on which the contract asks for an error
        return False
    return True

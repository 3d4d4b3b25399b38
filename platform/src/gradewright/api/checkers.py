"""Checkers: compare what a student's code returned and say, in every language, what is wrong.

Public checks may show the input, the expected value and what came back. Hidden ones name only the
kind of mistake and the form of the failing case; the host says which with `hiding()`. A checker
raises `CheckFailed`; nothing else that a check raises is shown to a student.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any, NoReturn

from gradewright.api.calls import Batch, Case, KeptCase, Opaque, Outcome, StudentError
from gradewright.api.compare import EXACT, Difference, Tolerance, compare, short
from gradewright.api.describe import describe, kind_of, type_word
from gradewright.api.hiding import is_hiding
from gradewright.api.texts import Text, filled, joined, listed
from gradewright.api.verdicts import CheckFailed

RESULT = {"zh": "返回值", "en": "the result"}
CODE = {"zh": "你的代码", "en": "your code"}
SENTENCE = {"zh": "{what}{place}{why}。", "en": "{what}{place} {why}."}
SHOWN = {"zh": "期望 {want}，得到 {got}。", "en": "Expected {want}, got {got}."}
CALLED = {"zh": "调用 {call} 时：", "en": "For {call}:"}
CASE_FORM = {"zh": "输入为{form}时：", "en": "With {form} as input:"}
NO_INPUT = {"zh": "无参数", "en": "no arguments"}
HOW_MANY = {
    "zh": "{size} 组输入中有 {count} 组不对。",
    "en": "{count} of {size} inputs give a wrong result.",
}
RAISED = {
    "zh": "抛出了 {name}：{message}",
    "en": "raised {name}: {message}",
}
RAISED_HIDDEN = {"zh": "抛出了 {name}", "en": "raised {name}"}
MUST_RAISE = {"zh": "应当抛出 {name}，却没有。", "en": "This must raise {name}, but it did not."}
WRONG_ERROR = {
    "zh": "应当抛出 {name}，却抛出了 {got}。",
    "en": "This must raise {name}, but it raised {got}.",
}
CHANGES = {
    "zh": "同样的输入，两次调用的结果不同。",
    "en": "the same input gives different results in two calls.",
}


def assert_value(
    got: Any, expected: Any, tol: Tolerance = EXACT, *, what: Text = RESULT, **hint: str
) -> None:
    """`got` equals `expected`: type → shape → dtype → finite → value.

    `what` names the value in messages; the languages' hints are added to a failure.
    """
    difference = compare(got, expected, tol)
    if difference is not None:
        _fail(difference, what, got, expected, hint)


def assert_each(
    batch: Batch,
    expected: Callable[..., Any] | Sequence[Any],
    tol: Tolerance = EXACT,
    **hint: str,
) -> None:
    """Every outcome of a batch equals what `expected` gives for the same arguments.

    `expected` is a function (called with copies of the arguments, so that it cannot be misled by
    changed ones) or a sequence of values in the order of the cases. The failure names how many
    cases differ and the form of the first; `CheckFailed.failing` holds the numbers of all.
    """
    wanted = _expectations(batch, expected)
    verdicts = (_verdict(o, w, tol) for o, w in zip(batch.outcomes, wanted, strict=True))
    differences = {i: found for i, found in enumerate(verdicts) if found is not None}
    if not differences:
        return
    failing = tuple(differences)
    first, difference = next(iter(differences.items()))
    message = joined(
        filled(HOW_MANY, count=len(failing), size=len(batch)) if len(batch) > 1 else {},
        _case_text(batch.function, batch.cases[first]),
        _difference_text(difference, CODE if difference.kind == "raised" else RESULT),
        _shown(batch.outcomes[first], wanted[first]),
        hint,
    )
    raise CheckFailed(message, kind=difference.kind, failing=failing)


def _expectations(batch: Batch, expected: Callable[..., Any] | Sequence[Any]) -> Sequence[Any]:
    if not callable(expected):
        return expected
    return [expectation(expected, case) for case in batch.cases]


def expectation(function: Callable[..., Any], case: Case) -> Any:
    """What a function gives for copies of a case's arguments; for a case of the bank, once.

    Only functions with a name of their own are remembered: they mean the same the next time.
    """
    if not isinstance(case, KeptCase) or "<" in getattr(function, "__qualname__", "<"):
        return _called(function, case)
    if function not in case.expected:
        case.expected[function] = _called(function, case)
    return case.expected[function]


def _called(function: Callable[..., Any], case: Case) -> Any:
    return function(*deepcopy(case.args), **deepcopy(dict(case.kwargs)))


def _verdict(outcome: Outcome, wanted: Any, tol: Tolerance) -> Difference | None:
    if outcome.error is not None:
        return Difference("raised", "", _raised(outcome.error))
    return compare(outcome.value, wanted, tol)


def _raised(error: StudentError) -> Text:
    # The message may quote the input, which a hidden check must not show.
    template = RAISED_HIDDEN if is_hiding() else RAISED
    return filled(template, name=error.shown_name, message=error.message)


def _case_text(function: str, case: Case) -> Text:
    if is_hiding():
        forms = [describe(value) for value in (*case.args, *case.kwargs.values())]
        form = listed(*forms) if forms else NO_INPUT
        return filled(CASE_FORM, form=dict(form))
    return filled(CALLED, call=written_call(function, case))


def written_call(function: str, case: Case) -> str:
    """`entropy([1, 2], base=2)`, cut where an argument is long."""
    named = (f"{name}={short(value)}" for name, value in case.kwargs.items())
    return f"{function}({', '.join([*map(short, case.args), *named])})"


def _difference_text(difference: Difference, what: Text) -> Text:
    return filled(SENTENCE, what=dict(what), place=difference.place, why=dict(difference.text))


def _shown(outcome: Outcome, wanted: Any) -> Text:
    if is_hiding() or outcome.error is not None:
        return {}
    return filled(SHOWN, want=short(wanted), got=short(outcome.value))


def _fail(difference: Difference, what: Text, got: Any, expected: Any, hint: Text) -> NoReturn:
    shown = {} if is_hiding() else filled(SHOWN, want=short(expected), got=short(got))
    raise CheckFailed(joined(_difference_text(difference, what), shown, hint), kind=difference.kind)


def assert_type(got: Any, example: Any, *, what: Text = RESULT, **hint: str) -> None:
    """`got` is of the same kind as `example` (a number, a list, an array, …)."""
    if kind_of(got) != kind_of(example):
        why = {"zh": "应为{want}，得到的是{got}", "en": "should be {want}, but it is {got}"}
        text = filled(why, want=dict(type_word(example)), got=dict(describe(got)))
        raise CheckFailed(
            joined(_difference_text(Difference("type", "", text), what), hint), kind="type"
        )


def assert_array(
    got: Any, *, shape: tuple[int, ...], dtype: str, what: Text = RESULT, **hint: str
) -> None:
    """`got` is an array or tensor of this shape and dtype ("float64"; tensors: "torch.float32")."""
    wanted = {"shape": shape, "dtype": dtype}
    if kind_of(got) not in {"array", "tensor"}:
        text = filled(
            {"zh": "应为数组，得到的是{got}", "en": "should be an array, but it is {got}"},
            got=dict(describe(got)),
        )
        difference = Difference("type", "", text)
    else:
        have = {"shape": tuple(got.shape), "dtype": str(got.dtype)}
        wrong = next((key for key in wanted if have[key] != wanted[key]), None)
        if wrong is None:
            return
        template = {
            "shape": {
                "zh": "形状应为 {want}，得到的是 {got}",
                "en": "should have shape {want}, not {got}",
            },
            "dtype": {
                "zh": "数据类型应为 {want}，得到的是 {got}",
                "en": "should have dtype {want}, not {got}",
            },
        }[wrong]
        difference = Difference(wrong, "", filled(template, want=wanted[wrong], got=have[wrong]))
    raise CheckFailed(joined(_difference_text(difference, what), hint), kind=difference.kind)


def assert_finite(got: Any, *, what: Text = RESULT, **hint: str) -> None:
    """No NaN and no infinity anywhere in a number, a list or an array."""
    difference = compare(got, _zeroed(got), Tolerance(atol=float("inf")))
    if difference is not None and difference.kind == "finite":
        raise CheckFailed(joined(_difference_text(difference, what), hint), kind=difference.kind)


def _zeroed(value: Any) -> Any:
    """The same form with every number 0: finite by construction."""
    kind = kind_of(value)
    if kind in {"int", "float", "complex"}:
        return 0.0 if kind == "float" else 0
    if kind == "tensor":
        return value.new_zeros(value.shape)
    if kind == "array":
        return sys.modules["numpy"].zeros_like(value)
    if kind == "list":
        return [_zeroed(item) for item in value]
    return value


def assert_text(got: Any, *, contains: str = "", what: Text = RESULT, **hint: str) -> None:
    """`got` is a string that is not blank and contains `contains` (letter case ignored)."""
    assert_type(got, "", what=what, **hint)
    if not got.strip() or contains.casefold() not in got.casefold():
        text = {"zh": "内容不符合要求", "en": "does not say what is asked for"}
        difference = Difference("text", "", text)
        raise CheckFailed(joined(_difference_text(difference, what), hint), kind="text")


def assert_raises(outcome: Outcome, *allowed: type[BaseException], **hint: str) -> None:
    """The call raised one of these exception classes (or a subclass)."""
    name = " / ".join(cls.__name__ for cls in allowed)
    if outcome.error is None:
        raise CheckFailed(joined(filled(MUST_RAISE, name=name), hint), kind="raised")
    if not isinstance(outcome.error, allowed):
        text = filled(WRONG_ERROR, name=name, got=outcome.error.shown_name)
        raise CheckFailed(joined(text, hint), kind="raised")


def assert_same_calls(first: Batch, second: Batch, tol: Tolerance = EXACT, **hint: str) -> None:
    """Two batches on the same cases came to the same values (determinism, invariances)."""
    for i, (a, b) in enumerate(zip(first.outcomes, second.outcomes, strict=True)):
        both_raised = a.error is not None and b.error is not None
        if both_raised or isinstance(a.value, Opaque):  # what is opaque cannot be compared
            continue
        if a.error or b.error or compare(b.value, a.value, tol):
            text = joined(_case_text(first.function, first.cases[i]), CHANGES, hint)
            raise CheckFailed(text, kind="property", failing=(i,))


def expect(condition: object, **message: str) -> None:
    """The condition holds, or the check fails with this message per language.

    The condition must be a bool of the check's own making: an `Opaque` object is refused by its
    own `__bool__`, so that a student's object cannot answer for itself.
    """
    if not message:
        raise TypeError('expect() got no message: say what is wrong, as expect(…, zh="…", en="…")')
    if not bool(condition):
        raise CheckFailed(message, kind="property")

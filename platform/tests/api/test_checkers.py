"""Checkers: their messages in both languages, and what hidden checks must not show."""

from __future__ import annotations

import numpy as np
import pytest

from gradewright.api import (
    T64,
    Batch,
    CheckFailed,
    Outcome,
    StudentError,
    args,
    assert_array,
    assert_each,
    assert_finite,
    assert_raises,
    assert_same_calls,
    assert_text,
    assert_type,
    assert_value,
    award,
    expect,
    fail,
)
from gradewright.api.calls import KeptCase
from gradewright.api.checkers import expectation
from gradewright.api.hiding import hiding


class StudentValueError(StudentError, ValueError):
    type_name = builtin = "ValueError"
    message = "secret 42"


def failed(function, *a, **k):
    with pytest.raises(CheckFailed) as caught:
        function(*a, **k)
    return caught.value


def test_a_public_check_shows_expected_and_got():
    error = failed(assert_value, 2.0, 1.0)
    assert error.message == {
        "zh": "返回值数值不对。期望 1.0，得到 2.0。",
        "en": "the result has the wrong value. Expected 1.0, got 2.0.",
    }


def test_a_hidden_check_shows_neither():
    with hiding():
        error = failed(assert_value, 2.0, 1.0)
    assert error.message == {
        "zh": "返回值数值不对。",
        "en": "the result has the wrong value.",
    }


def test_hints_are_added_in_their_language():
    error = failed(assert_value, 2.0, 1.0, en="Use bits.", zh="用比特。")
    assert error.message["en"].endswith("got 2.0. Use bits.")
    assert error.message["zh"].endswith("得到 2.0。用比特。")


def batch(values, cases):
    return Batch("f", cases, [Outcome(value) for value in values])


def test_each_counts_failures_and_shows_the_first_call():
    cases = [args([1, 2]), args([3], base=2), args([4])]
    error = failed(assert_each, batch([1.0, 5.0, 6.0], cases), [1.0, 2.0, 3.0])
    assert error.failing == (1, 2)
    assert error.message["en"] == (
        "2 of 3 inputs give a wrong result. For f([3], base=2): the result has the wrong value. "
        "Expected 2.0, got 5.0."
    )
    assert error.message["zh"] == (
        "3 组输入中有 2 组不对。调用 f([3], base=2) 时：返回值数值不对。期望 2.0，得到 5.0。"
    )


def test_each_hides_input_expected_and_got_but_names_the_form_of_the_case():
    cases = [args(["secret", 2]), args(np.zeros((3, 2)))]
    with hiding():
        error = failed(assert_each, batch([1.0, 5.0], cases), [1.0, 2.0])
    assert "array of shape (3, 2)" in error.message["en"]
    for text in error.message.values():
        assert "2.0" not in text
        assert "5.0" not in text
        assert "secret" not in text


def test_each_calls_the_reference_with_copies():
    shared = [3, 1]

    def expected(x):
        x.sort()
        return x[0]

    assert_each(batch([1], [args(shared)]), expected)
    assert shared == [3, 1]


def test_each_reports_a_raised_error_and_hides_its_message_when_hidden():
    raised = Batch("f", [args(1)], [Outcome(error=StudentValueError())])
    assert "raised ValueError: secret 42" in failed(assert_each, raised, [1]).message["en"]
    with hiding():
        error = failed(assert_each, raised, [1])
    assert "ValueError" in error.message["en"]
    assert "42" not in error.message["en"]
    assert error.kind == "raised"


@pytest.mark.parametrize(
    ("check", "en"),
    [
        (lambda: assert_type("a", 1.0), "the result should be a number (float), but it is a string of length 1."),
        (lambda: assert_array([1], shape=(1,), dtype="float64"), "the result should be an array, but it is a list or tuple of length 1."),
        (lambda: assert_array(np.zeros(2), shape=(3,), dtype="float64"), "the result should have shape (3,), not (2,)."),
        (lambda: assert_array(np.zeros(3), shape=(3,), dtype="float32"), "the result should have dtype float32, not float64."),
        (lambda: assert_finite([1.0, float("nan")]), "the result[1] contains NaN or infinity."),
        (lambda: assert_finite(np.array([np.inf])), "the result contains NaN or infinity."),
        (lambda: assert_text("  "), "the result does not say what is asked for."),
        (lambda: assert_text("abc", contains="X"), "the result does not say what is asked for."),
        (lambda: assert_raises(Outcome(1), ValueError), "This must raise ValueError, but it did not."),
        (lambda: assert_raises(Outcome(error=StudentValueError()), KeyError, TypeError), "This must raise KeyError / TypeError, but it raised ValueError."),
        (lambda: expect(False, en="no", zh="不"), "no"),
        (lambda: fail(en="no", zh="不"), "no"),
    ],
)  # fmt: skip
def test_messages(check, en):
    error = failed(check)
    assert error.message["en"] == en
    assert error.message["zh"]


@pytest.mark.parametrize(
    "check",
    [
        lambda: assert_type(2.0, 1.0),
        lambda: assert_array(np.zeros(3), shape=(3,), dtype="float64"),
        lambda: assert_finite([1.0, [2.0]]),
        lambda: assert_finite("text has no numbers"),
        lambda: assert_text("Bits and nats", contains="nats"),
        lambda: assert_raises(Outcome(error=StudentValueError()), ValueError),
        lambda: expect(True, en="no"),
        lambda: assert_value([1.0, 2.0], (1.0, 2.0), T64),
    ],
)
def test_what_is_right_passes(check):
    assert check() is None


def test_same_calls_compares_outcomes_case_by_case():
    cases = [args(1), args(2)]
    first = batch([1.0, 2.0], cases)
    assert assert_same_calls(first, batch([1.0, 2.0], cases)) is None
    error = failed(assert_same_calls, first, batch([1.0, 2.5], cases))
    assert error.failing == (1,)
    assert "different results in two calls" in error.message["en"]


def test_what_a_student_named_is_not_shown_of_a_hidden_check():
    class Worded(StudentValueError):
        type_name = "Input_was_1_2"

    raised = Batch("f", [args(1)], [Outcome(error=Worded())])
    with hiding():
        told = [
            failed(assert_each, raised, [1]),
            failed(assert_raises, raised.outcomes[0], KeyError),
        ]
    for error in told:
        assert "Input" not in error.message["en"]
        assert "ValueError" in error.message["en"]


def test_award_carries_an_exact_fraction():
    with pytest.raises(CheckFailed) as caught:
        award(0.1, en="a tenth")
    assert str(caught.value.fraction) == "1/10"


@pytest.mark.parametrize("fraction", [0, 1, 1.5, -0.5])
def test_award_refuses_what_is_no_partial_credit(fraction):
    with pytest.raises(ValueError, match="strictly between 0 and 1; return from the check"):
        award(fraction, en="x")


@pytest.mark.parametrize("function", [fail, lambda: award(0.5), lambda: expect(True)])
def test_a_verdict_without_a_message_is_refused(function):
    with pytest.raises(TypeError, match="got no message: say what is wrong"):
        function()


def total(xs):
    total.asked.append(xs)
    return sum(xs)


def test_the_reference_is_asked_once_for_a_case_of_the_bank():
    total.asked = []
    kept, once = KeptCase(([1, 2],)), args([1, 2])
    assert [expectation(total, case) for case in (kept, kept, once, once)] == [3, 3, 3, 3]
    assert len(total.asked) == 3
    assert total.asked[0] is not kept.args[0]
    assert kept == KeptCase(([1, 2],))


def test_a_nameless_function_is_asked_each_time():
    kept, asked = KeptCase((1,)), []
    for number in (1, 2):
        assert expectation(lambda x, n=number: asked.append(x) or n, kept) == number
    assert asked == [1, 1]

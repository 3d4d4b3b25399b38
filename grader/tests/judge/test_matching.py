"""Naming a misconception: only when one, and one alone, gives all the wrong values."""

from __future__ import annotations

from gradewright.api import Outcome, StudentError, args
from gradewright.values import Call
from gradewright_grader.judge.matching import matching_misconception


def log(*values):
    return [Call("f", args(i), _outcome(value)) for i, value in enumerate(values)]


def _outcome(value):
    if isinstance(value, str) and value.startswith("raises "):
        error = StudentError()
        error.type_name = value.removeprefix("raises ")
        return Outcome(error=error)
    return Outcome(value)


RIGHT = log(1.0, 2.0, 3.0)


def test_the_one_that_gives_the_wrong_values_is_named():
    wrong = {"m1": log(1.0, 20.0, 30.0), "m2": log(1.0, 20.0, 31.0)}
    assert matching_misconception(log(1.0, 20.0, 30.0), RIGHT, wrong) == "m1"


def test_one_that_is_wrong_where_the_student_is_right_is_not_named():
    assert matching_misconception(log(1.0, 20.0, 3.0), RIGHT, {"m1": log(9.0, 20.0, 9.0)}) is None


def test_rounding_does_not_matter():
    wrong = {"m1": log(1.0, 20.0 + 1e-12, 3.0)}
    assert matching_misconception(log(1.0 + 1e-12, 20.0, 3.0), RIGHT, wrong) == "m1"


def test_two_that_fit_name_none():
    wrong = {"m1": log(1.0, 20.0, 30.0), "m2": log(1.0, 20.0, 30.0)}
    assert matching_misconception(log(1.0, 20.0, 30.0), RIGHT, wrong) is None


def test_one_value_that_does_not_fit_names_none():
    assert matching_misconception(log(1.0, 20.0, 31.0), RIGHT, {"m1": log(1.0, 20.0, 30.0)}) is None


def test_nothing_wrong_names_none():
    assert matching_misconception(RIGHT, RIGHT, {"m1": log(1.0, 20.0, 30.0)}) is None


def test_the_same_error_matches_and_another_does_not():
    student = log("raises KeyError", 2.0, 3.0)
    assert matching_misconception(student, RIGHT, {"m1": log("raises KeyError", 2.0, 3.0)}) == "m1"
    assert (
        matching_misconception(student, RIGHT, {"m1": log("raises ValueError", 2.0, 3.0)}) is None
    )


def test_a_log_that_ends_early_or_calls_something_else_does_not_match():
    assert matching_misconception(log(1.0, 20.0, 30.0), RIGHT, {"m1": log(1.0, 20.0)}) is None
    other = [Call("g", call.case, call.outcome) for call in log(1.0, 20.0, 30.0)]
    assert matching_misconception(log(1.0, 20.0, 30.0), RIGHT, {"m1": other}) is None

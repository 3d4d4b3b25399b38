"""Comparison: what counts as the same, and which difference is named first."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradewright.api import EXACT, T64, Opaque, Tolerance, compare
from gradewright.api.compare import widened


class Thing(Opaque):
    type_name = "Liar"


@dataclass
class Point:
    x: float
    y: float


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(plain)
def test_every_plain_value_equals_itself(value):
    assert compare(value, value) is None


@given(st.floats(-1e6, 1e6), st.floats(0, 10))
def test_a_number_is_equal_within_the_tolerance_and_not_beyond(number, excess):
    tol = Tolerance(rtol=0.0, atol=1.0)
    assert compare(number + 0.5, number, tol) is None
    assert (compare(number + 1.5 + excess, number, tol) is None) is False


def test_the_tolerance_is_relative_to_the_expected_value():
    assert compare(1e9 + 0.5, 1e9, T64) is None
    assert compare(1.0 + 1e-8, 1.0, T64).kind == "value"


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (1, 1.0),
        (np.float64(1), 1.0),
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        (np.bool_(True), True),
        ((1, 2), [1, 2]),
        ([1, 2], (1, 2)),
        (np.str_("a"), "a"),
        ({1, 2}, frozenset({1, 2})),
        (np.array([1, 2], dtype=np.int32), np.array([1, 2], dtype=np.int64)),
        (float("nan"), float("nan")),
        (float("inf"), float("inf")),
        (Point(1, 2), Point(1.0, 2.0)),
    ],
)
def test_what_a_fair_reader_would_accept_is_equal(got, expected):
    assert compare(got, expected) is None


@pytest.mark.parametrize(
    ("got", "expected", "kind", "place"),
    [
        (True, 1.0, "type", ""),
        (True, 1, "type", ""),
        (1.0, 1, "type", ""),
        ("1", 1.0, "type", ""),
        (None, 1.0, "type", ""),
        (Thing(), 1.0, "type", ""),
        ([1.0], np.array([1.0]), "type", ""),
        (np.float32([1.0]), np.array([1.0]), "dtype", ""),
        (np.zeros(3), np.zeros((3, 1)), "shape", ""),
        ([1], [1, 2], "shape", ""),
        ({"a": 1}, {"b": 1}, "shape", ""),
        ({"a": 1, "b": 2}, {"a": 1}, "shape", ""),
        (math.nan, 1.0, "finite", ""),
        (math.inf, 1.0, "finite", ""),
        (1.0, math.inf, "finite", ""),
        (np.array([1.0, np.nan]), np.array([1.0, 2.0]), "finite", ""),
        (2.0, 1.0, "value", ""),
        ([1, [2, 3]], [1, [2, 4]], "value", "[1][1]"),
        ({"a": [1.0, "x"]}, {"a": [1.0, "y"]}, "value", "['a'][1]"),
        (Point(1, 2), Point(1.0, 3.0), "value", ".y"),
        (10**30 + 1, 10**30, "value", ""),
    ],
)
def test_the_first_difference_is_named(got, expected, kind, place):
    difference = compare(got, expected)
    assert (difference.kind, difference.place) == (kind, place)
    assert set(difference.text) == {"zh", "en"}


def test_an_array_says_how_many_values_are_wrong():
    difference = compare(np.arange(6.0), np.arange(6.0) + [0, 0, 1, 0, 1, 0], T64)
    assert difference.text["en"] == "has 2 wrong values among 6"
    assert difference.text["zh"] == "6 个元素中有 2 个数值不对"


def test_widened_tolerances_hold_only_inside():
    tol = Tolerance(atol=0.01)
    assert compare(1.5, 1.0, tol).kind == "value"
    with widened(100):
        assert compare(1.5, 1.0, tol) is None
    assert compare(1.5, 1.0, tol).kind == "value"


def test_exact_is_exact():
    assert compare(0.1 + 0.2, 0.3, EXACT).kind == "value"

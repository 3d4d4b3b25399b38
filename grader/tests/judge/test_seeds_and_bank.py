"""The case bank: seeds that depend on their purpose alone, cases that separate misconceptions."""

from __future__ import annotations

import pytest

from gradewright.api import args
from gradewright.host import TopicError
from gradewright_grader.judge.bank import Demand, draw_cases
from gradewright_grader.judge.seeds import derived_seed


def draw(rng, number):
    return args(int(rng.integers(1_000_000)), number)


def demand(**changes):
    fields = {"check": "t.q1.oracle", "draw": draw, "count": 5, "wrong": {}, "place": "q1.py:3"}
    return Demand(**(fields | changes))


def test_seeds_depend_on_secret_and_every_part_of_the_purpose():
    seeds = {
        derived_seed(secret, *purpose)
        for secret in (b"a", b"b")
        for purpose in (("x", 1), ("x", 2), ("x1",), ("x", 1, ""))
    }
    assert len(seeds) == 8
    assert derived_seed(b"a", "x", 1) == derived_seed(b"a", "x", 1)


def test_a_case_does_not_depend_on_how_many_are_drawn():
    few = draw_cases(demand(count=3), b"s", "t")
    many = draw_cases(demand(count=9), b"s", "t")
    assert many[:3] == few


def test_cases_differ_by_course_check_and_person():
    one = draw_cases(demand(), b"s", "t")
    others = [
        draw_cases(demand(), b"another", "t"),
        draw_cases(demand(check="t.q1.other"), b"s", "t"),
        draw_cases(demand(), b"s", "t", person="ann"),
    ]
    assert all(other != one for other in others)
    assert draw_cases(demand(), b"s", "t") == one


def test_further_draws_are_kept_only_where_they_separate():
    def fails_on(cases):
        return tuple(i for i, case in enumerate(cases) if case.args[1] % 10 == 7)

    cases = draw_cases(demand(wrong={"m1": fails_on}), b"s", "t")
    assert [case.args[1] for case in cases] == [0, 1, 2, 3, 4, 7, 17, 27]


def test_a_generator_that_cannot_separate_is_refused():
    with pytest.raises(TopicError) as caught:
        draw_cases(demand(wrong={"m1": lambda cases: ()}), b"s", "t")
    assert str(caught.value) == (
        "q1.py:3: the cases of t.q1.oracle separate the misconception m1 on only 0 of 2005 draws; "
        "3 are needed: construct such cases in the generator for some numbers i"
    )


def test_a_generator_that_returns_no_case_is_refused():
    with pytest.raises(TopicError) as caught:
        draw_cases(demand(draw=lambda rng, i: [1]), b"s", "t")
    assert "returned a list for case 0; return args(…), the arguments of one call" in str(
        caught.value
    )

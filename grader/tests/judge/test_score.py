"""Points: exact, shared by weight, gated by the oracle."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from gradewright_grader.judge.score import Mark, earned, shares

weights = st.fractions(min_value=Fraction(1, 8), max_value=8, max_denominator=8)
fractions = st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(1, 2), Fraction(1)])


@st.composite
def questions(draw):
    count = draw(st.integers(1, 8))
    return [
        Mark(
            id=f"c{i}",
            weight=draw(weights),
            hidden=draw(st.booleans()),
            prop=draw(st.booleans()),
            oracle=draw(st.booleans()),
            fraction=draw(fractions),
        )
        for i in range(count)
    ]


def mark(id, *, weight=1, hidden=True, prop=False, oracle=False, fraction=1):
    return Mark(id, Fraction(weight), hidden, prop, oracle, Fraction(fraction))


@given(questions())
def test_shares_add_up_to_one_exactly(marks):
    assert sum(shares(marks).values()) == 1


@given(questions(), st.integers(1, 100))
def test_points_stay_between_nothing_and_all(marks, points):
    got = sum(earned(marks, points).values())
    assert 0 <= got <= points


@given(questions(), st.integers(1, 100))
def test_all_passed_earns_everything(marks, points):
    passed = [
        mark(m.id, weight=m.weight, hidden=m.hidden, prop=m.prop, oracle=m.oracle) for m in marks
    ]
    assert sum(earned(passed, points).values()) == points


@given(questions())
def test_hidden_checks_get_at_least_three_fifths_where_there_are_both(marks):
    kinds = {m.hidden for m in marks}
    hidden = sum(share for m, share in zip(marks, shares(marks).values(), strict=True) if m.hidden)
    if kinds == {True, False}:
        assert hidden >= Fraction(3, 5)


@given(questions(), st.integers(1, 100), st.integers(0, 7))
def test_doing_better_in_one_check_never_costs_points(marks, points, which):
    better = list(marks)
    i = which % len(marks)
    m = marks[i]
    better[i] = mark(m.id, weight=m.weight, hidden=m.hidden, prop=m.prop, oracle=m.oracle)
    assert sum(earned(better, points).values()) >= sum(earned(marks, points).values())


def test_a_property_earns_nothing_when_an_oracle_fails():
    marks = [mark("o", oracle=True, fraction=0), mark("p", prop=True), mark("x")]
    assert earned(marks, 9) == {"o": 0, "p": 0, "x": 3}


def test_a_property_earns_nothing_when_an_oracle_is_only_partly_right():
    marks = [mark("o", oracle=True, fraction="1/2"), mark("p", prop=True)]
    assert earned(marks, 8) == {"o": 2, "p": 0}


def test_a_gate_without_weight_takes_no_share():
    marks = [mark("gate", weight=0, hidden=False), mark("x")]
    assert shares(marks) == {"gate": 0, "x": 1}
    assert shares([mark("gate", weight=0)]) == {"gate": 0}

"""The decorators and the small types of the contract."""

from __future__ import annotations

from fractions import Fraction

import pytest

import gradewright.api as api
from gradewright.api import Batch, Outcome, StudentError, args, check, in_language, spec_of
from gradewright.api.calls import Parameter, Signature
from gradewright.api.misconceptions import ATTRIBUTE, misconception
from gradewright.api.texts import filled, joined


def test_a_check_carries_its_spec_and_stays_a_function():
    @check(hidden=True, weight="1/2", prop=True, zh="中", en="text")
    def test_x(student):
        return student

    spec = spec_of(test_x)
    assert (spec.hidden, spec.weight, spec.prop) == (True, Fraction(1, 2), True)
    assert spec.text == {"zh": "中", "en": "text"}
    assert test_x(3) == 3
    assert spec_of(print) is None


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({}, TypeError, "check() got no text"),
        ({"en": "x", "weight": 0.5}, TypeError, 'write a whole number or a fraction as text, for example weight="1/2"'),
        ({"en": "x", "weight": 0}, ValueError, "a weight must be above 0; remove the check"),
        ({"en": "x", "evidence": "seen"}, ValueError, "allowed are 'value', 'probe', 'saved'"),
        ({"en": "x", "cases": args}, ValueError, "a public check uses fixed inputs"),
        ({"en": "x", "count": 0}, ValueError, "at least 1 case is needed"),
    ],
)  # fmt: skip
def test_a_spec_that_makes_no_sense_is_refused(options, error, message):
    with pytest.raises(error) as caught:
        check(**options)
    assert message in str(caught.value)


def test_a_misconception_carries_its_spec():
    @misconception("m1", caught_by="t.q1.x", en="why")
    def f():
        pass

    assert getattr(f, ATTRIBUTE).id == "m1"
    with pytest.raises(TypeError, match="got no feedback"):
        misconception("m1", caught_by="t.q1.x")
    with pytest.raises(ValueError, match="allowed are 'value', 'none'"):
        misconception("m1", caught_by="t.q1.x", match="shape", en="x")


def test_a_text_falls_back_to_english_and_then_to_what_there_is():
    assert in_language({"zh": "中", "en": "x"}, "zh") == "中"
    assert in_language({"zh": "中", "en": "x"}, "de") == "x"
    assert in_language({"zh": "中"}, "de") == "中"
    assert in_language({}, "en") == ""


def test_filling_and_joining_go_language_by_language():
    template = {"zh": "{what}错", "en": "{what} is wrong"}
    assert filled(template, what={"zh": "值", "en": "it"}) == {"zh": "值错", "en": "it is wrong"}
    assert joined({"zh": "甲。", "en": "A."}, {"zh": "乙。", "en": "B."}) == {
        "zh": "甲。乙。",
        "en": "A. B.",
    }


def test_a_batch_gives_its_values_or_the_first_error():
    assert Batch("f", [args(1)], [Outcome(5)]).values() == [5]
    with pytest.raises(StudentError):
        Batch("f", [args(1)], [Outcome(error=StudentError())]).values()


def test_a_signature_is_written_as_in_code():
    signature = Signature(
        (
            Parameter("y", "POSITIONAL_OR_KEYWORD"),
            Parameter("base", "KEYWORD_ONLY", "2.0"),
            Parameter("rest", "VAR_POSITIONAL"),
            Parameter("more", "VAR_KEYWORD"),
        )
    )
    assert str(signature) == "(y, base=2.0, *rest, **more)"
    assert signature.names() == ("y", "base", "rest", "more")


def test_everything_exported_exists():
    assert [name for name in api.__all__ if not hasattr(api, name)] == []

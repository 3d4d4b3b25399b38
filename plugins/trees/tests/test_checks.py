"""The checks: the reference passes, constants do not, misconceptions are caught where they say."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from gradewright.api import CheckFailed
from gradewright.api.compare import widened

from .alternatives import STYLES, answers
from .standin import Check, checks, fresh_reference, functions_of, manifest, misconceptions

ref = fresh_reference()
NAMES = [name for q in manifest()["questions"] for name in q.get("functions", ())]
SEEDS = (0, 1, 2)
WRONG = misconceptions()
SYLLABUS = {
    "m1": "tree1.q1.base_2_default",
    "m2": "tree1.q1.zero_prob",
    "m3": "tree1.q2.weighted_children",
    "m4": "tree1.q3.iv_uses_x_only",
    "m5": "tree1.q4.average_filter_matters",
    "m6": "tree1.q4.equal_gains_kept",
    "m7": "tree1.q3.iv_zero",
    "m8": "tree1.q5.pair_probability",
    "m9": "tree1.q5.weights_by_size",
}


def failed(check: Check, namespace: dict[str, Any]) -> bool:
    return check.run(namespace, ref) is not None


def by_id(wrong: SimpleNamespace) -> str:
    return str(wrong.spec.id)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_reference_passes_every_check(seed: int) -> None:
    ends = {check.id: check.run(vars(ref), ref) for check in checks(seed)}
    assert {name: end for name, end in ends.items() if end is not None} == {}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("seed", SEEDS)
def test_correct_solutions_of_every_style_pass(style: str, seed: int) -> None:
    namespace: dict[str, Any] = {}
    for source in answers(style).values():
        exec(source, namespace)
    ends = {check.id: check.run(namespace, ref) for check in checks(seed)}
    assert {name: end for name, end in ends.items() if end is not None} == {}


@pytest.mark.parametrize("constant", [0.0, 1.0, 0, -1, None, True, "", [], {}, "first argument"])
def test_constant_answers_pass_only_checks_that_the_oracle_gates(constant: Any) -> None:
    def answer(*given: Any, **_: Any) -> Any:
        return given[0] if constant == "first argument" else constant

    namespace = dict.fromkeys(NAMES, answer)
    passed = [check for check in checks() if not failed(check, namespace)]
    assert [check.id for check in passed if not check.spec.prop] == []


def test_the_misconceptions_of_the_syllabus_are_all_there() -> None:
    named = {wrong.spec.id: wrong.spec.caught_by for wrong in WRONG}
    assert len(named) == len(WRONG)
    assert {key: named[key] for key in SYLLABUS} == SYLLABUS


@pytest.mark.parametrize("wrong", WRONG, ids=by_id)
def test_a_misconception_fails_its_check_on_three_cases(wrong: SimpleNamespace) -> None:
    for seed in SEEDS:
        check = next(c for c in checks(seed) if c.id == wrong.spec.caught_by)
        with widened(100):
            end = check.run(wrong.namespace, ref)
        assert isinstance(end, CheckFailed)
        assert len(end.failing) >= 3


@pytest.mark.parametrize("wrong", WRONG, ids=by_id)
def test_a_misconception_loses_no_question_that_does_not_need_it(wrong: SimpleNamespace) -> None:
    own = wrong.spec.caught_by.split(".")[1]
    assert wrong.name in functions_of(own)
    related = {q["id"] for q in manifest()["questions"] if own in [q["id"], *q.get("needs", [])]}
    others = [check for check in checks() if check.question not in related]
    assert [check.id for check in others if failed(check, wrong.namespace)] == []


@pytest.mark.parametrize(
    ("wrong", "lost"),
    [
        ("m1", {"fair_coin_is_one", "base_2_default"}),
        ("m2", {"zero_prob"}),
        ("m5", {"average_filter_matters"}),
        ("m6", {"equal_gains_kept"}),
        ("m7", {"iv_zero"}),
        ("m10", {"any_labels"}),
        ("m13", {"no_gain"}),
        ("m14", {"ties"}),
    ],
)
def test_a_single_slip_loses_only_what_is_about_it(wrong: str, lost: set[str]) -> None:
    found = next(w for w in WRONG if w.spec.id == wrong)
    question = found.spec.caught_by.split(".")[1]
    own = [check for check in checks() if check.question == question]
    assert {check.name for check in own if failed(check, found.namespace)} == lost


@pytest.mark.parametrize("wrong", WRONG, ids=by_id)
def test_misconceptions_differ_where_they_fail(wrong: SimpleNamespace) -> None:
    """No two misconceptions of a function return the same on the cases of the naming check."""
    check = next(c for c in checks() if c.id == wrong.spec.caught_by)
    function = check.spec.of
    others = [w for w in WRONG if w.name == wrong.name and w is not wrong]
    mine = [repr(wrong.namespace[function](*c.args, **c.kwargs)) for c in check.cases]
    for other in others:
        theirs = [repr(other.namespace[function](*c.args, **c.kwargs)) for c in check.cases]
        assert mine != theirs


def test_every_text_has_both_languages() -> None:
    texts = [check.spec.text for check in checks()] + [wrong.spec.feedback for wrong in WRONG]
    assert all(set(text) == {"zh", "en"} and all(text.values()) for text in texts)


def test_hidden_checks_carry_most_of_every_question() -> None:
    for question in {check.question for check in checks()}:
        own = [check.spec for check in checks() if check.question == question]
        hidden = sum(spec.weight for spec in own if spec.hidden)
        assert hidden >= sum(spec.weight for spec in own) * 6 / 10
        assert any(spec.hidden and not spec.prop for spec in own)


def test_failures_hint_in_both_languages() -> None:
    def broken(*_: Any, **__: Any) -> float:
        return 0.12345

    for check in checks():
        end = check.run(dict.fromkeys(NAMES, broken), ref)
        if isinstance(end, CheckFailed):
            assert set(end.message) == {"zh", "en"}

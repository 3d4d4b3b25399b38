"""What authors may write in a check, and what becomes of it: parts, parameters, errors, skips."""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from grader.tests.judge.building import MEAN, TOTAL, text_of, tiny
from grader.tests.judge.copying import ForkedCopies, check_of, judged, question_of

from gradewright_grader.judge.client import Judge
from gradewright_grader.judge.link import Job

RICH = """
    import pytest
    from gradewright.api import award, expect, fail


    @check(hidden=True, en="in parts")
    def test_part(student):
        if student.total([4]) != 4:
            award("1/4", en="one quarter is there")


    @check(hidden=True, prop=True, en="nothing is 0")
    def test_nothing(student):
        assert_value(student.total([]), 0)


    @check(hidden=True, en="with parameters")
    @pytest.mark.parametrize("n", [1, 2, 3])
    def test_parameters(student, n):
        assert_value(student.total([1] * n), n)


    @check(hidden=True, en="raises after a value")
    def test_after_a_value(student):
        {3: "right"}[student.total([1, 2])]


    @check(hidden=True, en="raises after a variable")
    def test_after_a_variable(student):
        expect(student.get("SCALE")[0] == 1, en="SCALE starts with 1")


    @check(hidden=True, en="expects an error")
    def test_raises(student):
        with pytest.raises(Exception):
            student.total(None)


    @check(hidden=True, fresh=True, en="in a fresh copy")
    def test_fresh(student):
        assert_value(student.total([2]), 2)


    def personal(rng, i):
        return args(rng.integers(0, 10**6, size=3).tolist())


    @check(hidden=True, per_student=True, cases=personal, count=2, en="for each student")
    def test_personal(student, reference, cases):
        assert_each(student.total.each(cases), reference.total)
    """
REFERENCE = {
    "reference/sums.py": """
    SCALE = [1]


    def total(xs):
        return sum(xs)


    def mean(xs):
        return total(xs) / len(xs)
    """
}
SCALE = "SCALE = [1]"


@pytest.fixture(scope="module")
def judge(tmp_path_factory):
    with Judge(tiny(tmp_path_factory.mktemp("topic"), REFERENCE, RICH)) as made:
        assert made.wait_ready().broken == {}
        yield made


def test_all_kinds_pass_on_the_right_answer(judge):
    judgement = judged(judge, SCALE, TOTAL, MEAN)
    assert {c.id: c.outcome for c in judgement.checks if c.outcome != "passed"} == {}
    assert judgement.points == 80


def test_a_part_of_the_points_is_exact(judge):
    source = "def total(xs): return sum(xs) if xs != [4] else 5"
    judgement = judged(judge, SCALE, source, MEAN)
    part, whole = check_of(judgement, "q1.part"), check_of(judgement, "q1.fresh")
    assert (part.outcome, part.fraction) == ("failed", Fraction(1, 4))
    assert part.points == whole.points / 4
    assert part.message == {"en": "one quarter is there"}


def test_an_object_that_a_check_compares_by_itself_is_told_as_opaque(judge):
    source = (
        "class Odd:\n    __eq__ = lambda *a: True\n    __hash__ = None\ndef total(xs): return Odd()"
    )
    part = check_of(judged(judge, SCALE, source), "q1.part")
    assert (part.outcome, part.fraction) == ("failed", 0)
    assert "a type of your own came back where a plain value is needed" in part.message["en"]


def test_a_check_with_parameters_needs_all_of_them(judge):
    source = "def total(xs): return sum(xs) if len(xs) != 3 else 0"
    assert check_of(judged(judge, SCALE, source), "q1.parameters").outcome == "failed"


def test_a_check_that_raises_after_a_value_is_failed_and_flagged(judge):
    judgement = judged(judge, SCALE, "def total(xs): return sum(xs) + 1", MEAN)
    record = check_of(judgement, "q1.after_a_value")
    assert record.outcome == "failed"
    assert "not the form that the question asks for" in record.message["en"]
    assert record.detail == "KeyError: 4"
    flag = next(f for f in judgement.flags if f.kind == "check raised")
    assert "q1.after_a_value raised KeyError" in flag.text["en"]
    assert not judgement.broken


def test_a_variable_counts_as_a_value_too(judge):
    judgement = judged(judge, "SCALE = 5", TOTAL, MEAN)
    assert check_of(judgement, "q1.after_a_variable").outcome == "failed"
    assert not judgement.broken
    assert check_of(judged(judge, TOTAL, MEAN), "q1.after_a_variable").outcome == "failed"


def test_the_end_of_the_process_is_not_the_error_that_a_check_expects(judge):
    source = "import os\ndef total(xs):\n    if xs is None: os._exit(0)\n    return sum(xs)"
    record = check_of(judged(judge, SCALE, source, MEAN), "q1.raises")
    assert (record.outcome, record.ended_by) == ("failed", "crash")


def test_an_unreadable_answer_is_not_the_error_that_a_check_expects(judge):
    source = (
        "from gradewright.values import Packed\n"
        "from gradewright.values.responder import Responder as R\n"
        "old = R._on_call\n"
        "def new(self, target, cases, *rest):\n"
        "    if cases[0][0] == (None,): return Packed(b'')\n"
        "    return old(self, target, cases, *rest)\n"
        "R._on_call = new"
    )
    judgement = judged(judge, SCALE, TOTAL, MEAN, source)
    assert check_of(judgement, "q1.raises").outcome == "failed"
    assert [f.kind for f in judgement.flags] == ["broken frame"]


def test_fresh_gets_a_copy_of_its_own(judge):
    copies = ForkedCopies("\n".join([SCALE, TOTAL, MEAN]))
    judge.judge(Job({}), copies)
    copies.close()
    assert copies.started == 2
    used_up = "used = []\ndef total(xs):\n    used.append(1)\n    return sum(xs) + (len(used) > 1)"
    assert check_of(judged(judge, SCALE, used_up), "q1.fresh").outcome == "passed"


def test_personal_cases_differ_between_students_and_stay_for_one(judge, tmp_path):
    def inputs(person, number):
        seen = tmp_path / str(number)
        writes = f"def total(xs):\n    open({str(seen)!r}, 'a').write(repr(xs))\n    return sum(xs)"
        judgement = judged(judge, SCALE, writes, MEAN, person=person)
        assert check_of(judgement, "q1.personal").outcome == "passed"
        return seen.read_text()

    assert inputs("ada", 1) == inputs("ada", 2) != inputs("bob", 3)


# --- checks that are broken themselves


BROKEN = {
    "wrong": "assert_value(student.total([1]), 2)",
    "raises before a value": "raise RuntimeError('of ours')",
    "skips": "pytest.skip('not today')",
    "bare assert": "assert student.total([1]) == 2, 'the secret is 2'",
    "unknown probe": "student.probe('nothing')",
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_a_check_that_fails_on_the_reference_is_an_error_and_never_0(tmp_path, body):
    more = f"""
    import pytest


    @check(hidden=True, en="broken")
    def test_broken(student):
        {body}
    """
    with Judge(tiny(tmp_path, more=more)) as judge:
        assert list(judge.wait_ready().broken) == ["tiny1.q1.broken"]
        assert "the reference fails it" in judge.wait_ready().broken["tiny1.q1.broken"]
        judgement = judged(judge, TOTAL, MEAN)
        wrong = judged(judge, "def total(xs): return 0", MEAN)
    record = check_of(judgement, "q1.broken")
    assert (record.outcome, judgement.broken, wrong.broken) == ("error", True, True)
    assert "this is not your fault" in record.message["en"]
    assert "secret" not in record.message["en"]
    assert question_of(judgement, "q1").gated_by == "error"


def test_a_marked_skip_is_an_error_too(tmp_path):
    more = """
    import pytest


    @check(hidden=True, en="skipped")
    @pytest.mark.skip(reason="later")
    def test_skipped(student):
        pass
    """
    with Judge(tiny(tmp_path, more=more)) as judge:
        assert judged(judge, TOTAL, MEAN).broken


# --- in one process, for authors


def alone(folder: Path, *sources: str) -> list[dict]:
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("alone.py")), str(folder)],
        input=json.dumps(sources),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout.splitlines()[-1])["results"]


def test_one_process_judges_like_the_judge_does(tmp_path):
    tiny(tmp_path)
    right, wrong, opaque = alone(
        tmp_path,
        f"{TOTAL}\n{MEAN}",
        f"def total(xs): return sum(xs[1:])\n{MEAN}",
        f"def total(xs): return object()\n{MEAN}",
    )
    assert {c["outcome"] for c in right["checks"]} == {"passed"}
    assert {c["walled"] for c in right["checks"]} == {False}
    assert [q["points"] for q in right["questions"]] == ["40", "40", "0"]
    assert [c["misconception"] for c in wrong["checks"] if c["misconception"]] == ["tiny1.m1"]
    assert [(q["points"], q["via"]) for q in wrong["questions"][:2]][1] == ("40", "reference")
    assert opaque["questions"][0]["points"] == "0"


def test_a_local_supply_has_one_namespace_and_no_ends():
    from gradewright.values import Session, Student
    from gradewright_grader.judge.supply import LocalSupply

    supply = LocalSupply({"double": lambda x: 2 * x})
    supply.begin("any", 1.0)
    assert Student(Session(supply.fresh())).double(4) == 8
    assert supply.fresh() is supply.fresh()
    assert supply.ended_by() == "crash"


def test_the_builder_writes_what_it_is_told(tmp_path):
    tiny(tmp_path, more="X = 1")
    text = (tmp_path / "assignments/tiny1/checks/q1.py").read_text()
    assert text.endswith(text_of("\nX = 1"))

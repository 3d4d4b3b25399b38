"""The `kind` of a check's record: why it did not pass, for programs, beside the words for people."""

from __future__ import annotations

import pytest
from grader.tests.judge.building import MEAN, TOTAL, tiny
from grader.tests.judge.copying import check_of, judged

from gradewright_grader.judge.client import Judge

MORE = """
    from gradewright.api import award, fail


    @check(hidden=True, en="in the author's words")
    def test_author(student):
        if student.total([4]) != 4:
            award("1/4", en="one quarter is there")


    @check(hidden=True, en="raises after a value")
    def test_form(student):
        {3: "right"}[student.total([1, 2])]
    """
STUB = "def total(xs): raise NotImplementedError"
BAN = "from gradewright.api.checks import ForbiddenCall\n"
UNREADABLE = (
    "from gradewright.values import Packed\n"
    "from gradewright.values.responder import Responder\n"
    "Responder._on_call = lambda self, *a: Packed(b'\\xc1')"
)
FAILURES = {
    "unanswered": (STUB, "q1.easy", "unanswered"),
    "unanswered, in a batch": (STUB, "q1.oracle", "unanswered"),
    "unanswered, where a stub would pass": (STUB, "q1.std.no_mutation", "unanswered"),
    "behind a missing name": ("x = 1", "q1.easy", "gated"),
    "behind other parameters": ("def total(values): return 0", "q1.oracle", "gated"),
    "other parameters": ("def total(values): return 0", "q1.std.signature", "author"),
    "banned": (f"{BAN}def total(xs): raise ForbiddenCall('fsum', {{}})", "q1.easy", "ban"),
    "behind a ban": (f"{BAN}def total(xs): raise ForbiddenCall('fsum', {{}})", "q1.form", "gated"),
    "out of time": ("def total(xs):\n    while True: pass", "q1.easy", "ended"),
    "after a timeout": ("def total(xs):\n    while True: pass", "q1.oracle", "unrun"),
    "the process ended": ("import os\ndef total(xs): os._exit(0)", "q1.easy", "ended"),
    "raised": ("def total(xs): return 1 / 0", "q1.easy", "raised"),
    "raised, in a batch": ("def total(xs): return 1 / 0", "q1.oracle", "raised"),
    "unreadable": (f"{TOTAL}\n{UNREADABLE}", "q1.easy", "unreadable"),
    "opaque": ("class A: pass\ndef total(xs): return A()", "q1.author", "opaque"),
    "a form that the check cannot use": ("def total(xs): return 9", "q1.form", "form"),
    "of another type": ("def total(xs): return '3'", "q1.easy", "type"),
    "another value": ("def total(xs): return 9", "q1.easy", "value"),
    "in the author's words": ("def total(xs): return 9", "q1.author", "author"),
    "passed": (TOTAL, "q1.easy", ""),
}


@pytest.fixture(scope="module")
def judge(tmp_path_factory):
    with Judge(tiny(tmp_path_factory.mktemp("topic"), more=MORE)) as made:
        assert made.wait_ready().broken == {}
        yield made


@pytest.mark.parametrize(("source", "check", "kind"), FAILURES.values(), ids=FAILURES)
def test_a_check_that_did_not_pass_says_why(judge, source, check, kind):
    record = check_of(judged(judge, source, MEAN), check)
    assert (record.kind, record.outcome) == (kind, "failed" if kind else "passed")


def test_a_part_of_the_points_keeps_its_kind_and_its_fraction(judge):
    record = check_of(judged(judge, "def total(xs): return 9"), "q1.author")
    assert (record.kind, str(record.fraction)) == ("author", "1/4")


def test_an_answer_that_calls_an_earlier_stub_is_answered(judge):
    wrong = "def mean(xs): return total(xs) + len(xs)"
    record = check_of(judged(judge, STUB, wrong), "q2.easy")
    assert record.kind == "raised"
    assert "raised NotImplementedError" in record.message["en"]


def test_a_check_that_is_broken_itself_is_ours(tmp_path):
    broken = """
    @check(hidden=True, en="broken")
    def test_broken(student):
        assert_value(student.total([1]), 2)
    """
    with Judge(tiny(tmp_path, more=broken)) as judge:
        judgement = judged(judge, TOTAL, MEAN)
    assert check_of(judgement, "q1.broken").kind == "ours"

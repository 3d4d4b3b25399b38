"""The judge's whole way: a real judge process, and student code in processes of its own."""

from __future__ import annotations

import msgspec
import pytest
from grader.tests.judge.building import CANARY, MEAN, TOTAL, tiny
from grader.tests.judge.copying import ForkedCopies, check_of, judged, question_of

from gradewright_grader.judge.client import Judge
from gradewright_grader.judge.record import to_json

LIAR = """
class Liar:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __bool__(self): return True
    def __float__(self): return 3.0
    def __len__(self): return 1
    __hash__ = None
"""
PATCH = (
    "from gradewright.values import Packed\nfrom gradewright.values.responder import Responder\n"
)


@pytest.fixture(scope="module")
def judge(tmp_path_factory):
    with Judge(tiny(tmp_path_factory.mktemp("topic"))) as made:
        assert made.wait_ready().broken == {}
        yield made


def outcomes(judgement, question="q1"):
    return {c.id.split(".", 2)[2]: c.outcome for c in judgement.checks if c.question == question}


def texts(judgement):
    """Everything of a judgement that a student may read."""
    shown = [t for c in judgement.checks for m in (c.message, c.feedback) for t in m.values()]
    shown += [t for q in judgement.questions for t in q.message.values()]
    return "\n".join(shown + [t for f in judgement.flags for t in f.text.values()])


def steady(judgement):
    return to_json(msgspec.structs.replace(judgement, cpu_seconds=0.0))


# --- right answers


def test_the_right_answers_get_every_automatic_point(judge):
    judgement = judged(judge, TOTAL, MEAN)
    assert {c.outcome for c in judgement.checks} == {"passed"}
    assert judgement.points == 80
    assert not judgement.broken
    assert judgement.flags == []


def test_a_manual_question_stays_open_without_points(judge):
    record = question_of(judged(judge, TOTAL, MEAN), "q3")
    assert (record.manual, record.points, record.max_points) == (True, 0, 20)


def test_the_same_submission_gets_the_same_judgement(judge):
    wrong = "def total(xs): raise ValueError(object(), xs)"
    assert steady(judged(judge, wrong, MEAN)) == steady(judged(judge, wrong, MEAN))
    assert "0x…" in check_of(judged(judge, wrong, MEAN), "q1.easy").message["en"]


def test_one_process_serves_all_checks_of_a_healthy_submission(judge):
    copies = ForkedCopies(f"{TOTAL}\n\n{MEAN}")
    from gradewright_grader.judge.link import Job

    judge.judge(Job({}), copies)
    copies.close()
    assert copies.started == 1
    assert copies.begun[:3] == ["names", "tiny1.q1.std.signature", "tiny1.q1.easy"]


# --- gates


def test_a_missing_function_gates_its_question_and_names_it(judge):
    judgement = judged(judge, MEAN)
    question = question_of(judgement, "q1")
    assert (question.gated_by, question.points) == ("missing", 0)
    assert "total is not defined in the notebook" in question.message["en"]
    assert set(outcomes(judgement).values()) == {"failed"}
    assert "Not run: total" in check_of(judgement, "q1.easy").message["en"]


def test_a_name_that_is_no_function_gates(judge):
    judgement = judged(judge, "total = 3", MEAN)
    assert question_of(judgement, "q1").gated_by == "missing"
    assert "total is not a function" in question_of(judgement, "q1").message["en"]


def test_other_parameter_names_gate(judge):
    judgement = judged(judge, "def total(values): return sum(values)", MEAN)
    question = question_of(judgement, "q1")
    assert (question.gated_by, question.points) == ("signature", 0)
    assert "should have the parameters (xs)" in question.message["en"]
    assert "(values)" in question.message["en"]


def test_a_banned_callable_that_is_reached_gates(judge):
    ban = "from gradewright.api.checks import ForbiddenCall\n"
    judgement = judged(judge, ban + "def total(xs): raise ForbiddenCall('math.fsum', {})", MEAN)
    assert question_of(judgement, "q1").gated_by == "ban"
    assert "math.fsum" in question_of(judgement, "q1").message["en"]
    assert question_of(judgement, "q1").points == 0


def test_a_stub_is_told_as_not_answered(judge):
    judgement = judged(judge, "def total(xs): raise NotImplementedError", MEAN)
    assert "not answered yet" in check_of(judgement, "q1.easy").message["en"]
    assert question_of(judgement, "q1").points == 0


# --- needs


def test_an_earlier_mistake_costs_its_own_question_alone(judge):
    judgement = judged(judge, "def total(xs): return 0", MEAN)
    assert question_of(judgement, "q1").points == 0
    assert (question_of(judgement, "q2").points, question_of(judgement, "q2").via) == (
        40,
        "reference",
    )


def test_with_the_students_own_right_functions_nothing_stands_in(judge):
    assert question_of(judged(judge, TOTAL, MEAN), "q2").via == "student"


def test_a_mistake_of_its_own_is_not_mended_by_the_stand_in(judge):
    judgement = judged(judge, "def total(xs): return 0", "def mean(xs): return total(xs)")
    assert question_of(judgement, "q2").points == 0


def test_a_stand_in_is_gone_after_its_question(judge):
    keeps = "kept = []\n" + MEAN.replace("if not", "kept.append(total)\n    if not")
    judgement = judged(judge, "def total(xs): return 1 if not kept else kept[0](xs)", keeps)
    assert question_of(judgement, "q1").points == 0


# --- ends


def test_out_of_time_ends_the_questions_other_checks_unrun(judge):
    judgement = judged(judge, "def total(xs):\n    while True: pass", MEAN)
    assert check_of(judgement, "q1.easy").ended_by == "cpu"
    assert "ran out of time" in check_of(judgement, "q1.easy").message["en"]
    oracle = check_of(judgement, "q1.oracle")
    assert (oracle.outcome, oracle.ended_by) == ("failed", None)
    assert "another check of this question ran out of time" in oracle.message["en"]
    # what needs it is tried with the stand-in at once, instead of waiting again
    assert (question_of(judgement, "q2").points, question_of(judgement, "q2").via) == (
        40,
        "reference",
    )


def test_a_check_that_ends_the_process_costs_itself_alone(judge):
    dies = "import os\ndef total(xs):\n    if len(xs) > 2: os._exit(0)\n    return sum(xs)"
    judgement = judged(judge, dies, MEAN)
    assert check_of(judgement, "q1.easy").outcome == "passed"
    oracle = check_of(judgement, "q1.oracle")
    assert (oracle.outcome, oracle.ended_by, oracle.points) == ("failed", "crash", 0)
    assert question_of(judgement, "q2").points == 40


def test_a_process_that_is_dead_from_the_start_is_no_error_of_ours(judge):
    judgement = judged(judge, "import os; os._exit(0)")
    assert judgement.points == 0
    assert not judgement.broken
    assert question_of(judgement, "q1").gated_by == "missing"


def test_a_process_that_hangs_when_asked_for_names_is_ended_by_the_budget(judge):
    hangs = PATCH + "import time\nResponder._on_names = lambda self, names: time.sleep(1000)"
    judgement = judged(judge, TOTAL, MEAN, hangs)
    assert judgement.points == 0
    assert "ran out of time" in question_of(judgement, "q2").message["en"]


# --- what comes back


def test_a_frame_that_cannot_be_read_costs_the_check_and_is_flagged(judge):
    broken = PATCH + "Responder._on_call = lambda self, *a: Packed(b'\\xc1')"
    judgement = judged(judge, TOTAL, MEAN, broken)
    assert judgement.points == 0
    assert not judgement.broken
    assert "could not be read" in check_of(judgement, "q1.easy").message["en"]
    assert {f.kind for f in judgement.flags} == {"broken frame"}


LIES = {
    "unhashable names": "Responder._on_names = lambda self, n: self._done([([], 'function')])",
    "objects as kinds": "Responder._on_names = lambda self, n: self._done([(x, Liar()) for x in n])",
    "an object for done": "Responder._done = lambda self, o: self._encoded((Liar(), o))",
    "an array for done": "import numpy\n"
    "Responder._done = lambda self, o: self._encoded((numpy.zeros(3), o))",
    "no outcomes": "Responder._on_call = lambda self, *a: self._done([])",
    "too many outcomes": "Responder._on_call = lambda self, *a: "
    "self._done([(3, None, None, '')] * 99)",
    "a liar for everything": "Responder._encoded = (lambda old: lambda self, v: "
    "old(self, ('done', [(Liar(), None, None, '')])))(Responder._encoded)",
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_responder_that_lies_earns_nothing_and_makes_no_error(judge, lie):
    judgement = judged(judge, LIAR, TOTAL, MEAN, PATCH, lie)
    assert judgement.points == 0
    assert not judgement.broken


def test_an_object_that_equals_everything_does_not_pass(judge):
    judgement = judged(judge, LIAR, "def total(xs): return Liar()", "def mean(xs): return Liar()")
    assert judgement.points == 0
    assert "Liar" in check_of(judgement, "q1.easy").message["en"]


@pytest.mark.parametrize(
    "value",
    ["float('nan')", "float('inf')", "None", "True", "'3'", "[3]", "Exact(3)", "iter([3])"],
)
def test_values_that_play_games_do_not_pass(judge, value):
    exact = "class Exact(float):\n    def __eq__(self, o): return True\n    __hash__ = None"
    judgement = judged(judge, exact, f"def total(xs): return {value} if len(xs) != 2 else {value}")
    assert check_of(judgement, "q1.oracle").outcome == "failed"
    assert question_of(judgement, "q1").points in (0, 16)  # Exact(3) is right once: as 3.0


ERRORS = ["ExceptionGroup('a', [ValueError()])", "UnicodeDecodeError('a', b'', 0, 1, 'b')"]
ERRORS += ["KeyError('x')", "SystemExit(3)", "StopIteration()", "Own()", "ValueError('\\ud800')"]


@pytest.mark.parametrize("error", ERRORS)
def test_every_error_of_a_student_is_an_outcome(judge, error):
    own = "class Own(Exception):\n    def __str__(self): raise RuntimeError"
    judgement = judged(judge, own, f"def total(xs): raise {error}", MEAN)
    assert check_of(judgement, "q1.easy").outcome == "failed"
    assert not judgement.broken
    assert question_of(judgement, "q2").points == 40


def test_a_long_message_is_cut(judge):
    long = f"def total({'x' * 90_000}): return 0"
    judgement = judged(judge, long, MEAN)
    assert max(map(len, texts(judgement).splitlines())) <= 2_100


def test_packets_that_answer_nothing_are_flagged(judge):
    junk = (
        "import os\ndef total(xs):\n    for fd in range(3, 60):\n"
        "        try: os.write(fd, b'junk')\n        except OSError: pass\n    return sum(xs)"
    )
    judgement = judged(judge, junk, MEAN)
    assert judgement.points == 80
    assert [f.kind for f in judgement.flags] == ["junk"]


# --- points


def test_properties_earn_nothing_while_the_oracle_fails(judge):
    judgement = judged(judge, "def total(xs): return 0", MEAN)
    finite = check_of(judgement, "q1.std.finite")
    assert (finite.outcome, finite.points) == ("passed", 0)
    assert finite.message["en"]


@pytest.mark.parametrize("answer", ["0", "1.0", "xs", "None", "[]", "''", "True"])
def test_constants_earn_nothing(judge, answer):
    source = f"def total(xs): return {answer}\ndef mean(xs): return {answer}"
    assert judged(judge, source).points == 0


def test_a_changed_argument_costs_the_property_alone(judge):
    judgement = judged(
        judge, "def total(xs):\n    s = sum(xs)\n    xs.append(1)\n    return s", MEAN
    )
    assert outcomes(judgement)["std.no_mutation"] == "failed"
    assert outcomes(judgement)["oracle"] == "passed"
    assert 0 < question_of(judgement, "q1").points < 40


def test_a_random_answer_fails_determinism(judge):
    # the generators are seeded before every request: what counts calls is what differs
    counts = "n = [0]\ndef total(xs):\n    n[0] += 1\n    return sum(xs) + n[0]"
    assert outcomes(judged(judge, counts, MEAN))["std.determinism"] == "failed"


# --- misconceptions


def test_a_known_mistake_is_named_once_a_question(judge):
    judgement = judged(judge, "def total(xs): return sum(xs[1:])", MEAN)
    named = [c for c in judgement.checks if c.misconception]
    assert [c.misconception for c in named] == ["tiny1.m1"]
    assert named[0].feedback == {"en": "a sum starts with the first value"}
    assert named[0].question == "q1"


def test_both_mistakes_are_named_each_in_its_question(judge):
    wrong = "def total(xs): return sum(xs[1:])\ndef mean(xs): return total(xs)"
    named = [(c.question, c.misconception) for c in judged(judge, wrong).checks if c.misconception]
    assert ("q1", "tiny1.m1") in named
    assert len(named) == len({question for question, _ in named})


def test_another_mistake_is_not_named(judge):
    judgement = judged(judge, "def total(xs): return sum(xs) + 1", MEAN)
    assert [c.misconception for c in judgement.checks if c.misconception] == []


# --- what is told


NOSY = [
    "def total(xs): return 0",
    "def total(xs): return sum(xs) + 1",
    "def total(xs): return str(sum(xs))",
    "def total(xs): return [sum(xs)]",
    "def total(xs): raise ValueError(f'given {xs}, which adds up to {sum(xs)}')",
    "def total(xs): return {'sum': sum(xs)}",
    "def total(xs): print(xs, sum(xs))",
    "def total(xs): xs.append(sum(xs)); return float('nan')",
    "def total(xs): raise type('E' + str(sum(xs)), (Exception,), {})(sum(xs))",
]


@pytest.mark.parametrize("source", NOSY[:-1])
def test_hidden_inputs_and_expected_values_are_never_told(judge, source):
    judgement = judged(judge, source, MEAN)
    assert check_of(judgement, "q1.oracle").outcome == "failed"
    assert str(CANARY)[:5] not in texts(judgement)


def test_a_class_named_after_a_hidden_input_is_not_told(judge):
    # a student words the names of classes: only Python's own are shown of a hidden check
    judgement = judged(judge, NOSY[-1], MEAN)
    oracle = check_of(judgement, "q1.oracle")
    assert oracle.outcome == "failed"
    assert oracle.message["en"].endswith("your code raised Exception.")


def test_findings_in_the_text_come_with_the_judgement(judge):
    judgement = judged(judge, TOTAL, MEAN, answers={"q1": "import scipy", "q2": "eval('1')"})
    assert [(f.kind, f.question) for f in judgement.flags] == [("banned", "q1"), ("unusual", "q2")]
    assert judgement.points == 80


def test_unwalled_work_says_so_in_every_check(judge):
    assert {c.walled for c in judged(judge, TOTAL, MEAN, walled=False).checks} == {False}

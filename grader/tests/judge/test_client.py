"""Starting a judge, what it refuses with which place, and what happens when it dies."""

from __future__ import annotations

import os
import signal
import socket
import subprocess

import pytest
from grader.tests.judge.building import MEAN, MISCONCEPTIONS, Q1, TOTAL, tiny
from grader.tests.judge.copying import ForkedCopies, judged

from gradewright.host import TopicError
from gradewright_grader.judge import link as say
from gradewright_grader.judge.client import Judge, JudgeDied
from gradewright_grader.judge.link import Job, Link, LinkClosed

HEAD = """
    from gradewright.api import args, assert_value, check, assert_each


    def draw(rng, i):
        return {case}


    @check(hidden=True, of="total", cases=draw, en="sums")
    def test_oracle(student, reference, cases):
        assert_each(student.total.each(cases), reference.total)
    """


def refused(folder, changed) -> TopicError:
    with Judge(tiny(folder, changed)) as judge, pytest.raises(TopicError) as caught:
        judge.wait_ready()
    return caught.value


# --- what cannot be judged


def test_a_check_file_that_cannot_be_imported_is_named(tmp_path):
    error = refused(tmp_path, {Q1: "import nothing_of_this_name\n" + text(HEAD, "args([i])")})
    assert "the checks cannot be collected" in error.message
    assert "nothing_of_this_name" in error.message
    assert "run the file with python" in error.message
    assert error.place.endswith("checks/q1.py")


def test_a_generator_that_gives_no_case_is_named_with_its_line(tmp_path):
    error = refused(tmp_path, {Q1: text(HEAD, "[i]")})
    assert "the generator draw returned a list for case 0; return args(…)" in error.message
    assert "q1.py:" in error.place


def test_cases_that_cannot_separate_a_misconception_are_refused(tmp_path):
    error = refused(tmp_path, {Q1: text(HEAD, "args([0, 0, 0])")})
    assert "separate the misconception m1 on only 0 of" in error.message
    assert "q1.py:" in error.place


def test_a_check_file_that_ends_the_process_is_an_error_of_ours(tmp_path):
    assignment = tiny(tmp_path, {Q1: "import os\nos._exit(3)\n" + text(HEAD, "args([i])")})
    with Judge(assignment) as judge, pytest.raises(JudgeDied, match="ended while it warmed up"):
        judge.wait_ready()


def test_a_misconception_that_cannot_be_made_is_no_silence(tmp_path):
    changed = {
        MISCONCEPTIONS: """
        import nothing_of_this_name
        from gradewright.api import misconception


        @misconception("m1", caught_by="tiny1.q1.oracle", en="no")
        def total(xs):
            return 0
        """
    }
    with Judge(tiny(tmp_path, changed)) as judge, pytest.raises((TopicError, JudgeDied)):
        judge.wait_ready()


def text(template: str, case: str) -> str:
    import textwrap

    return textwrap.dedent(template.format(case=case))


# --- a judge that dies


class Murderer(ForkedCopies):
    """Ends the judge when it asks for a copy."""

    def __init__(self, judge: Judge) -> None:
        super().__init__(TOTAL)
        self.judge = judge

    def fresh(self) -> int | None:
        pids = _descendants(self.judge._process.pid)
        for pid in (self.judge._process.pid, *pids):
            os.kill(pid, signal.SIGKILL)
        return super().fresh()


def _descendants(pid: int) -> list[int]:
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(word) for word in file.read().split()]


def test_a_judge_that_dies_in_the_middle_is_an_error_of_ours_and_the_next_call_says_so(tmp_path):
    with Judge(tiny(tmp_path)) as judge:
        assert judged(judge, TOTAL, MEAN).points == 80
        assert judge.alive
        copies = Murderer(judge)
        with pytest.raises(JudgeDied, match="without a judgement"):
            judge.judge(Job({}), copies)
        copies.close()
        judge._process.wait(10)
        assert not judge.alive
        with pytest.raises(JudgeDied, match="without a judgement"):
            judged(judge, TOTAL, MEAN)


def test_one_job_that_dies_takes_no_other_with_it(tmp_path):
    class Killer(ForkedCopies):
        def fresh(self):
            for pid in _descendants(judge._process.pid):
                os.kill(pid, signal.SIGKILL)
            return super().fresh()

    with Judge(tiny(tmp_path)) as judge:
        judge.wait_ready()
        copies = Killer(TOTAL)
        with pytest.raises(JudgeDied):
            judge.judge(Job({}), copies)
        copies.close()
        assert judged(judge, TOTAL, MEAN).points == 80


def test_where_no_copy_is_to_be_had_nothing_is_earned_and_nothing_breaks(tmp_path):
    class Empty(ForkedCopies):
        def fresh(self):
            return None

        def ended_by(self):
            return "memory"

    with Judge(tiny(tmp_path)) as judge:
        judgement = judge.judge(Job({}), Empty(""))
    assert (judgement.points, judgement.broken) == (0, False)
    assert "too much memory" in judgement.questions[0].message["en"]


def test_closing_a_judge_ends_its_process_also_while_it_warms_up(tmp_path, capfd):
    judge = Judge(tiny(tmp_path))
    judge.close()
    assert judge._process.returncode == 0
    assert capfd.readouterr().err == ""


def test_a_judge_inherits_nothing_of_its_callers_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADEWRIGHT_TEST_SECRET", "of the caller")
    with Judge(tiny(tmp_path)) as judge:
        judge.wait_ready()
        with open(f"/proc/{judge._process.pid}/environ", "rb") as file:
            environ = file.read()
    assert b"SECRET" not in environ
    assert b"PYTHONHASHSEED=0" in environ


# --- the link between judge and station


def test_messages_and_descriptors_cross_the_link():
    ours, theirs = socket.socketpair()
    with ours, theirs, open("/dev/null") as null:
        Link(ours).send(say.Begin("q1.easy", 2.5))
        Link(ours).send(say.Here(), null.fileno())
        assert Link(theirs).receive() == (say.Begin("q1.easy", 2.5), None)
        message, fd = Link(theirs).receive()
        assert isinstance(message, say.Here)
        assert os.fstat(fd).st_rdev == os.fstat(null.fileno()).st_rdev
        os.close(fd)


def test_a_closed_link_says_so_wherever_it_is_noticed():
    ours, theirs = socket.socketpair()
    ours.send(say.LENGTH.pack(100) + b"half of it")
    ours.close()
    with pytest.raises(LinkClosed, match="in the middle of a message"):
        Link(theirs).receive()
    with pytest.raises(LinkClosed, match="the other end closed"):
        Link(theirs).receive()
    with pytest.raises(LinkClosed):
        Link(theirs).send(say.AskEnd())
    theirs.close()


def test_a_judge_without_a_station_ends_by_itself(tmp_path):
    ours, theirs = socket.socketpair()
    import sys

    command = [sys.executable, "-m", "gradewright_grader.judge.process", str(theirs.fileno())]
    with subprocess.Popen(command, pass_fds=[theirs.fileno()]) as process:
        theirs.close()
        ours.close()
        assert process.wait(20) == 0

"""A station on a real box: verdicts, cells that end badly, state left behind, forged reports."""

from __future__ import annotations

import os
import signal
from fractions import Fraction
from pathlib import Path

import pytest
from grader.tests.engine.handing_in import ends, hand_in, notebook, points, shown
from grader.tests.judge.building import ASSIGNMENT, FILES, MEAN, Q1, TOTAL, text_of, tiny

from gradewright.host import TopicError
from gradewright_grader.box import LevelReport, Step, clock
from gradewright_grader.engine import LevelRefused, Station, grade_bytes
from gradewright_grader.engine import station as module
from gradewright_grader.engine.notebook_run import MOST_RERUNS, signal_name

pytestmark = pytest.mark.xdist_group("box")

FORGE = """
import os, socket
from gradewright_grader.wall import reports, packets
from gradewright_grader.box.runner.model import CellRun
def channels():
    for fd in range(3, 20):
        try:
            yield socket.socket(fileno=os.dup(fd))
        except OSError:
            pass
def tell(*told):
    for channel in channels():
        for report in told:
            reports.send_report(channel, report)
def run(index, text="forged"):
    output = {"output_type": "stream", "name": "stdout", "text": text}
    return CellRun(index, [output], 1, None, 0.0, 0.0)
"""
PATCH = "from gradewright.values.responder import Responder as R\n"


# --- verdicts


def test_right_answers_get_all_points_and_the_level_is_in_the_record(station, assignment):
    graded = hand_in(station, assignment, TOTAL, MEAN)
    record = graded.record
    assert points(graded) == (40, 40)
    assert (record.status, record.points, record.auto_max_points) == ("graded", 80, 80)
    assert record.manual_open == ["tiny1.q3"]
    assert not record.final
    assert record.box.level == station.level
    assert ends(graded) == []


def test_wrong_answers_cost_their_own_question(station, assignment):
    assert points(hand_in(station, assignment, "def total(xs): return 0", MEAN)) == (0, 40)


def test_the_same_bytes_get_the_same_digest(station, assignment):
    noisy = "class A: pass\ndef total(xs): raise ValueError(A(), hex(id(xs)))"
    digests = {
        hand_in(
            station, assignment, noisy, MEAN, "import time; print(time.time())"
        ).record.verdict_digest
        for _ in range(3)
    }
    assert len(digests) == 1


def test_other_bytes_get_another_digest(station, assignment):
    one, two = (hand_in(station, assignment, TOTAL, MEAN, text) for text in ("1", "2"))
    assert one.record.verdict_digest != two.record.verdict_digest


def test_an_unreadable_file_is_refused_with_0_points(station, assignment):
    record = grade_bytes(station, assignment, b"{", student="ada").record
    assert (record.status, record.points, record.final) == ("refused", Fraction(0), True)
    assert record.reason["en"]


# --- cells that end badly


def test_a_cell_over_its_budget_is_interrupted_and_the_next_runs(station, assignment):
    graded = hand_in(station, assignment, TOTAL, "while True: pass", MEAN)
    assert (points(graded), ends(graded)) == ((40, 40), [(1, "cpu")])


def test_a_cell_that_swallows_the_interrupt_is_left_out(station, assignment):
    stubborn = "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
    graded = hand_in(station, assignment, TOTAL, stubborn, MEAN)
    assert (points(graded), ends(graded)) == ((40, 40), [(1, "cpu")])


def test_a_cell_that_waits_is_interrupted(station, assignment):
    graded = hand_in(station, assignment, TOTAL, "import time; time.sleep(1000)", MEAN)
    assert (points(graded), ends(graded)) == ((40, 40), [(1, "wall")])


def test_a_cell_that_ends_the_process_is_left_out(station, assignment):
    graded = hand_in(station, assignment, TOTAL, "import os; os._exit(0)", MEAN)
    assert (points(graded), ends(graded)) == ((40, 40), [(1, "crash")])


def test_a_crash_is_named_by_its_signal(station, assignment):
    graded = hand_in(station, assignment, TOTAL, "import ctypes; ctypes.string_at(1)", MEAN)
    assert (points(graded), ends(graded)) == ((40, 40), [(1, "crash (SIGSEGV)")])


def test_a_cell_that_takes_all_memory_ends_as_memory_or_in_an_error(station, assignment):
    hog = "x = []\nwhile True: x.append(bytearray(64 << 20))"
    graded = hand_in(station, assignment, TOTAL, hog, MEAN)
    assert points(graded) == (40, 40)
    assert ends(graded)[0][1] in ("memory", "error", "cpu")


def test_the_answer_that_ends_the_process_loses_its_own_question(station, assignment):
    graded = hand_in(station, assignment, TOTAL + "\nimport os; os._exit(0)", MEAN)
    assert (points(graded), ends(graded)) == ((0, 40), [(0, "crash")])


def test_at_most_three_cells_are_left_out(station, assignment):
    dying = ["import os; os._exit(0)"] * (MOST_RERUNS + 1)
    graded = hand_in(station, assignment, TOTAL, MEAN, *dying)
    assert points(graded) == (0, 0)
    assert len(ends(graded)) == MOST_RERUNS + 1
    assert points(hand_in(station, assignment, TOTAL, MEAN, *dying[1:])) == (40, 40)


def test_the_notebooks_budget_holds_over_many_cells(station, tmp_path):
    small = tiny(tmp_path, {ASSIGNMENT: FILES[ASSIGNMENT].replace("notebook = 6", "notebook = 1")})
    spin = "import time\nt = time.process_time()\nwhile time.process_time() - t < 0.4: pass"
    graded = hand_in(station, small, TOTAL, *[spin] * 4, MEAN)
    assert ends(graded) != []
    assert {end for _, end in ends(graded)} == {"cpu"}


def test_a_process_that_closes_its_channel_and_stays_is_ended(station, assignment):
    leave = "import os, time\nos.closerange(3, 100)\ntime.sleep(1000)"
    graded = hand_in(station, assignment, TOTAL, MEAN, leave)
    assert (points(graded), ends(graded)) == ((40, 40), [(2, "crash")])


# --- state left behind


def test_a_name_that_a_later_cell_rebinds_is_put_back_and_flagged(station, assignment):
    graded = hand_in(station, assignment, TOTAL, MEAN, "globals()['total'] = lambda xs: 0")
    assert points(graded) == (40, 40)
    assert "rebound" in {flag.kind for flag in graded.record.flags}


def test_a_thread_left_behind_makes_the_process_serve_itself(station, assignment):
    thread = "import threading, time\nthreading.Thread(target=time.sleep, args=(999,), daemon=True).start()"
    assert points(hand_in(station, assignment, TOTAL, MEAN, thread)) == (40, 40)


def test_with_a_thread_a_check_that_ends_the_process_costs_itself_alone(station, assignment):
    thread = "import threading, time\nthreading.Thread(target=time.sleep, args=(999,), daemon=True).start()"
    dies = "import os\ndef total(xs):\n    if xs == [1, 2]: os._exit(0)\n    return sum(xs)"
    graded = hand_in(station, assignment, dies, MEAN, thread)
    assert points(graded)[1] == 40
    assert 0 < points(graded)[0] < 40
    outcomes = {c.id: c.ended_by for c in graded.record.checks if c.question == "q1"}
    assert outcomes["tiny1.q1.easy"] == "crash"


@pytest.mark.parametrize(
    "left",
    [
        "import os, time\nif os.fork() == 0: os.setsid(); time.sleep(999)",
        "import os\nif os.fork() == 0:\n    while True: pass",
        "import os\nos.fork()",
        "import subprocess\nsubprocess.Popen(['sleep', '999'])",
    ],
    ids=["daemon", "spinning", "fall through", "subprocess"],
)
def test_processes_left_behind_change_nothing_and_end_with_the_submission(
    station, assignment, left
):
    graded = hand_in(station, assignment, TOTAL, MEAN, left, "print('once')")
    assert points(graded) == (40, 40)
    assert shown(graded).count("once") == 1
    assert _children_of_zygotes() == []


def _children_of_zygotes():
    """Processes below launcher and zygote of this process's boxes: there, students' code runs."""
    launchers = [p for p in clock.processes(os.getpid()) if p.parent == os.getpid()]
    below = [clock.processes(p.pid) for p in launchers if b"launcher" in _command(p.pid)]
    return [p for tree in below for p in tree[2:] if p.state not in "ZX"]


def _command(pid):
    return Path(f"/proc/{pid}/cmdline").read_bytes()


# --- checks that end badly


def test_where_a_copy_will_not_die_the_whole_child_does_and_the_others_go_on(
    station, assignment, monkeypatch
):
    monkeypatch.setattr("gradewright_grader.engine.copies._swept", lambda child: False)
    endless = "def total(xs):\n    while True: pass"
    graded = hand_in(station, assignment, endless, MEAN)
    assert points(graded) == (0, 40)
    assert {c.ended_by for c in graded.record.checks if c.question == "q2"} == {None}


def test_a_check_over_its_budget_ends(station, assignment):
    graded = hand_in(station, assignment, "def total(xs):\n    while True: pass", MEAN)
    assert points(graded) == (0, 40)
    assert graded.record.checks[1].ended_by == "cpu"


@pytest.mark.parametrize("end", ["os._exit(0)", "os.kill(os.getpid(), 40)", "os.abort()"])
def test_every_way_to_end_a_check_is_named(station, assignment, end):
    graded = hand_in(station, assignment, f"import os\ndef total(xs): {end}", MEAN)
    assert points(graded) == (0, 40)
    assert graded.record.checks[1].ended_by.startswith("crash")


def test_a_child_that_keeps_the_channel_open_is_swept_away(station, assignment):
    holds = "import os, time\ndef total(xs):\n    if os.fork(): os._exit(0)\n    time.sleep(999)"
    graded = hand_in(station, assignment, holds, MEAN)
    assert points(graded) == (0, 40)
    assert graded.record.checks[1].ended_by == "wall"


def test_a_child_that_works_for_its_parent_is_counted(station, assignment):
    works = (
        "import os, time\ndef total(xs):\n    if os.fork(): time.sleep(999)\n    while True: pass"
    )
    graded = hand_in(station, assignment, works, MEAN)
    assert (points(graded), graded.record.checks[1].ended_by) == ((0, 40), "cpu")


def test_a_responder_that_never_answers_is_ended_once(station, assignment):
    hangs = PATCH + "import time\nR._on_names = lambda self, names: time.sleep(999)"
    assert points(hand_in(station, assignment, TOTAL, MEAN, hangs)) == (0, 0)


# --- reports are claims


def test_junk_on_every_descriptor_changes_nothing(station, assignment):
    junk = (
        "import os\nfor fd in range(3, 31):\n    for size in range(40):\n"
        "        try: os.write(fd, b'j' * size)\n        except OSError: break"
    )
    assert points(hand_in(station, assignment, TOTAL, MEAN, junk)) == (40, 40)


def test_a_flood_of_junk_costs_its_own_cell(station, assignment):
    flood = (
        "import os\nwhile True:\n    for fd in range(3, 31):\n"
        "        try: os.write(fd, b'junk')\n        except OSError: pass"
    )
    graded = hand_in(station, assignment, TOTAL, MEAN, flood)
    assert points(graded) == (40, 40)
    assert ends(graded)[0][0] == 2


def test_a_flood_of_junk_from_a_check_is_dropped(station, assignment):
    flood = (
        "import os\ndef total(xs):\n    for fd in range(3, 31):\n"
        "        try: os.write(fd, b'junk')\n        except OSError: pass\n    return sum(xs)"
    )
    graded = hand_in(station, assignment, flood, MEAN)
    assert points(graded) == (40, 40)
    assert "junk" in {flag.kind for flag in graded.record.flags}


def test_forged_ends_of_cells_are_kept_once_and_within_bounds(station, assignment):
    forge = FORGE + "tell(*[reports.CellEnded(run(i % 9, 'x' * 90_000)) for i in range(900)])"
    graded = hand_in(station, assignment, TOTAL, MEAN, forge)
    assert points(graded) == (40, 40)
    assert len(graded.runs) <= 4
    assert len(shown(graded)) < 500_000


def test_finishing_early_earns_nothing_more(station, assignment):
    forge = FORGE + "tell(reports.Finished([], []))\nimport time\ntime.sleep(0.2)\n"
    graded = hand_in(station, assignment, "def total(xs): return 0", forge, MEAN)
    assert points(graded)[0] == 0


def test_finishing_early_and_never_serving_is_ended(station, assignment, monkeypatch):
    from gradewright_grader.engine import copies

    monkeypatch.setattr(copies, "FORK_SECONDS", 0.5)
    forge = FORGE + "tell(reports.Finished([], []))\nwhile True: pass"
    graded = hand_in(station, assignment, TOTAL, MEAN, forge)
    assert graded.record.points <= 80


@pytest.mark.parametrize("pid", ["1", "2", "-1", "2**40"])
def test_a_forged_copy_gets_no_longer_budget(station, assignment, pid):
    forge = FORGE + f"tell(*[reports.Forked({pid})] * 20)"
    spins = "def total(xs):\n    while True: pass"
    graded = hand_in(station, assignment, spins, MEAN, forge)
    assert points(graded)[0] == 0
    assert graded.record.points <= 40


@pytest.mark.parametrize("status", ["2**40", "-5", "40", "127", "0"])
def test_a_forged_status_of_a_copy_is_only_a_crash(station, assignment, status):
    lie = (
        "import gradewright_grader.wall.payload as p\n"
        "old = p.ForkEnded\n"
        f"p.ForkEnded = lambda pid, status: old(pid, {status})"
    )
    dies = "import os\ndef total(xs): os._exit(0)"
    graded = hand_in(station, assignment, dies, MEAN, lie)
    assert points(graded) == (0, 40)
    assert graded.record.checks[1].ended_by.startswith("crash")


def test_signals_have_names():
    assert signal_name(signal.SIGKILL) == "SIGKILL"
    assert signal_name(40) == "signal 40"


# --- errors of ours


def test_a_judge_that_died_gives_an_error_without_points_and_the_next_is_graded(
    station, assignment
):
    judge = station.judge(assignment)
    judge.wait_ready()
    os.kill(judge._process.pid, signal.SIGKILL)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(station, "judge", lambda assignment: judge)
        record = hand_in(station, assignment, TOTAL, MEAN).record
    assert (record.status, record.points, record.final) == ("error", None, False)
    assert "will be graded again" in record.reason["en"]
    judge._process.wait(10)
    assert points(hand_in(station, assignment, TOTAL, MEAN)) == (40, 40)


def test_a_box_that_ends_before_the_first_cell_is_an_error_of_ours(
    station, assignment, monkeypatch
):
    from gradewright_grader.engine import notebook_run

    monkeypatch.setattr(notebook_run, "PAYLOAD", "gradewright_grader.wall.payload:warm_up")
    record = hand_in(station, assignment, TOTAL, MEAN).record
    assert (record.status, record.points) == ("error", None)
    assert "before the first of" in record.reason["en"]
    assert "gradewright doctor" in record.reason["en"]


def test_a_broken_check_gives_an_error_and_tells_students_no_detail(station, tmp_path):
    more = """
    @check(hidden=True, en="broken")
    def test_broken(student):
        assert student.total([1]) == 2, "the secret is 2"
    """
    record = hand_in(station, tiny(tmp_path, more=more), TOTAL, MEAN).record
    assert (record.status, record.points) == ("error", None)
    assert "tiny1.q1.broken" in record.reason["en"]
    assert "secret" not in str(record.reason)
    assert "secret" in next(c for c in record.checks if c.id == "tiny1.q1.broken").detail


def test_an_assignment_that_cannot_be_judged_gives_an_error_with_the_place(station, tmp_path):
    broken = tiny(tmp_path, {Q1: "import nothing_of_this_name\n" + text_of(FILES[Q1])})
    record = hand_in(station, broken, TOTAL, MEAN).record
    assert record.status == "error"
    assert "nothing_of_this_name" in record.reason["en"]
    with pytest.raises(TopicError):
        station.judge(broken).wait_ready()


def test_a_level_below_the_required_is_refused_with_the_remedy(monkeypatch):
    steps = [Step("full: namespaces", False, "it failed (EPERM)", "sudo sysctl -w x=1")]
    monkeypatch.setattr(module, "find_level", lambda: LevelReport("none", "watchdog", steps))
    with pytest.raises(LevelRefused) as caught:
        Station(require="full")
    assert str(caught.value) == (
        "this machine gives the box level 'none', but 'full' is required: it failed (EPERM); "
        "to mend it: sudo sysctl -w x=1; for your own work alone, ask for less"
    )


def test_a_level_that_is_asked_for_is_measured_against_the_required():
    with pytest.raises(LevelRefused, match="gives the box level 'none', but 'restricted' is"):
        Station(level="none")


def test_notebooks_are_made_as_told():
    assert notebook("1").count(b'"cell_type": "code"') == 1

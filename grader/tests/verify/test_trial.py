"""The trial: which mutants die and of what, the time of checks, the cases, what checks reach."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from grader.tests.judge.building import REFERENCE, tiny

from gradewright_grader.verify import trial as trials
from gradewright_grader.verify.mutate import mutants_of
from gradewright_grader.verify.trial import Trial, Tried

MEAN = """

def mean(xs):
    if not len(xs):
        raise ValueError("no values")
    return total(xs) / len(xs)
"""


def tried(
    folder: Path, total: str = "", more: str = "", changed: Mapping[str, str] | None = None
) -> tuple[Tried, dict[str, str]]:
    """The answer of the trial, and for every changed line of the reference what killed it."""
    files = {**(changed or {}), **({REFERENCE: total + MEAN} if total else {})}
    assignment = tiny(folder, files, more)
    with Trial(assignment, None, 0) as trial:
        answer = trial.answer()
        assert trial.answer() is answer
    killers: dict[str, str] = {}
    for mutant, killer in zip(mutants_of(assignment), answer.killers, strict=True):
        killers.setdefault(mutant.after, killer)
    return answer, killers


def test_killed_by_the_first_check_that_fails_and_survivors_by_none(tmp_path: Path) -> None:
    answer, killers = tried(
        tmp_path,
        "_LIMIT = 10**9\n\n\ndef total(xs):\n"
        "    result = 0\n    for x in xs:\n        result += x\n"
        "    return result if result < _LIMIT else result\n",
    )
    assert answer.error == ""
    assert killers["result -= x"] == killers["result = 1"] == "tiny1.q1.easy"
    assert killers["return result if result <= _LIMIT else result"] == ""
    assert killers["_LIMIT = 10 * 9"] == ""
    assert killers["if len(xs):"] == killers["return total(xs)"] == "tiny1.q2.easy"
    # no check of q2 asks what happens with one value
    assert killers["if not len(xs) - 1:"] == ""


def test_endless_mutants_die(tmp_path: Path) -> None:
    answer, killers = tried(
        tmp_path,
        "def total(xs):\n    todo = list(xs)\n    while todo:\n        todo.pop()\n"
        "    return sum(xs)\n",
    )
    assert answer.error == ""
    assert killers["pass"] == "timeout"


def test_a_mutant_that_takes_all_memory_or_ends_its_process_dies(tmp_path: Path) -> None:
    _, killers = tried(
        tmp_path,
        "import os\n\n_SIZE = 0.5\n\n\ndef total(xs):\n"
        "    if xs is None:\n        os._exit(0)\n"
        "    bytes(int(_SIZE) << 42)\n    return sum(xs)\n",
    )
    assert killers["if xs is not None:"] == "crash"
    assert killers["_SIZE = 1.0"] == "tiny1.q1.easy"


def test_a_mutant_that_cannot_be_loaded_dies(tmp_path: Path) -> None:
    _, killers = tried(
        tmp_path, "_KEPT = [1][0]\n\n\ndef total(xs, kept=_KEPT):\n    return sum(xs)\n"
    )
    assert killers["_KEPT = [1][1]"] == "it cannot be loaded"
    assert killers["_KEPT = [2][0]"] == ""


def test_everybody_calls_the_mutant_and_future_annotations_stay(tmp_path: Path) -> None:
    _, killers = tried(
        tmp_path,
        "from __future__ import annotations\n\n\ndef _twice(x: Unknown):\n    return x + x\n\n\n"
        "def total(xs):\n    return sum(map(_twice, xs)) // 2\n",
    )
    assert killers["return x - x"] == "tiny1.q1.easy"


def test_the_same_twice(tmp_path: Path) -> None:
    assert tried(tmp_path / "a")[1] == tried(tmp_path / "b")[1]


def test_times_and_separating_cases_are_told(tmp_path: Path) -> None:
    answer, _ = tried(tmp_path)
    assert set(answer.separating) == {"m1", "m2"}
    assert min(answer.separating.values()) >= 3
    assert {"tiny1.q1.easy", "tiny1.q1.std.signature", "tiny1.q2.oracle"} <= set(answer.seconds)
    assert all(0 < seconds < 1 for seconds in answer.seconds.values())
    assert answer.outside == []


def test_a_check_that_the_reference_fails_kills_nothing(tmp_path: Path) -> None:
    answer, killers = tried(
        tmp_path,
        more="""
        @check(hidden=True, en="never")
        def test_never(student):
            assert_value(student.total([1]), 2)
        """,
    )
    assert "tiny1.q1.never" not in answer.seconds
    assert "tiny1.q1.never" not in killers.values()


REACHING = {
    "open('/etc/hostname').close()": "reads the file /etc/hostname",
    "open('/nowhere/notes.txt', 'a')": "writes the file /nowhere/notes.txt",
    "socket.socket().connect(('127.0.0.1', 9))": "connects to ('127.0.0.1', 9)",
    "socket.socket().bind(('127.0.0.1', 0))": "opens a network port at ('127.0.0.1', 0)",
    "socket.getaddrinfo('localhost', 80)": "looks up the network address of localhost",
    "os.system('true')": "runs the command b'true'",
    "subprocess.run(['/bin/true'])": "starts the program /bin/true",
}


def test_what_a_check_reaches_outside_is_told(tmp_path: Path) -> None:
    checks = [
        f"""
@check(hidden=True, en="reaches out")
def test_reaches{number}(student):
    import contextlib, os, socket, subprocess
    with contextlib.suppress(OSError):
        {body}
    assert_value(student.total([1]), 1)
"""
        for number, body in enumerate(REACHING)
    ]
    with Trial(tiny(tmp_path, more="\n".join(checks)), 0, 0) as trial:
        assert trial.answer().outside == [
            f"tiny1.q1.reaches{number} {told}; give it what it needs as arguments or in the topic's "
            "folder"
            for number, told in enumerate(REACHING.values())
        ]
        assert trial.answer().killers == []


def test_scratch_files_and_the_topics_own_are_no_finding(tmp_path: Path) -> None:
    answer, _ = tried(
        tmp_path,
        more="""
        @check(hidden=True, en="keeps to itself")
        def test_keeps(student):
            import tempfile
            with tempfile.TemporaryFile() as file, open(__file__) as own, open(file.fileno(), closefd=False):
                assert own.read()
            assert_value(student.total([1]), 1)
        """,
    )
    assert answer.outside == []


def test_a_topic_that_cannot_be_judged_and_a_process_that_dies_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Trial(
        tiny(tmp_path, {REFERENCE: "def total(xs):\n    return 1\n\n\n1 / 0\n" + MEAN}), None, 0
    ) as trial:
        assert "the reference of tiny1 cannot be loaded" in trial.answer().error
    monkeypatch.setattr(trials, "__name__", "gradewright_grader.verify.nothing")
    with Trial(tiny(tmp_path / "b"), None, 0) as trial:
        assert trial.answer().error == (
            "the process that tries the checks ended with 1; what it printed stands above"
        )

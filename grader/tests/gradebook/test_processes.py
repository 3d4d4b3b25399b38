"""A lease falls when its process is dead, and only then."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest
from sqlalchemy import text

from gradewright_grader.gradebook import Gradebook
from gradewright_grader.gradebook.processes import Holder

from .building import handed


@pytest.fixture
def ended():
    """The pid of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_this_process_lives():
    assert not Holder.this().dead()


def test_a_process_that_ended_is_dead(ended):
    assert replace(Holder.this(), pid=ended).dead()


TELLS = "from gradewright_grader.gradebook.processes import Holder; print(Holder.this().started)"


def test_a_process_that_nobody_has_waited_for_is_dead():
    with subprocess.Popen([sys.executable, "-c", TELLS], stdout=subprocess.PIPE) as process:
        started = process.stdout.read().decode().strip()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert started
        assert replace(Holder.this(), pid=process.pid, started=started).dead()


def test_a_pid_that_was_given_anew_is_another_process():
    assert replace(Holder.this(), started="1").dead()


def test_nothing_has_survived_a_boot():
    assert replace(Holder.this(), boot="another boot/pid:[1]").dead()


def test_what_cannot_be_told_counts_as_alive(ended):
    here = replace(Holder.this(), pid=ended)
    assert not replace(here, host="another host").dead()
    assert not replace(here, boot=here.boot.split("/")[0] + "/pid:[another container]").dead()


def test_without_proc_a_signal_tells(tmp_path, ended):
    here = Holder.this(tmp_path)
    assert (here.boot, here.started) == ("", "")
    assert not here.dead(tmp_path)
    assert replace(here, pid=ended).dead(tmp_path)


def test_a_process_of_another_user_lives(tmp_path, monkeypatch):
    def denied(pid, signal):
        raise PermissionError

    monkeypatch.setattr(os, "kill", denied)
    assert not Holder.this(tmp_path).dead(tmp_path)


def orphan(path, pid):
    """As if the process `pid` had leased everything and died."""
    with Gradebook.open(path) as book, book._db.writing() as db:
        db.execute(text("UPDATE attempt SET lease_pid = :pid WHERE state = 'leased'"), {"pid": pid})


def test_the_lease_of_a_dead_process_is_taken_over(book, path, ended):
    number = book.add(handed())
    book.lease("w")
    assert book.lease("w") is None
    orphan(path, ended)
    attempt = book.lease("w")
    assert (attempt.id, attempt.tries) == (number, 2)


def test_a_submission_that_kills_its_grader_is_given_up(book, path, ended):
    book.add(handed())
    for _ in range(3):
        assert book.lease("w") is not None
        orphan(path, ended)
    assert book.lease("w") is None
    (failure,) = book.failures()
    assert failure.reason == (
        "the grading process ended 3 times while it worked on this submission"
    )


def test_another_hosts_lease_is_left_alone(book, path):
    book.add(handed())
    book.lease("w")
    with book._db.writing() as db:
        db.execute(text("UPDATE attempt SET lease_host = 'far', lease_pid = 1"))
    assert book.lease("w") is None

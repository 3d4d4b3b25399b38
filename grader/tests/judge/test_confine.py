"""A topic is code too: what it cannot reach from the judge, and what it can."""

from __future__ import annotations

import ast

import pytest

from gradewright.host import TopicError
from gradewright_grader.judge.client import Judge

from .building import REFERENCE, tiny

REACHING = """
import os, socket, subprocess, tempfile

def tried(what):
    try:
        what()
    except OSError:
        return "refused"
    except subprocess.CalledProcessError:
        return "failed"
    return "done"

FOUND = {{
    "gradebook": tried(lambda: open({secret!r}).read()),
    "write": tried(lambda: open({target!r}, "w")),
    "network": tried(lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM)),
    "local sockets": tried(lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)),
    "start a program": tried(lambda: subprocess.run(["/bin/cat", {secret!r}], check=True)),
    "own scratch": tried(lambda: tempfile.TemporaryFile().write(b"x")),
    "own files": tried(lambda: open(__file__).read()),
    "libraries": tried(lambda: __import__("numpy").zeros(3)),
}}
raise RuntimeError(repr(FOUND))
"""


def test_a_topic_reaches_neither_gradebook_nor_network(tmp_path):
    secret = tmp_path / "gradebook.db"
    secret.write_text("points")
    target = tmp_path / "written"
    topic = tmp_path / "topic"
    topic.mkdir()
    source = REACHING.format(secret=str(secret), target=str(target))
    harmless = "def total(xs):\n    '''.'''\ndef mean(xs):\n    '''.'''\n"
    assignment = tiny(topic, {REFERENCE: harmless + source})
    with pytest.raises(TopicError) as told, Judge(assignment) as judge:
        judge.wait_ready()
    found = ast.literal_eval(str(told.value).split("RuntimeError: ")[1].split(";")[0])
    assert found == {
        "gradebook": "refused",
        "write": "refused",
        "network": "refused",
        "local sockets": "refused",
        "start a program": "failed",
        "own scratch": "done",
        "own files": "done",
        "libraries": "done",
    }
    assert not target.exists()


def test_a_judge_says_that_it_is_confined(tmp_path):
    with Judge(tiny(tmp_path)) as judge:
        assert judge.wait_ready().confined is True

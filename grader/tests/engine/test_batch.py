"""A class in a gradebook: killed at any moment, the same command goes on and loses nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gradewright.host.topic import load_topic
from gradewright_grader.authoring.build import answer_sources, build_release, to_bytes
from gradewright_grader.verify.submissions import with_answers

ROOT = Path(__file__).parents[3]
STUDENTS = 6

pytestmark = pytest.mark.xdist_group("box")


@pytest.fixture(scope="module")
def submitted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("submitted")
    assignment = load_topic(ROOT / "plugins/trees/src/gradewright_trees").assignment("tree1")
    release = build_release(assignment, "en")
    sources = answer_sources(assignment, "en")
    for number in range(STUDENTS):
        home = folder / f"student-{number}"
        home.mkdir()
        right = number % 2 == 0
        home.joinpath("tree1.ipynb").write_bytes(
            with_answers(release, sources) if right else to_bytes(release)
        )
    return folder


def command(submitted, out, *more):
    return [
        sys.executable,
        "-m",
        "gradewright",
        "grade",
        submitted,
        "-o",
        out,
        "--jobs",
        "2",
        *more,
    ]


def digests(submitted, out):
    told = subprocess.run(command(submitted, out, "--json"), capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    found = json.loads(told.stdout)["submissions"]
    return {one["student"]: (one["points"], one["verdict_digest"]) for one in found}


@pytest.mark.parametrize("ended", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_grader_goes_on_where_it_was(submitted, tmp_path, ended):
    undisturbed = digests(submitted, tmp_path / "whole")
    assert {points for points, _ in undisturbed.values()} == {90, 0}
    out = tmp_path / "killed"
    out.mkdir()
    out.joinpath("secret").write_bytes((tmp_path / "whole" / "secret").read_bytes())
    process = subprocess.Popen(
        command(submitted, out), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    for line in process.stderr:
        if line.startswith("2/"):
            process.send_signal(ended)
            break
    process.communicate()
    assert process.returncode != 0
    again = subprocess.run(command(submitted, out), capture_output=True, text=True)
    assert again.returncode == 0, again.stderr
    lines = [line for line in again.stderr.splitlines() if "/" in line]
    assert 0 < len(lines) <= STUDENTS - 2, "what was graded is not graded again"
    assert digests(submitted, out) == undisturbed


def test_nothing_is_left_behind_by_a_killed_grader(submitted, tmp_path):
    process = subprocess.Popen(
        command(submitted, tmp_path / "r"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    for line in process.stderr:
        if line.startswith("1/"):
            break
    judges = _children(process.pid)
    assert judges, "judge and zygote are its children"
    process.kill()
    process.communicate()
    for pid in judges:
        _wait_gone(pid)


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task")
    return [
        int(child) for task in tasks.iterdir() for child in (task / "children").read_text().split()
    ]


def _wait_gone(pid: int) -> None:
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    import select

    ended, _, _ = select.select([descriptor], [], [], 20)
    os.close(descriptor)
    assert ended, f"process {pid} outlived its grader"

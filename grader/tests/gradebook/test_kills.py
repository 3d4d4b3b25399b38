"""A grader that is killed at any moment leaves a gradebook on which the same calls go on."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

STRIDE = 7  # every seventh step: the steps before, after and at a commit take turns


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    program = Path(__file__).with_name("killing.py")
    folder = tmp_path_factory.mktemp("kills")
    command = [sys.executable, str(program), str(folder), str(STRIDE)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)


def whole(report):
    return (
        report["rows"] == [[name, True, name] for name in ("alice", "bob", "cao")]
        and report["open"] == [0, 0, 0]
        and set(report["counts"].values()) == {3}
        and report["sound"] == "ok"
    )


def test_killed_at_steps_all_along_the_way(reports):
    assert len(reports["every"]) * STRIDE > 100
    assert [one for one in reports["every"] if not whole(one)] == []


def test_killed_from_outside_again_and_again(reports):
    assert sum(one["deaths"] for one in reports["random"]) >= 12
    assert [one for one in reports["random"] if not whole(one)] == []

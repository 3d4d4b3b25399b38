"""`doctor`: the box as it is found, and one command for what is missing."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from gradewright.cli import build_cli
from gradewright_grader import box
from gradewright_grader.box.levels import LevelReport, Step


def run(*arguments):
    return CliRunner().invoke(build_cli(), ["doctor", *arguments], catch_exceptions=False)


def test_what_is_tried_here_is_told_as_it_is():
    told = json.loads(run("--json").stdout)
    found = box.find_level()
    assert (told["level"], told["memory"]) == (found.level, found.memory)
    assert [step["name"] for step in told["steps"]] == [step.name for step in found.steps]


@pytest.mark.parametrize(("level", "code"), [("none", 1), ("restricted", 0)])
def test_a_failed_step_comes_with_its_remedy(monkeypatch, level, code):
    steps = [Step("memory cgroup", True), Step("full: mount proc", False, "EPERM", "sysctl x=0")]
    report = LevelReport(level, "watchdog", steps)
    monkeypatch.setattr(box, "find_level", lambda: report, raising=False)
    result = CliRunner().invoke(build_cli(), ["doctor"], standalone_mode=False)
    assert result.return_value == code
    assert f"box level: {level}, memory limit: watchdog" in result.output
    assert "full: mount proc: EPERM\n  to mend it: sysctl x=0" in result.output

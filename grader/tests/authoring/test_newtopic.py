"""`gradewright new-topic`: what it writes keeps every promise, and what it refuses to write."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from gradewright.cli import build_cli
from gradewright.host import load_topic
from gradewright.host.errors import UsageError
from gradewright.host.topic import find_topic_folder
from gradewright_grader.authoring.build import build_release, build_solution
from gradewright_grader.authoring.newtopic import new_topic, topic_files
from gradewright_grader.box import find_level


def run(*arguments):
    return CliRunner().invoke(build_cli(), [*map(str, arguments)], catch_exceptions=False)


@pytest.mark.xdist_group("box")
def test_a_new_topic_keeps_every_promise_at_once(tmp_path):
    if find_level().level == "none":
        pytest.skip("this kernel cannot give any box; see gradewright doctor")
    folder = tmp_path / "made" / "here"
    written = run("new-topic", "cloud_nine", "-o", folder)
    assert written.exit_code == 0, written.output
    assert f"gradewright verify --topic {folder} cloud_nine" in written.output
    result = run("verify", "--topic", folder, "cloud_nine", "--full", "--json")
    report = json.loads(result.stdout)
    (assignment,) = report["assignments"]
    assert {r["rule"]: r["detail"] for r in assignment["rules"] if not r["ok"]} == {}
    assert (result.exit_code, report["ok"], assignment["id"]) == (0, True, "cloud_nine1")
    assert assignment["misconceptions"] == {"caught": 2, "named": 2, "total": 2}
    assert assignment["mutants"]["killed"] == assignment["mutants"]["made"] > 5


@pytest.mark.parametrize("languages", [["zh"], ["en"], ["en", "zh"]])
def test_the_languages_are_those_that_are_wanted(tmp_path, languages):
    new_topic("clouds", tmp_path, languages)
    topic = load_topic(find_topic_folder(tmp_path))
    assert list(topic.languages) == languages
    (assignment,) = topic.assignments
    for language in languages:
        text = "\n".join(cell.source for cell in build_release(assignment, language).cells)
        assert ("均方误差" in text) == (language == "zh")
        assert "raise NotImplementedError" in text
        solved = "\n".join(cell.source for cell in build_solution(assignment, language).cells)
        assert "np.mean((w * x - y) ** 2)" in solved
    if languages == ["en"]:
        everything = "".join(topic_files("clouds", languages).values())
        assert not re.search(r"[\u4e00-\u9fff]", everything)


def test_every_placeholder_is_filled_and_the_python_is_sound():
    made = topic_files("a_b", ["zh", "en"])
    assert len(made) == 16
    for path, text in made.items():
        assert "{{" not in text, path
        assert "NAME" not in path
        if path.endswith(".py"):
            compile(text, path, "exec")
    assert 'name = "gradewright-a-b"' in made["pyproject.toml"]


@pytest.mark.parametrize(
    "name", ["", "Clouds", "1cloud", "my-topic", "云", "a b", "a" * 41, "../x"]
)
def test_a_name_that_cannot_be_is_refused_in_one_line(tmp_path, name):
    with pytest.raises(UsageError) as caught:
        new_topic(name, tmp_path / "made")
    assert f'"{name}" cannot be a topic\'s name; write a small letter' in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("taken", ["clouds", "clouds1"])
def test_a_name_that_is_taken_is_refused(tmp_path, taken):
    with pytest.raises(UsageError, match=f'"{taken}" is the id of a topic or assignment'):
        new_topic("clouds", tmp_path, taken=[taken])


@pytest.mark.parametrize("languages", [["de"], [], ["zh", "zh"], [""]])
def test_languages_without_texts_are_refused(tmp_path, languages):
    with pytest.raises(UsageError, match='texts can be written in "zh", "en"'):
        new_topic("clouds", tmp_path, languages)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path):
    kept = tmp_path / "kept.txt"
    kept.write_text("mine")
    for folder in (tmp_path, kept):
        with pytest.raises(UsageError, match="is there already and not empty; nothing is over"):
            new_topic("clouds", folder)
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]
    assert kept.read_text() == "mine"


def test_the_command_tells_errors_in_one_line_and_uses_the_name_as_folder(tmp_path):
    def code(*arguments):
        told = subprocess.run(
            [sys.executable, "-m", "gradewright", "new-topic", *arguments],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
        return told.returncode, told.stderr

    assert code("clouds", "--lang", "en") == (0, "")
    assert Path(tmp_path / "clouds" / "pyproject.toml").exists()
    status, told = code("clouds")
    assert status == 2
    assert told.count("\n") == 1
    assert "nothing is overwritten" in told
    status, told = code("trees", "-o", "other")
    assert (status, "choose another name" in told) == (2, True)

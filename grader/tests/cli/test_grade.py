"""`grade`, `report` and `export`, through the command line and the real box."""

from __future__ import annotations

import csv
import io
import json
import stat
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from gradewright.cli import build_cli
from gradewright.host.topic import load_topic
from gradewright_grader.authoring.build import answer_sources, build_release, to_bytes
from gradewright_grader.verify.submissions import with_answers

ROOT = Path(__file__).parents[3]
TREES = ROOT / "plugins/trees/src/gradewright_trees"

pytestmark = pytest.mark.xdist_group("box")


@pytest.fixture(scope="module")
def notebooks():
    """Blank and right, as bytes."""
    assignment = load_topic(TREES).assignment("tree1")
    release = build_release(assignment, "en")
    sources = answer_sources(assignment, "en")
    return {"blank": to_bytes(release), "right": with_answers(release, sources)}


@pytest.fixture(scope="module")
def graded(tmp_path_factory, notebooks):
    """A class graded once: the folder of its report, and what was printed."""
    home = tmp_path_factory.mktemp("class")
    for student, data in (
        ("ann", notebooks["right"]),
        ("bob", notebooks["blank"]),
        ("=cmd|'calc'!A0", notebooks["blank"]),
        ("eve", b"{broken"),
    ):
        (home / "in" / student).mkdir(parents=True)
        (home / "in" / student / "tree1.ipynb").write_bytes(data)
    (home / "in" / "mallory").mkdir()
    (home / "in" / "mallory" / "tree1.ipynb").symlink_to("/etc/passwd")
    out = home / "report"
    result = run("grade", home / "in", "-o", out, "--jobs", "2", "--lang", "en")
    assert result.exit_code == 0, result.output
    return out, home / "in", result


def run(*arguments):
    return CliRunner().invoke(build_cli(), [*map(str, arguments)], catch_exceptions=False)


def code(*arguments):
    """The exit code and stderr as the command gives them, with errors in one line."""
    import subprocess
    import sys

    told = subprocess.run(
        [sys.executable, "-m", "gradewright", *map(str, arguments)], capture_output=True, text=True
    )
    return told.returncode, told.stderr


def test_the_table_has_a_line_for_everybody(graded):
    _, _, result = graded
    assert "ann" in result.output
    assert "90 of 90" in result.output
    assert "0 of 90" in result.output
    assert "5 submissions: 3 graded, 2 refused, 0 in error" in result.output


def test_every_student_has_a_page_and_the_class_an_index(graded):
    out, _, _ = graded
    assert (out / "index.html").exists()
    pages = {path.stem for path in (out / "students").iterdir()}
    assert {"ann", "bob", "eve", "mallory"} <= pages
    assert len(pages) == 5


def test_secret_and_gradebook_are_for_their_owner_alone(graded):
    out, _, _ = graded
    for name in ("secret", "gradebook.db"):
        assert stat.S_IMODE((out / name).stat().st_mode) == 0o600


def test_the_same_command_goes_on_and_grades_nothing_twice(graded):
    out, submitted, _ = graded
    again = run("grade", submitted, "-o", out, "--jobs", "2", "--lang", "en", "--json")
    document = json.loads(again.stdout)
    assert document["totals"]["submissions"] == 5
    assert {s["student"]: s["points"] for s in document["submissions"]}["ann"] == 90
    assert "/3" not in again.stderr, "nothing was graded again"


def test_report_makes_the_same_pages_from_the_gradebook(graded, tmp_path):
    out, _, _ = graded
    before = (out / "students" / "ann.html").read_bytes()
    (out / "students" / "ann.html").unlink()
    result = run("report", "-o", out, "--lang", "en")
    assert result.exit_code == 0
    assert (out / "students" / "ann.html").read_bytes() == before


def test_csv_is_neutral_and_complete(graded, tmp_path):
    out, _, _ = graded
    rows = list(csv.DictReader(io.StringIO(run("export", "csv", "-o", out).output)))
    by_student = {row["student"]: row for row in rows}
    assert by_student["ann"]["points"] == "90"
    assert by_student["bob"]["points"] == "0"
    assert "'=cmd|'calc'!A0" in by_student, "a formula must not begin a cell"
    path = tmp_path / "grades.csv"
    assert run("export", "csv", "-o", out, path).output.strip() == str(path)
    assert path.read_text(encoding="utf-8").count("\n") == len(rows) + 1


def test_the_verdict_does_not_depend_on_the_way_it_came(graded, notebooks, tmp_path):
    """A single file and a zip give the record that the folder gave."""
    out, _, _ = graded
    archive = tmp_path / "class.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("ann/tree1.ipynb", notebooks["right"])
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "secret").write_bytes((out / "secret").read_bytes())
    document = json.loads(run("grade", archive, "-o", tmp_path / "r", "--json").stdout)
    again = json.loads(run("report", "-o", out, "--json").stdout)
    digests = {s["student"]: s["verdict_digest"] for s in again["submissions"]}
    assert [s["verdict_digest"] for s in document["submissions"]] == [digests["ann"]]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["grade", "nowhere"], 'there is no file or folder "nowhere"'),
        (["grade", ".", "--assignment", "tree9"], 'unknown assignment "tree9": did you mean "tree1"?'),
        (["grade"], "Missing argument"),
        (["grade", ".", "-o", "report"], 'the folder "report" lies inside "."'),
        (["report", "-o", "nowhere"], 'there is no gradebook in "nowhere": run gradewright grade first'),
        (["export", "csv", "-o", "nowhere"], 'there is no gradebook in "nowhere"'),
    ],
)  # fmt: skip
def test_wrong_use_is_told_in_one_line(arguments, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exit_code, told = code(*arguments)
    assert exit_code == 2
    assert message in told
    assert "Traceback" not in told
    assert len(told.strip().splitlines()) == 1


def test_a_notebook_of_nobodys_assignment_is_refused_with_the_next_step(tmp_path):
    (tmp_path / "in" / "ann").mkdir(parents=True)
    empty = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}
    (tmp_path / "in" / "ann" / "homework.ipynb").write_text(json.dumps(empty))
    result = run("grade", tmp_path / "in", "-o", tmp_path / "r", "--lang", "en", "--json")
    (record,) = json.loads(result.stdout)["submissions"]
    assert (record["status"], record["points"]) == ("refused", 0)
    assert record["reason"]["en"].endswith("name it with --assignment.")


def test_a_level_that_this_machine_lacks_is_refused(tmp_path, monkeypatch):
    from gradewright_grader.box import levels
    from gradewright_grader.engine import station

    weak = levels.LevelReport(
        "restricted",
        "watchdog",
        [levels.Step("full: child namespaces", False, "EPERM", "sysctl x")],
    )
    monkeypatch.setattr(station, "find_level", lambda: weak)
    (tmp_path / "in").mkdir()
    result = CliRunner().invoke(
        build_cli(), ["grade", str(tmp_path / "in"), "-o", str(tmp_path), "--require-level", "full"]
    )
    assert result.exit_code == 1
    assert (
        "gives the box level 'restricted', but 'full' is required: EPERM; to mend it: sysctl x"
        in (result.output)
    )

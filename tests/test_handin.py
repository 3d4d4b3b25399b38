"""What a student hands in by `gradewright submit` is what the instructor's intake takes."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from gradewright.cli import build_cli, run
from gradewright.host.errors import UsageError
from gradewright.student.dropping import LONGEST, Drop, student_name
from gradewright.student.handin import LIMITS
from gradewright_grader.intake import DEFAULT_LIMITS, Found, Refusal, collect
from gradewright_grader.intake.messages import Refused
from gradewright_grader.intake.names import LONGEST as LONGEST_OF_INTAKE
from gradewright_grader.intake.names import dropped_digest
from gradewright_grader.intake.names import student_name as name_of_intake

ROOT = Path(__file__).parent.parent
BLANK = ROOT / "assignments/trees/tree1/tree1.zh.ipynb"
ANSWERED = ROOT / "examples/class-tree1/ada/tree1.ipynb"


@pytest.fixture
def drop(tmp_path):
    folder = tmp_path / "drop"
    folder.mkdir()
    return folder


def submit(capsys, drop, notebook, student):
    code = run(
        build_cli(()), ["submit", str(notebook), "--to", str(drop), "--student", student, "--json"]
    )
    assert code == 0
    return json.loads(capsys.readouterr().out)


def collected(drop, **more):
    return list(collect([drop], assignment_ids=["tree1", "tree2"], **more))


def test_intake_takes_the_newest_and_digests_agree(capsys, drop):
    older = submit(capsys, drop, BLANK, "王小明")
    newer = submit(capsys, drop, ANSWERED, "王小明")
    other = submit(capsys, drop, BLANK, "ada")
    found = {one.path: one for one in collected(drop)}
    assert set(found) == {one["path"] for one in (older, newer, other)}
    assert all(isinstance(one, Found) and one.assignment == "tree1" for one in found.values())
    assert [found[one["path"]].digest for one in (older, newer)] == [
        older["digest"],
        newer["digest"],
    ]
    assert found[older["path"]].superseded_by == newer["path"]
    assert found[newer["path"]].superseded_by == ""
    assert found[newer["path"]].student == "王小明"
    assert found[newer["path"]].data == ANSWERED.read_bytes()


def test_both_sides_call_the_same_file_the_newest(capsys, drop):
    first = submit(capsys, drop, BLANK, "ada")
    second = submit(capsys, drop, ANSWERED, "ada")
    os.utime(second["path"], (0, 0))  # the channel's clock decides, not the name
    newest = [one.path for one in collected(drop) if not one.superseded_by]
    assert newest == [first["path"]]
    ours = [str(one.path) for one in Drop(drop, "en").submissions("ada") if one.newest]
    assert ours == newest


def test_half_a_file_counts_for_neither_side(capsys, drop):
    whole = submit(capsys, drop, BLANK, "ada")
    half = submit(capsys, drop, ANSWERED, "ada")
    Path(half["path"]).write_bytes(ANSWERED.read_bytes()[:1000])
    (Path(half["path"]).parent / ".0123.part").write_bytes(b"{")
    rows = collected(drop)
    (refused,) = [one for one in rows if isinstance(one, Refusal)]
    assert (refused.path, refused.kind) == (half["path"], "drop")
    assert [one.path for one in rows if isinstance(one, Found)] == [whole["path"]]
    assert [one.newest for one in Drop(drop, "en").submissions("ada")] == [False, True]


def test_names_and_sizes_that_are_taken_are_taken_by_intake(capsys, drop):
    assert LIMITS.file_bytes == DEFAULT_LIMITS.file_bytes
    assert LONGEST <= LONGEST_OF_INTAKE
    record = submit(capsys, drop, BLANK, "ada")
    assert record["digest"].startswith(dropped_digest(Path(record["path"]).name))
    assert len(dropped_digest(Path(record["path"]).name)) == 12


@pytest.mark.parametrize(
    "name",
    [
        "ann",
        "王小明",
        "tree1",
        "submission_7",
        "a_1_2_tree1",
        "Ann (1)",
        "\u3164",
        "a\u115fb",
        "\u2800",
        "..",
        "x_1_assignsubmission_file_",
        "__MACOSX",
    ],
)
def test_a_name_is_the_same_on_both_sides_or_not_taken(drop, name):
    try:
        taken = student_name(name, "en")
    except UsageError:
        return
    assert name_of_intake(taken) == taken
    Drop(drop, "en").store(taken, "tree1", BLANK.read_bytes())
    (found,) = collected(drop)
    assert (found.student, found.assignment, found.flags) == (name, "tree1", ())


def test_no_character_that_is_taken_is_changed_by_intake():
    for number in range(0x30000):
        try:
            taken = student_name(f"a{chr(number)}b", "en")
        except UsageError:
            continue
        try:
            assert name_of_intake(taken) == taken
        except Refused:
            pytest.fail(f"U+{number:04X} is taken by submit and refused by intake")

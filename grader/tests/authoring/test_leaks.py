"""A release that gives a solution away is found out, wherever the solution stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gradewright.host.topic import Assignment
from gradewright.notebook.payload import encode_payload
from gradewright_grader.authoring.build import build_release, build_solution
from gradewright_grader.authoring.leaks import find_leaks
from gradewright_grader.authoring.payloads import build_payload

from .building import demo

TRICK = "total = sum(values) * scale"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_release_as_built_leaks_nothing(language: str, tmp_path: Path) -> None:
    assignment = demo(tmp_path)
    assert find_leaks(build_release(assignment, language), assignment) == []


def test_a_solution_leaks_every_question(tmp_path: Path) -> None:
    assignment = demo(tmp_path)
    leaks = "\n".join(find_leaks(build_solution(assignment, "en"), assignment))
    for question in ("demo1.q1", "demo1.q2", "demo1.q4"):
        assert f"a line of the solution of {question}" in leaks
    assert (
        f'cell demo1-q1 holds "{TRICK}", a line of the solution of demo1.q1; take it out' in leaks
    )


@pytest.mark.parametrize(
    "text",
    [
        f"# Hint\n\n```python\n{TRICK}\n```",
        "Write `total=sum(values)*scale` here.",
    ],
)
def test_a_line_in_prose_is_found(text: str, tmp_path: Path) -> None:
    assignment = demo(tmp_path)
    release = build_release(assignment, "en")
    release.cells[0].source = text
    (leak,) = find_leaks(release, assignment)
    assert leak.startswith("cell demo1-text-1 holds")


@pytest.mark.parametrize("code", [f"%time x = 1\n{TRICK}", "total = (\n  sum(values) * (scale)\n)"])
def test_a_line_in_code_is_found_however_it_is_laid_out(code: str, tmp_path: Path) -> None:
    assignment = demo(tmp_path)
    release = build_release(assignment, "en")
    next(c for c in release.cells if c.id == "demo1-explore-1").source = code
    assert len(find_leaks(release, assignment)) == 1


def test_a_line_in_broken_code_and_a_damaged_payload_are_no_obstacle(tmp_path: Path) -> None:
    assignment = demo(tmp_path)
    release = build_release(assignment, "en")
    release.cells[1].source = f'def f(:\n  {TRICK}\nload("damaged")'
    assert len(find_leaks(release, assignment)) == 1


def test_a_docstring_that_tells_how_is_a_leak(tmp_path: Path) -> None:
    edit = ('"""The mean of values, times scale."""', f'"""The mean: `{TRICK}`."""')
    assignment = demo(tmp_path, stats=edit)
    (leak,) = find_leaks(build_release(assignment, "en"), assignment)
    assert leak.startswith("cell demo1-q1 holds")


def test_a_public_check_that_computes_the_answer_is_a_leak(tmp_path: Path) -> None:
    answer = "    values, scale = [1.0, 3.0], 2.0\n    total = sum(values) * scale\n    return x"
    assignment = demo(tmp_path, q1=("    return x", answer))
    (leak,) = find_leaks(build_release(assignment, "en"), assignment)
    assert leak.startswith("the payload of demo1.q1 holds")


def test_keep_marks_around_a_private_helper_hand_nothing_out(tmp_path: Path) -> None:
    stats = (
        "def mean(values",
        "def _sum(values):\n    # keep\n    summed_up = sum(list(values))\n    # end keep\n"
        "    return summed_up\n\n\ndef mean(values",
    )
    assignment = demo(tmp_path, stats=stats)
    path = assignment.reference_folder / "stats.py"
    path.write_text(path.read_text("utf-8").replace("= sum(values) *", "= _sum(values) *"), "utf-8")
    release = build_release(assignment, "en")
    assert find_leaks(release, assignment) == []
    release.cells[0].source = "summed_up = sum(list(values))"
    assert len(find_leaks(release, assignment)) == 1


def with_source(release: Any, assignment: Assignment, source: str) -> Any:
    payload = build_payload(assignment, "en")
    payload = type(payload)(
        **{
            **{name: getattr(payload, name) for name in payload.__struct_fields__},
            "sources": {"demo1.q1": source},
        }
    )
    release.cells[1].source = f'check, check_all = load("{encode_payload(payload)}")'
    return release


@pytest.mark.parametrize(
    ("source", "sign"),
    [
        ("def test_oracle(student): ...", "test_oracle"),
        ('x = "demo1.q1.oracle"', "demo1.q1.oracle"),
        ('@check(zh="", en="random input")\ndef test_x(student): ...', "random input"),
    ],
)
def test_hidden_checks_in_the_payload_are_found(source: str, sign: str, tmp_path: Path) -> None:
    assignment = demo(tmp_path)
    release = with_source(build_release(assignment, "en"), assignment, source)
    leaks = find_leaks(release, assignment)
    assert (
        f'the payload of demo1.q1 holds "{sign}" of the hidden check demo1.q1.oracle; take it out'
        in leaks
    )


def test_words_that_only_begin_like_a_hidden_check_are_none(tmp_path: Path) -> None:
    assignment = demo(tmp_path)
    source = "def test_oracle_of_delphi(student): ..."
    assert (
        find_leaks(with_source(build_release(assignment, "en"), assignment, source), assignment)
        == []
    )

"""The sample class, end to end: real notebooks through the real box, each with its known result.

`examples/class-tree1.expected.toml` says what every submission must get and why; the notebooks are
made by `examples/make_class_tree1.py`, which can also leave the attack out of a hostile one.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import pytest

from gradewright_grader.engine import Station, grade_bytes

pytestmark = pytest.mark.xdist_group("box")

EXAMPLES = Path(__file__).parent.parent / "examples"
CLASS = EXAMPLES / "class-tree1"
EXPECTED = tomllib.loads((EXAMPLES / "class-tree1.expected.toml").read_text("utf-8"))
ATTACKS = ("max", "徐磊", "ruth")
GRADED_TWICE = ("noah", "吴昊", "徐磊")
CPU_SECONDS = 40.0  # of all notebooks and judgements together; most of it are two endless loops


def _maker():
    spec = importlib.util.spec_from_file_location(
        "make_class_tree1", EXAMPLES / "make_class_tree1.py"
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


maker = _maker()


@pytest.fixture(scope="module")
def tree1():
    return maker.assignment()


@pytest.fixture(scope="module")
def station():
    with Station() as station:
        yield station


@pytest.fixture(scope="module")
def grade(station, tree1):
    return lambda student, data: grade_bytes(station, tree1, data, student=student).record


@pytest.fixture(scope="module")
def records(grade):
    """Every record of the class, graded by two threads of one station."""
    with ThreadPoolExecutor(2) as pool:
        files = {s: (CLASS / s / "tree1.ipynb").read_bytes() for s in EXPECTED}
        return dict(zip(files, pool.map(grade, files, files.values()), strict=True))


# --- the files


def test_the_committed_class_is_what_the_script_makes(tmp_path):
    maker.make(tmp_path)
    made = {p.relative_to(tmp_path): p.read_bytes() for p in tmp_path.rglob("*.ipynb")}
    committed = {p.relative_to(CLASS): p.read_bytes() for p in CLASS.rglob("*") if p.is_file()}
    assert sorted(made) == sorted(committed), "run python examples/make_class_tree1.py"
    stale = [str(path) for path in made if made[path] != committed[path]]
    assert stale == [], "run python examples/make_class_tree1.py and commit"


def test_every_student_has_an_expected_result_and_a_reason():
    assert sorted(EXPECTED) == maker.students()
    assert len(EXPECTED) >= 20
    for told in EXPECTED.values():
        assert told["why"]["en"]
        assert told["why"]["zh"]


# --- the results


def _seen(record):
    """What the expected data say of a record."""
    seen = {"status": record.status, "points": str(record.points)}
    if record.status != "graded":
        return seen
    own = [q for q in record.questions if not q.manual]
    short = {q.id: q.id.rpartition(".")[2] for q in own}
    return seen | {
        "language": record.language,
        "questions": {short[q.id]: str(q.points) for q in own},
        "with_reference": [short[q.id] for q in own if q.via == "reference"],
        "gates": {short[q.id]: q.gated_by for q in own if q.gated_by},
        "misconceptions": sorted({c.misconception for c in record.checks if c.misconception}),
        "flags": sorted({flag.kind for flag in record.flags}),
        "cells": [[cell.index, cell.ended_by] for cell in record.cells],
        "checks_ended": {c.id: c.ended_by for c in record.checks if c.ended_by},
    }


@pytest.mark.parametrize("student", EXPECTED)
def test_a_submission_gets_what_is_expected(student, records):
    expected = {key: value for key, value in EXPECTED[student].items() if key != "why"}
    assert _seen(records[student]) == expected


def test_the_points_of_the_questions_add_up(records):
    for record in records.values():
        if record.status == "graded":
            assert record.points == sum((q.points for q in record.questions), Fraction(0))
            assert record.manual_open == ["tree1.q7"]
            assert not record.final


def test_a_refused_file_says_why_in_both_languages(records):
    for student in ("高翔", "nina"):
        assert set(records[student].reason) == {"zh", "en"}
        assert all(records[student].reason.values())


def test_the_class_is_cheap_to_grade(records):
    """Endless loops burn their budget and no more; in CPU time, which other work cannot change."""
    spent = [
        r.timings["student_cpu"] + r.timings["judge_cpu"] for r in records.values() if r.timings
    ]
    assert sum(spent) < CPU_SECONDS


@pytest.mark.parametrize("student", GRADED_TWICE)
def test_grading_twice_gives_the_same_verdict(student, records, grade):
    again = grade(student, (CLASS / student / "tree1.ipynb").read_bytes())
    assert again.verdict_digest == records[student].verdict_digest


# --- attacks


@pytest.mark.parametrize("student", ATTACKS)
def test_an_attack_earns_nothing(student, records, grade):
    honest = grade(student, maker.submission(student, honest=True))
    attack = records[student]
    assert attack.digest != honest.digest
    assert attack.status == honest.status == "graded"
    for mine, theirs in zip(attack.questions, honest.questions, strict=True):
        assert mine.points <= theirs.points, mine.id


@pytest.mark.parametrize("student", ATTACKS)
def test_the_next_submission_is_graded_as_usual(student, records, grade):
    grade(student, (CLASS / student / "tree1.ipynb").read_bytes())
    after = grade("ada", (CLASS / "ada" / "tree1.ipynb").read_bytes())
    assert after.verdict_digest == records["ada"].verdict_digest


def test_what_an_attack_writes_stays_in_the_box(records):
    assert records["徐磊"].status == "graded"
    assert not Path("/tmp/gradewright-forged.json").exists()
    assert not Path("results.json").exists()


# --- what students read


def test_an_unanswered_question_is_called_unanswered(records):
    checks = [c for c in records["周杰"].checks if not c.id.endswith(".std.signature")]
    assert {check.outcome for check in checks} == {"failed"}
    assert {check.message["en"] for check in checks} == {
        "This question is not answered yet (the function still raises NotImplementedError)."
    }


def test_an_answer_that_calls_a_stub_is_not_called_unanswered(grade):
    notebook = json.loads(maker.submission("周杰"))
    cell = next(cell for cell in notebook["cells"] if cell["id"] == "tree1-q2")
    cell["source"] = "def information_gain(x, y):\n    return 2 * entropy(y)"
    record = grade("someone", json.dumps(notebook).encode())
    oracle = next(check for check in record.checks if check.id == "tree1.q2.oracle")
    assert "raised NotImplementedError" in oracle.message["en"]


def test_a_syntax_error_is_the_reason_told_for_a_missing_answer(records):
    record = records["唐敏"]
    question = next(q for q in record.questions if q.id == "tree1.q3")
    assert question.message["zh"].startswith("第 20 个单元格第 8 行有语法错误")
    checks = [check for check in record.checks if check.question == "q3"]
    assert {check.message["zh"] for check in checks} == {"没有运行：" + question.message["zh"]}
    assert len([flag for flag in record.flags if flag.kind == "syntax"]) == 1


def test_a_name_used_again_is_told_once(records):
    flags = [flag for flag in records["ivy"].flags if flag.kind == "rebound"]
    assert [flag.question for flag in flags] == ["q1"]


def test_answers_found_by_name_are_not_called_missing(records):
    flags = records["leo"].flags
    assert [flag.question for flag in flags if flag.kind == "missing"] == ["q7"]
    found = [flag.text["en"] for flag in flags if flag.kind == "found_by_name"]
    assert len(found) == 6
    assert any("gini, gini_split, cart_best_split" in text for text in found)

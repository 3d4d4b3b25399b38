"""What programs and terminals read: CSV, JSON and its schema, the table."""

from __future__ import annotations

import csv
import io
import json
import runpy
import sys
from fractions import Fraction
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from gradewright.student.columns import width
from gradewright_grader.judge.record import Flag
from gradewright_grader.report import csv_text, grade_document, show_results, write_csv
from gradewright_grader.report.export_csv import FORMULA, neutral
from gradewright_grader.report.schema import FILE, grade_schema, schema_text

from . import building as b

PUBLISHED = Path(__file__).parents[3] / "docs" / "schema" / FILE
ESCAPES = "\x1b]0;title\x07\x1b[2J\r\n\x9bAwang\u202e[bold]x[/bold]"


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def everyone() -> list[object]:
    return [b.record("wang", points=Fraction(137, 3)), b.record("李婷"), b.refused(), b.errored()]


def test_csv_has_a_row_per_submission_and_a_column_per_question() -> None:
    made = rows(csv_text(everyone()))  # type: ignore[arg-type]
    assert [row["student"] for row in made] == ["late", "unlucky", "wang", "李婷"]
    wang = made[2]
    assert (wang["points"], wang["max_points"], wang["auto_max_points"]) == ("45.67", "100", "90")
    assert (wang["tree1.q1"], wang["tree1.q3"], wang["tree1.q4"]) == ("15", "0", "")
    assert (wang["manual_open"], wang["final"], wang["flags"]) == ("tree1.q4", "no", "rebound")


def test_csv_tells_no_points_from_none() -> None:
    late, unlucky, *_ = rows(csv_text(everyone()))  # type: ignore[arg-type]
    assert (late["status"], late["points"], late["final"]) == ("refused", "0", "yes")
    assert (unlucky["status"], unlucky["points"], unlucky["tree1.q1"]) == ("error", "", "")
    assert late["reason"] == "the file is empty; hand it in again"


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\x00=1", "\x1b[0m=1", "＝1"]
)
def test_formulas_are_neutralised(name: str) -> None:
    cell = rows(csv_text([b.record(name)]))[0]["student"]
    assert cell.startswith("'")


@given(st.text())
def test_no_cell_begins_like_a_formula(text: str) -> None:
    assert not neutral(text).startswith(FORMULA)
    assert len(neutral(text).splitlines()) <= 1


def test_ordinary_cells_are_left_alone() -> None:
    assert neutral("王, Li-Ting") == "王, Li-Ting"


def test_csv_files_may_carry_a_byte_order_mark(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", [b.record("李婷")], bom=True)
    data = (tmp_path / "a.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfstudent,")
    assert data.count(b"\r\n") == 2
    assert csv_text([]).startswith("student,assignment,status,points")


def test_documents_fit_the_published_schema() -> None:
    document = json.loads(json.dumps(grade_document("r1", everyone())))  # type: ignore[arg-type]
    schema = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(document, schema, cls=jsonschema.Draft202012Validator)
    assert document["totals"] == {"submissions": 4, "graded": 2, "refused": 1, "error": 1}
    assert document["submissions"][3]["points"] is None


def test_the_published_schema_is_not_stale() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == schema_text(), (
        "run: python -m gradewright_grader.report docs/schema"
    )


def test_the_schema_names_every_field_and_no_fraction_as_text() -> None:
    document = grade_document("r1", [b.record()])
    definitions = grade_schema()["$defs"]
    record = document["submissions"][0]
    assert set(definitions["SubmissionRecord"]["properties"]) == set(record)
    assert set(definitions["CheckRecord"]["properties"]) == set(record["checks"][0])
    for wrong in ({"points": "1/3"}, {"status": "fine"}, {"checks": [{}]}):
        broken = {**document, "submissions": [{**record, **wrong}]}
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, grade_schema(), cls=jsonschema.Draft202012Validator)


def test_the_schema_is_written_by_a_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["report", str(tmp_path / "new")])
    runpy.run_module("gradewright_grader.report", run_name="__main__")
    assert (tmp_path / "new" / FILE).read_text(encoding="utf-8") == schema_text()


def printed(records: list[object], *, terminal: bool, language: str = "en") -> str:
    out = io.StringIO()
    console = Console(file=out, force_terminal=terminal, width=120, color_system=None)
    show_results(records, [b.INFO], language=language, console=console)  # type: ignore[arg-type]
    return out.getvalue()


@pytest.mark.parametrize("terminal", [True, False])
def test_the_table_says_who_got_what(terminal: bool) -> None:
    text = printed(everyone(), terminal=terminal)
    for said in (
        "tree1 · Split criteria", "45.67 of 90", "15 ◐", "30 ✓", "0 ○", "10 open", "rebound",
        "late: refused: the file is empty", "4 submissions: 2 graded, 1 refused, 1 in error",
    ):  # fmt: skip
        assert said in text


def test_columns_stand_below_each_other_in_chinese() -> None:
    lines = printed(everyone(), terminal=False, language="zh").splitlines()
    ends = {width(line[: line.index(" / ")]) for line in lines if " / " in line and "90" in line}
    assert len(ends) == 1
    assert "学生" in lines[1]


@pytest.mark.parametrize("terminal", [True, False])
def test_names_cannot_write_to_the_terminal(terminal: bool) -> None:
    flag = Flag(kind=ESCAPES, text={})
    text = printed([b.record(ESCAPES, flags=[flag])], terminal=terminal)
    assert not set(text) & {"\x07", "\x9b", "\r", "\u202e"}
    assert "title" not in text
    assert "[2J" not in text
    assert "Awang[bold]x[/bold]" in text


def test_a_terminal_without_assignments_is_no_error() -> None:
    out = io.StringIO()
    show_results([], console=Console(file=out))
    show_results([b.record()], console=Console(file=out, width=100))
    assert "0 submissions" in out.getvalue()
    assert "wang" in out.getvalue()

"""Aligned columns in any script."""

from __future__ import annotations

import click
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradewright.student.columns import aligned, padded, width


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("", 0),
        ("entropy", 7),
        ("决策树", 6),
        ("（x）", 5),
        ("é", 1),
        ("e\u0301", 1),
        ("a\u200bb", 2),
        (click.style("红", fg="red"), 2),
    ],
)
def test_width(text: str, columns: int) -> None:
    assert width(text) == columns


def test_padded_counts_columns_not_characters() -> None:
    assert padded("树", 4) == "树  "
    assert padded("树", 4, right=True) == "  树"


def test_aligned() -> None:
    lines = aligned([("题目", "分值", "t"), ("q1", 15, "熵"), ("q10", 5)], right=(1,))
    assert lines == ["题目  分值  t", "q1      15  熵", "q10      5"]


def test_aligned_without_rows() -> None:
    assert aligned([]) == []


@settings(deadline=None)
@given(st.lists(st.lists(st.text("ab树é", max_size=5), min_size=2, max_size=2), min_size=1))
def test_second_column_starts_at_the_same_place(rows: list[list[str]]) -> None:
    lines = aligned([first, "|" + second] for first, second in rows)
    assert len({width(line[: line.index("|")]) for line in lines}) == 1

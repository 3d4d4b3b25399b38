"""Finding the line of a value in a TOML file."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradewright.host.errors import TopicError
from gradewright.host.tomlfile import line_of, read_toml

TEXT = '''\
a = 1
"b c" = 2
d.e = 3

[f]
g = """
a = 4
[[h]]
"""
i = [
  5,
]

[[h]]  # first
j = { k = 6 }
[[h]]
[f.l]
m = 7
'''


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (("a",), 1),
        (("b c",), 2),
        (("d", "e"), 3),
        (("f",), 5),
        (("f", "g"), 6),
        (("f", "i", 0), 10),
        (("h",), 14),
        (("h", 0, "j", "k"), 15),
        (("h", 1), 16),
        (("h", 1, "j"), 16),
        (("f", "l", "m"), 18),
        (("n",), 0),
        ((), 0),
    ],
)
def test_line_of(keys: tuple[str | int, ...], line: int) -> None:
    tomllib.loads(TEXT)
    assert line_of(TEXT, keys) == line


Share = Annotated[float, msgspec.Meta(ge=0, le=1, description="expected a share from 0 to 1")]


class Late(msgspec.Struct, forbid_unknown_fields=True):
    share: Share | None = None


class Course(msgspec.Struct, forbid_unknown_fields=True):
    late: Late | None = None
    weights: dict[str, Share] = {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[late]\nshare = 3",
            "course.toml:2: late.share is 3: expected a share from 0 to 1; correct this value",
        ),
        (
            "[late]\nshar = 1",
            'course.toml:2: unknown key "shar" in late: allowed are "share"; did you mean "share"?',
        ),
        (
            "[weights]\ntree1 = 2",
            'course.toml:1: weights is {"tree1": 2}: expected `float` <= 1.0; correct this value',
        ),
        (
            'late = "' + "x" * 99 + '"',
            'course.toml:1: late is "' + "x" * 58 + "…: expected `object | null`, got `str`; "
            "correct this value",
        ),
    ],
)
def test_records_with_optional_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "course.toml").write_text(text)
    with pytest.raises(TopicError) as raised:
        read_toml(tmp_path / "course.toml").convert(Course)
    assert str(raised.value) == message


NAMES = st.text("abcdefgh", min_size=1, max_size=3)


TABLES = st.dictionaries(
    NAMES, st.dictionaries(NAMES, st.integers(0, 9), min_size=1, max_size=4), max_size=4
)


@settings(deadline=None)
@given(TABLES)
def test_line_of_every_key_of_written_tables(tables: dict[str, dict[str, int]]) -> None:
    lines: list[str] = []
    places = {}
    for table, values in tables.items():
        lines.append(f"[{table}]")
        for key, value in values.items():
            lines.append(f"{key} = {value}")
            places[table, key] = len(lines)
    text = "\n".join(lines)
    assert tomllib.loads(text) == tables
    assert {keys: line_of(text, keys) for keys in places} == places


@settings(deadline=None)
@given(st.text(max_size=200), st.lists(st.one_of(NAMES, st.integers(0, 3)), max_size=3))
def test_line_of_junk_is_a_line_of_it(text: str, keys: list[str | int]) -> None:
    assert 0 <= line_of(text, tuple(keys)) <= len(text.splitlines())

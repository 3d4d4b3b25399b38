"""Finding the line of a value in a TOML file."""

from __future__ import annotations

import tomllib

import pytest
from gradewright.host.tomlfile import line_of
from hypothesis import given
from hypothesis import strategies as st

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


NAMES = st.text("abcdefgh", min_size=1, max_size=3)


@given(st.dictionaries(NAMES, st.dictionaries(NAMES, st.integers(), min_size=1), min_size=1))
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


@given(st.text(max_size=200), st.lists(st.one_of(NAMES, st.integers(0, 3)), max_size=3))
def test_line_of_junk_is_a_line_of_it(text: str, keys: list[str | int]) -> None:
    assert 0 <= line_of(text, tuple(keys)) <= len(text.splitlines())

"""Any bytes are a notebook or a refusal, in a moment."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gradewright.notebook import Limits, Notebook, RefusedNotebook, read_notebook

from .making import as_bytes, cell, document, honest, read

GOOD = as_bytes(document(honest()))


def refused(data: bytes, limits: Limits | None = None) -> RefusedNotebook:
    with pytest.raises(RefusedNotebook) as caught:
        read_notebook(data, limits or Limits())
    for text in caught.value.text.values():
        assert len(text.splitlines()) == 1
        assert len(text) < 400
    assert str(caught.value) == caught.value.text["en"]
    return caught.value


class TestHostile:
    """Refused in a moment, whatever the file holds."""

    @pytest.mark.parametrize(
        "data",
        [
            b"[" * 100_000,
            b'{"a":' * 100_000,
            GOOD[:-2] + b', "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
            b"[" + b"[]," * 5_000_000 + b"[]]",
            b'{"a": ' + b'"' * 15_000_000,
            b'{"a": "' + b'\\"' * 7_000_000,
            b'{"a": "' + b"\\" * 15_000_000,
            b'{"a": ' + b"9" * 15_000_000,
            b'{"a": 1.' + b"9" * 15_000_000,
            b"[" + b"]" * 15_000_000,
            b'{"a": ' + b"}" * 15_000_000,
            b" " * 100_000_000,
            b"{" + b"[" * 100_000_000,
        ],
        ids=lambda data: f"{data[:12]!r} {len(data)}",
    )
    def test_is_refused_quickly(self, data: bytes) -> None:
        started = time.process_time()
        refused(data)
        assert time.process_time() - started < 2

    def test_brackets_inside_of_strings_do_not_count(self) -> None:
        assert read([cell('x = "[[[" + \'\\\\"{{{\' + ' + "'[' * 9" + "[" * 3 + "0" + "]" * 3)])
        assert read([cell("[" * 500)]).cells[0].source == "[" * 500

    def test_depth_is_counted_exactly(self) -> None:
        def nested(depth: int) -> bytes:
            lists = "[" * (depth - 2) + "]" * (depth - 2)
            return as_bytes(document([])).replace(b'"tree1"', f'"tree1", "x": {lists}'.encode())

        assert read_notebook(nested(99)).cells == ()
        assert refused(nested(100)).kind == "depth"

    def test_huge_metadata_are_not_looked_at(self) -> None:
        many = {f"k{n}": n for n in range(50_000)}
        each = cell("1", metadata=many, id="a")
        assert read_notebook(as_bytes(document([each], metadata=many))).notes == ()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)
KEYS = """
cells nbformat nbformat_minor metadata cell_type source outputs id
gradewright role question of assignment language topic version
"""
keys = st.sampled_from(KEYS.split())
likely = st.recursive(
    json_values | st.sampled_from([4, 5, "code", "markdown", "answer", "tree1.q1", "zh"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=12,
)


def notebook_or_refusal(data: bytes) -> Notebook | None:
    try:
        notebook = read_notebook(data)
    except RefusedNotebook:
        return None
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    assert all(cell.source.encode() or True for cell in notebook.cells)
    return notebook


class TestAnything:
    @given(json_values | likely)
    @settings(max_examples=150, deadline=None)
    def test_any_json_is_a_notebook_or_refused(self, value: Any) -> None:
        notebook_or_refusal(json.dumps(value).encode())

    @given(st.lists(likely, max_size=4), likely)
    @settings(max_examples=150, deadline=None)
    def test_any_cells_are_a_notebook(self, cells: list[Any], metadata: Any) -> None:
        data = json.dumps(document(cells, metadata=metadata)).encode()
        notebook = notebook_or_refusal(data)
        assert notebook is None or len(notebook.cells) == len(cells)

    @given(st.binary(max_size=40))
    @example(b"\xef\xbb\xbf")
    @example(b"-")
    @settings(max_examples=150, deadline=None)
    def test_any_bytes(self, data: bytes) -> None:
        notebook_or_refusal(data)

    @given(st.data())
    @settings(max_examples=150, deadline=None)
    def test_a_real_notebook_with_some_bytes_changed(self, data: st.DataObject) -> None:
        start = data.draw(st.integers(0, len(GOOD)))
        length = data.draw(st.integers(0, 5))
        junk = data.draw(st.binary(max_size=4))
        notebook_or_refusal(GOOD[:start] + junk + GOOD[start + length :])

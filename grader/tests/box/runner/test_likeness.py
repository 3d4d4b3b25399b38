"""Honest notebooks give here what nbclient and a real kernel give."""

from __future__ import annotations

import nbformat
import pytest

from gradewright_grader.box.runner import CellRun, DisplayUpdate, apply_updates

from .likeness import likeness
from .notebooks import NOTEBOOKS


def finished(answer: dict) -> list[CellRun]:
    import msgspec

    return apply_updates(msgspec.convert(answer["runs"], list[CellRun]))


def assert_valid(runs: list[CellRun]) -> None:
    cells = [
        nbformat.v4.new_code_cell(execution_count=run.execution_count, outputs=run.outputs)
        for run in runs
    ]
    nbformat.validate(nbformat.from_dict(nbformat.v4.new_notebook(cells=cells)))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_looks_as_in_jupyter(name, box, jupyter):
    cells = NOTEBOOKS[name]
    ours = finished(box.run(*cells))
    assert_valid(ours)
    theirs = jupyter.run(*cells)["runs"]
    assert len(ours) == len(theirs) == len(cells)
    for source, here, there in zip(cells, ours, theirs, strict=True):
        assert likeness(here.outputs) == likeness(there["outputs"]), source
        assert here.execution_count == there["execution_count"], source


def test_updates_that_name_no_display_are_skipped():
    run = CellRun(0, [{"output_type": "stream", "name": "stdout", "text": "a"}], 1, None, 0.0, 0.0)
    run.updates = [
        DisplayUpdate(cell, output, {"x": "y"}, {}) for cell in (0, 7) for output in (0, 5, -1)
    ]
    assert apply_updates([run])[0].outputs == [
        {"output_type": "stream", "name": "stdout", "text": "a"}
    ]

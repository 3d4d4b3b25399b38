"""Outputs for a solution come from what the caller hands in."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from gradewright_grader.authoring.build import build_solution
from gradewright_grader.authoring.execute import execute

from .building import demo


def test_outputs_and_counts_are_stored_in_a_copy(tmp_path: Path) -> None:
    assignment = demo(tmp_path)
    notebook = build_solution(assignment, "en")

    def run(sources: list[str]) -> list[list[dict[str, object]]]:
        return [[{"output_type": "stream", "name": "stdout", "text": s[:3]}] for s in sources]

    made = execute(notebook, assignment, run)
    nbformat.validate(made)
    code = [cell for cell in made.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert code[1].outputs[0].text == "tab"
    assert all(not cell.get("outputs") for cell in notebook.cells)


def test_without_run_there_are_no_outputs(tmp_path: Path) -> None:
    assignment = demo(tmp_path)
    notebook = build_solution(assignment, "en")
    assert execute(notebook, assignment) == notebook


def test_a_run_of_another_length_is_told(tmp_path: Path) -> None:
    assignment = demo(tmp_path)
    with pytest.raises(ValueError, match="outputs for 0 cells of demo1: there are 9 code cells"):
        execute(build_solution(assignment, "en"), assignment, lambda sources: [])

"""Notebooks as students hand them in, made from the sources of their cells."""

from __future__ import annotations

import json

from gradewright.host import Assignment
from gradewright_grader.engine import GradedSubmission, Station, grade_bytes


def notebook(*sources: str) -> bytes:
    """A plain notebook of code cells without any metadata: answers are found by their names."""
    cells = [
        {
            "id": f"c{number}",
            "cell_type": "code",
            "source": source,
            "metadata": {},
            "outputs": [],
            "execution_count": None,
        }
        for number, source in enumerate(sources)
    ]
    whole = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    return json.dumps(whole).encode()


def hand_in(
    station: Station, assignment: Assignment, *sources: str, student: str = "ada"
) -> GradedSubmission:
    """Grade a notebook of these cells."""
    return grade_bytes(station, assignment, notebook(*sources), student=student)


def points(graded: GradedSubmission) -> tuple[int, int]:
    """The points of q1 and q2."""
    assert graded.record.status == "graded", graded.record.reason
    first, second, _ = graded.record.questions
    return first.points, second.points


def ends(graded: GradedSubmission) -> list[tuple[int, str]]:
    """The cells that did not simply run to their end."""
    return [(cell.index, cell.ended_by) for cell in graded.record.cells]


def shown(graded: GradedSubmission) -> str:
    """All that the cells of a run showed."""
    return json.dumps([run.outputs for run in graded.runs], ensure_ascii=False)

"""One submission, from its bytes to its record: read, plan, run, judge, put together.

A file that cannot be read is refused with a reason (0 points); an error of ours gives a record
without points, to be graded again. What the notebook showed is kept as an executed notebook, for
people to look at; nothing of it ever counts.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import msgspec

from gradewright.host import Assignment, TopicError
from gradewright.notebook import (
    Cell,
    Notebook,
    Plan,
    RefusedNotebook,
    answer_sources,
    own_source,
    plan,
    read_notebook,
    saved_outputs,
)
from gradewright_grader.authoring.given import given_cells
from gradewright_grader.box.errors import BoxError
from gradewright_grader.box.runner.model import CellRun
from gradewright_grader.engine.record import BoxUsed, CellRecord, Flag, SubmissionRecord, sealed
from gradewright_grader.engine.remarks import explain_missing, flags_of
from gradewright_grader.engine.station import Graded, Station, Work
from gradewright_grader.judge.client import JudgeDied
from gradewright_grader.judge.lint import OWN_CELLS

# One at a time: Python 3.11 counts the depth of all trees that `ast.parse` builds in one place, and
# raises SystemError when the collector lets another thread in between.
PARSING = threading.Lock()
OUR_FAULT = {
    "zh": "评分系统出了错，这份作业会重新评分，与你无关。",
    "en": "Grading went wrong on our side; this submission will be graded again.",
}


@dataclass(frozen=True)
class GradedSubmission:
    """The record, and what the cells showed. `notebook` is nbformat JSON with fresh outputs."""

    record: SubmissionRecord
    runs: Sequence[CellRun] = ()
    notebook: dict[str, Any] = field(default_factory=dict)


def grade_bytes(
    station: Station,
    assignment: Assignment,
    data: bytes,
    *,
    student: str,
    path: str = "",
    language: str | None = None,
    files: Mapping[str, bytes] | None = None,
    flags: Sequence[Flag] = (),
) -> GradedSubmission:
    """Grade one notebook, perhaps with extra files. Never raises for what a student did.

    `flags` are what is known of the file already; they go before those found here.
    """
    started = time.monotonic()
    empty = _empty_record(assignment, data, student, path, language)
    empty.flags = list(flags)
    try:
        notebook = read_notebook(data)
    except RefusedNotebook as refusal:
        refused = _changed(empty, status="refused", reason=dict(refusal.text), points=Fraction(0))
        return GradedSubmission(sealed(_changed(refused, final=True)))
    with PARSING:
        written = _language(notebook, assignment)
        spoken = language or written
        planned = plan(notebook, assignment, given_cells(assignment, written), language=spoken)
    try:
        work = _work(notebook, assignment, planned)
        work = replace(work, files=dict(files or {}), person=student)
        graded = station.grade(assignment, work)
    except (BoxError, JudgeDied, TopicError) as error:
        return GradedSubmission(sealed(_our_error(empty, error)))
    record = _record(empty, assignment, notebook, planned, graded)
    record.language = spoken
    record.timings = {
        "total": round(time.monotonic() - started, 4),
        "student_cpu": round(graded.student_cpu, 4),
        "judge_cpu": round(graded.judgement.cpu_seconds, 4),
    }
    return GradedSubmission(
        sealed(record), graded.cells, _executed(notebook, planned, graded.cells)
    )


def _changed(record: SubmissionRecord, **fields: Any) -> SubmissionRecord:
    for name, value in fields.items():
        setattr(record, name, value)
    return record


def _empty_record(
    assignment: Assignment, data: bytes, student: str, path: str, language: str | None
) -> SubmissionRecord:
    return SubmissionRecord(
        student=student,
        assignment=assignment.id,
        path=path,
        digest=hashlib.sha256(data).hexdigest(),
        status="graded",
        language=language or assignment.languages[0],
        points=None,
        max_points=assignment.points,
        auto_max_points=assignment.auto_points,
    )


def _our_error(record: SubmissionRecord, error: Exception) -> SubmissionRecord:
    reason = {lang: f"{text} ({error})" for lang, text in OUR_FAULT.items()}
    return _changed(record, status="error", reason=reason, points=None, final=False)


def _language(notebook: Notebook, assignment: Assignment) -> str:
    """The language of the release that the student worked in."""
    told = notebook.tag.language if notebook.tag else ""
    if told in assignment.languages:
        return told
    # a tool dropped the metadata: the setup cell's words and checks differ between the languages
    written = {line for cell in notebook.cells for line in cell.source.splitlines()}
    setups = {lang: given_cells(assignment, lang).setup for lang in assignment.languages}
    return max(setups, key=lambda lang: len(written.intersection(setups[lang].splitlines())))


def _work(notebook: Notebook, assignment: Assignment, planned: Plan) -> Work:
    numbered = list(enumerate(planned.steps))
    return Work(
        cells=[(_cell_number(step.index, position), step.source) for position, step in numbered],
        keep={
            _cell_number(step.index, position): planned.keep.get(position, ())
            for position, step in numbered
            if position in planned.keep
        },
        answers=answer_sources(planned) | {OWN_CELLS: own_source(planned)},
        owners={_cell_number(s.index, n): s.question for n, s in numbered if s.question},
        saved={q: msgspec.json.encode(s) for q, s in saved_outputs(notebook, assignment).items()},
    )


def _cell_number(index: int, position: int) -> int:
    """A cell's index in the submission; cells put back by us get numbers below 0."""
    return index if index >= 0 else -1 - position


def _record(
    record: SubmissionRecord,
    assignment: Assignment,
    notebook: Notebook,
    planned: Plan,
    graded: Graded,
) -> SubmissionRecord:
    judgement = graded.judgement
    record.box = BoxUsed(level=graded.level, memory=graded.memory)
    record.environment = graded.environment
    record.questions, record.checks = judgement.questions, judgement.checks
    record.cells = _cells(planned, graded)
    notes = (*notebook.notes, *planned.notes)
    record.flags = [*record.flags, *flags_of(judgement, notes, graded.rebound, graded.junk)]
    explain_missing(judgement, notes, record.cells)
    record.manual_open = [assignment.full_id(q.id) for q in assignment.questions if q.manual]
    record.final = not record.manual_open
    if judgement.broken:
        return _our_error(record, RuntimeError(_broken(judgement.checks)))
    record.points = judgement.points
    return record


def _broken(checks: Sequence[Any]) -> str:
    """The checks that went wrong; why stands in their `detail`, which no student sees."""
    return ", ".join(check.id for check in checks if check.outcome == "error")[:500]


def _cells(planned: Plan, graded: Graded) -> list[CellRecord]:
    questions = {step.index: step.question for step in planned.steps}
    ends = {end.index: end.ended_by for end in graded.cell_ends}
    for run in graded.cells:
        if run.ended_by is not None:
            ends.setdefault(run.index, run.ended_by)
    return [
        CellRecord(index=index, question=questions.get(index), ended_by=end)
        for index, end in sorted(ends.items())
    ]


def _executed(notebook: Notebook, planned: Plan, runs: Sequence[CellRun]) -> dict[str, Any]:
    """The submitted cells with the outputs of this run, and none of the stored ones.

    Which question a cell belongs to stands in the notebook's metadata, as we found it.
    """
    shown = {run.index: run for run in runs}
    answers = {str(cell): q for q, cells in planned.cells.items() for cell in cells}
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"gradewright": {"answers": answers}},
        "cells": [_shown_cell(cell, shown.get(cell.index)) for cell in notebook.cells],
    }


def _shown_cell(cell: Cell, run: CellRun | None) -> dict[str, Any]:
    made: dict[str, Any] = {"id": cell.id, "cell_type": cell.type, "metadata": {}}
    made["source"] = cell.source
    if cell.type == "code":
        made["outputs"] = run.outputs if run else []
        made["execution_count"] = run.execution_count if run else None
    return made


__all__ = ["GradedSubmission", "grade_bytes"]

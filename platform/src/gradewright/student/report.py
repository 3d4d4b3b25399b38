"""What a student is told about a hand-in: the look and the rehearsal put together.

One cause is told once: a stub is not told again by its checks, a name that is missing because its
own cell failed is only to look at. Layout is left to `report_text`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from gradewright.api.texts import Text, filled, joined
from gradewright.notebook.payload import PublicQuestion
from gradewright.student import handin_words as words
from gradewright.student.findings import Finding, Level, finding, ready
from gradewright.student.handin import HandIn
from gradewright.student.looking import Look, look_at
from gradewright.student.rehearsal import CellError, CellRun, Ended, Rehearsal, rehearse
from gradewright.student.results import WRONG, Overview, QuestionResult, QuestionState
from gradewright.student.words import STATES

SCHEMA: Final = 1


@dataclass(frozen=True)
class Report:
    """All that is told. `overview` is None without a payload, `rehearsal` where nothing ran."""

    handin: HandIn
    language: str
    findings: tuple[Finding, ...]
    overview: Overview | None
    rehearsal: Rehearsal | None

    @property
    def ready(self) -> bool:
        """Whether nothing is to be mended."""
        return ready(self.findings)


def make_report(handin: HandIn, language: str, *, run: bool, limit: float) -> Report:
    """Look at a hand-in and, with `run`, rehearse it for at most `limit` seconds."""
    look = look_at(handin)
    done = rehearse(handin, look, language, limit) if run else None
    results = {result.id: result for result in done.questions} if done else {}
    early = look.early if done is None or done.ended else ()
    found = [*look.findings, *early]
    if done:
        found += _of_run(handin, look, done, limit)
    return Report(handin, language, tuple(found), _overview(handin, look, results, language), done)


# --- the questions


def _overview(
    handin: HandIn, look: Look, results: dict[str, QuestionResult], language: str
) -> Overview | None:
    payload = handin.payload
    if payload is None:
        return None
    questions = tuple(_question(q, look, results.get(q.id), language) for q in payload.questions)
    return Overview(payload.assignment, payload.title, questions, language)


def _question(
    question: PublicQuestion, look: Look, result: QuestionResult | None, language: str
) -> QuestionResult:
    short = question.id.rpartition(".")[2]
    waiting = short in look.open
    if result and not (question.manual and waiting):
        return result
    state: QuestionState = "manual" if question.manual else "unrun"
    if waiting:
        state = "missing" if short in look.plan.missing else "unanswered"
    return QuestionResult(question.id, question.title, question.points, state, language, {})


# --- what the rehearsal showed


def _of_run(handin: HandIn, look: Look, done: Rehearsal, limit: float) -> Iterator[Finding]:
    if done.ended:
        yield _ended(done.ended, limit)
    failed = {run.index for run in done.cells if run.error}
    for run in done.cells:
        if run.error and (found := _of_error(handin, look, run, run.error, failed)):
            yield found
    for result in done.questions:
        if result.id.rpartition(".")[2] not in look.open:
            yield from _of_question(result)
    if done.local:
        yield finding("local", "look", names=", ".join(done.local))


def _ended(ended: Ended, limit: float) -> Finding:
    return finding(
        ended.kind,
        "mend",
        ended.question,
        ended.cell,
        limit=f"{limit:g}",
        place=dict(ended.place),
        how=dict(ended.how),
    )


def _of_error(
    handin: HandIn, look: Look, run: CellRun, error: CellError, failed: set[int]
) -> Finding | None:
    """The finding on a cell's error; None where the look has told it already."""
    index = run.index
    if any(one.kind == "syntax" and one.cell == index for one in look.findings):
        return None
    # Without a payload nobody knows which cells are graded: then all of them are.
    graded = handin.payload is None or any(step.index == index for step in look.plan.steps)
    level: Level = "mend" if graded else "look"
    where = _where(index, error)
    if error.type == "NotImplementedError":
        level = "look" if look.open else level
        return finding("error.unanswered", level, None, index, error.code, where=where)
    if error.name:
        places = look.bound.get(error.name, ())
        if not places:
            return finding("undefined", level, None, index, error.code, name=error.name)
        if places[0] > index:
            later = places[0] + 1
            return finding("order", level, None, index, error.code, name=error.name, later=later)
        if failed.intersection(places) - {index}:
            level = "look"
    told = f"{error.type}: {error.message}" if error.message else error.type
    kind = "error" if graded else "error.explore"
    return finding(kind, level, None, index, error.code, where=where, error=told)


def _where(index: int, error: CellError) -> dict[str, str]:
    if not error.line:
        return dict(words.WHERE_OUTSIDE)
    if error.cell == index:
        return filled(words.WHERE, line=error.line)
    return filled(words.WHERE_OTHER, other=error.cell + 1, line=error.line)


def _of_question(result: QuestionResult) -> Iterator[Finding]:
    """The first thing that is wrong with a question, and how many more there are."""
    if result.state not in (*WRONG, "missing", "unanswered"):
        return
    level: Level = "look" if result.state == "broken" else "mend"
    state = dict(STATES[result.state])
    wrong = [check for check in result.checks if check.state != "passed"]
    if not wrong or not wrong[0].message:
        yield finding("question", level, result.id, state=state, message=dict(result.message))
        return
    first = wrong[0]
    message: Text = first.message
    if len(wrong) > 1:
        message = joined(message, filled(words.MORE_CHECKS, count=len(wrong) - 1))
    yield finding(
        "check",
        level,
        result.id,
        None,
        first.traceback,
        state=state,
        tested=dict(first.text),
        message=dict(message),
    )


# --- for programs


def report_record(report: Report) -> dict[str, Any]:
    """What `check --json` prints; `refused_record` is its fellow for a file that was refused."""
    handin, done = report.handin, report.rehearsal
    return {
        **_head(str(handin.path), report.ready),
        "assignment": next(iter(handin.assignments), None),
        "digest": handin.digest,
        "ran": done is not None,
        "seconds": round(done.seconds, 3) if done else None,
        "questions": [_question_record(q) for q in (report.overview or _NONE).questions],
        "cells": [_cell_record(run) for run in (done.cells if done else ())],
        "findings": [finding_record(one) for one in report.findings],
    }


def refused_record(path: str, reason: Text) -> dict[str, Any]:
    """The record of a file that grading would refuse, for this reason."""
    rest = {"assignment": None, "digest": None, "ran": False, "seconds": None}
    lists: dict[str, Any] = {"questions": [], "cells": [], "findings": []}
    return {**_head(path, False), "refused": dict(reason), **rest, **lists}


def finding_record(one: Finding) -> dict[str, Any]:
    """One finding as plain values."""
    return {
        "kind": one.kind,
        "level": one.level,
        "question": one.question,
        "cell": one.cell,
        "text": dict(one.text),
        "detail": one.detail,
    }


_NONE: Final = Overview("", {}, (), "")


def _head(path: str, is_ready: bool) -> dict[str, Any]:
    return {"schema": SCHEMA, "notebook": path, "ready": is_ready, "refused": None}


def _question_record(result: QuestionResult) -> dict[str, Any]:
    checks = [
        {"id": c.id, "state": c.state, "text": dict(c.text), "message": dict(c.message)}
        for c in result.checks
    ]
    return {
        "id": result.id,
        "points": result.points,
        "state": result.state,
        "message": dict(result.message),
        "checks": checks,
    }


def _cell_record(run: CellRun) -> dict[str, Any]:
    error = f"{run.error.type}: {run.error.message}" if run.error else None
    return {"index": run.index, "seconds": round(run.seconds, 4), "error": error}

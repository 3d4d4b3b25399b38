"""What is read from the gradebook: results in pages, totals, what was refused, failed, adjusted.

Lists are read in pages, each in a short transaction of its own: a reader that pauses holds
nobody up, and a class of any size needs the memory of one page.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, select, tuple_

from gradewright_grader.gradebook.database import Database
from gradewright_grader.gradebook.schema import (
    adjustment,
    attempt,
    current,
    refusal,
    result,
    submission,
)
from gradewright_grader.gradebook.schema import run as runs

PAGE: Final = 100


@dataclass(frozen=True)
class Row:
    """One result. `record` is what `finish` was given, byte by byte; points None for an error."""

    result: int
    attempt: int
    run: int
    student: str
    assignment: str
    digest: str
    path: str
    channel_time: float
    record: bytes
    status: str
    points: Fraction | None
    verdict_digest: str
    created: float


@dataclass(frozen=True)
class Totals:
    """Results by status, the sum of their points, and attempts by state."""

    graded: int
    refused: int
    error: int
    points: Fraction
    queued: int
    leased: int
    failed: int


@dataclass(frozen=True)
class Failure:
    """An attempt that was given up, and why."""

    attempt: int
    student: str
    assignment: str
    path: str
    reason: str
    tries: int


@dataclass(frozen=True)
class RefusalRow:
    """What intake did not take in a run."""

    run: int
    student: str
    path: str
    kind: str
    reason: dict[str, str]


@dataclass(frozen=True)
class Adjustment:
    """Points given or taken by hand; question "" is the whole assignment."""

    assignment: str
    student: str
    question: str
    points: Fraction
    why: str
    who: str
    created: float


def results(db: Database, run: int | None, assignment: str | None) -> Iterator[Row]:
    """Current results, or those of a run, by assignment and student."""
    query = _joined(run, assignment)
    keys = (submission.c.assignment, submission.c.student, result.c.id)
    after: tuple[Any, ...] | None = None
    while True:
        page = query if after is None else query.where(tuple_(*keys) > tuple_(*after))
        with db.reading() as connection:
            rows = connection.execute(page.order_by(*keys).limit(PAGE)).all()
        yield from (_row(row) for row in rows)
        if len(rows) < PAGE:
            return
        after = (rows[-1].assignment, rows[-1].student, rows[-1].result)


def totals(db: Database, run: int | None, assignment: str | None) -> Totals:
    """Counts and points of what `results` gives, and the queue."""
    query = _joined(run, assignment).with_only_columns(result.c.status, result.c.points)
    states = select(attempt.c.state, func.count()).join(submission).group_by(attempt.c.state)
    if assignment is not None:
        states = states.where(submission.c.assignment == assignment)
    with db.reading() as connection:
        rows = connection.execute(query).all()
        queue: dict[str, int] = {row[0]: row[1] for row in connection.execute(states)}
    counts = Counter(status for status, _ in rows)
    return Totals(
        **{status: counts[status] for status in ("graded", "refused", "error")},
        **{state: queue.get(state, 0) for state in ("queued", "leased", "failed")},
        points=sum((Fraction(points) for _, points in rows if points), Fraction(0)),
    )


def failures(db: Database, assignment: str | None) -> list[Failure]:
    """Attempts that were given up, unless a newer attempt took their place."""
    newer = attempt.alias()
    query = (
        select(attempt.c.id.label("attempt"), *_of_submission("student", "assignment", "path"))
        .add_columns(attempt.c.reason, attempt.c.tries)
        .join(submission)
        .where(attempt.c.state == "failed")
        .where(
            ~select(newer.c.id)
            .where(newer.c.submission_id == attempt.c.submission_id)
            .where(newer.c.number > attempt.c.number)
            .exists()
        )
        .order_by(submission.c.assignment, submission.c.student, attempt.c.id)
    )
    if assignment is not None:
        query = query.where(submission.c.assignment == assignment)
    with db.reading() as connection:
        return [Failure(**row._mapping) for row in connection.execute(query)]


def refusals(db: Database, run: int | None) -> list[RefusalRow]:
    """What intake refused in a run (None: the newest), by student and path."""
    columns = refusal.c
    wanted = select(func.max(runs.c.id)).scalar_subquery() if run is None else run
    query = (
        select(columns.run_id, columns.student, columns.path, columns.kind, columns.reason)
        .where(columns.run_id == wanted)
        .order_by(columns.student, columns.path, columns.kind)
    )
    with db.reading() as connection:
        return [RefusalRow(*row[:4], json.loads(row[4])) for row in connection.execute(query)]


def adjustments(db: Database, assignment: str | None, student: str | None) -> list[Adjustment]:
    """Every adjustment, in the order in which they were made."""
    columns = [adjustment.c[name] for name in Adjustment.__dataclass_fields__]
    query = select(*columns).order_by(adjustment.c.id)
    if assignment is not None:
        query = query.where(adjustment.c.assignment == assignment)
    if student is not None:
        query = query.where(adjustment.c.student == student)
    with db.reading() as connection:
        rows = [dict(row._mapping) for row in connection.execute(query)]
    return [Adjustment(**{**row, "points": Fraction(row["points"])}) for row in rows]


def _joined(run: int | None, assignment: str | None) -> Select[Any]:
    query = (
        select(
            result.c.id.label("result"),
            result.c.attempt_id.label("attempt"),
            result.c.run_id.label("run"),
            *_of_submission("student", "assignment", "digest", "path", "channel_time"),
            *(result.c[name] for name in ("record", "status", "points", "verdict_digest")),
            result.c.created,
        )
        .select_from(result)
        .join(attempt, result.c.attempt_id == attempt.c.id)
        .join(submission)
    )
    if run is not None:
        query = query.where(result.c.run_id == run)
    else:
        query = query.join(current, current.c.result_id == result.c.id)
    return query if assignment is None else query.where(submission.c.assignment == assignment)


def _of_submission(*names: str) -> list[ColumnElement[Any]]:
    return [submission.c[name] for name in names]


def _row(row: Any) -> Row:
    values = dict(row._mapping)
    points = values.pop("points")
    return Row(**values, points=None if points is None else Fraction(points))

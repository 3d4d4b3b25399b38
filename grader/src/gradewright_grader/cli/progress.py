"""Progress while a class is graded: a bar on a terminal, plain lines elsewhere; both on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from gradewright_grader.engine.record import SubmissionRecord


@contextmanager
def grading_progress(total: int, quiet: bool) -> Iterator[Callable[[SubmissionRecord], None]]:
    """A function to be called with every record."""
    if quiet or not total:
        yield lambda record: None
    elif sys.stderr.isatty():
        yield from _bar(total)
    else:
        yield _Lines(total)


def _bar(total: int) -> Iterator[Callable[[SubmissionRecord], None]]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        started = time.monotonic()
        task = progress.add_task("grading", total=total, rate="")

        def advance(record: SubmissionRecord) -> None:
            done = progress.tasks[0].completed + 1
            rate = f"{done / (time.monotonic() - started):.1f}/s"
            progress.update(task, advance=1, rate=rate)

        yield advance


class _Lines:
    """One line a submission: number, student, points."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0

    def __call__(self, record: SubmissionRecord) -> None:
        from gradewright.student.tidying import one_line

        self._done += 1
        points = "-" if record.points is None else f"{float(record.points):.4g}"
        student = one_line(record.student, 60)
        click.echo(f"{self._done}/{self._total} {student} {record.status} {points}", err=True)

"""`Gradebook`: the one way in. Each method is one transaction and may be called again after a kill.

Only one process should write results (the coordinator); others may lease, read and wait.
"""

from __future__ import annotations

import json
import os
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from types import TracebackType
from typing import Any, Protocol

from sqlalchemy import insert, select

from gradewright_grader.gradebook import queries, queue
from gradewright_grader.gradebook.database import Database
from gradewright_grader.gradebook.errors import GradebookError
from gradewright_grader.gradebook.processes import Holder
from gradewright_grader.gradebook.schema import adjustment, refusal, result, run


class RefusalLike(Protocol):
    """What intake refused; see `intake.Refusal`."""

    @property
    def student(self) -> str:
        """ "" where nobody can be named."""

    @property
    def path(self) -> str:
        """For people."""

    @property
    def kind(self) -> str:
        """Why, as a word for programs."""

    @property
    def reason(self) -> Mapping[str, str]:
        """Why, by language."""


class Gradebook:
    """A gradebook that is open. Use as a context manager, or `close` it. Threads may share it."""

    def __init__(self, database: Database, tries: int, clock: Callable[[], float]) -> None:
        self._db = database
        self._tries = tries
        self._clock = clock

    @classmethod
    def open(
        cls,
        place: str | os.PathLike[str],
        *,
        tries: int = 3,
        wait: float = 30.0,
        clock: Callable[[], float] = time.time,
    ) -> Gradebook:
        """Open, make or upgrade one. place: a file, or a URL; tries: for one attempt; wait:
        seconds for another writer. Raises GradebookError."""
        return cls(Database(place, wait), tries, clock)

    def close(self) -> None:
        """Give the connections back."""
        self._db.close()

    def __enter__(self) -> Gradebook:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def start_run(self, command: str) -> int:
        """A new run: the key, with an attempt, of results."""
        return self._insert(run, started=self._clock(), command=command)

    def add(self, found: queue.FoundLike, assignment: str = "", *, again: bool = False) -> int:
        """Store and queue a submission; its newest attempt's id.

        assignment: where `found` has none. The same student, assignment and digest are the same
        submission: nothing changes but the time it was last handed in. again: a new attempt, once
        the newest one has ended. Of several notebooks add those that are not superseded.
        """
        taken = assignment or found.assignment
        if not taken:
            raise GradebookError(
                f'nothing tells which assignment "{found.path}" is for: name it with --assignment'
            )
        with self._db.writing() as db:
            return queue.add(db, found, taken, self._clock(), again=again)

    def refuse(self, run_id: int, refused: RefusalLike) -> None:
        """Store what intake refused in a run; the same one twice changes nothing."""
        columns = refusal.c
        values = {"run_id": run_id, "student": refused.student, "path": refused.path}
        values["kind"] = refused.kind
        same = [columns[name] == value for name, value in values.items()]
        with self._db.writing() as db:
            if db.execute(select(columns.id).where(*same)).first() is None:
                reason = json.dumps(dict(refused.reason), ensure_ascii=False)
                row = {**values, "reason": reason, "created": self._clock()}
                db.execute(insert(refusal).values(row))

    def lease(self, worker: str, assignment: str | None = None) -> queue.Attempt | None:
        """Take the oldest queued attempt for this process, or one whose process is dead."""
        with self._db.writing() as db:
            return queue.lease(db, worker, Holder.this(), self._tries, assignment)

    def release(self, attempt: int) -> None:
        """Give a leased attempt back untried."""
        with self._db.writing() as db:
            queue.release(db, attempt)

    def fail(self, attempt: int, reason: str) -> str:
        """Tell that a try ended by an error of ours: "queued", or "failed" after all tries."""
        with self._db.writing() as db:
            return queue.fail(db, attempt, reason, self._tries)

    def finish(self, attempt: int, run: int, record: bytes, notebook: bytes | None = None) -> int:
        """Add a result, once for (attempt, run), and point at it; its id.

        record: the record's JSON (`status`, `points`, `verdict_digest` are read); notebook: the
        executed one. A record with status "error" leaves the attempt failed, else it is done.
        """
        with self._db.writing() as db:
            return queue.finish(db, attempt, run, record, notebook, self._clock())

    def adjust(
        self,
        student: str,
        assignment: str,
        points: Fraction | int | str,
        *,
        why: str,
        who: str,
        question: str = "",
    ) -> int:
        """Add points by hand (negative: take); who and why are asked for. Its id."""
        if not (why.strip() and who.strip()):
            raise GradebookError(
                f'the adjustment for "{student}" has who "{who}" and why "{why}": both must be '
                "told, give a name and a reason"
            )
        exact = str(_points(student, points))
        return self._insert(
            adjustment,
            student=student,
            assignment=assignment,
            question=question,
            points=exact,
            why=why,
            who=who,
            created=self._clock(),
        )

    def results(
        self, run: int | None = None, assignment: str | None = None
    ) -> Iterator[queries.Row]:
        """The current results, or all of one run, by assignment and student; read in pages."""
        return queries.results(self._db, run, assignment)

    def totals(self, run: int | None = None, assignment: str | None = None) -> queries.Totals:
        """Counts and points of these results, and the length of the queue."""
        return queries.totals(self._db, run, assignment)

    def failures(self, assignment: str | None = None) -> list[queries.Failure]:
        """Attempts that were given up and have no newer one."""
        return queries.failures(self._db, assignment)

    def refusals(self, run: int | None = None) -> list[queries.RefusalRow]:
        """What intake refused in a run, by default the newest."""
        return queries.refusals(self._db, run)

    def adjustments(
        self, assignment: str | None = None, student: str | None = None
    ) -> list[queries.Adjustment]:
        """All that was adjusted by hand, oldest first."""
        return queries.adjustments(self._db, assignment, student)

    def notebook(self, result_id: int) -> bytes | None:
        """The executed notebook of a result, None where none was stored."""
        with self._db.reading() as db:
            packed = db.execute(select(result.c.notebook).where(result.c.id == result_id)).scalar()
        return None if packed is None else zlib.decompress(packed)

    def _insert(self, table: Any, **values: Any) -> int:
        with self._db.writing() as db:
            return queue.inserted(db, table, values)


def _points(student: str, points: Fraction | int | str) -> Fraction:
    try:
        return Fraction(points)
    except (ValueError, ZeroDivisionError):
        raise GradebookError(
            f'the points of the adjustment for "{student}" are "{points}": give a number like 2, '
            "-1.5 or 1/3"
        ) from None

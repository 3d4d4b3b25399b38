"""Grading a class: the queue in the gradebook, workers that supervise, one coordinator that writes.

Theory of operation. Attempts are the queue. The coordinator leases one for each free worker, hands
the worker bytes and gets a result back; only the coordinator touches the gradebook. A worker is a
thread: it waits for the box and the judge, which are processes. Whatever ends the coordinator,
the next run goes on: a lease falls when its process is dead, and a result that was written stays.
An error of ours is tried again, a few times, and then reported as an error, never as 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass

import msgspec

from gradewright.host import Assignment
from gradewright_grader.engine.record import Flag, SubmissionRecord, write_record
from gradewright_grader.engine.station import Station
from gradewright_grader.engine.submission import GradedSubmission, grade_bytes
from gradewright_grader.gradebook import Attempt, Gradebook

Done = Callable[[SubmissionRecord], None]
REQUEUED = "queued"


@dataclass(frozen=True)
class Batch:
    """What a run of grading needs; `language` overrides that of the notebooks."""

    gradebook: Gradebook
    station: Station
    assignments: Mapping[str, Assignment]
    run: int
    language: str | None = None


def grade_queue(batch: Batch, jobs: int, done: Done, executor: Executor | None = None) -> int:
    """Grade all that is queued with `jobs` workers; how many results were written.

    `done` is called in this thread for each. An interrupt gives leased attempts back untried.
    """
    with ExitStack() as stack:
        if executor is None:
            executor = stack.enter_context(ThreadPoolExecutor(jobs, "grader"))
        return _Coordinator(batch, executor, jobs, done).run()


class _Coordinator:
    """Keeps the workers busy and writes what they bring."""

    def __init__(self, batch: Batch, executor: Executor, jobs: int, done: Done) -> None:
        self._batch = batch
        self._executor = executor
        self._jobs = jobs
        self._done = done
        self._working: dict[Future[GradedSubmission], Attempt] = {}
        self._written = 0

    def run(self) -> int:
        """Until the queue is empty and every worker is idle."""
        try:
            while self._fill() or self._working:
                self._collect()
        finally:
            for future, attempt in self._working.items():
                future.cancel()
                self._batch.gradebook.release(attempt.id)
        return self._written

    def _fill(self) -> bool:
        """Give every idle worker an attempt; whether there was one."""
        found = False
        while len(self._working) < self._jobs:
            attempt = self._batch.gradebook.lease("local")
            if attempt is None:
                break
            found = True
            future = self._executor.submit(_grade, self._batch, attempt)
            self._working[future] = attempt
        return found

    def _collect(self) -> None:
        finished, _ = wait(self._working, return_when=FIRST_COMPLETED)
        for future in finished:
            self._write(self._working.pop(future), future.result())

    def _write(self, attempt: Attempt, graded: GradedSubmission) -> None:
        record = graded.record
        if record.status == "error":
            reason = record.reason.get("en", "")
            if self._batch.gradebook.fail(attempt.id, reason) == REQUEUED:
                return
        notebook = msgspec.json.encode(graded.notebook) if graded.notebook else None
        self._batch.gradebook.finish(attempt.id, self._batch.run, write_record(record), notebook)
        self._written += 1
        self._done(record)


def _grade(batch: Batch, attempt: Attempt) -> GradedSubmission:
    """What a worker does: one submission, from bytes to record."""
    return grade_bytes(
        batch.station,
        batch.assignments[attempt.assignment],
        attempt.data,
        student=attempt.student,
        path=attempt.path,
        language=batch.language,
        files=dict(attempt.extra),
        flags=[Flag(kind=kind, text=text) for kind, text in attempt.flags],
    )

"""Workers parse one at a time: Python 3.11 may raise SystemError when two threads build trees."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from gradewright.host import Assignment
from gradewright_grader.box.errors import BoxError
from gradewright_grader.engine import grade_bytes, submission

from .handing_in import notebook


class NoStation:
    """Stands for a station; the test is over before it is needed."""

    def grade(self, *_: Any) -> Any:
        raise BoxError("no box here")


def test_two_workers_never_plan_at_once(
    assignment: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, inside, most = submission.plan, threading.Semaphore(1), []

    def watched(*arguments: Any, **options: Any) -> Any:
        most.append(inside.acquire(blocking=False))
        try:
            return plan(*arguments, **options)
        finally:
            inside.release()

    monkeypatch.setattr(submission, "plan", watched)
    station: Any = NoStation()
    with ThreadPoolExecutor(4) as pool:
        data = [notebook(f"def total(xs):\n    return {n}") for n in range(40)]
        made = list(pool.map(lambda d: grade_bytes(station, assignment, d, student="ada"), data))
    assert [graded.record.status for graded in made] == ["error"] * 40
    assert most == [True] * 40

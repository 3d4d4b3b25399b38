"""A submission for a real judge without a box: forked processes that serve a namespace."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import time

from gradewright.values import Responder
from gradewright_grader.judge.link import Job
from gradewright_grader.judge.record import Judgement
from gradewright_grader.wall.serving import serve


class ForkedCopies:
    """Implements `judge.client.Copies` on student code given as source; budgets are wall time."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.begun: list[str] = []
        self.started = 0
        self._pid = 0
        self._end: str | None = None
        self._until = float("inf")

    def fresh(self) -> int | None:
        """A new process that ran the source."""
        self.close()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.started += 1
        self._end, self._until = None, float("inf")
        self._pid = os.fork()
        if self._pid == 0:
            try:
                _keep_only(theirs.fileno())
                names = {"__name__": "__main__"}
                exec(compile(self.source, "<student>", "exec"), names)
                serve(theirs, Responder(names))
            finally:
                os._exit(0)
        theirs.close()
        return ours.detach()

    def begin(self, check: str, cpu_seconds: float) -> None:
        """Take note of the check."""
        self.begun.append(check)
        self._until = time.monotonic() + cpu_seconds

    def tick(self) -> None:
        """End a process that takes too long."""
        if self._pid and time.monotonic() > self._until:
            self._end = "cpu"
            self.close()

    def ended_by(self) -> str:
        """What ended the last one."""
        return self._end or "crash"

    def close(self) -> None:
        """End the process, if there is one."""
        if self._pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
            self._pid = 0


def _keep_only(fd: int) -> None:
    """As in a box: nothing of this process's, not even the judge's own link."""
    os.closerange(3, fd)
    os.closerange(fd + 1, 1024)


def judged(judge, *parts: str, **job) -> Judgement:
    """What a judge says of student code given as pieces of source."""
    copies = ForkedCopies("\n\n".join(parts))
    try:
        return judge.judge(Job({}, **job) if "answers" not in job else Job(**job), copies)
    finally:
        copies.close()


def check_of(judgement: Judgement, id: str):
    """The record of one check, "q1.easy"."""
    return next(c for c in judgement.checks if c.id == f"tiny1.{id}")


def question_of(judgement: Judgement, id: str):
    """The record of one question, "q1"."""
    return next(q for q in judgement.questions if q.id == f"tiny1.{id}")

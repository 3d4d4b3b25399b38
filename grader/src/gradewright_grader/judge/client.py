"""The station's end of a judge: start one, hand it jobs, attend to what it asks for.

A judge may be used from many threads at once; each job has a socket of its own. A judge that dies
in the middle of a job raises `JudgeDied`: our fault, an `error`, never a verdict.
"""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Protocol

from gradewright.host import Assignment, TopicError
from gradewright_grader.judge import link as say
from gradewright_grader.judge.link import Link, LinkClosed
from gradewright_grader.judge.record import Judgement, from_json
from gradewright_grader.judge.seeds import NO_SECRET

TICK = 0.03  # seconds between two looks at a running check


class JudgeDied(Exception):
    """The judge's process is gone or closed a job without a judgement."""


class Copies(Protocol):
    """The processes of one submission, as the station keeps them."""

    def fresh(self) -> int | None:
        """A descriptor that speaks to a fresh copy; the caller closes it. None: there is none."""

    def begin(self, check: str, cpu_seconds: float) -> None:
        """From now on this check's budget holds."""

    def tick(self) -> None:
        """Called while the judge works, often enough to enforce budgets."""

    def ended_by(self) -> str:
        """What ended the last copy."""


class Judge:
    """A running judge of one assignment. A context manager; `close` ends its process."""

    def __init__(self, assignment: Assignment, secret: bytes = NO_SECRET) -> None:
        mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self._lock = threading.Lock()
        self._control = Link(mine)
        # the only folder that it may write to
        self._scratch = tempfile.TemporaryDirectory(prefix="gradewright-judge-")
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [
                    sys.executable,
                    "-s",
                    "-P",
                    "-m",
                    "gradewright_grader.judge.process",
                    str(theirs.fileno()),
                ],
                pass_fds=[theirs.fileno()],
                env=_environment(self._scratch.name),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                cwd="/",
                start_new_session=True,
            )
        topic_folder = assignment.folder.parent.parent.resolve()
        self._control.send(say.Start(str(topic_folder), assignment.id, secret))
        self._ready: say.Ready | None = None

    def wait_ready(self) -> say.Ready:
        """Wait until it is warm. Raises TopicError where the assignment cannot be judged."""
        if self._ready is None:
            try:
                answer, _ = self._control.receive()
            except LinkClosed as error:
                raise JudgeDied(
                    "the judge ended while it warmed up; its own messages stand above"
                ) from error
            if isinstance(answer, say.Refused):
                self.close()
                raise TopicError(answer.reason, answer.place)
            self._ready = answer
        return self._ready

    def judge(self, job: say.Job, copies: Copies) -> Judgement:
        """Have one submission judged; `copies` provides its processes meanwhile."""
        with self._lock:
            self.wait_ready()
        mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with mine:
            try:
                with theirs, self._lock:
                    self._control.send(job, theirs.fileno())
                return _attend(Link(mine), copies)
            except LinkClosed as error:
                raise JudgeDied(
                    "the judge ended without a judgement; its own messages stand above"
                ) from error

    @property
    def alive(self) -> bool:
        """Whether its process runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the judge and wait for it."""
        self._control.close()
        self._process.wait()
        self._scratch.cleanup()

    def __enter__(self) -> Judge:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _attend(link: Link, copies: Copies) -> Judgement:
    while True:
        while not select.select([link.socket], [], [], TICK)[0]:
            copies.tick()
        match link.receive()[0]:
            case say.Fresh():
                _hand_over(link, copies)
            case say.Begin(check=check, cpu_seconds=seconds):
                copies.begin(check, seconds)
            case say.AskEnd():
                link.send(say.Gone(copies.ended_by()))
            case say.Done(judgement=data):
                judgement: Judgement = from_json(data, Judgement)
                return judgement


def _hand_over(link: Link, copies: Copies) -> None:
    fd = copies.fresh()
    if fd is None:
        link.send(say.Gone(copies.ended_by()))
        return
    try:
        link.send(say.Here(), fd)
    finally:
        os.close(fd)


def _environment(scratch: str) -> dict[str, str]:
    """Fixed where it could change a verdict, and nothing of the caller's secrets."""
    threads = ("OMP", "OPENBLAS", "MKL", "NUMEXPR")
    return {
        "PATH": os.defpath,
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "HOME": str(Path("/nonexistent")),
        # the judge is the same program as this one, wherever that was found
        "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "MPLBACKEND": "agg",
        "TMPDIR": scratch,
    } | {f"{name}_NUM_THREADS": "1" for name in threads}

"""The copies of a submission's state that checks talk to, and their budgets.

One copy serves all checks; a fresh one follows when a check ended its process, ran out of budget or
asks for one. A process with more than one OS thread must not be forked: then it serves itself, and
the notebook is run again when a check ends it. Budgets are enforced here, by clocks read from
outside, while the judge waits for an answer.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator

from gradewright_grader.box import Child, wire
from gradewright_grader.engine.notebook_run import (
    WALL_EXTRA,
    WALL_FACTOR,
    NotebookRun,
    signal_name,
)
from gradewright_grader.wall.packets import ChannelClosed
from gradewright_grader.wall.reports import FORK, SERVE, Forked, ForkEnded, receive_report

MOST_RUNS = 6  # of the whole notebook, when checks end a process that cannot be forked
FORK_SECONDS = 10.0
END_SECONDS = 1.0
_ENDS: dict[int, str] = {signal.SIGXCPU: "cpu", signal.SIGXFSZ: "disk"}
SWEEP_SECONDS = 1.0  # for killing a copy's processes, before the whole child is killed
SWEEP_PAUSE = 0.002


class BoxedCopies:
    """Implements `judge.client.Copies` on a boxed child."""

    def __init__(self, run: NotebookRun, again: Callable[[], NotebookRun]) -> None:
        self._run = run
        self._again = again
        self._runs = 1
        self._pid: int | None = None  # of the copy, inside the box; None: the process itself
        self._serving = False
        self._end: str | None = None
        self._budget = float("inf")
        self._baseline: float | None = None  # of this check; None: not looked at yet
        self._began = time.monotonic()

    def fresh(self) -> int | None:
        """A descriptor to a fresh copy, or None when no process is left to copy."""
        self._stop()
        if self._serving or not self._alive():
            if self._runs >= MOST_RUNS:
                return None
            self._runs += 1
            self._close_child()
            self._run = self._again()
            self._serving = False
        if self._run.child is None:
            self._end = self._end or (self._run.ends[-1].ended_by if self._run.ends else "crash")
            return None
        return self._connect()

    def begin(self, check: str, cpu_seconds: float) -> None:
        """This check's budget starts now: its CPU counts from the first look at the clock.

        Most checks are over before that, and looking costs half a millisecond for each.
        """
        self._budget = cpu_seconds
        self._baseline = None
        self._began = time.monotonic()

    def tick(self) -> None:
        """Called every few hundredths of a second while a check runs: enforce its budget."""
        if self._end is not None or self._budget == float("inf"):
            return
        cpu = self._clock()
        if self._baseline is None:
            self._baseline = cpu
        if cpu - self._baseline > self._budget:
            self._kill("cpu")
        elif time.monotonic() - self._began > self._budget * WALL_FACTOR + WALL_EXTRA:
            self._kill("wall")

    def ended_by(self) -> str:
        """How the last copy ended."""
        if self._end is None:
            self._end = self._found_end()
        return self._end

    def close(self) -> None:
        """End the submission's processes; nothing of it lives after this."""
        self._close_child()

    # --- how

    def _alive(self) -> bool:
        return self._run.child is not None and bool(self._run.child.threads())

    def _connect(self) -> int | None:
        child = self._run.child
        if child is None:
            return None
        mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._serving = child.threads() > 1
        self._pid, self._end, self._budget = None, None, float("inf")
        try:
            with theirs:
                wire.send(child.channel, SERVE if self._serving else FORK, (theirs.fileno(),))
            if not self._serving:
                self._pid = _forked(child)
        except OSError:
            child.kill()
        if self._serving or self._pid is not None:
            return mine.detach()
        mine.close()
        self._close_child()
        self._runs = MOST_RUNS  # it does not do as told, and would not do so another time
        return None

    def _clock(self) -> float:
        """Of the whole child: which process is the copy is only a claim of the student's."""
        child = self._run.child
        return 0.0 if child is None else child.cpu_seconds()

    def _kill(self, reason: str) -> None:
        self._end = reason
        self._stop()

    def _stop(self) -> None:
        """End the copy, and whatever a check or the notebook started beside it."""
        child = self._run.child
        if child is None or (self._pid is None and not self._serving):
            return
        # any process of the child may hold the copy's channel and keep the judge waiting
        if self._pid is None or not _swept(child):
            child.kill()
            child.wait()  # else the next copy would be asked of a child that is about to die
        self._pid = None

    def _found_end(self) -> str:
        child = self._run.child
        if child is None:
            return self._run.ends[-1].ended_by if self._run.ends else "crash"
        if not child.threads():
            kind = child.wait().kind
            return "crash" if kind in ("exit", "killed") else kind
        return self._told_end(child.channel)

    def _told_end(self, channel: socket.socket) -> str:
        """The child's own word on how its copy ended: only a name, so a claim is good enough."""
        for report in _reports(channel, END_SECONDS):
            if isinstance(report, ForkEnded) and report.pid == self._pid:
                return _named(report.status)
        return "crash"

    def _close_child(self) -> None:
        child = self._run.child
        if child is not None:
            child.kill()
            child.wait()
            child.channel.close()
            self._run.child = None


def _forked(child: Child) -> int | None:
    """The number that the child tells of its new copy; None when it does not tell in time."""
    for report in _reports(child.channel, FORK_SECONDS):
        if isinstance(report, Forked):
            return report.pid
    return None


def _reports(channel: socket.socket, seconds: float) -> Iterator[object]:
    """What the child tells within so many seconds, however much it is."""
    until = time.monotonic() + seconds
    try:
        while (left := until - time.monotonic()) > 0:
            channel.settimeout(left)
            yield receive_report(channel)
    except (OSError, ChannelClosed):
        return
    finally:
        with contextlib.suppress(OSError):
            channel.settimeout(None)


def _swept(child: Child) -> bool:
    """Kill every process of the child but its first; whether none was left in the end."""
    until = time.monotonic() + SWEEP_SECONDS
    while time.monotonic() < until:
        others = [p for p in child.processes()[1:] if p.state not in "ZX"]
        if not others:
            return True
        for process in others:
            with contextlib.suppress(ProcessLookupError):
                child.kill_fork(process.pid_in_box)
        time.sleep(SWEEP_PAUSE)  # on a busy machine a killed process takes a moment to die
    return False


def _named(status: int) -> str:
    if not 0 <= status < 1 << 16 or not os.WIFSIGNALED(status):
        return "crash"
    number = os.WTERMSIG(status)
    return _ENDS.get(number) or f"crash ({signal_name(number)})"

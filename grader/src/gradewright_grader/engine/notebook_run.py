"""Supervising one run of a notebook in the box, cell by cell.

Budgets are CPU time, read from outside. A cell over its budget is interrupted; if it ignores that,
or ends the process, the notebook is run again without it, at most three times. What the child
reports is only shown and never believed: a student who lies about which cell runs is still held by
the notebook's budget.
"""

from __future__ import annotations

import select
import signal
import time
from dataclasses import dataclass, field
from typing import Any

import msgspec

from gradewright_grader.box import BoxError, Child, Limits, Zygote
from gradewright_grader.box.runner.model import CellRun, apply_updates
from gradewright_grader.wall.packets import ChannelClosed
from gradewright_grader.wall.reports import (
    CellEnded,
    CellStarted,
    Finished,
    NotebookJob,
    receive_report,
)

PAYLOAD = "gradewright_grader.wall.payload:main"
MOST_RERUNS = 3
TICK_MS = 40
GRACE = 1.0  # seconds that an interrupted cell has to end, in CPU time; thrice that in wall time
WALL_FACTOR = 3.0  # a budget of CPU time may take this much wall time, and WALL_EXTRA more
WALL_EXTRA = 20.0
MOST_JUNK = 1_000
MOST_OUTPUT = 64 << 20  # bytes; an honest runner keeps less than half of it
SETTLE_MS = 120  # thrice the interval at which the box looks at a child
LINGERING = 2.0  # seconds between the end of the channel and that of the process


@dataclass(frozen=True)
class Budget:
    """CPU seconds for the whole notebook and for one cell."""

    notebook: float
    cell: float


@dataclass
class CellEnd:
    """A cell that did not end by itself, and how: "cpu", "wall", "memory", "crash (…)", …"""

    index: int
    ended_by: str


@dataclass
class NotebookRun:
    """A notebook that ran: the child that holds its state, what the cells showed, what was cut.

    `child` is None when even the last re-run left no living process.
    """

    child: Child | None
    runs: list[CellRun]
    figures: list[dict[str, Any]] = field(default_factory=list)
    rebound: list[str] = field(default_factory=list)
    ends: list[CellEnd] = field(default_factory=list)
    attempts: int = 1
    cpu_seconds: float = 0.0
    junk: int = 0


def run_notebook(zygote: Zygote, job: NotebookJob, budget: Budget, limits: Limits) -> NotebookRun:
    """Run the job's cells; one that ends the process or its budget is left out of the next try."""
    left_out: list[CellEnd] = []
    attempt = 0
    while True:
        attempt += 1
        gone = {end.index for end in left_out}
        left = msgspec.structs.replace(job, cells=[c for c in job.cells if c.index not in gone])
        child = zygote.spawn(msgspec.json.encode(left), PAYLOAD, limits)
        watch = _Watch(child, budget, {cell.index for cell in left.cells})
        end = watch.until_finished()
        run = NotebookRun(child, apply_updates(watch.runs), attempts=attempt, ends=left_out)
        run.cpu_seconds = watch.cpu
        run.junk = watch.junk
        if left.cells and end is not None and not watch.begun:
            child.channel.close()
            raise BoxError(
                f"the box ended ({end}) before the first of {len(left.cells)} cells "
                "began, so nothing of the student's ran; see gradewright doctor, then grade again"
            )
        if end is None:
            run.figures, run.rebound = watch.figures, watch.rebound
            run.ends = sorted([*left_out, *watch.interrupted], key=lambda cell: cell.index)
            return run
        # between cells it is what the last one did: a full disk is noticed a moment later
        blamed = watch.last if watch.cell is None else watch.cell
        if blamed is not None:
            left_out.append(CellEnd(blamed, end))
        child.channel.close()
        if attempt > MOST_RERUNS or blamed is None:
            run.child = None
            return run


class _Watch:
    """One child while its cells run."""

    def __init__(self, child: Child, budget: Budget, expected: set[int]) -> None:
        self.child = child
        self.budget = budget
        self._expected = expected  # cells that did not end yet
        self._room = MOST_OUTPUT
        self.runs: list[CellRun] = []
        self.figures: list[dict[str, Any]] = []
        self.rebound: list[str] = []
        self.cell: int | None = None
        self.last: int | None = None  # the cell that ended last
        self._errors = False
        self.cpu = 0.0
        self.junk = 0
        self.begun = False
        self._finished = False
        self._cell_cpu = 0.0
        self._cell_wall = time.monotonic()
        self._started = time.monotonic()
        self.interrupted: list[CellEnd] = []
        self._interrupted: tuple[float, float] | None = None
        self._reason: str | None = None

    def until_finished(self) -> str | None:
        """Wait for the last cell; None, or what ended the process."""
        poll = select.poll()
        poll.register(self.child.channel, select.POLLIN)
        while not self._finished:
            try:
                if poll.poll(TICK_MS):
                    self._take(receive_report(self.child.channel))
                self._enforce()
            except ChannelClosed:
                return self._end()
        return self._end() if self._dies_late() else None

    def _dies_late(self) -> bool:
        """Whether a limit that showed as an error in a cell ends the process after all.

        Else the state would vanish under the checks, some of which had run.
        """
        poll = select.poll()
        poll.register(self.child.channel, select.POLLRDHUP)
        return self._errors and bool(poll.poll(SETTLE_MS))

    def _take(self, report: object) -> None:
        match report:
            case CellStarted(index=index) if index in self._expected:
                self.begun = True
                self.cell, self._interrupted = index, None
                self._cell_cpu, self._cell_wall = self.child.cpu_seconds(), time.monotonic()
            case CellEnded(run=run) if run.index in self._expected and self._has_room(run):
                self._expected.remove(run.index)
                self.runs.append(run)
                if self._interrupted is not None:
                    self.interrupted.append(CellEnd(run.index, self._reason or "cpu"))
                self.last, self._errors = run.index, self._errors or run.ended_by == "error"
                self.cell = self._interrupted = None
            case Finished(rebound=rebound, figures=figures):
                self.rebound, self.figures = rebound, figures
                self.cpu = self.child.cpu_seconds()
                self._finished = True
            case _:
                self.junk += 1
                if self.junk > MOST_JUNK:
                    self._kill("output")

    def _has_room(self, run: CellRun) -> bool:
        """What a cell says it showed is kept in our memory: only so much of it."""
        self._room -= len(msgspec.json.encode(run))
        return self._room >= 0

    def _enforce(self) -> None:
        now, cpu = time.monotonic(), self.child.cpu_seconds()
        self.cpu = max(self.cpu, cpu)
        if cpu > self.budget.notebook:
            self._kill("cpu")
        elif now - self._started > _wall(self.budget.notebook):
            self._kill("wall")
        elif self.cell is not None:
            self._enforce_cell(now, cpu)

    def _enforce_cell(self, now: float, cpu: float) -> None:
        if self._interrupted is not None:
            began, began_cpu = self._interrupted
            if cpu - began_cpu > GRACE or now - began > 3 * GRACE:
                self._kill(self._reason or "cpu")
            return
        over_cpu = cpu - self._cell_cpu > self.budget.cell
        if over_cpu or now - self._cell_wall > _wall(self.budget.cell):
            self._reason = "cpu" if over_cpu else "wall"
            self._interrupted = now, cpu
            self.child.send_signal(signal.SIGINT)

    def _kill(self, reason: str) -> None:
        self._reason = reason
        self.child.kill("cpu" if reason == "cpu" else "wall" if reason == "wall" else "output")

    def _end(self) -> str:
        try:
            end = self.child.wait(LINGERING)
        except TimeoutError:  # it closed its channel and lives on: nothing more can come of it
            self.child.kill()
            end = self.child.wait()
        if end.kind == "crash" and end.signal is not None:
            return f"crash ({signal_name(end.signal)})"
        return "crash" if end.kind in ("exit", "killed") else end.kind


def signal_name(number: int) -> str:
    """`SIGSEGV`; the number where it has no name, as the real-time signals."""
    known = {int(one): one.name for one in signal.Signals}
    return known.get(number, f"signal {number}")


def _wall(cpu_seconds: float) -> float:
    return cpu_seconds * WALL_FACTOR + WALL_EXTRA

"""The judge's process: one per assignment, warm, forking once per submission.

It is started by `client` as `python -m gradewright_grader.judge.process FD`. After the first
message it collects the checks, warms up, and then serves from inside pytest's run loop: every job
comes with a socket of its own, on which the fork asks for copies of the submission's state and
delivers its judgement. The forked child shares nothing with the next one, so no student's values
can leak into another's judgement.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

import msgspec

from gradewright.host import TopicError, load_topic
from gradewright_grader.judge import link as say
from gradewright_grader.judge import messages
from gradewright_grader.judge.bank import Demand, draw_cases
from gradewright_grader.judge.collect import Checks, run_sealed
from gradewright_grader.judge.confine import confine
from gradewright_grader.judge.judging import Judging
from gradewright_grader.judge.link import Link, LinkClosed
from gradewright_grader.judge.lint import lint_answers
from gradewright_grader.judge.record import Flag, to_json
from gradewright_grader.judge.supply import SubmissionEnded
from gradewright_grader.judge.warm import Known, warm_up
from gradewright_grader.wall.transport import SocketTransport

LONGEST = 3600.0  # seconds of wall time a judging may take, whatever its checks do
TICK = 0.5


class RemoteSupply:
    """The submission's processes, as the station hands them over."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._transport: SocketTransport | None = None
        self._junk = 0

    @property
    def junk(self) -> int:
        """Packets of all copies that belonged to no request."""
        return self._junk + (self._transport.junk if self._transport else 0)

    def fresh(self) -> SocketTransport:
        """A transport to a fresh copy. Raises SubmissionEnded where there can be none."""
        if self._transport is not None:
            self._junk += self._transport.junk
            self._transport.close()
            self._transport = None
        self._link.send(say.Fresh())
        answer, fd = self._link.receive()
        if fd is None or not isinstance(answer, say.Here):
            raise SubmissionEnded
        self._transport = SocketTransport(socket.socket(fileno=fd), ended=SubmissionEnded)
        return self._transport

    def begin(self, check: str, cpu_seconds: float) -> None:
        """Tell the station which check runs, and its budget."""
        self._link.send(say.Begin(check, cpu_seconds))

    def ended_by(self) -> str:
        """Ask the station what ended the last copy."""
        self._link.send(say.AskEnd())
        answer, _ = self._link.receive()
        return answer.kind if isinstance(answer, say.Gone) else "crash"


class Service:
    """The loop that forks one child per job and keeps none of them too long."""

    def __init__(self, control: Link, checks: Checks, known: Known) -> None:
        self._control = control
        self._checks = checks
        self._known = known
        self._deadlines: dict[int, float] = {}

    def run(self) -> None:
        """Serve until the station closes its end."""
        while True:
            self._reap()
            ready, _, _ = select.select([self._control.socket], [], [], TICK)
            if not ready:
                continue
            try:
                job, fd = self._control.receive()
            except LinkClosed:
                return self._end_all()
            if isinstance(job, say.Job) and fd is not None:
                self._fork(job, fd)

    def _fork(self, job: say.Job, fd: int) -> None:
        pid = os.fork()
        if pid:
            os.close(fd)
            self._deadlines[pid] = time.monotonic() + LONGEST
            return
        code = 1
        try:
            self._control.close()
            self._judge(job, Link(socket.socket(fileno=fd)))
            code = 0
        except BaseException as error:
            # escaped: what a student wrote may stand in it, and this goes to a terminal
            trace = "".join(traceback.format_exception(error))
            sys.stderr.write(trace.encode("unicode_escape").decode().replace("\\n", "\n") + "\n")
        finally:
            sys.stderr.flush()
            os._exit(code)  # pytest's own teardown belongs to the parent

    def _judge(self, job: say.Job, link: Link) -> None:
        self._draw_personal_cases(job.person)
        stage = self._checks.stage
        stage.saved = {question: msgspec.json.decode(data) for question, data in job.saved.items()}
        stage.figures = {question: msgspec.json.decode(d) for question, d in job.figures.items()}
        supply = RemoteSupply(link)
        judgement = Judging(self._checks, self._known, supply, job.walled).judge()
        judgement.flags += lint_answers(self._checks.assignment, job.answers)
        if supply.junk:
            judgement.flags.append(Flag(kind="junk", text=dict(messages.FLAG_JUNK)))
        link.send(say.Done(to_json(judgement)))

    def _draw_personal_cases(self, person: str) -> None:
        cases: dict[str, Any] = dict(self._checks.stage.cases)
        for check in self._checks:
            spec = check.spec
            if spec.per_student and spec.cases is not None:
                demand = Demand(check.id, spec.cases, spec.count, {}, check.place)
                assignment = self._checks.assignment.id
                cases[check.id] = draw_cases(demand, self._known.secret, assignment, person)
        self._checks.stage.cases = cases

    def _reap(self) -> None:
        for pid, deadline in list(self._deadlines.items()):
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
            if os.waitpid(pid, os.WNOHANG)[0]:
                del self._deadlines[pid]

    def _end_all(self) -> None:
        for pid in self._deadlines:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def main(fd: int) -> None:
    """Serve on this descriptor until it closes."""
    control = Link(socket.socket(fileno=fd))
    started = time.monotonic()
    try:
        start, _ = control.receive()
    except LinkClosed:
        return

    def serve(checks: Checks) -> None:
        known = warm_up(checks, start.secret)
        gc.collect()
        gc.freeze()  # else the first collection in every child copies the whole heap
        control.send(say.Ready(known.broken, time.monotonic() - started, confined))
        Service(control, checks, known).run()

    try:
        confined = confine(Path(start.topic_folder), Path(tempfile.gettempdir()))
        topic = load_topic(Path(start.topic_folder))
        run_sealed(topic.assignment(start.assignment), serve)
    except TopicError as error:
        control.send(say.Refused(error.message, error.place))
    except LinkClosed:
        return  # the station went away while we warmed up


if __name__ == "__main__":
    main(int(sys.argv[1]))

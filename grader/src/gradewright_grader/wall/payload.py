"""What a boxed child runs: the notebook top to bottom, then copies of the state it left.

The supervisor hands over a `NotebookJob`. Afterwards the child forks when told to, and each fork
serves requests on a channel of its own until the judge closes it. A fork inherits everything the
notebook made and shares nothing with the next one, so a check that breaks the state breaks only
its own copy. This module is mounted into the box with `packets`, `serving`, `reports` and the
runner; it knows no check and no reference.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from gradewright.values import Responder
from gradewright_grader.box import runner, wire
from gradewright_grader.box.runner.warming import warm_torch
from gradewright_grader.wall.packets import ChannelClosed
from gradewright_grader.wall.reports import (
    CellEnded,
    CellStarted,
    Finished,
    Forked,
    ForkEnded,
    NotebookJob,
    send_report,
)
from gradewright_grader.wall.serving import serve

TICK_MS = 50
_ABSENT = object()


def warm_up() -> None:
    """Called once in the zygote."""
    runner.warm()
    warm_torch()


def main(control: socket.socket, job: bytes) -> None:
    """The payload: run the notebook, then fork on demand until the supervisor hangs up."""
    work = msgspec.json.decode(job, type=NotebookJob)
    with contextlib.suppress(ChannelClosed):
        rebound = _run_notebook(control, work)
        send_report(control, Finished(rebound, runner.figures()))
        _fork_on_demand(control)


def _run_notebook(control: socket.socket, job: NotebookJob) -> list[str]:
    for name, content in job.files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    runner.seed_all(job.seed)
    kept: dict[str, Any] = {}
    started = lambda index: send_report(control, CellStarted(index))  # noqa: E731
    for run in runner.run_cells(job.cells, on_start=started):
        send_report(control, CellEnded(run))
        names = runner.namespace()
        kept |= {n: names[n] for n in job.keep.get(run.index, ()) if n in names}
    return _put_back(kept, runner.namespace())


def _put_back(kept: Mapping[str, Any], names: dict[str, Any]) -> list[str]:
    """Undo what other cells did to the answers' names; which names those were."""
    rebound = [name for name, value in kept.items() if names.get(name, _ABSENT) is not value]
    names.update({name: kept[name] for name in rebound})
    return rebound


def _fork_on_demand(control: socket.socket) -> None:
    gc.freeze()  # else the first collection in every copy copies all that the notebook made
    poll = select.poll()
    poll.register(control, select.POLLIN)
    living: set[int] = set()
    while True:
        ready = poll.poll(TICK_MS if living else None)
        _reap(control, living)
        if not ready:
            continue
        received = wire.receive(control)
        if received is None:
            return
        command, (fd, *_) = received
        channel = socket.socket(fileno=fd)
        if command["do"] == "serve":
            serve(channel, Responder(runner.namespace()))
        else:
            living.add(_fork(control, channel))
        channel.close()


def _fork(control: socket.socket, channel: socket.socket) -> int:
    pid = os.fork()
    if pid == 0:
        _serve_and_end(control, channel)
    send_report(control, Forked(pid))
    return pid


def _serve_and_end(control: socket.socket, channel: socket.socket) -> NoReturn:
    code = 1
    try:
        control.close()
        runner.adopt()  # this fork is ours: the runner ends those that a notebook makes
        serve(channel, Responder(runner.namespace()))
        code = 0
    finally:
        os._exit(code)  # the notebook's own exit handlers are no part of a check


def _reap(control: socket.socket, living: set[int]) -> None:
    for pid in list(living):
        with contextlib.suppress(ChildProcessError):
            done, status = os.waitpid(pid, os.WNOHANG)
            if not done:
                continue
            send_report(control, ForkEnded(pid, status))
        living.discard(pid)

"""What a boxed child tells its supervisor, and what it is told to do.

Reports come from a process that belongs to the student: each is a claim, decoded strictly into one
of these structs, and never a verdict. They serve to show outputs, to know which cell's budget
counts, and to say in words what ended a process.
"""

from __future__ import annotations

import socket
from typing import Any

import msgspec

from gradewright.values import DEFAULT_CAPS, Packed
from gradewright_grader.box.runner.model import CellRun, CellSource
from gradewright_grader.wall import packets


class NotebookJob(msgspec.Struct):
    """Run these cells.

    keep: cell index → names whose objects must stay as that cell left them; files: relative path →
    content, laid into the working folder first.
    """

    cells: list[CellSource]
    keep: dict[int, list[str]]
    seed: int
    files: dict[str, bytes] = {}


class CellStarted(msgspec.Struct, tag=True):
    """The student's code of this cell starts now."""

    index: int


class CellEnded(msgspec.Struct, tag=True):
    """A cell is over."""

    run: CellRun


class Finished(msgspec.Struct, tag=True):
    """All cells are over; `rebound` were changed by other cells and put back."""

    rebound: list[str]
    figures: list[dict[str, Any]]


class Forked(msgspec.Struct, tag=True):
    """A copy of the state serves now; `pid` is its number inside the box."""

    pid: int


class ForkEnded(msgspec.Struct, tag=True):
    """A copy ended, with this status of `os.waitpid`."""

    pid: int
    status: int


Report = CellStarted | CellEnded | Finished | Forked | ForkEnded
_decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(Report)
FORK = {"do": "fork"}  # with the channel of the copy
SERVE = {"do": "serve"}  # the same in this process, when it has threads and must not be forked


def send_report(channel: socket.socket, report: Any) -> None:
    """Tell the supervisor. Raises ChannelClosed."""
    packets.send_packet(channel, packets.REPORT, 0, Packed(msgspec.json.encode(report)))


def receive_report(channel: socket.socket) -> Any | None:
    """The next report, or None for junk. Raises ChannelClosed."""
    packet = packets.receive_packet(channel, DEFAULT_CAPS)
    if packet is None or packet.kind != packets.REPORT:
        return None
    try:
        return _decoder.decode(packet.frame.body)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None

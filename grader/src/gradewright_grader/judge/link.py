"""Messages between the judge and the station that feeds it: both trusted, both ours.

A message is msgpack of one of the structs below, with a length in front, over a stream socket;
a file descriptor may ride along. Nothing of a student's travels here but verdict texts.
"""

from __future__ import annotations

import socket
import struct
from typing import Any

import msgspec

LENGTH = struct.Struct("<Q")
LARGEST = 256 * 1024 * 1024


class Start(msgspec.Struct, tag=True):
    """Station → judge, once: which assignment, and the course's secret."""

    topic_folder: str
    assignment: str
    secret: bytes


class Ready(msgspec.Struct, tag=True):
    """Judge → station: warm.

    broken: checks that fail on the reference, with the reason; confined: whether the topic's code
    runs without network and without the files of whoever grades.
    """

    broken: dict[str, str]
    seconds: float
    confined: bool


class Refused(msgspec.Struct, tag=True):
    """Judge → station: the assignment cannot be judged; one line for the author."""

    reason: str
    place: str


class Job(msgspec.Struct, tag=True):
    """Station → judge, with one end of a socket pair: judge this submission.

    answers: question id ("q1") → source of its answer cells, for flags; saved: question id → the
    stored outputs of its cells, as JSON, for checks whose evidence is "saved"; figures: question id
    → what its cells drew when they ran, as JSON, for the same checks; person: what
    per-student cases are drawn for; walled: whether student code runs behind the wall.
    """

    answers: dict[str, str]
    saved: dict[str, bytes] = {}
    figures: dict[str, bytes] = {}
    person: str = ""
    walled: bool = True


class Fresh(msgspec.Struct, tag=True):
    """Judge → station: a transport to a fresh copy, please. Answered by `Here` or `Gone`."""


class Here(msgspec.Struct, tag=True):
    """Station → judge: the descriptor that rides along is the channel."""


class Gone(msgspec.Struct, tag=True):
    """Station → judge: how the last copy ended, in the words of the box."""

    kind: str


class Begin(msgspec.Struct, tag=True):
    """Judge → station: this check starts, with this much CPU time. Not answered."""

    check: str
    cpu_seconds: float


class AskEnd(msgspec.Struct, tag=True):
    """Judge → station: what ended the copy? Answered by `Gone`."""


class Done(msgspec.Struct, tag=True):
    """Judge → station: the judgement, as JSON of `record`."""

    judgement: bytes


Message = Start | Ready | Refused | Job | Fresh | Here | Gone | Begin | AskEnd | Done
_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(Message)


class LinkClosed(Exception):
    """The other end is gone."""


class Link:
    """One end of a stream socket, speaking messages."""

    def __init__(self, sock: socket.socket) -> None:
        self.socket = sock

    def send(self, message: Any, fd: int | None = None) -> None:
        """Send a message, perhaps with a descriptor. Raises LinkClosed."""
        body = _encoder.encode(message)
        head = LENGTH.pack(len(body))
        try:
            if fd is None:
                self.socket.sendall(head + body)
            else:
                sent = socket.send_fds(self.socket, [head], [fd])
                self.socket.sendall(head[sent:] + body)
        except OSError as error:
            raise LinkClosed(str(error)) from error

    def receive(self) -> tuple[Any, int | None]:
        """The next message and its descriptor, if one came. Raises LinkClosed."""
        try:
            head, fds, _, _ = socket.recv_fds(self.socket, LENGTH.size, 1)
            head += self._exactly(LENGTH.size - len(head)) if head else b""
            if len(head) < LENGTH.size:
                raise LinkClosed("the other end closed")
            (size,) = LENGTH.unpack(head)
            body = self._exactly(min(size, LARGEST))
        except OSError as error:
            raise LinkClosed(str(error)) from error
        return _decoder.decode(body), fds[0] if fds else None

    def close(self) -> None:
        """Close this end."""
        self.socket.close()

    def _exactly(self, size: int) -> bytes:
        parts = []
        while size:
            part = self.socket.recv(min(size, 1 << 20))
            if not part:
                raise LinkClosed("the other end closed in the middle of a message")
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

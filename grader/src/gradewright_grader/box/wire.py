"""Packets between supervisor, zygote and child set-up: one JSON object each, descriptors beside it.

Packets keep their borders, so a half-written one cannot exist. The messages here are between our
own processes, before any student code runs in the child; the wall has its own strict codec.
"""

from __future__ import annotations

import json
import socket
from typing import Any

# macOS has no SEQPACKET for local sockets; level `none` is all that runs there.
_KIND = socket.SOCK_SEQPACKET if hasattr(socket, "MSG_CMSG_CLOEXEC") else socket.SOCK_DGRAM
_CLOEXEC = getattr(socket, "MSG_CMSG_CLOEXEC", 0)
_LARGEST = 1 << 16

Message = dict[str, Any]


def pair() -> tuple[socket.socket, socket.socket]:
    """Two connected packet sockets."""
    return socket.socketpair(socket.AF_UNIX, _KIND)


def send(sock: socket.socket, message: Message, descriptors: tuple[int, ...] = ()) -> None:
    """Send one message with its descriptors; OSError when the other side is gone."""
    socket.send_fds(sock, [json.dumps(message).encode()], list(descriptors))


def receive(sock: socket.socket, most: int = 8) -> tuple[Message, list[int]] | None:
    """The next message and at most `most` descriptors; None when the other side is gone.

    TimeoutError as set on the socket.
    """
    try:
        data, descriptors, _, _ = socket.recv_fds(sock, _LARGEST, most, _CLOEXEC)
    except (ConnectionResetError, BrokenPipeError):
        return None
    if not data:
        return None
    message: Message = json.loads(data)
    return message, descriptors

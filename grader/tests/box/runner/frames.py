"""Length-prefixed msgpack over a pair of descriptors: how the test's helpers talk."""

from __future__ import annotations

import os

import msgspec


def send(fd: int, message: object) -> None:
    body = msgspec.msgpack.encode(message)
    data = len(body).to_bytes(8, "big") + body
    while data:
        data = data[os.write(fd, data) :]


def _read(fd: int, size: int) -> bytes:
    parts = []
    while size:
        part = os.read(fd, min(size, 1 << 20))
        if not part:
            raise EOFError("the other side closed its end in the middle of a frame")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def receive(fd: int) -> object:
    return msgspec.msgpack.decode(_read(fd, int.from_bytes(_read(fd, 8), "big")))

"""Packets: one frame, one packet, so that junk on the channel is one bad packet and no more.

Theory of operation. A student's process can write what it likes to every descriptor it holds. On a
stream that would shift every later byte; on a SEQPACKET socket each write is a packet of its own,
which either parses or is dropped and counted. A packet is a header (magic, kind, number of the
request, length) and then the frame itself, or nothing when the frame lies in a memory file that
rides along. Such a file must be sealed against shrinking, growing and writing before it is mapped:
else the sender could change it under the reader, or make the reader's access fault.

Used on both sides; only what arrives at the judge is hostile, but both sides check the same.
"""

from __future__ import annotations

import array
import fcntl
import mmap
import os
import select
import socket
import struct
from dataclasses import dataclass

from gradewright.values import BrokenFrame, Caps, Packed, from_bytes, to_bytes

MAGIC = b"GWp1"
HEADER = struct.Struct("<4sBBQQ")  # magic, kind, where, number, length
REQUEST, ANSWER, CALLBACK, CALLBACK_ANSWER, REPORT = range(1, 6)
INLINE, IN_FILE = 0, 1
INLINE_LIMIT = 96 * 1024  # a packet must fit the socket's buffer, 208 KiB by default
LARGEST_PACKET = HEADER.size + INLINE_LIMIT
MOST_EMPTY = 500  # packets; the socket's buffer holds about half as many empty ones
MOST_DESCRIPTORS = 4  # room to see, and close, more than the one that is allowed
SEALS = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE


class ChannelClosed(Exception):
    """The other end is gone."""


@dataclass(frozen=True)
class Packet:
    """A packet that parsed: its kind, the number of the request it belongs to, its frame."""

    kind: int
    number: int
    frame: Packed


def send_packet(channel: socket.socket, kind: int, number: int, frame: Packed) -> None:
    """Send a frame. Raises ChannelClosed."""
    data = to_bytes(frame)
    try:
        if len(data) <= INLINE_LIMIT:
            channel.send(HEADER.pack(MAGIC, kind, INLINE, number, len(data)) + data)
            return
        fd = _sealed_file(data)
        try:
            head = HEADER.pack(MAGIC, kind, IN_FILE, number, len(data))
            socket.send_fds(channel, [head], [fd])
        finally:
            os.close(fd)
    except OSError as error:
        raise ChannelClosed(str(error)) from error


def receive_packet(channel: socket.socket, caps: Caps) -> Packet | None:
    """The next packet, or None for junk. Raises ChannelClosed at the end of the channel."""
    room = socket.CMSG_SPACE(MOST_DESCRIPTORS * array.array("i").itemsize)
    try:
        data, control, flags, _ = channel.recvmsg(LARGEST_PACKET, room, socket.MSG_CMSG_CLOEXEC)
    except OSError as error:
        raise ChannelClosed(str(error)) from error
    fds = _descriptors(control)
    try:
        if not data and not fds and _is_over(channel):
            raise ChannelClosed("the other end closed")
        if flags & (socket.MSG_TRUNC | socket.MSG_CTRUNC):
            return None
        return _parsed(data, fds, caps)
    finally:
        for fd in fds:
            os.close(fd)


def _is_over(channel: socket.socket) -> bool:
    """An empty packet looks like the end; but at the end there is nothing behind it, for ever."""
    poll = select.poll()
    poll.register(channel, select.POLLRDHUP)
    if not poll.poll(0):
        return False
    try:
        for _ in range(MOST_EMPTY):
            if channel.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT):
                return False
            channel.recv(1, socket.MSG_DONTWAIT)
    except OSError:  # reset: the other end went away without having read all
        return True
    return True


def _parsed(data: bytes, fds: list[int], caps: Caps) -> Packet | None:
    if len(data) < HEADER.size:
        return None
    magic, kind, where, number, length = HEADER.unpack_from(data)
    if magic != MAGIC or kind not in range(REQUEST, REPORT + 1):
        return None
    body = data[HEADER.size :]
    try:
        if where == INLINE and not fds and length == len(body):
            return Packet(kind, number, from_bytes(body, caps))
        if where == IN_FILE and len(fds) == 1 and not body:
            return Packet(kind, number, _read_file(fds[0], length, caps))
    except BrokenFrame:
        return None
    return None


def _read_file(fd: int, length: int, caps: Caps) -> Packed:
    try:
        seals = fcntl.fcntl(fd, fcntl.F_GET_SEALS)
        size = os.fstat(fd).st_size
        if seals & SEALS != SEALS or size != length or not length:
            raise BrokenFrame("a memory file that is not sealed or has another length came")
        if length > caps.body_bytes + caps.buffer_bytes + 2**20:
            raise BrokenFrame(f"a memory file of {length} bytes came, more than the caps allow")
        with mmap.mmap(fd, length, prot=mmap.PROT_READ) as mapped:
            return from_bytes(mapped[:], caps)
    except (OSError, ValueError) as error:
        raise BrokenFrame(f"a descriptor that is no sealed memory file came: {error}") from error


def _sealed_file(data: bytes | bytearray | memoryview) -> int:
    fd = os.memfd_create("frame", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
    fcntl.fcntl(fd, fcntl.F_ADD_SEALS, SEALS | fcntl.F_SEAL_SEAL)
    return fd


def _descriptors(control: list[tuple[int, int, bytes]]) -> list[int]:
    found = array.array("i")
    for level, kind, data in control:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            found.frombytes(data[: len(data) - len(data) % found.itemsize])
    return list(found)

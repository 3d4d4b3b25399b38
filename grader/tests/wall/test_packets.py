"""Packets over a real socket pair: what parses, what is junk, and that nothing is left behind."""

from __future__ import annotations

import array
import contextlib
import fcntl
import os
import resource
import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradewright.values import DEFAULT_CAPS, Caps, Packed, to_bytes
from gradewright_grader.wall import packets
from gradewright_grader.wall.packets import (
    ANSWER,
    HEADER,
    IN_FILE,
    INLINE,
    INLINE_LIMIT,
    MAGIC,
    REPORT,
    REQUEST,
    SEALS,
    ChannelClosed,
    Packet,
    receive_packet,
    send_packet,
)

FRAME = Packed(b"body", [b"a", b"bc"])
DATA = to_bytes(FRAME)
LENGTH = len(DATA)


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        yield ours, theirs


@contextlib.contextmanager
def open_pair():
    """For property tests, where one fixture would serve all examples."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        yield ours, theirs


def descriptors():
    return len(os.listdir("/proc/self/fd"))


def memory_file(data, seals=SEALS):
    fd = os.memfd_create("test", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.write(fd, data)
    fcntl.fcntl(fd, fcntl.F_ADD_SEALS, seals)
    return fd


def header(kind=ANSWER, where=INLINE, number=1, length=LENGTH, magic=MAGIC):
    return HEADER.pack(magic, kind, where, number, length)


def plain(packet):
    return packet.kind, packet.number, packet.frame.body, [bytes(b) for b in packet.frame.buffers]


# --- what crosses


@settings(max_examples=60, deadline=None)
@given(
    kind=st.integers(REQUEST, REPORT),
    number=st.integers(0, 2**64 - 1),
    body=st.binary(max_size=300),
    buffers=st.lists(st.binary(max_size=300), max_size=5),
)
def test_a_small_frame_comes_back_as_it_was(kind, number, body, buffers):
    with open_pair() as (ours, theirs):
        send_packet(theirs, kind, number, Packed(body, buffers))
        assert plain(receive_packet(ours, DEFAULT_CAPS)) == (kind, number, body, buffers)


@settings(max_examples=20, deadline=None)
@given(
    size=st.sampled_from([-40, -1, 0, 1, 40, 10**6, 10**7]), fill=st.binary(min_size=1, max_size=1)
)
def test_a_frame_around_and_above_the_inline_limit_comes_back(size, fill):
    buffer = fill * (INLINE_LIMIT + size)
    before = descriptors()
    with open_pair() as (ours, theirs):
        send_packet(theirs, ANSWER, 3, Packed(b"b", [buffer]))
        assert plain(receive_packet(ours, DEFAULT_CAPS)) == (ANSWER, 3, b"b", [buffer])
    assert descriptors() == before


def test_the_largest_inline_frame_travels_without_a_file(pair):
    ours, theirs = pair
    room = INLINE_LIMIT - len(to_bytes(Packed(b"", [b""])))
    send_packet(theirs, ANSWER, 1, Packed(b"", [bytes(room)]))
    data, control, *_ = ours.recvmsg(packets.LARGEST_PACKET, 1024)
    assert (len(data), control) == (packets.LARGEST_PACKET, [])


def test_packets_keep_their_order_and_borders(pair):
    ours, theirs = pair
    for number in range(20):
        send_packet(theirs, ANSWER, number, Packed(b"x" * number))
    got = [receive_packet(ours, DEFAULT_CAPS) for _ in range(20)]
    assert [(p.number, len(p.frame.body)) for p in got] == [(n, n) for n in range(20)]


# --- junk


JUNK = {
    "empty packet": b"",
    "one byte": b"G",
    "half a header": header()[:10],
    "wrong magic": header(magic=b"GWp2") + DATA,
    "no kind": header(kind=0) + DATA,
    "unknown kind": header(kind=REPORT + 1) + DATA,
    "unknown place": header(where=2) + DATA,
    "file told but none sent": header(where=IN_FILE),
    "length too large": header(length=len(DATA) + 1) + DATA,
    "length too small": header(length=len(DATA) - 1) + DATA,
    "huge length": header(length=2**64 - 1) + DATA,
    "no body": header(length=0),
    "body is no frame": header(length=5) + b"hello",
    "frame cut short": header(length=len(DATA) - 1) + DATA[:-1],
    "too long for a packet": header(length=len(DATA)) + DATA + bytes(packets.LARGEST_PACKET),
}


@pytest.mark.parametrize("data", JUNK.values(), ids=JUNK)
def test_junk_is_none_and_the_next_packet_survives(pair, data):
    ours, theirs = pair
    theirs.send(data)
    send_packet(theirs, ANSWER, 9, FRAME)
    assert receive_packet(ours, DEFAULT_CAPS) is None
    assert receive_packet(ours, DEFAULT_CAPS) == Packet(ANSWER, 9, Packed(b"body", [b"a", b"bc"]))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_random_bytes_are_junk(data):
    with open_pair() as (ours, theirs):
        theirs.send(data)
        assert receive_packet(ours, DEFAULT_CAPS) is None


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_mutated_packet_is_junk_or_another_plain_frame(data):
    packet = bytearray(header() + DATA)
    at = data.draw(st.integers(0, len(packet) - 1))
    packet[at] ^= data.draw(st.integers(1, 255))
    with open_pair() as (ours, theirs):
        theirs.send(packet[: data.draw(st.integers(at + 1, len(packet)))])
        got = receive_packet(ours, DEFAULT_CAPS)
        assert got is None or (len(to_bytes(got.frame)) == len(DATA) and got.kind <= REPORT)


def test_a_frame_beyond_the_caps_is_junk(pair):
    ours, theirs = pair
    send_packet(theirs, ANSWER, 1, Packed(bytes(101)))
    assert receive_packet(ours, Caps(body_bytes=100)) is None


# --- descriptors


def send_with(theirs, fds, data=b"", **told):
    socket.send_fds(theirs, [header(where=IN_FILE, **told) + data], fds)
    for fd in fds:
        os.close(fd)


def pipe_end():
    reading, writing = os.pipe()
    os.close(writing)
    return reading


FILES = {
    "unsealed": lambda: [memory_file(DATA, seals=0)],
    "sealed against writing only": lambda: [memory_file(DATA, seals=fcntl.F_SEAL_WRITE)],
    "may still shrink": lambda: [memory_file(DATA, seals=SEALS & ~fcntl.F_SEAL_SHRINK)],
    "may still grow": lambda: [memory_file(DATA, seals=SEALS & ~fcntl.F_SEAL_GROW)],
    "longer than told": lambda: [memory_file(DATA + b"x")],
    "shorter than told": lambda: [memory_file(DATA[:-1])],
    "empty": lambda: [memory_file(b"")],
    "not a frame": lambda: [memory_file(b"?" * len(DATA))],
    "a pipe": lambda: [pipe_end()],
    "a device": lambda: [os.open("/dev/zero", os.O_RDONLY)],
    "a folder": lambda: [os.open("/", os.O_RDONLY)],
    "a path only": lambda: [os.open("/etc/passwd", os.O_PATH)],
    "a file of the disk": lambda: [os.open(__file__, os.O_RDONLY)],
    "two good ones": lambda: [memory_file(DATA), memory_file(DATA)],
    "more than there is room for": lambda: [memory_file(DATA) for _ in range(20)],
}


@pytest.mark.parametrize("make", FILES.values(), ids=FILES)
def test_a_bad_file_is_junk_and_closed(pair, make):
    ours, theirs = pair
    before = descriptors()
    send_with(theirs, make())
    assert receive_packet(ours, DEFAULT_CAPS) is None
    assert descriptors() == before


def test_a_good_file_with_a_body_or_an_inline_packet_with_a_file_is_junk(pair):
    ours, theirs = pair
    before = descriptors()
    send_with(theirs, [memory_file(DATA)], data=b"x")
    fd = memory_file(DATA)
    socket.send_fds(theirs, [header() + DATA], [fd])
    os.close(fd)
    assert [receive_packet(ours, DEFAULT_CAPS) for _ in range(2)] == [None, None]
    assert descriptors() == before


def test_an_empty_packet_with_a_descriptor_is_junk_and_closed(pair):
    ours, theirs = pair
    before = descriptors()
    fd = memory_file(DATA)
    socket.send_fds(theirs, [b""], [fd])
    os.close(fd)
    assert receive_packet(ours, DEFAULT_CAPS) is None
    assert descriptors() == before


def test_a_file_told_and_truly_larger_than_the_caps_is_not_read(pair):
    ours, theirs = pair
    size = DEFAULT_CAPS.body_bytes + DEFAULT_CAPS.buffer_bytes + 2**20 + 1
    fd = os.memfd_create("large", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(fd, size)  # sparse: costs nothing unless somebody reads it
    fcntl.fcntl(fd, fcntl.F_ADD_SEALS, SEALS)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    send_with(theirs, [fd], length=size)
    assert receive_packet(ours, DEFAULT_CAPS) is None
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # KiB


def test_a_flood_of_junk_leaves_no_descriptor_and_little_memory(pair):
    ours, theirs = pair
    before = descriptors()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for turn in range(300):
        if turn % 2:
            send_with(theirs, [memory_file(DATA, seals=0) for _ in range(1 + turn % 7)])
        else:
            theirs.send(os.urandom(60_000))
        assert receive_packet(ours, DEFAULT_CAPS) is None
    assert descriptors() == before
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 50_000


def test_received_descriptors_are_not_inherited(pair, monkeypatch):
    ours, theirs = pair
    flags = []
    read = packets._read_file
    monkeypatch.setattr(
        packets,
        "_read_file",
        lambda fd, *rest: flags.append(fcntl.fcntl(fd, fcntl.F_GETFD)) or read(fd, *rest),
    )
    send_packet(theirs, ANSWER, 1, Packed(b"", [bytes(INLINE_LIMIT)]))
    assert receive_packet(ours, DEFAULT_CAPS) is not None
    assert flags == [fcntl.FD_CLOEXEC]


# --- the end


def test_a_closed_channel_says_so_and_an_empty_packet_before_it_does_not(pair):
    ours, theirs = pair
    theirs.send(b"")
    assert receive_packet(ours, DEFAULT_CAPS) is None
    theirs.close()
    with pytest.raises(ChannelClosed, match="the other end closed"):
        receive_packet(ours, DEFAULT_CAPS)


def test_empty_packets_hide_no_answer_that_was_sent_before_the_end(pair):
    ours, theirs = pair
    for _ in range(200):
        theirs.send(b"")
    send_packet(theirs, ANSWER, 5, FRAME)
    theirs.close()
    got = [receive_packet(ours, DEFAULT_CAPS) for _ in range(2)]
    assert [p and p.number for p in got] == [None, 5]
    with pytest.raises(ChannelClosed):
        receive_packet(ours, DEFAULT_CAPS)


def test_a_channel_that_is_closed_in_one_direction_is_over(pair):
    ours, theirs = pair
    theirs.shutdown(socket.SHUT_WR)
    with pytest.raises(ChannelClosed, match="the other end closed"):
        receive_packet(ours, DEFAULT_CAPS)


def test_an_end_with_unread_requests_is_the_end(pair):
    ours, theirs = pair
    send_packet(ours, REQUEST, 1, FRAME)
    theirs.close()
    with pytest.raises(ChannelClosed):
        receive_packet(ours, DEFAULT_CAPS)


def test_what_was_sent_before_the_end_is_still_received(pair):
    ours, theirs = pair
    send_packet(theirs, ANSWER, 5, FRAME)
    theirs.close()
    assert receive_packet(ours, DEFAULT_CAPS).number == 5
    with pytest.raises(ChannelClosed):
        receive_packet(ours, DEFAULT_CAPS)


@pytest.mark.parametrize("size", [10, INLINE_LIMIT * 2], ids=["inline", "in a file"])
def test_sending_to_a_closed_channel_says_so_and_leaves_no_descriptor(pair, size):
    ours, theirs = pair
    ours.close()
    before = descriptors()
    with pytest.raises(ChannelClosed, match="Broken pipe"):
        send_packet(theirs, ANSWER, 1, Packed(bytes(size)))
    assert descriptors() == before


def test_a_channel_of_ours_that_is_closed_says_so(pair):
    ours, _ = pair
    ours.close()
    with pytest.raises(ChannelClosed, match="Bad file descriptor"):
        receive_packet(ours, DEFAULT_CAPS)


def test_waiting_longer_than_the_channel_allows_is_its_end(pair):
    ours, _ = pair
    ours.settimeout(0.01)
    with pytest.raises(ChannelClosed, match="timed out"):
        receive_packet(ours, DEFAULT_CAPS)


def test_a_packet_written_by_hand_is_what_send_packet_writes(pair):
    ours, theirs = pair
    send_packet(theirs, ANSWER, 1, FRAME)
    assert ours.recv(1 << 16) == header() + DATA
    assert array.array("i").itemsize == 4  # what MOST_DESCRIPTORS' room is counted in

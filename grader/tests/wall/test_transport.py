"""The judge's end against a peer that answers, lies, calls back, floods or dies.

The peer is a thread on the other end of a real socket pair.
"""

from __future__ import annotations

import os
import socket
import threading
from contextlib import contextmanager

import pytest

from gradewright.values import DEFAULT_CAPS, BrokenFrame, Packed, Responder, Session, Student
from gradewright_grader.wall import transport as module
from gradewright_grader.wall.packets import (
    ANSWER,
    CALLBACK,
    CALLBACK_ANSWER,
    REPORT,
    REQUEST,
    ChannelClosed,
    receive_packet,
    send_packet,
)
from gradewright_grader.wall.serving import serve
from gradewright_grader.wall.transport import MOST_JUNK, SocketTransport


class Ended(Exception):
    pass


@contextmanager
def peer(act):
    """A transport whose other end is `act(channel)` in a thread; what `act` raises is raised."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    raised = []

    def run():
        with theirs:
            try:
                act(theirs)
            except ChannelClosed:
                pass
            except Exception as error:
                raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    transport = SocketTransport(ours, ended=Ended)
    try:
        yield transport
    finally:
        transport.close()
        thread.join(10)
    assert not thread.is_alive()
    assert raised == []


def no_callbacks(frame):
    raise AssertionError("nobody was to call back")


def ask(transport, text=b"?", answer_callback=no_callbacks):
    return transport(Packed(text), answer_callback).body


def request(channel):
    packet = receive_packet(channel, DEFAULT_CAPS)
    assert packet.kind == REQUEST
    return packet


def test_a_request_is_answered():
    def act(channel):
        asked = request(channel)
        send_packet(channel, ANSWER, asked.number, Packed(asked.frame.body + b"!"))

    with peer(act) as transport:
        assert ask(transport, b"hello") == b"hello!"
        assert transport.junk == 0


def test_the_first_valid_answer_wins_and_later_ones_are_dropped_and_counted():
    def act(channel):
        number = request(channel).number
        for text in (b"first", b"second", b"third"):
            send_packet(channel, ANSWER, number, Packed(text))
        send_packet(channel, ANSWER, request(channel).number, Packed(b"next"))

    with peer(act) as transport:
        assert ask(transport) == b"first"
        assert ask(transport) == b"next"
        assert transport.junk == 2


def test_junk_and_strange_kinds_and_numbers_before_the_answer_are_counted():
    def act(channel):
        number = request(channel).number
        channel.send(b"")
        channel.send(os.urandom(100))
        for kind in (REQUEST, CALLBACK_ANSWER, REPORT):
            send_packet(channel, kind, number, Packed(b"no"))
        for other in (number + 1, number - 1, 0, 2**64 - 1):
            send_packet(channel, ANSWER, other, Packed(b"no"))
            send_packet(channel, CALLBACK, other, Packed(b"no"))
        send_packet(channel, ANSWER, number, Packed(b"yes"))

    with peer(act) as transport:
        assert ask(transport) == b"yes"
        assert transport.junk == 13


def test_an_answer_cannot_be_written_before_its_request_is_read():
    def act(channel):
        number = request(channel).number
        send_packet(channel, ANSWER, number, Packed(b"one"))
        for guess in range(number - 50, number + 50):
            send_packet(channel, ANSWER, guess % 2**64, Packed(b"early"))
        send_packet(channel, ANSWER, request(channel).number, Packed(b"two"))

    with peer(act) as transport:
        assert [ask(transport), ask(transport)] == [b"one", b"two"]


def test_too_much_junk_ends_in_a_broken_frame():
    def act(channel):
        request(channel)
        for _ in range(MOST_JUNK):
            channel.send(b"junk")
        receive_packet(channel, DEFAULT_CAPS)

    with peer(act) as transport:
        with pytest.raises(
            BrokenFrame, match=f"{MOST_JUNK} packets came that belong to no request"
        ):
            ask(transport)
        assert transport.junk == MOST_JUNK


def test_the_honest_answer_survives_just_less_junk(monkeypatch):
    monkeypatch.setattr(module, "MOST_JUNK", 10)

    def act(channel):
        number = request(channel).number
        for _ in range(9):
            channel.send(b"junk")
        send_packet(channel, ANSWER, number, Packed(b"yes"))

    with peer(act) as transport:
        assert ask(transport) == b"yes"


def test_callbacks_are_answered_until_the_answer_comes():
    def act(channel):
        number = request(channel).number
        total = 0
        for n in range(3):
            send_packet(channel, CALLBACK, number, Packed(bytes([n])))
            got = receive_packet(channel, DEFAULT_CAPS)
            assert (got.kind, got.number) == (CALLBACK_ANSWER, number)
            total += got.frame.body[0]
        send_packet(channel, ANSWER, number, Packed(bytes([total])))

    with peer(act) as transport:
        double = lambda frame: Packed(bytes([2 * frame.body[0]]))  # noqa: E731
        assert ask(transport, answer_callback=double) == bytes([6])


@pytest.mark.parametrize("before", ["reading", "answering"])
def test_a_peer_that_dies_in_the_middle_raises_what_the_caller_chose(before):
    def act(channel):
        if before == "answering":
            request(channel)

    with peer(act) as transport, pytest.raises(Ended):
        ask(transport)


def test_a_peer_that_dies_during_a_callback_raises_the_same():
    def act(channel):
        send_packet(channel, CALLBACK, request(channel).number, Packed(b"?"))

    with peer(act) as transport, pytest.raises(Ended):
        # the peer closes while its callback is worked on; then nobody reads the answer
        ask(transport, answer_callback=lambda frame: Packed(bytes(10)))


def test_without_a_choice_the_end_is_a_closed_channel():
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    theirs.close()
    transport = SocketTransport(ours)
    with pytest.raises(ChannelClosed):
        ask(transport)
    transport.close()


# --- both real ends: a session over the transport, a responder behind `serve`

SOURCE = """
def double(x): return 2 * x
def apply(f, x): return f(x) + 1
def outer(f, x): return f(lambda y: y * 10, x)
def bounce(f, n): return f(n)
"""


@pytest.fixture
def student():
    names = {"__name__": "__main__"}
    exec(compile(SOURCE, "<student>", "exec"), names)
    with peer(lambda channel: serve(channel, Responder(names))) as transport:
        yield Student(Session(transport))


def test_calls_and_large_values_cross(student):
    np = pytest.importorskip("numpy")
    assert student.double(21) == 42
    large = np.arange(200_000.0)
    assert np.array_equal(student.double(large), 2 * large)


def test_a_student_calls_a_function_of_the_judge(student):
    assert student.apply(lambda x: x * 100, 3) == 301


def test_a_function_that_was_called_back_may_call_the_students_own(student):
    # a stand-in that takes a function, as a numerical gradient does
    assert student.outer(lambda f, x: f(x) + 1, 4) == 41


def test_calls_nest_and_every_answer_finds_its_request(student):
    def down(n):
        return 0 if n == 0 else 1 + student.bounce(down, n - 1)

    assert student.bounce(down, 15) == 15
    assert student.double(4) == 8


def test_serving_drops_what_is_no_request():
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        ours.send(b"junk")
        send_packet(ours, ANSWER, 1, Packed(b"x"))
        ours.shutdown(socket.SHUT_WR)
        serve(theirs, Responder({}))
        theirs.close()
        with pytest.raises(ChannelClosed):
            receive_packet(ours, DEFAULT_CAPS)

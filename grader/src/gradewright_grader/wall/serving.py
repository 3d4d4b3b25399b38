"""The submission's end of a channel: reads requests, has a responder answer them.

While the student's code waits for a callback's answer, the judge may ask something itself: the
function that was called back may call a function of the student's. Requests nest like calls.

It runs in the student's process. It returns when the judge's end is closed.
"""

from __future__ import annotations

import socket
from collections.abc import Callable

from gradewright.values import DEFAULT_CAPS, Packed, Responder
from gradewright_grader.wall import packets
from gradewright_grader.wall.packets import ChannelClosed, Packet, receive_packet, send_packet


def serve(channel: socket.socket, responder: Responder) -> None:
    """Answer requests until the other end closes."""
    while True:
        try:
            packet = receive_packet(channel, DEFAULT_CAPS)
            if packet is not None and packet.kind == packets.REQUEST:
                _answer(channel, responder, packet)
        except ChannelClosed:
            return


def _answer(channel: socket.socket, responder: Responder, request: Packet) -> None:
    answer = responder.answer(request.frame, _asker(channel, responder, request.number))
    send_packet(channel, packets.ANSWER, request.number, answer)


def _asker(channel: socket.socket, responder: Responder, number: int) -> Callable[[Packed], Packed]:
    def ask(frame: Packed) -> Packed:
        send_packet(channel, packets.CALLBACK, number, frame)
        while True:
            packet = receive_packet(channel, DEFAULT_CAPS)
            if packet is None:
                continue
            if packet.kind == packets.REQUEST:
                _answer(channel, responder, packet)
            elif packet.kind == packets.CALLBACK_ANSWER and packet.number == number:
                return packet.frame

    return ask

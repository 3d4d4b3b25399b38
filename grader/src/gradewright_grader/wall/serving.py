"""The submission's end of a channel: reads requests, has a responder answer them.

It runs in the student's process. It returns when the judge's end is closed.
"""

from __future__ import annotations

import socket

from gradewright.values import DEFAULT_CAPS, Packed, Responder
from gradewright_grader.wall import packets
from gradewright_grader.wall.packets import ChannelClosed, receive_packet, send_packet


def serve(channel: socket.socket, responder: Responder) -> None:
    """Answer requests until the other end closes."""
    while True:
        try:
            packet = receive_packet(channel, DEFAULT_CAPS)
            if packet is None or packet.kind != packets.REQUEST:
                continue
            answer = responder.answer(packet.frame, _asker(channel, packet.number))
            send_packet(channel, packets.ANSWER, packet.number, answer)
        except ChannelClosed:
            return


def _asker(channel: socket.socket, number: int):  # type: ignore[no-untyped-def]
    def ask(frame: Packed) -> Packed:
        send_packet(channel, packets.CALLBACK, number, frame)
        while True:
            packet = receive_packet(channel, DEFAULT_CAPS)
            if packet is not None and packet.kind == packets.CALLBACK_ANSWER:
                return packet.frame

    return ask

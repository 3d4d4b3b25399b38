"""The judge's end of a channel to a submission's process.

Junk, late answers and answers to other requests are dropped and counted; the first packet that
carries the request's number wins. Every number is drawn anew, so that an answer cannot be written
before its request is read. A callback may lead to requests of its own, which nest. Waiting is
ended by whoever ends the process, from outside.
"""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable

from gradewright.values import DEFAULT_CAPS, BrokenFrame, Caps, Packed
from gradewright_grader.wall import packets
from gradewright_grader.wall.packets import ChannelClosed, receive_packet, send_packet

MOST_JUNK = 1_000
EXPECTED = (packets.ANSWER, packets.CALLBACK)


class SocketTransport:
    """Requests over one SEQPACKET socket. `ended` is raised when the other end is gone."""

    def __init__(
        self,
        channel: socket.socket,
        ended: type[Exception] = ChannelClosed,
        caps: Caps = DEFAULT_CAPS,
    ) -> None:
        self._channel = channel
        self._ended = ended
        self._caps = caps
        self.junk = 0

    def __call__(self, frame: Packed, answer_callback: Callable[[Packed], Packed]) -> Packed:
        """Send a request; answer callbacks until its answer arrives."""
        number = secrets.randbits(62)
        try:
            send_packet(self._channel, packets.REQUEST, number, frame)
            while True:
                packet = self._next(number)
                if packet.kind == packets.ANSWER:
                    return packet.frame
                answer = answer_callback(packet.frame)
                send_packet(self._channel, packets.CALLBACK_ANSWER, number, answer)
        except ChannelClosed:
            raise self._ended() from None

    def _next(self, number: int) -> packets.Packet:
        """The next packet of this request."""
        while self.junk < MOST_JUNK:
            packet = receive_packet(self._channel, self._caps)
            if packet is not None and packet.number == number and packet.kind in EXPECTED:
                return packet
            self.junk += 1
        raise BrokenFrame(f"{MOST_JUNK} packets came that belong to no request")

    def close(self) -> None:
        """Close this end; the submission's end sees it and stops serving."""
        self._channel.close()

"""Counting the items of a msgpack body without making any of them.

A byte of msgpack can become an object of 56 bytes, so a long body is counted before it is decoded.
Whether the body is well-formed is for msgpack to say; the count of a malformed one is just some
number, and never lower than what decoding would make of the same bytes.
"""

from __future__ import annotations

from gradewright.values.errors import broken

SMALL_BODY = 1 << 16  # bytes; up to here the worst body makes a few megabytes


def _width(first: int) -> int:
    """Bytes of an item by its first byte; a container is its header; 0 if the length follows."""
    if first < 0x80 or first >= 0xE0 or 0x90 <= first <= 0x9F:
        return 1
    if 0xA0 <= first <= 0xBF:
        return 1 + (first & 0x1F)
    return {0xC0: 1, 0xC2: 1, 0xC3: 1, 0xCA: 5, 0xCB: 9, 0xDC: 3, 0xDD: 5}.get(
        first, (2, 3, 5, 9)[first & 3] if 0xCC <= first <= 0xD3 else 0
    )


WIDTHS = tuple(map(_width, range(256)))
# str and bin: how many bytes of length follow the first byte
LENGTHS = {0xD9: 1, 0xDA: 2, 0xDB: 4, 0xC4: 1, 0xC5: 2, 0xC6: 4}


def count_items(body: bytes, most: int) -> int:
    """How many items `body` has; BrokenFrame if more than `most`, or of a kind never sent."""
    at = count = 0
    size = len(body)
    widths = WIDTHS
    while at < size:
        count += 1
        if count > most:
            raise broken("the number of items", "too large", f"at most {most}")
        at += widths[body[at]] or _long_width(body, at)
    return count


def _long_width(body: bytes, at: int) -> int:
    """Bytes of a str or bin item whose length is told by the bytes after the first."""
    extra = LENGTHS.get(body[at])
    if extra is None:  # maps, extensions and times: the encoder makes none
        raise broken("an item of the body", body[at : at + 1], "None, numbers, text, bytes, arrays")
    return 1 + extra + int.from_bytes(body[at + 1 : at + 1 + extra], "big")

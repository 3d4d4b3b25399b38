"""An encoded value, and its form as one run of bytes.

How body and buffers travel is the transport's business; `to_bytes` and `from_bytes` are for
transports (and comparisons) that want one piece. Layout, all little-endian: the magic "GWV1",
u32 length of the body, u32 number of buffers, u64 length of each buffer, the body, the buffers.
"""

from __future__ import annotations

import struct

import msgspec

from gradewright.values.caps import DEFAULT_CAPS, Caps
from gradewright.values.errors import broken

MAGIC = b"GWV1"
_HEAD = struct.Struct("<4sII")


class Packed(msgspec.Struct):
    """An encoded value: a msgpack body and the long data it refers to by index.

    What `encode` makes shares no memory with the value, so it stays as it was made.
    """

    body: bytes
    buffers: list[bytes | memoryview] = []


def to_bytes(packed: Packed) -> bytes:
    """The encoded value as one bytes object."""
    sizes = [len(buffer) for buffer in packed.buffers]
    head = _HEAD.pack(MAGIC, len(packed.body), len(sizes))
    return b"".join((head, struct.pack(f"<{len(sizes)}Q", *sizes), packed.body, *packed.buffers))


def from_bytes(data: bytes | bytearray | memoryview, caps: Caps = DEFAULT_CAPS) -> Packed:
    """Split what `to_bytes` made; buffers are views of `data`. Raises BrokenFrame only.

    Nothing is sliced before its length is known to be inside `caps` and inside `data`.
    """
    view = flat_view(data)
    if len(view) < _HEAD.size:
        raise broken("the length of the frame", len(view), f"at least {_HEAD.size} bytes")
    magic, body_size, count = _HEAD.unpack(view[: _HEAD.size])
    if magic != MAGIC:
        raise broken("the magic of the frame", magic, repr(MAGIC))
    check_sizes(body_size, count, 0, caps)
    table_end = _HEAD.size + 8 * count
    if len(view) < table_end:
        raise broken("the length of the frame", len(view), f"at least {table_end} bytes")
    sizes = struct.unpack(f"<{count}Q", view[_HEAD.size : table_end])
    check_sizes(body_size, count, sum(sizes), caps)
    if len(view) != table_end + body_size + sum(sizes):
        raise broken("the length of the frame", len(view), "exactly what its header says")
    return Packed(bytes(view[table_end : table_end + body_size]), _cut(view, sizes))


def _cut(view: memoryview, sizes: tuple[int, ...]) -> list[bytes | memoryview]:
    """The views of the buffers, which stand at the end of the frame."""
    at = len(view) - sum(sizes)
    cut: list[bytes | memoryview] = []
    for size in sizes:
        cut.append(view[at : at + size])
        at += size
    return cut


def flat_view(data: object) -> memoryview:
    """`data` as a view of single bytes; BrokenFrame if it is no such thing."""
    try:
        return memoryview(data).cast("B")  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise broken("a part of the frame", data, "bytes or a contiguous memoryview") from None


def check_sizes(body: int, count: int, total: int, caps: Caps) -> None:
    """Refuse sizes beyond `caps`, before anything is decoded."""
    if body > caps.body_bytes:
        raise broken("the length of the body", body, f"at most {caps.body_bytes} bytes")
    if count > caps.buffers:
        raise broken("the number of buffers", count, f"at most {caps.buffers}")
    if total > caps.buffer_bytes:
        raise broken("the length of all buffers", total, f"at most {caps.buffer_bytes} bytes")

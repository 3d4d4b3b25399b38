"""Decoding: from a frame that nobody vouches for to plain data, or BrokenFrame and nothing else.

Theory of operation. The sender owns its process, so every bit of a frame is hostile until checked.
In order: sizes against the caps; for a long body, a count of its msgpack items, before any of them
becomes an object (one byte can become a list of 56); msgpack; then a walk that knows for each tag
how many slots it has, charges every node to `Caps.items`, lets each buffer be taken once, and
builds only types of our own choosing. A length is compared with the data before it is believed.
Nothing is looked up by a name from the frame except in fixed tables.

Time is bounded as memory is: dear nodes cost many items, and dicts and sets whose keys were made
to collide are refused before they are built. What the checks leave to a library (a date in month
13) the library refuses, and `codec.decode` turns any exception whatever into BrokenFrame.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from gradewright.values import arrays, generators, rebuild, scalars, tables, tensors, wire
from gradewright.values.caps import Caps
from gradewright.values.containers import little_endian
from gradewright.values.errors import broken
from gradewright.values.handles import KINDS, NAME_CHARS, HandleRef
from gradewright.values.packed import Packed, check_sizes, flat_view
from gradewright.values.scan import SMALL_BODY, count_items

Resolve = Callable[[HandleRef], object]
Receive = Callable[[Any, int], Any]

NATIVE = frozenset((type(None), bool, int, float, str, bytes))
SHARED_HASH = 64  # keys of one dict or set
_from_msgpack = msgspec.msgpack.Decoder().decode


class Decoder:
    """One decoding under way; the `decode_*` functions of the other modules read through it."""

    __slots__ = ("body", "buffers", "caps", "given", "left", "receive", "resolve")

    def __init__(
        self,
        packed: Packed,
        resolve: Resolve | None,
        given: Mapping[str, type],
        caps: Caps,
        receive: Receive | None = None,
    ) -> None:
        self.caps, self.resolve, self.given, self.receive = caps, resolve, given, receive
        self.left = caps.items
        self.body = flat_view(packed.body)
        check_sizes(len(self.body), len(packed.buffers), 0, caps)
        self.buffers: list[memoryview | None] = [flat_view(data) for data in packed.buffers]
        check_sizes(0, 0, sum(len(view) for view in self.buffers if view is not None), caps)

    def run(self) -> Any:
        """The value of the whole frame, every byte of which must have had a use."""
        if len(self.body) > SMALL_BODY:
            count_items(bytes(self.body), self.caps.items + 1)
        value = self.node(_from_msgpack(self.body), 0)
        unused = sum(view is not None for view in self.buffers)
        if unused:
            raise broken("the number of unused buffers", unused, "0")
        return value

    def node(self, node: Any, depth: int) -> Any:
        """The value of one node, which stands inside `depth` containers."""
        if type(node) in NATIVE:
            return node
        if type(node) is not list or not node:
            raise broken("a node", node, "plain data or a tagged array")
        self.charge(len(node))
        tag = node[0]
        entry = HANDLERS.get(tag) if type(tag) is int else None
        if entry is None:
            raise broken("the tag of a node", tag, "a tag of this version")
        low, high, handler = entry
        if not low <= len(node) <= high:
            raise broken(f"the length of a node with tag {tag}", len(node), f"{low} to {high}")
        return handler(self, node, depth)

    def items(self, nodes: list[Any], start: int, depth: int) -> list[Any]:
        """The values of `nodes[start:]`, the parts of a container inside `depth` others."""
        self.enter(depth)
        return [
            part if type(part) in NATIVE else self.node(part, depth + 1)
            for part in (nodes[start:] if start else nodes)
        ]

    def enter(self, depth: int) -> None:
        """Refuse a container that is too deep."""
        if depth >= self.caps.depth:
            raise broken("the depth of containers", depth + 1, f"at most {self.caps.depth}")

    def charge(self, items: int) -> None:
        """Take `items` from the budget, or refuse."""
        self.left -= items
        if self.left < 0:
            raise broken("the number of parts", "too large", f"at most {self.caps.items} in all")

    def take(self, slot: Any) -> bytes | memoryview:
        """The data of a slot: inline bytes, or a buffer that nothing else took."""
        if type(slot) is bytes:
            return slot
        if type(slot) is not int or not 0 <= slot < len(self.buffers):
            raise broken("a slot of data", slot, f"bytes or an index below {len(self.buffers)}")
        view, self.buffers[slot] = self.buffers[slot], None
        if view is None:
            raise broken("a buffer", f"number {slot}, used twice", "each buffer used once")
        return view

    def shape(self, sizes: list[Any]) -> int:
        """How many elements an array of this shape has, once the shape is known to be sane."""
        if len(sizes) > wire.MAX_NDIM:
            raise broken("the number of dimensions", len(sizes), f"at most {wire.MAX_NDIM}")
        count = 1
        for size in sizes:
            if type(size) is not int or not 0 <= size <= wire.MAX_DIM:
                raise broken("a dimension of an array", size, "an int from 0 to 2**40")
            count *= size
        return count

    def keys(self, keys: list[Any]) -> list[Any]:
        """The keys, if all can be hashed and no many share a hash (that takes squared time).

        Honest keys do share a few: -1 and -2 have one hash, and so have tuples of them.
        """
        try:
            hashes = list(map(hash, keys))
        except TypeError:
            raise broken("a key or set item", "unhashable", "numbers, text, tuples") from None
        if len(keys) > SHARED_HASH:
            most = max(Counter(hashes).values())
            if most > SHARED_HASH:
                raise broken("the number of keys of one hash", most, f"at most {SHARED_HASH}")
        return keys


def _decode_list(dec: Decoder, node: list[Any], depth: int) -> list[Any]:
    return dec.items(node, 1, depth)


def _decode_tuple(dec: Decoder, node: list[Any], depth: int) -> tuple[Any, ...]:
    return tuple(dec.items(node, 1, depth))


def _decode_set(dec: Decoder, node: list[Any], depth: int) -> set[Any]:
    return set(dec.keys(dec.items(node, 1, depth)))


def _decode_frozenset(dec: Decoder, node: list[Any], depth: int) -> frozenset[Any]:
    return frozenset(dec.keys(dec.items(node, 1, depth)))


def _decode_dict(dec: Decoder, node: list[Any], depth: int) -> dict[Any, Any]:
    parts = dec.items(node, 1, depth)
    if len(parts) % 2:
        raise broken("the number of keys and values", len(parts), "an even number")
    return dict(zip(dec.keys(parts[::2]), parts[1::2], strict=True))


def _decode_numbers(dec: Decoder, node: list[Any], depth: int) -> list[Any]:
    dec.enter(depth)
    data = dec.take(node[1])
    if len(data) % 8:
        raise broken("the length of packed numbers", len(data), "a multiple of 8")
    dec.charge(len(data) // 8)
    run: array[Any] = array("d" if node[0] == wire.FLOATS else "q")
    run.frombytes(data)
    return little_endian(run).tolist()


def _decode_slice(dec: Decoder, node: list[Any], depth: int) -> slice:
    return slice(*dec.items(node, 1, depth))


def _decode_range(dec: Decoder, node: list[Any], depth: int) -> range:
    parts = dec.items(node, 1, depth)
    if any(type(part) is not int for part in parts) or not parts[2]:
        raise broken("a range", parts, "three ints, the step not 0")
    return range(*parts)


def _decode_handle(dec: Decoder, node: list[Any], depth: int) -> object:
    _, number, name, kind = node
    if type(number) is not int or not -(1 << 63) <= number < 1 << 63:
        raise broken("the id of a handle", number, "an int64")
    if type(name) is not str or len(name) > NAME_CHARS or not name.isprintable():
        raise broken("the type name of a handle", name, f"{NAME_CHARS} printable characters")
    if type(kind) is not str or kind not in KINDS:
        raise broken("the kind of a handle", kind, ", ".join(sorted(KINDS)))
    if dec.resolve is None:
        raise broken("a handle", name, "plain data only", "give decode a resolve function")
    return dec.resolve(HandleRef(number, name, kind))  # type: ignore[arg-type]


_ANY = 1 << 62
_HandlerOf = Callable[[Decoder, list[Any], int], Any]
HANDLERS: dict[int, tuple[int, int, _HandlerOf]] = {
    wire.LIST: (1, _ANY, _decode_list),
    wire.TUPLE: (1, _ANY, _decode_tuple),
    wire.SET: (1, _ANY, _decode_set),
    wire.FROZENSET: (1, _ANY, _decode_frozenset),
    wire.DICT: (1, _ANY, _decode_dict),
    wire.FLOATS: (2, 2, _decode_numbers),
    wire.INTS: (2, 2, _decode_numbers),
    wire.SLICE: (4, 4, _decode_slice),
    wire.RANGE: (4, 4, _decode_range),
    wire.HANDLE: (4, 4, _decode_handle),
    **rebuild.DECODERS,
    **scalars.DECODERS,
    **arrays.DECODERS,
    **tensors.DECODERS,
    **generators.DECODERS,
    **tables.DECODERS,
}

"""Encoding: from any Python object to plain data on the wire, or to a handle, or a refusal.

Theory of operation. Dispatch goes by the *real* type of a value (`type(x)`, never `x.__class__`):
first a table of exact types, then the plain base of a subclass, read through the base's own
methods, so that nothing a student overrides (`__iter__`, `__eq__`, `items`, `__float__`) is called
or believed. What has no plain base goes to `export`, which returns a handle.

A place is told from the inside out: each container adds its step to a passing ValueRefused, which
costs nothing while all goes well. A cycle is a value that exceeds the depth cap and meets itself
on the way out. Every node is charged to `Caps.items`, just as the decoder charges it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from gradewright.values import arrays, containers, generators, scalars, tables, tensors
from gradewright.values.caps import Caps
from gradewright.values.errors import NotPlain, ValueRefused
from gradewright.values.handles import KINDS, HandleRef, class_name, clean_name
from gradewright.values.packed import Packed, to_bytes
from gradewright.values.wire import HANDLE, INLINE, SCALAR_TAGS

Export = Callable[[object], HandleRef]
Offer = Callable[[Any], int | None]
Handler = Callable[["Encoder", Any, int], Any]

_PLAIN = (
    "None, numbers, text, bytes, lists, tuples, sets, dicts, dataclasses, numpy, torch "
    "and pandas values may cross"
)
_INT64 = 1 << 63
_to_msgpack = msgspec.msgpack.Encoder().encode


class Prepared(msgspec.Struct, frozen=True):
    """A node made ahead, for a value that crosses again and again; `items` is what it costs."""

    node: Any
    items: int


def _encode_prepared(enc: Encoder, value: Prepared, depth: int) -> Any:
    enc.charge(value.items)
    return value.node


EXACT: dict[type, Handler] = {
    **scalars.ENCODERS,
    **containers.ENCODERS,
    Prepared: _encode_prepared,
}
# Libraries first: np.float64 is a float, pd.NaT a datetime, torch.Size a tuple.
FAMILIES = (arrays, tensors, generators, tables, containers, scalars)


class Encoder:
    """One encoding under way; the `encode_*` functions of the other modules write through it.

    `canonical` makes equal values encode equally (see `codec.plain_equal`). `offer` numbers
    tensors whose graph stays here (see `autograd`); with `grads` the others take their `.grad` along.
    """

    __slots__ = (
        "buffers",
        "canonical",
        "caps",
        "export",
        "grads",
        "left",
        "native",
        "offer",
        "room",
    )

    def __init__(
        self,
        export: Export | None,
        caps: Caps,
        canonical: bool = False,
        offer: Offer | None = None,
        grads: bool = False,
    ) -> None:
        self.buffers: list[bytes | memoryview] = []
        self.offer, self.grads = offer, grads
        self.caps, self.export, self.canonical = caps, export, canonical
        self.left, self.room = caps.items, caps.buffer_bytes
        self.native = (type(None), bool) if canonical else (type(None), bool, float)

    def body(self, value: Any) -> bytes:
        """The msgpack body of a whole value."""
        try:
            body = _to_msgpack(self.node(value, 0))
        except RecursionError:
            raise self.deep(value) from None
        if len(body) > self.caps.body_bytes:
            raise self.over(f"needs a body of {len(body)} bytes", f"{self.caps.body_bytes} bytes")
        return body

    def node(self, value: Any, depth: int) -> Any:
        """The node of `value`, which stands inside `depth` containers."""
        cls = type(value)
        handler = EXACT.get(cls)
        if handler is None:
            handler = _handler_of_base(cls)
        return handler(self, value, depth)

    def leaf(self, tag: int, *slots: Any) -> list[Any]:
        """A node whose slots are no nodes, or are nodes already made."""
        self.charge(len(slots) + 1)
        return [tag, *slots]

    def items(self, head: list[Any], values: Iterable[Any], depth: int, owner: object) -> list[Any]:
        """`head` followed by the nodes of `values`, the parts of the container `owner`."""
        values = self.enter(head, values, depth, owner)
        native, start = self.native, len(head)
        try:
            for value in values:
                head.append(value if type(value) in native else self.node(value, depth + 1))
        except ValueRefused as refused:
            refused.inside(f"[{len(head) - start}]", owner)
            raise
        return head

    def scalars(self, head: list[Any], values: list[Any], depth: int, owner: object) -> list[Any]:
        """Like `items`, but any part that is no plain scalar raises NotPlain."""
        start = len(head)
        node = self.items(head, values, depth, owner)
        if any(type(part) is list and part[0] not in SCALAR_TAGS for part in node[start:]):
            raise self.not_plain(owner)
        return node

    def in_order(self, tag: int, values: Iterable[Any], depth: int, owner: object) -> list[Any]:
        """The canonical node of a set: each item encoded for itself, sorted. Never decoded."""
        runs = []
        for value in self.enter([tag], values, depth, owner):
            part = Encoder(self.export, self.caps, canonical=True)
            body = _to_msgpack(part.node(value, depth + 1))
            runs.append(to_bytes(Packed(body, part.buffers)))
        return [tag, *sorted(runs)]

    def enter(self, head: list[Any], values: Iterable[Any], depth: int, owner: object) -> list[Any]:
        """Count a container and its parts before any part is encoded."""
        if depth >= self.caps.depth:
            raise self.deep(owner)
        parts = values if type(values) is list else list(values)
        self.charge(len(head) + len(parts))
        return parts

    def charge(self, items: int) -> None:
        """Take `items` from the budget, or refuse."""
        self.left -= items
        if self.left < 0:
            raise self.over("has too many parts", f"{self.caps.items} parts in one value")

    def payload(self, data: bytes | memoryview) -> bytes | int:
        """A slot of data: inline if short, else the index of a new buffer."""
        if len(data) <= INLINE:
            return bytes(data)
        self.fits(len(data))
        if len(self.buffers) >= self.caps.buffers:
            raise self.over("has too many large parts", f"{self.caps.buffers} in one value")
        self.room -= len(data)
        self.buffers.append(data)
        return len(self.buffers) - 1

    def fits(self, size: int) -> None:
        """Refuse `size` bytes of data that the buffers cannot take, before they are copied."""
        if size > self.room:
            raise self.over(f"has a part of {size} bytes", f"{self.caps.buffer_bytes} in all")

    def real(self, number: float) -> float:
        """`number` itself; in canonical form every NaN is the same NaN."""
        return number if number == number or not self.canonical else float("nan")

    def attempt(self, build: Handler, value: Any, depth: int) -> Any:
        """Encode `value` as plain data in every part, or as one handle: never half and half."""
        mark, left, room, export = len(self.buffers), self.left, self.room, self.export
        self.export = None
        try:
            return build(self, value, depth)
        except NotPlain:
            del self.buffers[mark:]
            self.left, self.room = left, room
        finally:
            self.export = export
        return self.opaque(value)

    def opaque(self, value: object, depth: int = 0) -> list[Any]:
        """The node of a handle for `value`, from `export`."""
        if self.export is None:
            raise self.not_plain(value)
        ref = self.export(value)
        if type(ref.id) is not int or not -_INT64 <= ref.id < _INT64 or ref.kind not in KINDS:
            raise ValueRefused(
                f"got the handle {ref!r} from export",
                f"a handle has an int64 id and a kind of {sorted(KINDS)}",
                "return gradewright.values.handle_for(id, value) from export",
            )
        return self.leaf(HANDLE, ref.id, clean_name(ref.type_name), ref.kind)

    def not_plain(self, value: object) -> NotPlain:
        """The refusal of an object that would need a handle."""
        got = f"is of type {class_name(type(value))}"
        return NotPlain(got, _PLAIN, "return plain data, or give encode an export function")

    def over(self, got: str, most: str) -> ValueRefused:
        """The refusal of a value that is too big in some way."""
        return ValueRefused(got, f"at most {most}", "return less data, or one array of it")

    def deep(self, value: object) -> ValueRefused:
        """The refusal of a value that is nested too deep, perhaps without end."""
        got = f"is nested deeper than {self.caps.depth} levels"
        allowed = f"at most {self.caps.depth} containers inside each other, none inside itself"
        return ValueRefused(got, allowed, "return flatter data", culprit=value)


def _handler_of_base(cls: type) -> Handler:
    """How to encode an instance of a class that is not in EXACT: by its plain base, if any.

    `issubclass` against these classes runs no code of the student's: none has a metaclass of
    his, and `cls` is the real type.
    """
    for family in FAMILIES:
        handler: Handler | None = family.handler_for(cls)
        if handler is not None:
            return handler
    return Encoder.opaque

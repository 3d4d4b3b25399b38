"""The codec's entry points: a value to a frame, a frame to a value, and when two values are equal.

The work is done in `encoder` and `decoder`, which open with their theory of operation.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from gradewright.values.caps import DEFAULT_CAPS, Caps
from gradewright.values.decoder import Decoder, Receive, Resolve
from gradewright.values.encoder import Encoder, Export, Offer, Prepared
from gradewright.values.errors import BrokenFrame, ValueRefused, broken
from gradewright.values.handles import HandleRef
from gradewright.values.packed import Packed, to_bytes

__all__ = ["BrokenFrame", "Packed", "ValueRefused", "decode", "encode", "plain_equal", "prepared"]

_NO_TYPES: Mapping[str, type] = MappingProxyType({})
_NO_CAPS = Caps(
    body_bytes=sys.maxsize,
    buffer_bytes=sys.maxsize,
    buffers=sys.maxsize,
    items=sys.maxsize,
    digits=sys.maxsize,
)


def encode(
    value: object,
    *,
    export: Export | None = None,
    caps: Caps = DEFAULT_CAPS,
    offer: Offer | None = None,
    grads: bool = False,
) -> Packed:
    """Encode `value`; what is no plain data goes to `export`, whose exceptions pass through.

    offer: numbers a tensor that requires grad, so that the other side can link it to a graph, or
    gives None; grads: tensors that it does not number bring their `.grad`. Raises ValueRefused if
    something is no plain data and there is no `export`, or a cap is hit.
    """
    encoder = Encoder(export, caps, offer=offer, grads=grads)
    return Packed(encoder.body(value), encoder.buffers)


def prepared(value: object, depth: int, caps: Caps = DEFAULT_CAPS) -> Any:
    """Something to put in the place of `value`, inside `depth` containers, that encodes at once.

    It stays as the value is now. The value itself where that cannot be: long data, handles, or
    tensors that require grad are in it.
    """
    encoder = Encoder(None, caps, offer=_not_ahead)
    try:
        node = encoder.node(value, depth)
    except ValueRefused:
        return value
    return value if encoder.buffers else Prepared(node, caps.items - encoder.left)


def _not_ahead(tensor: object) -> int | None:
    raise ValueRefused("requires grad", "no graph ahead of the call", "encode it with the call")


def decode(
    packed: Packed,
    *,
    resolve: Resolve | None = None,
    given: Mapping[str, type] = _NO_TYPES,
    caps: Caps = DEFAULT_CAPS,
    receive: Receive | None = None,
) -> Any:
    """The value in `packed`; handles go through `resolve`, types named in `given` are rebuilt.

    receive: is given each numbered tensor and returns the one to use; without it they are refused.
    Raises BrokenFrame, whatever the frame holds and whatever `resolve` raises. Arrays and tensors
    are writable copies.
    """
    try:
        return Decoder(packed, resolve, given, caps, receive).run()
    except BrokenFrame:
        raise
    except Exception as error:  # RecursionError, MemoryError, and what libraries raise
        got = f"{type(error).__name__}: {error!s:.80}"
        raise broken("its content", got, "well-formed values") from None


def plain_equal(first: object, second: object) -> bool:
    """Whether two values are the same in type, dtype, shape and every bit, as they would cross.

    1, 1.0 and True differ; NaN equals NaN; 0.0 and -0.0 differ; dicts must agree in order, sets
    need not. Subclasses count as their plain base, arrays of any memory order as C-ordered, and a
    dataclass instance equals a Record of the same names. Objects that cross only as handles are
    equal only if they are one object. Raises ValueRefused for a value that contains itself.
    """
    return _canonical(first) == _canonical(second)


def _canonical(value: object) -> bytes:
    """Bytes that two values share if and only if they are equal; never decoded."""
    encoder = Encoder(lambda thing: HandleRef(id(thing), "", "object"), _NO_CAPS, canonical=True)
    return to_bytes(Packed(encoder.body(value), encoder.buffers))

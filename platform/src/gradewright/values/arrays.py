"""numpy arrays, scalars and dtypes: an allow-listed dtype, a shape and bytes.

Arrays arrive as C-contiguous, native-endian, writable copies, whatever their order was. Masked and
structured arrays, and object arrays of anything but plain scalars, become handles.
"""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, Any

from gradewright.values import wire
from gradewright.values.caps import ARRAY_COST
from gradewright.values.errors import broken

if TYPE_CHECKING:
    from gradewright.values.decoder import Decoder
    from gradewright.values.encoder import Encoder, Handler

_MAX_CODE_POINT = 0x10FFFF


def handler_for(cls: type) -> Handler | None:
    """How to encode an instance of a numpy class or of a subclass; None if it is none."""
    np = wire.loaded("numpy", "ndarray")
    if np is None:
        return None
    if issubclass(cls, np.ndarray):
        masked = wire.loaded("numpy.ma", "MaskedArray")
        return None if masked and issubclass(cls, masked.MaskedArray) else _encode_array
    if issubclass(cls, np.generic):
        return _encode_text if issubclass(cls, (np.str_, np.bytes_)) else _encode_scalar
    return _encode_dtype if issubclass(cls, np.dtype) else None


def wire_name(dtype: Any) -> str | None:
    """The name of a dtype on the wire, or None if its arrays do not cross."""
    np = sys.modules["numpy"]
    name = f"{dtype.kind}{dtype.itemsize}"
    if dtype.kind == "U":
        name = f"U{dtype.itemsize // 4}"
    elif dtype.kind in "mM":
        unit, count = np.datetime_data(dtype)
        name = f"{dtype.kind}8" if unit == "generic" else f"{dtype.kind}8[{count}{unit}]"
    return name if wire.array_dtype(name) else None


def _encode_array(enc: Encoder, value: Any, depth: int) -> Any:
    np = sys.modules["numpy"]
    plain = np.ndarray.view(value, np.ndarray)
    name = wire_name(plain.dtype)
    if plain.ndim > wire.MAX_NDIM:
        return enc.opaque(value)
    if plain.dtype.kind == "O":
        return enc.attempt(_objects, value, depth)
    if name is None:
        return enc.opaque(value)
    enc.fits(plain.nbytes)  # a broadcast view may be far larger than its memory
    enc.charge(ARRAY_COST)
    data = enc.payload(_bytes_of(enc, plain, name))
    return enc.leaf(wire.NP_ARRAY, name, data, *plain.shape)


def _bytes_of(enc: Encoder, plain: Any, name: str) -> bytes:
    """A copy of the elements in C order and the byte order of the wire."""
    np = sys.modules["numpy"]
    plain = plain.astype("<" + name, copy=False)
    if enc.canonical and name[0] in "fc":
        half = plain.itemsize // (2 if name[0] == "c" else 1)
        plain = plain.flatten().view(f"<f{half}")
        plain[np.isnan(plain)] = np.nan
    data: bytes = plain.tobytes()
    return data


def _objects(enc: Encoder, value: Any, depth: int) -> list[Any]:
    plain = sys.modules["numpy"].ndarray.view(value, sys.modules["numpy"].ndarray)
    head = [wire.NP_OBJECTS, plain.ndim, *plain.shape]
    return enc.scalars(head, plain.reshape(-1).tolist(), depth, value)


def _encode_scalar(enc: Encoder, value: Any, depth: int) -> Any:
    np = sys.modules["numpy"]
    dtype = np.generic.dtype.__get__(value)
    name = wire_name(dtype)
    if name is None:
        return enc.opaque(value)
    plain = np.frombuffer(np.generic.tobytes(value), dtype)
    return enc.leaf(wire.NP_SCALAR, name, _bytes_of(enc, plain, name))


def _encode_text(enc: Encoder, value: str | bytes, depth: int) -> list[Any]:
    """np.str_ and np.bytes_: their dtype would lose trailing zeros, so they go as text."""
    plain = str.__str__(value) if isinstance(value, str) else bytes.__bytes__(value)
    return enc.leaf(wire.NP_TEXT, enc.node(plain, depth))


def _encode_dtype(enc: Encoder, value: Any, depth: int) -> list[Any]:
    name = "O" if value.kind == "O" else wire_name(value)
    return enc.opaque(value) if name is None else enc.leaf(wire.NP_DTYPE, name)


def read_dtype(np: Any, name: Any) -> Any:
    """The little-endian dtype of a wire name."""
    if not wire.array_dtype(name):
        raise broken("the dtype of an array", name, "numbers, bool, text or time of fixed size")
    return np.dtype("<" + name)


def check_elements(np: Any, data: bytes | memoryview, kind: str) -> None:
    """Refuse bytes that are no elements: a bool of 2 or a character beyond Unicode."""
    if kind == "b" and len(data) and np.frombuffer(data, np.uint8).max() > 1:
        raise broken("an element of a bool array", "neither 0 nor 1", "0 or 1")
    if kind == "U" and len(data) and np.frombuffer(data, "<u4").max() > _MAX_CODE_POINT:
        raise broken("a character of a text array", "no code point", "0 to 0x10FFFF")


def check_size(dec: Decoder, shape: list[Any], itemsize: int, data: bytes | memoryview) -> None:
    """Refuse a shape that does not fit its data exactly."""
    needed = dec.shape(shape) * itemsize
    if needed != len(data):
        raise broken("the length of an array's data", len(data), f"{needed} bytes for its shape")


def _decode_array(dec: Decoder, node: list[Any], depth: int) -> Any:
    np = wire.needed("numpy")
    _, name, slot, *shape = node
    dtype = read_dtype(np, name)
    data = dec.take(slot)
    check_size(dec, shape, dtype.itemsize, data)
    dec.charge(ARRAY_COST)
    check_elements(np, data, dtype.kind)
    array = np.empty(shape, dtype.newbyteorder("="))
    if len(data):
        array.reshape(-1)[:] = np.frombuffer(data, dtype)
    return array


def _decode_objects(dec: Decoder, node: list[Any], depth: int) -> Any:
    np = wire.needed("numpy")
    ndim = node[1]
    if type(ndim) is not int or not 0 <= ndim <= min(wire.MAX_NDIM, len(node) - 2):
        raise broken("the number of dimensions", ndim, f"0 to {wire.MAX_NDIM}, and a size for each")
    shape = node[2 : 2 + ndim]
    values = read_scalars(dec, node, 2 + ndim, depth)
    if dec.shape(shape) != len(values):
        raise broken("the number of objects in an array", len(values), f"{math.prod(shape)}")
    array = np.empty(shape, object)
    flat = array.reshape(-1)
    for place, value in enumerate(values):
        flat[place] = value
    return array


def read_scalars(dec: Decoder, node: list[Any], start: int, depth: int) -> list[Any]:
    """The values of `node[start:]`, none of which may be a container, an array or a handle."""
    for part in node[start:]:
        if type(part) is list and (not part or part[0] not in wire.SCALAR_TAGS):
            raise broken("an element of an object array", part, "a plain scalar")
    return dec.items(node, start, depth)


def _decode_scalar(dec: Decoder, node: list[Any], depth: int) -> Any:
    np = wire.needed("numpy")
    _, name, data = node
    dtype = read_dtype(np, name)
    if dtype.kind in "US" or type(data) is not bytes or len(data) != dtype.itemsize:
        raise broken("the data of a numpy scalar", data, "the bytes of one number or time")
    check_elements(np, data, dtype.kind)
    return np.frombuffer(data, dtype).astype(dtype.newbyteorder("="))[0]


def _decode_text(dec: Decoder, node: list[Any], depth: int) -> Any:
    np = wire.needed("numpy")
    text = dec.node(node[1], depth) if type(node[1]) is not list else _long_text(dec, node[1])
    if type(text) not in (str, bytes):
        raise broken("a numpy text", text, "str or bytes")
    return np.str_(text) if type(text) is str else np.bytes_(text)


def _long_text(dec: Decoder, node: list[Any]) -> Any:
    """A nested node that can only be text: a chain of them would be unbounded recursion."""
    if not node or node[0] not in (wire.TEXT, wire.BYTES):
        raise broken("a numpy text", node, "str or bytes")
    return dec.node(node, 0)


def _decode_dtype(dec: Decoder, node: list[Any], depth: int) -> Any:
    np = wire.needed("numpy")
    if node[1] == "O":
        return np.dtype(object)
    return read_dtype(np, node[1]).newbyteorder("=")


DECODERS = {
    wire.NP_SCALAR: (3, 3, _decode_scalar),
    wire.NP_TEXT: (2, 2, _decode_text),
    wire.NP_ARRAY: (3, 3 + 4 * wire.MAX_NDIM, _decode_array),
    wire.NP_OBJECTS: (2, 1 << 62, _decode_objects),
    wire.NP_DTYPE: (2, 2, _decode_dtype),
}

"""Encoding values with parts: lists, tuples, sets, dicts, slices, ranges, dataclasses.

Subclasses are read through the base's own iterators. The reverse is in `decoder` and `rebuild`.
"""

from __future__ import annotations

import dataclasses
from array import array
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from gradewright.values import wire
from gradewright.values.errors import NotPlain, ValueRefused, brief
from gradewright.values.handles import class_name
from gradewright.values.records import NamedRecord, Record, fair_name

if TYPE_CHECKING:
    from gradewright.values.encoder import Encoder, Handler

_SIMPLE_KEYS = frozenset((type(None), bool, int, float, str, bytes))
_UNHASHABLE = frozenset(
    (wire.LIST, wire.SET, wire.DICT, wire.FLOATS, wire.INTS, wire.SLICE, wire.NP_ARRAY)
) | {wire.NP_OBJECTS, wire.PD_FRAME, wire.PD_SERIES, wire.PD_INDEX, wire.PD_RANGE_INDEX}


def _encode_list(enc: Encoder, value: list[Any], depth: int) -> list[Any]:
    items = value if type(value) is list else list(list.__iter__(value))
    if len(items) >= wire.PACK and not enc.canonical and depth < enc.caps.depth:
        packed = _packed(enc, items)
        if packed is not None:
            return packed
    return enc.items([wire.LIST], items, depth, value)


def _packed(enc: Encoder, items: list[Any]) -> list[Any] | None:
    """A list of nothing but plain floats, or int64 ints, as one run of 8-byte numbers."""
    kinds = set(map(type, items))
    if kinds != {float} and kinds != {int}:
        return None
    try:
        run = array("d" if kinds == {float} else "q", items)
    except OverflowError:
        return None
    enc.charge(len(items))
    tag = wire.FLOATS if kinds == {float} else wire.INTS
    return enc.leaf(tag, enc.payload(little_endian(run).tobytes()))


def little_endian(run: array[Any]) -> array[Any]:
    """The numbers in the byte order of the wire."""
    if wire.BIG_ENDIAN:
        run.byteswap()
    return run


def _encode_tuple(enc: Encoder, value: tuple[Any, ...], depth: int) -> list[Any]:
    return enc.items([wire.TUPLE], tuple.__iter__(value), depth, value)


def _encode_deque(enc: Encoder, value: deque[Any], depth: int) -> list[Any]:
    return enc.items([wire.LIST], deque.__iter__(value), depth, value)


def _encode_set(enc: Encoder, value: set[Any], depth: int) -> list[Any]:
    return _set(enc, wire.SET, set.__iter__(value), depth, value)


def _encode_frozenset(enc: Encoder, value: frozenset[Any], depth: int) -> list[Any]:
    return _set(enc, wire.FROZENSET, frozenset.__iter__(value), depth, value)


def _set(enc: Encoder, tag: int, items: Iterable[Any], depth: int, owner: object) -> list[Any]:
    items = list(items)
    if enc.canonical:
        return enc.in_order(tag, items, depth, owner)
    if not _keys_cross(enc, items, depth):
        return _as_handle(enc, owner)
    return enc.items([tag], items, depth, owner)


def _keys_cross(enc: Encoder, keys: list[Any], depth: int) -> bool:
    """Whether keys or set items arrive as plain data that can be hashed.

    A handle cannot, and what is hashed here by a student's method may be a list at heart.
    """
    if enc.canonical or set(map(type, keys)) <= _SIMPLE_KEYS:
        return True
    trial = type(enc)(None, enc.caps)
    try:
        return all(_hashable(trial.node(key, depth)) for key in keys)
    except NotPlain:
        return False


def _hashable(node: Any) -> bool:
    """Whether what this node becomes can be hashed."""
    return type(node) is not list or (node[0] not in _UNHASHABLE and all(map(_hashable, node)))


def _as_handle(enc: Encoder, owner: object) -> list[Any]:
    """A handle for a set or dict whose keys do not cross."""
    if enc.export is None:
        raise NotPlain(
            f"is a {class_name(type(owner))} with a key or item that is no plain, hashable value",
            "keys and set items are numbers, text, bytes and tuples of these",
            "use names or tuples as keys, or give encode an export function",
        )
    return enc.opaque(owner)


def _encode_dict(enc: Encoder, value: dict[Any, Any], depth: int) -> list[Any]:
    return _dict(enc, dict.items(value), depth, value)


def _encode_ordered(enc: Encoder, value: OrderedDict[Any, Any], depth: int) -> list[Any]:
    return _dict(enc, OrderedDict.items(value), depth, value)  # its order is not that of dict


def _dict(enc: Encoder, pairs: Iterable[tuple[Any, Any]], depth: int, owner: object) -> list[Any]:
    node: list[Any] = [wire.DICT]
    key: object = None
    entries = enc.enter(node, pairs, depth, owner)
    if not _keys_cross(enc, [key for key, _ in entries], depth):
        return _as_handle(enc, owner)
    enc.charge(len(entries))  # `enter` counted the pairs, and each is two nodes
    try:
        for key, item in entries:
            node.append(enc.node(key, depth + 1))
            node.append(enc.node(item, depth + 1))
    except ValueRefused as refused:
        refused.inside(f"[{_key_name(key)}]", owner)
        raise
    return node


def _key_name(key: object) -> str:
    """How a path shows a dict key, without asking the key."""
    plain = type(key) in (str, int, float, bool, bytes, type(None))
    return brief(key) if plain else f"<key of type {class_name(type(key))}>"


def _encode_slice(enc: Encoder, value: slice, depth: int) -> list[Any]:
    return enc.items([wire.SLICE], [value.start, value.stop, value.step], depth, value)


def _encode_range(enc: Encoder, value: range, depth: int) -> list[Any]:
    return enc.items([wire.RANGE], [value.start, value.stop, value.step], depth, value)


def _encode_record(enc: Encoder, value: Record, depth: int) -> list[Any]:
    return _fields(enc, wire.RECORD, value.type_name, dict(value.fields), depth, value)


def _encode_named_record(enc: Encoder, value: NamedRecord, depth: int) -> list[Any]:
    fields = dict(zip(value._fields, tuple.__iter__(value), strict=True))
    return _fields(enc, wire.NAMED, value._type_name, fields, depth, value)


def _encode_dataclass(enc: Encoder, value: Any, depth: int) -> list[Any]:
    try:
        names = [field.name for field in dataclasses.fields(type(value))]
        fields = {name: object.__getattribute__(value, name) for name in names}
    except Exception:  # a field without a value, or a student's descriptor in its place
        return enc.opaque(value)
    if not all(map(fair_name, names)):
        return enc.opaque(value)
    return _fields(enc, wire.RECORD, class_name(type(value)), fields, depth, value)


def _encode_named_tuple(enc: Encoder, value: tuple[Any, ...], depth: int) -> list[Any]:
    names = field_names(type(value))
    if names is None or len(names) != tuple.__len__(value):
        return _encode_tuple(enc, value, depth)
    fields = dict(zip(names, tuple.__iter__(value), strict=True))
    return _fields(enc, wire.NAMED, class_name(type(value)), fields, depth, value)


def field_names(cls: type) -> tuple[str, ...] | None:
    """The field names of a named tuple class, or None if it is just a tuple."""
    names = getattr(cls, "_fields", None)
    if type(names) is not tuple or not all(fair_tuple_name(name) for name in names):
        return None
    return names if len(set(names)) == len(names) else None


def fair_tuple_name(name: object) -> bool:
    """Named tuples keep names with an underscore in front for themselves."""
    return fair_name(name) and not str(name).startswith("_")


def _fields(
    enc: Encoder, tag: int, type_name: str, fields: dict[str, Any], depth: int, owner: object
) -> list[Any]:
    node: list[Any] = [tag, type_name]
    enc.enter(node, list(fields), depth, owner)
    enc.charge(len(fields))
    name = ""
    try:
        for name, value in fields.items():
            node.append(name)
            node.append(enc.node(value, depth + 1))
    except ValueRefused as refused:
        refused.inside(f".{name}", owner)
        raise
    return node


ENCODERS: dict[type, Handler] = {
    list: _encode_list,
    tuple: _encode_tuple,
    set: _encode_set,
    frozenset: _encode_frozenset,
    dict: _encode_dict,
    deque: _encode_deque,
    slice: _encode_slice,
    range: _encode_range,
    Record: _encode_record,
    NamedRecord: _encode_named_record,
}
_BASES: list[tuple[type, Callable[[Encoder, Any, int], Any]]] = [
    (OrderedDict, _encode_ordered),
    (tuple, _encode_named_tuple),
    *((base, ENCODERS[base]) for base in (list, set, frozenset, dict, deque)),
]


def handler_for(cls: type) -> Handler | None:
    """How to encode a subclass of a container, or an instance of a dataclass."""
    for base, handler in _BASES:
        if issubclass(cls, base):
            return handler
    return _encode_dataclass if _is_dataclass(cls) else None


def _is_dataclass(cls: type) -> bool:
    """Whether `cls` or a base is a dataclass, read past any metaclass; classes are no records."""
    if issubclass(cls, type):
        return False
    bases = type.__dict__["__mro__"].__get__(cls)
    return any("__dataclass_fields__" in base.__dict__ for base in bases)

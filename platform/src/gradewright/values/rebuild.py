"""Decoding dataclasses and named tuples: into the given class of that name, or into a record.

No `__init__`, `__new__` or `__post_init__` runs: a class gets exactly its declared fields, all of
them. The values of the fields stay claims; checks look at their types.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from gradewright.values import wire
from gradewright.values.containers import fair_tuple_name, field_names
from gradewright.values.errors import broken
from gradewright.values.handles import NAME_CHARS
from gradewright.values.records import NamedRecord, Record, fair_name

if TYPE_CHECKING:
    from gradewright.values.decoder import Decoder


def _decode_record(dec: Decoder, node: list[Any], depth: int) -> Any:
    fields = _fields(dec, node, depth)
    cls = dec.given.get(node[1])
    if cls is None:
        if not all(map(fair_name, fields)):
            raise broken("a field name", list(fields), "identifiers without two underscores")
        return Record(node[1], fields)
    if not dataclasses.is_dataclass(cls):
        raise broken("a record", node[1], "a dataclass, because the given type is none")
    _check_names(node[1], list(fields), {field.name for field in dataclasses.fields(cls)})
    instance = object.__new__(cls)
    for name, value in fields.items():
        object.__setattr__(instance, name, value)
    return instance


def _decode_named(dec: Decoder, node: list[Any], depth: int) -> Any:
    fields = _fields(dec, node, depth)
    cls = dec.given.get(node[1])
    if cls is None:
        if not all(map(fair_tuple_name, fields)):
            raise broken("a field name", list(fields), "identifiers without an underscore in front")
        return NamedRecord(node[1], fields, fields.values())
    names = field_names(cls) if issubclass(cls, tuple) else None
    if names is None:
        raise broken("a record", node[1], "a named tuple, because the given type is none")
    _check_names(node[1], list(fields), set(names))
    return tuple.__new__(cls, [fields[name] for name in names])


def _fields(dec: Decoder, node: list[Any], depth: int) -> dict[str, Any]:
    """Field names → values, the names each a str and there once."""
    names = node[2::2]
    if type(node[1]) is not str or len(node[1]) > NAME_CHARS or not node[1].isprintable():
        raise broken("the type name of a record", node[1], f"{NAME_CHARS} printable characters")
    if len(node) % 2 or any(type(name) is not str for name in names):
        raise broken("the fields of a record", names, "a str before each value")
    if len(set(names)) != len(names):
        raise broken("the fields of a record", names, "each name once")
    return dict(zip(names, dec.items(node[3::2], 0, depth), strict=True))


def _check_names(type_name: str, got: list[str], declared: set[str]) -> None:
    """Refuse an instance of a given type with a field too many or too few."""
    if set(got) != declared:
        wrong = ", ".join(sorted(set(got) ^ declared))
        raise broken(
            f"the set of fields of {type_name}", f"wrong about {wrong}", "exactly those declared"
        )


DECODERS = {
    wire.RECORD: (2, 1 << 20, _decode_record),
    wire.NAMED: (2, 1 << 20, _decode_named),
}

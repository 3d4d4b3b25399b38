"""What a dataclass or a named tuple becomes where its class is not known: data with names.

These classes never call anything of the sender's. Names with two leading underscores are refused,
because libraries trust such attributes (numpy would read memory at an `__array_interface__`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Self

from gradewright.values.handles import NAME_CHARS


def fair_name(name: object) -> bool:
    """Whether a field may have this name; those of a named tuple have no leading underscore."""
    return (
        type(name) is str
        and len(name) <= NAME_CHARS
        and name.isidentifier()
        and not name.startswith("__")
    )


class Record:
    """The fields of a dataclass instance of the other side, read-only.

    `record.x` reads a field; `record.fields["fields"]` reads one that has the name of an attribute
    of this class. Equal only to another Record with the same type name and equal fields.
    """

    __slots__ = ("fields", "type_name")
    fields: Mapping[str, Any]
    type_name: str

    def __init__(self, type_name: str, fields: Mapping[str, Any]) -> None:
        object.__setattr__(self, "type_name", type_name)
        object.__setattr__(self, "fields", MappingProxyType(dict(fields)))

    def __getattr__(self, name: str) -> Any:
        if fair_name(name) and name in self.fields:
            return self.fields[name]
        known = ", ".join(self.fields) or "none"
        raise AttributeError(f"{self.type_name} has no field {name!r}; its fields: {known}")

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(
            f"cannot set {name!r}: a Record is read-only; build a new one from dict(record.fields)"
        )

    def __eq__(self, other: object) -> bool:
        if type(other) is not Record:
            return NotImplemented
        return self.type_name == other.type_name and dict(self.fields) == dict(other.fields)

    def __hash__(self) -> int:
        return hash((self.type_name, frozenset(self.fields.items())))

    def __repr__(self) -> str:
        inside = ", ".join(f"{name}={value!r}" for name, value in self.fields.items())
        return f"{self.type_name}({inside})"

    def __reduce__(self) -> tuple[type[Record], tuple[str, dict[str, Any]]]:
        return Record, (self.type_name, dict(self.fields))


class NamedRecord(tuple[Any, ...]):
    """A named tuple of the other side: a tuple whose items also have the names `_fields`."""

    _type_name: str
    _fields: tuple[str, ...]

    def __new__(cls, type_name: str, fields: Iterable[str], values: Iterable[Any]) -> Self:
        """A tuple of `values`, each with a name of `fields`, of the type `type_name`."""
        self = super().__new__(cls, values)
        self._type_name = type_name
        self._fields = tuple(fields)
        return self

    def __getattribute__(self, name: str) -> Any:
        # A field, even one called count or index as the methods of a tuple are, or else that.
        known = object.__getattribute__(self, "__dict__").get("_fields", ())
        if name in known:
            return tuple.__getitem__(self, known.index(name))
        return object.__getattribute__(self, name)

    def __repr__(self) -> str:
        inside = ", ".join(f"{n}={v!r}" for n, v in zip(self._fields, self, strict=True))
        return f"{self._type_name}({inside})"

    def __reduce__(self) -> tuple[type[NamedRecord], tuple[str, tuple[str, ...], tuple[Any, ...]]]:
        return NamedRecord, (self._type_name, self._fields, tuple(self))

"""Naming an opaque object of the other side: what a handle may say, and nothing more.

A handle is a number and two words about it. The table from numbers to objects, and whatever a
handle can do, belong to the session that gave `export` and `resolve`.
"""

from __future__ import annotations

import types
from typing import Literal, get_args

import msgspec

Kind = Literal["object", "function", "class", "module", "generator"]
KINDS: frozenset[str] = frozenset(get_args(Kind))
NAME_CHARS = 200

_FUNCTIONS = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    types.WrapperDescriptorType,
    types.MethodWrapperType,
    types.MethodDescriptorType,
    types.ClassMethodDescriptorType,
)
_type_name = type.__dict__["__name__"].__get__  # a metaclass cannot answer in its place


class HandleRef(msgspec.Struct, frozen=True):
    """An opaque object of the other side; everything in it is that side's claim."""

    id: int  # any int64: the session may use the sign or a range to tell whose object it is
    type_name: str  # printable, at most NAME_CHARS
    kind: Kind = "object"


def class_name(cls: type) -> str:
    """The real, printable, bounded name of a class."""
    return clean_name(_type_name(cls))


def clean_name(name: str) -> str:
    """`name` with unprintable characters replaced, cut to `NAME_CHARS`."""
    name = str.__str__(name)[:NAME_CHARS]
    return name if name.isprintable() else "".join(c if c.isprintable() else "?" for c in name)


def kind_of(value: object) -> Kind:
    """Which kind of handle stands for `value`, judged by its real type."""
    cls = type(value)
    if issubclass(cls, type):
        return "class"
    if issubclass(cls, types.ModuleType):
        return "module"
    if issubclass(cls, types.GeneratorType):
        return "generator"
    return "function" if issubclass(cls, _FUNCTIONS) else "object"


def handle_for(number: int, value: object) -> HandleRef:
    """The `HandleRef` that an `export` function returns for `value`."""
    kind = kind_of(value)
    named = kind == "class" and isinstance(value, type)
    return HandleRef(number, class_name(value if named else type(value)), kind)  # type: ignore[arg-type]

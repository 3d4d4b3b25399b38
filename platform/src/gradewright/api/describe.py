"""Naming a value's kind in words, for messages: "an array (3, 2) of float64", "a list of 4".

Describing never shows the value itself, so it is safe for hidden checks.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Set
from dataclasses import is_dataclass
from typing import Any

from gradewright.api.calls import Opaque
from gradewright.api.hiding import is_hiding
from gradewright.api.texts import Text, filled

WORDS: dict[str, dict[str, str]] = {
    "none": {"zh": " None（没有 return？）", "en": "None (is a return missing?)"},
    "bool": {"zh": "布尔值（bool）", "en": "a bool"},
    "int": {"zh": "整数（int）", "en": "an integer"},
    "float": {"zh": "一个数（float）", "en": "a number (float)"},
    "complex": {"zh": "复数（complex）", "en": "a complex number"},
    "str": {"zh": "字符串（str）", "en": "a string"},
    "bytes": {"zh": "字节串（bytes）", "en": "bytes"},
    "list": {"zh": "列表或元组", "en": "a list or tuple"},
    "set": {"zh": "集合（set）", "en": "a set"},
    "dict": {"zh": "字典（dict）", "en": "a dict"},
    "array": {"zh": " NumPy 数组", "en": "a NumPy array"},
    "tensor": {"zh": " torch 张量", "en": "a torch tensor"},
    "record": {"zh": "{name} 对象", "en": "a {name}"},
    "opaque": {"zh": "{name} 类型的对象", "en": "an object of type {name}"},
    "other": {"zh": "{name} 类型的值", "en": "a value of type {name}"},
}
OWN_OBJECT = {"zh": "自己定义的类型的对象", "en": "an object of a type of your own"}
SIZED = {"zh": "长度为 {size} 的{word}", "en": "{word} of length {size}"}
SHAPED = {"zh": "形状 {shape}、类型 {dtype} 的{word}", "en": "{word} of shape {shape}, {dtype}"}

_SCALARS = ((bool, "bool"), (int, "int"), (float, "float"), (complex, "complex"), (str, "str"))
_NUMPY_KINDS = {"b": "bool", "i": "int", "u": "int", "f": "float", "c": "complex", "U": "str"}


def kind_of(value: Any) -> str:
    """The family a value belongs to: a key of `WORDS`. A NumPy scalar counts as what it holds."""
    if value is None:
        return "none"
    if isinstance(value, Opaque):
        return "opaque"
    for base, kind in _SCALARS:
        if isinstance(value, base):
            return kind
    return _container_kind(value) or _library_kind(value) or "other"


def _container_kind(value: Any) -> str | None:
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return "record"
    if isinstance(value, list | tuple):
        return "list"
    if isinstance(value, bytes | bytearray):
        return "bytes"
    if isinstance(value, Mapping):
        return "dict"
    if isinstance(value, Set):
        return "set"
    if (is_dataclass(value) and not isinstance(value, type)) or hasattr(value, "type_name"):
        return "record"
    return None


def _library_kind(value: Any) -> str | None:
    np, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    if np is not None and isinstance(value, np.generic):
        return _NUMPY_KINDS.get(value.dtype.kind, "other")
    if np is not None and isinstance(value, np.ndarray):
        return "array"
    if torch is not None and isinstance(value, torch.Tensor):
        return "tensor"
    return None


def is_array(value: Any) -> bool:
    """Whether this is a NumPy array (not a scalar)."""
    return kind_of(value) == "array"


def type_word(value: Any) -> Text:
    """The kind of a value in words, without its size."""
    kind = kind_of(value)
    if kind == "opaque" and is_hiding():
        return OWN_OBJECT
    name = getattr(value, "type_name", type(value).__name__)
    return filled(WORDS[kind], name=str(name)[:80])


def describe(value: Any) -> Text:
    """The kind and size of a value in words; never its content."""
    kind = kind_of(value)
    if kind in {"array", "tensor"}:
        shape = tuple(value.shape)
        return filled(SHAPED, word=dict(WORDS[kind]), shape=shape, dtype=_dtype_word(value.dtype))
    if kind in {"list", "set", "dict", "str"} and len(value) != 0:
        return filled(SIZED, word=type_word(value), size=len(value))
    return type_word(value)


def _dtype_word(dtype: Any) -> str:
    """float64 as it is; NumPy's "<U3" says nothing to a beginner."""
    return {"U": "str", "S": "bytes", "O": "object"}.get(getattr(dtype, "kind", ""), str(dtype))

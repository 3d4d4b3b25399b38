"""Comparing a student's value with the expected one: type → shape → dtype → finite → value.

The first thing that differs is named, because a wrong type makes every later message confusing.
Values here are plain data that came through the wall; an `Opaque` object is always a wrong type.
NumPy and torch are never imported: a value of theirs can only exist where they already are.

What counts as the same type is what a fair reader would accept: any real number where a float is
expected (not a bool), any integer type where an int is, a list where a tuple is and the other way
round; arrays must be arrays, with the expected precision.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, is_dataclass
from typing import Any

from gradewright.api.calls import Opaque
from gradewright.api.describe import describe, is_array, kind_of, type_word
from gradewright.api.texts import Text, filled


@dataclass(frozen=True)
class Tolerance:
    """Equal when |got − expected| ≤ atol + rtol · |expected|; exact where both are 0."""

    rtol: float = 0.0
    atol: float = 0.0

    def times(self, factor: float) -> Tolerance:
        """The same tolerance, `factor` times as wide."""
        return Tolerance(self.rtol * factor, self.atol * factor)


EXACT = Tolerance()
T64 = Tolerance(1e-9, 1e-12)  # closed forms in float64
T64i = Tolerance(1e-6, 1e-8)  # iterative results and analytic gradients in float64
T32 = Tolerance(1e-4, 1e-5)  # float32 layers
GC = Tolerance(1e-6, 1e-9)  # analytic gradients against central differences, h = 1e-5

# The case bank asks for cases on which a wrong solution is off by far more than the tolerance:
# it runs the same check with this factor on every tolerance.
_widening: ContextVar[float] = ContextVar("gradewright_widening", default=1.0)


@contextmanager
def widened(factor: float) -> Iterator[None]:
    """Within: every tolerance is `factor` times as wide."""
    token = _widening.set(factor)
    try:
        yield
    finally:
        _widening.reset(token)


@dataclass(frozen=True)
class Difference:
    """The first difference: its kind, where it is ("" is the value itself, "[2]" an item), why."""

    kind: str
    place: str
    text: Text


TYPE = {"zh": "应为{want}，得到的是{got}", "en": "should be {want}, but it is {got}"}
LENGTH = {"zh": "长度应为 {want}，得到的是 {got}", "en": "should have length {want}, not {got}"}
SHAPE = {"zh": "形状应为 {want}，得到的是 {got}", "en": "should have shape {want}, not {got}"}
DTYPE = {"zh": "数据类型应为 {want}，得到的是 {got}", "en": "should have dtype {want}, not {got}"}
KEYS = {"zh": "键不对：{what}", "en": "has the wrong keys: {what}"}
MISSING = {"zh": "缺少 {key}", "en": "{key} is missing"}
EXTRA = {"zh": "多出 {key}", "en": "{key} is unexpected"}
NOT_FINITE = {"zh": "含有 NaN 或无穷大", "en": "contains NaN or infinity"}
MUST_NOT_BE_FINITE = {"zh": "这里不应是有限数", "en": "should not be finite here"}
VALUE = {"zh": "数值不对", "en": "has the wrong value"}
VALUES = {
    "zh": "{size} 个元素中有 {count} 个数值不对",
    "en": "has {count} wrong values among {size}",
}


def compare(got: Any, expected: Any, tol: Tolerance = EXACT) -> Difference | None:
    """The first difference between two values, or None where there is none."""
    return _compare(got, expected, tol.times(_widening.get()), "")


def _compare(got: Any, expected: Any, tol: Tolerance, place: str) -> Difference | None:
    want, have = kind_of(expected), kind_of(got)
    if isinstance(got, Opaque) or not _acceptable(have, want):
        return _difference("type", place, TYPE, want=type_word(expected), got=describe(got))
    if want in {"float", "int", "complex"}:
        return _compare_numbers(got, expected, tol, place)
    if want in {"array", "tensor"}:
        return _compare_arrays(got, expected, tol, place)
    if want == "list":
        return _compare_sequences(got, expected, tol, place)
    if want == "dict":
        return _compare_mappings(got, expected, tol, place)
    if want == "record":
        return _compare_records(got, expected, tol, place)
    return None if _equal(got, expected) else _difference("value", place, VALUE)


def _acceptable(have: str, want: str) -> bool:
    wider = {"float": ("int",), "complex": ("int", "float")}
    return have == want or have in wider.get(want, ())


def _equal(got: Any, expected: Any) -> bool:
    if isinstance(expected, Set):
        return set(got) == set(expected)
    return bool(got == expected)


def _difference(kind: str, place: str, template: Text, **fields: object) -> Difference:
    return Difference(kind, place, filled(template, **fields))


def _compare_numbers(got: Any, expected: Any, tol: Tolerance, place: str) -> Difference | None:
    if kind_of(expected) == "int" and kind_of(got) == "int":
        # as ints: a float would take the last digits from large ones
        near = abs(int(got) - int(expected)) <= tol.atol + tol.rtol * abs(int(expected))
        return None if near else _difference("value", place, VALUE)
    a, b = complex(got), complex(expected)
    if a == b or (_nan(a) and _nan(b)):
        return None
    if _finite(b) and not _finite(a):
        return _difference("finite", place, NOT_FINITE)
    if _finite(a) and not _finite(b):
        return _difference("finite", place, MUST_NOT_BE_FINITE)
    close = _finite(a) and abs(a - b) <= tol.atol + tol.rtol * abs(b)
    return None if close else _difference("value", place, VALUE)


def _nan(number: complex) -> bool:
    return math.isnan(number.real) or math.isnan(number.imag)


def _finite(number: complex) -> bool:
    return math.isfinite(number.real) and math.isfinite(number.imag)


def _compare_arrays(got: Any, expected: Any, tol: Tolerance, place: str) -> Difference | None:
    if tuple(got.shape) != tuple(expected.shape):
        return _difference("shape", place, SHAPE, want=tuple(expected.shape), got=tuple(got.shape))
    if not _same_precision(str(got.dtype), str(expected.dtype)):
        return _difference("dtype", place, DTYPE, want=expected.dtype, got=got.dtype)
    a, b = as_numpy(got), as_numpy(expected)
    if b.dtype.kind in "fc":
        return _compare_floats(a, b, tol, place)
    if b.dtype.kind == "O":
        return _compare_sequences(a.ravel().tolist(), b.ravel().tolist(), tol, place)
    return _count_wrong(a != b, place)


def _same_precision(got: str, expected: str) -> bool:
    if got == expected:
        return True
    # int32 where int64 is expected is the platform's choice, float32 is the student's
    families = ("int", "uint"), ("<U",), ("object",)
    return any(got.startswith(f) and expected.startswith(f) for f in families)


def _compare_floats(a: Any, b: Any, tol: Tolerance, place: str) -> Difference | None:
    np = sys.modules["numpy"]
    if np.isfinite(b).all() and not np.isfinite(a).all():
        return _difference("finite", place, NOT_FINITE)
    with np.errstate(invalid="ignore", over="ignore"):
        close = np.isclose(a, b, rtol=tol.rtol, atol=tol.atol, equal_nan=True)
    return _count_wrong(~close, place)


def _count_wrong(wrong: Any, place: str) -> Difference | None:
    count = int(wrong.sum())
    if not count:
        return None
    if wrong.size == 1:
        return _difference("value", place, VALUE)
    return _difference("value", place, VALUES, count=count, size=wrong.size)


def as_numpy(value: Any) -> Any:
    """An array or a tensor as a NumPy array (bfloat16 widened to float32)."""
    if kind_of(value) != "tensor":
        return value
    tensor = value.detach().cpu()
    return (tensor.float() if str(tensor.dtype) == "torch.bfloat16" else tensor).numpy()


MOST_SHOWN = 20  # items of an array or list that are shown one by one


def _compare_sequences(
    got: Sequence[Any], expected: Sequence[Any], tol: Tolerance, place: str
) -> Difference | None:
    if len(got) != len(expected):
        return _difference("shape", place, LENGTH, want=len(expected), got=len(got))
    differences = (
        _compare(a, b, tol, f"{place}[{i}]")
        for i, (a, b) in enumerate(zip(got, expected, strict=True))
    )
    return next((d for d in differences if d), None)


def _compare_mappings(
    got: Mapping[Any, Any], expected: Mapping[Any, Any], tol: Tolerance, place: str
) -> Difference | None:
    missing = next((key for key in expected if key not in got), None)
    extra = next((key for key in got if key not in expected), None)
    if missing is not None:
        return _difference("shape", place, KEYS, what=filled(MISSING, key=short(missing)))
    if extra is not None:
        return _difference("shape", place, KEYS, what=filled(EXTRA, key=short(extra)))
    differences = (_compare(got[k], expected[k], tol, f"{place}[{short(k)}]") for k in expected)
    return next((d for d in differences if d), None)


def _compare_records(got: Any, expected: Any, tol: Tolerance, place: str) -> Difference | None:
    have, want = _fields(got), _fields(expected)
    if have.keys() != want.keys():
        return _difference("type", place, TYPE, want=type_word(expected), got=describe(got))
    differences = (_compare(have[k], want[k], tol, f"{place}.{k}") for k in want)
    return next((d for d in differences if d), None)


def _fields(record: Any) -> dict[str, Any]:
    names = getattr(record, "_fields", None)
    if isinstance(record, tuple) and names is not None:
        return dict(zip(names, record, strict=True))
    if is_dataclass(record):
        return {name: getattr(record, name) for name in record.__dataclass_fields__}
    return dict(record.fields)


def short(value: object, limit: int = 120) -> str:
    """A plain value as Python writes it, on one line, cut to `limit` characters."""
    line = " ".join(repr(_bare(value)).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _bare(value: Any) -> Any:
    """NumPy's numbers and short arrays as Python's own: np.float64(1.0) says no more than 1.0."""
    if type(value) in (list, tuple) and len(value) <= MOST_SHOWN:
        return type(value)(_bare(item) for item in value)
    if is_array(value) and value.size > MOST_SHOWN:
        return value
    library = type(value).__module__.partition(".")[0]
    return value.tolist() if library == "numpy" and hasattr(value, "tolist") else value

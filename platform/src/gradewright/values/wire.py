"""The numbers and names both sides agree on; no behaviour beyond finding a library.

A node of the body is None, a bool, an int64, a float, a str, a short bytes, or an array whose
first slot is one of the tags below. A *slot of data* is inline bytes or the index of a buffer.
"""

from __future__ import annotations

import importlib
import re
import sys
from typing import Any, Final

from gradewright.values.errors import BrokenFrame

BIG_ENDIAN: Final = sys.byteorder == "big"  # the wire is little-endian
INLINE: Final = 4096  # bytes: longer data goes to a buffer of its own
PACK: Final = 64  # elements: from here a list of plain floats or ints is packed
MAX_NDIM: Final = 32
MAX_DIM: Final = 1 << 40
MAX_WIDTH: Final = 1 << 20  # characters of a U or S dtype

LIST: Final = 1
TUPLE: Final = 2
SET: Final = 3
FROZENSET: Final = 4
DICT: Final = 5
FLOATS: Final = 6
INTS: Final = 7
BIGINT: Final = 8
COMPLEX: Final = 9
TEXT: Final = 10
BYTES: Final = 11
SLICE: Final = 12
RANGE: Final = 13
RECORD: Final = 14
NAMED: Final = 15
HANDLE: Final = 16
DATE: Final = 20
DATETIME: Final = 21
TIMEDELTA: Final = 22
FRACTION: Final = 23
DECIMAL: Final = 24
NP_SCALAR: Final = 30
NP_TEXT: Final = 31
NP_ARRAY: Final = 32
NP_OBJECTS: Final = 33
NP_DTYPE: Final = 34
NP_GENERATOR: Final = 35
NP_RANDOM_STATE: Final = 36
T_TENSOR: Final = 40
T_DTYPE: Final = 41
T_GENERATOR: Final = 42
T_LINKED: Final = 43  # a number and a tensor that has a graph on the sender's side
T_GRADED: Final = 44  # a tensor and its .grad
PD_FRAME: Final = 50
PD_SERIES: Final = 51
PD_INDEX: Final = 52
PD_RANGE_INDEX: Final = 53
PD_MULTI_INDEX: Final = 54
PD_MISSING: Final = 55

# Nodes that may stand in an object array or an object column, beside the native ones.
SCALAR_TAGS: Final = frozenset(
    (BIGINT, COMPLEX, TEXT, BYTES, DATE, DATETIME, TIMEDELTA, FRACTION, DECIMAL, NP_SCALAR)
) | {NP_TEXT, PD_MISSING}

NUMBERS: Final = frozenset(
    ("b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16")
)
TIMES: Final = re.compile(r"[Mm]8(\[[1-9]\d{0,3}(Y|M|W|D|h|m|s|ms|us|ns|ps|fs|as)\])?")
TEXTS: Final = re.compile(r"([US])([1-9]\d{0,6})")

_TORCH_DTYPES: Final = (
    *("bool", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64"),
    *("float16", "bfloat16", "float32", "float64", "complex64", "complex128"),
)


def array_dtype(name: object) -> bool:
    """Whether this is the wire name of an array's dtype: "f8", "U12", "M8[25s]"."""
    if type(name) is not str:
        return False
    text = TEXTS.fullmatch(name)
    if text is not None:
        return int(text[2]) <= MAX_WIDTH
    return name in NUMBERS or TIMES.fullmatch(name) is not None


def torch_dtypes(torch: Any) -> dict[str, Any]:
    """Wire name → torch dtype, for those that this torch has."""
    return {name: getattr(torch, name) for name in _TORCH_DTYPES if hasattr(torch, name)}


def loaded(name: str, probe: str) -> Any:
    """The module if this process has it already and it is what it says, else None.

    A value of a library's type exists only where the library is imported, so encoding imports
    nothing. `probe` names a class of it: a student's own file may be called torch.py.
    """
    module = sys.modules.get(name)
    return module if isinstance(getattr(module, probe, None), type) else None


def needed(name: str) -> Any:
    """Import the library that a frame names a value of, or refuse the frame."""
    try:
        return importlib.import_module(name)
    except ImportError:
        raise BrokenFrame(
            f"broken frame: it holds a value of {name}, and {name} is not installed here; "
            f"allowed: values of libraries that both sides have; install {name} on this side"
        ) from None

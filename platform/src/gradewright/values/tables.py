"""pandas tables by value: columns, index and names, each column as an array or a list of scalars.

Categories become their values. Time zones, periods, intervals, sparse and Arrow columns, and
subclasses of DataFrame and Series, make the whole table a handle.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from gradewright.values import wire
from gradewright.values.arrays import read_scalars
from gradewright.values.caps import COLUMN_COST, TABLE_COST
from gradewright.values.errors import broken

if TYPE_CHECKING:
    from gradewright.values.decoder import Decoder
    from gradewright.values.encoder import Encoder, Handler

# How a column is stored: as its numpy array, as objects, as text (missing: NaN or NA), or nullable.
ARRAY, OBJECT, STR, STRING = "array", "object", "str", "string"
NULLABLE = frozenset(f"{kind}{bits}" for kind in ("Int", "UInt") for bits in (8, 16, 32, 64)) | {
    "boolean",
    "Float32",
    "Float64",
}


def handler_for(cls: type) -> Handler | None:
    """How to encode a pandas object; None if it is none, or not one that crosses by value."""
    pd = wire.loaded("pandas", "DataFrame")
    if pd is None:
        return None
    if cls in (type(pd.NaT), type(pd.NA)):
        return _encode_missing
    builders = {pd.DataFrame: _frame, pd.Series: _series, pd.RangeIndex: _range_index}
    build = builders.get(cls)
    if build is None and issubclass(cls, pd.Index) and cls is getattr(pd, cls.__name__, None):
        build = _multi_index if cls is pd.MultiIndex else _index
    if build is None:
        return None
    return lambda enc, value, depth: enc.attempt(build, value, depth)


def _encode_missing(enc: Encoder, value: Any, depth: int) -> list[Any]:
    pd: Any = sys.modules["pandas"]
    return enc.leaf(wire.PD_MISSING, "NaT" if value is pd.NaT else "NA")


def _frame(enc: Encoder, value: Any, depth: int) -> list[Any]:
    enc.enter([], [], depth, value)
    enc.charge(TABLE_COST + COLUMN_COST * value.shape[1])
    node = [enc.node(value.columns, depth + 1), enc.node(value.index, depth + 1)]
    for place in range(value.shape[1]):
        node += _column(enc, value.iloc[:, place], depth)
    return enc.leaf(wire.PD_FRAME, *node)


def _series(enc: Encoder, value: Any, depth: int) -> list[Any]:
    enc.enter([], [], depth, value)
    enc.charge(TABLE_COST)
    name, index = enc.node(value.name, depth + 1), enc.node(value.index, depth + 1)
    return enc.leaf(wire.PD_SERIES, name, index, *_column(enc, value, depth))


def _index(enc: Encoder, value: Any, depth: int) -> list[Any]:
    enc.enter([], [], depth, value)
    enc.charge(TABLE_COST)
    name = enc.node(value.name, depth + 1)
    return enc.leaf(wire.PD_INDEX, name, *_column(enc, value, depth))


def _range_index(enc: Encoder, value: Any, depth: int) -> list[Any]:
    parts = [value.name, value.start, value.stop, value.step]
    enc.charge(TABLE_COST)
    return enc.items([wire.PD_RANGE_INDEX], parts, depth, value)


def _multi_index(enc: Encoder, value: Any, depth: int) -> list[Any]:
    enc.enter([], [], depth, value)
    enc.charge(TABLE_COST)
    levels = [value.get_level_values(level) for level in range(value.nlevels)]
    return enc.leaf(wire.PD_MULTI_INDEX, *(enc.node(level, depth + 1) for level in levels))


def _column(enc: Encoder, column: Any, depth: int) -> list[Any]:
    """How a Series or Index is stored, and its values: two slots."""
    pd: Any = sys.modules["pandas"]
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        whole = not column.isna().any()
        return _column(enc, column.astype(dtype.categories.dtype if whole else object), depth)
    kind = _kind(pd, dtype)
    if kind is None:
        raise enc.not_plain(column)
    if kind == ARRAY:
        return [ARRAY, enc.node(column.to_numpy(), depth + 1)]
    values = list(column.to_numpy(dtype=object))
    return [kind, enc.scalars([wire.LIST], values, depth + 1, column)]


def _kind(pd: Any, dtype: Any) -> str | None:
    """How a column of this dtype is stored; None if it does not cross."""
    np = sys.modules["numpy"]
    if isinstance(dtype, np.dtype):
        return OBJECT if dtype.kind == "O" else ARRAY
    if isinstance(dtype, pd.StringDtype):
        return STRING if dtype.na_value is pd.NA else STR
    return dtype.name if dtype.name in NULLABLE and isinstance(dtype.name, str) else None


def _read_column(dec: Decoder, pd: Any, kind: Any, node: Any, depth: int) -> Any:
    """The values of a column as an array that Series and Index take as it is."""
    np = wire.needed("numpy")
    if kind == ARRAY:
        array = dec.node(node, depth + 1)
        if not isinstance(array, np.ndarray) or array.ndim != 1 or array.dtype.kind in "OUS":
            raise broken("a column", array, "a one-dimensional array of numbers or times")
        return array
    if type(kind) is not str or kind not in {OBJECT, STR, STRING, *NULLABLE}:
        raise broken("the storage of a column", kind, f"{ARRAY}, {OBJECT}, text or nullable")
    if type(node) is not list or not node or node[0] != wire.LIST:
        raise broken("a column", node, "a list of scalars")
    dec.charge(len(node))
    values = np.empty(len(node) - 1, object)
    for place, value in enumerate(read_scalars(dec, node, 1, depth + 1)):
        values[place] = value
    if kind == OBJECT:
        return values
    if kind in (STR, STRING) and not all(type(text) is str or pd.isna(text) for text in values):
        raise broken("a column of text", values, "str and missing values")
    return pd.array(values, dtype=_text_dtype(pd, kind))


def _text_dtype(pd: Any, kind: str) -> Any:
    """The pandas dtype of a storage that is not plain numpy."""
    return pd.StringDtype(na_value=float("nan")) if kind == STR else kind


def _decode_missing(dec: Decoder, node: list[Any], depth: int) -> Any:
    pd = wire.needed("pandas")
    if node[1] not in ("NaT", "NA"):
        raise broken("a missing value", node[1], "NaT or NA")
    return pd.NaT if node[1] == "NaT" else pd.NA


def _labels(dec: Decoder, node: Any, depth: int) -> Any:
    """An index that is part of a table."""
    index = dec.node(node, depth + 1)
    if not isinstance(index, wire.needed("pandas").Index):
        raise broken("the index of a table", index, "an Index")
    return index


def _decode_frame(dec: Decoder, node: list[Any], depth: int) -> Any:
    pd = wire.needed("pandas")
    dec.enter(depth)
    dec.charge(TABLE_COST + COLUMN_COST * ((len(node) - 3) // 2))
    columns, index = _labels(dec, node[1], depth), _labels(dec, node[2], depth)
    if len(node) - 3 != 2 * len(columns):
        raise broken("the number of columns", (len(node) - 3) // 2, f"{len(columns)}, as named")
    data = {
        place: _series_of(dec, pd, node[3 + 2 * place : 5 + 2 * place], index, None, depth)
        for place in range(len(columns))
    }
    frame = pd.DataFrame(data, index=index)
    frame.columns = columns
    return frame


def _series_of(dec: Decoder, pd: Any, slots: list[Any], index: Any, name: Any, depth: int) -> Any:
    values = _read_column(dec, pd, slots[0], slots[1], depth)
    if len(values) != len(index):
        raise broken("the length of a column", len(values), f"{len(index)}, as its index")
    return pd.Series(values, index=index, dtype=values.dtype, name=name)


def _decode_series(dec: Decoder, node: list[Any], depth: int) -> Any:
    pd = wire.needed("pandas")
    dec.enter(depth)
    dec.charge(TABLE_COST)
    name, index = dec.node(node[1], depth + 1), _labels(dec, node[2], depth)
    return _series_of(dec, pd, node[3:], index, name, depth)


def _decode_index(dec: Decoder, node: list[Any], depth: int) -> Any:
    pd = wire.needed("pandas")
    dec.enter(depth)
    dec.charge(TABLE_COST)
    name = dec.node(node[1], depth + 1)
    values = _read_column(dec, pd, node[2], node[3], depth)
    return pd.Index(values, dtype=values.dtype, name=name)


def _decode_range_index(dec: Decoder, node: list[Any], depth: int) -> Any:
    pd = wire.needed("pandas")
    dec.charge(TABLE_COST)
    name, *parts = dec.items(node, 1, depth)
    if any(type(part) is not int for part in parts) or not parts[2]:
        raise broken("a RangeIndex", parts, "three ints, the step not 0")
    return pd.RangeIndex(*parts, name=name)


def _decode_multi_index(dec: Decoder, node: list[Any], depth: int) -> Any:
    pd = wire.needed("pandas")
    dec.enter(depth)
    dec.charge(TABLE_COST)
    levels = [_labels(dec, part, depth) for part in node[1:]]
    return pd.MultiIndex.from_arrays(levels, names=[level.name for level in levels])


DECODERS = {
    wire.PD_FRAME: (3, 1 << 20, _decode_frame),
    wire.PD_SERIES: (5, 5, _decode_series),
    wire.PD_INDEX: (4, 4, _decode_index),
    wire.PD_RANGE_INDEX: (5, 5, _decode_range_index),
    wire.PD_MULTI_INDEX: (2, 1 << 8, _decode_multi_index),
    wire.PD_MISSING: (2, 2, _decode_missing),
}

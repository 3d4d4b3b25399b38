"""Whatever a frame holds, decoding gives plain data or BrokenFrame."""

import dataclasses
import random
import struct
import tracemalloc
from collections import namedtuple
from fractions import Fraction

import msgspec
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradewright.values import (
    BrokenFrame,
    Caps,
    HandleRef,
    Packed,
    decode,
    encode,
    from_bytes,
    to_bytes,
    wire,
)


def frame(node, *buffers):
    return Packed(msgspec.msgpack.encode(node), list(buffers))


@dataclasses.dataclass
class Point:
    x: int
    y: int


Pair = namedtuple("Pair", "a b")
INF = wire.MAX_DIM
PCG = [1 << 60, 1, 0, 0]
MT = [wire.NP_GENERATOR, "MT19937"]
FRAMES = {
    "no tag": ([[]], "a node is a list of 0"),
    "unknown tag": ([99, 1], "the tag of a node is 99"),
    "tag of a wrong type": ([True, 1], "the tag of a node is True"),
    "tag 1.0": ([1.0, 1], "the tag of a node is 1.0"),
    "list as tag": ([[1], 1], "the tag of a node is a list"),
    "map": ({"a": 1}, "a node is a dict"),
    "extension": (msgspec.msgpack.Ext(5, b"x"), "a node is an object of type 'Ext'"),
    "arity": ([wire.COMPLEX, 1.0], "length of a node with tag 9 is 2; allowed: 3 to 3"),
    "too long": ([wire.SLICE, 1, 2, 3, 4], "length of a node with tag 12"),
    "complex of ints": ([wire.COMPLEX, 1, 2], "two floats"),
    "int too long": ([wire.BIGINT, b"\1" * 5000], "at most 10000 decimal digits"),
    "int just too long": ([wire.BIGINT, b"\xff" * 4152 + b"\x7f"], "10000 decimal digits"),
    "int as text": ([wire.BIGINT, "9" * 10], "a long int is '9999999999'"),
    "text of a bad slot": ([wire.TEXT, 0], "a slot of data is 0"),
    "negative slot": ([wire.BYTES, -1], "a slot of data is -1"),
    "bad UTF-8": ([wire.TEXT, b"\xff"], "UnicodeDecodeError: "),
    "date": ([wire.DATE, 2020, 13, 1], "its content is 'ValueError"),
    "date of floats": ([wire.DATE, 2020, 1.0, 1], "a part of a number or date is 1.0"),
    "year of many digits": ([wire.DATE, 1 << 62, 1, 1], "its content is 'OverflowError"),
    "time zone": ([wire.DATETIME, 2020, 1, 1, 0, 0, 0, 0, 0, 1 << 60], "its content"),
    "days": ([wire.TIMEDELTA, 1 << 62, 0, 0], "its content is 'OverflowError"),
    "fraction": ([wire.FRACTION, 1, 0], "denominator of a fraction is 0"),
    "fraction of text": ([wire.FRACTION, "1", 1], "is '1'; allowed: an int"),
    "decimal": ([wire.DECIMAL, "1_0"], "a Decimal is '1_0'"),
    "decimal of many digits": ([wire.DECIMAL, "1" * 10_001], "at most 10000 characters"),
    "decimal exponent": ([wire.DECIMAL, "1E+999999999"], "at most 10000 digits in full"),
    "range": ([wire.RANGE, 0, 5, 0], "a range is a list of 3"),
    "range of floats": ([wire.RANGE, 0, 5.0, 1], "three ints"),
    "dict": ([wire.DICT, 1], "the number of keys and values is 1"),
    "unhashable key": ([wire.DICT, [wire.LIST], 1], "a key or set item is 'unhashable'"),
    "unhashable item": ([wire.SET, [wire.SET]], "a key or set item is 'unhashable'"),
    "packed": ([wire.FLOATS, b"1234567"], "the length of packed numbers is 7"),
    "handle id": ([wire.HANDLE, "1", "T", "object"], "the id of a handle is '1'"),
    "handle id of 65 bits": ([wire.HANDLE, 1 << 63, "T", "object"], "the id of a handle"),
    "handle name": ([wire.HANDLE, 1, "T" * 201, "object"], "200 printable characters"),
    "handle control": ([wire.HANDLE, 1, "\x1b[2J", "object"], "200 printable characters"),
    "handle kind": ([wire.HANDLE, 1, "T", "god"], "the kind of a handle is 'god'"),
    "record name": ([wire.RECORD, 5], "the type name of a record is 5"),
    "record halves": ([wire.RECORD, "P", "x"], "a str before each value"),
    "record names": ([wire.RECORD, "P", 1, 2], "a str before each value"),
    "record twice": ([wire.RECORD, "P", "x", 1, "x", 2], "each name once"),
    "record dunder": ([wire.RECORD, "P", "__array_interface__", 1], "a field name is"),
    "named underscore": ([wire.NAMED, "P", "_fields", 1], "a field name is"),
    "record of too few": ([wire.RECORD, "Point", "x", 1], "'wrong about y'"),
    "record of too many": ([wire.RECORD, "Point", "x", 1, "y", 2, "z", 3], "'wrong about z'"),
    "record for a tuple": ([wire.RECORD, "Pair", "a", 1, "b", 2], "the given type is none"),
    "tuple for a record": ([wire.NAMED, "Point", "x", 1, "y", 2], "the given type is none"),
    "tuple of too few": ([wire.NAMED, "Pair", "a", 1], "'wrong about b'"),
    "object dtype": ([wire.NP_ARRAY, "O", b"", 0], "the dtype of an array is 'O'"),
    "void dtype": ([wire.NP_ARRAY, "V8", b"", 0], "the dtype of an array is 'V8'"),
    "dtype program": ([wire.NP_ARRAY, "i4,i4", b"", 0], "the dtype of an array"),
    "dtype int": ([wire.NP_ARRAY, 4, b"", 0], "the dtype of an array is 4"),
    "no width": ([wire.NP_ARRAY, "S0", b"", 10**9], "the dtype of an array is 'S0'"),
    "wide": ([wire.NP_ARRAY, "U1048577", b"", 0], "the dtype of an array"),
    "unit": ([wire.NP_ARRAY, "M8[x]", b"", 0], "the dtype of an array"),
    "shape": ([wire.NP_ARRAY, "f8", b"12345678", 2], "16 bytes for its shape"),
    "negative": ([wire.NP_ARRAY, "f8", b"12345678", -1, -1], "a dimension of an array is -1"),
    "dimension of floats": ([wire.NP_ARRAY, "f8", b"12345678", 1.0], "a dimension of an array"),
    "dimension of bools": ([wire.NP_ARRAY, "f8", b"12345678", True], "a dimension of an array"),
    "huge": ([wire.NP_ARRAY, "f8", b"", 0, INF + 1], "an int from 0 to 2**40"),
    "huge product": ([wire.NP_ARRAY, "f8", b"", 0, INF, INF], "its content is 'ValueError"),
    "huge sizes": ([wire.NP_ARRAY, "f8", b"", INF, INF], "bytes for its shape"),
    "33 dimensions": ([wire.NP_ARRAY, "f8", b"12345678", *[1] * 33], "is 33; allowed: at most 32"),
    "bool of 2": ([wire.NP_ARRAY, "b1", b"\2", 1], "neither 0 nor 1"),
    "code point": ([wire.NP_ARRAY, "U1", b"\0\0\x11\0", 1], "no code point"),
    "scalar text": ([wire.NP_SCALAR, "U1", b"a\0\0\0"], "one number or time"),
    "scalar long": ([wire.NP_SCALAR, "f4", b"12345678"], "one number or time"),
    "scalar bool": ([wire.NP_SCALAR, "b1", b"\7"], "neither 0 nor 1"),
    "numpy text": ([wire.NP_TEXT, 5], "a numpy text is 5"),
    "numpy text chain": ([wire.NP_TEXT, [wire.NP_TEXT, "a"]], "a numpy text is a list"),
    "dtype object": ([wire.NP_DTYPE, "V1"], "the dtype of an array"),
    "objects of lists": ([wire.NP_OBJECTS, 1, 1, [wire.LIST]], "allowed: a plain scalar"),
    "objects of handles": ([wire.NP_OBJECTS, 0, [wire.HANDLE, 1, "T", "object"]], "plain scalar"),
    "objects of few": ([wire.NP_OBJECTS, 1, 5, None], "number of objects in an array is 1"),
    "objects of no shape": ([wire.NP_OBJECTS, 3, 5, None], "the number of dimensions is 3"),
    "generator": ([wire.NP_GENERATOR, "os.system", 1], "the algorithm of a generator"),
    "generator size": ([wire.NP_GENERATOR, "PCG64", 1], "the length of a PCG64 state is 1"),
    "generator number": ([wire.NP_GENERATOR, "PCG64", *PCG[:3], 1 << 32], "uinteger of a PCG64"),
    "generator sign": ([wire.NP_GENERATOR, "PCG64", -1, *PCG[1:]], "state of a PCG64 state is -1"),
    "generator text": ([wire.NP_GENERATOR, "PCG64", "1", *PCG[1:]], "generator's state is '1'"),
    "generator position": ([*MT, 625, b"\0" * 2496], "pos of a MT19937 state is 625"),
    "generator key": ([*MT, 1, b"\0" * 2495], "key of a MT19937 state"),
    "kept normal": (
        [wire.NP_RANDOM_STATE, "MT19937", 2, 0.0, 1, b"\0" * 2496],
        "the normal number kept by a RandomState",
    ),
    "missing": ([wire.PD_MISSING, "None"], "a missing value is 'None'"),
    "column": ([wire.PD_INDEX, None, "array", 5], "a one-dimensional array"),
    "column storage": ([wire.PD_INDEX, None, "category", [wire.LIST]], "storage of a column"),
    "column list": ([wire.PD_INDEX, None, "object", [wire.TUPLE]], "a list of scalars"),
    "column of text": ([wire.PD_INDEX, None, "str", [wire.LIST, 5]], "a column of text is an obj"),
    "column of numbers": ([wire.PD_INDEX, None, "Int8", [wire.LIST, "x"]], "its content is"),
    "column of lists": ([wire.PD_INDEX, None, "object", [wire.LIST, [wire.LIST]]], "plain scalar"),
    "index": ([wire.PD_SERIES, None, 5, "object", [wire.LIST]], "the index of a table is 5"),
    "index range": ([wire.PD_RANGE_INDEX, None, 0, 1, 0], "a RangeIndex is a list of 3"),
    "series": (
        [wire.PD_SERIES, None, [wire.PD_RANGE_INDEX, None, 0, 9, 1], "object", [wire.LIST, 1]],
        "the length of a column is 1; allowed: 9, as its index",
    ),
    "columns": (
        [wire.PD_FRAME, *[[wire.PD_RANGE_INDEX, None, 0, 9, 1]] * 2, "object", [wire.LIST]],
        "the number of columns is 1; allowed: 9, as named",
    ),
}


@pytest.mark.parametrize(("node", "message"), FRAMES.values(), ids=FRAMES)
def test_each_attack_is_named(node, message):
    with pytest.raises(BrokenFrame) as caught:
        decode(frame(node), given={"Point": Point, "Pair": Pair}, resolve=lambda ref: ref)
    assert message in str(caught.value)
    assert str(caught.value).startswith("broken frame: ")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 500


def test_buffers_are_used_exactly_once():
    with pytest.raises(BrokenFrame, match="a buffer is 'number 0, used twice'"):
        decode(frame([wire.LIST, [wire.BYTES, 0], [wire.BYTES, 0]], b"x"))
    with pytest.raises(BrokenFrame, match="the number of unused buffers is 1; allowed: 0"):
        decode(frame(1, b"x"))
    with pytest.raises(BrokenFrame, match="a part of the frame is 5; allowed: bytes"):
        decode(frame([wire.BYTES, 0], 5))


def test_handles_need_a_resolver_and_its_errors_are_the_frames():
    packed = frame([wire.HANDLE, 7, "Tree", "object"])
    assert decode(packed, resolve=lambda ref: [ref]) == [HandleRef(7, "Tree", "object")]
    with pytest.raises(BrokenFrame, match=r"a handle is 'Tree'; .*; give decode a resolve funct"):
        decode(packed)
    with pytest.raises(BrokenFrame, match="its content is \"KeyError: 'gone'\""):
        decode(packed, resolve=lambda ref: {}["gone"])


def test_sizes_are_checked_before_anything_else():
    packed = Packed(b"\xff" * 100, [b"12345", memoryview(b"12345")])
    with pytest.raises(BrokenFrame, match="length of the body is 100; allowed: at most 99 bytes"):
        decode(packed, caps=Caps(body_bytes=99))
    with pytest.raises(BrokenFrame, match="length of all buffers is 10; allowed: at most 9 bytes"):
        decode(packed, caps=Caps(buffer_bytes=9))
    with pytest.raises(BrokenFrame, match="number of buffers is 2; allowed: at most 1"):
        decode(packed, caps=Caps(buffers=1))


@pytest.mark.parametrize("depth", [65, 500, 100_000])
def test_deep_frames_are_refused(depth):
    body = b"\x92\x01" * depth + b"\xc0"
    with pytest.raises(BrokenFrame, match=r"the depth of containers|RecursionError"):
        decode(Packed(body, []))
    with pytest.raises(BrokenFrame):
        decode(Packed(body, []), caps=Caps(depth=10**6)) if depth > 500 else decode(frame({}))


def test_as_deep_as_allowed_is_fine():
    value = None
    for _ in range(64):
        value = [value]
    assert decode(encode(value)) == value


AMPLIFIERS = {
    "empty lists": b"\x90" * (8 << 20),
    "list nodes": b"\xdd\x00\x3f\xff\xff\x01" + b"\x91\x01" * 0x3FFFFE,
    "strings": b"\xdd\x00\x3f\xff\xff\x01" + b"\xa1x" * 0x3FFFFE,
    "claimed length": b"\xdd\xff\xff\xff\xff",
    "nested lengths": b"\xdc\xff\xff" * 900,
    "nothing long": b"\xdb\xff\xff\xff\xff",
}


@pytest.mark.parametrize("body", AMPLIFIERS.values(), ids=AMPLIFIERS)
def test_memory_is_bounded_before_it_is_used(body):
    tracemalloc.start()
    try:
        with pytest.raises(BrokenFrame):
            decode(Packed(body, []), caps=Caps(items=200_000))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < len(body) + (4 << 20)


def test_a_long_body_is_counted_by_kind():
    body = b"\xdc\xff\xff\x01" + b"\xc1" * 0xFFFE
    with pytest.raises(BrokenFrame, match=r"an item of the body is b'\\xc1'"):
        decode(Packed(body, []))
    with pytest.raises(BrokenFrame, match="number of items is 'too large'; allowed: at most 1001"):
        decode(Packed(b"\x90" * 70_000, []), caps=Caps(items=1000))
    long = ["a" * 20, "b" * 300, b"c" * 300, -1, 2**40, 1.5, None, "é"] * 5000
    assert decode(encode(long)) == long


def test_parts_are_counted():
    tight = Caps(items=1000)
    for node in (
        [wire.LIST, *[None] * 1000],
        [wire.FLOATS, b"\0" * 8000],
        [wire.LIST, *[[wire.NP_ARRAY, "f8", b"", 0]] * 150],
        [wire.LIST, *[[wire.NP_GENERATOR, "PCG64", 1, 1, 0, 0]] * 20],
        [wire.LIST, *[[wire.PD_RANGE_INDEX, None, 0, 1, 1]] * 2],
        [wire.LIST, *[[wire.FRACTION, [wire.BIGINT, b"\1" * 500], 1]] * 2],
    ):
        with pytest.raises(BrokenFrame, match="number of parts is 'too large'; allowed: at most 1"):
            decode(frame(node), caps=tight)


def test_keys_that_were_made_to_collide_are_refused():
    modulus = (1 << 61) - 1  # of Python's hash of numbers
    keys = [n * modulus for n in range(5000)]
    packed = frame([wire.SET, *([wire.BIGINT, k.to_bytes(12, "little")] for k in keys)])
    with pytest.raises(
        BrokenFrame, match="number of keys of one hash is 5000; allowed: at most 64"
    ):
        decode(packed)


def test_honest_collisions_and_repeated_items_are_fine():
    grid = {(x, y, z): 0 for x in range(-6, 6) for y in range(-6, 6) for z in range(-6, 6)}
    assert decode(encode(grid)) == grid
    assert decode(frame([wire.SET, 1, 1, 1])) == {1}


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes_are_refused_or_plain(data):
    for build in (lambda: Packed(data, []), lambda: Packed(b"\x92\x01" + data, [data])):
        refused_or_value(build())
    with pytest.raises(BrokenFrame):
        from_bytes(data)


def refused_or_value(packed):
    try:
        value = decode(packed, resolve=lambda ref: ref, given={"Point": Point, "Pair": Pair})
    except BrokenFrame:
        return BrokenFrame
    return type(value)


def test_thousands_of_mutated_frames_are_refused_or_plain():
    honest = [
        [1, 2.5, "text", b"bytes", None, True, {"k": (1, {2}, frozenset({3}))}, 1 << 70, 3 + 4j],
        [Point(1, 2), Pair("a", [1.5] * 70), Fraction(1, 3), slice(1, 2), range(5)],
        [np.arange(6).reshape(2, 3), np.array(["ab"]), np.array([True]), np.float32(1)],
        [np.random.default_rng(1), np.array([1, "a", None], dtype=object), np.dtype("f4")],
        [np.zeros(1000), "x" * 5000, b"y" * 5000],
        pd.DataFrame({"a": [1, 2], "b": ["x", None]}),
        np.random.RandomState(1),
    ]
    dice = random.Random(20)
    ends = set()
    for data in [to_bytes(encode(value)) for value in honest]:
        for _ in range(600):
            mutated = bytearray(data)
            for _ in range(dice.choice((1, 1, 2, 5))):
                place = dice.randrange(min(len(mutated), dice.choice((40, 200, len(mutated)))))
                mutated[place] = dice.choice((0, 1, 0x7F, 0x80, 0xFF, dice.randrange(256)))
            try:
                packed = from_bytes(mutated)
            except BrokenFrame:
                continue
            ends.add(refused_or_value(packed))
    assert BrokenFrame in ends
    assert {list, pd.DataFrame, np.random.RandomState} <= ends


def header(magic=b"GWV1", body=0, count=0, sizes=()):
    return struct.pack(f"<4sII{len(sizes)}Q", magic, body, count, *sizes)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the length of the frame is 0; allowed: at least 12 bytes"),
        (header(b"GWV2"), "the magic of the frame is b'GWV2'; allowed: b'GWV1'"),
        (header(body=1 << 31), "the length of the body is 2147483648; allowed"),
        (header(count=1 << 31), "the number of buffers is 2147483648; allowed"),
        (header(count=2, sizes=(1,)), "is 20; allowed: at least 28 bytes"),
        (header(count=1, sizes=(1 << 40,)), "the length of all buffers is 1099511627776"),
        (header(count=1, sizes=(5,)) + b"1234", "is 24; allowed: exactly what its header says"),
        (header() + b"1", "is 13; allowed: exactly what its header says"),
        ("text", "a part of the frame is 'text'; allowed: bytes or a contiguous memoryview"),
        (np.zeros((4, 4))[:, 1], "allowed: bytes or a contiguous memoryview"),
    ],
)
def test_the_one_piece_form_is_strict(data, message):
    with pytest.raises(BrokenFrame) as caught:
        from_bytes(data)
    assert message in str(caught.value)


def test_the_one_piece_form_is_not_copied():
    value = [np.zeros(5000), "text", b"b" * 5000]
    data = to_bytes(encode(value))
    packed = from_bytes(data)
    assert packed == encode(value)
    assert all(buffer.obj is data for buffer in packed.buffers)

"""Every allowed value arrives as it was sent."""

import datetime as dt
import math
from collections import Counter, OrderedDict, defaultdict, deque
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gradewright.values import decode, encode, from_bytes, handle_for, plain_equal, to_bytes, wire

quick = settings(max_examples=60, deadline=None)


def sent(value, **options):
    return decode(from_bytes(to_bytes(encode(value))), **options)


anything = st.characters() | st.characters(categories=["Cs"])
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=1 << 64, max_value=1 << 300).map(lambda n: -n),
    st.floats(),
    st.complex_numbers(),
    st.text(anything),
    st.binary(),
    st.dates(),
    st.datetimes(),
    st.datetimes(timezones=st.just(dt.timezone(dt.timedelta(hours=8)))),
    st.timedeltas(),
    st.fractions(),
    st.decimals().filter(lambda d: abs(len(str(d))) < 1000),
)
keys = st.recursive(
    scalars.filter(lambda v: not (isinstance(v, Decimal) and v.is_snan())),
    lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=3),
    max_leaves=5,
)
values = st.recursive(
    scalars | st.slices(9) | st.builds(range, st.integers(), st.integers()) | st.sets(keys),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(keys, inner),
    max_leaves=20,
)
dtypes = st.one_of(
    hnp.boolean_dtypes(),
    hnp.integer_dtypes(),
    hnp.unsigned_integer_dtypes(),
    hnp.floating_dtypes(sizes=(16, 32, 64)),
    hnp.complex_number_dtypes(sizes=(64, 128)),
    hnp.unicode_string_dtypes(max_len=5),
    hnp.byte_string_dtypes(max_len=5),
    hnp.datetime64_dtypes(),
    hnp.timedelta64_dtypes(),
)
arrays = dtypes.flatmap(
    lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0))
)


@quick
@given(values)
def test_nested_plain_values_arrive(value):
    arrived = sent(value)
    assert type(arrived) is type(value)
    assert plain_equal(arrived, value)


@quick
@given(scalars)
def test_scalars_arrive_with_their_type_and_text(value):
    arrived = sent(value)
    assert (type(arrived), repr(arrived)) == (type(value), repr(value))


@quick
@given(arrays, st.sampled_from(["C", "F", "reversed", "strided"]))
def test_arrays_of_every_dtype_and_order_arrive_contiguous_and_writable(array, order):
    if order in ("C", "F"):
        array = np.asarray(array, order=order)
    else:
        array = array[..., ::-1] if order == "reversed" and array.ndim else array.T
    arrived = sent(array)
    assert arrived.dtype == array.dtype.newbyteorder("=")
    assert arrived.flags.c_contiguous
    assert arrived.flags.writeable
    assert arrived.flags.owndata
    np.testing.assert_array_equal(arrived, array)
    assert arrived.shape == array.shape


@quick
@given(arrays.filter(lambda a: a.size > 0 and a.dtype.kind not in "US"))
def test_numpy_scalars_keep_their_dtype(array):
    scalar = array.reshape(-1)[0]
    arrived = sent(scalar)
    assert type(arrived) is type(scalar)
    assert arrived.dtype == scalar.dtype.newbyteorder("=")
    assert arrived.tobytes() == scalar.astype(arrived.dtype).tobytes()


@pytest.mark.parametrize("text", [np.str_("tail\0"), np.bytes_(b"tail\0"), np.str_("x" * 9000)])
def test_numpy_text_keeps_trailing_zeros(text):
    arrived = sent(text)
    assert type(arrived) is type(text)
    assert arrived == text


@pytest.mark.parametrize(
    "value",
    [
        [0.5] * 63,
        [math.nan, -0.0, math.inf] * 100,
        list(range(-500, 500)),
        [1 << 63] * 100,
        [True] * 100,
        [1, 2.0] * 100,
        [float(n) for n in range(5000)],
        "é" * 5000,
        "\ud800" * 5000,
        b"\0" * 5000,
        10**9999,
        -(1 << 63),
        (1 << 63) - 1,
        -(1 << 64),
        Decimal("-0E-50"),
        Decimal("sNaN12"),
        Decimal("-Infinity"),
        dt.datetime(2020, 10, 25, 1, 30, fold=1),
        {math.nan: 1},
        {(1, frozenset({2})): [{}]},
        slice(None, 1 << 70, -1),
        range(0, 10**40, 7),
        ((), [], {}, set(), frozenset()),
    ],
    ids=lambda value: repr(value)[:30] if not isinstance(value, int) else "int",
)
def test_edges_arrive(value):
    arrived = sent(value)
    assert type(arrived) is type(value)
    assert plain_equal(arrived, value)


def test_dicts_keep_their_order():
    assert list(sent({"b": 1, "a": 2})) == ["b", "a"]


def test_collections_become_their_plain_base_in_their_own_order():
    moved = OrderedDict(a=1, b=2)
    moved.move_to_end("a")
    assert list(sent(moved).items()) == [("b", 2), ("a", 1)]
    counted = [Counter("aab"), defaultdict(list, x=[1]), deque([1, 2]), bytearray(b"xy")]
    arrived = sent(counted)
    assert arrived == [{"a": 2, "b": 1}, {"x": [1]}, [1, 2], b"xy"]
    assert [type(part) for part in arrived] == [dict, dict, list, bytes]


def test_a_named_time_zone_arrives_as_its_offset():
    arrived = sent(dt.datetime(2024, 7, 1, tzinfo=ZoneInfo("Asia/Shanghai")))
    assert arrived == dt.datetime(2024, 7, 1, tzinfo=dt.timezone(dt.timedelta(hours=8)))


def test_big_endian_arrays_arrive_native():
    arrived = sent(np.arange(3, dtype=">i4"))
    assert arrived.dtype == np.dtype("i4")
    assert arrived.tolist() == [0, 1, 2]


def test_object_arrays_of_scalars_arrive():
    array = np.array([[1, "a"], [None, 2.5], [np.float32(1), dt.date(2020, 1, 1)]], dtype=object)
    arrived = sent(array)
    assert arrived.dtype == object
    assert arrived.shape == (3, 2)
    assert arrived.tolist() == array.tolist()
    assert type(arrived[2, 0]) is np.float32


def test_array_subclasses_arrive_as_arrays():
    with pytest.warns(PendingDeprecationWarning):
        matrix = np.matrix([[1, 2]])
    arrived = sent(matrix)
    assert type(arrived) is np.ndarray
    assert arrived.shape == (1, 2)


@pytest.mark.parametrize("name", ["f4", "U3", "M8[D]", "?", "O", "c16"])
def test_numpy_dtypes_arrive(name):
    assert sent(np.dtype(name)) == np.dtype(name)


@pytest.mark.parametrize("name", ["PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"])
def test_generators_arrive_with_their_state(name):
    generator = np.random.Generator(getattr(np.random, name)(5))
    generator.integers(10, size=3, dtype=np.uint32)
    arrived = sent(generator)
    assert arrived is not generator
    assert arrived.random(5).tolist() == generator.random(5).tolist()
    assert arrived.integers(9, dtype=np.uint32) == generator.integers(9, dtype=np.uint32)


@pytest.mark.parametrize("holder", [np.random.Generator, np.random.RandomState])
def test_a_generator_with_bits_of_its_own_goes_as_a_handle(holder):
    own = type("Own", (np.random.PCG64,), {})
    packed = encode(holder(own(1)), export=lambda thing: handle_for(1, thing))
    assert decode(packed, resolve=lambda ref: ref.type_name) == holder.__name__


def test_packed_numbers_have_the_byte_order_of_the_wire(monkeypatch):
    little = encode([1] * 100)
    monkeypatch.setattr(wire, "BIG_ENDIAN", not wire.BIG_ENDIAN)
    swapped = encode([1] * 100)
    assert swapped != little
    assert decode(swapped) == [1] * 100


def test_random_state_arrives_with_its_kept_normal():
    state = np.random.RandomState(3)
    state.normal()
    arrived = sent(state)
    assert arrived.normal(size=3).tolist() == state.normal(size=3).tolist()


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame({"n": [1, 2], "x": [0.5, math.nan], "t": ["a", None]}),
        pd.DataFrame({"when": pd.date_range("2020", periods=2), "flag": [True, False]}),
        pd.DataFrame({"many": pd.array([1, None], dtype="Int64")}, index=["u", "v"]),
        pd.DataFrame([[1, 2]], columns=["same", "same"]),
        pd.DataFrame({"x": [1, 2]}, index=[7, 7]),
        pd.DataFrame(),
        pd.DataFrame(index=[1, 2]),
        pd.Series([1.5, 2.5], name=("a", 1)),
        pd.Series(["a", "b"], dtype=object),
        pd.Series(["a", pd.NA], dtype="string"),
        pd.Series([1, pd.NaT, "x", pd.NA], dtype=object),
        pd.Series([1, 2], index=pd.MultiIndex.from_tuples([(1, "a"), (2, "b")], names=["i", None])),
        pd.Index([3, 1], name="k"),
        pd.DatetimeIndex(["2020-01-01", "NaT"]),
        pd.RangeIndex(2, 20, 3, name="r"),
    ],
    ids=range(15),
)
def test_tables_arrive(table):
    arrived = sent(table)
    check = {pd.DataFrame: pd.testing.assert_frame_equal, pd.Series: pd.testing.assert_series_equal}
    check.get(type(table), pd.testing.assert_index_equal)(
        arrived, table, **({} if isinstance(table, pd.Index) else {"check_freq": False})
    )
    assert plain_equal(arrived, table)


def test_categories_become_values():
    arrived = sent(pd.Series(pd.Categorical(["a", "b", "a"])))
    assert arrived.tolist() == ["a", "b", "a"]
    assert sent(pd.Series(pd.Categorical([1, None]))).isna().tolist() == [False, True]
    assert sent(pd.Series(pd.Categorical([2, 1]))).dtype == np.dtype("i8")


def test_missing_values_and_timestamps_arrive():
    assert sent(pd.NaT) is pd.NaT
    assert sent(pd.NA) is pd.NA
    assert sent(pd.Timestamp(2020, 1, 2)) == dt.datetime(2020, 1, 2)


def test_a_packed_value_does_not_follow_later_changes():
    array = np.zeros(10_000)
    packed = encode(array)
    array[0] = 1
    assert packed != encode(array)
    assert decode(packed)[0] == 0


@quick
@given(st.fractions(), st.sampled_from([0.0, -0.0, 1.0, math.nan]))
def test_plain_equal_is_reflexive_and_strict(fraction, number):
    assert plain_equal([fraction, number], [fraction, number])
    assert not plain_equal([fraction, number], (fraction, number))


def test_plain_equal_is_strict_about_types_and_bits():
    unequal = [1, 1.0, True, -0.0, 0.0, 0, "1", b"1", np.float64(1), np.array(1.0), np.int8(1)]
    unequal += [np.array([1]), np.array([1.0]), np.array([[1.0]]), [1.0], (1.0,), {1.0}, {1.0: 1}]
    for i, first in enumerate(unequal):
        assert [plain_equal(first, second) for second in unequal].index(True) == i
    assert plain_equal(np.array([np.nan, 1j]), np.array([-np.nan, 1j]))
    assert plain_equal([-math.nan, np.float32("nan")], [math.nan, -np.float32("nan")])
    assert not plain_equal(np.array([0.0]), np.array([-0.0]))
    assert not plain_equal({"a": 1, "b": 2}, {"b": 2, "a": 1})
    assert plain_equal({8, 0, "a", (1, frozenset({2, 1}))}, {(1, frozenset({1, 2})), "a", 0, 8})
    assert plain_equal(len, len)
    assert not plain_equal(len, max)

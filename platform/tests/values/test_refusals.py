"""What does not cross is refused in words, or goes as a handle; subclasses go as their base."""

import copy
import dataclasses
import datetime as dt
import enum
import subprocess
import sys
import types
from collections import namedtuple
from decimal import Decimal
from fractions import Fraction

import msgspec
import numpy as np
import pandas as pd
import pytest

from gradewright.values import (
    BrokenFrame,
    Caps,
    HandleRef,
    NamedRecord,
    Packed,
    Record,
    ValueRefused,
    decode,
    encode,
    handle_for,
    plain_equal,
    wire,
)


def sent(value, **options):
    return decode(encode(value), **options)


def handles(value):
    """What arrives when every opaque object goes as a handle, and the objects that did."""
    table = []

    def export(thing):
        table.append(thing)
        return handle_for(len(table), thing)

    return decode(encode(value, export=export), resolve=lambda ref: ref), table


def lie(*_, **__):
    raise AssertionError("the codec called a student's method")


METHODS = (
    "__eq__ __iter__ __len__ __getitem__ __contains__ __float__ __int__ __index__ __bool__ __str__ "
    "__repr__ __bytes__ __complex__ __reduce__ __getattribute__ __array__ __copy__ items keys "
    "values copy encode as_tuple tobytes isoformat"
)
LIES = dict.fromkeys(METHODS.split(), lie)
HASHED = {**LIES, "__hash__": lambda self: 1}
HONEST = [
    *(5, 2.5, 3 + 4j, "text", b"bytes", bytearray(b"b"), [1, [2]], (1, 2), {1, 2}),
    *(frozenset({1}), {"a": 1}, dt.date(2020, 1, 1), dt.datetime(2020, 1, 1), dt.timedelta(1)),
    *(Decimal("1.5"),),
]


@pytest.mark.parametrize("plain", HONEST, ids=repr)
def test_lying_subclasses_arrive_as_their_plain_data(plain):
    liar = type("Liar", (type(plain),), HASHED)
    arguments = (2020, 1, 1) if isinstance(plain, dt.date) else (plain,)
    value = liar(1) if isinstance(plain, dt.timedelta) else liar(*arguments)
    arrived = sent([value])[0]
    assert arrived == plain
    assert type(arrived) is (bytes if isinstance(plain, bytearray) else type(plain))


def test_lying_numpy_subclasses_arrive_as_their_plain_data():
    liar = type("Liar", (np.ndarray,), {**LIES, "__array_finalize__": lambda self, obj: None})
    assert sent(np.arange(3).view(liar)).tolist() == [0, 1, 2]
    number = type("Number", (np.float64,), HASHED)(2.5)
    arrived = sent([number])[0]
    assert type(arrived) is np.float64
    assert arrived == 2.5


def test_a_lying_fraction_arrives_only_if_it_holds_ints():
    class Odd(Fraction):
        __slots__ = ("_numerator",)

    assert sent(type("Liar", (Fraction,), {"__eq__": lie})(1, 3)) == Fraction(1, 3)
    odd = object.__new__(Odd)
    odd._numerator = "1"
    Fraction._denominator.__set__(odd, 2)
    assert handles(odd)[0].type_name == "Odd"


def test_a_class_that_claims_to_be_another_stays_what_it_is():
    claims = type("Claims", (), {"__class__": property(lambda self: list)})()
    assert isinstance(claims, list)
    assert handles(claims)[0].type_name == "Claims"


def test_enum_members_are_their_plain_base_or_handles():
    class Color(enum.Enum):
        RED = 1

    assert sent(enum.IntEnum("Level", "LOW HIGH").HIGH) == 2
    assert type(sent(enum.IntEnum("Level", "LOW HIGH").HIGH)) is int
    assert sent(enum.StrEnum("Name", "A").A) == "a"
    assert handles(Color.RED)[0] == HandleRef(1, "Color", "object")


def generate():
    yield 1


@pytest.mark.parametrize(
    ("thing", "type_name", "kind"),
    [
        (object(), "object", "object"),
        (lambda: 1, "function", "function"),
        (len, "builtin_function_or_method", "function"),
        ([].append, "builtin_function_or_method", "function"),
        (dict, "dict", "class"),
        (types, "module", "module"),
        (generate(), "generator", "generator"),
        (type("Bell\a" + "x" * 300, (), {})(), "Bell?" + "x" * 195, "object"),
        (np.ma.masked_array([1], mask=[1]), "MaskedArray", "object"),
        (np.zeros(2, dtype="i4,f4"), "ndarray", "object"),
        (np.dtype("i4,i4"), "VoidDType", "object"),
        (np.longdouble(1), "longdouble", "object"),
        (np.array([[], 1], dtype=object), "ndarray", "object"),
        (np.array([object()], dtype=object), "ndarray", "object"),
        (np.zeros((1,) * 33), "ndarray", "object"),
        (pd.Series(pd.date_range("2020", periods=1, tz="UTC")), "Series", "object"),
        (pd.DataFrame({"x": [[1]]}), "DataFrame", "object"),
        (pd.DataFrame({"x": pd.period_range("2020", periods=2, freq="M")}), "DataFrame", "object"),
        (type("Mine", (pd.DataFrame,), {})(), "Mine", "object"),
        ({object(): 1}, "dict", "object"),
        ({object()}, "set", "object"),
        ({(1, len)}, "set", "object"),
        ({type("Key", (list,), {"__hash__": lambda self: 1})(): 1}, "dict", "object"),
    ],
    ids=lambda given: given if isinstance(given, str) else type(given).__name__,
)
def test_what_is_no_plain_data_goes_as_one_handle(thing, type_name, kind):
    ref, table = handles(thing)
    assert (ref.type_name, ref.kind) == (type_name, kind)
    assert len(table) == 1
    assert table[0] is thing
    with pytest.raises(ValueRefused):
        encode(thing)


def test_handles_stand_among_plain_data():
    arrived, table = handles({"f": [len, 1], (1, 2): {"x": np.zeros(2)}})
    assert arrived["f"][0] == HandleRef(1, "builtin_function_or_method", "function")
    assert arrived["f"][1] == 1
    assert table == [len]


def test_a_time_in_a_students_own_zone_goes_as_a_handle():
    zone = type("Zone", (dt.tzinfo,), {"utcoffset": lie})()
    assert handles(dt.datetime(2020, 1, 1, tzinfo=zone))[0].type_name == "datetime"


def test_an_export_function_must_return_a_sane_handle():
    with pytest.raises(
        ValueRefused, match=r"got the handle .*; return gradewright.values.handle_fo"
    ):
        encode(len, export=lambda thing: HandleRef(1 << 63, "f", "function"))
    packed = encode(len, export=lambda thing: HandleRef(-1, "\n" * 300, "function"))
    assert decode(packed, resolve=lambda ref: ref) == HandleRef(-1, "?" * 200, "function")


def test_refusals_name_the_place_and_the_type():
    with pytest.raises(ValueRefused) as caught:
        encode([0, 1, 2, {"w": (len,)}])
    assert str(caught.value) == (
        "the value at [3]['w'][0] is of type builtin_function_or_method; None, numbers, text, "
        "bytes, lists, tuples, sets, dicts, dataclasses, numpy, torch and pandas values may cross; "
        "return plain data, or give encode an export function"
    )
    assert caught.value.path == "[3]['w'][0]"


@dataclasses.dataclass
class Point:
    x: object
    y: object = 0


Pair = namedtuple("Pair", "a b")


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (len, ""),
        (Point(1, [len]), ".y[0]"),
        (Pair(1, len), ".b"),
        ({(1, 2): len}, "[<key of type tuple>]"),
        ({"k" * 500: len}, "['" + "k" * 27 + "..." + "k" * 28 + "']"),
        (slice(None, len), "[1]"),
    ],
)
def test_paths_lead_through_every_container(value, path):
    with pytest.raises(ValueRefused) as caught:
        encode(value)
    assert caught.value.path == path


def test_a_set_of_opaque_objects_is_refused_in_words():
    with pytest.raises(ValueRefused, match="is a set with a key or item that is no plain, hashabl"):
        encode({object()})


def test_cycles_and_depth_are_refused():
    loop = [1, {}]
    loop[1]["again"] = loop
    with pytest.raises(
        ValueRefused, match=r"^the value at .*\['again'\].* contains itself; at most"
    ):
        encode(loop)
    with pytest.raises(ValueRefused, match="contains itself"):
        plain_equal(loop, 1)
    deep = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(
        ValueRefused, match="is nested deeper than 64 levels; at most 64 containers"
    ):
        encode(deep)
    with pytest.raises(ValueRefused, match="is nested deeper than 1000000 levels"):
        encode(deep, caps=Caps(depth=10**6))


@pytest.mark.parametrize(
    ("value", "caps", "message"),
    [
        (10**10_000 * 10, Caps(), "is an int of 33223 bits; at most 10000 decimal digits; return"),
        (Decimal("1E+20000"), Caps(), "is a Decimal of 1 digits times ten to the 20000; at most"),
        ([None] * 100, Caps(items=100), "has too many parts; at most 100 parts in one value"),
        ([1.5] * 100, Caps(items=100), "has too many parts"),
        (["text"] * 100, Caps(body_bytes=99), "needs a body of 504 bytes; at most 99 bytes"),
        (np.zeros(1000), Caps(buffer_bytes=7999), "has a part of 8000 bytes; at most 7999 in all"),
        ([b"x" * 5000] * 3, Caps(buffers=2), "at [2] has too many large parts; at most 2 in one"),
        (np.broadcast_to(1.0, (10**6, 10**6)), Caps(), "has a part of 8000000000000 bytes"),
    ],
    ids=range(8),
)
def test_caps_are_kept_by_the_sender_too(value, caps, message):
    with pytest.raises(ValueRefused) as caught:
        encode(value, caps=caps)
    assert message in str(caught.value)


def test_shared_references_cannot_blow_up():
    value = [1]
    for _ in range(40):
        value = [value, value]
    with pytest.raises(ValueRefused, match="has too many parts"):
        encode(value, caps=Caps(items=10_000))


def test_what_one_side_lets_out_the_other_lets_in():
    value = [
        dt.datetime(2020, 1, 1),
        np.zeros((1, 2)),
        {"k": (1, {2})},
        1 << 80,
        Point(1),
        [0.5] * 70,
    ]
    value += [Fraction(1, 1 << 90), np.random.default_rng(1), pd.DataFrame({"a": [1], "b": ["x"]})]
    value += [pd.Series([1], index=pd.MultiIndex.from_tuples([(1, 2)])), np.str_("é" * 5000)]
    for part in value:
        low, high = 0, 10_000
        while high - low > 1:  # the least number of items that the sender lets out
            middle = (low + high) // 2
            try:
                encode(part, caps=Caps(items=middle))
                high = middle
            except ValueRefused:
                low = middle
        caps = Caps(items=high + 1)
        assert plain_equal(decode(encode(part, caps=caps), caps=caps), part)


def test_given_dataclasses_are_rebuilt_without_their_init():
    @dataclasses.dataclass(frozen=True, slots=True)
    class Careful:
        x: int
        y: int = 2

        def __post_init__(self):
            lie()

    value = object.__new__(Careful)
    object.__setattr__(value, "x", [1])
    object.__setattr__(value, "y", 5)
    arrived = sent(value, given={"Careful": Careful})
    assert type(arrived) is Careful
    assert (arrived.x, arrived.y) == ([1], 5)
    assert sent(Pair(1, [2]), given={"Pair": Pair}) == Pair(1, [2])
    assert type(sent(Pair(1, [2]), given={"Pair": Pair})) is Pair


def test_a_dataclass_without_a_value_or_with_a_dunder_field_goes_as_a_handle():
    empty = object.__new__(Point)
    odd = dataclasses.make_dataclass("Odd", ["__array_interface__"])(1)
    assert [ref.type_name for ref in handles([empty, odd])[0]] == ["Point", "Odd"]


def test_other_dataclasses_become_records():
    record = sent(Point(1, [2]))
    assert type(record) is Record
    assert (record.type_name, record.x, record.y) == ("Point", 1, [2])
    assert repr(record) == "Point(x=1, y=[2])"
    assert record == Record("Point", {"x": 1, "y": [2]})
    assert record != Record("Other", {"x": 1, "y": [2]})
    assert record != Point(1, [2])
    assert plain_equal(sent(record), record)
    assert copy.deepcopy(record) == record
    assert {Record("P", {"x": 1}): 1}[Record("P", {"x": 1})] == 1
    with pytest.raises(AttributeError, match="Point has no field 'z'; its fields: x, y"):
        record.z  # noqa: B018
    with pytest.raises(AttributeError, match="cannot set 'x': a Record is read-only; build a new"):
        record.x = 2


def test_a_record_never_answers_for_a_protocol():
    record = Record("P", {"__array_interface__": {"data": (0, False)}})
    assert np.asarray(record).dtype == object
    assert not hasattr(record, "__array_interface__")


def test_other_named_tuples_become_named_records():
    clash = namedtuple("Clash", "count index")(7, 8)
    record = sent(clash)
    assert type(record) is NamedRecord
    assert (record.count, record.index) == (7, 8)
    assert record == (7, 8)
    assert record._fields == ("count", "index")
    assert repr(record) == "Clash(count=7, index=8)"
    assert plain_equal(sent(record), record)
    assert copy.deepcopy(record).count == 7
    with pytest.raises(AttributeError):
        record.other  # noqa: B018


def test_a_tuple_with_unfair_field_names_is_a_tuple():
    odd = type("Odd", (tuple,), {"_fields": ("__array_interface__",)})((1,))
    short = type("Short", (tuple,), {"_fields": ("a", "b")})((1,))
    assert [type(part) for part in sent([odd, short])] == [tuple, tuple]


def test_libraries_are_not_imported_to_encode_and_a_missing_one_is_named():
    code = """
import sys, msgspec
from gradewright.values import BrokenFrame, Packed, decode, encode, handle_for
packed = encode([1, object], export=lambda thing: handle_for(1, thing))
assert decode(packed, resolve=lambda ref: ref.kind) == [1, "class"]
assert not {"numpy", "pandas", "torch"} & set(sys.modules)
sys.modules["numpy"] = None
try:
    decode(Packed(msgspec.msgpack.encode([32, "f8", b"", 0]), []))
except BrokenFrame as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "numpy is not installed here; allowed: values of libraries that both" in done.stdout


def test_a_students_file_with_a_librarys_name_does_no_harm(monkeypatch):
    for name in ("numpy", "torch", "pandas"):
        fake = types.ModuleType(name)
        fake.ndarray = fake.Tensor = fake.DataFrame = "mine"
        monkeypatch.setitem(sys.modules, name, fake)
    assert handles([np, 1])[0][1] == 1
    assert handles(object())[0].type_name == "object"


def test_a_missing_torch_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    packed = Packed(msgspec.msgpack.encode([wire.T_TENSOR, "float32", b"", False, 0]), [])
    with pytest.raises(BrokenFrame, match=r"torch is not installed here; .*; install torch on"):
        decode(packed)

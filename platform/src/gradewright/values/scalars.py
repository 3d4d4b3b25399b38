"""Plain values without parts: numbers, text, bytes, dates, fractions, and how they come back.

Every `encode_*` takes an instance of the base or of any subclass and reads it through the base's
own methods. Every `decode_*` gets a node of checked arity and believes none of its slots.
"""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from gradewright.values import wire
from gradewright.values.errors import ValueRefused, broken

if TYPE_CHECKING:
    from gradewright.values.decoder import Decoder
    from gradewright.values.encoder import Encoder, Handler

_INT64 = 1 << 63
_MICROSECOND = dt.timedelta(microseconds=1)
_DATE_PARTS = ("year", "month", "day")
_TIME_PARTS = ("hour", "minute", "second", "microsecond", "fold")
_DECIMAL = re.compile(r"-?(?:Infinity|s?NaN\d*|\d+(?:\.\d+)?(?:E[+-]\d{1,18})?)", re.ASCII)


def _encode_native(enc: Encoder, value: Any, depth: int) -> Any:
    return value


def _encode_float(enc: Encoder, value: float, depth: int) -> float:
    return enc.real(float.__float__(value))


def _encode_int(enc: Encoder, value: int, depth: int) -> Any:
    number = int.__index__(value)
    if -_INT64 <= number < _INT64:
        return number
    bits = number.bit_length()
    if bits > enc.caps.int_bits:
        raise ValueRefused(
            f"is an int of {bits} bits",
            f"at most {enc.caps.digits} decimal digits",
            "return a smaller number or a float",
        )
    return enc.leaf(wire.BIGINT, number.to_bytes(bits // 8 + 1, "little", signed=True))


def _encode_complex(enc: Encoder, value: complex, depth: int) -> list[Any]:
    number = complex.__complex__(value)
    return enc.leaf(wire.COMPLEX, enc.real(number.real), enc.real(number.imag))


def _encode_str(enc: Encoder, value: str, depth: int) -> Any:
    text = str.__str__(value)
    if len(text) <= wire.INLINE and text.isascii():
        return text
    # a lone surrogate is legal in Python and has no UTF-8: it travels as bytes
    data = text.encode("utf-8", "surrogatepass")
    if len(data) <= wire.INLINE and data.decode("utf-8", "ignore") == text:
        return text
    return enc.leaf(wire.TEXT, enc.payload(data))


def _encode_bytes(enc: Encoder, value: bytes, depth: int) -> Any:
    data = bytes.__bytes__(value)
    return data if len(data) <= wire.INLINE else enc.leaf(wire.BYTES, enc.payload(data))


def _encode_bytearray(enc: Encoder, value: bytearray, depth: int) -> Any:
    return _encode_bytes(enc, bytes(bytearray.__getitem__(value, slice(None))), depth)


def _encode_date(enc: Encoder, value: dt.date, depth: int) -> list[Any]:
    return enc.leaf(wire.DATE, *(getattr(dt.date, part).__get__(value) for part in _DATE_PARTS))


def _encode_datetime(enc: Encoder, value: dt.datetime, depth: int) -> list[Any]:
    zone = dt.datetime.tzinfo.__get__(value)
    # the offset of any other class of zone would be whatever the student's code says
    if type(zone) not in (type(None), dt.timezone, zoneinfo.ZoneInfo):
        return enc.opaque(value)
    offset = dt.datetime.utcoffset(value)
    parts = [getattr(dt.datetime, part).__get__(value) for part in _DATE_PARTS + _TIME_PARTS]
    return enc.leaf(wire.DATETIME, *parts, None if offset is None else offset // _MICROSECOND)


def _encode_timedelta(enc: Encoder, value: dt.timedelta, depth: int) -> list[Any]:
    parts = ("days", "seconds", "microseconds")
    return enc.leaf(wire.TIMEDELTA, *(getattr(dt.timedelta, part).__get__(value) for part in parts))


def _encode_fraction(enc: Encoder, value: Fraction, depth: int) -> list[Any]:
    parts = [object.__getattribute__(value, name) for name in ("_numerator", "_denominator")]
    if not all(issubclass(type(part), int) for part in parts):
        return enc.opaque(value)
    top, bottom = (int.__index__(part) for part in parts)
    enc.charge(_fraction_cost(top, bottom))
    return enc.leaf(wire.FRACTION, _encode_int(enc, top, depth), _encode_int(enc, bottom, depth))


def _encode_decimal(enc: Encoder, value: Decimal, depth: int) -> list[Any]:
    text = Decimal.__str__(value).replace("e", "E")
    _, digits, exponent = Decimal.as_tuple(value)
    power = abs(exponent) if isinstance(exponent, int) else 0
    if max(len(text), len(digits) + power) > enc.caps.digits:
        raise ValueRefused(
            f"is a Decimal of {len(digits)} digits times ten to the {exponent}",
            f"at most {enc.caps.digits} digits before and after the point together",
            "round it or return a float",
        )
    return enc.leaf(wire.DECIMAL, text)


def _fraction_cost(top: int, bottom: int) -> int:
    """Lowest terms take time quadratic in the length, so long fractions are dear."""
    return (top.bit_length() + bottom.bit_length()) // 8


def _decode_bigint(dec: Decoder, node: list[Any], depth: int) -> int:
    data = node[1]
    if type(data) is not bytes or not 0 < len(data) <= dec.caps.int_bits // 8 + 1:
        raise broken("a long int", data, f"at most {dec.caps.digits} decimal digits as bytes")
    number = int.from_bytes(data, "little", signed=True)
    if number.bit_length() > dec.caps.int_bits:
        raise broken("a long int", number, f"at most {dec.caps.digits} decimal digits")
    return number


def _decode_complex(dec: Decoder, node: list[Any], depth: int) -> complex:
    if type(node[1]) is not float or type(node[2]) is not float:
        raise broken("a part of a complex", node, "two floats")
    return complex(node[1], node[2])


def _decode_text(dec: Decoder, node: list[Any], depth: int) -> str:
    return str(dec.take(node[1]), "utf-8", "surrogatepass")


def _decode_bytes(dec: Decoder, node: list[Any], depth: int) -> bytes:
    return bytes(dec.take(node[1]))


def _decode_date(dec: Decoder, node: list[Any], depth: int) -> dt.date:
    return dt.date(*_ints(node[1:]))


def _decode_datetime(dec: Decoder, node: list[Any], depth: int) -> dt.datetime:
    *parts, fold = _ints(node[1:9])
    zone = None
    if node[9] is not None:
        (offset,) = _ints(node[9:])
        zone = dt.timezone(dt.timedelta(microseconds=offset))
    return dt.datetime(*parts, tzinfo=zone, fold=fold)  # type: ignore[misc,arg-type]


def _decode_timedelta(dec: Decoder, node: list[Any], depth: int) -> dt.timedelta:
    days, seconds, micros = _ints(node[1:])
    return dt.timedelta(days, seconds, micros)


def _decode_fraction(dec: Decoder, node: list[Any], depth: int) -> Fraction:
    top, bottom = _ints([dec.node(part, depth) for part in node[1:]])
    if bottom < 1:
        raise broken("the denominator of a fraction", bottom, "an int from 1")
    dec.charge(_fraction_cost(top, bottom))
    return Fraction(top, bottom)


def _decode_decimal(dec: Decoder, node: list[Any], depth: int) -> Decimal:
    text = node[1]
    if type(text) is not str or len(text) > dec.caps.digits or not _DECIMAL.fullmatch(text):
        raise broken("a Decimal", text, f"a number of at most {dec.caps.digits} characters")
    value = Decimal(text)
    _, digits, exponent = value.as_tuple()
    if isinstance(exponent, int) and len(digits) + abs(exponent) > dec.caps.digits:
        raise broken("a Decimal", text, f"at most {dec.caps.digits} digits in full")
    return value


def _ints(parts: list[Any]) -> list[int]:
    """The parts, if each is an int."""
    for part in parts:
        if type(part) is not int:
            raise broken("a part of a number or date", part, "an int")
    return parts


ENCODERS: dict[type, Handler] = {
    type(None): _encode_native,
    bool: _encode_native,
    int: _encode_int,
    float: _encode_float,
    complex: _encode_complex,
    str: _encode_str,
    bytes: _encode_bytes,
    bytearray: _encode_bytearray,
    dt.datetime: _encode_datetime,  # before date, its base
    dt.date: _encode_date,
    dt.timedelta: _encode_timedelta,
    Fraction: _encode_fraction,
    Decimal: _encode_decimal,
}


def handler_for(cls: type) -> Handler | None:
    """How to encode a subclass of a plain scalar."""
    return next((handler for base, handler in ENCODERS.items() if issubclass(cls, base)), None)


DECODERS = {
    wire.BIGINT: (2, 2, _decode_bigint),
    wire.COMPLEX: (3, 3, _decode_complex),
    wire.TEXT: (2, 2, _decode_text),
    wire.BYTES: (2, 2, _decode_bytes),
    wire.DATE: (4, 4, _decode_date),
    wire.DATETIME: (10, 10, _decode_datetime),
    wire.TIMEDELTA: (4, 4, _decode_timedelta),
    wire.FRACTION: (3, 3, _decode_fraction),
    wire.DECIMAL: (2, 2, _decode_decimal),
}

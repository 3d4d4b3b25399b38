"""The payload: the public checks of an assignment, as one line of text inside its notebook.

A notebook must carry its checks with it, because in Jupyter, VS Code and Colab the kernel cannot
see the notebook's file. The line is base85 of zlib of canonical JSON. Packing hides nothing and is
not meant to: it keeps a screenful of code out of the student's way. It holds no hidden check, and
nothing in it is believed at grading.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import Final

import msgspec

LOAD_CALL = "check, check_all = load("  # how the line with the payload begins
SCHEMA: Final = 1
MAX_LINE: Final = 4 * 2**20  # characters of base85
MAX_JSON: Final = 16 * 2**20  # bytes after decompression


class PayloadError(Exception):
    """The line is damaged, or made by another version; the message says so in one line."""


class PublicCheck(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A public check: the function `test_<name>` of its question's source. `weight` is exact."""

    id: str
    name: str
    text: dict[str, str]
    weight: str = "1"
    prop: bool = False


class PublicQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question as a student may know it. `oracle` names public checks only."""

    id: str
    title: dict[str, str]
    points: int
    functions: tuple[str, ...] = ()
    signatures: dict[str, str] = {}
    manual: bool = False
    oracle: tuple[str, ...] = ()
    checks: tuple[PublicCheck, ...] = ()


class Payload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All public checks of an assignment. `sources` maps question ids to Python source.

    Each source runs in a namespace of its own: helpers of two questions may share a name.
    """

    assignment: str
    topic: str
    version: str
    language: str
    title: dict[str, str]
    questions: tuple[PublicQuestion, ...]
    sources: dict[str, str]
    schema: int = SCHEMA


def encode_payload(payload: Payload) -> str:
    """The payload as one line without quotes, backslashes or blanks. The same one, the same line.

    Raises ValueError for a payload over the caps, which could not be read again.
    """
    raw = msgspec.json.encode(payload, order="sorted")
    line = base64.b85encode(zlib.compress(raw, 9)).decode("ascii")
    if len(raw) > MAX_JSON or len(line) > MAX_LINE:
        raise ValueError(
            f"the public checks of {payload.assignment} take {len(raw)} bytes: at most {MAX_JSON} "
            f"({MAX_LINE} packed) are allowed; make their data in the checks, by code"
        )
    return line


def decode_payload(line: str) -> Payload:
    """Read a payload. Raises PayloadError for anything but what `encode_payload` writes."""
    try:
        payload = msgspec.json.decode(_unpacked(line), type=Payload)
    except (ValueError, zlib.error, binascii.Error, RecursionError):  # msgspec's are ValueErrors
        raise PayloadError(
            f"the line with the checks ({len(line)} characters) is damaged: it must be as it was "
            "handed out; download the notebook again and copy your answers into it / "
            "检查所用的那一行已损坏，请重新下载 notebook"
        ) from None
    if payload.schema != SCHEMA:
        raise PayloadError(
            f"the notebook's checks have format {payload.schema}, and this gradewright reads "
            f"format {SCHEMA}; update with pip install -U gradewright, or download the notebook "
            "again"
        )
    return payload


def _unpacked(line: str) -> bytes:
    if len(line) > MAX_LINE:
        raise ValueError("too long")
    unpacker = zlib.decompressobj()
    raw = unpacker.decompress(base64.b85decode(line), MAX_JSON)
    if not unpacker.eof or unpacker.unused_data:
        raise ValueError("cut off, too long, or followed by something")
    return raw

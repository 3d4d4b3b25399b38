"""Turning what students' objects hand out into text and JSON that any encoder takes.

Strings become exact `str` without lone surrogates, bytes become base64, numbers become Python's
own: the rules by which Jupyter's messages are encoded.
"""

from __future__ import annotations

import base64
import json
import numbers
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

_JSON_MIME = re.compile(r"application/(.+\+)?json$")


def plain_text(text: str) -> str:
    """`text` as an exact `str` that UTF-8 can encode (lone surrogates are escaped)."""
    exact = str.__str__(text)
    if exact.isascii():
        return exact
    return exact.encode("utf-8", "backslashreplace").decode("utf-8")


def byte_length(text: str) -> int:
    """Length of `text` in UTF-8 bytes."""
    return len(text) if text.isascii() else len(text.encode("utf-8"))


def cut_text(text: str, room: int) -> str:
    """The longest beginning of `text` that takes at most `room` bytes."""
    if byte_length(text) <= room:
        return text
    return text[: max(room, 0)].encode("utf-8")[: max(room, 0)].decode("utf-8", "ignore")


def said(value: object) -> str:
    """`str(value)`, or a description when the object's own `__str__` fails."""
    try:
        return plain_text(str(value))
    except BaseException as error:
        return f"<{type(value).__name__} whose __str__ raised {type(error).__name__}>"


def _json_default(value: object) -> object:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return float(value)
    if isinstance(value, Iterable):
        return list(value)
    raise TypeError(f"{type(value).__name__} in a display bundle: give text, numbers, lists, dicts")


def plain_json(value: object) -> tuple[Any, int]:
    """`value` as plain JSON data, and its length as JSON text in bytes.

    Raises TypeError or ValueError for what JSON cannot hold, as Jupyter does.
    """
    text = json.dumps(value, default=_json_default)
    return json.loads(text), len(text)


def _bundle_value(mime: str, value: object) -> tuple[Any, int]:
    if isinstance(value, str):
        text = plain_text(value)
        return text, byte_length(text)
    data, size = plain_json(value)
    if isinstance(data, str) or _JSON_MIME.match(mime):
        return data, size
    return json.dumps(data), size


def plain_bundle(bundle: Mapping[Any, Any]) -> tuple[dict[str, Any], int]:
    """A mime bundle with text for text types and JSON for JSON types, and its size in bytes."""
    clean: dict[str, Any] = {}
    total = 0
    for mime, value in bundle.items():
        key = plain_text(str(mime))
        clean[key], size = _bundle_value(key, value)
        total += size + len(key)
    return clean, total

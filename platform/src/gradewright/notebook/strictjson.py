"""Bytes that nobody vouches for → JSON data, strictly, in time and memory linear in their number.

Theory of operation. Python's own parser is fast and right but trusts its input in five ways, each
closed here. It recurses, and it builds objects that take up to thirty times the bytes they came
from: so depth and number of values are counted first, by C-speed passes over the raw bytes (drop
escapes, cut at quotes, keep every other piece: what is left lies outside strings). It takes the
last of two equal keys: the hook refuses them. It reads NaN, Infinity and 1e400, which are no JSON:
they become null, since plotting libraries write them into outputs; where a number or a text is
needed the shape check then refuses the null. It converts integers of any length, or raises in its
own way: long ones become null as well. It lets half surrogates through, which no later encoder
takes: they become U+FFFD.
"""

from __future__ import annotations

import codecs
import json
import math
from collections import Counter
from itertools import accumulate
from typing import Any, Final

from gradewright.notebook.looks import is_utf16, looks_like
from gradewright.notebook.refusals import RefusedNotebook, shown

DIGITS = 400  # of an integer; longer ones are no counts or positions
STEP: Final = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
BRACKETS = b"[]{}"
NOT_BRACKETS = bytes(c for c in range(256) if c not in BRACKETS)


def parse(data: bytes, depth: int, values: int) -> Any:
    """The JSON value in `data`. Raises RefusedNotebook, for every defect and nothing else."""
    if not data.strip():
        raise RefusedNotebook("empty")
    text = _text(data)
    _check_structure(data, depth, values)
    parsed = _loads(text)
    return _whole(parsed) if _may_have_surrogates(text) else parsed


def _text(data: bytes) -> str:
    if is_utf16(data):
        raise RefusedNotebook("utf16")
    if what := looks_like(data):
        raise RefusedNotebook("looks", what=what)
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        start = error.object.rfind(b"\n", 0, error.start) + 1
        raise RefusedNotebook(
            "encoding",
            line=error.object.count(b"\n", 0, error.start) + 1,
            column=error.start - start + 1,
            byte=f"{error.object[error.start]:02X}",
        ) from None


def _check_structure(data: bytes, depth: int, values: int) -> None:
    quotes = data.count(b'"')
    if quotes > 4 * values:  # a key and a text for each value, and as many escaped ones
        raise RefusedNotebook("values", count=quotes // 2, limit=values)
    pieces = data.replace(rb"\\", b"").replace(rb"\"", b"").split(b'"')
    outside = b"".join(pieces[::2])
    count = outside.count(b",") + outside.count(b"[") + outside.count(b"{") + 1
    if count > values:
        raise RefusedNotebook("values", count=count, limit=values)
    # In what the parser accepts each bracket that closes has opened: the rest it never reaches.
    brackets = outside.translate(None, NOT_BRACKETS)[: 2 * values]
    deepest = max(accumulate(map(STEP.__getitem__, brackets)), default=0)
    if deepest > depth:
        raise RefusedNotebook("depth", depth=deepest, limit=depth)


def _loads(text: str) -> Any:
    try:
        return json.loads(
            text,
            object_pairs_hook=_unique,
            parse_constant=_null,
            parse_float=_finite,
            parse_int=_short,
        )
    except json.JSONDecodeError as error:
        raise _refusal(text, error) from None


def _refusal(text: str, error: json.JSONDecodeError) -> RefusedNotebook:
    line = text[error.pos + 1 - error.colno :][:7]
    if line in ("<<<<<<<", "=======", ">>>>>>>"):
        return RefusedNotebook("conflict", line=error.lineno)
    unfinished = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated")
    kind = "cut" if unfinished else "json"
    return RefusedNotebook(kind, line=error.lineno, column=error.colno, why=error.msg)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        (twice, _), *_ = Counter(key for key, _ in pairs).most_common(1)
        raise RefusedNotebook("twice", key=shown(twice))
    return made


def _null(constant: str) -> None:
    return None


def _finite(digits: str) -> float | None:
    value = float(digits)
    return value if math.isfinite(value) else None


def _short(digits: str) -> int | None:
    return int(digits) if len(digits) <= DIGITS else None


def _may_have_surrogates(text: str) -> bool:
    return "\\ud" in text or "\\uD" in text


def _whole(value: Any) -> Any:
    """`value` without half surrogates; as deep as `depth` allows, so recursion is safe."""
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if isinstance(value, dict):
        return {_whole(key): _whole(item) for key, item in value.items()}
    return value

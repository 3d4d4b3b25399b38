"""Pictures as data URIs: only kinds that a browser draws without running anything.

The bytes must be what the type says, and their size in pixels must be one that a browser can hold.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
from collections.abc import Callable
from typing import Final

MOST_BYTES: Final = 4 << 20
MOST_PIXELS: Final = 40_000_000
SVG: Final = "image/svg+xml"
DATA_URI: Final = re.compile(r"data:(image/(?:png|jpeg|gif));base64,([A-Za-z0-9+/=\s]+)\Z")


def raster_uri(kind: str, payload: str) -> str | None:
    """A data URI of a base64 payload, or None when it is not a picture of that kind."""
    if kind not in SIZES or len(payload) > MOST_BYTES * 4 // 3 + 4:
        return None
    try:
        data = base64.b64decode("".join(payload.split()), validate=True)
        width, height = SIZES[kind](data)
    except (binascii.Error, struct.error, ValueError):
        return None
    if not 0 < width * height <= MOST_PIXELS:
        return None
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def svg_uri(source: str) -> str | None:
    """A data URI of an SVG; as a picture it can neither run scripts nor load anything."""
    head = source[:2000].lower()
    if len(source) > MOST_BYTES or "<svg" not in head or "<!entity" in source.lower():
        return None
    return f"data:{SVG};base64,{base64.b64encode(source.encode()).decode()}"


def checked_uri(uri: str) -> str | None:
    """A data URI that a stranger wrote, made anew, or None."""
    found = DATA_URI.match(uri.strip())
    return raster_uri(found[1], found[2]) if found else None


def _png(data: bytes) -> tuple[int, int]:
    if not data.startswith(b"\x89PNG\r\n\x1a\n") or data[12:16] != b"IHDR":
        raise ValueError("not a PNG")
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def _gif(data: bytes) -> tuple[int, int]:
    if not data.startswith((b"GIF87a", b"GIF89a")):
        raise ValueError("not a GIF")
    width, height = struct.unpack_from("<HH", data, 6)
    return width, height


def _jpeg(data: bytes) -> tuple[int, int]:
    """The size stands in the first frame header, behind segments that say how long they are."""
    if not data.startswith(b"\xff\xd8\xff"):
        raise ValueError("not a JPEG")
    place = 2
    while True:
        mark, kind, length = struct.unpack_from(">BBH", data, place)
        if mark != 0xFF or length < 2:
            raise ValueError("not a JPEG")
        if 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, place + 5)
            return width, height
        place += 2 + length


SIZES: Final[dict[str, Callable[[bytes], tuple[int, int]]]] = {
    "image/png": _png,
    "image/jpeg": _jpeg,
    "image/gif": _gif,
}

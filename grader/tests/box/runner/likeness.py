"""What two renderings of one notebook are compared by: everything but addresses and timings."""

from __future__ import annotations

import base64
import re
import struct
from itertools import groupby
from typing import Any

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
# Frames of ipykernel stand where ours are cut off.
_KERNEL_FRAMES = re.compile(r"File [^\n]*/ipykernel/[^\n]*\n(?:[^\n]+\n)*\n")
_RULES = (
    (re.compile(r"(?:/tmp/ipykernel_\d+/)?\d+\.py|<ipython-input-\d+-[0-9a-f]+>"), "<cell>"),
    (re.compile(r"/tmp/gw-case-\w+"), "<folder>"),
    (re.compile(r"\b0x[0-9a-f]{6,}"), "<address>"),
    (re.compile(r"[0-9.]+(?:e[+-]\d+)? (?:ns|µs|μs|us|ms|s)\b"), "<time>"),
    (re.compile(r"\bid=\"?[\w-]+|\bT_[0-9a-f]{5}\w*"), "<id>"),
    (re.compile(r"Thread-\d+ "), "Thread-N "),
    (re.compile(r"in [0-9.]+s\b"), "in <time>"),
    (re.compile(r"<dc:date>.*?</dc:date>"), "<date>"),
    (re.compile(r"\r\n"), "\n"),
)


def plain(text: str) -> str:
    """`text` without what no two runs share, and with the pty's line ends made plain."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


def _png_size(data: str) -> str:
    raw = base64.b64decode(data)
    return "png {}x{}".format(*struct.unpack(">II", raw[16:24]))


def _bundle(bundle: dict[str, Any]) -> dict[str, Any]:
    made = {}
    for mime, value in bundle.items():
        if mime == "image/png":
            made[mime] = _png_size(value)
        elif mime == "image/svg+xml":
            made[mime] = "svg"
        else:
            made[mime] = plain(value) if isinstance(value, str) else value
    return made


def _kind(output: dict[str, Any]) -> bool:
    return output["output_type"] == "stream"


def _streams(outputs: list[dict[str, Any]]) -> list[tuple[str, str]]:
    # A kernel flushes its two streams apart from each other: their mutual order is chance.
    names = sorted({output["name"] for output in outputs})
    return [
        (name, plain("".join(o["text"] for o in outputs if o["name"] == name))) for name in names
    ]


def _shortened(entries: list[str]) -> list[str]:
    # The runner leaves out the middle of a very long traceback.
    return [*entries[:15], *entries[-15:]] if len(entries) > 40 else entries


def _error(output: dict[str, Any]) -> tuple[str, str, str, str]:
    text = plain(_ANSI.sub("", "\n".join(_shortened(output["traceback"]))))
    text = _KERNEL_FRAMES.sub("", text)
    return ("error", output["ename"], plain(output["evalue"]), text)


def likeness(outputs: list[dict[str, Any]]) -> list[Any]:
    """The comparable form of one cell's outputs."""
    made: list[Any] = []
    for is_stream, group in groupby(outputs, _kind):
        if is_stream:
            made += _streams(list(group))
            continue
        for output in group:
            if output["output_type"] == "error":
                made.append(_error(output))
                continue
            kind = (output["output_type"], output.get("execution_count"))
            made.append((*kind, _bundle(output["data"]), output["metadata"]))
    return made

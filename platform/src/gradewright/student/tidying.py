"""Making text of a student's or a topic's fit to be shown, whatever is in it.

A display must not be harmed by what a program printed: colours and cursor movements of terminals
go, so do control characters and marks that turn the direction of writing.
"""

from __future__ import annotations

import re

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")
_CONTROLS = {*range(0x20), *range(0x7F, 0xA0)} - {ord("\n"), ord("\t")}
_TURNING = {0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_DROPPED = dict.fromkeys(_CONTROLS | _TURNING)


def tidy(text: str) -> str:
    """The text without escapes, control characters, lone surrogates and turns of direction."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    lines = _ESCAPES.sub("", whole).replace("\r\n", "\n").replace("\r", "\n")
    return lines.translate(_DROPPED)


def one_line(text: str, limit: int = 300) -> str:
    """The text on one line, cut to `limit` characters."""
    line = " ".join(tidy(text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"

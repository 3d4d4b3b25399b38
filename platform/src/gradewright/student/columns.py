"""Laying out text in columns, for scripts whose characters are one or two columns wide."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
GAP = "  "


def width(text: str) -> int:
    """How many columns a text takes on a terminal; colour takes none."""
    text = _COLOUR.sub("", text)
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.category(character) in {"Cf", "Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def padded(text: str, columns: int, *, right: bool = False) -> str:
    """The text with blanks up to a width, before it for `right`."""
    blanks = " " * (columns - width(text))
    return blanks + text if right else text + blanks


def aligned(rows: Iterable[Sequence[object]], right: Collection[int] = ()) -> list[str]:
    """Rows as lines; the columns numbered in `right` are set flush right. No blanks at the end."""
    cells = [[str(cell) for cell in row] for row in rows]
    count = max((len(row) for row in cells), default=0)
    widths = [max(width(row[i]) for row in cells if i < len(row)) for i in range(count)]
    return [
        GAP.join(padded(cell, widths[i], right=i in right) for i, cell in enumerate(row)).rstrip()
        for row in cells
    ]


def wrapped(text: str, columns: int) -> list[str]:
    """The text in lines of at most `columns`, broken at blanks and between wide characters.

    A word that is longer than a line is cut. `columns` is at least 2, a wide character's width.
    """
    return [line for part in text.split("\n") for line in _filled(_pieces(part, columns), columns)]


def _filled(pieces: Iterable[str], columns: int) -> Iterator[str]:
    line = ""
    for piece in pieces:
        if line and width(line) + width(piece.rstrip()) > columns:
            yield line.rstrip()
            line = ""
        line += piece
    yield line.rstrip()


def _pieces(text: str, columns: int) -> Iterator[str]:
    """What must stay on one line: a word with the blanks after it, or one wide character.

    Closing punctuation stays with what it closes.
    """
    piece = ""
    for character, after in zip(text, [*text[1:], " "], strict=False):
        piece += character
        blank = character == " " and after != " "
        wide = _columns(character) == 2 or _columns(after) == 2
        allowed = (blank or wide) and after not in _CLOSING and character not in _OPENING
        if allowed or width(piece) + _columns(after) > columns:
            yield piece
            piece = ""
    yield piece


_CLOSING = frozenset("，。、；：？！）》」』”’…,.;:?!)]}")
_OPENING = frozenset("（《「『“‘([{")

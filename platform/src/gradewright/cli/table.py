"""Plain aligned columns, for terminals in any script.

Chinese characters are two columns wide and accents none, which `str.ljust` does not know.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Sequence

import click

GAP = "  "


def width(text: str) -> int:
    """How many columns a text takes on a terminal; colour takes none."""
    return sum(_columns(character) for character in click.unstyle(text))


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Cf", "Mn", "Me"}:
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


def print_table(
    head: Sequence[str],
    rows: Iterable[Sequence[object]],
    right: Collection[int] = (),
    indent: str = "",
) -> None:
    """Print rows under a head (bold on a terminal)."""
    styled = [click.style(name, bold=True) for name in head]
    for line in aligned([styled, *rows], right):
        click.echo(indent + line)

"""What programs print, with the colours of terminals as classes of the page.

Colours beyond the sixteen become the nearest of them, so that they stay readable on light and on
dark pages.
"""

from __future__ import annotations

import colorsys
import re
from typing import Final

from nbconvert.filters.ansi import ansi2html, strip_ansi

from gradewright_grader.page.markup import Html, visible

MOST_COLOURS: Final = 500  # changes of colour; the filter's time grows with their square
COLOUR: Final = re.compile(r' style="(?:color: rgb\((\d+),(\d+),(\d+)\))?[^"]*"')
CLASSED: Final = re.compile(r'(<span)((?: class="[^"]*")?)( style="[^"]*")')
ESCAPES: Final = re.compile(r"\x1b(?:\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])")
HUES: Final = ("red", "yellow", "green", "cyan", "blue", "magenta")
OVERPRINT: Final = re.compile(r"[^\n]*\r(?!\n)")


def terminal_html(text: str) -> Html:
    """Printed text as markup for a `<pre>`; a carriage return starts its line again."""
    plain = OVERPRINT.sub("", ESCAPES.sub("", text))
    if plain.count("\x1b[") > MOST_COLOURS:
        plain = strip_ansi(plain)  # type: ignore[no-untyped-call]
    made = str(ansi2html(plain))  # type: ignore[no-untyped-call]
    return Html(visible(CLASSED.sub(_classed, made)))


def _classed(found: re.Match[str]) -> str:
    """A colour of its own as a class; none for greys, nor for backgrounds."""
    classes = found[2].removeprefix(' class="').removesuffix('"').split()
    colour = COLOUR.match(found[3])
    if colour and colour[1]:
        red, green, blue = (int(part) / 255 for part in colour.groups())
        hue, _, saturation = colorsys.rgb_to_hls(red, green, blue)
        if saturation > 0.25:
            classes.append(f"ansi-{HUES[round(hue * 6) % 6]}-fg")
    return f'<span class="{" ".join(classes)}"' if classes else "<span"

"""Highlighted code, in which characters that deceive the eye are marked."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import PythonLexer  # type: ignore[import-untyped]

from gradewright.notebook.lookalikes import INVISIBLE, ORDER
from gradewright_grader.page.markup import CONTROLS, Html, el, escaped

MOST: Final = 60_000  # characters that are highlighted; more is shown plain
LONG_LINE: Final = 400
HEAD, TAIL = 72, 8
ODD: Final = re.compile("|".join(p.pattern for p in (CONTROLS, ORDER, INVISIBLE)))
STAND_IN: Final = "\ufdd0"  # a noncharacter, which no lexer treats in its own way
NAMED: Final = ("python", "python3", "py", "ipython", "ipython3")


@lru_cache(maxsize=1024)
def code_html(source: str) -> Html:
    """Python source as `<div class="highlight"><pre>`; long lines are cut."""
    shown = "\n".join(map(_cut, source.split("\n")))
    if len(shown) > MOST:
        return highlighted(shown)
    marks = iter(ODD.findall(shown))
    made = highlighted(ODD.sub(STAND_IN, shown))
    return Html(re.sub(STAND_IN, lambda _: _odd(next(marks)), made))


def highlighted(source: str) -> Html:
    """Python source as markup, plain when it is very long."""
    if len(source) > MOST:
        return el("div", el("pre", source), class_="highlight")
    return Html(highlight(source, PythonLexer(stripnl=False), HtmlFormatter()))


def _odd(character: str) -> str:
    return el("mark", f"U+{ord(character):04X}", class_="odd")


def _cut(line: str) -> str:
    """A long line's beginning and end; nobody reads the payload of the public checks."""
    if len(line) <= LONG_LINE:
        return line
    return f"{line[:HEAD]} … [{len(line) - HEAD - TAIL}] … {line[-TAIL:]}"


def fenced(source: str, language: str) -> Html:
    """A fenced block of Markdown: Python in colour, everything else plain."""
    if language.lower() in NAMED:
        return highlighted(source)
    return el("div", el("pre", escaped(source)), class_="highlight")

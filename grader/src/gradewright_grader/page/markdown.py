"""Markdown with formulas as clean HTML with MathML.

nbconvert's parser finds the formulas. Each is converted and cleaned by itself and stands as a mark
in the text while the rest is cleaned, so that the allow-list of the text needs no MathML, whose
mixture with HTML has deceived cleaners before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from html import escape
from typing import Any, Final

from latex2mathml.converter import convert
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from gradewright.api.texts import in_language
from gradewright_grader.page.code import fenced
from gradewright_grader.page.images import raster_uri
from gradewright_grader.page.markup import Html, as_text, el, escaped
from gradewright_grader.page.safe import MARKS, clean, clean_math, is_heavy
from gradewright_grader.page.words import NOT_SHOWN

MOST: Final = 30_000  # characters of one cell
MOST_OPENERS: Final = 300  # of formulas, whose ends the parser looks for again and again
MOST_FORMULA: Final = 3_000
OPENERS: Final = re.compile(r"\\\\[\[(]|\\begin\{")
ALIGNED: Final = re.compile(r"(\\(?:begin|end))\{(?:aligned|split|gathered)\}")
ARG: Final = re.compile(r"\\arg(?![a-zA-Z])")  # the converter knows \max, but not this one
FOUND: Final = re.compile("\ue000([0-9]{1,6})\ue001")
ADDRESS: Final = re.compile(r"(?:https?|mailto):", re.IGNORECASE)

Attachments = Mapping[str, Any]


def markdown_html(source: str, language: str, attachments: Attachments | None = None) -> Html:
    """Markdown as HTML; what is too long or too involved is shown as it was written.

    Links are not links: their address stands behind their text. `language` is that of the notes
    about what is not shown.
    """
    if not attachments:
        return _cached(source, language)
    return _made(source, language, attachments)


@lru_cache(maxsize=1024)
def _cached(source: str, language: str) -> Html:
    return _made(source, language, {})


def _made(source: str, language: str, attachments: Attachments) -> Html:
    if len(source) > MOST or len(OPENERS.findall(source)) > MOST_OPENERS:
        return _plain(source)
    renderer = _Renderer(language, attachments)
    try:
        made = str(MarkdownWithMath(renderer=renderer).render(MARKS.sub("", source)))
    except Exception:  # the parser raises many kinds, and a page must still be made
        return _plain(source)
    if is_heavy(made):
        return _plain(source)
    return Html(FOUND.sub(renderer.formula, clean(made)))


def _plain(source: str) -> Html:
    return el("pre", source, class_="plain")


class _Renderer(IPythonRenderer):
    """nbconvert's renderer; formulas become marks, links text, pictures data or a note."""

    def __init__(self, language: str, attachments: Attachments) -> None:
        super().__init__(escape=False, exclude_anchor_links=True)
        self._language = language
        self._attached = attachments
        self._formulas: list[Html] = []

    def formula(self, found: re.Match[str]) -> str:
        number = int(found[1])
        return self._formulas[number] if number < len(self._formulas) else ""

    def inline_math(self, body: str) -> str:
        return self._mark(body, "inline")

    def block_math(self, body: str) -> str:
        return self._mark(body, "block")

    def latex_environment(self, name: str, body: str) -> str:
        return self._mark(f"\\begin{{{name}}}{body}\\end{{{name}}}", "block")

    def _mark(self, body: str, display: str) -> str:
        self._formulas.append(math_html(body.strip(), display))
        return f"\ue000{len(self._formulas) - 1}\ue001"

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        """Headings of a cell stand below those of the page."""
        name = f"h{min(level + 2, 6)}"
        return f"<{name}>{text}</{name}>\n"

    def block_code(self, code: str, info: str | None = None) -> str:
        return fenced(code, (info or "").strip().split(" ")[0])

    def link(self, text: str, url: str, title: str | None = None) -> str:
        if not ADDRESS.match(url) or text == escape(url):
            return text
        return f'{text} <code class="address">{escape(url)}</code>'

    def image(self, text: str, url: str, title: str | None = None) -> str:
        uri = self._attachment(url) if url.startswith("attachment:") else url
        if uri.startswith("data:"):
            return f'<img src="{escape(uri)}" alt="{escape(text)}">'
        note = in_language(NOT_SHOWN["remote"], self._language)
        return f"<em>{escape(text)} [{note}]</em> <code>{escape(url[:200])}</code>"

    def _attachment(self, url: str) -> str:
        found = self._attached.get(url.removeprefix("attachment:"))
        for kind, payload in found.items() if isinstance(found, Mapping) else ():
            if uri := raster_uri(str(kind), as_text(payload)):
                return uri
        return url


@lru_cache(maxsize=4096)
def math_html(source: str, display: str) -> Html:
    """A formula as MathML ("inline" or "block"); what cannot be converted is shown as written."""
    if len(source) > MOST_FORMULA:
        return el("code", escaped(source))
    # The converter knows the outer environments only.
    known = ARG.sub(r"\\operatorname{arg}", ALIGNED.sub(r"\1{align*}", source))
    try:
        return clean_math(str(convert(known, display=display)))
    except Exception:  # the converter raises many kinds, and a page must still be made
        return el("code", escaped(source))

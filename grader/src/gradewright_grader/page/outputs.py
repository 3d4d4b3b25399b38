"""The outputs of a cell: text, pictures, tables, formulas. Scripts are named, not run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from gradewright.api.texts import filled, in_language
from gradewright_grader.page.images import SIZES, SVG, raster_uri, svg_uri
from gradewright_grader.page.markdown import markdown_html
from gradewright_grader.page.markup import Html, as_text, el, joined
from gradewright_grader.page.safe import MARKS, clean, is_heavy
from gradewright_grader.page.terminal import terminal_html
from gradewright_grader.page.words import NOT_SHOWN

MOST_OUTPUTS: Final = 60  # of one cell
MOST_TEXT: Final = 16_000  # characters of one output
MOST_BYTES: Final = 6 << 20  # of the markup of one cell
TEXTS: Final = ("text/html", "text/markdown", "text/latex", "text/plain")
Output = Mapping[str, Any]


def outputs_html(outputs: Sequence[Output], language: str) -> Html:
    """The outputs of one cell, in order, within the limits of this module."""
    shown: list[Html] = []
    size = 0
    for number, output in enumerate(outputs):
        made = _Showing(language, number + 1).output(output)
        size += len(made)
        if number >= MOST_OUTPUTS or size > MOST_BYTES:
            shown.append(_note("outputs", language, count=len(outputs) - number))
            break
        shown.append(made)
    return joined(shown)


class _Showing:
    """One output in one language; `number` counts from 1."""

    def __init__(self, language: str, number: int) -> None:
        self._language = language
        self._number = number

    def output(self, output: Output) -> Html:
        kind = output.get("output_type")
        if kind == "stream":
            name = "stderr" if output.get("name") == "stderr" else "stdout"
            return self._text(as_text(output.get("text", "")), name)
        if kind == "error":
            return self._text(self._traceback(output), "error")
        data = output.get("data")
        parts = self._data(data if isinstance(data, Mapping) else {})
        return el("div", *parts, class_="output rich", dir="auto")

    def _traceback(self, output: Output) -> str:
        lines = output.get("traceback")
        if isinstance(lines, list) and lines:
            return "\n".join(map(as_text, lines))
        return f"{as_text(output.get('ename', ''))}: {as_text(output.get('evalue', ''))}"

    def _text(self, text: str, kind: str) -> Html:
        if not text.strip():
            return Html("")
        return el("pre", *self._shortened(text), class_=f"output terminal {kind}")

    def _shortened(self, text: str) -> Iterator[Html]:
        """Beginning and end of a long text."""
        if len(text) <= MOST_TEXT:
            yield terminal_html(text.rstrip("\n"))
            return
        half = MOST_TEXT // 2
        yield terminal_html(text[:half])
        yield el("span", self._say("text", count=len(text) - 2 * half), class_="left-out")
        yield terminal_html(text[-half:].rstrip("\n"))

    def _data(self, data: Mapping[str, Any]) -> Iterator[Html]:
        """The richest form that can be shown, with a note on a richer one that cannot."""
        for kind in (*SIZES, SVG):
            if kind in data:
                source = as_text(data[kind])
                uri = svg_uri(source) if kind == SVG else raster_uri(kind, source)
                if uri:
                    yield el("img", src=uri, alt=self._say("figure", number=self._number))
                    return
                yield _note("image", self._language, kind=kind)
        if scripts := self._scripts(data):
            yield _note("script", self._language, kind=", ".join(scripts))
        kind = next((kind for kind in TEXTS if kind in data), "")
        if kind:
            yield from self._rich(kind, as_text(data[kind]), data)

    def _scripts(self, data: Mapping[str, Any]) -> list[str]:
        """Kinds that only a script could show; a table or text beside them is shown anyway."""
        known = {*TEXTS, *SIZES, SVG, "application/json"}
        return sorted(str(kind)[:60] for kind in data if kind not in known)[:3]

    def _rich(self, kind: str, source: str, data: Mapping[str, Any]) -> Iterator[Html]:
        if kind == "text/html":
            if not is_heavy(source):
                yield clean(MARKS.sub("", source))
                return
            yield _note("html", self._language)
            source = as_text(data.get("text/plain", ""))
        elif kind != "text/plain":
            yield markdown_html(source, self._language)
            return
        if source:
            yield el("pre", *self._shortened(source), class_="terminal")

    def _say(self, key: str, **fields: object) -> str:
        return in_language(filled(NOT_SHOWN[key], **fields), self._language)


def _note(key: str, language: str, **fields: object) -> Html:
    return el("p", in_language(filled(NOT_SHOWN[key], **fields), language), class_="note")

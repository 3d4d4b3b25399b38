"""Small pictures as inline SVG: no script, told in words too, coloured by the page's style."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from gradewright_grader.page.markup import Html, el, joined
from gradewright_grader.report.numbers import rounded

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 34, 10, 18, 30
MOST_LINES = 4


@dataclass(frozen=True)
class Bin:
    """One bar of a histogram: from `low` to `high` points, how many submissions."""

    low: Fraction
    high: Fraction
    count: int

    @property
    def label(self) -> str:
        """Its range in points."""
        return f"{rounded(self.low, 1)}–{rounded(self.high, 1)}"


def binned(values: Sequence[Fraction], most: Fraction, bins: int = 10) -> list[Bin]:
    """`values` from 0 to `most` in equal ranges; the last one holds its upper end too."""
    step = most / bins
    counts = [0] * bins
    for value in values:
        counts[max(0, min(int(value / step), bins - 1))] += 1
    return [Bin(step * i, step * (i + 1), count) for i, count in enumerate(counts)]


def histogram(bins: Sequence[Bin], marked: Fraction, title: str, told: str) -> Html:
    """Bars, with a dashed line at `marked`. `told` says the same in words."""
    inner, tall = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    top = max(1, *(each.count for each in bins))
    slot = inner / len(bins)
    bars = [_bar(each, LEFT + i * slot, slot, tall, top) for i, each in enumerate(bins)]
    ends = [each.low for each in bins] + [bins[-1].high]
    ticks = [
        _text(LEFT + i * slot, HEIGHT - 10, rounded(end, 1), "middle") for i, end in enumerate(ends)
    ]
    at = LEFT + inner * float(marked / bins[-1].high)
    line = _line(at, TOP - 8, at, HEIGHT - BOTTOM, "median")
    return _picture(title, told, joined([*_grid(top, tall), *bars, line, *ticks]))


def _bar(each: Bin, x: float, slot: float, tall: float, top: int) -> Html:
    high = tall * each.count / top
    y = HEIGHT - BOTTOM - high
    shape = el(
        "rect", x=_n(x + 2), y=_n(y), width=_n(slot - 4), height=_n(high), rx=3, class_="bar"
    )
    number = _text(x + slot / 2, y - 5, str(each.count), "middle", "value") if each.count else ""
    return joined([shape, number])


def _grid(top: int, tall: float) -> list[Html]:
    step = max(1, -(-top // MOST_LINES))
    lines: list[Html] = []
    for value in range(0, top + 1, step):
        y = HEIGHT - BOTTOM - tall * value / top
        lines.append(_line(LEFT, y, WIDTH - RIGHT, y, "grid"))
        lines.append(_text(LEFT - 8, y + 4, str(value), "end"))
    return lines


def stacked(parts: Sequence[tuple[str, int]], title: str) -> Html:
    """A flat bar of parts, each (state, count), in their order; `title` tells them in words."""
    whole = sum(count for _, count in parts) or 1
    shapes, x = [], 0.0
    for state, count in parts:
        wide = 200 * count / whole
        if count:
            gap = 1 if x else 0
            shapes.append(
                el("rect", x=_n(x + gap), y=0, width=_n(wide - gap), height=14, class_=f"s-{state}")
            )
        x += wide
    return el(
        "svg", el("title", title), *shapes, class_="stack", viewBox="0 0 200 14", role="img",
        preserveAspectRatio="none",
    )  # fmt: skip


def swatch(state: str) -> Html:
    """The colour of a state, for a key beside its word."""
    square = el("rect", width=10, height=10, rx=2, class_=f"s-{state}")
    return el("svg", square, class_="swatch", viewBox="0 0 10 10", aria_hidden="true")


def _picture(title: str, told: str, content: Html) -> Html:
    size = f"0 0 {WIDTH} {HEIGHT}"
    return el(
        "svg", el("title", title), el("desc", told), content, class_="chart", viewBox=size,
        role="img",
    )  # fmt: skip


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Html:
    return el("line", x1=_n(x1), y1=_n(y1), x2=_n(x2), y2=_n(y2), class_=kind)


def _text(x: float, y: float, text: str, anchor: str, kind: str = "tick") -> Html:
    return el("text", text, x=_n(x), y=_n(y), text_anchor=anchor, class_=kind)


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")

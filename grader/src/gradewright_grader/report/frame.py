"""The frame of a report's pages, and the pieces that they share."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from gradewright_grader.page import frame
from gradewright_grader.page.markup import Html, el, escaped


def whole_page(language: str, title: str, *body: Html) -> str:
    """A page of a report from its parts; `body` is what stands in `<main>`."""
    return frame.whole_page(language, title, style(), *body)


@cache
def style() -> str:
    """The style sheet of a report: that of every page, then its own."""
    own = files(__package__).joinpath("style.css").read_text(encoding="utf-8")
    return frame.base_style() + own


def badge(state: str, mark: str, text: str, *, href: str | None = None) -> Html:
    """A verdict: its mark and its word, in its colour."""
    inner = (el("span", mark, class_="mark", aria_hidden="true"), el("span", text))
    if href is not None:
        return el("a", *inner, class_=f"badge {state}", href=href)
    return el("span", *inner, class_=f"badge {state}")


def region(label: str, *content: str) -> Html:
    """A part that may be wider than the page: it can be scrolled by keyboard too."""
    return el("div", *content, class_="wide", role="region", aria_label=label, tabindex="0")


def bdi(text: str) -> Html:
    """A name that must not turn the text around it."""
    return el("bdi", escaped(text))

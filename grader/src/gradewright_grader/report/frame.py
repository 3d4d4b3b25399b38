"""The frame of every page: its head with the policy and the style, the way past it, its foot."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from gradewright.student.style import DARK, LIGHT
from gradewright_grader.page import POLICY
from gradewright_grader.page.markup import Html, el, escaped
from gradewright_grader.report.words import language_tag, word


def whole_page(language: str, title: str, *body: Html) -> str:
    """A page from its parts; `body` is what stands in `<main>`."""
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el(
            "meta",
            http_equiv="Content-Security-Policy",
            content=POLICY,
        ),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="referrer", content="no-referrer"),
        el("meta", name="robots", content="noindex"),
        el("title", title),
        Html(f"<style>{style()}</style>"),
    )
    skip = el("a", word("skip", language), class_="skip", href="#main")
    main = el("main", *body, id="main")
    return f"<!doctype html>\n{el('html', head, el('body', skip, main), lang=language_tag(language))}\n"


@cache
def style() -> str:
    """The style sheet, with the colours of verdicts that students know from their notebooks."""
    sheet = files(__package__).joinpath("style.css").read_text(encoding="utf-8")
    return sheet.replace("/*light*/", _colours(LIGHT)).replace("/*dark*/", _colours(DARK))


def _colours(values: dict[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in values.items())


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

"""The frame of every page: its head with the policy and the style, the way past it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from gradewright.api.texts import in_language
from gradewright.student.style import DARK, LIGHT
from gradewright_grader.page import POLICY
from gradewright_grader.page.markup import Html, el
from gradewright_grader.page.words import SKIP, language_tag


def whole_page(language: str, title: str, style: str, *body: Html) -> str:
    """A page from its parts; `body` is what stands in `<main>`, `style` the whole style sheet."""
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=POLICY),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="referrer", content="no-referrer"),
        el("meta", name="robots", content="noindex"),
        el("title", title),
        Html(f"<style>{style}</style>"),
    )
    skip = el("a", in_language(SKIP, language), class_="skip", href="#main")
    main = el("main", *body, id="main")
    return f"<!doctype html>\n{el('html', head, el('body', skip, main), lang=language_tag(language))}\n"


@cache
def base_style() -> str:
    """The style sheet of every page, with the colours that students know from their notebooks."""
    sheet = files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    return sheet.replace("/*light*/", _colours(LIGHT)).replace("/*dark*/", _colours(DARK))


def _colours(values: dict[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in values.items())

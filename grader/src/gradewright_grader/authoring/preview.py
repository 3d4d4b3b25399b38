"""A notebook as one self-contained page, for authors to read as a student would.

What the cells hold is shown as in a report (`gradewright_grader.page`): without scripts, and
without anything from elsewhere. Labels in the margin say what each cell is for.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from nbformat import NotebookNode

from gradewright.api.texts import in_language
from gradewright_grader.page.cells import (
    Cell,
    cell_html,
    cells_of,
    kind_of,
    results_html,
    source_html,
    tag_of,
)
from gradewright_grader.page.frame import base_style, whole_page
from gradewright_grader.page.markup import Html, as_text, el, joined
from gradewright_grader.page.words import ROLES


def render_page(notebook: NotebookNode) -> str:
    """The notebook as an HTML page. Cells without our metadata are shown without a label."""
    tag = tag_of(notebook)
    language = as_text(tag.get("language", "en"))
    title = as_text(tag.get("assignment", "notebook"))
    cells = joined((_cell(cell, language) for cell in cells_of(notebook)), "\n")
    return whole_page(language, title, _style(), el("h1", title, class_="kicker"), cells)


def _style() -> str:
    own = files(__package__).joinpath("preview.css").read_text(encoding="utf-8")
    return base_style() + own


def _cell(cell: Cell, language: str) -> Html:
    tag = tag_of(cell)
    role = as_text(tag.get("role", ""))
    kind = f"{kind_of(cell)} {role}" if role in ROLES else kind_of(cell)
    content = (source_html(cell, language), results_html(cell, language))
    return cell_html(kind, _margin(role, as_text(tag.get("question", "")), language), content)


def _margin(role: str, question: str, language: str) -> Iterator[Html]:
    if role in ROLES:
        yield el("span", in_language(ROLES[role], language), class_="role")
        if question:
            yield el("span", question, class_="question")

"""The cells of a notebook: what each says and gives, beside a margin for labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gradewright.api.texts import in_language
from gradewright.notebook import roles
from gradewright_grader.page.code import code_html
from gradewright_grader.page.markdown import markdown_html
from gradewright_grader.page.markup import Html, as_text, el
from gradewright_grader.page.outputs import outputs_html
from gradewright_grader.page.words import CELL_OUTPUT, EMPTY_CELL

KINDS = ("code", "markdown")
Cell = Mapping[str, Any]


def cells_of(notebook: Mapping[str, Any]) -> list[Cell]:
    """The cells, as far as they have the form of cells."""
    cells = notebook.get("cells")
    return [c for c in cells if isinstance(c, Mapping)] if isinstance(cells, list) else []


def tag_of(part: Mapping[str, Any]) -> Mapping[str, Any]:
    """Our metadata of a cell or of a notebook; empty where there are none."""
    metadata = part.get("metadata")
    tag = metadata.get(roles.KEY) if isinstance(metadata, Mapping) else None
    return tag if isinstance(tag, Mapping) else {}


def kind_of(cell: Cell) -> str:
    """ "code", "markdown" or "raw"."""
    kind = cell.get("cell_type")
    return str(kind) if kind in KINDS else "raw"


def cell_html(
    kind: str, margin: Iterable[Html], content: Iterable[Html], **attributes: str
) -> Html:
    """A cell: its labels in the margin, what it holds beside them. `kind` are its classes."""
    beside = el("div", *margin, class_="margin")
    return el(
        "section",
        beside,
        el("div", *content, class_="content"),
        class_=f"cell {kind}",
        **attributes,
    )


def source_html(cell: Cell, language: str) -> Html:
    """What was written into the cell."""
    source = as_text(cell.get("source", ""))
    kind = kind_of(cell)
    if kind == "markdown":
        attachments = cell.get("attachments")
        given = attachments if isinstance(attachments, Mapping) else None
        return markdown_html(source, language, given)
    if kind == "raw":
        return el("pre", source, class_="plain")
    if not source.strip():
        return el("p", in_language(EMPTY_CELL, language), class_="note")
    return code_html(source)


def results_html(cell: Cell, language: str) -> Html:
    """What a code cell gave; nothing where it gave nothing."""
    outputs = cell.get("outputs")
    known = [o for o in outputs if isinstance(o, Mapping)] if isinstance(outputs, list) else []
    made = outputs_html(known, language)
    if kind_of(cell) != "code" or not made:
        return Html("")
    label = in_language(CELL_OUTPUT, language)
    return el("div", made, class_="outputs", role="group", aria_label=label)

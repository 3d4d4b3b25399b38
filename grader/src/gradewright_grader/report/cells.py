"""The notebook that ran, cell by cell, with each answer's verdict in the margin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from gradewright.notebook import roles
from gradewright_grader.page.code import code_html
from gradewright_grader.page.markdown import markdown_html
from gradewright_grader.page.markup import Html, as_text, el, joined
from gradewright_grader.page.outputs import outputs_html
from gradewright_grader.report.frame import badge
from gradewright_grader.report.info import GradedPage
from gradewright_grader.report.states import MARKS
from gradewright_grader.report.view import QuestionView, full_id
from gradewright_grader.report.words import ROLES, STATES, end_text, say, word

UNRUN_ROLES = (roles.CHECK, roles.EXPLORE)
BADGED_ROLES = (roles.ANSWER, roles.MANUAL, "")
MOST_CHARACTERS: Final = 32 << 20  # of markup, pictures included
Cell = Mapping[str, Any]


class NotebookSection:
    """The cells of one submission."""

    def __init__(self, graded: GradedPage, questions: list[QuestionView], language: str) -> None:
        self._graded = graded
        self._language = language
        self._by_id = {view.id: view for view in questions}
        self._ends = {cell.index: cell.ended_by for cell in graded.record.cells}
        self._first: dict[str, int] = {}
        for index, cell in enumerate(self._cells()):
            view = self._question(index, cell)
            if view is not None:
                self._first.setdefault(view.id, index)

    def cell_of(self, question: str) -> int | None:
        """The index of the first answer cell of a question (whole id)."""
        return self._first.get(question)

    def html(self) -> Html:
        """All cells, as long as the page stays one that a browser can open."""
        cells = self._cells()
        if not cells:
            return el("p", word("no_notebook", self._language))
        made: list[Html] = []
        size = 0
        for index, cell in enumerate(cells):
            made.append(self._cell(index, cell))
            size += len(made[-1])
            left = len(cells) - index - 1
            if size > MOST_CHARACTERS and left:
                made.append(el("p", word("left_out", self._language, count=left), class_="note"))
                break
        return joined(made)

    def _cells(self) -> list[Cell]:
        cells = (self._graded.notebook or {}).get("cells")
        return [c for c in cells if isinstance(c, Mapping)] if isinstance(cells, list) else []

    def _tag(self, cell: Cell) -> Mapping[str, Any]:
        metadata = cell.get("metadata")
        tag = metadata.get(roles.KEY) if isinstance(metadata, Mapping) else None
        return tag if isinstance(tag, Mapping) else {}

    def _question(self, index: int, cell: Cell) -> QuestionView | None:
        """The question that this cell answers."""
        if index in self._graded.answers:
            return self._by_id.get(self._graded.answers[index])
        tag = self._tag(cell)
        if self._graded.answers or tag.get("role", "") not in BADGED_ROLES:
            return None
        question = as_text(tag.get("question", ""))
        return self._by_id.get(full_id(self._graded.record, question)) if question else None

    def _cell(self, index: int, cell: Cell) -> Html:
        kind = cell.get("cell_type")
        role = as_text(self._tag(cell).get("role", ""))
        view = self._question(index, cell)
        margin = el("div", *self._margin(index, role, view), class_="margin")
        content = el("div", *self._content(index, cell, kind), class_="content")
        classes = f"cell {kind if kind in ('code', 'markdown') else 'raw'}"
        label = word("cell", self._language, number=index + 1)
        if view is not None:
            classes += f" answer {view.state}"
        return el("section", margin, content, class_=classes, id=f"cell-{index}", aria_label=label)

    def _margin(self, index: int, role: str, view: QuestionView | None) -> Iterator[Html]:
        if view is not None:
            text = f"{view.short_id} {say(STATES[view.state], self._language)}"
            yield badge(view.state, MARKS[view.state], text, href=f"#{view.id}")
        elif role in ROLES:
            yield el("span", say(ROLES[role], self._language), class_="role")
            if role in UNRUN_ROLES and index not in self._ends:
                yield el("span", word("not_run", self._language), class_="role quiet")

    def _content(self, index: int, cell: Cell, kind: object) -> Iterator[Html]:
        source = as_text(cell.get("source", ""))
        if kind == "markdown":
            attachments = cell.get("attachments")
            given = attachments if isinstance(attachments, Mapping) else None
            yield markdown_html(source, self._language, given)
            return
        if kind != "code":
            yield el("pre", source, class_="plain")
            return
        if source.strip():
            yield code_html(source)
        else:
            yield el("p", word("empty_cell", self._language), class_="note")
        if index in self._ends:
            yield el("p", end_text(self._ends[index], self._language), class_="ended")
        yield self._outputs(cell)

    def _outputs(self, cell: Cell) -> Html:
        outputs = cell.get("outputs")
        known = [o for o in outputs if isinstance(o, Mapping)] if isinstance(outputs, list) else []
        made = outputs_html(known, self._language)
        if not made:
            return made
        return el(
            "div", made, class_="outputs", role="group", aria_label=word("output", self._language)
        )

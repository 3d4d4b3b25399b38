"""The notebook that ran, cell by cell, with each answer's verdict in the margin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gradewright.notebook import roles
from gradewright_grader.page.cells import (
    Cell,
    cell_html,
    cells_of,
    kind_of,
    results_html,
    source_html,
    tag_of,
)
from gradewright_grader.page.markup import Html, as_text, el, joined
from gradewright_grader.page.words import ROLES
from gradewright_grader.report.frame import badge
from gradewright_grader.report.info import GradedPage
from gradewright_grader.report.states import MARKS
from gradewright_grader.report.view import QuestionView, full_id
from gradewright_grader.report.words import STATES, end_text, say, word

UNRUN_ROLES = (roles.CHECK, roles.EXPLORE)
BADGED_ROLES = (roles.ANSWER, roles.MANUAL, "")
MOST_CHARACTERS: Final = 32 << 20  # of markup, pictures included


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
        return cells_of(self._graded.notebook or {})

    def _question(self, index: int, cell: Cell) -> QuestionView | None:
        """The question that this cell answers."""
        if index in self._graded.answers:
            return self._by_id.get(self._graded.answers[index])
        tag = tag_of(cell)
        if self._graded.answers or tag.get("role", "") not in BADGED_ROLES:
            return None
        question = as_text(tag.get("question", ""))
        return self._by_id.get(full_id(self._graded.record, question)) if question else None

    def _cell(self, index: int, cell: Cell) -> Html:
        role = as_text(tag_of(cell).get("role", ""))
        view = self._question(index, cell)
        kind = kind_of(cell) if view is None else f"{kind_of(cell)} answer {view.state}"
        label = word("cell", self._language, number=index + 1)
        margin = self._margin(index, role, view)
        return cell_html(
            kind, margin, self._content(index, cell), id=f"cell-{index}", aria_label=label
        )

    def _margin(self, index: int, role: str, view: QuestionView | None) -> Iterator[Html]:
        if view is not None:
            text = f"{view.short_id} {say(STATES[view.state], self._language)}"
            yield badge(view.state, MARKS[view.state], text, href=f"#{view.id}")
        elif role in ROLES:
            yield el("span", say(ROLES[role], self._language), class_="role")
            if role in UNRUN_ROLES and index not in self._ends:
                yield el("span", word("not_run", self._language), class_="role")

    def _content(self, index: int, cell: Cell) -> Iterator[Html]:
        yield source_html(cell, self._language)
        if kind_of(cell) == "code" and index in self._ends:
            yield el("p", end_text(self._ends[index], self._language), class_="ended")
        yield results_html(cell, self._language)

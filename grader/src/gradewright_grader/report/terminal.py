"""The result of a batch in a terminal: a table that is understood at once.

Names come from files: control characters and escape sequences in them are dropped, so that no
name can write elsewhere on the screen. Without a terminal the same rows are plain aligned lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from gradewright.api.texts import in_language
from gradewright.student.columns import aligned
from gradewright.student.tidying import one_line
from gradewright_grader.engine.record import SubmissionRecord
from gradewright_grader.report.info import AssignmentInfo
from gradewright_grader.report.numbers import rounded
from gradewright_grader.report.states import MARKS, State
from gradewright_grader.report.view import QuestionView, open_points, question_views, reachable
from gradewright_grader.report.words import word

MOST_NAME: Final = 40
STYLES: Final[dict[str, str]] = {
    "passed": "green",
    "partial": "yellow",
    "failed": "red",
    "missing": "red",
    "unanswered": "red",
    "broken": "bold magenta",
    "refused": "red",
    "error": "bold magenta",
    "open": "cyan",
    "marked": "cyan",
    "graded": "green",
}


@dataclass(frozen=True)
class _Cell:
    text: str
    style: str = ""


def show_results(
    records: Sequence[SubmissionRecord],
    assignments: Sequence[AssignmentInfo] = (),
    *,
    language: str = "en",
    console: Console | None = None,
) -> None:
    """Print one table per assignment, the reasons of refused files and errors, and a summary."""
    out = console or Console()
    infos = {info.id: info for info in assignments}
    for id in dict.fromkeys(record.assignment for record in records):
        some = sorted(
            (record for record in records if record.assignment == id),
            key=lambda record: (record.student.casefold(), record.student),
        )
        info = infos.get(id) or AssignmentInfo.unknown(some[0])
        _show_class(out, _Rows(info, some, language))
    _plain(out, _summary(records, language))


def _show_class(out: Console, rows: _Rows) -> None:
    if out.is_terminal:
        out.print(rows.table())
    else:
        for line in [rows.title(), *rows.lines()]:
            _plain(out, line)
    for reason in rows.reasons():
        _plain(out, reason)


def _plain(out: Console, line: str) -> None:
    out.print(Styled(line), soft_wrap=True)


def _summary(records: Sequence[SubmissionRecord], language: str) -> str:
    counts = {
        status: sum(record.status == status for record in records)
        for status in ("graded", "refused", "error")
    }
    return word("summary", language, count=len(records), **counts)


class _Rows:
    """The rows of one assignment."""

    def __init__(
        self, info: AssignmentInfo, records: Sequence[SubmissionRecord], language: str
    ) -> None:
        self._info = info
        self._records = records
        self._language = language
        found = (q.id for record in records for q in record.questions)
        self._questions = list(dict.fromkeys([*(q.id for q in info.questions), *found]))

    def title(self) -> str:
        """The assignment's id and title."""
        title = in_language(self._info.title, self._language)
        return one_line(f"{self._info.id} · {title}" if title else self._info.id)

    def heads(self) -> list[str]:
        """The heads of the columns; those of questions carry their points."""
        questions = [id.rpartition(".")[2] for id in self._questions]
        first = [word("student", self._language), word("points", self._language)]
        return [*first, *questions, word("status", self._language), "⚑"]

    def rows(self) -> list[list[_Cell]]:
        """One row a submission."""
        return [self._row(record) for record in self._records]

    def _row(self, record: SubmissionRecord) -> list[_Cell]:
        views = {view.id: view for view in question_views(record, self._info)}
        points = "–" if record.points is None else rounded(record.points)
        total = word("of", self._language, points=points, most=reachable(record))
        flags = ", ".join(dict.fromkeys(one_line(flag.kind, 30) for flag in record.flags))
        return [
            _Cell(one_line(record.student, MOST_NAME) or "?", "bold"),
            _Cell(total),
            *(_question_cell(views.get(id)) for id in self._questions),
            self._status(record),
            _Cell(flags or "·", "yellow" if flags else "dim"),
        ]

    def _status(self, record: SubmissionRecord) -> _Cell:
        if record.status != "graded" or not record.manual_open:
            return _Cell(word(record.status, self._language), STYLES[record.status])
        text = word("open_note", self._language, points=open_points(record))
        return _Cell(text, STYLES["open"])

    def reasons(self) -> list[str]:
        """Why submissions have no verdict, one line each."""
        return [
            one_line(
                f"{one_line(r.student, MOST_NAME)}: {word(r.status, self._language)}: "
                f"{in_language(r.reason, self._language)}",
                500,
            )
            for r in self._records
            if r.status != "graded"
        ]

    def table(self) -> Table:
        """The rows for a terminal."""
        made = Table(title=Styled(self.title()), title_justify="left", box=box.SIMPLE_HEAD)
        heads = self.heads()
        for number, head in enumerate(heads):
            numeric = 0 < number < len(heads) - 2
            made.add_column(Styled(head), justify="right" if numeric else "left", no_wrap=numeric)
        for row in self.rows():
            made.add_row(*(Styled(cell.text, style=cell.style) for cell in row))
        return made

    def lines(self) -> list[str]:
        """The rows as plain aligned lines."""
        right = range(1, len(self.heads()) - 2)
        return aligned([self.heads(), *([c.text for c in row] for row in self.rows())], right)


def _question_cell(view: QuestionView | None) -> _Cell:
    if view is None:
        return _Cell("·", "dim")
    state: State = view.state
    shown = "" if state in ("open", "broken") else rounded(view.question.points)
    return _Cell(f"{shown} {MARKS[state]}".strip(), STYLES.get(state, ""))

"""A record arranged for showing: each question with its title, its checks, its state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gradewright.api.texts import in_language
from gradewright_grader.engine.record import CheckRecord, QuestionRecord, SubmissionRecord
from gradewright_grader.report.info import AssignmentInfo, QuestionInfo
from gradewright_grader.report.states import State, question_state


def full_id(record: SubmissionRecord, question: str) -> str:
    """`"tree1.q1"` for `"q1"` too."""
    start = f"{record.assignment}."
    return question if question.startswith(start) else start + question


@dataclass(frozen=True)
class QuestionView:
    """One question of one submission."""

    question: QuestionRecord
    info: QuestionInfo | None
    checks: Sequence[CheckRecord]
    state: State

    @property
    def id(self) -> str:
        """Its whole id."""
        return self.question.id

    @property
    def short_id(self) -> str:
        """Its id within the assignment, "q1"."""
        return self.id.rpartition(".")[2]

    def title(self, language: str) -> str:
        """Its title, or its id when the assignment is not known."""
        return in_language(self.info.title, language) if self.info else ""


def question_views(record: SubmissionRecord, info: AssignmentInfo) -> list[QuestionView]:
    """The questions in the order of the record; none where nothing was graded."""
    if record.status != "graded":
        return []
    return [_view(record, info, question) for question in record.questions]


def _view(record: SubmissionRecord, info: AssignmentInfo, question: QuestionRecord) -> QuestionView:
    checks = [c for c in record.checks if full_id(record, c.question) == question.id]
    state = question_state(question, record, checks)
    return QuestionView(question, info.question(question.id), checks, state)


def open_points(record: SubmissionRecord) -> int:
    """The points of manual questions that nobody has marked yet."""
    return sum(q.max_points for q in record.questions if q.id in record.manual_open)


def reachable(record: SubmissionRecord) -> int:
    """The points that the record's `points` are out of: all but the open ones."""
    opened = open_points(record) if record.questions else 0
    return record.max_points - opened if opened else _unopened(record)


def _unopened(record: SubmissionRecord) -> int:
    return record.auto_max_points if record.manual_open else record.max_points

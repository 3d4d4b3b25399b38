"""What a report is made from: records, notebooks that ran, and what an assignment is called.

These are plain values, so that a report can be made from a gradebook years later, without the
topic and without the box.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gradewright.api.texts import Text
from gradewright.host.topic import Assignment
from gradewright_grader.engine.record import SubmissionRecord


@dataclass(frozen=True)
class QuestionInfo:
    """A question as a report names it. `id` is whole ("tree1.q1"); `rubric` is (points, text)."""

    id: str
    title: Text
    points: int
    manual: bool = False
    rubric: tuple[tuple[int, Text], ...] = ()


@dataclass(frozen=True)
class AssignmentInfo:
    """An assignment as a report names it, with its questions in their order."""

    id: str
    title: Text
    questions: tuple[QuestionInfo, ...] = ()

    @classmethod
    def of(cls, assignment: Assignment) -> AssignmentInfo:
        """The names of an installed assignment."""
        manifest = assignment.manifest
        questions = tuple(
            QuestionInfo(
                id=assignment.full_id(question.id),
                title=question.title,
                points=question.points,
                manual=question.manual,
                rubric=tuple((i.points, i.text) for i in assignment.rubric.get(question.id, ())),
            )
            for question in manifest.questions
        )
        return cls(manifest.id, manifest.title, questions)

    @classmethod
    def unknown(cls, record: SubmissionRecord) -> AssignmentInfo:
        """What the record itself says, for an assignment that is no longer installed."""
        questions = tuple(
            QuestionInfo(id=q.id, title={}, points=q.max_points, manual=q.manual)
            for q in record.questions
        )
        return cls(record.assignment, {}, questions)

    def question(self, id: str) -> QuestionInfo | None:
        """The question with this whole id."""
        return next((question for question in self.questions if question.id == id), None)


@dataclass(frozen=True)
class GradedPage:
    """One submission: its record and the notebook that ran, as nbformat's JSON, with outputs.

    `answers` says to which question (whole id) a cell (by index) belongs; without it the cells'
    metadata are asked, which a student may have edited: then a badge stands at the wrong cell.
    """

    record: SubmissionRecord
    notebook: Mapping[str, Any] | None = None
    answers: Mapping[int, str] = field(default_factory=dict)

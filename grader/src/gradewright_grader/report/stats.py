"""What a class's records say together: counts for the index, in a fixed order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from gradewright.api.texts import Text
from gradewright_grader.engine.record import CheckRecord, Flag, SubmissionRecord
from gradewright_grader.report.info import AssignmentInfo
from gradewright_grader.report.numbers import mean
from gradewright_grader.report.states import State, check_state
from gradewright_grader.report.view import QuestionView, full_id, question_views, reachable


@dataclass(frozen=True)
class Entry:
    """One submission in the index: its record, its questions and the file of its page."""

    record: SubmissionRecord
    page: str
    questions: Sequence[QuestionView]


@dataclass
class QuestionStats:
    """How one question went: submissions by state, and the points they earned."""

    id: str
    title: Text
    max_points: int
    states: Counter[State] = field(default_factory=Counter)
    points: list[Fraction] = field(default_factory=list)

    @property
    def share(self) -> Fraction | None:
        """The mean share of its points, or None while all are open."""
        return mean(self.points) / self.max_points if self.points and self.max_points else None


@dataclass
class Finding:
    """A misconception met or a check failed: where, by whom, with which words."""

    id: str
    question: str
    text: Text
    students: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ClassStats:
    """Everything that the index of one assignment shows."""

    info: AssignmentInfo
    entries: Sequence[Entry]

    @property
    def scored(self) -> list[SubmissionRecord]:
        """Graded submissions, which have points."""
        return [e.record for e in self.entries if e.record.status == "graded"]

    @property
    def points(self) -> list[Fraction]:
        """Their points."""
        return [record.points for record in self.scored if record.points is not None]

    @property
    def most(self) -> int:
        """The points that are in reach: all but those that are still open for everybody."""
        return max((reachable(record) for record in self.scored), default=0)

    @property
    def open_count(self) -> int:
        """Manual answers that wait for a person."""
        return sum(len(record.manual_open) for record in self.scored)

    def questions(self) -> list[QuestionStats]:
        """Each question's outcome, in the assignment's order."""
        found = {q.id: QuestionStats(q.id, q.title, q.points) for q in self.info.questions}
        for view in (view for entry in self.entries for view in entry.questions):
            new = QuestionStats(view.id, {}, view.question.max_points)
            stats = found.setdefault(view.id, new)
            stats.states[view.state] += 1
            if view.state not in ("open", "broken"):
                stats.points.append(view.question.points)
        return list(found.values())

    def misconceptions(self) -> list[Finding]:
        """The misconceptions met, the most frequent first."""
        found: dict[str, Finding] = {}
        for record, check in self._checks():
            if check.misconception:
                id = check.misconception
                where = full_id(record, check.question)
                finding = found.setdefault(id, Finding(id, where, check.feedback))
                if record.student not in finding.students:
                    finding.students.append(record.student)
        return _by_count(found)

    def failed_checks(self) -> list[Finding]:
        """Checks that ran and failed, the most frequent first."""
        found: dict[str, Finding] = {}
        for entry in self.entries:
            for view in entry.questions:
                for check in view.checks:
                    if check_state(check) in ("failed", "partial"):
                        finding = found.setdefault(check.id, Finding(check.id, view.id, check.text))
                        finding.students.append(entry.record.student)
        return _by_count(found)

    def flags(self) -> list[tuple[list[Entry], Flag]]:
        """Every flag with the submissions that have the same one, in the order of students."""
        found: dict[tuple[object, ...], tuple[list[Entry], Flag]] = {}
        for entry in self.entries:
            for flag in entry.record.flags:
                key = (flag.kind, flag.question, flag.line, *sorted(flag.text.items()))
                entries, _ = found.setdefault(key, ([], flag))
                if entry not in entries:
                    entries.append(entry)
        return list(found.values())

    def troubled(self) -> list[Entry]:
        """Submissions without a verdict, errors of ours first."""
        some = [entry for entry in self.entries if entry.record.status != "graded"]
        return sorted(some, key=lambda entry: entry.record.status)

    def _checks(self) -> list[tuple[SubmissionRecord, CheckRecord]]:
        return [(record, check) for record in self.scored for check in record.checks]


def entry(record: SubmissionRecord, info: AssignmentInfo, page: str) -> Entry:
    """A submission's line in the index."""
    return Entry(record, page, question_views(record, info))


def _by_count(found: dict[str, Finding]) -> list[Finding]:
    return sorted(found.values(), key=lambda finding: (-len(finding.students), finding.id))

"""How a verdict is told: one state a question or check, with a mark, and the next step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from gradewright.student.words import MARKS as STUDENT_MARKS
from gradewright_grader.engine.record import CheckRecord, QuestionRecord, SubmissionRecord

State = Literal[
    "passed", "partial", "failed", "missing", "unanswered", "unrun", "broken", "open", "marked"
]
STATES: Final[tuple[State, ...]] = (
    "passed", "partial", "failed", "missing", "unanswered", "unrun", "broken", "open", "marked",
)  # fmt: skip
# A mark always stands beside its word: nothing is told by a shape or a colour alone.
MARKS: Final[dict[str, str]] = {
    **{state: STUDENT_MARKS[state] for state in STATES if state in STUDENT_MARKS},
    "open": "✎",
    "marked": "✎",
}
NOT_RUN: Final = ("gated", "unrun")  # kinds of checks that failed without a try


def question_state(
    question: QuestionRecord, record: SubmissionRecord, checks: Sequence[CheckRecord]
) -> State:
    """The state of a question; `checks` are its own."""
    if question.manual:
        return "open" if question.id in record.manual_open else "marked"
    if any(check.outcome == "error" for check in checks):
        return "broken"
    if question.gated_by == "missing":
        return "missing"
    if question.points == question.max_points:
        return "passed"
    if question.points > 0:
        return "partial"
    return "unanswered" if _untouched(checks) else "failed"


def _untouched(checks: Sequence[CheckRecord]) -> bool:
    """Whether a stub is all that is wrong; that it has the right parameters is no answer."""
    lost = [check for check in checks if check.outcome != "passed"]
    return bool(lost) and all(check.kind == "unanswered" for check in lost)


def check_state(check: CheckRecord) -> State:
    """The state of a check; behind a gate, or after another's time ran out, it did not run."""
    if check.outcome == "error":
        return "broken"
    if check.outcome == "passed":
        return "passed"
    if check.kind in NOT_RUN:
        return "unrun"
    if check.kind == "unanswered":
        return "unanswered"
    return "partial" if check.fraction > 0 else "failed"


def next_step(state: State, question: QuestionRecord, checks: Sequence[CheckRecord]) -> str | None:
    """The key (in `words.NEXT`) of what a student should do now; None when there is nothing."""
    if state in ("passed", "marked"):
        return None
    if state in ("open", "broken", "missing", "unanswered"):
        return state
    if question.gated_by:
        return "gated"
    if any(check.misconception for check in checks):
        return "misconception"
    if any(check.ended_by for check in checks):
        return "ended"
    lost = [check for check in checks if check.outcome == "failed"]
    return "hidden" if lost and all(check.hidden for check in lost) else "public"

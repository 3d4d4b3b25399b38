"""What checking came to: plain records that a notebook and a terminal know how to show.

A record keeps its texts in every language and says which one it is shown in. Running the checks is
the work of `running`; the pictures are drawn by `html` and `text`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal, Self

from gradewright.api.texts import Text

CheckState = Literal[
    "passed", "partial", "failed", "raised", "unanswered", "broken", "interrupted", "unrun"
]
QuestionState = Literal[CheckState, "missing", "unchecked", "manual"]

# The state of a question is the first of these that one of its checks has.
WEIGHTIEST: tuple[CheckState, ...] = (
    "interrupted",
    "raised",
    "failed",
    "unanswered",
    "partial",
    "broken",
    "unrun",
    "passed",
)
OPEN: tuple[QuestionState, ...] = ("unanswered", "missing")
WRONG: tuple[QuestionState, ...] = ("failed", "raised", "partial", "broken", "interrupted")


class Shown:
    """A record with a language, shown by its `repr` in a terminal and as HTML in a notebook."""

    language: str

    def __repr__(self) -> str:
        # Drawn late: a notebook needs no terminal's layout, and a terminal no HTML.
        from gradewright.student.text import as_text

        return as_text(self)

    def _repr_html_(self) -> str:
        from gradewright.student.html import as_html

        return as_html(self)

    def in_language(self, language: str) -> Self:
        """The same record, shown in another language."""
        return replace(self, language=language)  # type: ignore[type-var]


@dataclass(frozen=True)
class CheckResult:
    """One public check. `fraction` is what it would earn of its weight: 1 is passed.

    `traceback` is the short one of the student's own error, `printed` what their code printed
    while the check ran (capped), `note` says more about a check that passed.
    """

    id: str
    text: Text
    state: CheckState
    message: Text
    fraction: Fraction = Fraction(0)
    traceback: str = ""
    printed: str = ""
    note: Text | None = None


@dataclass(frozen=True, repr=False)
class QuestionResult(Shown):
    """One question. `message` says what stopped it as a whole; then `checks` may be empty."""

    id: str
    title: Text
    points: int
    state: QuestionState
    language: str
    message: Text
    checks: tuple[CheckResult, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every public check passed. Says nothing of the hidden ones."""
        return self.state == "passed"

    @property
    def passed_checks(self) -> int:
        """How many of the checks passed."""
        return sum(check.state == "passed" for check in self.checks)


@dataclass(frozen=True, repr=False)
class Notice(Shown):
    """One line in place of a result: what was asked for does not exist."""

    message: Text
    language: str
    passed: bool = False


@dataclass(frozen=True, repr=False)
class Several(Shown):
    """The results of a list of questions, one after the other."""

    items: tuple[QuestionResult | Notice, ...]
    language: str

    @property
    def passed(self) -> bool:
        """Whether every one of them passed."""
        return all(item.passed for item in self.items)


@dataclass(frozen=True, repr=False)
class Overview(Shown):
    """All questions of the assignment: a table, and what is wrong with the wrong ones."""

    assignment: str
    title: Text
    questions: tuple[QuestionResult, ...]
    language: str

    @property
    def passed(self) -> bool:
        """Whether every question that has public checks passes them."""
        return all(q.passed for q in self.checked)

    @property
    def checked(self) -> tuple[QuestionResult, ...]:
        """The questions that have something to check here."""
        return tuple(q for q in self.questions if q.state not in ("manual", "unchecked"))

    def having(self, states: Sequence[QuestionState]) -> list[QuestionResult]:
        """The questions in one of these states, in order."""
        return [q for q in self.questions if q.state in states]


def state_of(checks: Sequence[CheckResult]) -> QuestionState:
    """The state of a question by those of its checks, of which there is at least one."""
    found = {check.state for check in checks}
    return next(state for state in WEIGHTIEST if state in found)

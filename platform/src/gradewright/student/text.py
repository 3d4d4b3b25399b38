"""Results as plain text: aligned columns, indented messages, colour only on a terminal.

A mark always stands beside its word, so that nothing is told by colour or shape alone.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from typing import Final

from gradewright.api.texts import Text, in_language
from gradewright.student import words
from gradewright.student.columns import aligned, wrapped
from gradewright.student.results import (
    OPEN,
    WRONG,
    CheckResult,
    Notice,
    Overview,
    QuestionResult,
    Several,
    Shown,
)
from gradewright.student.tidying import tidy

PLAIN_MARKS: Final = dict(zip("✓◐✗○■–", "+~x.#-", strict=True))
COLOURS: Final = {"✓": 32, "✗": 31, "◐": 33, "!": 33, "■": 33}
PRINTED_LINES: Final = 12
WIDEST: Final = 96


def as_text(shown: Shown) -> str:
    """A result as lines, without a line break at the end."""
    return "\n".join(Page(shown.language).lines(shown))


class Page:
    """Text for one place: its language, its width, whether it takes colour and our marks."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._colour = _takes_colour()
        self._encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
        self._columns = min(shutil.get_terminal_size((WIDEST, 24)).columns, WIDEST)

    def lines(self, shown: Shown) -> Iterator[str]:
        """The whole result."""
        match shown:
            case QuestionResult():
                yield from self._question(shown)
                yield self.say(words.FOOTER)
            case Several():
                yield from self._several(shown)
            case Overview():
                yield from self._overview(shown)
            case Notice():
                yield self.text(shown.message)

    def _several(self, several: Several) -> Iterator[str]:
        for item in several.items:
            if isinstance(item, Notice):
                yield self.text(item.message)
            else:
                yield from self._question(item)
            yield ""
        yield self.say(words.FOOTER)

    # --- a question

    def _question(self, question: QuestionResult) -> Iterator[str]:
        name = f"{question.id}  {self.text(question.title)}"
        head = self.say(words.HEADLINE, question=name, state=self._state(question.state))
        if question.checks:
            head = self.say(words.ADDED, what=head, more=self._progress(question))
        yield f"{self.mark(question.state)} {head}"
        yield from self.indented(self.text(question.message), 2)
        for check in question.checks:
            yield from self._check(check)

    def _check(self, check: CheckResult) -> Iterator[str]:
        text = self.text(check.text)
        if check.state != "passed":
            text = self.say(words.ADDED, what=text, more=self._state(check.state))
        first, *rest = wrapped(text, self._columns - 4)
        yield f"  {self.mark(check.state)} {first}"
        yield from (f"    {line}" for line in rest)
        yield from self.indented(self.text(check.message), 6)
        if check.state == "partial":
            yield from self.indented(self._percent(check), 6)
        yield from self.indented(self.text(check.note or {}), 6)
        yield from self._block(words.TRACEBACK, check.traceback)
        yield from self._block(words.PRINTED, check.printed)

    def _block(self, head: Text, content: str) -> Iterator[str]:
        lines = tidy(content).rstrip().splitlines()
        if not lines:
            return
        yield f"      {self.say(head)}"
        yield from (f"      | {line}" for line in lines[:PRINTED_LINES])
        if len(lines) > PRINTED_LINES:
            yield "      | …"

    # --- all questions

    def _overview(self, overview: Overview) -> Iterator[str]:
        yield f"{overview.assignment}  {self.text(overview.title)}"
        yield ""
        yield from self.table(overview)
        yield ""
        passed, total = len(overview.having(["passed"])), len(overview.checked)
        yield self.say(words.SUMMARY, passed=passed, total=total)
        yield from self._left(overview)
        yield self.say(words.FOOTER)

    def table(self, overview: Overview) -> Iterator[str]:
        """One line for each question, under a head."""
        heads = (words.HEAD_STATE, words.HEAD_QUESTION, words.HEAD_TITLE, words.HEAD_POINTS)
        rows = [(" ", *map(self.say, heads), self.say(words.HEAD_CHECKS))]
        rows += [
            (
                self._bare_mark(q.state),
                self._state(q.state),
                q.id,
                self.text(q.title),
                str(q.points),
                f"{q.passed_checks}/{len(q.checks)}" if q.checks else "",
            )
            for q in overview.questions
        ]
        for line, state in zip(
            aligned(rows, right={4}), [None, *(q.state for q in overview.questions)], strict=True
        ):
            yield self._coloured(line, words.MARKS[state]) if state else line

    def _left(self, overview: Overview) -> Iterator[str]:
        """What is still to do, and what is not for the machine."""
        if calls := [f'check("{q.id}")' for q in overview.having(WRONG)]:
            yield self.say(words.LOOK_AT, calls=words.listed(calls, self._language))
        if unanswered := [q.id for q in overview.having(OPEN)]:
            yield self.say(words.STILL_OPEN, names=words.listed(unanswered, self._language))
        if manual := overview.having(["manual"]):
            each = [words.with_points(q.id, q.points, self._language) for q in manual]
            yield self.say(words.BY_A_PERSON, names=words.listed(each, self._language))

    # --- words

    def say(self, text: Text, /, **fields: object) -> str:
        """Words of ours."""
        return words.say(text, self._language, **fields)

    def text(self, text: Text) -> str:
        """Words of a topic or a student."""
        return tidy(in_language(text, self._language))

    def _state(self, state: str) -> str:
        return self.say(words.STATES[state])

    def _progress(self, question: QuestionResult) -> str:
        return self.say(words.PROGRESS, passed=question.passed_checks, total=len(question.checks))

    def _percent(self, check: CheckResult) -> str:
        return self.say(words.AWARDED, percent=words.percent(check.fraction))

    def indented(self, text: str, by: int) -> Iterator[str]:
        """A text in lines that fit, each after `by` blanks."""
        if text:
            yield from (" " * by + line for line in wrapped(text, self._columns - by))

    # --- marks

    def _bare_mark(self, state: str) -> str:
        mark = words.MARKS[state]
        try:
            mark.encode(self._encoding)
        except (UnicodeEncodeError, LookupError):  # an old console: its code page has no ticks
            return PLAIN_MARKS[mark]
        return mark

    def mark(self, state: str) -> str:
        """The mark of a state, coloured where that is shown."""
        return self._coloured(self._bare_mark(state), words.MARKS[state])

    def _coloured(self, text: str, mark: str) -> str:
        colour = COLOURS.get(mark) if self._colour else None
        return text if colour is None else f"\x1b[{colour}m{text}\x1b[0m"


def _takes_colour() -> bool:
    """A terminal that did not ask for plain text (https://no-color.org)."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    isatty = getattr(sys.stdout, "isatty", None)
    return bool(isatty and isatty())

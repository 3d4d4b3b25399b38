"""Results as HTML for notebooks: one card without script, which brings its own scoped style.

Whatever a student or a topic wrote is escaped here and nowhere else: every text passes through
`_escaped`, and the pieces of markup are the only strings that do not.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from gradewright.api.texts import Text, in_language
from gradewright.student import words
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
from gradewright.student.style import STYLE
from gradewright.student.tidying import tidy

SHORT: Final = 6  # lines of output that are shown without a click
# Without the script's name, browsers may pick Japanese forms of Chinese characters.
LANGUAGE_TAGS: Final = {"zh": "zh-Hans"}


def as_html(shown: Shown) -> str:
    """A result as a fragment of HTML: a style sheet and one card."""
    page = _Page(shown.language)
    tag = _escaped(LANGUAGE_TAGS.get(shown.language, shown.language))
    card = _div(f"gw-card gw-{_state_of(shown)}", *page.content(shown))
    return f'<div class="gw" lang="{tag}"><style>{STYLE}</style>{card}</div>'


def _state_of(shown: Shown) -> str:
    """The state that colours the card as a whole."""
    match shown:
        case QuestionResult():
            return shown.state
        case Several(items=items):
            states = [item.state for item in items if isinstance(item, QuestionResult)]
            return next((s for s in states if s != "passed"), "passed" if states else "unrun")
        case Overview():
            kinds = {"failed": WRONG, "unanswered": OPEN, "passed": ("passed",)}
            return next((kind for kind, of in kinds.items() if shown.having(of)), "unchecked")
    return "unrun"


class _Page:
    """HTML in one language."""

    def __init__(self, language: str) -> None:
        self._language = language

    def content(self, shown: Shown) -> Iterator[str]:
        """What stands in the card, with the footer where something was checked."""
        match shown:
            case Notice():
                yield from self._notice(shown)
                return
            case QuestionResult():
                yield from self._question(shown)
            case Several():
                for item in shown.items:
                    inner = self._notice(item) if isinstance(item, Notice) else self._question(item)
                    yield _div("gw-part", *inner)
            case Overview():
                yield from self._overview(shown)
        yield _div("gw-foot", self._say(words.FOOTER))

    def _notice(self, notice: Notice) -> Iterator[str]:
        yield _div("gw-message", self._text(notice.message))

    # --- a question

    def _question(self, question: QuestionResult) -> Iterator[str]:
        yield _div(
            f"gw-head gw-{question.state}",
            self._verdict(question.state),
            _span("gw-title", _escaped(question.id)),
            _span("gw-title", self._text(question.title)),
            _span("gw-dim gw-right", self._counts(question)),
        )
        yield from self._details(question)

    def _details(self, question: QuestionResult) -> Iterator[str]:
        if question.message:
            yield _div("gw-message", self._text(question.message))
        if question.checks:
            yield f"<ul>{''.join(map(self._check, question.checks))}</ul>"

    def _counts(self, question: QuestionResult) -> str:
        points = self._say(words.POINTS, points=question.points)
        if not question.checks:
            return points
        passed, total = question.passed_checks, len(question.checks)
        return f"{self._say(words.PROGRESS, passed=passed, total=total)} · {points}"

    def _check(self, check: CheckResult) -> str:
        parts = [
            self._text(check.text),
            _span("gw-word", self._say(words.STATES[check.state])),
            *self._said(check),
            self._block(words.TRACEBACK, check.traceback, always_open=True),
            self._block(words.PRINTED, check.printed),
        ]
        body = _div("gw-body", *parts)
        return f'<li class="gw-{check.state}">{self._mark(check.state)}{body}</li>'

    def _said(self, check: CheckResult) -> Iterator[str]:
        if check.message:
            yield _div("gw-message", self._text(check.message))
        if check.state == "partial":
            awarded = self._say(words.AWARDED, percent=words.percent(check.fraction))
            yield _div("gw-dim", awarded)
        if check.note:
            yield _div("gw-dim", self._text(check.note))

    def _block(self, head: Text, content: str, *, always_open: bool = False) -> str:
        """Lines of code or output; long output waits for a click."""
        lines = tidy(content).rstrip()
        if not lines:
            return ""
        state = " open" if always_open or lines.count("\n") < SHORT else ""
        summary = f"<summary>{self._say(head)}</summary>"
        return f"<details{state}>{summary}<pre>{_escaped(lines)}</pre></details>"

    # --- all questions

    def _overview(self, overview: Overview) -> Iterator[str]:
        passed, total = len(overview.having(["passed"])), len(overview.checked)
        yield _div(
            "gw-head",
            _span("gw-title", _escaped(overview.assignment)),
            _span("gw-title", self._text(overview.title)),
            _span("gw-dim gw-right", self._say(words.SUMMARY, passed=passed, total=total)),
        )
        rows = "".join(map(self._row, overview.questions))
        yield f"<table><thead>{self._heads()}</thead><tbody>{rows}</tbody></table>"
        yield from map(self._folded, overview.having(WRONG))
        yield from self._left(overview)

    def _heads(self) -> str:
        heads = (
            (words.HEAD_STATE, ""),
            (words.HEAD_QUESTION, ""),
            (words.HEAD_TITLE, ""),
            (words.HEAD_CHECKS, "gw-number"),
            (words.HEAD_POINTS, "gw-number"),
        )
        cells = (f'<th scope="col" class="{kind}">{self._say(head)}</th>' for head, kind in heads)
        return f"<tr>{''.join(cells)}</tr>"

    def _row(self, question: QuestionResult) -> str:
        count = f"{question.passed_checks}/{len(question.checks)}" if question.checks else ""
        return (
            f'<tr class="gw-{question.state}"><td>{self._verdict(question.state)}</td>'
            f"<td>{_escaped(question.id)}</td><td>{self._text(question.title)}</td>"
            f'<td class="gw-number">{count}</td>'
            f'<td class="gw-number">{question.points}</td></tr>'
        )

    def _folded(self, question: QuestionResult) -> str:
        """What is wrong with a question, behind a click."""
        name = f"{_escaped(question.id)} {self._text(question.title)}"
        summary = f"<summary>{self._mark(question.state)} {name}</summary>"
        inner = _div("gw-inner", *self._details(question))
        return f'<details class="gw-fold gw-{question.state}">{summary}{inner}</details>'

    def _left(self, overview: Overview) -> Iterator[str]:
        """What is still to do, and what is not for the machine."""
        if unanswered := [q.id for q in overview.having(OPEN)]:
            names = words.listed(unanswered, self._language)
            yield _div("gw-line", self._say(words.STILL_OPEN, names=names))
        if manual := overview.having(["manual"]):
            each = [words.with_points(q.id, q.points, self._language) for q in manual]
            names = words.listed(each, self._language)
            yield _div("gw-line", self._say(words.BY_A_PERSON, names=names))

    # --- words; each comes out escaped

    def _say(self, text: Text, /, **fields: object) -> str:
        return _escaped(words.say(text, self._language, **fields))

    def _text(self, text: Text) -> str:
        return _escaped(in_language(text, self._language))

    def _mark(self, state: str) -> str:
        return f'<span class="gw-mark" aria-hidden="true">{words.MARKS[state]}</span>'

    def _verdict(self, state: str) -> str:
        """The mark and the word together, on one line."""
        return _span("gw-word", f"{self._mark(state)} {self._say(words.STATES[state])}")


def _escaped(text: str) -> str:
    return escape(tidy(text))


def _div(kind: str, *inner: str) -> str:
    return f'<div class="{kind}">{"".join(inner)}</div>'


def _span(kind: str, inner: str) -> str:
    return f'<span class="{kind}">{inner}</span>'

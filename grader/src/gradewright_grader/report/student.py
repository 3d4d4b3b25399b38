"""A student's page: what they got, why, what to do next, and their notebook as it ran.

It tells nothing that helps to guess hidden inputs: of a check only its text and its message to
the student, never `detail`, which is the instructor's.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from gradewright.api.texts import in_language
from gradewright_grader.engine.record import CheckRecord
from gradewright_grader.page.markup import Html, el, joined
from gradewright_grader.report.cells import NotebookSection
from gradewright_grader.report.charts import stacked
from gradewright_grader.report.frame import badge, bdi, region, whole_page
from gradewright_grader.report.info import AssignmentInfo, GradedPage
from gradewright_grader.report.numbers import rounded
from gradewright_grader.report.states import MARKS, check_state, next_step
from gradewright_grader.report.view import QuestionView, open_points, question_views, reachable
from gradewright_grader.report.words import GATES, NEXT, STATES, listed, say, word

SHOWN_DIGITS = 12  # of a digest
FOR_INSTRUCTORS = ("broken frame", "check raised")  # about our checks: they would only puzzle


def student_page(graded: GradedPage, info: AssignmentInfo) -> str:
    """The page of one submission, in its student's language."""
    return _StudentPage(graded, info).html()


class _StudentPage:
    def __init__(self, graded: GradedPage, info: AssignmentInfo) -> None:
        self._record = graded.record
        self._info = info
        self._language = graded.record.language
        self._questions = question_views(graded.record, info)
        self._cells = NotebookSection(graded, self._questions, self._language)

    def html(self) -> str:
        title = self._title()
        parts = [self._header(), *self._verdicts(), self._notebook(), self._footer()]
        return whole_page(self._language, f"{self._record.student} · {title}", *parts)

    def _say(self, key: str, **fields: object) -> str:
        return word(key, self._language, **fields)

    def _text(self, text: dict[str, str]) -> str:
        return in_language(text, self._language)

    def _title(self) -> str:
        title = in_language(self._info.title, self._language)
        return f"{self._record.assignment} · {title}" if title else self._record.assignment

    # --- who and how much

    def _header(self) -> Html:
        return el(
            "header",
            el("p", self._title(), class_="kicker"),
            el("h1", bdi(self._record.student)),
            el("div", *self._score(), class_="score"),
            class_="top",
        )

    def _score(self) -> Iterator[Html]:
        record = self._record
        if record.status != "graded" or record.points is None:
            key = "score_refused" if record.status == "refused" else "score_error"
            yield el("p", self._say(key), class_="headline")
            if record.status == "refused":
                yield el("p", self._text(record.reason), class_="reason")
            return
        key = "score_auto" if record.manual_open else "score_all"
        most = reachable(record)
        yield el(
            "p",
            el("strong", rounded(record.points), class_="big"),
            " ",
            self._say(key, most=most),
            class_="headline",
        )
        yield self._bar(record.points, most)
        yield el("p", self._what_is_open(), class_="quiet")

    def _bar(self, points: Fraction, most: int) -> Html:
        waiting = open_points(self._record)
        parts = [("passed", points), ("failed", most - points), ("open", Fraction(waiting))]
        fields = {"earned": rounded(points), "lost": rounded(most - points), "open": waiting}
        counts = [(state, int(part * 1000)) for state, part in parts]
        return stacked(counts, self._say("score_split", **fields))

    def _what_is_open(self) -> str:
        opened = [view for view in self._questions if view.state == "open"]
        if not opened:
            return self._say("score_final")
        names = listed(
            [f"{v.short_id} {v.title(self._language)}".strip() for v in opened], self._language
        )
        return self._say("score_open", points=open_points(self._record), names=names)

    # --- the verdicts

    def _verdicts(self) -> Iterator[Html]:
        if self._questions:
            yield self._overview()
            feedback = [self._question(view) for view in self._questions]
            yield self._section("feedback", *feedback)
        if notes := self._notes():
            yield self._section("flags", el("ul", *notes, class_="notes"))

    def _section(self, key: str, *content: str, about: str = "") -> Html:
        heading = el("h2", self._say(key), id=f"part-{key}")
        told = [el("p", about, class_="quiet")] if about else []
        return el("section", heading, *told, *content, class_="part", aria_labelledby=f"part-{key}")

    def _overview(self) -> Html:
        heads = ("question", "verdict", "points")
        head = el(
            "tr",
            *(
                el("th", self._say(k), scope="col", class_="n" if k == "points" else None)
                for k in heads
            ),
        )
        rows = [self._row(view) for view in self._questions]
        table = el("table", el("thead", head), el("tbody", *rows), class_="overview")
        label = self._say("overview")
        return el("nav", el("h2", label), region(label, table), aria_label=label, class_="part")

    def _row(self, view: QuestionView) -> Html:
        name = joined([el("span", view.short_id, class_="id"), " ", view.title(self._language)])
        return el(
            "tr",
            el("th", el("a", name, href=f"#{view.id}"), scope="row"),
            el("td", self._badge(view)),
            el("td", self._points(view), class_="n"),
        )

    def _badge(self, view: QuestionView) -> Html:
        return badge(view.state, MARKS[view.state], say(STATES[view.state], self._language))

    def _points(self, view: QuestionView) -> str:
        points = "–" if view.state in ("open", "broken") else rounded(view.question.points)
        return self._say("of", points=points, most=view.question.max_points)

    def _question(self, view: QuestionView) -> Html:
        title = joined([el("span", view.short_id, class_="id"), " ", view.title(self._language)])
        head = el(
            "header",
            el("h3", title),
            self._badge(view),
            el("span", self._points(view), class_="n points"),
        )
        return el("article", head, *self._body(view), id=view.id, class_=f"question {view.state}")

    def _body(self, view: QuestionView) -> Iterator[Html]:
        yield from self._gate(view)
        if view.question.via == "reference":
            yield el("p", self._say("via"), class_="via")
        yield from self._teaching(view)
        yield from self._checks(view)
        yield from self._rubric(view)
        step = next_step(view.state, view.question, view.checks)
        if step is not None:
            text = say(NEXT[step], self._language, id=view.id)
            yield el("p", el("strong", self._say("next")), " ", text, class_="next")
        index = self._cells.cell_of(view.id)
        if index is not None:
            yield el("p", el("a", self._say("goto_cell"), href=f"#cell-{index}"), class_="goto")

    def _gate(self, view: QuestionView) -> Iterator[Html]:
        gate = view.question.gated_by
        message = self._text(view.question.message)
        if gate is not None and view.state == "failed":
            yield el("p", say(GATES.get(gate, GATES["error"]), self._language))
        if message:
            yield el("p", message, class_="message")

    def _teaching(self, view: QuestionView) -> Iterator[Html]:
        told = dict.fromkeys(self._text(c.feedback) for c in view.checks if c.feedback)
        for text in told:
            yield el("aside", el("h4", self._say("teaching")), el("p", text), class_="teaching")

    def _checks(self, view: QuestionView) -> Iterator[Html]:
        """Those to look at first; behind a gate none ran, and naming them would say nothing."""
        if view.question.gated_by:
            return
        if view.state == "unanswered":
            texts = [self._text(c.message) for c in view.checks if c.kind == "unanswered"]
            yield from (el("p", text, class_="message") for text in dict.fromkeys(texts))
            return
        passed = [c for c in view.checks if c.outcome == "passed"]
        others = [c for c in view.checks if c.outcome != "passed"]
        for key, checks in (("other_checks", others), ("passed_checks", passed)):
            if checks:
                items = [self._check(check) for check in checks]
                yield el("h4", self._say(key))
                yield el("ul", *items, class_="checks")

    def _check(self, check: CheckRecord) -> Html:
        state = check_state(check)
        text = self._text(check.text) or self._say("unnamed_check", id=check.id)
        parts = [el("span", text, class_="what")]
        if state != "passed":
            parts.append(el("span", say(STATES[state], self._language), class_="word"))
        if check.hidden:
            parts.append(el("span", self._say("hidden"), class_="tag"))
        if state == "partial":
            parts.append(el("span", self._say("share", points=rounded(check.points)), class_="tag"))
        if message := self._text(check.message):
            parts.append(el("p", message, class_="message"))
        mark = el("span", MARKS[state], class_="mark", aria_hidden="true")
        return el("li", mark, el("div", *parts), class_=state)

    def _rubric(self, view: QuestionView) -> Iterator[Html]:
        """Only once a person has marked the answer: before, it would give the answer away."""
        if view.state != "marked" or view.info is None or not view.info.rubric:
            return
        items = [
            el("li", el("span", self._say("share", points=points), class_="tag"), " ",
               in_language(text, self._language))
            for points, text in view.info.rubric
        ]  # fmt: skip
        yield el("h4", self._say("rubric"))
        yield el("ul", *items, class_="rubric")

    def _notes(self) -> list[Html]:
        flags = [flag for flag in self._record.flags if flag.kind not in FOR_INSTRUCTORS]
        texts = dict.fromkeys(self._text(flag.text) for flag in flags)
        return [el("li", text) for text in texts if text]

    # --- the notebook

    def _notebook(self) -> Html:
        about = self._say("notebook_about") if self._record.status == "graded" else ""
        return self._section("notebook", self._cells.html(), about=about)

    def _footer(self) -> Html:
        record = self._record
        facts = [self._say("digest", digest=record.digest[:SHOWN_DIGITS])]
        if record.verdict_digest:
            facts.append(self._say("verdict_digest", digest=record.verdict_digest[:SHOWN_DIGITS]))
        if record.box is not None:
            facts.append(self._say("box", level=record.box.level))
        return el("footer", el("p", " · ".join(facts)), el("p", self._say("offline")))

"""The class at a glance, for instructors: one part per assignment, each with its pictures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from urllib.parse import quote

from gradewright.api.texts import Text, in_language
from gradewright_grader.engine.record import Flag, SubmissionRecord
from gradewright_grader.page.markup import Html, el, joined
from gradewright_grader.report.charts import binned, histogram, stacked, swatch
from gradewright_grader.report.frame import badge, bdi, region, whole_page
from gradewright_grader.report.numbers import mean, median, percent, rounded
from gradewright_grader.report.states import MARKS, STATES, State
from gradewright_grader.report.stats import ClassStats, Entry, Finding, QuestionStats
from gradewright_grader.report.view import QuestionView, open_points, reachable
from gradewright_grader.report.words import STATES as STATE_WORDS
from gradewright_grader.report.words import listed, say, word

MOST_FAILED = 10  # checks in the list of those that fail most
MOST_FLAGS = 200
DETAILS = 300  # characters of a check's detail


def index_page(classes: Sequence[ClassStats], language: str, title: Text | None = None) -> str:
    """The overview of everything that was graded; `title` is the course's."""
    name = in_language(title, language) if title else ""
    heading = name or word("class_title", language)
    kicker = [el("p", word("class_title", language), class_="kicker")] if name else []
    header = el("header", *kicker, el("h1", heading), class_="top")
    parts = [_ClassPart(stats, language).html() for stats in classes]
    if not parts:
        parts = [el("p", word("empty_class", language))]
    contents = [_contents(classes, language)] if len(classes) > 1 else []
    footer = el("footer", el("p", word("offline", language)))
    return whole_page(language, heading, header, *contents, *parts, footer)


def _contents(classes: Sequence[ClassStats], language: str) -> Html:
    links = [
        el("li", el("a", _name(stats, language), href=f"#{stats.info.id}")) for stats in classes
    ]
    return el("nav", el("ul", *links), class_="contents", aria_label=word("class_title", language))


def _name(stats: ClassStats, language: str) -> str:
    title = in_language(stats.info.title, language)
    return f"{stats.info.id} · {title}" if title else stats.info.id


class _ClassPart:
    """One assignment of the index."""

    def __init__(self, stats: ClassStats, language: str) -> None:
        self._stats = stats
        self._language = language

    def html(self) -> Html:
        parts = [
            self._tiles(),
            *self._distribution(),
            self._part("success", self._success()),
            self._part("misconceptions", *self._misconceptions()),
            self._part("most_failed", self._most_failed()),
            self._part("attention", *self._attention()),
            self._part("all_students", self._students()),
        ]
        heading = el("h2", _name(self._stats, self._language), class_="assignment")
        return el("section", heading, *parts, id=self._stats.info.id, class_="class")

    def _say(self, key: str, **fields: object) -> str:
        return word(key, self._language, **fields)

    def _part(self, key: str, *content: str) -> Html:
        id = f"{self._stats.info.id}-{key}"
        heading = el("h3", self._say(key), id=id)
        return el("section", heading, *content, class_="part", aria_labelledby=id)

    def _table(self, key: str, heads: Sequence[str], rows: Sequence[Html], kind: str = "") -> Html:
        """A table under heads; a head that begins with # stands over numbers."""
        cells = [
            el("th", head.lstrip("#"), scope="col", class_="n" if head.startswith("#") else None)
            for head in heads
        ]
        body = el("table", el("thead", el("tr", *cells)), el("tbody", *rows), class_=kind or None)
        return region(self._say(key), body)

    # --- numbers and pictures

    def _tiles(self) -> Html:
        stats, points = self._stats, self._stats.points
        most = stats.most
        tiles = [("submissions", str(len(stats.entries)), "")]
        if points:
            of = f" / {most}"
            tiles += [
                ("median", rounded(median(points), 1), of),
                ("mean", rounded(mean(points), 1), of),
                ("best", rounded(max(points), 1), of),
            ]
        tiles.append(("to_mark", str(stats.open_count), ""))
        tiles.append(("not_graded", str(len(stats.troubled())), ""))
        made = [
            el("div", el("dt", self._say(key)), el("dd", value, el("span", of, class_="quiet")))
            for key, value, of in tiles
        ]
        return el("dl", *made, class_="tiles")

    def _distribution(self) -> Iterator[Html]:
        points = self._stats.points
        if not points or not self._stats.most:
            return
        bins = binned(points, Fraction(self._stats.most))
        middle = median(points)
        told = self._say(
            "distribution_about", count=len(points), most=self._stats.most, median=rounded(middle)
        )
        rows = [
            el("tr", el("th", b.label, scope="row"), el("td", str(b.count), class_="n"))
            for b in bins
        ]
        heads = (self._say("range"), "#" + self._say("submissions"))
        table = self._table("distribution", heads, rows)
        same = el("details", el("summary", self._say("as_table")), table)
        picture = histogram(bins, middle, self._say("distribution"), told)
        yield self._part("distribution", el("figure", picture, el("figcaption", told), same))

    def _success(self) -> Html:
        questions = self._stats.questions()
        present = [state for state in STATES if any(q.states[state] for q in questions)]
        keys = [el("span", swatch(s), say(STATE_WORDS[s], self._language)) for s in present]
        heads = (
            self._say("question"), self._say("success"), "#" + self._say("mean_share"),
            *("#" + say(STATE_WORDS[state], self._language) for state in present),
        )  # fmt: skip
        rows = [self._question(stats, present) for stats in questions]
        table = self._table("success", heads, rows, "success")
        return joined([el("p", *keys, class_="legend", aria_label=self._say("legend")), table])

    def _question(self, stats: QuestionStats, present: Sequence[State]) -> Html:
        parts = [(state, stats.states[state]) for state in present]
        told = listed(
            [f"{say(STATE_WORDS[s], self._language)} {n}" for s, n in parts if n], self._language
        )
        share = "–" if stats.share is None else percent(stats.share, 1)
        name = joined([el("span", stats.id.rpartition(".")[2], class_="id"), " ",
                       in_language(stats.title, self._language)])  # fmt: skip
        return el(
            "tr",
            el("th", name, scope="row"),
            el("td", stacked(parts, told), class_="picture"),
            el("td", share, class_="n strong"),
            *(el("td", str(n) if n else "·", class_="n") for _, n in parts),
        )

    # --- what went wrong

    def _misconceptions(self) -> Iterator[Html]:
        found = self._stats.misconceptions()
        if not found:
            yield el("p", self._say("no_misconceptions"), class_="quiet")
            return
        yield el("p", self._say("misconceptions_about"), class_="quiet")
        yield el("ol", *(self._misconception(finding) for finding in found), class_="met")

    def _misconception(self, finding: Finding) -> Html:
        count = len(finding.students)
        share = percent(count, len(self._stats.scored))
        head = el(
            "p",
            el("strong", str(count), class_="big"),
            el("span", f"{share} · {finding.question} · {finding.id}", class_="quiet"),
            class_="count",
        )
        who = el("p", *self._names(finding.students), class_="quiet")
        return el("li", head, el("div", el("p", in_language(finding.text, self._language)), who))

    def _names(self, students: Sequence[str], most: int = 12) -> list[str]:
        """The first names of a list, each held together, with how many more there are."""
        pages = {e.record.student: e.page for e in self._stats.entries}
        links = [el("a", bdi(s), href=_address(pages[s])) for s in students[:most]]
        more = [f"+{len(students) - most}"] if len(students) > most else []
        return [joined([*links, *more], self._say("between"))]

    def _most_failed(self) -> Html:
        found = self._stats.failed_checks()[:MOST_FAILED]
        if not found:
            return el("p", self._say("no_failed"), class_="quiet")
        heads = ("#" + self._say("count"), self._say("check"), self._say("question"))
        rows = [
            el(
                "tr",
                el("td", str(len(finding.students)), class_="n strong"),
                el("td", in_language(finding.text, self._language), " ", el("code", finding.id)),
                el("td", finding.question),
            )
            for finding in found
        ]
        return self._table("most_failed", heads, rows)

    def _attention(self) -> Iterator[Html]:
        rows = [self._trouble(entry) for entry in self._stats.troubled()]
        flags = self._stats.flags()
        rows += [self._flag(entries, flag) for entries, flag in flags[:MOST_FLAGS]]
        if not rows:
            yield el("p", self._say("no_attention"), class_="quiet")
            return
        heads = (self._say("student"), self._say("kind"), self._say("what"))
        yield self._table("attention", heads, rows, "attention")
        if len(flags) > MOST_FLAGS:
            yield el("p", f"+{len(flags) - MOST_FLAGS}", class_="quiet")

    def _flag(self, entries: Sequence[Entry], flag: Flag) -> Html:
        told = in_language(flag.text, self._language)
        if flag.line is not None:
            told = f"{told} ({self._say('line', line=flag.line)})"
        names = self._names([entry.record.student for entry in entries])
        return self._line(joined(names), "flag", "⚑", flag.kind, told)

    def _trouble(self, entry: Entry) -> Html:
        record = entry.record
        text = in_language(record.reason, self._language)
        if record.status == "error":
            text = f"{text} {self._say('error_advice')} {_detail(record)}".strip()
        state = "broken" if record.status == "error" else "failed"
        status = self._say(record.status)
        return self._line(self._link(entry), state, MARKS[state], status, text)

    def _line(self, who: Html, state: str, mark: str, kind: str, text: str) -> Html:
        return el(
            "tr",
            el("th", who, scope="row"),
            el("td", badge(state, mark, kind)),
            el("td", text),
        )

    # --- all students

    def _students(self) -> Html:
        questions = self._stats.questions()
        heads = (
            self._say("student"), "#" + self._say("total"),
            *("#" + q.id.rpartition(".")[2] for q in questions),
            self._say("status"), "#⚑",
        )  # fmt: skip
        rows = [self._student(entry, questions) for entry in self._stats.entries]
        return self._table("all_students", heads, rows, "students")

    def _student(self, entry: Entry, questions: Sequence[QuestionStats]) -> Html:
        record = entry.record
        total = "–" if record.points is None else rounded(record.points)
        views = {view.id: view for view in entry.questions}
        flags = str(len(record.flags)) if record.flags else "·"
        return el(
            "tr",
            el("th", self._link(entry), scope="row"),
            el(
                "td",
                el("strong", total),
                el("span", f" / {reachable(record)}", class_="quiet"),
                class_="n",
            ),
            *(self._cell(views.get(question.id)) for question in questions),
            el("td", self._status(record)),
            el("td", flags, class_="n"),
        )

    def _cell(self, view: QuestionView | None) -> Html:
        if view is None:
            return el("td", "–", class_="n quiet")
        told = say(STATE_WORDS[view.state], self._language)
        shown = "–" if view.state in ("open", "broken") else rounded(view.question.points)
        mark = el("span", MARKS[view.state], class_="mark", aria_hidden="true")
        told_too = el("span", told, class_="unseen")
        return el("td", mark, " ", shown, told_too, class_=f"n grade {view.state}", title=told)

    def _status(self, record: SubmissionRecord) -> Html:
        if record.status != "graded":
            state = "broken" if record.status == "error" else "failed"
            return badge(state, MARKS[state], self._say(record.status))
        if record.manual_open:
            text = self._say("open_note", points=open_points(record))
            return badge("open", MARKS["open"], text)
        return badge("passed", MARKS["passed"], self._say("graded"))

    def _link(self, entry: Entry) -> Html:
        return el("a", bdi(entry.record.student), href=_address(entry.page))


def _address(page: str) -> str:
    return quote(page)


def _detail(record: SubmissionRecord) -> str:
    """What our own checks said went wrong, once each."""
    said = Counter(f"{c.id}: {c.detail}" for c in record.checks if c.outcome == "error")
    return "; ".join(said)[:DETAILS]

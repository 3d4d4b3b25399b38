"""Numbers, words, pictures and states of reports."""

from __future__ import annotations

import string
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradewright.host.entries import Index
from gradewright.host.manifest import AssignmentManifest, Question, RubricItem
from gradewright.host.topic import Assignment
from gradewright_grader.page import words as page_words
from gradewright_grader.report import AssignmentInfo, QuestionInfo, words
from gradewright_grader.report.charts import binned, histogram, stacked
from gradewright_grader.report.frame import style
from gradewright_grader.report.numbers import mean, median, percent, rounded
from gradewright_grader.report.states import MARKS, STATES, check_state, next_step, question_state
from gradewright_grader.report.view import question_views, reachable

from . import building as b
from .reading import dangers, read

TABLES = {
    "words": words.WORDS,
    "states": words.STATES,
    "next": words.NEXT,
    "gates": words.GATES,
    "roles": page_words.ROLES,
    "ends": words.ENDS,
    "page": page_words.NOT_SHOWN,
    "around": {
        "skip": page_words.SKIP,
        "empty": page_words.EMPTY_CELL,
        "output": page_words.CELL_OUTPUT,
    },
}


@pytest.mark.parametrize("table", TABLES)
def test_every_word_is_there_in_both_languages(table: str) -> None:
    for key, text in TABLES[table].items():
        assert set(text) == set(words.LANGUAGES), key
        fields = [{f for _, f, _, _ in string.Formatter().parse(t) if f} for t in text.values()]
        assert fields[0] == fields[1], key
        assert all(said.strip() for key, said in text.items()) or key == "between"


def test_every_state_has_a_word_and_a_mark() -> None:
    assert set(STATES) == set(words.STATES) == set(MARKS)
    for state in STATES:
        assert f".{state}" in style()
        assert f".s-{state}" in style()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(37, 3), "12.33"),
        (Fraction(1, 8), "0.13"),
        (Fraction(175, 2), "87.5"),
        (90, "90"),
        (0, "0"),
        (Fraction(-1, 3), "-0.33"),
        (Fraction(-1, 1000), "0"),
        (Fraction(1999, 1000), "2"),
    ],
)
def test_points_are_rounded_half_away_from_zero(value: Fraction, text: str) -> None:
    assert rounded(value) == text


@given(st.fractions(min_value=0, max_value=1000))
def test_rounding_is_close(value: Fraction) -> None:
    assert abs(Fraction(rounded(value)) - value) <= Fraction(1, 200)


def test_shares_never_claim_all_or_nothing() -> None:
    assert percent(999, 1000) == "99 %"
    assert percent(1, 1000) == "1 %"
    assert percent(1, 1) == "100 %"
    assert percent(0, 5) == "0 %"
    assert percent(1, 0) == "–"


def test_median_and_mean_are_exact() -> None:
    values = [Fraction(1), Fraction(4), Fraction(2)]
    assert median(values) == 2
    assert median([*values, Fraction(3)]) == Fraction(5, 2)
    assert mean(values) == Fraction(7, 3)


@given(st.lists(st.fractions(min_value=0, max_value=90), max_size=40))
def test_a_histogram_counts_everybody_once(values: list[Fraction]) -> None:
    bins = binned(values, Fraction(90))
    assert sum(each.count for each in bins) == len(values)
    for each in bins[:-1]:
        assert each.count == sum(each.low <= value < each.high for value in values)


def test_pictures_tell_themselves_in_words() -> None:
    bins = binned([Fraction(5), Fraction(90)], Fraction(90))
    made = histogram(bins, Fraction(45), "Points <b>", "told in words")
    assert "<title>Points &lt;b&gt;</title>" in made
    assert "<desc>told in words</desc>" in made
    assert 'role="img"' in made
    bar = stacked([("passed", 2), ("failed", 0), ("open", 1)], "2 passed")
    assert bar.count("<rect") == 2
    assert dangers(made + bar) == []
    assert read(made).wrong == []


def test_the_style_has_light_and_dark_and_print() -> None:
    sheet = style()
    assert "/*light*/" not in sheet
    assert "/*dark*/" not in sheet
    for part in ("prefers-color-scheme: dark", "@media print", "prefers-reduced-motion"):
        assert part in sheet
    assert sheet.count("{") == sheet.count("}")


def test_colours_of_text_have_enough_contrast() -> None:
    light, dark = (_colours(part) for part in style().split("prefers-color-scheme: dark", 1))
    for colours in (light, dark):
        for name in ("fg", "dim", "good", "bad", "part", "open", "accent", *"kscmfo"):
            assert _contrast(colours[name], colours["bg"]) >= 4.5, name
        for name in ("fg", "dim", *"kscmfo"):
            assert _contrast(colours[name], colours["soft"]) >= 4.5, name
        for name in ("good", "part", "bad", "open"):
            assert _contrast(colours[name], colours[f"{name}-soft"]) >= 4.5, name
        assert _contrast(colours["fg"], colours["teach"]) >= 4.5


def _colours(sheet: str) -> dict[str, str]:
    parts = (part.strip() for part in sheet.replace("{", ";").replace("}", ";").split(";"))
    pairs = (part.split(":") for part in parts if part.startswith("--") and part.count(":") == 1)
    found: dict[str, str] = {}
    for name, value in pairs:
        if value.strip().startswith("#"):
            found.setdefault(name[2:], value.strip())
    return found


def _contrast(one: str, other: str) -> float:
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(colour: str) -> float:
    whole = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(whole[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_states_of_questions() -> None:
    record = b.record()
    states = [view.state for view in question_views(record, b.INFO)]
    assert states == ["partial", "passed", "unanswered", "open"]
    assert question_state(b.question("q1", 0), record, []) == "failed"
    assert question_state(b.question("q1", 0, gated_by="missing"), record, []) == "missing"
    assert question_state(b.question("q4", 5, 10, manual=True), b.record(manual_open=[]), []) == (
        "marked"
    )
    assert question_state(b.question("q1", 0), record, [b.check("q1.a", "error")]) == "broken"


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        (["unanswered", "unanswered"], "unanswered"),
        (["unanswered", ""], "unanswered"),  # its signature is right
        (["unanswered", "value"], "failed"),
        (["", ""], "failed"),  # all passed, and none of them earns by itself
        ([], "failed"),
    ],
)
def test_a_question_is_unanswered_when_a_stub_is_all_that_is_wrong(
    kinds: list[str], state: str
) -> None:
    checks = [b.check("q1.a", "failed" if kind else "passed", kind=kind) for kind in kinds]
    assert question_state(b.question("q1", 0), b.record(), checks) == state


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("gated", "unrun"),
        ("unrun", "unrun"),
        ("unanswered", "unanswered"),
        ("value", "failed"),
        ("ended", "failed"),
        ("ban", "failed"),
    ],
)
def test_the_kind_of_a_failed_check_tells_its_state_and_its_words_do_not(
    kind: str, state: str
) -> None:
    words = {"en": "Not run: NotImplementedError", "zh": "没有运行"}
    assert check_state(b.check("q1.a", "failed", kind=kind, message=words)) == state


def test_states_of_checks() -> None:
    assert check_state(b.check("q1.a")) == "passed"
    assert check_state(b.check("q1.a", "failed", Fraction(1, 3), kind="author")) == "partial"
    assert check_state(b.check("q1.a", "error", kind="ours")) == "broken"


def test_nothing_is_left_to_do_after_full_points() -> None:
    assert next_step("passed", b.question("q1", 30), []) is None
    assert next_step("marked", b.question("q4", 5, 10, manual=True), []) is None


def test_an_installed_assignment_tells_its_names() -> None:
    text = {"zh": "题", "en": "A title"}
    manifest = AssignmentManifest(
        id="demo1",
        title=text,
        minutes=10,
        questions=(Question(id="q1", title=text, points=4, manual=True),),
    )
    assignment = Assignment(
        topic_id="demo",
        topic_version="0",
        folder=Path(),
        reference_folder=Path(),
        languages=("zh", "en"),
        manifest=manifest,
        index=Index((), ()),
        rubric={"q1": (RubricItem(points=4, text=text),)},
        docstrings={},
    )
    question = QuestionInfo("demo1.q1", text, 4, manual=True, rubric=((4, text),))
    assert AssignmentInfo.of(assignment) == AssignmentInfo("demo1", text, (question,))


def test_points_are_out_of_what_is_not_open() -> None:
    assert reachable(b.record()) == 90
    assert reachable(b.record(manual_open=[])) == 100
    assert reachable(b.record(questions=[])) == 90

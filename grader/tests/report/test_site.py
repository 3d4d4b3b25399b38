"""Reports as files: what pages say, that they are well formed, safe and always the same."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from gradewright.notebook import roles
from gradewright_grader.judge.record import Flag
from gradewright_grader.report import AssignmentInfo, GradedPage, write_report
from gradewright_grader.report.names import PageNames, safe_stem
from gradewright_grader.report.site import PAGES
from gradewright_grader.report.stats import ClassStats, entry

from . import building as b
from .reading import Page, dangers, read

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def everyone() -> list[GradedPage]:
    return [
        b.page(student="wang"),
        b.page(student="李婷", language="zh"),
        GradedPage(b.refused()),
        GradedPage(b.errored(), b.ordinary()),
    ]


def written(tmp_path: Path, pages: list[GradedPage], **more: object) -> dict[str, str]:
    index = write_report(tmp_path, pages, [b.INFO], **more)  # type: ignore[arg-type]
    assert index == tmp_path / "index.html"
    return {
        str(path.relative_to(tmp_path)): path.read_text(encoding="utf-8")
        for path in sorted(tmp_path.rglob("*"))
        if path.is_file() and path.name != PAGES
    }


def student(graded: GradedPage, tmp_path: Path) -> str:
    files = written(tmp_path, [graded])
    return next(text for name, text in files.items() if name.startswith("students/"))


def well_formed(text: str) -> Page:
    page = read(text)
    assert page.wrong == []
    assert page.unclosed == []
    assert len(page.ids) == len(set(page.ids))
    for link in page.links:
        if link.startswith("#"):
            assert link[1:] in page.ids
    return page


def test_every_page_is_whole_safe_and_linked(tmp_path: Path) -> None:
    files = written(tmp_path, everyone())
    assert sorted(files) == [
        "index.html",
        "students/late.html",
        "students/unlucky.html",
        "students/wang.html",
        "students/李婷.html",
    ]
    for text in files.values():
        page = well_formed(text)
        assert dangers(text) == []
        assert {"main", "style", "footer", "h1"} <= page.tags
        assert "default-src 'none'; img-src data:; style-src 'unsafe-inline'" in text
        assert "@import" not in text
        assert "url(" not in text
    links = {link for link in read(files["index.html"]).links if not link.startswith("#")}
    assert links == {
        "students/late.html",
        "students/unlucky.html",
        "students/wang.html",
        "students/%E6%9D%8E%E5%A9%B7.html",
    }


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    first = written(tmp_path / "a", everyone())
    again = written(tmp_path / "b", everyone())
    assert first == again
    assert written(tmp_path / "a", everyone()) == first  # written over, nothing left behind


def test_a_student_reads_points_verdicts_and_what_to_do(tmp_path: Path) -> None:
    text = read(student(b.page(), tmp_path)).text
    assert "45 of 90 automatic points" in text
    assert text.count("This question is not answered yet") == 1  # once for all checks of q3
    assert "10 more points are open until a person has read q4" in text
    assert "partly passed" in text
    assert b.NATS["en"] in text
    assert "The idea to look at again" in text
    assert "Graded with the reference version of the earlier functions" in text
    assert 'run check("tree1.q3")' in text
    assert "Off by a constant factor." in text
    assert "tree1.q1" in text


def test_a_students_page_speaks_the_records_language(tmp_path: Path) -> None:
    made = student(b.page(student="李婷", language="zh"), tmp_path)
    text = read(made).text
    assert '<html lang="zh-Hans">' in made
    for said in ("部分通过", "下一步", b.NATS["zh"], "隐藏检查", "信息熵", "尚未作答", "待评阅"):
        assert said in text
    assert "What to do next" not in text


def test_what_is_the_instructors_never_reaches_students(tmp_path: Path) -> None:
    made = student(b.page(), tmp_path)
    assert "1.5849625" not in made
    assert "names the many values" not in made  # the rubric gives the answer away
    files = written(tmp_path / "error", [GradedPage(b.errored(), b.ordinary())])
    assert "secret 42" not in files["students/unlucky.html"]
    assert "line 3" not in files["students/unlucky.html"]
    assert "secret 42" in files["index.html"]
    assert "line 3" in files["index.html"]


def test_flags_for_instructors_are_not_shown_to_students(tmp_path: Path) -> None:
    ours = Flag(kind="check raised", text={"en": "The check q1.a raised KeyError."})
    theirs = Flag(kind="unusual", text={"en": "The answer uses exec; worth a look."}, line=3)
    files = written(tmp_path, [b.page(flags=[ours, theirs])])
    told = files["students/wang.html"]
    assert "raised KeyError" not in told
    assert "worth a look" in told
    for said in ("raised KeyError", "worth a look. (line 3)"):
        assert said in read(files["index.html"]).text


def test_the_rubric_is_shown_once_a_person_has_marked(tmp_path: Path) -> None:
    questions = [*b.record().questions[:3], b.question("q4", 6, 10, manual=True)]
    graded = b.page(manual_open=[], final=True, questions=questions, points=Fraction(51))
    text = read(student(graded, tmp_path)).text
    assert "51 of 100 points" in text
    assert "Everything has been graded." in text
    assert "names the many values" in text


def test_a_refused_file_says_why_and_an_error_that_it_costs_nothing(tmp_path: Path) -> None:
    files = written(tmp_path, everyone())
    assert "the file is empty; hand it in again" in files["students/late.html"]
    assert "It does not cost you anything." in files["students/unlucky.html"]
    assert "0 of" not in read(files["students/unlucky.html"]).text


@pytest.mark.parametrize(
    ("gate", "message", "said"),
    [
        ("missing", {"en": "entropy is not defined"}, ["not found", "Define it in this question"]),
        (
            "signature",
            {"en": "should have (y)"},
            ["The parameters are not those", "Solve this one"],
        ),
        ("ban", {"en": "sklearn is not allowed"}, ["does not allow", "sklearn is not allowed"]),
        ("error", {"en": "Your code raised KeyError"}, ["raises an error at once", "KeyError"]),
    ],
)
def test_what_gated_a_question_is_explained(
    tmp_path: Path, gate: str, message: dict[str, str], said: list[str]
) -> None:
    gated = b.question("q1", 0, gated_by=gate, message=message)
    text = read(student(b.page(questions=[gated]), tmp_path)).text
    for part in said:
        assert part in text
    assert "bits by default" not in text  # none of its checks ran


@pytest.mark.parametrize(
    ("checks", "said"),
    [
        ([b.check("q1.a", "failed")], "it shows the same public checks"),
        ([b.check("q1.a", "failed", hidden=True)], "Try the edges now"),
        ([b.check("q1.a", "failed", ended_by="memory")], "on a very small input first"),
        ([b.check("q1.a", "error")], "This is not your fault"),
    ],
)
def test_the_next_step_follows_from_what_failed(
    tmp_path: Path, checks: list[object], said: str
) -> None:
    graded = b.page(questions=[b.question("q1", 0)], checks=checks)
    assert said in read(student(graded, tmp_path)).text


def test_partial_credit_and_checks_that_did_not_run(tmp_path: Path) -> None:
    some = b.check("q1.a", "failed", Fraction(1, 2), points=Fraction(5, 2))
    unrun = b.check("q1.b", "failed", kind="unrun", message={"en": "another ran out of time"})
    text = read(
        student(b.page(questions=[b.question("q1", 3)], checks=[some, unrun]), tmp_path)
    ).text
    assert "2.5 points" in text
    assert "not run" in text


def test_the_notebook_stands_with_verdicts_in_its_margin(tmp_path: Path) -> None:
    made = student(b.page(), tmp_path)
    assert '<section class="cell code answer partial" id="cell-2"' in made
    assert '<section class="cell markdown answer open" id="cell-5"' in made
    assert "This cell ran out of time and was stopped" in made
    assert {"math", "msub"} <= read(made).tags
    assert "not run when grading" in made


def test_cells_may_be_told_apart_by_the_engine(tmp_path: Path) -> None:
    graded = GradedPage(b.record(), b.ordinary(), answers={1: "tree1.q2", 5: "tree1.q4"})
    made = student(graded, tmp_path)
    assert '<section class="cell code answer passed" id="cell-1"' in made
    assert '<section class="cell code" id="cell-2"' in made


@pytest.mark.parametrize("end", ["memory", "crash (SIGSEGV)", "error", "what is this"])
def test_every_end_of_a_cell_has_its_words(tmp_path: Path, end: str) -> None:
    cells = [b.CellRecord(index=4, question=None, ended_by=end)]
    assert 'class="ended">This cell' in student(b.page(cells=cells), tmp_path).replace(
        "The Python process ended or crashed in this", "This"
    )


def test_a_notebook_that_is_none_is_no_error(tmp_path: Path) -> None:
    odd = {"cells": [3, {"cell_type": "code", "metadata": [], "outputs": {}}, {"source": ["a"]}]}
    made = student(GradedPage(b.record(), odd), tmp_path)
    well_formed(made)
    assert "There is no notebook to show." in student(
        GradedPage(b.record(), {"cells": 1}), tmp_path
    )


def test_a_huge_notebook_is_cut_with_a_note(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gradewright_grader.report.cells.MOST_CHARACTERS", 300)
    assert "5 more cells are not shown" in student(b.page(), tmp_path)


def hostile(index_of: str = EVIL) -> GradedPage:
    """Every text that may come from a student, hostile."""
    words = {"en": EVIL, "zh": EVIL}
    cells = [
        b.code(EVIL, b.shown(text_html=EVIL), role="answer", question="tree1.q1"),
        b.text(EVIL, role=EVIL, question=EVIL),
        {"cell_type": EVIL, "source": EVIL, "metadata": {roles.KEY: {"role": EVIL}}},
    ]
    record = b.record(
        index_of,
        language=EVIL,
        path=EVIL,
        questions=[b.question("q1", 0, gated_by="error", message=words)],
        checks=[b.check("q1.a", "failed", message=words, text=words, misconception=EVIL)],
        cells=[b.CellRecord(index=0, question=None, ended_by=EVIL)],
        flags=[Flag(kind=EVIL, text=words)],
        digest=EVIL,
    )
    return GradedPage(record, b.notebook(*cells))


def test_nothing_a_student_wrote_can_run(tmp_path: Path) -> None:
    for text in written(tmp_path, [hostile(), hostile("\u202e" + EVIL)]).values():
        well_formed(text)
        assert dangers(text) == []
        assert "\u202e" not in text


def test_names_are_safe_file_names_and_never_the_same(tmp_path: Path) -> None:
    names = [
        "../../etc/passwd",
        "a/b",
        "a\\b",
        "CON",
        "",
        ".",
        "Wang",
        "wang",
        "ｗａｎｇ",
        "x" * 300,
    ]
    files = written(tmp_path, [b.page(student=name) for name in names])
    pages = [name for name in files if name.startswith("students/")]
    assert len(pages) == len({name.casefold() for name in pages}) == len(names)
    for name in pages:
        assert len(Path(name).name.encode()) < 200
        assert Path(name).parent == Path("students")
        assert not Path(name).name.startswith(".")


def test_file_names_stay_readable() -> None:
    assert safe_stem("2024-01_王.x") == "2024-01_王.x"
    assert safe_stem("Li Ting").startswith("Li_Ting-")
    names = PageNames()
    assert names.name("a") == "a.html"
    assert names.name("A") != "A.html"


def test_several_assignments_have_pages_and_parts_of_their_own(tmp_path: Path) -> None:
    other = AssignmentInfo("tree2", {"en": "Trees"})
    pages = [b.page(), b.page(assignment="tree2", questions=[], checks=[], manual_open=[])]
    index = write_report(tmp_path, pages, [b.INFO, other], title={"en": "Learning"})
    page = well_formed(index.read_text(encoding="utf-8"))
    assert {"#tree1", "#tree2"} <= set(page.links)
    assert "Learning" in page.text
    assert sorted(path.name for path in (tmp_path / "students").iterdir()) == [
        "wang.tree1.html",
        "wang.tree2.html",
    ]


def test_an_assignment_that_is_gone_is_told_by_the_record(tmp_path: Path) -> None:
    index = write_report(tmp_path, [b.page()])
    assert "tree1" in read(index.read_text(encoding="utf-8")).text
    assert "15 of 30" in (tmp_path / "students/wang.html").read_text(encoding="utf-8")


def test_an_empty_class_has_an_index(tmp_path: Path) -> None:
    text = written(tmp_path, [], language="zh")["index.html"]
    well_formed(text)
    assert "还没有提交" in text


def test_the_index_shows_the_class(tmp_path: Path) -> None:
    made = written(tmp_path, everyone())["index.html"]
    text = well_formed(made).text
    for said in (
        "How points are distributed", "2 submissions, out of 90 points", "Entropy", "50 %",
        b.NATS["en"], "tree1.q1.base_2_default", "entropy is given another value",
        "the file is empty", "refused", "error", "10 open",
    ):  # fmt: skip
        assert said in text
    assert made.count('role="img"') == 5  # the histogram and a bar for each question


def test_the_index_is_in_the_language_asked_for(tmp_path: Path) -> None:
    text = read(written(tmp_path, everyone(), language="zh")["index.html"]).text
    for said in ("分数分布", "遇到的误解", "需要你处理", "所有学生", "通过"):
        assert said in text


def test_an_index_with_nothing_wrong_says_so(tmp_path: Path) -> None:
    right = b.page(questions=[b.question("q1", 30)], checks=[], flags=[], manual_open=[])
    text = read(written(tmp_path, [right])["index.html"]).text
    for said in ("Nothing needs your attention.", "No check failed.", "No wrong answer matched"):
        assert said in text


def test_long_lists_are_cut_and_say_how_much_is_left(tmp_path: Path) -> None:
    flags = [Flag(kind="x", text={"en": f"note {i}"}) for i in range(210)]
    pages = [b.page(student=f"s{i:02d}", flags=flags) for i in range(14)]
    text = read(written(tmp_path, pages)["index.html"]).text
    assert "+10" in text
    assert "+2" in text


def test_counts_of_the_class() -> None:
    records = [b.record("a"), b.record("b"), b.refused("c"), b.errored("d")]
    stats = ClassStats(b.INFO, [entry(r, b.INFO, f"{r.student}.html") for r in records])
    assert stats.points == [Fraction(45), Fraction(45)]
    assert (stats.most, stats.open_count) == (90, 2)
    assert [e.record.student for e in stats.troubled()] == ["d", "c"]
    first, second, third, fourth = stats.questions()
    assert first.states == {"partial": 2}
    assert (first.share, second.share, fourth.share) == (Fraction(1, 2), 1, None)
    assert third.states == {"unanswered": 2}
    assert [(f.id, f.students) for f in stats.misconceptions()] == [("m1", ["a", "b"])]
    assert [f.id for f in stats.failed_checks()] == ["tree1.q1.base_2_default"]
    assert [len(entries) for entries, _ in stats.flags()] == [3]

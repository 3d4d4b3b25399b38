"""Code that was handed out runs as it was handed out, and what a student added to it stays."""

from __future__ import annotations

import pytest

from gradewright.notebook import GivenCells, plan

from .making import (
    GIVEN,
    PLOT,
    SETUP,
    TREE1,
    cell,
    honest,
    only,
    planned,
    read,
    replaced,
    same_text,
)


def given_cell(source: str, **more: object) -> dict[str, object]:
    return cell(source, "given", id="tree1-given-1") | more


class TestRestored:
    def test_a_deleted_cell_is_put_back_at_the_top(self) -> None:
        made = planned(replaced(2))
        assert (made.steps[0].source, made.steps[0].index) == (PLOT, -1)
        assert made.steps[0].restored
        assert made.steps[0].role == "given"
        assert made.keep == {2: ("entropy",), 4: ("gini", "Tree")}
        same_text(
            only(made.notes, "restored"),
            "下发的代码单元格（tree1-given-1）被删除了，批改时已放回 notebook 的开头。",
            "A cell of code that was handed out (tree1-given-1) was deleted; it was put back at "
            "the top for grading.",
        )

    def test_setup_comes_before_the_given_cells(self) -> None:
        made = plan(read(honest()[3:]), TREE1, GIVEN)
        assert [step.source for step in made.steps[:2]] == [SETUP, PLOT]

    def test_a_cell_turned_into_text_is_put_back(self) -> None:
        assert planned(replaced(2, given_cell(PLOT, cell_type="markdown"))).steps[0].source == PLOT


class TestChanged:
    def test_the_original_runs_in_its_place(self) -> None:
        made = planned(replaced(2, given_cell(PLOT.replace("sorted", "list"))))
        assert [(s.index, s.source, s.restored) for s in made.steps][1] == (-1, PLOT, True)
        note = only(made.notes, "changed_given")
        assert note.cell == 2
        same_text(
            note,
            "下发的代码单元格（第 3 个）被修改（改动或删除了 return sorted(values)），"
            "批改时用原来的代码。",
            "A cell of code that was handed out (cell 3) was changed (changed or gone: return "
            "sorted(values)); the original is used for grading.",
        )

    def test_what_was_added_stays(self) -> None:
        source = f"from collections import Counter\n{SETUP}\nprint(1)\nlog2 = math.log2"
        made = planned(replaced(1, cell(source, "setup", id="tree1-setup")))
        assert made.steps[0].source == SETUP
        assert made.steps[0].restored
        kept = made.steps[1]
        assert (kept.index, kept.role, kept.restored) == (1, "setup", False)
        lines = [line for line in kept.source.split("\n") if line]
        assert lines == ["from collections import Counter", "log2 = math.log2"]
        same_text(
            only(made.notes, "changed_given"),
            "下发的代码单元格（第 2 个）被修改（添加了 from collections import Counter），"
            "批改时用原来的代码，"
            "你添加的 Counter, log2 保留；最好写在自己的单元格里。",
            "A cell of code that was handed out (cell 2) was changed (added: from collections "
            "import Counter); the original is used for grading, with the names you added (Counter, "
            "log2). Better put those into a cell of your own.",
        )

    def test_a_line_that_is_gone_at_the_end(self) -> None:
        made = planned(replaced(1, cell(SETUP.rpartition("\n")[0], "setup", id="x")))
        assert "changed or gone: check, check_all = load(" in made.notes[0].text["en"]

    @pytest.mark.parametrize(
        "source",
        [
            "# 说明\n\n" + PLOT + "   \n\n",
            "!pip install -q numpy\n" + PLOT,
            "pip install numpy\n" + PLOT,
            PLOT.replace("\n", "\r\n"),
        ],
    )
    def test_blanks_comments_and_installers_change_nothing(self, source: str) -> None:
        made = planned(replaced(2, given_cell(source)))
        assert made.notes == ()
        assert (made.steps[1].index, made.steps[1].source) == (2, PLOT)

    def test_a_broken_cell_is_restored_too(self) -> None:
        made = planned(replaced(2, given_cell("def plot(values")))
        assert made.steps[1].source == PLOT
        only(made.notes, "changed_given")

    def test_a_very_long_line_is_told_short(self) -> None:
        made = planned(replaced(2, given_cell("x = '" + "a" * 5000 + "'\n" + PLOT)))
        assert len(only(made.notes, "changed_given").text["zh"]) < 250


class TestMatched:
    TWO = GivenCells(SETUP, (("g1", PLOT), ("g2", "def show(x):\n    return x")))

    def test_without_metadata_by_text_and_by_names(self) -> None:
        cells = [
            cell(SETUP + "\nx = 1"),
            cell(PLOT),
            cell("def show(x):\n    return 2"),
            *honest()[3:],
        ]
        made = plan(read(cells), TREE1, self.TWO)
        assert [step.source for step in made.steps if step.role == "given"] == [
            PLOT,
            "def show(x):\n    return x",
        ]
        assert [note.kind for note in made.notes] == ["changed_given"] * 2

    def test_changed_cells_are_told_apart_by_what_they_define(self) -> None:
        cells = [*honest()[:2], cell("def show(x):\n    return 2", "given", id="z"), *honest()[3:]]
        made = plan(read(cells), TREE1, self.TWO)
        assert [note.kind for note in made.notes] == ["restored", "changed_given"]
        assert "g1" in made.notes[0].text["en"]

    def test_else_by_their_order(self) -> None:
        cells = [*honest()[:2], cell("y = 1", "given", id="z"), *honest()[3:]]
        made = plan(read(cells), TREE1, self.TWO)
        assert [note.kind for note in made.notes] == ["restored", "changed_given"]
        assert "g2" in made.notes[0].text["en"]
        assert "y" in made.notes[1].text["en"]

    def test_a_copy_is_restored_as_well(self) -> None:
        made = planned(replaced(2, given_cell(PLOT), cell(PLOT + "  # 2", "given", id="copy")))
        assert [step.source for step in made.steps[1:3]] == [PLOT, PLOT]
        only(made.notes, "changed_given")

    def test_further_cells_that_claim_to_be_given_run_as_they_are(self) -> None:
        made = planned([*honest(), cell("x = 1", "given", id="z")])
        assert (made.steps[-1].role, made.steps[-1].source) == ("", "x = 1")
        assert made.notes == ()

    def test_an_assignment_without_given_code(self) -> None:
        made = plan(
            read(replaced(2, cell("# 空", "given", id="z"))), TREE1, GivenCells("", (("z", "#"),))
        )
        assert [step.index for step in made.steps] == [1, 3, 5, 6, 8]
        assert made.notes == ()


def test_the_packed_checks_of_an_earlier_release_are_no_change():
    from gradewright.notebook.given import essence

    lines = "import numpy as np\nfrom gradewright.student import load\ncheck, check_all = load({})"
    assert essence(lines.format('"old"')) == essence(lines.format('"new"'))
    assert essence(lines.format('"old"')) != essence("check, check_all = my_own(1)")

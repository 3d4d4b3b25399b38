"""Finding answers after copies, splits, merges, moves and tools that drop metadata."""

from __future__ import annotations

import pytest

from gradewright.notebook import (
    Plan,
    manual_answers,
    plan,
)

from .making import (
    ANSWERS,
    GIVEN,
    SETUP,
    STUBS,
    TAG,
    TREE1,
    Assignment,
    answer,
    cell,
    honest,
    only,
    planned,
    read,
    replaced,
    same_text,
)


def kinds(made: Plan) -> list[str]:
    return [note.kind for note in made.notes]


class TestFinding:
    def test_without_any_metadata_by_the_markers(self) -> None:
        cells = [each | {"metadata": {}} for each in honest()]
        made = planned(cells)
        assert made.cells == planned(honest()).cells
        assert kinds(made) == ["found_by_marker"] * 3
        same_text(
            made.notes[0],
            "tree1.q1：单元格的元数据不在了，凭第一行的标记注释找到了答案（第 4 个单元格）。",
            "tree1.q1: the cell's metadata are gone; the answer was found by its marker comment "
            "(cell 4).",
        )
        assert manual_answers(read(cells), TREE1) == {"q4": "因为…"}

    def test_without_markers_by_name(self) -> None:
        made = planned(replaced(3, cell(ANSWERS["q1"])))
        assert made.cells["q1"] == (3,)
        assert made.missing == ()
        same_text(
            only(made.notes, "found_by_name"),
            "tree1.q1：entropy 不在这道题的单元格里，在第 4 个单元格中找到并采用；最好移回原处。",
            "tree1.q1: entropy was found in cell 4, not in the question's own cell, and counts; "
            "better move it there.",
        )

    @pytest.mark.parametrize(
        "source",
        [
            "if True:\n    def entropy(y, base=2): return 1",
            "try:\n    import x\nexcept ImportError:\n    entropy = lambda y: 1",
            "from functools import partial\nentropy = partial(max)",
            "%matplotlib inline\nasync def entropy(y): pass",
        ],
    )
    def test_by_name_in_any_form(self, source: str) -> None:
        assert planned(replaced(3, cell(source))).cells["q1"] == (3,)

    def test_several_functions_in_one_cell_by_name(self) -> None:
        made = planned(replaced(6, cell(ANSWERS["q2"])))
        assert made.cells["q2"] == (6,)
        assert made.missing == ()
        assert "gini, Tree was found in cell 7" in only(made.notes, "found_by_name").text["en"]

    def test_a_split_cell_counts_whole(self) -> None:
        gini, tree = ANSWERS["q2"].split("\n\n\n")
        made = planned(replaced(6, answer("q2", gini), cell(tree)))
        assert made.cells["q2"] == (6, 7)
        assert made.keep == {2: ("entropy",), 4: ("gini",), 5: ("Tree",)}
        assert "Tree was found in cell 8" in only(made.notes, "found_by_name").text["en"]

    def test_a_split_cell_with_its_metadata_twice_needs_no_note(self) -> None:
        gini, tree = ANSWERS["q2"].split("\n\n\n")
        made = planned(replaced(6, answer("q2", gini), answer("q2", tree, id="b")))
        assert made.cells["q2"] == (6, 7)
        assert made.notes == ()

    def test_merged_cells_answer_both_questions(self) -> None:
        both = answer("q1")
        both["source"] += "\n\n" + answer("q2")["source"]
        cells = replaced(3, both)
        del cells[6]
        made = planned(cells)
        assert made.cells == {"q1": (3,), "q2": (3,), "q3": (7,)}
        assert made.keep == {2: ("entropy", "gini", "Tree")}
        assert only(made.notes, "found_by_marker").question == "q2"

    def test_written_below_the_stub(self) -> None:
        made = planned(replaced(3, answer("q1", STUBS["q1"]), cell(ANSWERS["q1"])))
        assert made.cells["q1"] == (3, 4)
        assert made.keep[3] == ("entropy",)
        only(made.notes, "found_by_name")

    def test_above_the_stub_the_stub_counts_as_in_the_kernel(self) -> None:
        made = planned(replaced(3, cell(ANSWERS["q1"]), answer("q1", STUBS["q1"])))
        assert made.cells["q1"] == (4,)
        assert made.notes == ()

    def test_in_an_exploration_it_is_run_there(self) -> None:
        made = planned(replaced(3, answer("q1", STUBS["q1"]), cell(ANSWERS["q1"], "explore")))
        assert made.cells["q1"] == (3, 4)
        assert made.steps[3].role == "answer"
        only(made.notes, "found_by_name")

    def test_in_the_setup_cell_it_is_kept(self) -> None:
        cells = replaced(1, cell(f"{SETUP}\n{ANSWERS['q1']}", "setup", id="tree1-setup"))
        del cells[3]
        made = planned(cells)
        assert made.cells["q1"] == (1,)
        assert kinds(made) == ["found_by_name", "changed_given"]
        assert made.keep[1] == ("entropy",)
        assert (made.steps[1].index, made.steps[1].role) == (1, "answer")

    def test_a_copied_cell_counts_too_and_the_last_wins(self) -> None:
        made = planned(replaced(6, answer("q2"), answer("q2", id="copy")))
        assert made.cells["q2"] == (6, 7)
        assert made.keep[5] == ("gini", "Tree")
        same_text(
            only(made.notes, "duplicate"),
            "tree1.q2：gini, Tree 在第 7, 8 个单元格中都有定义，以最后一个为准；请删去其余的。",
            "tree1.q2: gini, Tree is defined in the cells 7, 8; the last one counts. Remove the "
            "others.",
        )

    def test_defined_again_in_another_answer_the_last_wins(self) -> None:
        made = planned(replaced(8, answer("q3", ANSWERS["q1"])))
        assert made.cells["q1"] == (3, 8)
        assert made.keep[5] == ("entropy",)
        assert only(made.notes, "duplicate").question == "q1"

    def test_a_deleted_cell(self) -> None:
        made = planned(replaced(3))
        assert made.missing == ("q1",)
        assert made.cells["q1"] == ()
        same_text(
            only(made.notes, "missing"),
            "没有找到 tree1.q1 的答案单元格：请从下发的 notebook 中复制回来，并保留第一行 “# "
            "question: "
            "tree1.q1”。",
            "No answer cell for tree1.q1 was found: copy it back from the notebook that was handed "
            'out, with its first line "# question: tree1.q1".',
        )

    def test_a_function_of_another_name(self) -> None:
        made = planned(replaced(6, answer("q2", ANSWERS["q2"].replace("gini", "Gini"))))
        assert made.missing == ("q2",)
        same_text(
            only(made.notes, "missing"),
            "tree1.q2 的单元格里没有定义 gini：请用题目要求的名字定义。",
            "The cells of tree1.q2 do not define gini: define it under exactly this name.",
        )

    @pytest.mark.parametrize("kind", ["markdown", "raw"])
    def test_a_retyped_cell_is_missing(self, kind: str) -> None:
        cells = honest()
        cells[3]["cell_type"] = kind
        made = planned(cells)
        assert made.missing == ("q1",)
        assert made.cells["q2"] == (6,)
        same_text(
            only(made.notes, "retyped"),
            f"tree1.q1 的单元格（第 4 个）被改成了 {kind} 类型，不会运行：请改回代码（code）类型。",
            f"The cell of tree1.q1 (cell 4) was turned into {kind} and is not run: turn it back "
            "into code.",
        )

    def test_a_cell_with_a_syntax_error(self) -> None:
        made = planned(
            replaced(3, answer("q1", "%matplotlib inline\ndef entropy(y)\n    return 1"))
        )
        assert made.missing == ("q1",)
        assert made.steps[2].index == 3
        same_text(
            only(made.notes, "syntax"),
            "第 4 个单元格第 3 行有语法错误（expected ':'），整个单元格都不能运行。",
            "Cell 4, line 3: a syntax error (expected ':'); the whole cell cannot run.",
        )

    def test_syntax_errors_of_other_cells_are_told_when_an_answer_is_missing(self) -> None:
        broken = cell("def entropy(y) return")
        assert planned([*honest(), broken]).notes == ()
        assert kinds(planned([*replaced(3), broken])) == ["missing", "syntax"]

    def test_a_cell_too_long_to_be_looked_into(self) -> None:
        made = planned(replaced(3, answer("q1", "x = '" + "a" * 200_000 + "'")))
        same_text(
            only(made.notes, "syntax"),
            "第 4 个单元格有 200027 个字符，太长，无法寻找其中的答案（最多 200000）："
            "请把数据放进文件。",
            "Cell 4 has 200027 characters, too many to look for answers in (at most 200000); put "
            "data into a file.",
        )

    def test_a_question_that_does_not_exist(self) -> None:
        made = planned([*honest(), cell("# question: tree1.q9\nx = 1", id="z")])
        assert made.steps[-1].index == 10
        note = only(made.notes, "unknown_question")
        assert note.cell == 10
        same_text(
            note,
            "第 11 个单元格标着 tree1.q9，这份作业没有这道题（有 tree1.q1, tree1.q2, tree1.q3, "
            "tree1.q4）：它当作普通代码运行。",
            "Cell 11 is marked tree1.q9, which this assignment does not have (it has tree1.q1, "
            "tree1.q2, tree1.q3, tree1.q4); it runs as ordinary code.",
        )

    @pytest.mark.parametrize("by_tag", [True, False])
    def test_the_notebook_of_another_assignment(self, by_tag: bool) -> None:
        tag = TAG | {"assignment": "tree2"} if by_tag else TAG
        extra = [] if by_tag else [cell("# question: tree2.q1\nx = 1", id="z")]
        made = planned([*honest(), *extra], metadata={"gradewright": tag})
        same_text(
            only(made.notes, "other_assignment"),
            "这份 notebook 属于作业 tree2，现在按 tree1 批改：交错文件了吗？",
            "This notebook belongs to the assignment tree2 and is graded as tree1: is it the wrong "
            "file?",
        )

    def test_another_language(self) -> None:
        notebook = read(honest())
        assert plan(notebook, TREE1, GIVEN, language="zh").notes == ()
        same_text(
            only(plan(notebook, TREE1, GIVEN, language="en").notes, "language"),
            "notebook 的语言是 zh，批改使用 en：不影响得分。",
            "The notebook's language is zh, it is graded in en; that does not change the points.",
        )
        english = Assignment(languages=("en",))
        assert kinds(plan(notebook, english, GIVEN)) == ["language"]

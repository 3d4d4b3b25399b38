"""Planning the run: which cells run, what is kept, what is told."""

from __future__ import annotations

import random
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradewright.notebook import (
    GivenCells,
    Plan,
    answer_sources,
    manual_answers,
    plan,
    saved_outputs,
)

from .making import (
    ANSWERS,
    GIVEN,
    PLOT,
    SETUP,
    STUBS,
    TREE1,
    Assignment,
    Question,
    answer,
    cell,
    honest,
    numbered,
    only,
    planned,
    read,
    replaced,
    same_text,
)


def kinds(made: Plan) -> list[str]:
    return [note.kind for note in made.notes]


def run_order(made: Plan) -> list[int]:
    return [step.index for step in made.steps]


class TestHonest:
    def test_needs_no_notes(self) -> None:
        made = planned(honest())
        assert made.notes == ()
        assert made.missing == ()
        assert made.cells == {"q1": (3,), "q2": (6,), "q3": (8,)}

    def test_steps_follow_the_notebook_without_checks_text_and_explorations(self) -> None:
        made = planned(honest())
        steps = [(step.index, step.question, step.role) for step in made.steps]
        assert steps == [
            (1, None, "setup"),
            (2, None, "given"),
            (3, "q1", "answer"),
            (5, None, ""),
            (6, "q2", "answer"),
            (8, "q3", "answer"),
        ]
        assert not any(step.restored for step in made.steps)

    def test_functions_are_kept_as_their_cell_left_them(self) -> None:
        assert planned(honest()).keep == {2: ("entropy",), 4: ("gini", "Tree")}

    def test_a_blank_release_needs_no_notes(self) -> None:
        cells = honest()
        cells[3], cells[6] = answer("q1", STUBS["q1"]), answer("q2", STUBS["q2"])
        assert planned(cells).notes == ()

    @pytest.mark.parametrize(
        "extra",
        [
            cell(""),
            cell("  \n"),
            cell("check('q1')"),
            cell("check_all()"),
            cell("!pip install numpy"),
            cell("# 我的想法"),
            cell("我觉得很有意思", kind="markdown"),
        ],
    )
    def test_cells_that_do_nothing_are_not_run(self, extra: dict[str, Any]) -> None:
        made = planned([*honest(), extra])
        assert made.steps == planned(honest()).steps
        assert made.notes == ()

    @pytest.mark.parametrize("source", ["print(1)", "%matplotlib inline", "x = check('q1')"])
    def test_other_cells_of_the_student_are(self, source: str) -> None:
        made = planned([*honest(), cell(source)])
        assert made.steps[-1].source == source
        assert made.notes == ()

    def test_colab_drops_ids_and_uncomments_the_installer(self) -> None:
        cells = [{k: v for k, v in each.items() if k != "id"} for each in honest()]
        cells[1]["source"] = "%pip install -q gradewright\n" + SETUP.replace("\n", "  \n")
        made = planned(cells, nbformat_minor=0)
        assert made.notes == ()
        assert made.steps[0].source == SETUP


class TestEscapes:
    @pytest.mark.filterwarnings("error")
    def test_what_python_warns_about_is_no_fault(self) -> None:
        made = planned(replaced(3, answer("q1", "def entropy(y): return '\\d'")))
        assert made.notes == ()
        assert "\\d" in answer_sources(made)["q1"]


class TestRebound:
    @pytest.mark.parametrize(
        "source",
        [
            "entropy = 0.5",
            "for entropy in []: pass",
            "import entropy",
            "def entropy(): pass",
            "del entropy",
        ],
    )
    def test_a_later_cell_of_the_student(self, source: str) -> None:
        made = planned([*honest(), cell(source, id="z")])
        assert made.keep[2] == ("entropy",)
        note = only(made.notes, "rebound")
        assert (note.question, note.cell) == ("q1", 10)
        same_text(
            note,
            "tree1.q1：entropy 后来在第 11 个单元格中被重新赋值；批改用答案单元格中的定义。"
            "请换一个变量名。",
            "tree1.q1: entropy is given another value in cell 11; what the answer cell defined is "
            "graded. Use another name there.",
        )

    def test_another_answer_that_stores_a_value(self) -> None:
        made = planned(replaced(8, answer("q3", "entropy = entropy([1, 2])")))
        assert made.keep[2] == ("entropy",)
        only(made.notes, "rebound")

    def test_an_exploration_does_not(self) -> None:
        assert planned(replaced(7, cell("entropy = 1", "explore"))).notes == ()

    def test_an_earlier_cell_does_not(self) -> None:
        assert planned([cell("entropy = 1", id="z"), *honest()]).notes == ()


class TestExplored:
    def needing(self, explored: str, answered: str, role: str = "explore") -> Plan:
        return planned(replaced(3, cell(explored, role, id="e"), answer("q1", answered)))

    @pytest.mark.parametrize("role", ["explore", "check", "text", "manual"])
    def test_a_helper_that_an_answer_needs_is_run(self, role: str) -> None:
        made = self.needing("def log(x):\n    return x", "def entropy(y):\n    return log(y)", role)
        assert [(s.index, s.role) for s in made.steps][2:4] == [(3, role), (4, "answer")]
        same_text(
            only(made.notes, "explore_needed"),
            "第 4 个单元格是自由探索用的，批改时本来不运行；但答案用到了其中的 log，所以运行了。"
            "请移到答案"
            "单元格中。",
            "Cell 4 is for exploring and is not run when grading; an answer uses log from it, so "
            "it was run after all. Move that into the answer cell.",
        )

    @pytest.mark.parametrize(
        ("explored", "answered"),
        [
            ("x = [1]", "def entropy(x):\n    return x"),
            ("n = 1", "def entropy(y):\n    n = len(y)\n    return n"),
            ("math = 1", "def entropy(y):\n    return math.log(2)"),
            ("helper = 1", "def entropy(y):\n    return helper"),
            ("len = 1", "def entropy(y):\n    return len(y)"),
            ("z = 1", "z = 2\ndef entropy(y):\n    return z"),
            ("z = 1", "def entropy(y):\n    'z'\n    return y.z"),
        ],
    )
    def test_what_no_answer_needs_is_not(self, explored: str, answered: str) -> None:
        made = self.needing(explored, answered)
        assert made.notes == ()
        assert 3 not in run_order(made)

    def test_need_goes_from_cell_to_cell(self) -> None:
        cells = replaced(
            3,
            cell("base = 2", "explore", id="e1"),
            cell("def inner(x):\n    return x * base", "explore", id="e2"),
            cell("def outer(x):\n    return inner(x)", id="own2"),
            cell("unused = base", "explore", id="e3"),
            answer("q1", "def entropy(y):\n    return outer(y)"),
        )
        made = planned(cells)
        assert [i for i in run_order(made) if 3 <= i <= 7] == [3, 4, 5, 7]
        assert [note.cell for note in made.notes] == [3, 4]

    def test_with_a_magic_in_the_answer(self) -> None:
        made = self.needing("k = 1", "%matplotlib inline\ndef entropy(y):\n    return k")
        assert kinds(made) == ["explore_needed"]


class TestLookalikes:
    @pytest.mark.parametrize(
        ("source", "zh", "en"),
        [
            (
                "x = 1\ny = 'a\u202eb'",
                "第 11 个单元格第 2 行含有改变文字方向的字符 U+202E RIGHT-TO-LEFT OVERRIDE："
                "显示的顺序与运行的"
                "不同，请删除。",
                "Cell 11, line 2: the character U+202E RIGHT-TO-LEFT OVERRIDE changes the "
                "direction "
                "of text: what is shown is not what runs. Remove it.",
            ),
            (
                "x = 1\u200b",
                "第 11 个单元格第 1 行含有不可见字符 U+200B ZERO WIDTH SPACE："
                "请删除后重新输入这一行。",
                "Cell 11, line 1: there is an invisible character U+200B ZERO WIDTH SPACE; delete "
                "it and type the line again.",
            ),
            (
                "entr\u043epy = 1",
                "第 11 个单元格中的名字 entr\u043epy 看起来像 entropy，却含有其他字母表的字母："
                "请重新输入。",
                "Cell 11: the name entr\u043epy looks like entropy, but has letters of another "
                "alphabet; type it again.",
            ),
        ],
    )
    def test_are_flagged(self, source: str, zh: str, en: str) -> None:
        made = planned([*honest(), cell(source, id="z")])
        same_text(only(made.notes, "bidi"), zh, en)
        assert made.steps[-1].source == source

    @pytest.mark.parametrize("character", "\u2066\u200f\u00ad\u3164\ufeff\U000e0041")
    def test_other_characters(self, character: str) -> None:
        assert kinds(planned([*honest(), cell(f"x = '{character}'", id="z")])) == ["bidi"]

    @pytest.mark.parametrize(
        "source",
        ["熵 = Δx = α_1 = 1  # ρ", "'👨\u200d👩\u200d👧 ✔\ufe0f'", "# русский текст", "а = = 1"],
    )
    def test_honest_text_of_the_world_is_not(self, source: str) -> None:
        assert planned([*honest(), cell(source, id="z")]).notes == ()


class TestWritten:
    def test_words_right_below_belong_to_the_question(self) -> None:
        cells = [
            *honest(),
            cell("而且…", kind="markdown", id="a"),
            cell("", kind="markdown", id="a2"),
            cell("最后", kind="raw", id="b"),
            cell("1", id="c"),
            cell("不算", kind="markdown", id="d"),
        ]
        assert manual_answers(read(cells), TREE1) == {"q4": "因为…\n\n而且…\n\n最后"}

    def test_a_retyped_text_is_still_read(self) -> None:
        cells = honest()
        cells[9] |= {"cell_type": "code"}
        assert manual_answers(read(cells), TREE1) == {"q4": "因为…"}
        same_text(
            only(planned(cells).notes, "retyped"),
            "tree1.q4 的文字单元格（第 10 个）被改成了 code 类型，内容仍会交给老师批改。",
            "The text cell of tree1.q4 (cell 10) was turned into code; what it says is still "
            "graded by a person.",
        )

    def test_a_deleted_text(self) -> None:
        cells = replaced(9)
        assert manual_answers(read(cells), TREE1) == {}
        note = only(planned(cells).notes, "missing")
        assert note.question == "q4"
        same_text(
            note,
            "没有找到 tree1.q4 的文字单元格：请从下发的 notebook 中复制回来，再写答案。",
            "No text cell for tree1.q4 was found: copy it back from the notebook that was handed "
            "out and write the answer into it.",
        )

    def test_saved_outputs_stand_cell_by_cell(self) -> None:
        out = {"output_type": "stream", "name": "stdout", "text": "1"}
        cells = replaced(8, answer("q3", outputs=[out, out]), answer("q3", id="b"))
        assert saved_outputs(read(cells), TREE1) == {"q1": [[]], "q2": [[]], "q3": [[out, out], []]}

    def test_answer_sources_are_python_line_for_line(self) -> None:
        cells = replaced(3, answer("q1", "%time x = 1"), cell("def entropy(y): return 1", id="z"))
        sources = answer_sources(planned(cells))
        assert sources["q1"] == "# question: tree1.q1\nx = 1\n\ndef entropy(y): return 1"
        assert sources["q2"].endswith(ANSWERS["q2"])
        assert "q1" not in answer_sources(planned(replaced(3)))


class TestAnyOrder:
    @given(st.permutations(range(10)))
    @settings(max_examples=60, deadline=None)
    def test_the_same_answers(self, order: list[int]) -> None:
        cells = numbered(honest())
        made = planned([cells[n] for n in order])
        sources = {q: [cells[order[i]]["source"] for i in found] for q, found in made.cells.items()}
        assert sources == {q: [answer(q)["source"]] for q in ("q1", "q2", "q3")}
        assert made.missing == ()
        assert made.notes == ()
        assert sorted(name for names in made.keep.values() for name in names) == [
            "Tree",
            "entropy",
            "gini",
        ]

    @given(st.lists(st.integers(0, 9), max_size=14), st.integers(0, 2**32))
    @settings(max_examples=100, deadline=None)
    def test_cells_lost_copied_and_stripped_never_raise(self, picks: list[int], seed: int) -> None:
        chance = random.Random(seed)
        cells = [dict(honest()[n], id=f"p{k}") for k, n in enumerate(picks)]
        for each in cells:
            each["cell_type"] = chance.choice(["code", "code", "markdown", "raw"])
            each["metadata"] = chance.choice([each["metadata"], {}])
            each["source"] = each["source"][chance.choice([0, 0, 25]) :]
        made = planned(cells)
        assert set(made.missing) <= {"q1", "q2", "q3"}
        assert all(0 <= position < len(made.steps) for position in made.keep)
        for step in made.steps:
            assert step.restored == (step.index == -1)
        for question in ("q1", "q2", "q3"):
            told = any(note.question == question for note in made.notes)
            assert (question not in made.missing) or told


class TestSpeed:
    def test_a_typical_notebook_takes_milliseconds(self) -> None:
        cells = honest()
        body = "\n".join(f"    x{n} = [v * {n} for v in range(n) if v % 2]" for n in range(15))
        for n in range(50):
            kind = "markdown" if n % 2 else "code"
            cells.append(cell(f"def helper_{n}(n):\n{body}\n    return n", kind=kind, id=f"h{n}"))
        notebook = read(cells)
        started = time.process_time()
        for _ in range(5):
            plan(notebook, TREE1, GIVEN)
        assert (time.process_time() - started) / 5 < 0.1

    def test_two_thousand_cells_that_all_claim_everything(self) -> None:
        source = "\n".join(f"# question: tree1.q{n}" for n in range(1, 4)) + "\n" + ANSWERS["q2"]
        notebook = read([cell(source, "explore", id=f"c{n}") for n in range(2000)])
        started = time.process_time()
        made = plan(notebook, TREE1, GivenCells(SETUP, (("g", PLOT),)))
        assert made.cells["q1"] == tuple(range(2000))
        assert time.process_time() - started < 4

    def test_many_explorations_that_need_each_other(self) -> None:
        chain = [cell(f"def f{n}(): return f{n + 1}()", "explore") for n in range(600)]
        first = cell("# question: tree1.q1\ndef entropy(y): return f0()")
        questions = (Question("q1", ("entropy",)),)
        notebook = read([first, *chain], metadata={})
        started = time.process_time()
        made = plan(notebook, Assignment(questions=questions), GivenCells(""))
        assert len(made.steps) == 601
        assert time.process_time() - started < 4

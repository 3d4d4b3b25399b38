"""What is said beside verdicts: every mishap once, in the words of the one who knows most."""

from __future__ import annotations

from fractions import Fraction

import pytest

from gradewright.api.texts import filled
from gradewright.notebook.notes import note
from gradewright_grader.engine.record import CellRecord
from gradewright_grader.engine.remarks import explain_missing, flags_of
from gradewright_grader.judge import messages
from gradewright_grader.judge.record import CheckRecord, Flag, Judgement, QuestionRecord

MISSING = filled(messages.MISSING, names="gini")
SYNTAX = note("syntax", "q1", 6, line=2, why="expected ':'")


def judgement(gate=None, message=None, flags=()):
    check = CheckRecord(
        id="tree1.q1.oracle",
        question="q1",
        outcome="failed",
        fraction=Fraction(0),
        weight=Fraction(1),
        hidden=True,
        message=filled(messages.GATED, why=dict(message)) if message else {"en": "wrong"},
    )
    question = QuestionRecord(
        id="tree1.q1", points=Fraction(0), max_points=10, gated_by=gate, message=message or {}
    )
    return Judgement(questions=[question], checks=[check], flags=list(flags))


def explained(notes=(), cells=(), gate="missing"):
    made = judgement(gate, MISSING)
    explain_missing(made, list(notes), list(cells))
    assert made.checks[0].message == filled(messages.GATED, why=made.questions[0].message)
    return made.questions[0].message


class TestMissingAnswers:
    def test_a_syntax_error_is_told_first(self):
        assert explained([SYNTAX], [CellRecord(index=6, question="q1", ended_by="error")]) == {
            "zh": "第 7 个单元格第 2 行有语法错误（expected ':'），整个单元格都不能运行。"
            + MISSING["zh"],
            "en": "Cell 7, line 2: a syntax error (expected ':'); the whole cell cannot run. "
            + MISSING["en"],
        }

    def test_a_cell_that_raised(self):
        assert explained(cells=[CellRecord(index=6, question="q1", ended_by="error")]) == {
            "zh": "第 7 个单元格运行到一半就出错了，后面的定义没有执行。" + MISSING["zh"],
            "en": "Cell 7 stopped half-way with an error, so what it defines after that is not "
            "there. " + MISSING["en"],
        }

    def test_a_cell_that_was_cut_off(self):
        assert explained(cells=[CellRecord(index=6, question="q1", ended_by="cpu")]) == {
            "zh": "第 7 个单元格没有运行完（cpu），其中的定义不算数。" + MISSING["zh"],
            "en": "Cell 7 did not run to its end (cpu), so what it defines is not there. "
            + MISSING["en"],
        }

    @pytest.mark.parametrize("question", [None, "q2"])
    def test_cells_of_others_explain_nothing(self, question):
        cells = [CellRecord(index=6, question=question, ended_by="error")]
        assert explained(cells=cells) == MISSING

    def test_another_gate_keeps_its_words(self):
        assert explained([SYNTAX], gate="signature") == MISSING


class TestFlags:
    def test_the_judges_syntax_flag_gives_way_to_the_note(self):
        told = Flag(kind="syntax", text={"en": "expected ':' (<unknown>)"}, question="q1")
        assert [f.text for f in flags_of(judgement(flags=[told]), [SYNTAX], [])] == [SYNTAX.text]

    def test_other_flags_of_the_judge_stay(self):
        told = [
            Flag(kind="syntax", text={"en": "elsewhere"}, question="q2"),
            Flag(kind="unusual", text={"en": "eval"}, question="q1"),
        ]
        assert flags_of(judgement(flags=told), [SYNTAX], [])[:2] == told

    def test_a_name_changed_at_run_time(self):
        (flag,) = flags_of(judgement(), [], ["gini"])
        assert flag.kind == "rebound"
        assert flag.text == {
            "zh": "gini 在作答之后被其他单元格改成了别的东西；评分时用的是作答单元格里的定义。",
            "en": "gini was changed by another cell after the answer; the answer's definition was "
            "graded.",
        }

    def test_a_name_whose_change_stands_in_the_text_is_told_once(self):
        known = note("rebound", "q1", 8, question="tree1.q1", name="gini")
        flags = flags_of(judgement(), [known], ["gini", "gini_split"])
        assert [flag.text["en"].split(" ")[0] for flag in flags] == ["tree1.q1:", "gini_split"]

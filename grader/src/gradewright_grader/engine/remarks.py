"""What is said about a submission beside its verdicts: flags, and why an answer is not there.

Reading, running and judging each see a part of the same mishap; here it is told once, in the words
of the one who knows most: that a cell has a syntax error, not that its function is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from gradewright.api.texts import Text, filled, joined
from gradewright.notebook import Note
from gradewright_grader.engine.record import CellRecord, Flag
from gradewright_grader.judge import messages
from gradewright_grader.judge.record import CheckRecord, Judgement

REBOUND = {
    "zh": "{name} 在作答之后被其他单元格改成了别的东西；评分时用的是作答单元格里的定义。",
    "en": "{name} was changed by another cell after the answer; the answer's definition was graded.",
}
CELL_RAISED = {
    "zh": "第 {cell} 个单元格运行到一半就出错了，后面的定义没有执行。",
    "en": "Cell {cell} stopped half-way with an error, so what it defines after that is not there.",
}
CELL_ENDED = {
    "zh": "第 {cell} 个单元格没有运行完（{end}），其中的定义不算数。",
    "en": "Cell {cell} did not run to its end ({end}), so what it defines is not there.",
}


def flags_of(
    judgement: Judgement, notes: Sequence[Note], rebound: Iterable[str], junk: int = 0
) -> list[Flag]:
    """All flags of a submission, each thing once.

    notes: of reading and planning; rebound: names that the box found changed after the answer;
    junk: packets that belonged to nothing while the cells ran.
    """
    told = {(note.kind, note.question) for note in notes}
    flags = [f for f in judgement.flags if f.kind != "syntax" or (f.kind, f.question) not in told]
    flags += [Flag(kind=n.kind, text=dict(n.text), question=n.question) for n in notes]
    flags += _seen_at_run_time(rebound, notes)
    if junk and not any(flag.kind == "junk" for flag in flags):
        flags.append(Flag(kind="junk", text=dict(messages.FLAG_JUNK)))
    return flags


def _seen_at_run_time(names: Iterable[str], notes: Sequence[Note]) -> Iterator[Flag]:
    """Names that were bound again in some way that does not stand in the text."""
    told = [note.text["en"] for note in notes if note.kind == "rebound"]
    for name in names:
        if not any(f": {name} " in text for text in told):
            yield Flag(kind="rebound", text=filled(REBOUND, name=name))


def explain_missing(
    judgement: Judgement, notes: Sequence[Note], cells: Sequence[CellRecord]
) -> None:
    """Say of answers that are missing what became of their cell, before "it is not defined"."""
    for question in judgement.questions:
        short = question.id.rpartition(".")[2]
        why = _why_missing(short, notes, cells)
        if question.gated_by == "missing" and why:
            plain = dict(question.message)
            question.message = joined(why, plain)
            checks = [check for check in judgement.checks if check.question == short]
            _retell(checks, filled(messages.GATED, why=plain), question.message)


def _why_missing(question: str, notes: Sequence[Note], cells: Sequence[CellRecord]) -> Text | None:
    for note in notes:
        if note.question == question and note.kind == "syntax":
            return note.text
    for cell in cells:
        if cell.question == question and cell.ended_by == "error":
            return filled(CELL_RAISED, cell=cell.index + 1)
        if cell.question == question:
            return filled(CELL_ENDED, cell=cell.index + 1, end=cell.ended_by)
    return None


def _retell(checks: Iterable[CheckRecord], old: Text, why: Text) -> None:
    for check in checks:
        if check.message == old:
            check.message = filled(messages.GATED, why=dict(why))

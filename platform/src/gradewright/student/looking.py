"""A look at a hand-in without running it: what is missing, still a stub, stale or out of order.

What grading would note (`notebook.plan`) is found by the same code, with the assignment as the
payload tells it. What only the student can use (execution counts) is looked at here alone.
"""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gradewright.notebook import Cell, Note, Plan, manual_answers, plan
from gradewright.notebook.locate import Finder
from gradewright.notebook.names import BROKEN, BUILTINS, MAX_CHARS, no_warnings, parsable
from gradewright.student.findings import Finding, finding, numbers
from gradewright.student.handin import HandIn, KnownAssignment, known_assignment, own_given

COSTLY: Final = ("missing", "retyped", "syntax")  # notes on what costs points
PROMPT_ENDS: Final = (":", "：")


@dataclass(frozen=True)
class Look:
    """What was seen. `open` are the questions (short ids) without an answer of their own yet."""

    plan: Plan
    findings: tuple[Finding, ...]
    open: frozenset[str]
    early: tuple[Finding, ...]
    idle: frozenset[int]
    bound: dict[str, tuple[int, ...]]


def look_at(handin: HandIn) -> Look:
    """Look at a hand-in; `early` (names used before their cell) is what a run would show better."""
    if handin.payload is None:
        return _without_payload(handin)
    assignment = known_assignment(handin.payload)
    planned = plan(handin.notebook, assignment, own_given(handin.notebook))
    finder = Finder(handin.notebook, assignment)
    with no_warnings():
        stubs = dict(_stubs(finder, planned))
        early = tuple(_early(finder))
    manual = tuple(_manual(handin, finder))
    found = (
        *_noted(handin, finder, planned),
        *(_unanswered(finder, id, what) for id, what in stubs.items()),
        *manual,
        *_stale(handin, finder),
    )
    waiting = {one.question.rpartition(".")[2] for one in manual if one.question}
    return Look(
        planned,
        found,
        frozenset(waiting | stubs.keys() | set(planned.missing)),
        early,
        _idle(finder),
        _bound(finder),
    )


def _without_payload(handin: HandIn) -> Look:
    finder = Finder(handin.notebook, KnownAssignment("", (), ()))
    with no_warnings():
        early = tuple(_early(finder))
    notes = tuple(_remark(handin, finder, note) for note in handin.notebook.notes)
    found = (finding("payload", "mend"), *notes, *_stale(handin, finder))
    nothing = Plan((), {}, {})
    return Look(nothing, found, frozenset(), early, _idle(finder), _bound(finder))


# --- notes of reading and planning


def _noted(handin: HandIn, finder: Finder, planned: Plan) -> Iterator[Finding]:
    for note in (*handin.notebook.notes, *planned.notes):
        yield _remark(handin, finder, note)


def _remark(handin: HandIn, finder: Finder, note: Note) -> Finding:
    manual = {q.id for q in finder.assignment.questions if q.manual}
    gone = note.kind == "missing"
    costly = gone or (note.kind in COSTLY and note.question not in manual)
    full = finder.full(note.question) if note.question else None
    return Finding(note.kind, "mend" if costly else "look", note.text, full, note.cell)


# --- answers


def _stubs(finder: Finder, planned: Plan) -> Iterator[tuple[str, dict[str, str]]]:
    """Questions that have cells, but some of whose names are as handed out, and what those are."""
    for question in finder.assignment.questions:
        cells = [finder.notebook.cells[i] for i in planned.cells.get(question.id, ())]
        if blank := [name for name in question.functions if _is_stub(finder, cells, name)]:
            names = ", ".join(blank)
            yield question.id, {"zh": names, "en": names}
        elif cells and not question.functions and all(_says_nothing(c.source) for c in cells):
            yield question.id, {"zh": "答案单元格", "en": "its cell"}


def _is_stub(finder: Finder, cells: list[Cell], name: str) -> bool:
    hows = [how for cell in cells if (how := finder.names(cell).bound.get(name))]
    return hows[-1:] == ["blank"]


def _says_nothing(source: str) -> bool:
    """Whether a cell has only comments, or still the `...` that the answer is to replace."""
    if len(source) > MAX_CHARS:
        return False
    try:
        body = ast.parse(parsable(source)).body
    except BROKEN:
        return False
    texts = [isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant) for one in body]
    return all(texts) or any(_is_ellipsis(one) for one in body)


def _is_ellipsis(statement: ast.stmt) -> bool:
    value = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(value, ast.Constant) and value.value is ...


def _unanswered(finder: Finder, id: str, what: dict[str, str]) -> Finding:
    full = finder.full(id)
    return finding("unanswered", "mend", full, what=what)


def _manual(handin: HandIn, finder: Finder) -> Iterator[Finding]:
    """Written answers that end with their prompt's colon, or have no text at all."""
    for id, text in manual_answers(handin.notebook, finder.assignment).items():
        last = text.rstrip().rpartition("\n")[2].strip(" \t*_")
        if not last or last.endswith(PROMPT_ENDS):
            full = finder.full(id)
            yield finding("manual", "mend", full, _manual_cell(finder, full))


def _manual_cell(finder: Finder, full: str) -> int:
    short = full.replace(".", "-")
    for cell in finder.notebook.cells:
        if cell.type != "code" and (cell.id == short or (cell.tag and cell.tag.question == full)):
            return cell.index
    return 0


# --- execution counts


def _idle(finder: Finder) -> frozenset[int]:
    """Cells that only call check(), install, or say nothing: not running them changes nothing."""
    with no_warnings():
        return frozenset(cell.index for cell in finder.code if finder.names(cell).idle)


def _stale(handin: HandIn, finder: Finder) -> Iterator[Finding]:
    idle = _idle(finder)
    counted = [(cell.index, handin.counts[cell.index]) for cell in finder.code]
    ran = [count for _, count in counted if count is not None]
    left = [index for index, count in counted if count is None and index not in idle]
    if counted and not ran:
        yield finding("unexecuted.all", "look")
        return
    if left:
        yield finding("unexecuted", "look", cell=left[0], cells=numbers(left))
    if ran != list(range(1, len(ran) + 1)):
        told = " ".join(f"[{count}]" for count in ran[:8]) + (" …" if len(ran) > 8 else "")
        yield finding("stale", "look", counts=told)


# --- names used before their cell


def _bound(finder: Finder) -> dict[str, tuple[int, ...]]:
    """Name → the cells that bind it, in order."""
    cells: dict[str, list[int]] = {}
    with no_warnings():
        for cell in finder.code:
            for name in finder.names(cell).bound:
                cells.setdefault(name, []).append(cell.index)
    return {name: tuple(indices) for name, indices in cells.items()}


def _early(finder: Finder) -> Iterator[Finding]:
    """The first use of each name that only later cells define."""
    seen: set[str] = set(BUILTINS)
    later = {name: cell for cell in finder.code[::-1] for name in finder.names(cell).bound}
    for cell in finder.code:
        names = finder.names(cell)
        for name in sorted(_read_at_top(cell.source) - seen - names.bound.keys()):
            if name in later and later[name].index > cell.index:
                number = later[name].index + 1
                yield finding("order", "look", None, cell.index, name=name, later=number)
                seen.add(name)
        seen.update(names.bound)


def _read_at_top(source: str) -> frozenset[str]:
    """Names that a cell reads while it runs, outside of functions, and does not bind itself."""
    if len(source) > MAX_CHARS:
        return frozenset()
    try:
        table = symtable.symtable(parsable(source), "<cell>", "exec")
    except BROKEN:
        return frozenset()
    return frozenset(
        symbol.get_name()
        for symbol in table.get_symbols()
        if symbol.is_referenced() and not symbol.is_assigned()
    )

"""The master notebook: notebook.py in py:percent, read into cells that are known to be right.

Every rule of the format is checked here, with file and line, so that `build` may rely on it. What
the answer cells hold (stubs, solutions) is not the master's matter: it comes from the reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import jupytext  # type: ignore[import-untyped]

from gradewright.host.errors import TopicError, near, place_of, quoted
from gradewright.host.manifest import Question
from gradewright.host.topic import Assignment
from gradewright.notebook import roles
from gradewright_grader.authoring.cells import BEGIN, END, Master, MasterCell, called, fault
from gradewright_grader.authoring.sequence import check_language, check_same_sequence

MARK = re.compile(r"^# %%(?!%)(\s|$)")
OPTIONS = {
    "code": ("role", "question", "of", "check", "lang"),
    "markdown": ("role", "question", "lang"),
}
CODE_ROLES = (roles.SETUP, roles.GIVEN, roles.EXPLORE)


def read_master(assignment: Assignment) -> Master:
    """Read notebook.py of an assignment. Raises TopicError for the first defect."""
    path = assignment.folder / "notebook.py"
    if not path.is_file():
        raise TopicError(
            "there is no notebook.py here; write the master notebook as docs/topic-format.md shows",
            place_of(assignment.folder),
        )
    reader = _Reader(assignment, path)
    master = Master(path, tuple(reader.cells()))
    for language in assignment.languages:
        check_language(assignment, master, language)
    check_same_sequence(assignment, master)
    return master


class _Reader:
    """Reads single cells; what ties cells together is checked later."""

    def __init__(self, assignment: Assignment, path: Path) -> None:
        self.assignment = assignment
        self.path = path
        self.questions = {assignment.full_id(q.id): q for q in assignment.questions}

    def cells(self) -> Iterator[MasterCell]:
        text = self.path.read_text(encoding="utf-8")
        raw = jupytext.reads(text, fmt="py:percent").cells
        lines = [n for n, line in enumerate(text.split("\n"), 1) if MARK.match(line)]
        if len(lines) != len(raw):
            raise fault(
                self.path,
                lines[0] if lines else 1,
                f'{len(lines)} lines begin with "# %%", but {len(raw)} cells were read: allowed '
                'are cells that begin with "# %%", and no such line in a string; put a mark above '
                "the first cell, or change the string",
            )
        for cell, line in zip(raw, lines, strict=True):
            yield self.cell(cell, line)

    def cell(self, cell: Any, line: int) -> MasterCell:
        if cell.cell_type not in OPTIONS:
            raise fault(
                self.path,
                line,
                f'a "[{cell.cell_type}]" cell: allowed are "# %%" and "# %% [markdown]"; change '
                "the mark of this cell",
            )
        options = self.options(cell, line)
        role = self.role(cell.cell_type, options, line)
        made = MasterCell(
            kind="code" if cell.cell_type == "code" else "text",
            source=cell.source,
            role=role,
            question=options.get("question", options.get("check", "")),
            of=tuple(filter(None, (name.strip() for name in options.get("of", "").split(",")))),
            lang=options.get("lang", ""),
            line=line,
        )
        self.check_question(made)
        self.check_body(made, of="of" in options)
        return made

    def options(self, cell: Any, line: int) -> dict[str, str]:
        allowed = OPTIONS[cell.cell_type]
        options = {k: v for k, v in cell.metadata.items() if k != "lines_to_next_cell"}
        for name, value in options.items():
            if name not in allowed:
                raise fault(
                    self.path,
                    line,
                    f'the cell has the unknown option "{name}": allowed are {quoted(allowed)}; '
                    f"{_guess(name, allowed)}",
                )
            if not isinstance(value, str) or not value:
                raise fault(
                    self.path,
                    line,
                    f'the option "{name}" has the value {value!r}: allowed is text in quotes; '
                    f'write {name}="…"',
                )
        self.check_language(options.get("lang", ""), line)
        return options

    def check_language(self, language: str, line: int) -> None:
        if language and language not in self.assignment.languages:
            raise fault(
                self.path,
                line,
                f'lang="{language}" is no language of {self.assignment.id}: allowed are '
                f"{quoted(self.assignment.languages)}; change it, or add it to assignment.toml",
            )

    def role(self, kind: str, options: Mapping[str, str], line: int) -> str:
        """The role, from the one option that says what the cell is."""
        named = options.get("role", "")
        if kind == "markdown":
            if named in ("", roles.MANUAL) and bool(named) == ("question" in options):
                return named or roles.TEXT
            allowed = 'a text cell has no role, or role="manual" with question="…"'
        else:
            told = [name for name in ("role", "question", "check") if name in options]
            if told == ["question"]:
                return roles.ANSWER
            if told == ["check"] and "of" not in options:
                return roles.CHECK
            if told == ["role"] and named in CODE_ROLES and self.of_allowed(options):
                return named
            allowed = (
                f'a code cell has one of question="…" (with of="…"), check="…" and role= '
                f"{quoted(CODE_ROLES)}"
            )
        shown = " ".join(f'{name}="{value}"' for name, value in options.items()) or "no options"
        raise fault(
            self.path, line, f"the cell has {shown}: {allowed}; correct the options of this cell"
        )

    def of_allowed(self, options: Mapping[str, str]) -> bool:
        return "of" not in options or options["role"] == roles.GIVEN

    def check_question(self, cell: MasterCell) -> None:
        if not cell.question:
            return
        question = self.questions.get(cell.question)
        if question is None:
            raise fault(
                self.path,
                cell.line,
                f'"{cell.question}" is no question of {self.assignment.id}: '
                f"{near(cell.question, self.questions)}; write the whole id of a question",
            )
        if question.manual != (cell.role == roles.MANUAL):
            is_, cells = (
                ("manual", '[markdown] question="…" role="manual" cells')
                if question.manual
                else ("answered in code", 'question="…" and check="…" code cells')
            )
            raise fault(
                self.path,
                cell.line,
                f"{cell.question} is {is_}, but this is {called(cell.role)}: allowed are {cells}; "
                "change the cell, or manual in assignment.toml",
            )

    def check_body(self, cell: MasterCell, *, of: bool) -> None:
        if of and not cell.of:
            raise fault(
                self.path, cell.line, 'of="" names nothing: allowed are names; name some or drop of'
            )
        if (of or cell.role == roles.CHECK) and cell.source.strip():
            first = cell.source.strip().splitlines()[0]
            raise fault(
                self.path,
                cell.line,
                f'the {cell.role} cell has the body "{first}": allowed is an empty one, since it '
                "is generated; remove it",
            )
        if cell.role == roles.ANSWER and not of:
            solution_regions(cell, self.path, self.questions[cell.question])


def _guess(name: str, allowed: Sequence[str]) -> str:
    guess = near(name, allowed)
    return guess if guess.startswith("did") else "remove it"


def solution_regions(cell: MasterCell, path: Path, question: Question) -> list[tuple[int, int]]:
    """The (begin, end) mark lines of an answer cell, from 0. Raises TopicError if unbalanced."""
    if question.functions:
        raise fault(
            path,
            cell.line,
            f'the answer cell of {cell.question} has no of="…": allowed are the functions '
            f"{quoted(question.functions)}; add of= and leave the cell empty",
        )
    regions: list[tuple[int, int]] = []
    begin: int | None = None
    for number, line in enumerate(cell.source.split("\n")):
        if line.strip() not in (BEGIN, END):
            continue
        if (line.strip() == BEGIN) != (begin is None):
            raise _unbalanced(cell, path, line.strip(), number)
        if begin is None:
            begin = number
        else:
            regions.append((begin, number))
            begin = None
    if begin is not None or not regions:
        raise _unbalanced(cell, path, BEGIN if regions or begin is not None else "nothing", begin)
    return regions


def _unbalanced(cell: MasterCell, path: Path, found: str, number: int | None) -> TopicError:
    return fault(
        path,
        cell.line + 1 + (number or 0) if number is not None else cell.line,
        f'the answer cell of {cell.question} has "{found}" without its partner: allowed are pairs '
        f'of "{BEGIN}" and "{END}", at least one and none inside another; add the missing line',
    )

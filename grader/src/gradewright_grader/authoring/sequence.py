"""What must hold for the cells of a master together: each language is a whole notebook.

`master` reads single cells; the rules here see all of them.
"""

from __future__ import annotations

from gradewright.host.errors import quoted
from gradewright.host.manifest import Question
from gradewright.host.topic import Assignment
from gradewright.notebook import roles
from gradewright_grader.authoring.cells import Master, MasterCell, called, fault


def check_language(assignment: Assignment, master: Master, language: str) -> None:
    """One setup cell, first; every question once. Raises TopicError for the first defect."""
    _Language(assignment, master, language).check()


class _Language:
    """What must hold for the cells of one language together."""

    def __init__(self, assignment: Assignment, master: Master, language: str) -> None:
        self.assignment = assignment
        self.path = master.path
        self.language = language
        self.cells = master.in_language(language)

    def check(self) -> None:
        self.check_setup()
        for question in self.assignment.questions:
            id = self.assignment.full_id(question.id)
            cells = [c for c in self.cells if c.question == id and c.role != roles.CHECK]
            if not cells:
                raise fault(
                    self.path,
                    0,
                    f"{id} has no cell in {self.language}: every question of assignment.toml has "
                    f"one; add {self.example(question)}",
                )
            if question.functions:
                self.check_functions(question, cells)
            elif len(cells) > 1:
                raise fault(
                    self.path,
                    cells[1].line,
                    f"{id} has {len(cells)} cells in {self.language}: allowed is one; remove this",
                )

    def example(self, question: Question) -> str:
        id = self.assignment.full_id(question.id)
        if question.manual:
            return f'# %% [markdown] question="{id}" role="manual" lang="{self.language}"'
        of = f' of="{", ".join(question.functions)}"' if question.functions else ""
        return f'# %% question="{id}"{of}'

    def check_setup(self) -> None:
        code = [cell for cell in self.cells if cell.kind == "code"]
        setups = [cell for cell in code if cell.role == roles.SETUP]
        if len(setups) != 1:
            raise fault(
                self.path,
                setups[1].line if setups else 0,
                f"there are {len(setups)} setup cells in {self.language}: allowed is one; "
                + ("remove this one" if setups else 'add # %% role="setup" with the imports'),
            )
        if code[0] is not setups[0]:
            raise fault(
                self.path,
                code[0].line,
                f"the first code cell is {called(code[0].role)}: allowed is the setup cell, which "
                "loads the checks; move the setup cell up",
            )

    def check_functions(self, question: Question, cells: list[MasterCell]) -> None:
        named = [(name, cell) for cell in cells for name in cell.of]
        seen: set[str] = set()
        for name, cell in named:
            if name not in question.functions or name in seen:
                why = "twice" if name in seen else "which is none of its functions"
                raise fault(
                    self.path,
                    cell.line,
                    f'{cell.question} names "{name}" {why}: allowed is each of '
                    f"{quoted(question.functions)} once; correct of=",
                )
            seen.add(name)
        missing = [name for name in question.functions if name not in seen]
        if missing:
            raise fault(
                self.path,
                cells[-1].line,
                f"of= of {cells[-1].question} leaves out {quoted(missing)}: allowed is all of "
                f"{quoted(question.functions)}; add what is missing",
            )


def check_same_sequence(assignment: Assignment, master: Master) -> None:
    """A release in one language must have the cells that it has in another."""
    first, *others = assignment.languages
    for other in others:
        left, right = (master.in_language(language) for language in (first, other))
        for number in range(max(len(left), len(right))):
            a, b = (cells[number] if number < len(cells) else None for cells in (left, right))
            if _form(a) != _form(b):
                raise fault(
                    master.path,
                    max(cell.line for cell in (a, b) if cell is not None),
                    f"cell {number + 1} is {_said(a)} in {first}, but {_said(b)} in {other}: every "
                    "language has the same cells in the same order; write the missing one",
                )


def _form(cell: MasterCell | None) -> tuple[object, ...]:
    return () if cell is None else (cell.kind, cell.role, cell.question, cell.of)


def _said(cell: MasterCell | None) -> str:
    if cell is None:
        return "missing"
    return called(cell.role) + (f" of {cell.question}" if cell.question else "")

"""The source of every cell of a release or a solution, in order.

It walks the master once and remembers what the cells so far give to the later ones, so that no
answer cell repeats what is already there.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from gradewright.api.texts import in_language
from gradewright.host.errors import place_of
from gradewright.host.topic import Assignment
from gradewright.notebook import roles
from gradewright.notebook.payload import LOAD_CALL, encode_payload
from gradewright_grader.authoring.cells import BEGIN, END, Master, MasterCell, fault
from gradewright_grader.authoring.closure import Cut, Present, cut
from gradewright_grader.authoring.library import Library
from gradewright_grader.authoring.master import read_master
from gradewright_grader.authoring.modules import Import, Piece, imports_in
from gradewright_grader.authoring.payloads import build_payload
from gradewright_grader.authoring.scopes import names_bound
from gradewright_grader.authoring.stubs import stub

MAGIC = re.compile(r"^[ \t]*[%!].*$", re.MULTILINE)
INSTALL = {
    "zh": "# 在 Colab 上删去下一行的 #",
    "en": "# Colab: remove the # of the next line",
}
YOUR_CODE = {"zh": "...  # 你的代码", "en": "...  # your code"}


@dataclass(frozen=True)
class Rendered:
    """A cell of the master with the source that it has in the notebook."""

    cell: MasterCell
    source: str


def render(assignment: Assignment, language: str, *, solution: bool) -> list[Rendered]:
    """All cells of the notebook in this language. Raises TopicError for defects of the topic."""
    master = read_master(assignment)
    return list(_Rendering(assignment, master, language, solution=solution).cells())


class _Rendering:
    def __init__(
        self, assignment: Assignment, master: Master, language: str, *, solution: bool
    ) -> None:
        self.assignment = assignment
        self.master = master
        self.language = language
        self.solution = solution
        self.library = Library(assignment.reference_folder)
        self.given: set[str] = set()
        self.answered: set[str] = set()
        self.imports: set[Import] = set()
        self.claims: dict[str, str] = {}

    def cells(self) -> Iterator[Rendered]:
        for cell in self.master.in_language(self.language):
            yield Rendered(cell, self.source(cell))

    def source(self, cell: MasterCell) -> str:
        if cell.role == roles.SETUP:
            self.remember(cell, cell.source)
            return self.setup(cell)
        if cell.role == roles.GIVEN:
            return self.given_source(cell)
        if cell.role == roles.ANSWER:
            return f"{roles.marker(cell.question)}\n{self.answer(cell)}"
        if cell.role == roles.CHECK:
            return f'check("{cell.question}")'
        return cell.source

    def setup(self, cell: MasterCell) -> str:
        line = encode_payload(build_payload(self.assignment, self.language))
        parts = [
            in_language(INSTALL, self.language),
            "# %pip install -q gradewright",
            cell.source,
            "from gradewright.student import load",
            f'{LOAD_CALL}"{line}")',
        ]
        return "\n".join(parts)

    def given_source(self, cell: MasterCell) -> str:
        if cell.of:
            made = self.cut(cell)
            self.given |= made.names
            return made.source
        self.remember(cell, cell.source)
        return cell.source

    def remember(self, cell: MasterCell, source: str) -> None:
        """Note what a setup or given cell binds, magics left out."""
        try:
            body = ast.parse(MAGIC.sub("", source)).body
        except SyntaxError as error:
            line = cell.line + (error.lineno or 0)
            raise fault(
                self.master.path,
                line,
                f"the {cell.role} cell is not valid Python ({error.msg}): allowed are Python and "
                "lines that begin with % or !; correct it",
            ) from None
        imports = list(imports_in(body, self.master.path))
        self.imports |= set(imports)
        for item in imports:
            self.claims.setdefault(item.bound, item.owner)
        self.given |= names_bound(body) - {item.bound for item in imports}

    def answer(self, cell: MasterCell) -> str:
        if not cell.of:
            return self.regions(cell.source)
        made = self.cut(cell, stubs=not self.solution)
        self.answered |= set(cell.of)
        return made.source

    def cut(self, cell: MasterCell, *, stubs: bool = False) -> Cut:
        names = self.given | self.answered | self.needed(cell)
        functions = self.assignment.functions()
        closed = {
            name: self.assignment.full_id(question.id)
            for name, question in functions.items()
            if name not in names
        }
        return cut(
            self.library,
            self.assignment.manifest.reference,
            cell.of,
            present=Present(names, self.imports, closed if stubs else {}),
            render=self.stub if stubs else None,
            claims=self.claims,
        )

    def needed(self, cell: MasterCell) -> set[str]:
        """The functions of the questions that this one needs, directly or through others."""
        pending = [self.assignment.question(cell.question).id] if cell.question else []
        seen: set[str] = set()
        while pending:
            needs = set(self.assignment.question(pending.pop()).needs) - seen
            seen |= needs
            pending += needs
        return {name for id in seen for name in self.assignment.question(id).functions}

    def stub(self, piece: Piece) -> str:
        docstrings = self.assignment.docstrings.get(self.language, {})
        path = self.library.module(piece.module).path
        return stub(piece, docstrings, place_of(path, piece.line))

    def regions(self, source: str) -> str:
        """The source without solutions, or (in a solution) without the marks around them."""
        lines: list[str] = []
        inside = False
        for line in source.split("\n"):
            mark = line.strip()
            if mark == BEGIN and not self.solution:
                indent = line[: len(line) - len(line.lstrip())]
                lines.append(indent + in_language(YOUR_CODE, self.language))
            if mark not in (BEGIN, END) and (self.solution or not inside):
                lines.append(line)
            inside = mark == BEGIN or (inside and mark != END)
        return "\n".join(lines)

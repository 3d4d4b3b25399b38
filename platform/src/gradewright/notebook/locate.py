"""Where a question's answer stands in a notebook that people and tools have worked on.

Theory of operation. A release says by metadata which cell answers which question; copies, splits,
merges, moves and tools that drop metadata are what honest students do to it. A code cell is claimed
by a question when its metadata or a marker comment say so; all claimed cells count. Only for a
function that no claimed cell defines (or that is still the release's stub there) other cells are
searched by name: for a stub only cells after it, since the last definition wins in the student's
kernel too. What was found in an unusual way is told in a note.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from gradewright.notebook import roles
from gradewright.notebook.model import Cell, Notebook
from gradewright.notebook.names import How, Names, names_of
from gradewright.notebook.notes import Note, note
from gradewright.notebook.refusals import shown

ID_PREFIX = 40  # characters of an assignment's id in the id of a cell
MOST_STRANGERS = 10  # unknown questions that are told one by one
PASSIVE = (roles.CHECK, roles.TEXT, roles.MANUAL, roles.EXPLORE)  # run only when something needs it
RANK: dict[How, int] = {"value": 0, "blank": 1, "defined": 2}


class QuestionLike(Protocol):
    """What is needed of a question; `gradewright.host` has the whole one. `id` is short ("q1")."""

    @property
    def id(self) -> str:
        """ "q1"."""

    @property
    def functions(self) -> tuple[str, ...]:
        """The names that the student defines."""

    @property
    def manual(self) -> bool:
        """Whether it is answered in words and graded by a person."""


class AssignmentLike(Protocol):
    """What is needed of an assignment; `gradewright.host` has the whole one."""

    @property
    def id(self) -> str:
        """ "tree1"."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it is written in."""

    @property
    def questions(self) -> Sequence[QuestionLike]:
        """Its questions in order."""


@dataclass(frozen=True, slots=True)
class Located:
    """Question id → indices of its answer cells, in order; `missing`: not, or not wholly, there."""

    cells: dict[str, tuple[int, ...]]
    missing: tuple[str, ...]
    notes: tuple[Note, ...]


class Finder:
    """A notebook seen by an assignment: claims and names of its code cells, each parsed once."""

    def __init__(self, notebook: Notebook, assignment: AssignmentLike) -> None:
        self.notebook = notebook
        self.assignment = assignment
        self.code = [c for c in notebook.cells if c.type == "code" and not c.source.isspace()]
        self.code = [cell for cell in self.code if cell.source]
        self.short = {f"{assignment.id}.{q.id}": q.id for q in assignment.questions}
        self._names: dict[int, Names] = {}

    def names(self, cell: Cell) -> Names:
        """What the cell binds."""
        if cell.index not in self._names:
            self._names[cell.index] = names_of(cell.source)
        return self._names[cell.index]

    def full(self, question: str) -> str:
        """`"tree1.q1"` for `"q1"`."""
        return f"{self.assignment.id}.{question}"

    @cached_property
    def claims(self) -> dict[int, tuple[str, ...]]:
        """Code cell → the questions that its metadata and its markers name, metadata first."""
        return {cell.index: self.claimed_by(cell) for cell in self.code}

    def claimed_by(self, cell: Cell) -> tuple[str, ...]:
        """The questions that a cell of any type names."""
        known = (self.short[id] for id in named_in(cell) if id in self.short)
        return tuple(dict.fromkeys(known))


def named_in(cell: Cell) -> list[str]:
    """The whole ids of questions in a cell's metadata and marker comments, known or not."""
    named = [cell.tag.question] if cell.tag and cell.tag.role == roles.ANSWER else []
    if "question:" in cell.source:
        named += roles.MARKER.findall(cell.source)
    return [id for id in named if id]


def is_passive(cell: Cell) -> bool:
    """Whether the cell's role keeps it from being run."""
    return cell.tag is not None and cell.tag.role in PASSIVE


def locate(finder: Finder) -> Located:
    """Find the answer cells of every question that is not manual."""
    searches = [_Search(finder, q) for q in finder.assignment.questions if not q.manual]
    for search in searches:
        search.run()
    return Located(
        {search.question.id: tuple(sorted(search.cells)) for search in searches},
        tuple(search.question.id for search in searches if search.missing),
        tuple(note for search in searches for note in search.notes),
    )


class _Search:
    """The search for one question's cells."""

    def __init__(self, finder: Finder, question: QuestionLike) -> None:
        self.finder = finder
        self.question = question
        self.full = finder.full(question.id)
        self.claimed = [c for c in finder.code if question.id in finder.claims[c.index]]
        self.cells = {cell.index for cell in self.claimed}
        self.missing = False
        self.notes: list[Note] = []

    def run(self) -> None:
        self.tell_marker()
        absent = [name for name in self.question.functions if not self.find(name)]
        self.tell_named()
        self.tell_duplicates()
        self.missing = bool(absent) or not self.cells
        if not self.cells:
            self.notes.append(self.gone())
        elif absent and not any(self.finder.names(cell).fault for cell in self.claimed):
            self.tell("missing.names", names=", ".join(absent))

    def tell(self, wording: str, cell: int | None = None, **fields: object) -> None:
        fields["question"] = self.full
        self.notes.append(note(wording, self.question.id, cell, **fields))

    def tell_marker(self) -> None:
        tagged = (cell.tag is not None and cell.tag.question == self.full for cell in self.claimed)
        if self.claimed and not any(tagged):
            self.tell("found_by_marker", self.claimed[0].index)

    def find(self, name: str) -> bool:
        """Find where `name` is defined; more cells of the question may follow from it."""
        own = [(c.index, self.finder.names(c).bound.get(name)) for c in self.claimed]
        bound = [(index, how) for index, how in own if how]
        if bound and bound[-1][1] != "blank":
            self.cells |= set(self.redefined(name, bound[-1][0]))
            return True
        if found := self.elsewhere(name, bound[-1][0] if bound else -1):
            self.by_name.setdefault(found.index, []).append(name)
            self.cells.add(found.index)
        return bool(found or bound)

    @cached_property
    def by_name(self) -> dict[int, list[str]]:
        return {}

    def redefined(self, name: str, after: int) -> Iterator[int]:
        """Answer cells of other questions that define the name again: the last one counts."""
        for cell in self.finder.code:
            if cell.index > after and cell.index not in self.cells:
                claimed = self.finder.claims[cell.index]
                if claimed and self.finder.names(cell).bound.get(name) == "defined":
                    yield cell.index

    def elsewhere(self, name: str, stub: int) -> Cell | None:
        """The best cell of no claim that binds the name: a definition, one that runs, the last."""
        least = 2 if stub >= 0 else 1
        if stub < 0 and not any(self.finder.names(cell).fault for cell in self.claimed):
            least = 0
        found = [
            (RANK[how], not is_passive(cell), cell.index, cell)
            for cell in self.finder.code
            if cell.index > stub
            # one cell may hold several of the question's functions
            and (cell.index not in self.cells or cell.index in self.by_name)
            and (how := self.finder.names(cell).bound.get(name))
            and RANK[how] >= least
        ]
        return max(found)[-1] if found else None

    def tell_named(self) -> None:
        for index, names in self.by_name.items():
            self.tell("found_by_name", index, names=", ".join(names))

    def tell_duplicates(self) -> None:
        """Copies of a cell, told once for all functions that stand in the same cells."""
        groups: dict[tuple[int, ...], list[str]] = {}
        for name in self.question.functions:
            cells = [c for c in self.finder.code if c.index in self.cells - self.by_name.keys()]
            hows = ((cell.index, self.finder.names(cell).bound.get(name)) for cell in cells)
            places = tuple(index for index, how in hows if how in ("defined", "blank"))
            if len(places) > 1:
                groups.setdefault(places, []).append(name)
        for places, names in groups.items():
            numbers = ", ".join(str(index + 1) for index in places)
            self.tell("duplicate", places[-1], name=", ".join(names), cells=numbers)

    def gone(self) -> Note:
        id = self.question.id
        for cell in self.finder.notebook.cells:
            if cell.type != "code" and id in self.finder.claimed_by(cell):
                return note("retyped", id, cell.index, question=self.full, type=cell.type)
        return note("missing", id, question=self.full)


def told_strangers(finder: Finder) -> Iterator[Note]:
    """Notes on questions that this assignment does not have, and on another assignment's file."""
    own, tag = finder.assignment.id, finder.notebook.tag
    strangers: dict[str, int] = {}
    for cell in finder.notebook.cells:
        for id in named_in(cell):
            if id not in finder.short:
                strangers.setdefault(id, cell.index)
    other = tag.assignment if tag and tag.assignment != own else ""
    foreign = (id.rpartition(".")[0] for id in strangers if not id.startswith(f"{own}."))
    if other or (other := next(foreign, "")):
        yield note("other_assignment", value=shown(other), assignment=own)
    known = ", ".join(finder.short)
    for id, index in list(strangers.items())[:MOST_STRANGERS]:
        if id.startswith(f"{own}."):
            yield note("unknown_question", None, index, value=shown(id), known=known)

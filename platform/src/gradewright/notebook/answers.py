"""From a notebook to a plan: which cells run, in which order, and which of them answer what.

Theory of operation. Steps follow the notebook's order. Cells that were handed out run in the
assignment's own words, deleted ones at the top. Cells for checking, text and exploring do not run,
unless an answer uses a name that only they define: then they run in their place. Everything else
that a student wrote runs, answers or not. Nothing is executed here: what a cell binds is read from
its syntax, so a name bound in some cunning way is seen at run time only; `keep` tells the runner
which objects to hold on to as the answer left them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gradewright.notebook import roles
from gradewright.notebook.given import Change, GivenCells, Original, change, match, originals
from gradewright.notebook.locate import (
    AssignmentLike,
    Finder,
    Located,
    is_passive,
    locate,
    told_strangers,
)
from gradewright.notebook.lookalikes import find_lookalikes
from gradewright.notebook.model import Cell, Notebook
from gradewright.notebook.names import (
    BUILTINS,
    MAX_CHARS,
    globals_used,
    names_of,
    no_warnings,
    parsable,
    words,
)
from gradewright.notebook.notes import Note, note
from gradewright.notebook.refusals import shown
from gradewright.notebook.written import told_manual

OWN = ""  # the role of a step that is a student's own cell


@dataclass(frozen=True, slots=True)
class Step:
    """One source to run. `index` is the cell's in the notebook, -1 for restored code.

    `question` is a short id; `role` is one of `roles.ROLES`, or "" for a cell of the student's own.
    """

    index: int
    source: str
    question: str | None
    role: str
    restored: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run. `keep` maps positions in `steps` to the names to keep as that step left them.

    `cells` maps questions (short ids, manual ones apart) to cells of the notebook; `missing` are
    questions without a whole answer. `notes` do not repeat those of the notebook.
    """

    steps: tuple[Step, ...]
    keep: dict[int, tuple[str, ...]]
    cells: dict[str, tuple[int, ...]]
    missing: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


def plan(
    notebook: Notebook,
    assignment: AssignmentLike,
    given: GivenCells,
    *,
    language: str | None = None,
) -> Plan:
    """Plan the run of a submission. Never raises for what stands in the notebook.

    `given` are the cells of the release in the notebook's language; `language` is that in which it
    is graded, where that is already decided.
    """
    with no_warnings():
        finder = Finder(notebook, assignment)
        return _Planning(finder, locate(finder), originals(given), language).plan()


def answer_sources(plan: Plan) -> dict[str, str]:
    """Short question id → the Python of its answer cells, with IPython's own lines replaced."""
    sources: dict[str, list[str]] = {}
    with no_warnings():
        for question, cells in plan.cells.items():
            steps = (step for step in plan.steps if step.index in cells)
            sources[question] = [parsable(step.source) for step in steps]
    return {question: "\n\n".join(parts) for question, parts in sources.items() if parts}


def own_source(plan: Plan) -> str:
    """The Python of the cells that a student added, in one piece."""
    with no_warnings():
        return "\n\n".join(
            parsable(step.source) for step in plan.steps if step.role == OWN and not step.question
        )


class _Planning:
    """The making of one plan."""

    def __init__(
        self, finder: Finder, located: Located, ours: tuple[Original, ...], language: str | None
    ) -> None:
        self.finder = finder
        self.located = located
        self.ours = ours
        self.language = language
        self.handed_out = match(finder.code, ours, finder.names)
        self.answers = {index: q for q, cells in reversed(located.cells.items()) for index in cells}
        self.answers |= {i: c[0] for i, c in finder.claims.items() if c and i in self.answers}
        self.notes: list[Note] = []

    def plan(self) -> Plan:
        pulled = self.pulled()
        steps = (*self.put_back(), *self.in_order(pulled))
        keep = self.keep(steps)
        return Plan(
            steps,
            keep,
            self.located.cells,
            self.located.missing,
            (
                *self.about_notebook(),
                *self.located.notes,
                *told_manual(self.finder),
                *self.about_syntax(pulled),
                *self.notes,
                *self.about_characters(),
            ),
        )

    def put_back(self) -> Iterator[Step]:
        present = set(self.handed_out.values())
        for original in self.ours:
            if original not in present:
                self.notes.append(note("restored", name=original.name))
                yield Step(-1, original.source, None, original.role, restored=True)

    def in_order(self, pulled: set[int]) -> Iterator[Step]:
        for cell in self.finder.code:
            question = self.answers.get(cell.index)
            if original := self.handed_out.get(cell.index):
                yield from self.given_steps(cell, original, question)
            elif question is not None:
                yield Step(cell.index, cell.source, question, roles.ANSWER)
            elif cell.index in pulled and cell.tag is not None:
                yield Step(cell.index, cell.source, None, cell.tag.role)
            elif self.runs(cell):
                yield Step(cell.index, cell.source, None, OWN)

    def runs(self, cell: Cell) -> bool:
        """Whether a cell that is neither handed out nor an answer runs by itself."""
        return not is_passive(cell) and not self.finder.names(cell).idle

    def given_steps(self, cell: Cell, original: Original, question: str | None) -> Iterator[Step]:
        changed = change(original, cell.source)
        if changed is None:
            yield Step(cell.index, original.source, None, original.role)
            return
        yield Step(-1, original.source, None, original.role, restored=True)
        wording = "changed_given.kept" if changed.names else "changed_given"
        self.notes.append(
            note(wording, None, cell.index, what=changed.what, names=_listed(changed.names))
        )
        if changed.names:
            yield self.kept_step(cell, original, question, changed)

    def kept_step(
        self, cell: Cell, original: Original, question: str | None, changed: Change
    ) -> Step:
        return Step(cell.index, changed.kept, question, roles.ANSWER if question else original.role)

    def pulled(self) -> set[int]:
        """The passive cells that answers need, and for what: told in notes."""
        passive = [c for c in self.finder.code if is_passive(c) and c.index not in self.answers]
        running = [c for c in self.finder.code if c.index in self.answers or self.runs(c)]
        offered = self.offered(passive, running)
        if not offered:
            return set()
        pulled = self.follow(offered, running)
        for index, names in sorted(pulled.items()):
            self.notes.append(note("explore_needed", None, index, names=_listed(sorted(names))))
        return set(pulled)

    def offered(self, passive: list[Cell], running: list[Cell]) -> dict[int, set[str]]:
        """Passive cell → the names that nothing else defines."""
        names = {cell.index: set(self.finder.names(cell).bound) - BUILTINS for cell in passive}
        if not any(names.values()):
            return {}
        taken = set().union(*(self.finder.names(cell).bound for cell in running))
        taken = taken.union(*(original.bound for original in self.ours))
        return {index: bound - taken for index, bound in names.items() if bound - taken}

    def follow(self, offered: dict[int, set[str]], running: list[Cell]) -> dict[int, set[str]]:
        """From the answers, cell by cell through the names they use, until nothing is new."""
        others = (cell for cell in running if cell.index not in self.answers)
        supply = offered | {cell.index: set(self.finder.names(cell).bound) for cell in others}
        supplied = frozenset().union(*supply.values())
        todo = list(self.answers)
        seen = set(todo)
        pulled: dict[int, set[str]] = {}
        while todo:
            source = self.finder.notebook.cells[todo.pop()].source
            if supplied.isdisjoint(words(source)):
                continue
            used = globals_used(source)
            for index, names in supply.items():
                if index in offered and used & names:
                    pulled.setdefault(index, set()).update(used & names)
                if index not in seen and used & names:
                    seen.add(index)
                    todo.append(index)
        return pulled

    def keep(self, steps: tuple[Step, ...]) -> dict[int, tuple[str, ...]]:
        keep: dict[int, tuple[str, ...]] = {}
        bound = [self.bound(step) for step in steps]
        for question in self.finder.assignment.questions:
            cells = self.located.cells.get(question.id, ())
            for name in question.functions:
                places = [n for n, names in enumerate(bound) if name in names]
                own = [n for n in places if steps[n].index in cells]
                if own:
                    keep[own[-1]] = (*keep.get(own[-1], ()), name)
                    self.tell_rebound(question.id, name, [steps[n] for n in places if n > own[-1]])
        return keep

    def bound(self, step: Step) -> Iterable[str]:
        """What a step binds; ours bind no student's function."""
        if step.restored or step.index in self.handed_out:
            return names_of(step.source).bound if step.question else ()
        return self.finder.names(self.finder.notebook.cells[step.index]).bound

    def tell_rebound(self, question: str, name: str, later: list[Step]) -> None:
        for step in later[:1]:
            full = self.finder.full(question)
            self.notes.append(note("rebound", question, step.index, question=full, name=name))

    def about_notebook(self) -> Iterator[Note]:
        yield from told_strangers(self.finder)
        tag, languages = self.finder.notebook.tag, self.finder.assignment.languages
        if tag is None:
            return
        known = (self.language,) if self.language else languages
        if tag.language not in known:
            yield note("language", value=shown(tag.language), language=known[0])

    def about_syntax(self, pulled: set[int]) -> Iterator[Note]:
        """Faults of answer cells; where an answer is missing, those of other cells too."""
        for cell in self.finder.code:
            question = self.answers.get(cell.index)
            looked_at = question or (self.located.missing and not is_passive(cell))
            if cell.index in self.handed_out or not (looked_at or cell.index in pulled):
                continue
            fault = self.finder.names(cell).fault
            if fault and fault.size:
                yield note("syntax.size", question, cell.index, count=fault.size, limit=MAX_CHARS)
            elif fault:
                yield note("syntax", question, cell.index, line=fault.line, why=shown(fault.why))

    def about_characters(self) -> Iterator[Note]:
        for cell in self.finder.code:
            if cell.index not in self.handed_out:
                yield from find_lookalikes(cell.index, cell.source)


def _listed(names: Iterable[str]) -> str:
    return shown(", ".join(names))

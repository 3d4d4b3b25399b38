"""Code that was handed out: which cells of a submission it is, and what became of it.

At grading the assignment's own text runs in every such cell, whatever stands there. Blank lines,
comments and installers make no difference. Imports and helpers that a student added to such a cell
are kept (as long as they rebind nothing of ours): they are honest and answers rely on them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from gradewright.notebook import roles
from gradewright.notebook.ipython import INSTALLERS
from gradewright.notebook.model import Cell
from gradewright.notebook.names import How, Names, additions, names_of
from gradewright.notebook.payload import LOAD_CALL
from gradewright.notebook.refusals import shown

LOADS_CHECKS = "from gradewright.student import load"


@dataclass(frozen=True, slots=True)
class GivenCells:
    """The sources that a release hands out: the setup cell, then (cell id, source) in order."""

    setup: str
    given: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Original:
    """One of our cells, by the id it had in the release."""

    name: str
    role: str
    source: str
    essence: tuple[str, ...]

    @property
    def bound(self) -> dict[str, How]:
        """What it binds."""
        return _bound(self.source)


@dataclass(frozen=True, slots=True)
class Change:
    """What a student changed in a given cell, and what of it stays: source and names."""

    what: dict[str, str]
    kept: str
    names: tuple[str, ...]


def originals(given: GivenCells) -> tuple[Original, ...]:
    """Our cells, ready to be matched; those without code are none."""
    cells = [("setup", roles.SETUP, given.setup)]
    cells += [(id, roles.GIVEN, source) for id, source in given.given]
    made = (Original(name, role, source, essence(source)) for name, role, source in cells)
    return tuple(original for original in made if original.essence)


@lru_cache(maxsize=256)
def _bound(source: str) -> dict[str, How]:
    """Our own sources are few and come again with every submission."""
    return names_of(source).bound


def essence(source: str) -> tuple[str, ...]:
    """The lines of a source that matter, without the blanks at their ends."""
    lines = (_without_payload(line.rstrip()) for line in source.splitlines())
    return tuple(line for line in lines if line and not _does_nothing(line.lstrip()))


def _without_payload(line: str) -> str:
    """Every version of a release has other checks packed; an earlier one is no change by hand."""
    return LOAD_CALL if line.startswith(LOAD_CALL) else line


def _does_nothing(line: str) -> bool:
    words = line.split(maxsplit=2)
    installs = words[0].lstrip("%!") in INSTALLERS and (line[0] in "%!" or "install" in words[1:2])
    return line.startswith("#") or installs


def match(
    cells: list[Cell], ours: tuple[Original, ...], names: Callable[[Cell], Names]
) -> dict[int, Original]:
    """Cell index → the original it is, for code cells: by text, id, names, role, in this order.

    Several cells may be copies of one original. A cell without metadata stands for one only when
    its text is the same, or when no other cell does.
    """
    found: dict[int, Original] = {}
    by_essence = {original.essence: original for original in ours}
    by_id = {original.name: original for original in ours}
    for cell in cells:
        tagged = _is_handed_out(cell)
        same = by_essence.get(essence(cell.source)) if tagged or cell.tag is None else None
        if same is None and tagged:
            same = by_id.get(cell.id)
        if same is not None:
            found[cell.index] = same
    handed_out = [cell for cell in cells if _is_handed_out(cell) and cell.index not in found]
    _match_by_names(handed_out, ours, found, names)
    _match_by_role(handed_out, ours, found)
    lost = tuple(original for original in ours if original not in found.values())
    _match_by_names([cell for cell in cells if cell.tag is None], lost, found, names)
    return found


def _match_by_role(
    cells: list[Cell], ours: tuple[Original, ...], found: dict[int, Original]
) -> None:
    """The first tagged cell that is left is the first original of its role that is left."""
    for cell in cells:
        taken = set(found.values())
        role = cell.tag.role if cell.tag and cell.index not in found else None
        left = (o for o in ours if o.role == role and o not in taken)
        if (original := next(left, None)) is not None:
            found[cell.index] = original


def _match_by_names(
    cells: list[Cell],
    ours: tuple[Original, ...],
    found: dict[int, Original],
    names: Callable[[Cell], Names],
) -> None:
    """The cells that load the checks, or define all that an original defines."""
    for original in ours:
        wanted = {name for name, how in original.bound.items() if how != "value"}
        for cell in cells:
            if cell.index in found:
                continue
            if original.role == roles.SETUP:
                alike = LOADS_CHECKS in cell.source
            else:
                alike = bool(wanted) and wanted <= names(cell).bound.keys()
            if alike:
                found[cell.index] = original


def _is_handed_out(cell: Cell) -> bool:
    return cell.tag is not None and cell.tag.role in (roles.SETUP, roles.GIVEN)


def change(original: Original, source: str) -> Change | None:
    """How a cell differs from its original, or None."""
    theirs = essence(source)
    if theirs == original.essence:
        return None
    kept, names = additions(source, original.bound)
    return Change(_first_difference(original.essence, theirs), kept, names)


def _first_difference(ours: tuple[str, ...], theirs: tuple[str, ...]) -> dict[str, str]:
    same = 0
    while same < min(len(ours), len(theirs)) and ours[same] == theirs[same]:
        same += 1
    gone = set(theirs).isdisjoint(ours[same : same + 1])
    if same < len(ours) and (gone or same == len(theirs)):
        line = shown(ours[same].strip())
        return {"zh": f"改动或删除了 {line}", "en": f"changed or gone: {line}"}
    line = shown(theirs[same].strip())
    return {"zh": f"添加了 {line}", "en": f"added: {line}"}

"""Cutting objects out of modules: the wanted names with all that they need, in one piece of source.

Theory of operation. Nothing is imported, so a release needs neither torch nor the topic's own
dependencies. A `Library` reads modules below one folder as text. A cut starts with the wanted names
and follows what their source uses, as the compiler's scopes tell it (`scopes`):

- a name that the module defines → its pieces are taken too (every statement that binds the name,
  and top-level statements that change what it holds);
- a name imported from a module of the same library → followed there, and inlined;
- any other imported name → that one import is kept;
- a name that is already there (an earlier cell gives it) → nothing;
- a builtin → nothing; anything else → the author is told.

Pieces come out in the order in which Python would have run them: modules as their imports nest,
statements as they stand. A part of a module, in the module's order, runs when the module does.
The text of a piece is the author's own, comments and line breaks included. `render` may give
another text for the wanted names (a stub); then only what *that* text uses is followed.

Two objects of one name cannot live in one notebook. `claims` remembers, over all cuts for it, who
owns which name.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from gradewright.host.errors import TopicError, place_of
from gradewright_grader.authoring.library import Home, Library
from gradewright_grader.authoring.modules import Import, Module, Piece
from gradewright_grader.authoring.scopes import annotations_in, names_used

FUTURE = "from __future__ import annotations"
BUILTINS = frozenset(dir(builtins)) | {"__name__", "__doc__", "__annotations__"}
Render = Callable[[Piece], str]


@dataclass(frozen=True)
class Present:
    """What is there before the cut runs: names, and names by import; `closed` must not be cut."""

    names: Collection[str] = ()
    imports: Collection[Import] = ()
    closed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Cut:
    """What was cut: the source, and the names that it binds at the top level (imports aside)."""

    source: str
    names: frozenset[str]


def cut(
    library: Library,
    modules: Iterable[str],
    wanted: Collection[str],
    *,
    present: Present | None = None,
    render: Render | None = None,
    claims: dict[str, str] | None = None,
) -> Cut:
    """Cut the wanted names out of the first of `modules` that has each.

    Raises TopicError, with file and line, for names that cannot be resolved, and for two different
    objects of one name.
    """
    work = _Cutting(library, present or Present(), render, {} if claims is None else claims)
    for name in wanted:
        work.want(name, list(modules))
    work.run()
    return work.finish()


class _Cutting:
    def __init__(
        self, library: Library, present: Present, render: Render | None, claims: dict[str, str]
    ) -> None:
        self.library = library
        self.present = present
        self.render = render
        self.claims = claims
        self.pending: list[Home] = []
        self.seen: set[tuple[str, str]] = set()
        self.wanted: set[tuple[str, str]] = set()
        self.texts: dict[tuple[str, int], str] = {}
        self.chosen: dict[tuple[str, int], Piece] = {}
        self.imports: dict[Import, None] = {}
        self.aliases: dict[str, dict[str, str]] = {}  # module → alias → name

    # -- choosing ---------------------------------------------------------------------------

    def want(self, name: str, modules: list[str]) -> None:
        home = self.library.find(modules, name)
        self.wanted.add((home.module.name, home.name))
        self.pending.append(home)
        if home.name != name:
            self.aliases.setdefault(home.module.name, {})[name] = home.name

    def run(self) -> None:
        while self.pending:
            home = self.pending.pop()
            if (home.module.name, home.name) not in self.seen:
                self.seen.add((home.module.name, home.name))
                self.take(home.module, home.name)

    def take(self, module: Module, name: str) -> None:
        stubbed = self.render is not None and (module.name, name) in self.wanted
        for piece in module.pieces_of(name):
            if stubbed and not piece.is_definition:
                continue
            key = (module.name, piece.number)
            if key in self.chosen:
                continue
            for bound in sorted(piece.binds):
                self.claim(bound, module, piece.line)
            self.chosen[key] = piece
            self.texts[key] = self.render(piece) if stubbed and self.render else piece.verbatim
            for used in sorted(names_used(self.texts[key]) if stubbed else piece.uses):
                self.resolve(module, piece, used)

    def resolve(self, module: Module, piece: Piece, name: str) -> None:
        if module.pieces_of(name):
            self.follow(module, name, piece)
        for item in module.imports_of(name):
            self.resolve_import(module, piece, item)
        if not module.pieces_of(name) and not module.imports_of(name) and name not in BUILTINS:
            raise TopicError(
                f'the name "{name}" is used here, but neither defined nor imported at the top of '
                "this module; define or import it there",
                place_of(module.path, piece.line),
            )

    def resolve_import(self, module: Module, piece: Piece, item: Import) -> None:
        if item.level:
            home = self.library.followed(module, item)
            self.follow(home.module, home.name, piece, item.bound)
        elif item.module.partition(".")[0].startswith("gradewright_"):
            raise self.library.bad_import(
                module, item, "needs a topic or the grader to be installed"
            )
        elif item not in self.present.imports:
            self.claim(item.bound, module, item.line, by=item.owner)
            self.imports[item] = None

    def follow(self, module: Module, name: str, user: Piece, bound: str = "") -> None:
        """Take what another piece uses, unless it is there already."""
        if bound and bound != name:
            self.claim(bound, module, user.line, by=f"{module.name}.{name}")
            self.aliases.setdefault(module.name, {})[bound] = name
        if (module.name, name) in self.wanted or name in self.present.names:
            return
        if name in self.present.closed:
            raise TopicError(
                f'the stub here needs "{name}", which the student writes in '
                f'"{self.present.closed[name]}", a later cell; move that cell up, or make the '
                "signature do without it",
                place_of(self.library.module(user.module).path, user.line),
            )
        self.pending.append(Home(module, name))

    def claim(self, name: str, module: Module, line: int, by: str = "") -> None:
        owner = by or f"{module.name}.{name}"
        if self.claims.setdefault(name, owner) != owner:
            raise TopicError(
                f'"{name}" is {owner} here and {self.claims[name]} elsewhere, but one notebook '
                "has one namespace; rename one of the two",
                place_of(module.path, line),
            )

    # -- writing ----------------------------------------------------------------------------

    def finish(self) -> Cut:
        modules = {module for module, _ in self.chosen} | set(self.aliases)
        head = [FUTURE] if self.needs_future() else []
        source = "\n\n".join(filter(None, [*head, written_imports(self.imports)]))
        for name in self.library.order(modules):
            source = self.written(name, source)
        bound = (piece.binds for piece in self.chosen.values())
        return Cut(source, frozenset().union(*bound, *self.aliases.values()))

    def written(self, name: str, source: str) -> str:
        """The source with the pieces and aliases of one module added."""
        last: Piece | None = None
        for number in sorted(number for module, number in self.chosen if module == name):
            piece = self.chosen[name, number]
            source += _gap(source, last, piece) + self.texts[name, number]
            last = piece
        for alias, object_name in sorted(self.aliases.get(name, {}).items()):
            source += "\n\n" * bool(source) + f"{alias} = {object_name}"
        return source

    def needs_future(self) -> bool:
        """Whether a module postpones its annotations, and what was cut from it has some."""
        return any(
            self.library.module(module).postponed
            and next(annotations_in(ast.parse(self.texts[module, number])), None) is not None
            for module, number in self.chosen
        )


def _gap(source: str, last: Piece | None, piece: Piece) -> str:
    """The line ends before a piece: plain statements that stood together stay together."""
    if not source:
        return ""
    if piece.is_definition or (last is not None and last.is_definition):
        return "\n\n\n"
    together = last is not None and piece.number == last.number + 1 and not piece.comment
    return "\n" if together else "\n\n"


def written_imports(imports: Iterable[Import]) -> str:
    """Import statements in a stable order: plain ones, then `from`, then those for type checkers.

    Imports for type checkers stay below `if TYPE_CHECKING:`; the box may not have their modules.
    """
    items = list(imports)
    lines = _statements(item for item in items if not item.typing_only)
    typing = _statements(item for item in items if item.typing_only)
    if typing:
        lines.append("from typing import TYPE_CHECKING")
        lines += ["", "if TYPE_CHECKING:", *("    " + line for line in typing)]
    return "\n".join(lines)


def _statements(imports: Iterable[Import]) -> list[str]:
    items = sorted(imports, key=lambda item: (bool(item.name), item.module, item.name, item.bound))
    plain = [item.written() for item in items if not item.name]
    named: dict[str, ast.ImportFrom] = {}
    for item in items:
        statement = item.statement()
        if isinstance(statement, ast.ImportFrom):
            same = named.setdefault(item.module, statement)
            if same is not statement:
                same.names += statement.names
    return [*dict.fromkeys(plain), *map(ast.unparse, named.values())]

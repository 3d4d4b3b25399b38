"""A module read as source, never imported: the pieces it is made of and what each one binds.

A *piece* is a top-level statement with the comment lines directly above it. An *import* is one
imported name. `closure` chooses among them; this module only reads.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from gradewright.host.errors import TopicError, place_of
from gradewright_grader.authoring.scopes import names_bound, names_used

KEEP, END_KEEP = "# keep", "# end keep"


@dataclass(frozen=True)
class Import:
    """One imported name: `from {module} import {name} as {bound}`; `name` is "" for `import …`.

    `typing_only`: it stands below `if TYPE_CHECKING:`.
    """

    module: str
    name: str
    bound: str
    level: int = 0
    typing_only: bool = False
    line: int = field(default=0, compare=False)

    def written(self) -> str:
        """The statement that imports just this name."""
        return ast.unparse(self.statement())

    @property
    def owner(self) -> str:
        """What the bound name stands for, in words."""
        if self.name:
            return f"{self.module}.{self.name}"
        plain = self.bound == self.module.partition(".")[0]
        return f"the module {self.bound if plain else self.module}"

    def statement(self) -> ast.stmt:
        """The same as a node."""
        if self.name:
            alias = ast.alias(self.name, None if self.bound == self.name else self.bound)
            return ast.ImportFrom(self.module or None, [alias], self.level)
        plain = self.bound == self.module.partition(".")[0]
        return ast.Import([ast.alias(self.module, None if plain else self.bound)])


@dataclass(frozen=True)
class Piece:
    """A top-level statement: `comment` above it, its `code`, the names it binds or changes."""

    module: str
    number: int
    line: int
    comment: str
    code: str
    node: ast.stmt
    binds: frozenset[str]
    changes: frozenset[str]

    @property
    def is_definition(self) -> bool:
        """Whether this is a function or a class."""
        return isinstance(self.node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)

    @property
    def verbatim(self) -> str:
        """Comment and code as the author wrote them, without the keep marks."""
        return without_keep_marks(self.comment + self.code)

    @cached_property
    def uses(self) -> frozenset[str]:
        """The module-level names that the code needs."""
        return names_used(self.code)


@dataclass(frozen=True)
class Module:
    """A module's pieces and imports. `name` is dotted and relative to its library's folder."""

    name: str
    path: Path
    is_package: bool
    pieces: tuple[Piece, ...]
    imports: tuple[Import, ...]
    postponed: bool  # has `from __future__ import annotations`

    def pieces_of(self, name: str) -> list[Piece]:
        """Everything that binds the name, or changes what it holds; empty if nothing binds it."""
        if not any(name in piece.binds for piece in self.pieces):
            return []
        return [piece for piece in self.pieces if name in piece.binds or name in piece.changes]

    def imports_of(self, name: str) -> list[Import]:
        """The imports that bind the name."""
        return [item for item in self.imports if item.bound == name]


def read_module(path: Path, name: str) -> Module:
    """Read a module. Raises TopicError for syntax errors and star imports."""
    source = path.read_text(encoding="utf-8")
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise TopicError(
            f"is not valid Python ({error.msg}); correct this line",
            place_of(path, error.lineno or 0),
        ) from None
    imports = tuple(imports_in(tree.body, path))
    future = [item for item in imports if item.module == "__future__"]
    return Module(
        name=name,
        path=path,
        is_package=path.name == "__init__.py",
        pieces=tuple(_pieces(tree, source, name)),
        imports=tuple(item for item in imports if item.module != "__future__"),
        postponed=any(item.name == "annotations" for item in future),
    )


def imports_in(body: list[ast.stmt], path: Path, typing_only: bool = False) -> Iterator[Import]:
    """Every name that top-level statements import. Raises TopicError for star imports."""
    for node in body:
        if isinstance(node, ast.Import):
            for alias in node.names:
                bound = alias.asname or alias.name.partition(".")[0]
                yield Import(alias.name, "", bound, 0, typing_only, node.lineno)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                _refuse_star(alias, node, path)
                bound = alias.asname or alias.name
                module = node.module or ""
                yield Import(module, alias.name, bound, node.level, typing_only, node.lineno)
        elif is_typing_block(node):
            yield from imports_in(node.body, path, typing_only=True)  # type: ignore[attr-defined]


def _refuse_star(alias: ast.alias, node: ast.ImportFrom, path: Path) -> None:
    if alias.name == "*":
        raise TopicError(
            f'"{ast.unparse(node)}" hides which names are used: allowed are named imports; write '
            "from … import the names that this module needs",
            place_of(path, node.lineno),
        )


def is_typing_block(node: ast.stmt) -> bool:
    """Whether this is `if TYPE_CHECKING:` (or `typing.TYPE_CHECKING`) without an else."""
    return (
        isinstance(node, ast.If)
        and not node.orelse
        and ast.unparse(node.test).rpartition(".")[2] == "TYPE_CHECKING"
    )


def _pieces(tree: ast.Module, source: str, module: str) -> Iterator[Piece]:
    # Not splitlines(): it also splits at form feeds, which the parser does not count as lines.
    lines = [line + "\n" for line in source.split("\n")]
    for number, node in enumerate(tree.body):
        if isinstance(node, ast.Import | ast.ImportFrom) or is_typing_block(node):
            continue
        first = first_line(node)
        shared = _shares_a_line(tree.body, number)
        code = ast.get_source_segment(source, node) if shared else None
        yield Piece(
            module=module,
            number=number,
            line=node.lineno,
            comment="" if shared else _comment_above(lines, first),
            code=code or "".join(lines[first - 1 : node.end_lineno]).rstrip("\n"),
            node=node,
            binds=names_bound([node]),
            changes=frozenset(_changed(node)),
        )


def first_line(node: ast.stmt) -> int:
    """The line on which a statement starts, its decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _shares_a_line(body: list[ast.stmt], number: int) -> bool:
    """Whether a neighbour stands on the same line, after a semicolon."""
    node = body[number]
    before = number > 0 and body[number - 1].end_lineno == node.lineno
    after = number + 1 < len(body) and body[number + 1].lineno == node.end_lineno
    return before or after


def _comment_above(lines: list[str], first: int) -> str:
    start = first - 1
    while start > 0 and lines[start - 1].startswith("#"):
        start -= 1
    return "".join(lines[start : first - 1])


def _changed(node: ast.stmt) -> Iterator[str]:
    """Names whose object a top-level statement changes: `TABLE["a"] = 1`, `TABLE.update(…)`."""
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign | ast.Delete):
        targets = list(node.targets)
    elif isinstance(node, ast.AugAssign | ast.AnnAssign):
        targets = [node.target]
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        targets = [node.value.func]
    for target in targets:
        if isinstance(target, ast.Attribute | ast.Subscript):
            yield from _root(target)


def _root(node: ast.expr) -> Iterator[str]:
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    if isinstance(node, ast.Name):
        yield node.id


def keep_marks(source: str) -> dict[int, str]:
    """The lines (from 1) that are keep marks; text inside strings is none."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = (token for token in tokens if token.type == tokenize.COMMENT)
    return {
        token.start[0]: token.string.strip()
        for token in comments
        if token.string.strip() in {KEEP, END_KEEP} and token.line.strip() == token.string.strip()
    }


def without_keep_marks(source: str) -> str:
    """The source without the lines that only say `# keep` or `# end keep`."""
    if KEEP not in source and END_KEEP not in source:
        return source
    marks = keep_marks(source)
    lines = enumerate(source.split("\n"), 1)
    return "\n".join(line for number, line in lines if number not in marks)

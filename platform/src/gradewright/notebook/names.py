"""Which names a cell binds, and how: read from its syntax tree, nothing is executed.

Only what happens at the top level of a cell counts, inside `if`, `try`, loops and `with` too. The
tree is thrown away at once, since a few characters of hostile source make a large one. Walks use a
stack of their own: a chain of a thousand `elif` is as deep as it is long.
"""

from __future__ import annotations

import ast
import builtins
import re
import symtable
import threading
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Literal

from gradewright.notebook.ipython import as_python

MAX_CHARS: Final = 200_000  # of a cell that is looked into; the tree takes a hundred times as much
CHECK_CALLS: Final = ("check", "check_all")
BUILTINS: Final = frozenset(dir(builtins))
BROKEN: Final = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError)
FILE: Final = "<cell>"
WORD: Final = re.compile(r"[^\W\d]\w*")

# How a name is bound: a definition, one that is still the release's stub, or some other value.
How = Literal["defined", "blank", "value"]
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
DEFINITIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a source has no tree: line from 1 and Python's words; `size` for one that is too long."""

    line: int
    why: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class Names:
    """What a cell does to names. `idle`: it only calls check(), installs, or says nothing."""

    bound: dict[str, How] = field(default_factory=dict)  # in order; the last binding counts
    idle: bool = False
    fault: Fault | None = None


@contextmanager
def no_warnings() -> Iterator[None]:
    """Students' escapes like "\\d" make Python's parser warn; nobody wants that in the log."""
    with _one_at_a_time, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def names_of(source: str) -> Names:
    """Parse a cell; what cannot be parsed binds nothing and says why in `fault`."""
    if len(source) > MAX_CHARS:
        return Names(fault=Fault(1, "", len(source)))
    tree, fault = _tree(source)
    if tree is None:
        return Names(fault=fault)
    bound: dict[str, How] = {}
    for statement in _statements(tree.body):
        for name, how in _bindings(statement):
            bound.pop(name, None)
            bound[name] = how
    if ":=" in source:
        bound |= {name: "value" for name in _walrus(tree.body) if name not in bound}
    return Names(bound, all(_is_idle(statement) for statement in tree.body))


def additions(source: str, own: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    """The statements of `source` that only bind names outside `own`; others become empty lines.

    Returns the source and the names. It holds whole top-level imports, definitions and assignments.
    """
    tree = _tree(source)[0] if len(source) <= MAX_CHARS else None
    if tree is None:
        return "", ()
    taken = frozenset(own)
    kept: set[int] = set()
    others: set[int] = set()
    names: list[str] = []
    for statement in tree.body:
        bound = [name for name, _ in _bindings(statement)]
        fresh = isinstance(statement, _BINDERS) and bound and taken.isdisjoint(bound)
        (kept if fresh else others).update(_lines(statement))
        names += bound if fresh else []
    if kept & others:  # two statements share a line: rare, and not worth cutting lines
        return "", ()
    lines = as_python(source).split("\n")
    return "\n".join(ln if n in kept else "" for n, ln in enumerate(lines, 1)), tuple(names)


def globals_used(source: str) -> frozenset[str]:
    """The global names that a cell reads, in functions too, without those it binds itself."""
    table = _table(source) or _table(as_python(source))
    if table is None:
        return frozenset()
    own = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned()}
    used: set[str] = set()
    stack = [table]
    while stack:
        scope = stack.pop()
        stack += scope.get_children()
        used.update(
            symbol.get_name()
            for symbol in scope.get_symbols()
            if symbol.is_referenced() and (symbol.is_global() or scope is table)
        )
    return frozenset(used - own)


def words(source: str) -> frozenset[str]:
    """Everything in a source that could be a name, texts and comments included: quick and wide."""
    return frozenset(WORD.findall(source))


def identifiers(source: str) -> frozenset[str]:
    """Every name in a source, attributes and arguments too; empty when it cannot be parsed."""
    tree = _tree(source)[0] if len(source) <= MAX_CHARS else None
    if tree is None:
        return frozenset()
    fields = ("id", "attr", "arg", "name", "asname")
    found = (getattr(node, name, None) for node in ast.walk(tree) for name in fields)
    return frozenset(name for name in found if isinstance(name, str))


_BINDERS: Final = (*DEFINITIONS, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)


def _tree(source: str) -> tuple[ast.Module | None, Fault | None]:
    try:
        return ast.parse(source, FILE), None
    except BROKEN:
        pass  # perhaps IPython's syntax
    try:
        return ast.parse(as_python(source), FILE), None
    except BROKEN as error:
        line = error.lineno if isinstance(error, SyntaxError) and error.lineno else 1
        why = error.msg if isinstance(error, SyntaxError) else "nested too deeply"
        return None, Fault(line, why if not isinstance(error, ValueError) else str(error))


def _table(source: str) -> symtable.SymbolTable | None:
    try:
        return symtable.symtable(source, FILE, "exec")
    except BROKEN:
        return None


def parsable(source: str) -> str:
    """`source` if it is Python, else with IPython's own lines replaced."""
    try:
        ast.parse(source, FILE)
    except BROKEN:
        return as_python(source)
    return source


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """All statements of the top level in order, compound ones before what they hold."""
    stack = body[::-1]
    while stack:
        statement = stack.pop()
        yield statement
        if not isinstance(statement, DEFINITIONS):
            stack += _held(statement)[::-1]


def _held(statement: ast.stmt) -> list[ast.stmt]:
    held: list[ast.stmt] = list(getattr(statement, "body", ()))
    for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        held += part.body
    return held + getattr(statement, "orelse", []) + getattr(statement, "finalbody", [])


def _bindings(statement: ast.stmt) -> Iterator[tuple[str, How]]:
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield statement.name, "blank" if _is_blank(statement) else "defined"
        case ast.Assign(targets=targets, value=value):
            how: How = "defined" if isinstance(value, ast.Lambda) else "value"
            yield from ((name, how) for name in _targets(targets))
        case ast.AnnAssign(value=None):
            return
        case ast.AnnAssign(target=target) | ast.AugAssign(target=target):
            yield from ((name, "value") for name in _targets([target]))
        case ast.For(target=target) | ast.AsyncFor(target=target):
            yield from ((name, "value") for name in _targets([target]))
        case ast.With(items=items) | ast.AsyncWith(items=items):
            variables = [item.optional_vars for item in items if item.optional_vars]
            yield from ((name, "value") for name in _targets(variables))
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            bound = (alias.asname or alias.name.partition(".")[0] for alias in aliases)
            yield from ((name, "value") for name in bound if name != "*")
        case ast.Delete(targets=targets):
            yield from ((name, "value") for name in _targets(targets))
        case ast.Match(cases=cases):
            yield from ((name, "value") for case in cases for name in _captured(case.pattern))


def _targets(targets: list[ast.expr]) -> Iterator[str]:
    stack = targets[::-1]
    while stack:
        target = stack.pop()
        if isinstance(target, ast.Name):
            yield target.id
        elif isinstance(target, ast.Starred):
            stack.append(target.value)
        elif isinstance(target, ast.Tuple | ast.List):
            stack += target.elts[::-1]


def _captured(pattern: ast.pattern) -> Iterator[str]:
    for node in ast.walk(pattern):
        if isinstance(node, ast.MatchAs | ast.MatchStar) and node.name:
            yield node.name
        elif isinstance(node, ast.MatchMapping) and node.rest:
            yield node.rest


def _walrus(body: list[ast.stmt]) -> Iterator[str]:
    """Names bound by `:=` outside of functions and classes."""
    stack: list[ast.AST] = list(body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.NamedExpr):
            yield node.target.id
        if not isinstance(node, (*DEFINITIONS, ast.Lambda)):
            stack += ast.iter_child_nodes(node)


def _is_blank(definition: Definition) -> bool:
    """Whether it is as released: a docstring and `raise NotImplementedError`, or nothing.

    A class is blank while one of its methods raises NotImplementedError.
    """
    body = definition.body
    if isinstance(definition, ast.ClassDef):
        return any(isinstance(m, DEFINITIONS) and _raises_only(m.body) for m in body)
    return _raises_only(body) or all(_says_nothing(statement) for statement in body)


def _raises_only(body: list[ast.stmt]) -> bool:
    rest = [statement for statement in body if not _says_nothing(statement)]
    if len(rest) != 1 or not isinstance(rest[0], ast.Raise):
        return False
    raised = rest[0].exc.func if isinstance(rest[0].exc, ast.Call) else rest[0].exc
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"


def _says_nothing(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    return isinstance(statement, ast.Pass)


def _is_idle(statement: ast.stmt) -> bool:
    """A call of check() or check_all(), a bare text, `pass` (which stands for an installer)."""
    if isinstance(statement, ast.Expr):
        value = statement.value
        if isinstance(value, ast.Call):
            return isinstance(value.func, ast.Name) and value.func.id in CHECK_CALLS
        return isinstance(value, ast.Constant) and isinstance(value.value, str)
    return isinstance(statement, ast.Pass)


def _lines(statement: ast.stmt) -> range:
    decorators = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(decorator.lineno for decorator in decorators)])
    return range(first, (statement.end_lineno or first) + 1)

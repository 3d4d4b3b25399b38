"""Which names of its module a piece of code uses, told by Python's own symbol tables.

A plain walk over names would take a local variable for the module's function of the same name and
pull in code that nobody needs: with checks, a hidden one could be pulled into a public file. The
compiler's scopes know the difference. Names in quoted annotations are added, because the student's
tools read them.
"""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterator


def names_used(source: str) -> frozenset[str]:
    """The module-level (or builtin) names that top-level code reads, in any of its scopes.

    Names that it binds itself at the top level are included when it also reads them.
    """
    table = symtable.symtable(source, "<cut>", "exec")
    return frozenset(_global_names(table)) | frozenset(_quoted_names(ast.parse(source)))


def _global_names(table: symtable.SymbolTable) -> Iterator[str]:
    kind = str(table.get_type()).rpartition(".")[2].lower()
    for symbol in table.get_symbols():
        if _is_used(symbol, kind):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _global_names(child)


def _is_used(symbol: symtable.Symbol, kind: str) -> bool:
    """Whether a scope of this kind reads or sets the module's name."""
    if kind == "module":
        return symbol.is_referenced()
    if kind == "class" and symbol.is_local():
        return symbol.is_referenced()  # `size = size` reads the module's name first
    # Python 3.11 takes a function called "top" for the module and its locals for global names.
    return symbol.is_declared_global() or (symbol.is_global() and not symbol.is_local())


def _quoted_names(tree: ast.Module) -> Iterator[str]:
    for annotation in annotations_in(tree):
        yield from _names_in_quotes(annotation)


def annotations_in(tree: ast.AST) -> Iterator[ast.expr]:
    """Every annotation of parameters, results and variables below a node."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns is not None:
            yield node.returns
        elif isinstance(node, ast.AnnAssign | ast.arg) and node.annotation is not None:
            yield node.annotation


def _names_in_quotes(annotation: ast.expr) -> Iterator[str]:
    if isinstance(annotation, ast.Subscript) and _last_name(annotation.value) == "Literal":
        return
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            quoted = ast.parse(annotation.value, mode="eval")
        except SyntaxError:
            return
        yield from (node.id for node in ast.walk(quoted) if isinstance(node, ast.Name))
    for child in ast.iter_child_nodes(annotation):
        if isinstance(child, ast.expr):
            yield from _names_in_quotes(child)


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def names_bound(body: list[ast.stmt]) -> frozenset[str]:
    """The names that statements bind in their own scope (imports and walrus targets too)."""
    return frozenset(name for statement in body for name in _bound(statement))


def _bound(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
        return  # what it binds inside stays inside
    if isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        return
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
        yield node.name
    for child in ast.iter_child_nodes(node):
        yield from _bound(child)

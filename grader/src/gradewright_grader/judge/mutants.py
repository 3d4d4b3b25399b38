"""Misconceptions as running code: fresh copies of the reference with one idea wrong.

The source of a misconception stands in `misconceptions.py`, under a decorator. `wrong_source` cuts
it out as plain definitions, with what the file itself adds to help them; `wrong_namespace` puts
them into a fresh copy of the reference, so that functions calling the wrong one go wrong too.
"""

from __future__ import annotations

import ast
import textwrap
from types import ModuleType
from typing import Any

from gradewright.host import Assignment
from gradewright.host.entries import MisconceptionEntry
from gradewright.host.reference import (
    load_reference,
    public_names,
    reference_modules,
    replace,
)

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
DECORATOR = "misconception"


def wrong_source(assignment: Assignment, misconception: str) -> str:
    """The definitions of one misconception ("m1") as source text, with their imports and helpers.

    Appended to the right solution it makes the wrong one: the last definition wins.
    """
    text = (assignment.folder / "misconceptions.py").read_text(encoding="utf-8")
    tree = ast.parse(text)
    lines = text.splitlines()
    entry = _entry(assignment, misconception)
    support = [_segment(lines, node) for node in tree.body if _is_support(node)]
    wrong = [_segment(lines, node) for node in _definitions(tree, misconception, entry.replaces)]
    return "\n\n".join(part for part in (*support, *wrong) if part.strip()) + "\n"


def _entry(assignment: Assignment, misconception: str) -> MisconceptionEntry:
    return next(e for e in assignment.index.misconceptions if e.id == misconception)


def _definitions(tree: ast.Module, id: str, replaces: tuple[str, ...]) -> list[ast.stmt]:
    found: list[ast.stmt] = []
    for node in tree.body:
        if isinstance(node, Definition) and _declared(node) == id:
            alone = node.name in replaces or not isinstance(node, ast.ClassDef)
            found += [node] if alone else node.body  # a class may group several
    return found


def _declared(node: Definition) -> str | None:
    """The id in `@misconception("m1", …)`, or None."""
    for decorator in node.decorator_list:
        match decorator:
            case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(id)), *_]):
                if name == DECORATOR:
                    return id
    return None


def _is_support(node: ast.stmt) -> bool:
    """Imports and helpers of the file: all but ours and the misconceptions themselves."""
    if isinstance(node, ast.ImportFrom):
        return not (node.module or "").startswith(("gradewright", "__future__"))
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return False
    return not (isinstance(node, Definition) and _declared(node) is not None)


def _segment(lines: list[str], node: ast.stmt) -> str:
    # node.lineno is the line of `def`, below the decorators
    return textwrap.dedent("\n".join(lines[node.lineno - 1 : node.end_lineno]))


def wrong_namespace(assignment: Assignment, misconception: str) -> dict[str, Any]:
    """The names of a fresh copy of the reference in which the misconception holds."""
    modules = reference_modules(assignment)
    names = _entry(assignment, misconception).replaces
    home = next(m for m in modules.values() if names[0] in vars(m))
    for name, wrong in _wrong_objects(home, wrong_source(assignment, misconception), names).items():
        replace(modules, name, wrong)
    return vars(public_names(modules.values()))


def _wrong_objects(module: ModuleType, source: str, names: tuple[str, ...]) -> dict[str, Any]:
    """The wrong functions, made inside the module, so that they see what else is replaced there."""
    scope = vars(module)
    right = {name: scope[name] for name in names if name in scope}
    code = compile(source, f"<{module.__name__}>", "exec", dont_inherit=True)
    exec(code, scope)  # noqa: S102 - the topic's own file
    wrong = {name: scope[name] for name in names}
    scope.update(right)  # `replace` looks for the right ones
    return wrong


def right_namespace(assignment: Assignment) -> dict[str, Any]:
    """The names of a fresh copy of the reference."""
    return vars(load_reference(assignment))

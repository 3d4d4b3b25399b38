"""What a public check may import: it is cut out with its closure and sent to students' kernels.

Only what the check reaches counts; the same file may import more for its hidden checks.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

from gradewright.host.errors import quoted
from gradewright.host.source import SourceFile, own_names

ALLOWED = ("gradewright.api", "numpy", "torch")


def refuse_foreign_imports(file: SourceFile, function: ast.FunctionDef) -> None:
    """Raise TopicError when a public check reaches an import that students may not have."""
    for statement in _reached(file, function):
        for node in ast.walk(statement):
            for module in _imported(node):
                if not _is_allowed(module):
                    raise file.fault(
                        f'"{function.name}" is public and imports "{module}"; allowed are '
                        f"{quoted(ALLOWED)} and the standard library: do without it, or add "
                        "hidden=True",
                        node,
                    )


def _reached(file: SourceFile, function: ast.FunctionDef) -> Iterator[ast.AST]:
    """The function and the statements at top level that it needs, directly or not."""
    bound: dict[str, list[ast.AST]] = {}
    for top in file.tree.body:
        for name, _ in own_names(top):
            bound.setdefault(name, []).append(top)
    seen: set[int] = set()
    open_ends: list[ast.AST] = [function]
    while open_ends:
        statement = open_ends.pop()
        if id(statement) in seen:
            continue
        seen.add(id(statement))
        yield statement
        for node in ast.walk(statement):
            if isinstance(node, ast.Name):
                open_ends.extend(bound.get(node.id, ()))


def _imported(node: ast.AST) -> list[str]:
    """The modules that an import statement names; `from a import b` may name `a.b`."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    base = "." * node.level + (node.module or "")
    if base == "gradewright":
        return [f"{base}.{alias.name}" for alias in node.names]
    return [base]


def _is_allowed(module: str) -> bool:
    if any(module == name or module.startswith(name + ".") for name in ALLOWED):
        return True
    return module.split(".")[0] in sys.stdlib_module_names

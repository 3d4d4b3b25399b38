"""Requirement strings of installed distributions (PEP 508): name, extras, and does it apply here?

Only what a dependency closure needs: version bounds are the installer's business and not read.
"""

from __future__ import annotations

import ast
import os
import platform
import re
import sys
from dataclasses import dataclass

_HEAD = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^\]]*)\])?")


@dataclass(frozen=True)
class Requirement:
    """One dependency: normalised name, wanted extras, marker text ('' = always)."""

    name: str
    extras: frozenset[str]
    marker: str


def normalise(name: str) -> str:
    """`Scikit_Learn` → `scikit-learn`."""
    return re.sub(r"[-_.]+", "-", name).lower()


def parse(text: str) -> Requirement:
    """Read one `Requires-Dist` line. ValueError when it does not start with a name."""
    found = _HEAD.match(text)
    if found is None:
        raise ValueError(f"requirement {text!r} does not start with a distribution's name")
    extras = frozenset(normalise(word.strip()) for word in (found[2] or "").split(",") if word)
    return Requirement(normalise(found[1]), extras, text.partition(";")[2].strip())


def applies(marker: str, extras: frozenset[str]) -> bool:
    """Whether a marker holds on this interpreter when `extras` are wanted.

    A marker that we cannot read applies: it can only add what the distribution asks for.
    """
    if not marker:
        return True
    try:
        tree = ast.parse(marker, mode="eval").body
    except SyntaxError:
        return True
    return any(_holds(tree, _environment(extra)) for extra in extras or {""})


def _environment(extra: str) -> dict[str, str]:
    return {
        "python_version": ".".join(platform.python_version_tuple()[:2]),
        "python_full_version": platform.python_version(),
        "os_name": os.name,
        "sys_platform": sys.platform,
        "platform_system": platform.system(),
        "platform_machine": platform.machine(),
        "platform_release": platform.release(),
        "platform_version": platform.version(),
        "platform_python_implementation": platform.python_implementation(),
        "implementation_name": sys.implementation.name,
        "implementation_version": platform.python_version(),
        "extra": extra,
    }


def _holds(node: ast.expr, environment: dict[str, str]) -> bool:
    if isinstance(node, ast.BoolOp):
        results = [_holds(value, environment) for value in node.values]
        return all(results) if isinstance(node.op, ast.And) else any(results)
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        return _compares(node, environment)
    return True


def _compares(node: ast.Compare, environment: dict[str, str]) -> bool:
    sides = [node.left, node.comparators[0]]
    left, right = (_text(side, environment) for side in sides)
    if any(isinstance(side, ast.Name) and side.id == "extra" for side in sides):
        left, right = normalise(left), normalise(right)
    operator = type(node.ops[0])
    if operator in (ast.In, ast.NotIn):
        return (left in right) == (operator is ast.In)
    low, high = _ordered(left), _ordered(right)
    return {
        ast.Eq: low == high,
        ast.NotEq: low != high,
        ast.Lt: low < high,
        ast.LtE: low <= high,
        ast.Gt: low > high,
        ast.GtE: low >= high,
    }.get(operator, True)


def _text(node: ast.expr, environment: dict[str, str]) -> str:
    if isinstance(node, ast.Name):
        return environment.get(node.id, "")
    return str(node.value) if isinstance(node, ast.Constant) else ""


def _ordered(text: str) -> list[tuple[int, int, str]]:
    """A key under which `3.9` comes before `3.11`."""
    words = re.split(r"[.+-]", text)
    return [(0, int(word), "") if word.isdigit() else (1, 0, word) for word in words]

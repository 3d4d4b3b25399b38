"""Every hook has a test that bears its name, and a docstring that says when and in what order."""

from __future__ import annotations

import ast
from pathlib import Path

import pluggy
import pytest

from gradewright.api import hooks
from gradewright.host import extensions


def our_hooks() -> list[str]:
    manager = pluggy.PluginManager(hooks.PROJECT)
    manager.add_hookspecs(hooks)
    manager.add_hookspecs(extensions)
    return sorted(vars(manager.hook))


def test_the_hooks_are_these() -> None:
    assert our_hooks() == ["gradewright_commands", "gradewright_topic"]


@pytest.mark.parametrize("hook", our_hooks())
def test_hook_has_a_test_named_after_it(hook: str) -> None:
    names = {
        node.name
        for path in Path(__file__).parent.glob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    }
    assert f"test_{hook}" in names


@pytest.mark.parametrize("hook", our_hooks())
def test_hook_says_when_in_what_order_and_what_none_means(hook: str) -> None:
    home = hooks if hasattr(hooks, hook) else extensions
    text = getattr(home, hook).__doc__
    assert all(word in text for word in ("When:", "Order:", "None", "exception"))

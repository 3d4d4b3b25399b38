"""An inert `google.colab`: what notebooks made for Colab import, doing nothing but leaving a note.

It is found last, so a real `google` package stays as it is, and it is not in `sys.modules` until
a cell imports it: notebooks ask `"google.colab" in sys.modules` to learn where they are.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

_ROOT = "google.colab"
_EMPTY_ANSWERS: dict[str, Any] = {"google.colab.files.upload": {}}


class _Inert:
    """Whatever is taken from `google.colab`: calling it leaves a note and returns nothing."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, *args: object, **kwargs: object) -> Any:
        name = self._name
        sys.stdout.write(f"{name} does nothing when grading / 评分时 {name} 不起作用\n")
        return _EMPTY_ANSWERS.get(name)

    def __getattr__(self, name: str) -> _Inert:
        if name.startswith("_"):
            raise AttributeError(f"{self._name!r} has no attribute {name!r}")
        return _Inert(f"{self._name}.{name}")


class _ColabModule(ModuleType):
    """Any public name in it is inert."""

    def __getattr__(self, name: str) -> _Inert:
        if name.startswith("_"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return _Inert(f"{self.__name__}.{name}")


class _ColabFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds `google` (when nothing else does) and `google.colab` with one level below it."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        is_ours = name in ("google", _ROOT) or name.rpartition(".")[0] == _ROOT
        if not is_ours:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=name in ("google", _ROOT))

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        kind = ModuleType if spec.name == "google" else _ColabModule
        return kind(spec.name, "Stands in for Colab when grading: nothing in it does anything.")

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""


def install() -> None:
    """Make `google.colab` importable in this process; calling it again changes nothing."""
    if not any(isinstance(finder, _ColabFinder) for finder in sys.meta_path):
        sys.meta_path.append(_ColabFinder())

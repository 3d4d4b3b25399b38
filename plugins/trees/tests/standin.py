"""A stand-in for the judge, just large enough to run this topic's checks in one process.

It loads the plain files of the assignment, offers a namespace as `student`, and runs a check on
a case bank of its own. Walls, budgets, stand-in functions and weights are left to the real judge.
"""

from __future__ import annotations

import ast
import importlib.util
import tomllib
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np

from gradewright.api import Batch, CheckFailed, CheckSpec, Outcome, StudentError, spec_of
from gradewright.api.hiding import hiding

TOPIC = Path(__file__).parent.parent / "src" / "gradewright_trees"
ASSIGNMENT = TOPIC / "assignments" / "tree1"
SPLITS = TOPIC / "reference" / "splits.py"


def load(path: Path, name: str) -> ModuleType:
    """A module from a file, not registered anywhere."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def fresh_reference() -> ModuleType:
    """A new copy of the reference, whose functions may be replaced."""
    return load(SPLITS, "splits_copy")


@cache
def manifest() -> dict[str, Any]:
    return tomllib.loads((ASSIGNMENT / "assignment.toml").read_text("utf-8"))


def functions_of(question: str) -> list[str]:
    return next(q["functions"] for q in manifest()["questions"] if q["id"] == question)


class Function:
    """One function of a submission: called, or called on many cases."""

    def __init__(self, name: str, function: Any) -> None:
        self.name, self.function = name, function

    def __call__(self, *positional: Any, **named: Any) -> Any:
        outcome = self._outcome(positional, named)
        if outcome.error is not None:
            raise outcome.error
        return outcome.value

    def each(self, cases: Any) -> Batch:
        return Batch(self.name, cases, [self._outcome(c.args, c.kwargs) for c in cases])

    def _outcome(self, positional: Any, named: Any) -> Outcome:
        try:
            return Outcome(self.function(*deepcopy(positional), **deepcopy(dict(named))))
        except Exception as error:
            claimed = StudentError(str(error))
            claimed.type_name, claimed.message = type(error).__name__, str(error)
            return Outcome(error=claimed)


class Student:
    """The names of a submission."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self._namespace = namespace

    def __getattr__(self, name: str) -> Function:
        return Function(name, self._namespace[name])


@dataclass(frozen=True)
class Check:
    """One check with its cases drawn."""

    question: str
    name: str
    spec: CheckSpec
    function: Any
    cases: tuple[Any, ...]

    @property
    def id(self) -> str:
        return f"tree1.{self.question}.{self.name}"

    def run(self, namespace: dict[str, Any], reference: Any) -> CheckFailed | StudentError | None:
        """None where the check passes, else what ended it."""
        offered = {
            "student": Student(namespace),
            "reference": reference,
            "cases": deepcopy(self.cases),
        }
        code = self.function.__code__
        wanted = code.co_varnames[: code.co_argcount]
        try:
            with hiding(self.spec.hidden):
                self.function(**{name: offered[name] for name in wanted})
        except (CheckFailed, StudentError) as end:
            return end
        return None


@cache
def checks(seed: int = 0) -> tuple[Check, ...]:
    """All checks of the assignment, their cases drawn from this seed."""
    found = []
    for path in sorted((ASSIGNMENT / "checks").glob("q*.py")):
        for name, function in vars(load(path, f"checks_{path.stem}")).items():
            spec = spec_of(function) if name.startswith("test_") else None
            if spec is not None:
                found.append(Check(path.stem, name[5:], spec, function, _cases(spec, seed, name)))
    return tuple(found)


def _cases(spec: CheckSpec, seed: int, name: str) -> tuple[Any, ...]:
    if spec.cases is None:
        return ()
    numbers = [seed, *name.encode()]
    return tuple(spec.cases(np.random.default_rng([*numbers, i]), i) for i in range(spec.count))


def misconceptions() -> list[SimpleNamespace]:
    """Each misconception: its id, the check that catches it, its name and its own namespace."""
    tree = ast.parse((ASSIGNMENT / "misconceptions.py").read_text("utf-8"))
    head = [node for node in tree.body if not isinstance(node, ast.FunctionDef)]
    found = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            module = fresh_reference()
            source = ast.Module([*head, node], type_ignores=[])
            exec(compile(source, "misconceptions.py", "exec"), vars(module))
            spec = vars(module)[node.name].__gradewright_misconception__
            found.append(SimpleNamespace(spec=spec, name=node.name, namespace=vars(module)))
    return found

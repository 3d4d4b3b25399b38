"""What the judge works out once per assignment, before it forks: cases, logs, its own health.

The checks run on the reference (one that fails there is broken, and can only end in `error`) and
on each misconception, so that a student's wrong values need only be looked up.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, is_dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from gradewright.api import Case, CheckFailed
from gradewright.api.compare import widened
from gradewright.api.texts import Text
from gradewright.values import Call, Student, local_session
from gradewright_grader.judge.bank import FARTHER_THAN, Demand, draw_cases
from gradewright_grader.judge.collect import Checks, CollectedCheck
from gradewright_grader.judge.mutants import right_namespace, wrong_namespace
from gradewright_grader.judge.seeds import derived_seed


@dataclass(frozen=True)
class Logs:
    """The calls of one check, on the reference and on each misconception (whole id → calls)."""

    right: Sequence[Call]
    wrong: Mapping[str, Sequence[Call]]


@dataclass(frozen=True)
class Known:
    """Everything about an assignment that no submission changes."""

    secret: bytes
    oracle: Mapping[str, frozenset[str]]  # question → the checks that properties depend on
    given: Mapping[str, type]
    feedback: Mapping[str, Text]
    probes: Mapping[str, str] = field(default_factory=dict)  # name → source to run beside the code
    broken: dict[str, str] = field(default_factory=dict)  # check → what it raised on the reference
    logs: dict[str, Logs] = field(default_factory=dict)


def warm_up(checks: Checks, secret: bytes) -> Known:
    """Draw the cases, try every check on the reference and on the misconceptions."""
    assignment = checks.assignment
    right = right_namespace(assignment)
    checks.stage.reference = SimpleNamespace(**right)
    wrong = {
        m.id: wrong_namespace(assignment, m.id)
        for m in assignment.index.misconceptions
        if not m.transform
    }
    known = Known(
        secret=secret,
        oracle={
            q.id: frozenset(entry.id for entry in assignment.oracles_of(q.id))
            for q in assignment.questions
            if not q.manual
        },
        given={name: value for name, value in right.items() if _is_given_type(value)},
        feedback={assignment.full_id(m.id): m.feedback for m in assignment.index.misconceptions},
        probes=read_probes(assignment.folder),
    )
    _fill_bank(checks, secret, wrong)
    _learn(checks, known, wrong)
    return known


@cache
def read_probes(folder: Path) -> Mapping[str, str]:
    """The functions of probes.py by name; each is sent with the whole file, which has no secret.

    Read once: every check asks for them on the reference and on every misconception.
    """
    path = folder / "probes.py"
    if not path.exists():
        return {}
    source = path.read_text(encoding="utf-8")
    functions = [n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef)]
    return {function.name: source for function in functions}


def _is_given_type(value: object) -> bool:
    return isinstance(value, type) and (is_dataclass(value) or hasattr(value, "_fields"))


def run_on(
    checks: Checks, check: CollectedCheck, namespace: dict[str, Any], secret: bytes
) -> tuple[BaseException | None, list[Call]]:
    """Run a check on a namespace of this process; what it raised and the calls it made."""
    probes = read_probes(checks.assignment.folder)
    seed = derived_seed(secret, check.id) % 2**64
    session = local_session(namespace, seed=seed, probes=probes)
    checks.stage.student = Student(session)
    return checks.run(check), session.calls


# --- cases


def _fill_bank(checks: Checks, secret: bytes, wrong: Mapping[str, dict[str, Any]]) -> None:
    cases: dict[str, Sequence[Case]] = {}
    checks.stage.cases = cases
    caught = {m.id: m.caught_by for m in checks.assignment.index.misconceptions}
    for check in checks:
        if check.spec.cases is None:
            continue
        demand = Demand(
            check=check.id,
            draw=check.spec.cases,
            count=check.spec.count,
            wrong={
                id: _fails_on(checks, check, namespace, secret, cases)
                for id, namespace in wrong.items()
                if caught[id] == check.id
            },
            place=check.place,
        )
        cases[check.id] = draw_cases(demand, secret, checks.assignment.id)


def _fails_on(
    checks: Checks,
    check: CollectedCheck,
    namespace: dict[str, Any],
    secret: bytes,
    cases: dict[str, Sequence[Case]],
) -> Callable[[Sequence[Case]], tuple[int, ...]]:
    def fails_on(some: Sequence[Case]) -> tuple[int, ...]:
        cases[check.id] = some
        with widened(FARTHER_THAN):
            raised, _ = run_on(checks, check, namespace, secret)
        if isinstance(raised, CheckFailed):
            # a check that compares its cases otherwise than one by one separates as a whole
            return raised.failing or tuple(range(len(some)))
        return ()

    return fails_on


# --- what the reference and the misconceptions do


def _learn(checks: Checks, known: Known, wrong: Mapping[str, dict[str, Any]]) -> None:
    right = right_namespace(checks.assignment)
    by_value = [check for check in checks if check.spec.evidence == "value"]
    for check in by_value:
        raised, calls = run_on(checks, check, right, known.secret)
        if raised is not None:
            known.broken[check.id] = f"the reference fails it: {type(raised).__name__}: {raised}"
        logs = {
            checks.assignment.full_id(id): run_on(checks, check, wrong[id], known.secret)[1]
            for id in _matchable(checks, check.question, wrong)
        }
        known.logs[check.id] = Logs(calls, logs)


def _matchable(checks: Checks, question: str, wrong: Mapping[str, Any]) -> list[str]:
    """The misconceptions of a question's own functions that can be told by their values."""
    functions = set(checks.assignment.question(question).functions)
    return [
        m.id
        for m in checks.assignment.index.misconceptions
        if m.id in wrong and m.match == "value" and functions & set(m.replaces)
    ]

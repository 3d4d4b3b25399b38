"""Which mutants die? Each in a fork of its own, against its own questions' checks.

Theory of operation. The process that calls `try_mutants` has collected the checks and drawn the
cases, and has one thread. It forks a child per mutant, a few at a time. The child loads a fresh
copy of the reference, puts the changed definition in its place everywhere, and runs the checks on
that namespace until one fails; it writes that check's id to a pipe and is gone. A slip may loop
for ever or fill the memory: the kernel's limits end such a child, which kills the mutant as well
as a check would. Nothing of a child reaches the next one, so the result depends on no order.
"""

from __future__ import annotations

import ast
import math
import os
import resource
import select
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from gradewright.host import Assignment
from gradewright.host.reference import public_names, reference_modules, substitute
from gradewright_grader.judge.collect import Checks, CollectedCheck
from gradewright_grader.judge.warm import run_on
from gradewright_grader.verify.mutate import Mutant

TIMEOUT, CRASH, UNLOADABLE = "timeout", "crash", "it cannot be loaded"
SIZE = Path("/proc/self/statm")  # in pages, mapped memory first
ROOM = 2 << 30  # bytes of memory beyond what is mapped already
LONGEST_NAP = 60.0
WALL_FACTOR = 10.0  # a limit of CPU time may take this much wall time


@dataclass(frozen=True)
class Trial:
    """What mutants are tried with: the checks that the reference passes, a secret, CPU seconds."""

    checks: Checks
    sound: frozenset[str]
    secret: bytes
    cpu_seconds: float


@dataclass
class _Child:
    number: int
    pid: int
    deadline: float
    said: bytes = field(default=b"")


def try_mutants(trial: Trial, mutants: Sequence[Mutant], jobs: int = 2) -> list[str]:
    """What killed each mutant: a check's id, "timeout", "crash", …; "" for one that survived."""
    killers = [""] * len(mutants)
    waiting = list(range(len(mutants)))
    running: dict[int, _Child] = {}
    while waiting or running:
        while waiting and len(running) < jobs:
            number = waiting.pop(0)
            end, child = _start(trial, mutants[number], number)
            running[end] = child
        for end in _finished(running):
            child = running.pop(end)
            killers[child.number] = _killer(child)
    return killers


def _start(trial: Trial, mutant: Mutant, number: int) -> tuple[int, _Child]:
    mine, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            _limit(trial.cpu_seconds)
            os.write(theirs, _tried(trial, mutant).encode() or b"-")
        finally:
            os._exit(0)
    os.close(theirs)
    return mine, _Child(number, pid, time.monotonic() + WALL_FACTOR * trial.cpu_seconds)


def _finished(running: Mapping[int, _Child]) -> list[int]:
    """The pipes that closed; a child that takes too long in wall time is ended first."""
    patience = min(child.deadline for child in running.values()) - time.monotonic()
    ready = select.select(list(running), [], [], min(max(patience, 0.0), LONGEST_NAP))[0]
    if not ready:
        for child in running.values():
            if time.monotonic() >= child.deadline:
                os.kill(child.pid, signal.SIGKILL)
                child.deadline = math.inf
    ended = []
    for end in ready:
        if data := os.read(end, 4096):
            running[end].said += data
        else:
            os.close(end)
            ended.append(end)
    return ended


def _killer(child: _Child) -> str:
    status = os.waitpid(child.pid, 0)[1]
    if child.said:
        return child.said.decode().removeprefix("-")
    ended = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    return TIMEOUT if ended in (signal.SIGXCPU, signal.SIGKILL) else CRASH


# --- in the child


def _limit(cpu_seconds: float) -> None:
    whole = math.ceil(cpu_seconds)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (whole, whole + 1))
    if SIZE.exists():  # elsewhere the limit of CPU time ends what fills the memory, too
        most = int(SIZE.read_text().split()[0]) * resource.getpagesize() + ROOM
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _tried(trial: Trial, mutant: Mutant) -> str:
    try:
        namespace = mutated_namespace(trial.checks.assignment, mutant)
    except Exception:  # whatever a changed constant or default leads to
        return UNLOADABLE
    for question in mutant.questions:
        for check in trial.checks.of(question):
            if check.id in trial.sound and _fails(trial, check, namespace):
                return check.id
    return ""


def _fails(trial: Trial, check: CollectedCheck, namespace: dict[str, Any]) -> bool:
    return run_on(trial.checks, check, namespace, trial.secret)[0] is not None


def mutated_namespace(assignment: Assignment, mutant: Mutant) -> dict[str, Any]:
    """The public names of a fresh copy of the reference with the mutant in place."""
    modules = reference_modules(assignment)
    home = modules[mutant.module]
    old = vars(home)[mutant.name]
    exec(_compiled(home, mutant), vars(home))  # noqa: S102 - the topic's own file
    if callable(old):  # of numbers every other equal one may be the same object
        substitute(modules, old, vars(home)[mutant.name])
    return vars(public_names(modules.values()))


def _compiled(home: ModuleType, mutant: Mutant) -> Any:
    # set where the module says `from __future__ import annotations`
    flags = getattr(vars(home).get("annotations"), "compiler_flag", 0)
    return compile(ast.parse(mutant.source), mutant.file, "exec", flags=flags, dont_inherit=True)

"""The checks tried on the reference and on its mutants, in a process of their own.

`Trial` starts it and takes its answer, so that it works while the box is busy; `main` is that
process: it collects the checks as the judge does, warms up, takes the time of every check on the
reference, counts the cases that separate each misconception, and has the mutants tried. It runs
nothing but the topic's own code, so it needs no box.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from gradewright.api import CheckFailed
from gradewright.api.compare import widened
from gradewright.host import Assignment, TopicError, load_topic
from gradewright_grader.judge.bank import FARTHER_THAN
from gradewright_grader.judge.collect import Checks, run_sealed
from gradewright_grader.judge.mutants import right_namespace, wrong_namespace
from gradewright_grader.judge.seeds import NO_SECRET
from gradewright_grader.judge.warm import run_on, warm_up
from gradewright_grader.verify import mutation_run
from gradewright_grader.verify.mutate import Mutant, mutants_of, sampled
from gradewright_grader.verify.outside import DRAWING, Outside

LEAST_SECONDS, TIMES = 2.0, 10.0  # a mutant may take ten times what the reference does


class Asked(msgspec.Struct):
    """What the process is to try: a topic's folder, an assignment's id, the sample's size (None:
    all mutants, 0: none) and its seed."""

    topic: str
    assignment: str
    sample: int | None
    seed: int


class Tried(msgspec.Struct):
    """What came out. `seconds`: check → CPU time on the reference, the judge's part included;
    `separating`: misconception → cases of its check that separate it; `outside`: lines of what was
    reached; `killers`: for each mutant what killed it, "" for nothing; `error`: why all is empty.
    """

    seconds: dict[str, float] = {}
    separating: dict[str, int] = {}
    outside: list[str] = []
    killers: list[str] = []
    error: str = ""


class Trial:
    """A running trial; a context manager that ends it."""

    def __init__(self, assignment: Assignment, sample: int | None, seed: int) -> None:
        folder = assignment.folder.parent.parent.resolve()
        self._answer: Tried | None = None
        # not `-m`: this module is imported by its package already
        command = [sys.executable, "-s", "-P", "-c", f"from {__name__} import main; main()"]
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(),
            cwd="/",
            start_new_session=True,
        )
        asked = Asked(str(folder), assignment.id, sample, seed)
        self._answer_later = ThreadPoolExecutor(1).submit(
            self._process.communicate, msgspec.json.encode(asked)
        )

    def answer(self) -> Tried:
        """Wait for it. A process that died says so in `error`."""
        if self._answer is None:
            data, _ = self._answer_later.result()
            died = f"the process that tries the checks ended with {self._process.returncode}"
            told = f"{died}; what it printed stands above"
            self._answer = msgspec.json.decode(data, type=Tried) if data else Tried(error=told)
        return self._answer

    def __enter__(self) -> Trial:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._answer_later.result()


def _environment() -> dict[str, str]:
    """As the judge's: fixed where it could change what happens."""
    threads = ("OMP", "OPENBLAS", "MKL", "NUMEXPR")
    return {
        "PATH": os.defpath,
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "HOME": "/nonexistent",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "MPLBACKEND": "agg",
    } | {f"{name}_NUM_THREADS": "1" for name in threads}


# --- in the process


def main() -> None:
    """Read what is asked from stdin, answer on stdout; what checks print goes nowhere."""
    asked = msgspec.json.decode(sys.stdin.buffer.read(), type=Asked)
    answer = os.dup(1)
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    tried = Tried()

    def serve(checks: Checks) -> None:
        nonlocal tried
        mutants = sampled(mutants_of(checks.assignment), asked.sample, asked.seed)
        tried = _try_all(checks, mutants)

    try:
        run_sealed(load_topic(Path(asked.topic)).assignment(asked.assignment), serve)
    except TopicError as error:
        tried = Tried(error=str(error))
    with os.fdopen(answer, "wb") as file:
        file.write(msgspec.json.encode(tried))


def _try_all(checks: Checks, mutants: Sequence[Mutant]) -> Tried:
    outside = Outside(checks.assignment.folder.parent.parent)
    with outside.watched(DRAWING):
        warm_up(checks, NO_SECRET)
    seconds = _times(checks, outside)
    slowest = max((_of(checks, seconds, q.id) for q in checks.assignment.questions), default=0.0)
    limit = max(LEAST_SECONDS, TIMES * slowest)
    trial = mutation_run.Trial(checks, frozenset(seconds), NO_SECRET, limit)
    return Tried(
        seconds=seconds,
        separating=_separating(checks),
        outside=outside.findings(),
        killers=mutation_run.try_mutants(trial, mutants),
    )


def _of(checks: Checks, seconds: dict[str, float], question: str) -> float:
    return sum(seconds.get(check.id, 0.0) for check in checks.of(question))


def _times(checks: Checks, outside: Outside) -> dict[str, float]:
    """CPU seconds of every check that the reference passes here."""
    seconds = {}
    right = right_namespace(checks.assignment)
    for check in checks:
        started = time.process_time()
        with outside.watched(check.id):
            raised, _ = run_on(checks, check, right, NO_SECRET)
        if raised is None:
            seconds[check.id] = time.process_time() - started
    return seconds


def _separating(checks: Checks) -> dict[str, int]:
    """Of each misconception whose check has cases: on how many it is far from the reference."""
    found = {}
    for entry in checks.assignment.index.misconceptions:
        if entry.transform or checks[entry.caught_by].spec.cases is None:
            continue
        wrong = wrong_namespace(checks.assignment, entry.id)
        with widened(FARTHER_THAN):
            raised, _ = run_on(checks, checks[entry.caught_by], wrong, NO_SECRET)
        cases = len(checks.stage.cases[entry.caught_by])
        if isinstance(raised, CheckFailed):
            found[entry.id] = len(raised.failing) or cases
        else:
            found[entry.id] = 0
    return found

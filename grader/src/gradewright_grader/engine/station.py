"""The station: everything one process needs to grade submissions, warm and ready.

It owns zygotes (by profile) and judges (by assignment) and may be used from many threads, each
supervising one submission at a time, so that heavy imports are paid once and not once per worker.
"""

from __future__ import annotations

import hashlib
import platform
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import msgspec

from gradewright.host import Assignment
from gradewright_grader.box import Box, LevelReport, Profile, Zygote, code_paths, find_level
from gradewright_grader.box.errors import BoxError
from gradewright_grader.box.limits import Limits
from gradewright_grader.box.profile import Level
from gradewright_grader.box.runner.model import CellRun, CellSource, Output
from gradewright_grader.engine.copies import BoxedCopies
from gradewright_grader.engine.notebook_run import Budget, CellEnd, NotebookRun, run_notebook
from gradewright_grader.judge.client import Judge
from gradewright_grader.judge.link import Job
from gradewright_grader.judge.lint import import_name
from gradewright_grader.judge.record import Judgement
from gradewright_grader.judge.seeds import NO_SECRET, derived_seed
from gradewright_grader.wall.reports import NotebookJob

LEVELS: tuple[Level, ...] = ("none", "restricted", "full")  # from the least to the best
IN_THE_BOX = (
    "gradewright_grader.box.runner",
    "gradewright_grader.box.wire",
    "gradewright_grader.wall.packets",
    "gradewright_grader.wall.payload",
    "gradewright_grader.wall.reports",
    "gradewright_grader.wall.serving",
)
BASE_DISTRIBUTIONS = ("gradewright", "ipython", "matplotlib-inline", "numpy")
BASE_IMPORTS = ("numpy",)


class LevelRefused(BoxError):
    """This machine cannot give the level that is asked for."""


@dataclass(frozen=True)
class Work:
    """What the box is to run, and what the judge looks at in the text.

    cells: in the order of execution, each with the index it has in the submission; keep: cell
    index → names to hold; answers: question ("q1") → source, for flags; saved: question → stored
    outputs as JSON; owners: cell index → question, for its figures; files: relative path →
    content, beside the assignment's given ones.
    """

    cells: Sequence[tuple[int, str]]
    keep: Mapping[int, Sequence[str]] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    saved: Mapping[str, bytes] = field(default_factory=dict)
    owners: Mapping[int, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    person: str = ""


@dataclass(frozen=True)
class Graded:
    """A submission that went all the way: verdicts, and what the notebook showed."""

    judgement: Judgement
    cells: list[CellRun]
    cell_ends: list[CellEnd]
    rebound: list[str]
    level: Level
    memory: Literal["cgroup", "watchdog"]
    student_cpu: float
    environment: str
    junk: int = 0


class Station:
    """A context manager; closing it ends every process it started."""

    def __init__(
        self,
        *,
        level: Level | None = None,
        require: Level = "restricted",
        secret: bytes = NO_SECRET,
        data: Mapping[str, Path] | None = None,
    ) -> None:
        """`level`: use this one instead of the best. Raises LevelRefused below `require`."""
        self.report: LevelReport | None = find_level() if level is None else None
        self.level: Level = level or (self.report.level if self.report else "none")
        if LEVELS.index(self.level) < LEVELS.index(require):
            raise LevelRefused(_refusal(self.level, require, self.report))
        self._secret = secret
        self._data = dict(data or {})
        self._box = Box()
        self._lock = threading.Lock()
        self._zygotes: dict[tuple[str, ...], Zygote] = {}
        self._judges: dict[str, Judge] = {}

    def grade(self, assignment: Assignment, work: Work) -> Graded:
        """Run the notebook, have it judged, end its processes.

        Raises TopicError, BoxError or JudgeDied: errors of ours, never a verdict.
        """
        judge = self.judge(assignment)  # starts warming up while the notebook runs
        run = self.run(assignment, work)
        first = run
        copies = BoxedCopies(run, lambda: self.run(assignment, work))
        try:
            job = Job(
                answers=dict(work.answers),
                saved=dict(work.saved),
                figures=_figures(first.figures, work.owners),
                person=work.person,
                walled=self.level != "none",
            )
            judgement = judge.judge(job, copies)
        finally:
            copies.close()
        return Graded(
            judgement=judgement,
            cells=first.runs,
            cell_ends=first.ends,
            rebound=first.rebound,
            level=self.level,
            memory=self._box.memory_limit,
            student_cpu=first.cpu_seconds,
            environment=self.environment(assignment),
            junk=first.junk,
        )

    def run(self, assignment: Assignment, work: Work) -> NotebookRun:
        """Run the cells of a submission; the caller ends the child that it returns."""
        budgets = assignment.manifest.budgets
        checks = budgets.check * (len(assignment.index.checks) + 4 * len(assignment.questions))
        job = NotebookJob(
            cells=[CellSource(index, source, budgets.cell) for index, source in work.cells],
            keep={index: list(names) for index, names in work.keep.items()},
            seed=derived_seed(self._secret, assignment.id, "notebook", work.person) % 2**63,
            files={**work.files, **_given_files(assignment)},
        )
        return run_notebook(
            self.zygote(assignment),
            job,
            Budget(budgets.notebook, budgets.cell),
            Limits(cpu=2 * budgets.notebook + checks, wall=6 * budgets.notebook + 3 * checks + 60),
        )

    def outputs(self, assignment: Assignment, sources: Sequence[str]) -> list[list[Output]]:
        """What these cells of an assignment show when they are run, cell by cell."""
        run = self.run(assignment, Work(list(enumerate(sources))))
        if run.child is not None:
            run.child.kill()
            run.child.wait()
            run.child.channel.close()
        shown = {cell.index: cell.outputs for cell in run.runs}
        return [shown.get(index, []) for index in range(len(sources))]

    def zygote(self, assignment: Assignment) -> Zygote:
        """The zygote with this assignment's imports, started when first asked for."""
        allowed = tuple(sorted(assignment.manifest.allow))
        with self._lock:
            if allowed not in self._zygotes:
                self._zygotes[allowed] = self._box.start(self._profile(assignment), self.level)
            return self._zygotes[allowed]

    def judge(self, assignment: Assignment) -> Judge:
        """The judge of this assignment, started when first asked for."""
        key = str(assignment.folder)
        with self._lock:
            known = self._judges.get(key)
            if known is not None and not known.alive:
                known.close()
            if known is None or not known.alive:
                self._judges[key] = Judge(assignment, self._secret)
            return self._judges[key]

    def _profile(self, assignment: Assignment) -> Profile:
        allowed = assignment.manifest.allow
        imports = map(import_name, allowed)
        return Profile(
            imports=(*BASE_IMPORTS, *imports),
            distributions=(*BASE_DISTRIBUTIONS, *allowed),
            data={n: self._data[n] for n in assignment.manifest.data if n in self._data},
            extra_paths=code_paths(*IN_THE_BOX),
            warm_up="gradewright_grader.wall.payload:warm_up",
        )

    def environment(self, assignment: Assignment) -> str:
        """A digest of what student code runs on: Python, machine, every distribution's version."""
        versions = self.zygote(assignment).versions
        told = [platform.python_version(), platform.machine(), *map(str, sorted(versions.items()))]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()

    def close(self) -> None:
        """End all judges and zygotes."""
        for judge in self._judges.values():
            judge.close()
        self._box.close()

    def __enter__(self) -> Station:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _figures(shown: Sequence[Mapping[str, Any]], owners: Mapping[int, str]) -> dict[str, bytes]:
    """Question → the figures of its cells as JSON. They are claims: the cell is one too."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for figure in shown:
        cell = figure.get("cell")
        if isinstance(cell, int) and cell in owners:
            found.setdefault(owners[cell], []).append(figure)
    return {question: msgspec.json.encode(figures) for question, figures in found.items()}


def _given_files(assignment: Assignment) -> dict[str, bytes]:
    """The files that students were handed; a submission's own of the same name do not count."""
    home = assignment.folder / "given"
    return {p.relative_to(home).as_posix(): p.read_bytes() for p in assignment.given_files()}


def _refusal(level: Level, require: Level, report: LevelReport | None) -> str:
    failed = next((step for step in report.steps if not step.ok), None) if report else None
    why = f": {failed.error}; to mend it: {failed.remedy}" if failed else ""
    return (
        f"this machine gives the box level '{level}', but '{require}' is required{why}; for your "
        "own work alone, ask for less"
    )

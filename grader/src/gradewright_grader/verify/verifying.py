"""All rules on one assignment, in order, each timed: from an assignment to its report."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from gradewright.host import Assignment, TopicError
from gradewright_grader.engine import Station
from gradewright_grader.judge.client import JudgeDied
from gradewright_grader.verify import margins, rules
from gradewright_grader.verify.bench import Bench, Profile, Progress, open_bench
from gradewright_grader.verify.misconceptions import try_misconceptions
from gradewright_grader.verify.packaging import missing_from_wheel
from gradewright_grader.verify.report import AssignmentReport, RuleResult

Rule = Callable[[Bench, Progress], Iterator[str]]
MUTANTS = "nine of ten small slips in the reference are noticed"
RULES: dict[str, Rule] = {
    "twice the same bytes": rules.same_bytes,
    "the release gives nothing away": rules.no_leaks,
    "the reference earns every automatic point": rules.reference_full,
    "the solution runs without the topic installed": rules.solution_runs,
    "correct solutions in other styles earn everything": rules.alternatives_full,
    "the blank release earns nothing": rules.blank_zero,
    "constant answers earn nothing": rules.constants_zero,
    "budgets leave a margin": margins.budgets,
    "the cases separate every misconception": margins.separation,
    "checks reach no network and no other files": margins.outside,
    "a wheel holds every file": lambda bench, progress: missing_from_wheel(bench.assignment),
}


def verify_assignment(
    assignment: Assignment,
    station: Station,
    progress: Progress = lambda line: None,
    profile: Profile = Profile(),  # noqa: B008 - it cannot be changed
) -> AssignmentReport:
    """Try every rule. Raises BoxError where there is no box to try it in."""
    started = time.monotonic()
    report = AssignmentReport(assignment.id)
    try:
        with open_bench(assignment, station, profile) as bench:
            _try_all(bench, report, progress)
    except (TopicError, JudgeDied) as error:
        report.rules.append(RuleResult("it can be built and judged", (str(error),)))
    report.seconds = time.monotonic() - started
    return report


def _try_all(bench: Bench, report: AssignmentReport, progress: Progress) -> None:
    for name, rule in RULES.items():
        with_place = _below(progress, f"{bench.assignment.id}: {name}")
        _timed(report, name, lambda rule=rule, told=with_place: rule(bench, told))  # type: ignore[misc]
    started, before = time.monotonic(), len(report.rules)
    try_misconceptions(bench, report, _below(progress, f"{bench.assignment.id}: misconceptions"))
    took = time.monotonic() - started
    report.rules[before] = replace(report.rules[before], seconds=took)
    report.separating = dict(bench.tried.separating)
    if bench.profile.sample != 0:
        progress(f"{bench.assignment.id}: mutants")
        _timed(report, MUTANTS, lambda: margins.try_mutants(bench, report))


def _timed(report: AssignmentReport, name: str, findings: Callable[[], Iterator[str]]) -> None:
    started = time.monotonic()
    found = tuple(findings())
    report.rules.append(RuleResult(name, found, time.monotonic() - started))


def _below(progress: Progress, where: str) -> Progress:
    progress(where)
    return lambda line: progress(f"{where}: {line}")

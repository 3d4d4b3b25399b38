"""The promises of an assignment, each tried in every language where language can matter.

A rule returns findings: lines that say what is broken, why, and what to do. A rule that cannot be
tried is broken. Submissions go through the real pipeline (`engine.submission`), one after another;
the station keeps zygote and judge warm between them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from nbformat import NotebookNode

from gradewright.api.texts import in_language
from gradewright.host import Assignment, TopicError
from gradewright_grader.authoring.build import build_release, build_solution, to_bytes
from gradewright_grader.authoring.leaks import find_leaks
from gradewright_grader.engine import Station, grade_bytes
from gradewright_grader.engine.record import SubmissionRecord
from gradewright_grader.judge.client import JudgeDied
from gradewright_grader.verify.report import AssignmentReport, RuleResult
from gradewright_grader.verify.submissions import (
    CONSTANTS,
    constant_notebook,
    misconception_notebook,
)

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Bench:
    """What the rules work with: an assignment, a warm station, its releases by language."""

    assignment: Assignment
    station: Station
    releases: dict[str, NotebookNode]

    def grade(self, data: bytes) -> SubmissionRecord:
        """One submission through the real pipeline."""
        return grade_bytes(self.station, self.assignment, data, student="verify").record


def verify_assignment(
    assignment: Assignment, station: Station, progress: Progress = lambda line: None
) -> AssignmentReport:
    """Try every rule. Raises BoxError where there is no box to try it in."""
    started = time.monotonic()
    report = AssignmentReport(assignment.id)
    try:
        releases = {lang: build_release(assignment, lang) for lang in assignment.languages}
        bench = Bench(assignment, station, releases)
        station.judge(assignment).wait_ready()
    except (TopicError, JudgeDied) as error:
        report.rules.append(RuleResult("it can be built and judged", (str(error),)))
        return report
    for name, rule in _RULES.items():
        progress(f"{assignment.id}: {name}")
        report.rules.append(RuleResult(name, tuple(rule(bench))))
    progress(f"{assignment.id}: misconceptions")
    _try_misconceptions(bench, report, progress)
    report.seconds = time.monotonic() - started
    return report


def _same_bytes(bench: Bench) -> Iterator[str]:
    for language, release in bench.releases.items():
        again = build_release(bench.assignment, language)
        if to_bytes(again) != to_bytes(release):
            yield f"{language}: building the release twice gives different bytes; order sets"


def _no_leaks(bench: Bench) -> Iterator[str]:
    for language, release in bench.releases.items():
        yield from (f"{language}: {leak}" for leak in find_leaks(release, bench.assignment))


def _reference_full(bench: Bench) -> Iterator[str]:
    for language in bench.releases:
        solution = to_bytes(build_solution(bench.assignment, language))
        record = bench.grade(solution)
        yield from (f"{language}: {line}" for line in _not_full(record))


def _not_full(record: SubmissionRecord) -> Iterator[str]:
    if record.status != "graded":
        yield f"the solution was not graded ({record.status}): {in_language(record.reason, 'en')}"
    for check in record.checks:
        if check.outcome != "passed":
            told = check.detail or in_language(check.message, "en")
            yield f"{check.id} is {check.outcome} on the solution: {told}"
    for cell in record.cells:
        yield f"cell {cell.index} of the solution did not end by itself: {cell.ended_by}"
    for flag in record.flags:
        yield f"the solution is flagged ({flag.kind}): {in_language(flag.text, 'en')}"
    if record.status == "graded" and record.points != record.auto_max_points:
        yield f"the solution has {record.points} of {record.auto_max_points} automatic points"


def _solution_runs(bench: Bench) -> Iterator[str]:
    for language in bench.releases:
        solution = to_bytes(build_solution(bench.assignment, language))
        graded = grade_bytes(bench.station, bench.assignment, solution, student="verify")
        for run in graded.runs:
            for output in run.outputs:
                if output.get("output_type") == "error":
                    what = f"{output.get('ename')}: {output.get('evalue')}"
                    yield f"{language}: cell {run.index} of the solution raises {what}"


def _blank_zero(bench: Bench) -> Iterator[str]:
    for language, release in bench.releases.items():
        record = bench.grade(to_bytes(release))
        yield from (f"{language}: {line}" for line in _not_zero(record, "the blank release"))


def _constants_zero(bench: Bench) -> Iterator[str]:
    language, release = next(iter(bench.releases.items()))
    for name, value in CONSTANTS.items():
        data = constant_notebook(bench.assignment, language, release, value)
        yield from _not_zero(bench.grade(data), f"returning {name} everywhere")


def _not_zero(record: SubmissionRecord, what: str) -> Iterator[str]:
    if record.status != "graded":
        yield f"{what} was not graded ({record.status}): {in_language(record.reason, 'en')}"
    for check in record.checks:
        if check.outcome == "error":
            yield f"{what} makes {check.id} end in an error of ours: {check.detail}"
        if check.points:
            yield (
                f"{what} earns {check.points} points in {check.id}; give it inputs on which the "
                "answer varies, or mark it prop=True"
            )


_RULES: dict[str, Callable[[Bench], Iterator[str]]] = {
    "twice the same bytes": _same_bytes,
    "the release gives nothing away": _no_leaks,
    "the reference earns every automatic point": _reference_full,
    "the solution runs without the topic installed": _solution_runs,
    "the blank release earns nothing": _blank_zero,
    "constant answers earn nothing": _constants_zero,
}


# --- misconceptions


def _try_misconceptions(bench: Bench, report: AssignmentReport, progress: Progress) -> None:
    findings: list[str] = []
    unnamed: list[str] = []
    language, release = next(iter(bench.releases.items()))
    for entry in bench.assignment.index.misconceptions:
        progress(f"{bench.assignment.id}: {entry.id}")
        data = misconception_notebook(bench.assignment, language, release, entry.id)
        record = bench.grade(data)
        whole = bench.assignment.full_id(entry.id)
        lines = list(_not_caught(record, whole, entry.caught_by))
        findings += lines
        report.misconceptions += 1
        report.caught += not lines
        named = {check.misconception for check in record.checks if check.misconception}
        report.named += named == {whole}
        if entry.match == "value" and not entry.transform and named != {whole}:
            shown = ", ".join(sorted(named)) or "no misconception"
            unnamed.append(f"{whole} is named as {shown}; its values must differ from all others")
    report.rules.append(RuleResult("every misconception is caught", tuple(findings)))
    report.rules.append(RuleResult("every misconception gets its feedback", tuple(unnamed)))


def _not_caught(record: SubmissionRecord, id: str, caught_by: str) -> Iterator[str]:
    outcomes = {check.id: check for check in record.checks}
    if caught_by not in outcomes or outcomes[caught_by].outcome != "failed":
        got = outcomes[caught_by].outcome if caught_by in outcomes else "not run"
        yield f"{id} is not caught by {caught_by} ({got}); separate its cases or name another check"
    for check in record.checks:
        if check.outcome == "error":
            yield f"{id} makes {check.id} end in an error of ours: {check.detail}"
    own = caught_by.rpartition(".")[0]
    for question in record.questions:
        if question.manual:
            continue
        lost = Fraction(question.max_points) - question.points
        if question.id == own and not lost:
            yield f"{id} loses nothing in {own}; {caught_by} must have a weight"
        if question.id != own and lost:
            yield (
                f"{id} also loses {lost} points in {question.id}; one mistake must cost one "
                f"question: add the question to its needs, or vary its inputs"
            )

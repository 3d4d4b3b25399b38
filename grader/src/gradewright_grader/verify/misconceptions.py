"""Every misconception is handed in: caught where it says, costing one question, and named."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from gradewright_grader.engine.record import SubmissionRecord
from gradewright_grader.verify.bench import Bench, Progress
from gradewright_grader.verify.report import AssignmentReport, RuleResult
from gradewright_grader.verify.submissions import misconception_notebook


def try_misconceptions(bench: Bench, report: AssignmentReport, progress: Progress) -> None:
    """Count those caught and named, and add the two rules about them to the report."""
    findings: list[str] = []
    unnamed: list[str] = []
    language, release = bench.first
    entries = bench.assignment.index.misconceptions
    made = [misconception_notebook(bench.assignment, language, release, e.id) for e in entries]
    for entry, record in zip(entries, bench.grade_all(made, progress), strict=True):
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
    yield from _wrong_losses(record, id, caught_by)


def _wrong_losses(record: SubmissionRecord, id: str, caught_by: str) -> Iterator[str]:
    own = caught_by.rsplit(".std.", 1)[0] if ".std." in caught_by else caught_by.rpartition(".")[0]
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

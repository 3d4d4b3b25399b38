"""The promises of an assignment, each tried in every language where language can matter.

A rule looks at a `Bench` and returns findings: lines that say what is broken, why, and what to do.
A rule that cannot be tried is broken. Those here hand in notebooks through the real pipeline;
`margins` has the rules that look at the checks themselves, `packaging` the one about the wheel.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradewright.api.texts import in_language
from gradewright.host import TopicError
from gradewright_grader.authoring.build import build_release, to_bytes
from gradewright_grader.authoring.leaks import find_leaks
from gradewright_grader.engine.record import SubmissionRecord
from gradewright_grader.verify.bench import Bench, Progress
from gradewright_grader.verify.submissions import (
    CONSTANTS,
    FOLDER,
    alternative_notebook,
    constant_notebook,
)


def same_bytes(bench: Bench, progress: Progress) -> Iterator[str]:
    """A release is built twice."""
    for language, release in bench.releases.items():
        again = build_release(bench.assignment, language)
        if to_bytes(again) != to_bytes(release):
            yield f"{language}: building the release twice gives different bytes; order sets"


def no_leaks(bench: Bench, progress: Progress) -> Iterator[str]:
    """A release holds nothing of the solution."""
    for language, release in bench.releases.items():
        yield from (f"{language}: {leak}" for leak in find_leaks(release, bench.assignment))


def reference_full(bench: Bench, progress: Progress) -> Iterator[str]:
    """The solution is handed in."""
    for language, graded in bench.solutions.items():
        yield from (f"{language}: {line}" for line in _not_full(graded.record, "the solution"))
        yield from (f"{language}: {line}" for line in _flagged(graded.record))


def _not_full(record: SubmissionRecord, what: str) -> Iterator[str]:
    if record.status != "graded":
        yield f"{what} was not graded ({record.status}): {in_language(record.reason, 'en')}"
    for check in record.checks:
        if check.outcome != "passed":
            told = check.detail or in_language(check.message, "en")
            yield f"{check.id} is {check.outcome} on {what}: {told}"
    for cell in record.cells:
        yield f"cell {cell.index} of {what} did not end by itself: {cell.ended_by}"
    if record.status == "graded" and record.points != record.auto_max_points:
        yield f"{what} has {record.points} of {record.auto_max_points} automatic points"


def _flagged(record: SubmissionRecord) -> Iterator[str]:
    for flag in record.flags:
        yield f"the solution is flagged ({flag.kind}): {in_language(flag.text, 'en')}"


def solution_runs(bench: Bench, progress: Progress) -> Iterator[str]:
    """No cell of the solution raises, in a box that knows no topic."""
    for language, graded in bench.solutions.items():
        for run in graded.runs:
            for output in run.outputs:
                if output.get("output_type") == "error":
                    what = f"{output.get('ename')}: {output.get('evalue')}"
                    yield f"{language}: cell {run.index} of the solution raises {what}"


def alternatives_full(bench: Bench, progress: Progress) -> Iterator[str]:
    """Correct solutions in other styles, from `alternatives/*.py`."""
    language, release = bench.first
    files = sorted((bench.assignment.folder / FOLDER).glob("*.py"))
    try:
        made = [alternative_notebook(bench.assignment, language, release, file) for file in files]
    except TopicError as error:
        yield str(error)
        return
    for file, record in zip(files, bench.grade_all(made, progress), strict=True):
        for line in _not_full(record, f"{FOLDER}/{file.name}"):
            yield f"{line}; make the check fair, or correct the solution"


def blank_zero(bench: Bench, progress: Progress) -> Iterator[str]:
    """The release is handed in as it is."""
    records = bench.grade_all([to_bytes(release) for release in bench.releases.values()], progress)
    for language, record in zip(bench.releases, records, strict=True):
        yield from (f"{language}: {line}" for line in _not_zero(record, "the blank release"))


def constants_zero(bench: Bench, progress: Progress) -> Iterator[str]:
    """Answers of someone who has none."""
    language, release = bench.first
    made = [
        constant_notebook(bench.assignment, language, release, value)
        for value in CONSTANTS.values()
    ]
    for name, record in zip(CONSTANTS, bench.grade_all(made, progress), strict=True):
        yield from _not_zero(record, f"returning {name} everywhere")


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

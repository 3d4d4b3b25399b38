"""The static index of an assignment: its checks and misconceptions, read from source.

Nothing is run. It is what listings, releases and the course's pages know about checks; the judge
collects the same files under pytest later.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gradewright.host.checkindex import read_checks
from gradewright.host.entries import STANDARD, CheckEntry, Index, MisconceptionEntry
from gradewright.host.errors import TopicError, place_of, quoted
from gradewright.host.manifest import AssignmentManifest, Question
from gradewright.host.misconceptionindex import read_misconceptions
from gradewright.host.source import read_source

__all__ = ["STANDARD", "CheckEntry", "Index", "MisconceptionEntry", "read_index"]


def read_index(folder: Path, manifest: AssignmentManifest, languages: tuple[str, ...]) -> Index:
    """Index `checks/*.py` and `misconceptions.py` of an assignment's folder.

    Raises TopicError for the first defect, with file and line.
    """
    coded = [question for question in manifest.questions if not question.manual]
    _refuse_foreign_files(folder / "checks", coded)
    checks = tuple(
        check
        for question in coded
        for check in _checks_of(folder, manifest.id, question, languages)
    )
    path = folder / "misconceptions.py"
    if not path.exists():
        return Index(checks, ())
    known = [check.id for check in checks] + list(_standard(manifest.id, coded))
    functions = [name for question in coded for name in question.functions]
    return Index(checks, read_misconceptions(read_source(path), languages, known, functions))


def _refuse_foreign_files(folder: Path, coded: list[Question]) -> None:
    expected = [f"{question.id}.py" for question in coded]
    for path in sorted(folder.glob("*.py")):
        if path.name not in expected:
            raise TopicError(
                f"this file belongs to no question with checks: expected {quoted(expected)}; "
                "rename or remove it",
                place_of(path),
            )


def _checks_of(
    folder: Path, assignment: str, question: Question, languages: tuple[str, ...]
) -> tuple[CheckEntry, ...]:
    path = folder / "checks" / f"{question.id}.py"
    if not path.exists():
        raise TopicError(
            f"{assignment}.{question.id} has no checks; write checks/{path.name}, or set "
            "manual = true in assignment.toml",
            place_of(folder),
        )
    entries = read_checks(read_source(path), assignment, question, languages)
    if not any(entry.hidden and not entry.prop for entry in entries):
        raise TopicError(
            f"{assignment}.{question.id} has no hidden check besides those with prop=True, so "
            "memorised answers would pass; add one with @check(hidden=True, …)",
            place_of(path),
        )
    return entries


def _standard(assignment: str, coded: list[Question]) -> Iterator[str]:
    for question in coded:
        if question.functions:
            yield from (f"{assignment}.{question.id}.{name}" for name in STANDARD)

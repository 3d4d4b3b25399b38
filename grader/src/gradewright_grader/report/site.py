"""Writing a report: index.html and one page per submission below `students/`.

Pages are written as they come, so that a large class never lies in memory as a whole; each appears
at once and complete, since it is renamed into place. The same input gives the same bytes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from gradewright.api.texts import Text
from gradewright_grader.report.index import index_page
from gradewright_grader.report.info import AssignmentInfo, GradedPage
from gradewright_grader.report.names import PageNames
from gradewright_grader.report.stats import ClassStats, Entry, entry
from gradewright_grader.report.student import student_page

INDEX = "index.html"
STUDENTS = "students"


def write_report(
    folder: Path,
    graded: Iterable[GradedPage],
    assignments: Sequence[AssignmentInfo] = (),
    *,
    language: str = "en",
    title: Text | None = None,
) -> Path:
    """Write the report below `folder` (made if need be); returns the path of its index.

    `assignments` fixes the order of the parts; one that is missing is told by the records alone.
    The index is in `language`, each student's page in the record's. With several assignments the
    pages are named by student and assignment. Files of an earlier report stay unless written anew.
    Raises OSError where the folder cannot be written.
    """
    site = _Site(folder, assignments)
    for one in graded:
        site.add(one)
    return site.finish(language, title)


class _Site:
    """A report that is being written."""

    def __init__(self, folder: Path, assignments: Sequence[AssignmentInfo]) -> None:
        self._folder = folder
        self._infos = {info.id: info for info in assignments}
        self._several = len(assignments) > 1
        self._names = PageNames()
        self._entries: dict[str, list[Entry]] = {info.id: [] for info in assignments}
        (folder / STUDENTS).mkdir(parents=True, exist_ok=True)

    def add(self, one: GradedPage) -> None:
        """Write the page of one submission and remember its line for the index."""
        record = one.record
        info = self._infos.setdefault(record.assignment, AssignmentInfo.unknown(record))
        more = (record.assignment,) if self._several else ()
        name = self._names.name(record.student, *more)
        write_text(self._folder / STUDENTS / name, student_page(one, info))
        self._entries.setdefault(record.assignment, []).append(
            entry(record, info, f"{STUDENTS}/{name}")
        )

    def finish(self, language: str, title: Text | None) -> Path:
        """Write the index."""
        classes = [
            ClassStats(self._infos[id], sorted(entries, key=_by_student))
            for id, entries in self._entries.items()
            if entries
        ]
        path = self._folder / INDEX
        write_text(path, index_page(classes, language, title))
        return path


def _by_student(entry: Entry) -> tuple[str, str, str]:
    record = entry.record
    return record.student.casefold(), record.student, entry.page


def write_text(path: Path, text: str) -> None:
    """Write a whole file or none of it."""
    half = path.with_name(f".{path.name}.{os.getpid()}")
    half.write_text(text, encoding="utf-8", newline="\n")
    half.replace(path)

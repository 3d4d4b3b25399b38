"""Writing a report: index.html and one page per submission below `students/`.

Pages are written as they come, so that a large class never lies in memory as a whole; each appears
at once and complete, since it is renamed into place. The same input gives the same bytes.

Pages of an earlier report that this one does not have are removed. What was ours stands in `PAGES`,
name and SHA-256 of each page, written before the page itself, so that a report that was killed is
known too. Only a file that still has the listed content goes: never one that somebody put there or
changed, and never one without a list.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from gradewright.api.texts import Text
from gradewright_grader.report.index import index_page
from gradewright_grader.report.info import AssignmentInfo, GradedPage
from gradewright_grader.report.names import PageNames
from gradewright_grader.report.stats import ClassStats, Entry, entry
from gradewright_grader.report.student import student_page

INDEX = "index.html"
STUDENTS = "students"
PAGES = ".pages.sha256"  # as `sha256sum` writes it
LISTED: Final = re.compile(r"([0-9a-f]{64})  ([^/\\:\x00-\x1f]+\.html)")


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
    pages are named by student and assignment. Pages that an earlier report wrote for submissions
    that are not here any more are removed; other people's files stay.
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
        self._pages = _Pages(folder)

    def add(self, one: GradedPage) -> None:
        """Write the page of one submission and remember its line for the index."""
        record = one.record
        info = self._infos.setdefault(record.assignment, AssignmentInfo.unknown(record))
        more = (record.assignment,) if self._several else ()
        name = self._names.name(record.student, *more)
        self._pages.write(name, student_page(one, info))
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
        self._pages.remove_others()
        return path


class _Pages:
    """The pages below `students/`, and the list of them."""

    def __init__(self, folder: Path) -> None:
        self._students = folder / STUDENTS
        self._list = folder / PAGES
        self._written: dict[str, str] = {}  # name → digest
        self._students.mkdir(parents=True, exist_ok=True)

    def write(self, name: str, text: str) -> None:
        """List a page, then write it."""
        digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
        self._written[name] = digest
        with self._list.open("a", encoding="utf-8", newline="\n") as file:
            file.write(f"{digest}  {name}\n")
        write_text(self._students / name, text)

    def remove_others(self) -> None:
        """Remove what earlier reports wrote and this one did not; then list this one alone."""
        kept = {name.casefold() for name in self._written}  # on some systems case tells nothing
        for digest, name in self._listed():
            path = self._students / name
            if name.casefold() not in kept and _has_content(path, digest):
                path.unlink()
        lines = (f"{digest}  {name}\n" for name, digest in sorted(self._written.items()))
        write_text(self._list, "".join(lines))

    def _listed(self) -> set[tuple[str, str]]:
        """(digest, name) of every line that is whole."""
        if not self._list.exists():
            return set()
        text = self._list.read_text(encoding="utf-8", errors="replace")
        found = map(LISTED.fullmatch, text.split("\n"))
        return {(match[1], match[2]) for match in found if match}


def _has_content(path: Path, digest: str) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    return hashlib.sha256(path.read_bytes()).hexdigest() == digest


def _by_student(entry: Entry) -> tuple[str, str, str]:
    record = entry.record
    return record.student.casefold(), record.student, entry.page


def write_text(path: Path, text: str) -> None:
    """Write a whole file or none of it."""
    half = path.with_name(f".{path.name}.{os.getpid()}")
    half.write_text(text, encoding="utf-8", newline="\n")
    half.replace(path)

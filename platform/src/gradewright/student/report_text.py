"""The report on a terminal: what ran, a table of questions, what to mend, what to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from gradewright.notebook.refusals import shown
from gradewright.student import handin_words as words
from gradewright.student.findings import Finding
from gradewright.student.handin import PATH_SHOWN
from gradewright.student.rehearsal import Rehearsal
from gradewright.student.report import Report
from gradewright.student.text import Page
from gradewright.student.tidying import tidy
from gradewright.student.words import listed

MOST: Final = 20  # findings of one level
DETAIL_LINES: Final = 8
SLOWEST: Final = 3
SLOW: Final = 0.1  # seconds; what is faster is not worth telling


def report_lines(report: Report) -> Iterator[str]:
    """The whole report."""
    page = Page(report.language)
    path = shown(str(report.handin.path), PATH_SHOWN)
    yield from _head(page, report, path)
    if report.overview:
        yield ""
        yield from page.table(report.overview)
    yield from finding_lines(report.findings, report.language)
    yield ""
    count = sum(one.level == "mend" for one in report.findings)
    if count:
        yield page.say(words.NOT_READY, count=count)
    else:
        yield page.say(words.READY, path=path)


def finding_lines(findings: Sequence[Finding], language: str) -> Iterator[str]:
    """Both levels, each under its head; nothing for a level that is empty."""
    page = Page(language)
    for level, head, mark in (
        ("mend", words.TO_MEND, page.mark("failed")),
        ("look", words.TO_LOOK, page.mark("broken")),
    ):
        found = [one for one in findings if one.level == level]
        if found:
            yield ""
            yield page.say(head, count=len(found))
        for one in found[:MOST]:
            yield from _finding(page, one, mark)
        if len(found) > MOST:
            yield page.say(words.MORE, count=len(found) - MOST)


def _head(page: Page, report: Report, path: str) -> Iterator[str]:
    if report.overview:
        yield f"{report.overview.assignment}  {page.text(report.overview.title)}"
    done = report.rehearsal
    if done is None:
        yield page.say(words.NOT_RUN, path=path)
        return
    seconds = f"{done.seconds:.1f}"
    yield page.say(words.RAN, path=path, count=len(done.cells), seconds=seconds)
    if slow := list(_slowest(page, done)):
        yield page.say(words.SLOWEST, cells=listed(slow, report.language))


def _slowest(page: Page, done: Rehearsal) -> Iterator[str]:
    for run in sorted(done.cells, key=lambda run: -run.seconds)[:SLOWEST]:
        if run.seconds >= SLOW:
            yield page.say(words.SLOW, cell=run.index + 1, seconds=f"{run.seconds:.1f}")


def _finding(page: Page, one: Finding, mark: str) -> Iterator[str]:
    first, *rest = page.indented(page.text(one.text), 4)
    yield f"  {mark} {first[4:]}"
    yield from rest
    yield from (f"      | {line}" for line in tidy(one.detail).splitlines()[:DETAIL_LINES])

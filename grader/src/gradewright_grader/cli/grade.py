"""`gradewright grade`: a class, from what students handed in to table, gradebook and pages."""

from __future__ import annotations

import os
import shlex
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gradewright.cli.options import json_option, lang_option, print_json, topic_option
from gradewright.host.errors import UsageError, near
from gradewright.host.manager import Host
from gradewright_grader.cli.boxed import box_options, open_station
from gradewright_grader.cli.grading import (
    course_secret,
    folder_option,
    gradebook_option,
    infos_of,
    installed,
    open_gradebook,
    pages_of,
    records_of,
)

if TYPE_CHECKING:
    from gradewright.host.topic import Assignment
    from gradewright_grader.engine.record import SubmissionRecord
    from gradewright_grader.gradebook import Gradebook

OURS = 1


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=click.Path(path_type=Path))
@click.option("--assignment", metavar="ID", help="Take every notebook for this assignment.")
@topic_option
@folder_option
@gradebook_option
@click.option("--jobs", type=click.IntRange(1, 64), help="Workers; by default one per processor.")
@box_options
@lang_option
@json_option
def grade(
    paths: Sequence[Path],
    assignment: str | None,
    host: Host,
    folder: Path,
    url: str | None,
    jobs: int | None,
    require_level: str,
    unwalled: bool,
    language: str,
    as_json: bool,
) -> int:
    """Grade what students handed in: a notebook, a folder <student>/*.ipynb, or a zip.

    Prints a table and writes DIR/index.html with a page per student; results are kept in
    DIR/gradebook.db, and the same command goes on where it was stopped. Refused files and failing
    students are verdicts: exit code 1 means that something went wrong on our side.
    """
    known = installed(host)
    if assignment is not None and assignment not in known:
        raise UsageError(f'unknown assignment "{assignment}": {near(assignment, known)}')
    _refuse_inside(folder, paths)
    started = time.monotonic()
    with open_gradebook(folder, url, make=True) as book:
        run = book.start_run(shlex.join(["gradewright", *sys.argv[1:]]))
        _take_in(book, run, paths, known, assignment)
        secret = course_secret(folder)
        with open_station(require_level, unwalled, secret=secret) as station:
            _announce(station.level, as_json)
            _grade_all(book, station, known, run, jobs or os.cpu_count() or 1, as_json)
        records = records_of(book)
        _show(host, book, folder, run, records, language, as_json)
    if not as_json:
        click.echo(f"{folder / 'index.html'}  ({time.monotonic() - started:.1f} s)")
    return OURS if any(record.status == "error" for record in records) else 0


def _refuse_inside(folder: Path, paths: Iterable[Path]) -> None:
    """What is written must not be taken for something handed in, the next time."""
    for path in paths:
        if folder.resolve().is_relative_to(path.resolve()):
            raise UsageError(
                f'the folder "{folder}" lies inside "{path}", which is to be graded; '
                "name another one with -o"
            )


def _take_in(
    book: Gradebook,
    run: int,
    paths: Iterable[Path],
    known: Mapping[str, Assignment],
    assignment: str | None,
) -> None:
    """Store and queue what is found; note what is not taken."""
    from gradewright_grader.intake import Found, Refusal, collect

    found = collect(
        paths,
        assignment_ids=known,
        assignment=assignment,
        locate=_located,
        extras=lambda id: known[id].manifest.files if id in known else (),
    )
    for one in found:
        if not isinstance(one, Found):
            book.refuse(run, one)
        elif one.assignment not in known:
            reason = _unknown_assignment(one.assignment, known)
            book.refuse(run, Refusal(one.student, one.path, reason, "assignment"))
        elif not one.superseded_by:
            book.add(one)


def _located(data: bytes) -> str | None:
    """The assignment that a notebook's metadata names."""
    from gradewright.notebook import RefusedNotebook, read_notebook

    try:
        tag = read_notebook(data).tag
    except RefusedNotebook:
        return None
    return tag.assignment if tag else None


def _unknown_assignment(id: str | None, known: Mapping[str, Any]) -> dict[str, str]:
    names = ", ".join(known) or "none"
    if id is None:
        return {
            "zh": f"看不出这是哪份作业（已安装：{names}）；请用 --assignment 指定。",
            "en": f"Nothing tells which assignment this is (installed: {names}); "
            "name it with --assignment.",
        }
    return {
        "zh": f"没有安装作业 {id}（已安装：{names}）；请安装它的主题，或用 --topic 指定。",
        "en": f"The assignment {id} is not installed (there are: {names}); install its topic, "
        "or name its folder with --topic.",
    }


def _grade_all(
    book: Gradebook,
    station: Any,
    known: Mapping[str, Assignment],
    run: int,
    jobs: int,
    quiet: bool,
) -> None:
    from gradewright_grader.cli.progress import grading_progress
    from gradewright_grader.engine.batch import Batch, grade_queue

    batch = Batch(book, station, known, run)
    with grading_progress(book.totals().queued, quiet) as advance:
        grade_queue(batch, jobs, advance)


def _announce(level: str, quiet: bool) -> None:
    """The level of the box, said before anything runs in it."""
    if quiet:
        return
    click.echo(f"box: {level}", err=True)
    if level != "full":
        click.echo("this is not the best box: gradewright doctor says how to get it", err=True)


def _show(
    host: Host,
    book: Gradebook,
    folder: Path,
    run: int,
    records: list[SubmissionRecord],
    language: str,
    as_json: bool,
) -> None:
    from gradewright_grader.report import grade_document, show_results, write_report

    infos = infos_of(host, records)
    write_report(folder, pages_of(book), infos, language=language)
    if as_json:
        print_json(grade_document(str(run), records))
    else:
        show_results(records, infos, language=language)

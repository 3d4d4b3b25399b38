"""`gradewright release`, `solution`, `preview`: an assignment's notebooks, written to files."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click

from gradewright.cli.options import language_of, topic_option
from gradewright.host.errors import UsageError, near, place_of
from gradewright.host.manager import Host
from gradewright.host.topic import Assignment
from gradewright_grader.cli.boxed import box_options, open_station

Command = TypeVar("Command", bound=Callable[..., Any])
Files = Mapping[str, bytes]  # relative path → content


def _shared(command: Command) -> Command:
    """ID, --lang, -o, --force and --topic."""
    decorators = (
        topic_option,
        click.option("--force", is_flag=True, help="Overwrite files that differ."),
        click.option(
            "-o",
            "--output",
            metavar="DIR",
            required=True,
            type=click.Path(path_type=Path, file_okay=False),
            help="The folder to write to; made where it does not exist.",
        ),
        click.option(
            "--lang",
            metavar="L",
            help="The notebook's language; by default that of the environment.",
        ),
        click.argument("id"),
    )
    for decorator in decorators:
        command = decorator(command)
    return command


@click.command()
@_shared
def release(host: Host, id: str, lang: str | None, output: Path, force: bool) -> None:
    """Write the student's notebook of ID, an assignment or a topic, and its given files."""

    def files(assignment: Assignment, language: str) -> Files:
        from gradewright_grader.authoring.build import build_release, to_bytes

        name = f"{assignment.id}.{language}.ipynb"
        return {name: to_bytes(build_release(assignment, language)), **_given(assignment)}

    _write_all(host, id, lang, output, force, files)


@click.command()
@box_options
@_shared
def solution(
    host: Host,
    id: str,
    lang: str | None,
    output: Path,
    force: bool,
    require_level: str,
    unwalled: bool,
) -> None:
    """Write the instructor's notebook of ID, executed, and its given files."""
    with open_station(require_level, unwalled) as station:

        def files(assignment: Assignment, language: str) -> Files:
            from gradewright_grader.authoring.build import build_solution, to_bytes
            from gradewright_grader.authoring.execute import execute

            built = build_solution(assignment, language)
            notebook = execute(built, assignment, partial(station.outputs, assignment))
            name = f"{assignment.id}.{language}.solution.ipynb"
            return {name: to_bytes(notebook), **_given(assignment)}

        _write_all(host, id, lang, output, force, files)


@click.command()
@click.option("--solution", "solved", is_flag=True, help="Show the solution, not the release.")
@_shared
def preview(host: Host, id: str, lang: str | None, output: Path, force: bool, solved: bool) -> None:
    """Write the notebook of ID as a page, to be read in a browser."""

    def files(assignment: Assignment, language: str) -> Files:
        from gradewright_grader.authoring.build import build_release, build_solution
        from gradewright_grader.authoring.preview import render_page

        notebook = (build_solution if solved else build_release)(assignment, language)
        name = f"{assignment.id}.{language}{'.solution' * solved}.html"
        return {name: render_page(notebook).encode()}

    _write_all(host, id, lang, output, force, files)


def _given(assignment: Assignment) -> Files:
    folder = assignment.folder / "given"
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in assignment.given_files()
    }


def _write_all(
    host: Host,
    id: str,
    lang: str | None,
    output: Path,
    force: bool,
    files: Callable[[Assignment, str], Files],
) -> None:
    """Make everything first, then look for files in the way, then write."""
    made: dict[Path, bytes] = {}
    for assignment, folder in _assignments(host, id, output):
        found = files(assignment, _language(assignment, lang))
        made |= {folder / name: content for name, content in found.items()}
    if not force:
        _refuse_overwriting(made)
    for path, content in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        click.echo(place_of(path))


def _assignments(host: Host, id: str, output: Path) -> list[tuple[Assignment, Path]]:
    """The assignment of this id into the folder itself, or a topic's each into one of its own."""
    topics = {listing.id: listing.names for listing in host.listings()}
    if id in topics:
        return [(one, output / one.id) for one in host.topic(id).assignments]
    known = [*topics, *(name for names in topics.values() for name in names)]
    if id.rpartition("/")[2] not in known:
        raise UsageError(f'unknown assignment or topic "{id}": {near(id, known)}')
    return [(host.assignment(id), output)]


def _language(assignment: Assignment, lang: str | None) -> str:
    if lang is None and len(assignment.languages) == 1:
        return assignment.languages[0]
    return lang or language_of(os.environ)


def _refuse_overwriting(made: Mapping[Path, bytes]) -> None:
    for path, content in made.items():
        if path.exists() and (not path.is_file() or path.read_bytes() != content):
            raise UsageError(
                f'"{place_of(path)}" exists and differs from what would be written: allowed are '
                "the same file or none; move it away, or add --force to overwrite it"
            )

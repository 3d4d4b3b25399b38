"""What `grade`, `report` and `export` share: where a class's gradebook lies, what is shown of it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec

if TYPE_CHECKING:
    from gradewright.host.manager import Host
    from gradewright.host.topic import Assignment
    from gradewright_grader.engine.record import SubmissionRecord
    from gradewright_grader.gradebook import Gradebook, RefusalRow
    from gradewright_grader.report import AssignmentInfo, GradedPage

Command = TypeVar("Command", bound=Callable[..., Any])
GRADEBOOK = "gradebook.db"
SECRET = "secret"  # noqa: S105 - the name of the file
DEFAULT_FOLDER = Path("report")


def folder_option(command: Command) -> Command:
    """Add `-o DIR`, the folder of the gradebook and the pages."""
    return click.option(
        "-o",
        "--output",
        "folder",
        metavar="DIR",
        type=click.Path(path_type=Path, file_okay=False),
        default=DEFAULT_FOLDER,
        show_default=True,
        help="The folder of the gradebook and the report.",
    )(command)


def gradebook_option(command: Command) -> Command:
    """Add `--gradebook URL`, instead of DIR/gradebook.db."""
    return click.option(
        "--gradebook",
        "url",
        metavar="URL",
        help="A gradebook elsewhere, as a database URL; by default DIR/gradebook.db.",
    )(command)


def open_gradebook(folder: Path, url: str | None, *, make: bool) -> Gradebook:
    """The gradebook of a folder. Raises UsageError where there is none and none is to be made."""
    from gradewright.host.errors import UsageError
    from gradewright_grader.gradebook import Gradebook

    path = folder / GRADEBOOK
    if make:
        folder.mkdir(parents=True, exist_ok=True)
    elif url is None and not path.exists():
        raise UsageError(f'there is no gradebook in "{folder}": run gradewright grade first')
    return Gradebook.open(url or path)


def course_secret(folder: Path) -> bytes:
    """The secret that hidden inputs are drawn from: made once, readable by its owner alone."""
    path = folder / SECRET
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
    except FileExistsError:
        pass
    return path.read_bytes()


def records_of(book: Gradebook) -> list[SubmissionRecord]:
    """The current result of every submission, and what the newest run refused to take."""
    return [page.record for page in pages_of(book, notebooks=False)]


def pages_of(book: Gradebook, *, notebooks: bool = True) -> Iterator[GradedPage]:
    """The same with the notebooks that ran, one at a time."""
    from gradewright_grader.engine.record import read_record
    from gradewright_grader.report import GradedPage

    for row in book.results():
        stored = book.notebook(row.result) if notebooks else None
        notebook = msgspec.json.decode(stored) if stored else None
        record = read_record(row.record)
        yield GradedPage(record, notebook, _answers(notebook, record.assignment))
    for refused in book.refusals():
        yield GradedPage(_refused_record(refused))


def _refused_record(refused: RefusalRow) -> SubmissionRecord:
    from gradewright_grader.engine.record import SubmissionRecord, sealed

    return sealed(
        SubmissionRecord(
            student=refused.student,
            assignment="",
            path=refused.path,
            digest="",
            status="refused",
            reason=dict(refused.reason),
            points=Fraction(0),
            max_points=0,
            auto_max_points=0,
            final=True,
        )
    )


def _answers(notebook: Mapping[str, Any] | None, assignment: str) -> dict[int, str]:
    if notebook is None:
        return {}
    told = notebook["metadata"]["gradewright"]["answers"]
    return {int(cell): f"{assignment}.{question}" for cell, question in told.items()}


def infos_of(host: Host, records: list[SubmissionRecord]) -> list[AssignmentInfo]:
    """How the assignments of these records are called, those that are installed here."""
    from gradewright_grader.report import AssignmentInfo

    known = installed(host)
    ids = dict.fromkeys(record.assignment for record in records)
    return [AssignmentInfo.of(known[id]) for id in ids if id in known]


def installed(host: Host) -> dict[str, Assignment]:
    """Every assignment of every topic that works, by id."""
    return {a.id: a for topic in host.topics() for a in topic.assignments}

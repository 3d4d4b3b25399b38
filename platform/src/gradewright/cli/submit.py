"""`gradewright submit` and `submissions`: putting a notebook into DROP, and what lies there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gradewright.cli.check import tell_refusal
from gradewright.cli.options import hand_in_language, json_option, own_lang_option, print_json
from gradewright.cli.table import print_table
from gradewright.student.columns import aligned

if TYPE_CHECKING:
    from gradewright.api.texts import Text
    from gradewright.student.dropping import Stored
    from gradewright.student.handin import HandIn
    from gradewright.student.report import Report

Command = TypeVar("Command", bound=Callable[..., Any])
SCHEMA = 1


def drop_options(command: Command) -> Command:
    """Add `--to DROP` and `--student ID`; they come as `drop` and `student`."""
    command = click.option(
        "--student", metavar="ID", help="Who you are; by default the system's user name."
    )(command)
    return click.option(
        "--to",
        "drop",
        metavar="DROP",
        required=True,
        type=click.Path(path_type=Path),
        help="The folder for submissions that your instructor told you.",
    )(command)


@click.command()
@click.argument("notebook", type=click.Path(path_type=Path))
@drop_options
@click.option("--assignment", metavar="ID", help="Which assignment, where the notebook lost it.")
@own_lang_option
@json_option
def submit(
    notebook: Path,
    drop: Path,
    student: str | None,
    assignment: str | None,
    lang: str | None,
    as_json: bool,
) -> int:
    """Hand in NOTEBOOK: put it into DROP, print a slip.

    What grading would refuse is not taken (exit code 1); what else may cost points is told.
    """
    from gradewright.notebook import RefusedNotebook
    from gradewright.student.dropping import Drop, student_name
    from gradewright.student.handin import read_handin
    from gradewright.student.report import make_report

    language = hand_in_language(lang)
    place, name = Drop(drop, language), student_name(student, language)
    try:
        handin = read_handin(_named_notebook(notebook, language), language)
    except RefusedNotebook as refusal:
        return tell_refusal(notebook, refusal, language, as_json)
    language = hand_in_language(lang, handin)
    wanted = _assignment(handin, assignment, language)
    report = make_report(handin, language, run=False, limit=0)
    stored, new = place.store(name, wanted, handin.data)
    if as_json:
        print_json(_record(stored, new, report))
    else:
        _tell(stored, new, report, (lang,) if lang else ("zh", "en"))
    return 0


@click.command()
@drop_options
@own_lang_option
@json_option
def submissions(drop: Path, student: str | None, lang: str | None, as_json: bool) -> None:
    """List what you handed in to DROP, newest first."""
    from gradewright.notebook.refusals import shown
    from gradewright.student import handin_words as words
    from gradewright.student.dropping import Drop, student_name
    from gradewright.student.handin import PATH_SHOWN

    language = hand_in_language(lang)
    name = student_name(student, language)
    found = Drop(drop, language).submissions(name)
    if as_json:
        rows = [{**_stored_record(one), "state": _state(one)} for one in found]
        print_json({"schema": SCHEMA, "student": name, "submissions": rows})
    elif not found:
        path = shown(str(drop), PATH_SHOWN)
        click.echo(words.say(words.NOTHING, language, path=path, student=name))
    else:
        heads = (words.ASSIGNMENT, words.TIME, words.DIGEST, words.SIZE, words.STATE)
        head = [words.say(one, language) for one in heads]
        print_table(head, [_row(one, language) for one in found], right=(3,))


def _named_notebook(path: Path, language: str) -> Path:
    """The path, if it is called like a notebook. Raises UsageError."""
    from gradewright.host.errors import UsageError
    from gradewright.notebook.refusals import shown
    from gradewright.student import handin_words as words

    if path.suffix.lower() != ".ipynb":
        raise UsageError(words.say(words.SUFFIX, language, path=shown(str(path))))
    return path


def _assignment(handin: HandIn, given: str | None, language: str) -> str:
    """Which assignment: as given, else as the notebook tells. Raises UsageError; never guesses."""
    from gradewright.host.errors import UsageError
    from gradewright.notebook.refusals import shown
    from gradewright.student import handin_words as words
    from gradewright.student.dropping import checked_assignment

    if given is not None:
        return checked_assignment(given, language)
    match handin.assignments:
        case (only,):
            return only
        case (first, second):
            text, fields = words.TWO_ASSIGNMENTS, {"first": first, "second": second}
        case _:
            text, fields = words.NO_ASSIGNMENT, {}
    raise UsageError(words.say(text, language, path=shown(str(handin.path)), **fields))


def _tell(stored: Stored, new: bool, report: Report, languages: tuple[str, ...]) -> None:
    """The slip, in one language or in both, and what may cost points."""
    from gradewright.student import handin_words as words
    from gradewright.student.report_text import finding_lines

    for language in languages:
        text = words.TAKEN if new else words.AGAIN
        click.echo(click.style(words.say(text, language, time=stored.time), bold=True))
    for line in aligned(_slip(stored, languages)):
        click.echo(f"  {line}")
    for line in finding_lines(report.findings, report.language):
        click.echo(line)
    if count := sum(one.level == "mend" for one in report.findings):
        click.echo("\n" + words.say(words.WARNED, report.language, count=count))


def _slip(stored: Stored, languages: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    from gradewright.notebook.refusals import shown
    from gradewright.student import handin_words as words
    from gradewright.student.handin import PATH_SHOWN

    lines: tuple[tuple[Text, str], ...] = (
        (words.STUDENT, stored.student),
        (words.ASSIGNMENT, stored.assignment),
        (words.TIME, stored.time),
        (words.DIGEST, stored.digest),
        (words.FILE, shown(str(stored.path), PATH_SHOWN)),
    )
    for label, value in lines:
        yield " ".join(words.say(label, language) for language in languages), value


def _row(stored: Stored, language: str) -> list[object]:
    from gradewright.student import handin_words as words

    state = words.say(words.STATES[_state(stored)], language)
    return [stored.assignment, stored.time, stored.digest[:12], stored.size, state]


def _state(stored: Stored) -> str:
    if stored.damaged:
        return "damaged"
    return "counts" if stored.newest else "older"


def _stored_record(stored: Stored) -> dict[str, Any]:
    return {
        "assignment": stored.assignment,
        "time": stored.when.isoformat(),
        "digest": stored.digest,
        "bytes": stored.size,
        "path": str(stored.path),
    }


def _record(stored: Stored, new: bool, report: Report) -> dict[str, Any]:
    from gradewright.student.report import finding_record

    return {
        "schema": SCHEMA,
        "student": stored.student,
        "new": new,
        **_stored_record(stored),
        "findings": [finding_record(one) for one in report.findings],
    }

"""`gradewright check NOTEBOOK`: a student rehearses the hand-in from a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradewright.cli.options import hand_in_language, json_option, own_lang_option, print_json

if TYPE_CHECKING:
    from gradewright.notebook import RefusedNotebook

TO_MEND = 1
MOST_SECONDS = 86_400


@click.command()
@click.argument("notebook", type=click.Path(path_type=Path))
@click.option("--no-run", is_flag=True, help="Only look at the notebook, do not run it.")
@click.option(
    "--time",
    "limit",
    metavar="SECONDS",
    type=click.FloatRange(1, MOST_SECONDS),
    default=300,
    show_default=True,
    help="Stop the run after this time.",
)
@own_lang_option
@json_option
def check(notebook: Path, no_run: bool, limit: float, lang: str | None, as_json: bool) -> int:
    """Rehearse handing in NOTEBOOK, in a fresh process.

    Runs it from the top, then its public checks, and says what is still to be mended. Exit code 0:
    ready to hand in; 1: not yet.
    """
    from gradewright.notebook import RefusedNotebook
    from gradewright.student.handin import read_handin
    from gradewright.student.report import make_report, report_record
    from gradewright.student.report_text import report_lines

    try:
        handin = read_handin(notebook, hand_in_language(lang))
    except RefusedNotebook as refusal:
        return tell_refusal(notebook, refusal, hand_in_language(lang), as_json)
    report = make_report(handin, hand_in_language(lang, handin), run=not no_run, limit=limit)
    if as_json:
        print_json(report_record(report))
    else:
        click.echo("\n".join(report_lines(report)))
    return 0 if report.ready else TO_MEND


def tell_refusal(path: Path, refusal: RefusedNotebook, language: str, as_json: bool) -> int:
    """Say that grading would refuse this file, in the words that grading uses."""
    from gradewright.api.texts import in_language
    from gradewright.notebook.refusals import shown
    from gradewright.student import handin_words as words
    from gradewright.student.handin import PATH_SHOWN
    from gradewright.student.report import refused_record

    name = shown(str(path), PATH_SHOWN)
    if as_json:
        print_json(refused_record(name, refusal.text))
    else:
        reason = in_language(refusal.text, language)
        click.echo(f"{name}: {words.say(words.REFUSED, language, reason=reason)}", err=True)
    return TO_MEND

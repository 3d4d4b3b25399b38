"""`gradewright report` and `gradewright export`: again from the gradebook, without grading."""

from __future__ import annotations

from pathlib import Path

import click

from gradewright.cli.options import json_option, lang_option, print_json, topic_option
from gradewright.host.manager import Host
from gradewright_grader.cli.grading import (
    folder_option,
    gradebook_option,
    infos_of,
    open_gradebook,
    pages_of,
    records_of,
)


@click.command()
@topic_option
@folder_option
@gradebook_option
@lang_option
@json_option
def report(host: Host, folder: Path, url: str | None, language: str, as_json: bool) -> None:
    """Print the table and write the pages again, from the gradebook."""
    from gradewright_grader.report import grade_document, show_results, write_report

    with open_gradebook(folder, url, make=False) as book:
        records = records_of(book)
        infos = infos_of(host, records)
        index = write_report(folder, pages_of(book), infos, language=language)
        if as_json:
            print_json(grade_document("", records))
            return
        show_results(records, infos, language=language)
        click.echo(str(index))


@click.group()
def export() -> None:
    """Write results for other programs."""


@export.command("csv")
@folder_option
@gradebook_option
@lang_option
@click.option("--bom", is_flag=True, help="Begin with a byte order mark, which Excel asks for.")
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
def export_csv(folder: Path, url: str | None, language: str, bom: bool, file: Path | None) -> None:
    """Write one row per submission to FILE, or print them."""
    from gradewright_grader.report import csv_text, write_csv

    with open_gradebook(folder, url, make=False) as book:
        records = records_of(book)
    if file is None:
        click.echo(csv_text(records, language=language, bom=bom), nl=False)
    else:
        write_csv(file, records, language=language, bom=bom)
        click.echo(str(file))

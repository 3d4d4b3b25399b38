"""`gradewright topics`: what is installed. A broken topic is listed and stops nobody."""

from __future__ import annotations

import click

from gradewright.api.texts import in_language
from gradewright.cli.options import json_option, lang_option, print_json, topic_option
from gradewright.cli.records import SCHEMA, listing_record
from gradewright.cli.table import print_table
from gradewright.cli.words import word
from gradewright.host.ledger import samples, verified
from gradewright.host.listing import Listing
from gradewright.host.manager import Host
from gradewright.host.topic import Assignment


@click.command()
@click.option("-v", "--verbose", is_flag=True, help="Also list questions, checks, misconceptions.")
@topic_option
@lang_option
@json_option
def topics(host: Host, language: str, verbose: bool, as_json: bool) -> None:
    """List the topics that are installed, or given by --topic."""
    listings = host.listings()
    if as_json:
        print_json({"schema": SCHEMA, "topics": [listing_record(one) for one in listings]})
    elif not listings:
        click.echo(word("no_topics", language))
    else:
        head = [word(key, language) for key in ("topic", "version", "assignments", "title")]
        print_table(head, [_row(listing, language) for listing in listings])
        if verbose:
            _print_assignments(host, language)


def _row(listing: Listing, language: str) -> list[str]:
    if listing.topic is None:
        error = word("broken", language, error=listing.error)
        return [listing.id, listing.version, "-", click.style(error, fg="red")]
    title = in_language(listing.topic.manifest.title, language)
    return [listing.id, listing.version, " ".join(listing.names), title]


def _print_assignments(host: Host, language: str) -> None:
    for topic in host.topics():
        for assignment in topic.assignments:
            title = in_language(assignment.manifest.title, language)
            minutes = f"{assignment.manifest.minutes} {word('minutes', language)}"
            click.echo(f"\n{assignment.id}  {title}  ({minutes})")
            click.echo("  " + _ledger(assignment, language))
            keys = ("question", "points", "checks", "hidden", "misconceptions", "title")
            head = [word(key, language) for key in keys]
            print_table(head, _questions(assignment, language), right=(1, 2, 3), indent="  ")


def _ledger(assignment: Assignment, language: str) -> str:
    """What is there, counted, and what `verify` found of the files as they are."""
    counted = {
        "languages": "+".join(assignment.languages),
        "questions": len(assignment.questions),
        "checks": len(assignment.index.checks),
        "misconceptions": len(assignment.index.misconceptions),
        "samples": samples(assignment),
    }
    told = [f"{word(key, language)} {value}" for key, value in counted.items()]
    return " · ".join([*told, *_verified(assignment, language)])


def _verified(assignment: Assignment, language: str) -> list[str]:
    found = verified(assignment)
    if found is None:
        return [word("not_verified", language)]
    outcome = word("verified" if found.ok else "promises_broken", language)
    if not found.made:
        return [outcome]
    counts = {"killed": found.killed, "made": found.made, "exempt": found.exempt}
    return [outcome, word("mutants" if found.full else "mutants_sampled", language, **counts)]


def _questions(assignment: Assignment, language: str) -> list[list[object]]:
    rows: list[list[object]] = []
    for question in assignment.questions:
        checks = assignment.checks_of(question.id)
        names = [entry.id for entry in assignment.misconceptions_of(question.id)]
        rows.append(
            [
                question.id,
                question.points,
                word("manual", language) if question.manual else len(checks),
                "-" if question.manual else sum(check.hidden for check in checks),
                " ".join(names) or "-",
                in_language(question.title, language),
            ]
        )
    return rows

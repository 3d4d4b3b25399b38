"""`gradewright show ID`: all about a topic, an assignment ("tree1") or a question ("tree1.q1")."""

from __future__ import annotations

from collections.abc import Iterable

import click

from gradewright.api.texts import in_language
from gradewright.cli.options import json_option, lang_option, print_json, topic_option
from gradewright.cli.records import (
    SCHEMA,
    assignment_record,
    listing_record,
    question_record,
)
from gradewright.cli.table import print_table
from gradewright.cli.words import word
from gradewright.host.entries import CheckEntry
from gradewright.host.errors import UsageError, near
from gradewright.host.listing import Listing
from gradewright.host.manager import Host
from gradewright.host.manifest import Question
from gradewright.host.topic import Assignment, Topic
from gradewright.student.columns import aligned


@click.command()
@click.argument("id")
@topic_option
@lang_option
@json_option
def show(host: Host, id: str, language: str, as_json: bool) -> None:
    """Show a topic, an assignment or a question, by its ID."""
    listing = next((one for one in host.listings() if one.id == id), None)
    if listing is not None:
        _show_topic(listing, host.topic(id), language, as_json)
        return
    name, _, question = id.partition(".")
    assignment = _assignment(host, name)
    if question:
        _show_question(assignment, assignment.question(question), language, as_json)
    else:
        _show_assignment(assignment, language, as_json)


def _assignment(host: Host, id: str) -> Assignment:
    """The assignment; for an unknown one the error offers the topics too."""
    known = [name for one in host.listings() for name in (one.id, *one.names)]
    if "/" not in id and id not in known:
        raise UsageError(f'unknown topic or assignment "{id}": {near(id, known)}')
    return host.assignment(id)


def _show_topic(listing: Listing, topic: Topic, language: str, as_json: bool) -> None:
    if as_json:
        print_json({"schema": SCHEMA, "topic": listing_record(listing)})
        return
    _heading(topic.id, in_language(topic.manifest.title, language))
    _facts(
        language,
        version=[topic.version],
        owner=[listing.owner],
        languages=topic.languages,
    )
    click.echo()
    head = [word(key, language) for key in ("assignment", "points", "minutes", "title")]
    print_table(head, [_assignment_row(one, language) for one in topic.assignments], right=(1, 2))


def _assignment_row(assignment: Assignment, language: str) -> list[object]:
    title = in_language(assignment.manifest.title, language)
    return [assignment.id, assignment.points, assignment.manifest.minutes, title]


def _show_assignment(assignment: Assignment, language: str, as_json: bool) -> None:
    if as_json:
        print_json({"schema": SCHEMA, "assignment": assignment_record(assignment)})
        return
    manifest = assignment.manifest
    _heading(assignment.id, in_language(manifest.title, language))
    _facts(
        language,
        topic=[assignment.topic_id],
        points=[str(assignment.points)],
        minutes=[str(manifest.minutes)],
        languages=assignment.languages,
        needs=manifest.needs,
        allowed=manifest.allow,
        banned=manifest.ban,
        data=manifest.data,
        files=[extra.pattern for extra in manifest.files],
    )
    click.echo()
    head = [word(key, language) for key in ("question", "points", "needs", "functions", "title")]
    print_table(head, [_question_row(one, language) for one in assignment.questions], right=(1,))
    for question in assignment.questions:
        _print_question(assignment, question, language)


def _question_row(question: Question, language: str) -> list[object]:
    functions = word("manual", language) if question.manual else " ".join(question.functions)
    title = in_language(question.title, language)
    needs = " ".join(question.needs)
    return [question.id, question.points, needs or "-", functions or "-", title]


def _show_question(
    assignment: Assignment, question: Question, language: str, as_json: bool
) -> None:
    if as_json:
        print_json({"schema": SCHEMA, "question": question_record(assignment, question)})
        return
    _heading(assignment.full_id(question.id), in_language(question.title, language))
    _facts(
        language,
        points=[str(question.points)],
        functions=question.functions,
        needs=question.needs,
        banned=(*assignment.manifest.ban, *question.ban),
    )
    _print_question(assignment, question, language)


def _print_question(assignment: Assignment, question: Question, language: str) -> None:
    """The table of a question's checks, or its rubric."""
    click.echo()
    if question.manual:
        head = [word(key, language) for key in ("rubric", "points", "criterion")]
        items = assignment.rubric[question.id]
        rows = [[question.id, item.points, in_language(item.text, language)] for item in items]
    else:
        head = [word(key, language) for key in ("check", "weight", "kind", "tested")]
        checks = assignment.checks_of(question.id)
        rows = [_check_row(check, language) for check in checks]
    print_table(head, rows, right=(1,))


def _check_row(check: CheckEntry, language: str) -> list[object]:
    kinds = [word("hidden" if check.hidden else "public", language)]
    if check.prop:
        kinds.append(word("prop", language))
    if check.evidence != "value":
        kinds.append(check.evidence)
    return [check.id, check.weight, ", ".join(kinds), in_language(check.text, language)]


def _heading(id: str, title: str) -> None:
    click.echo(f"{click.style(id, bold=True)}  {title}")


def _facts(language: str, **facts: Iterable[str]) -> None:
    """Lines `name  values`, without those that are empty."""
    rows = [(word(name, language), ", ".join(values)) for name, values in facts.items()]
    for line in aligned(row for row in rows if row[1]):
        click.echo(line)

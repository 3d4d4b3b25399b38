"""`gradewright verify`: does an assignment keep its promises?"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from gradewright.cli.options import json_option, print_json, topic_option
from gradewright.host.errors import UsageError, near
from gradewright.host.manager import Host
from gradewright_grader.cli.boxed import box_options, open_station

if TYPE_CHECKING:
    from gradewright.host.topic import Assignment

BROKEN = 1


@click.command()
@topic_option
@box_options
@json_option
@click.option("--full", is_flag=True, help="Try all mutants of the reference, not a sample.")
@click.option("--no-mutants", is_flag=True, help="Try no mutants.")
@click.option("--seed", type=int, default=0, show_default=True, help="Draw another sample.")
@click.option("-v", "--verbose", is_flag=True, help="Also tell the time of each rule.")
@click.argument("id", metavar="TOPIC[/ID]")
def verify(
    host: Host,
    id: str,
    require_level: str,
    unwalled: bool,
    as_json: bool,
    full: bool,
    no_mutants: bool,
    seed: int,
    verbose: bool,
) -> int:
    """Try every promise of an assignment, or of all assignments of a topic.

    The reference must earn every automatic point, the blank release and constant answers none;
    every misconception must be caught by the check that it names and get its feedback; nine of ten
    small slips in the reference must be noticed. Exit code 1 when a promise is broken.
    """
    from gradewright_grader.verify import Profile, as_plain, verify_assignment
    from gradewright_grader.verify.remembering import remember_report
    from gradewright_grader.verify.report import as_lines

    if full and no_mutants:
        raise UsageError("--full tries all mutants and --no-mutants none; leave one of them out")
    sample = 0 if no_mutants else None if full else Profile.sample
    profile = Profile(sample, seed)
    reports = []
    with open_station(require_level, unwalled) as station:
        for assignment in _assignments(host, id):
            report = verify_assignment(assignment, station, _progress(as_json), profile)
            remember_report(assignment, report, profile)
            reports.append(report)
            if not as_json:
                _clear_progress()
                click.echo("\n".join(as_lines(report, verbose)))
    if as_json:
        print_json(as_plain(reports))
    return 0 if all(report.ok for report in reports) else BROKEN


def _assignments(host: Host, id: str) -> list[Assignment]:
    topic, _, name = id.partition("/")
    listings = {listing.id: listing for listing in host.listings()}
    if topic in listings:
        found = host.topic(topic)
        return [found.assignment(name)] if name else list(found.assignments)
    known = [name for listing in listings.values() for name in listing.names]
    if id not in known:
        raise UsageError(f'unknown topic or assignment "{id}": {near(id, [*listings, *known])}')
    return [host.assignment(id)]


def _progress(quiet: bool):  # type: ignore[no-untyped-def]
    """A line that is overwritten on a terminal; nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        return lambda line: None
    return lambda line: click.echo(f"\r\x1b[K{line}", nl=False, err=True)


def _clear_progress() -> None:
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", nl=False, err=True)

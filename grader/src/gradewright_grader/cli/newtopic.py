"""`gradewright new-topic`: a small topic that works, to start from."""

from __future__ import annotations

from pathlib import Path

import click

from gradewright.cli.options import topic_option
from gradewright.host.manager import Host


@click.command("new-topic")
@topic_option
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The folder to make; by default the topic's name, here.",
)
@click.option("--lang", default="zh,en", show_default=True, help="The languages of its texts.")
@click.argument("name")
def new_topic(host: Host, name: str, lang: str, output: Path | None) -> None:
    """Write a topic NAME that works: one assignment, ready to be verified and changed."""
    from gradewright_grader.authoring.newtopic import new_topic as write

    listings = host.listings()
    taken = {listing.id for listing in listings} | {n for one in listings for n in one.names}
    folder = output or Path(name)
    made = write(name, folder, [part.strip() for part in lang.split(",")], taken)
    click.echo(f"wrote {len(made)} files to {folder}; next:")
    click.echo(f"  gradewright verify --topic {folder} {name}")
    click.echo(f"  gradewright preview --topic {folder} {name}1 -o preview")

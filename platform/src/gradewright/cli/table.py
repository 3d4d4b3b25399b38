"""Tables on a terminal: plain aligned columns, in any script."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import click

from gradewright.student.columns import aligned


def print_table(
    head: Sequence[str],
    rows: Iterable[Sequence[object]],
    right: Collection[int] = (),
    indent: str = "",
) -> None:
    """Print rows under a head (bold on a terminal)."""
    styled = [click.style(name, bold=True) for name in head]
    for line in aligned([styled, *rows], right):
        click.echo(indent + line)

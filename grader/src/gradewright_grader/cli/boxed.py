"""Options of the commands that run student code, and their errors in one line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from gradewright_grader.engine import Station

Command = TypeVar("Command", bound=Callable[..., Any])


def box_options(command: Command) -> Command:
    """Add `--require-level` and `--unwalled`; they come as `require_level` and `unwalled`."""
    decorators = (
        click.option(
            "--require-level",
            type=click.Choice(["full", "restricted"]),
            default="restricted",
            show_default=True,
            help="Refuse to run student code in a weaker box than this.",
        ),
        click.option(
            "--unwalled",
            is_flag=True,
            help="Run without any wall: for your own trusted work only, never for a class.",
        ),
    )
    for decorator in decorators:
        command = decorator(command)
    return command


@contextmanager
def open_station(require_level: str, unwalled: bool, **options: Any) -> Iterator[Station]:
    """A station at the best level, or an error in one line that says how to get one."""
    from gradewright_grader.box.errors import BoxError
    from gradewright_grader.engine import Station

    level: Any = {"level": "none", "require": "none"} if unwalled else {"require": require_level}
    try:
        with Station(**level, **options) as station:
            yield station
    except BoxError as error:
        raise click.ClickException(str(error)) from error

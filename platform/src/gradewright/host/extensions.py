"""The hook by which another distribution adds commands to `gradewright`.

`gradewright-grader` uses it; a topic never does. An extension that fails is told on stderr by the
command line, and the rest works.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint

import click

from gradewright.api.hooks import hookspec
from gradewright.host.errors import TopicError, told
from gradewright.host.plugins import call_hook, in_order, installed, owner_of

GROUP = "gradewright.extensions"
HOOK = "gradewright_commands"


@hookspec
def gradewright_commands() -> Iterable[click.Command] | None:
    """Name further commands of `gradewright`.

    When: once in a run, when the command line is asked for its commands (also for `--help`, so an
    implementation imports nothing heavy: import inside the commands). Order: entry points of the
    group `gradewright.extensions` are loaded sorted by name; a command whose name is taken is left
    out with a message. `None` means no commands. An exception is caught: one line on stderr names
    the extension. For distributions of Gradewright's own; topics implement `gradewright_topic`.
    """


@dataclass
class Extensions:
    """The commands found, and one line for each extension that failed."""

    commands: dict[str, click.Command] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def load_extensions(
    entry_points: Iterable[EntryPoint] | None = None, taken: Iterable[str] = ()
) -> Extensions:
    """Ask every extension for its commands; names in `taken` are not given again."""
    found = Extensions()
    for point in in_order(installed(GROUP) if entry_points is None else entry_points):
        try:
            commands = _ask(point)
        except (Exception, SystemExit) as error:
            found.problems.append(f"the extension {owner_of(point)} is left out: {told(error)}")
            continue
        for command in commands:
            _add(found, command, owner_of(point), set(taken))
    return found


def _ask(point: EntryPoint) -> list[click.Command]:
    results = call_hook(point.load(), sys.modules[__name__], HOOK)
    return [command for result in results for command in _as_list(result)]


def _as_list(result: object) -> list[click.Command]:
    commands = []
    for command in result if isinstance(result, Iterable) else [result]:
        if not isinstance(command, click.Command) or not command.name:
            raise TopicError(f"{HOOK} gave {command!r}; give click commands that have a name")
        commands.append(command)
    return commands


def _add(found: Extensions, command: click.Command, owner: str, taken: set[str]) -> None:
    name = str(command.name)
    if name in taken or name in found.commands:
        found.problems.append(
            f'the command "{name}" of {owner} is left out: there is one of that name already'
        )
    else:
        found.commands[name] = command

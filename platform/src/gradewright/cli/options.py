"""Options that several commands share, those of `gradewright-grader` included.

@click.command()
@topic_option          # --topic DIR (repeatable): the command gets `host: Host`
@lang_option           # --lang: the command gets `language: str`
@json_option           # --json: the command gets `as_json: bool`
def command(host, language, as_json): ...
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gradewright.host.manager import Host

if TYPE_CHECKING:
    from gradewright.student.handin import HandIn

Command = TypeVar("Command", bound=Callable[..., Any])
LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Finder:
    """Where this run looks for installed topics: a click context's `obj`."""

    entry_points: Iterable[EntryPoint] | None = None

    def host(self, folders: tuple[Path, ...]) -> Host:
        """All topics. Raises UsageError for a folder that is none."""
        return Host.discover(folders, self.entry_points)


def topic_option(command: Command) -> Command:
    """Add `--topic DIR`; the command gets `host`, with the installed topics and these."""
    return click.option(
        "--topic",
        "host",
        metavar="DIR",
        multiple=True,
        type=click.Path(path_type=Path),
        callback=_host,
        help="A topic's folder that need not be installed (repeatable).",
    )(command)


def _host(ctx: click.Context, _: click.Parameter, folders: tuple[Path, ...]) -> Host:
    return (ctx.find_object(Finder) or Finder()).host(folders)


def lang_option(command: Command) -> Command:
    """Add `--lang zh|en`, by default the language of the environment; it comes as `language`."""
    return click.option(
        "--lang",
        "language",
        type=click.Choice(LANGUAGES),
        default=lambda: language_of(os.environ),
        help="The language of what is shown; by default that of the environment, else en.",
    )(command)


def own_lang_option(command: Command) -> Command:
    """Add `--lang zh|en` as a student knows it: by default the notebook's; it comes as `lang`."""
    return click.option(
        "--lang",
        type=click.Choice(LANGUAGES),
        help="The language of what is shown; by default the notebook's, else the environment's.",
    )(command)


def hand_in_language(lang: str | None, handin: HandIn | None = None) -> str:
    """The language asked for, else the notebook's own, else that of the environment."""
    return lang or (handin.language if handin else None) or language_of(os.environ)


def language_of(environment: Mapping[str, str]) -> str:
    """ "zh" or "en", as LC_ALL, LC_MESSAGES and LANG have it (the first that is set counts)."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    value = next((environment[name] for name in names if environment.get(name)), "")
    return "zh" if value.lower().startswith("zh") else "en"


def json_option(command: Command) -> Command:
    """Add `--json`; it comes as `as_json`."""
    return click.option(
        "--json", "as_json", is_flag=True, help="Print JSON, for programs, instead of a table."
    )(command)


def print_json(record: Mapping[str, object]) -> None:
    """Print a record as JSON in ASCII, which every terminal and pipe can carry."""
    click.echo(json.dumps(record, indent=2))

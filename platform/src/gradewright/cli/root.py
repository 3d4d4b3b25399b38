"""The group of all commands, and the one place where errors become exit codes.

0: done. 1: something is wrong on our side, or with a topic. 2: wrong use. Errors that are for a
person are one line on stderr; anything else is a bug and keeps its traceback.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.metadata import EntryPoint

import click

import gradewright
from gradewright.cli.check import check
from gradewright.cli.options import Finder
from gradewright.cli.show import show
from gradewright.cli.submit import submissions, submit
from gradewright.cli.topics import topics
from gradewright.host.errors import TopicError, UsageError, one_line
from gradewright.host.extensions import load_extensions

OURS, WRONG_USE = 1, 2


class Root(click.Group):
    """A group that asks the extensions for commands when it does not have one itself."""

    extension_points: Iterable[EntryPoint] | None = None
    _asked = False

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, sorted."""
        self._ask_extensions()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name; extensions are not even imported for one of our own."""
        if cmd_name not in self.commands:
            self._ask_extensions()
        return super().get_command(ctx, cmd_name)

    def _ask_extensions(self) -> None:
        if self._asked:
            return
        self._asked = True
        found = load_extensions(self.extension_points, taken=self.commands)
        for problem in found.problems:
            _tell(problem)
        for command in found.commands.values():
            self.add_command(command)


def build_cli(extension_points: Iterable[EntryPoint] | None = None) -> Root:
    """The whole command line; `extension_points` are the installed ones by default."""
    cli = Root(
        "gradewright",
        help="Assignments for machine-learning courses, and their grading.",
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    cli.extension_points = extension_points
    click.version_option(gradewright.__version__, prog_name="gradewright")(cli)
    for command in (topics, show, check, submit, submissions):
        cli.add_command(command)
    return cli


def run(cli: Root, arguments: Sequence[str] | None = None, finder: Finder | None = None) -> int:
    """Run a command line and return its exit code; `finder` says where topics come from."""
    given = None if arguments is None else list(arguments)
    try:
        code = cli.main(
            given, prog_name="gradewright", standalone_mode=False, obj=finder or Finder()
        )
    except UsageError as error:
        return _tell(str(error), WRONG_USE)
    except TopicError as error:
        return _tell(str(error), OURS)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return WRONG_USE
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "gradewright"
        return _tell(f"{error.format_message()} See: {command} --help", WRONG_USE)
    except click.ClickException as error:
        return _tell(error.format_message(), error.exit_code)
    except click.Abort:
        return _tell("stopped", OURS)
    return code if isinstance(code, int) else 0


def _tell(message: str, code: int = OURS) -> int:
    click.echo(f"gradewright: {one_line(message)}", err=True)
    return code

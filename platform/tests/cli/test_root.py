"""The group of commands: extensions, exit codes, and what is told to whom."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint
from types import ModuleType

import click
import pytest

from gradewright.api import hookimpl
from gradewright.cli import build_cli, main, run
from gradewright.host.errors import TopicError

MODULE = "gradewright_test_extension"
POINT = EntryPoint("extension", MODULE, "gradewright.extensions")
GONE = EntryPoint("gone", "nowhere_at_all", "gradewright.extensions")
LEFT_OUT = (
    "gradewright: the extension nowhere_at_all is left out: ModuleNotFoundError: No module named "
    "'nowhere_at_all'\n"
)
Body = Callable[[], object]


@pytest.fixture
def extension(monkeypatch: pytest.MonkeyPatch) -> Callable[[Body], None]:
    """Offers a command `extra` with a given body."""

    def offer(body: Body) -> None:
        module = ModuleType(MODULE)

        @hookimpl
        def gradewright_commands() -> list[click.Command]:
            return [click.Command("extra", callback=body, help="Something more.")]

        module.gradewright_commands = gradewright_commands  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, MODULE, module)

    return offer


def raising(error: BaseException) -> Body:
    def body() -> None:
        raise error

    return body


def test_extension_adds_its_command(
    extension: Callable[[Body], None], capsys: pytest.CaptureFixture[str]
) -> None:
    extension(lambda: click.echo("done"))
    assert run(build_cli([POINT]), ["extra"]) == 0
    assert capsys.readouterr().out == "done\n"
    assert run(build_cli([POINT]), ["--help"]) == 0
    assert "Something more." in capsys.readouterr().out


def test_broken_extension_is_told_once_and_the_rest_works(
    extension: Callable[[Body], None], capsys: pytest.CaptureFixture[str]
) -> None:
    extension(lambda: None)
    cli = build_cli([GONE, POINT])
    assert run(cli, ["--help"]) == run(cli, ["extra"]) == 0
    assert run(cli, ["nothing"]) == 2
    said = capsys.readouterr()
    assert said.err.startswith(LEFT_OUT + "gradewright: No such command 'nothing'")
    assert said.err.count("left out") == 1
    assert "topics" in said.out


def test_own_command_does_not_ask_the_extensions(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(build_cli([GONE]), ["topics", "--help"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (TopicError("it is odd", "a/topic.toml:3"), 1, "a/topic.toml:3: it is odd"),
        (click.ClickException("two\nlines"), 1, "two lines"),
        (click.FileError("a.txt", "gone"), 1, "Could not open file 'a.txt': gone"),
        (click.UsageError("not so."), 2, "not so. See: gradewright extra --help"),
        (click.exceptions.Exit(1), 1, None),
        (KeyboardInterrupt(), 1, "stopped"),
    ],
)
def test_exit_codes(
    extension: Callable[[Body], None],
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    said: str | None,
) -> None:
    extension(raising(error))
    assert run(build_cli([POINT]), ["extra"]) == code
    expected = f"gradewright: {said}\n" if said else ""
    assert capsys.readouterr().err.lstrip("\n") == expected


def test_value_of_a_command_is_no_exit_code(extension: Callable[[Body], None]) -> None:
    extension(lambda: "text")
    assert run(build_cli([POINT]), ["extra"]) == 0


def test_bug_keeps_its_traceback(extension: Callable[[Body], None]) -> None:
    extension(raising(ZeroDivisionError("a bug")))
    with pytest.raises(ZeroDivisionError, match="a bug"):
        run(build_cli([POINT]), ["extra"])


def test_without_arguments_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(build_cli(()), []) == 2
    assert "Usage: gradewright" in capsys.readouterr().err


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == "gradewright, version 0.1.0\n"

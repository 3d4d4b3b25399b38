"""Commands from other distributions; a broken one costs itself."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from gradewright.host.extensions import load_extensions

from .installing import Site

_numbers = itertools.count()
COMMANDS = """\
import click
from gradewright.api import hookimpl

@click.command()
def grade(): ...

@hookimpl
def gradewright_commands():
    return {value}
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.syspath_prepend(tmp_path)
    return Site(tmp_path)


def fresh_module() -> str:
    """A name that no other test has imported."""
    return f"installed_extension_{next(_numbers)}"


def test_gradewright_commands(site: Site) -> None:
    points = site.extension("grader", fresh_module(), COMMANDS.format(value="[grade]"))
    found = load_extensions(points)
    assert (list(found.commands), found.problems) == (["grade"], [])


def test_gradewright_commands_that_returns_none_adds_nothing(site: Site) -> None:
    points = site.extension("grader", fresh_module(), COMMANDS.format(value="None"))
    found = load_extensions(points)
    assert (found.commands, found.problems) == ({}, [])


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("import nowhere_at_all", "ModuleNotFoundError: No module named 'nowhere_at_all'"),
        ("raise SystemExit", "SystemExit:"),
        ("", "it implements no hook; write @hookimpl def gradewright_commands() in its module"),
        (
            COMMANDS.format(value="[3]"),
            "gradewright_commands gave 3; give click commands that have a name",
        ),
        (
            COMMANDS.format(value="grade"),
            None,
        ),
        (
            COMMANDS.format(value="click.Command(None)"),
            "gradewright_commands gave <Command None>; give click commands that have a name",
        ),
    ],
)
def test_broken_extension_costs_itself(site: Site, source: str, told: str | None) -> None:
    bad = site.extension("bad", fresh_module(), source)
    good = site.extension("good", fresh_module(), COMMANDS.format(value="[click.Command('mark')]"))
    found = load_extensions([*bad, *good])
    expected = [f"the extension bad 1.2 is left out: {told}"] if told else []
    assert found.problems == expected
    assert "mark" in found.commands


def test_command_whose_name_is_taken_is_left_out(site: Site) -> None:
    source = COMMANDS.format(value="[grade, click.Command('show')]")
    points = [
        *site.extension("one", f"a_{fresh_module()}", source),
        *site.extension("two", f"b_{fresh_module()}", source),
    ]
    found = load_extensions(points, taken=["show"])
    assert list(found.commands) == ["grade"]
    assert found.problems == [
        'the command "show" of one 1.2 is left out: there is one of that name already',
        'the command "grade" of two 1.2 is left out: there is one of that name already',
        'the command "show" of two 1.2 is left out: there is one of that name already',
    ]

"""`gradewright doctor`: what box this machine gives, found by trying, and what mends the rest."""

from __future__ import annotations

import platform
from typing import Any

import click

from gradewright.cli.options import json_option, print_json
from gradewright.cli.table import print_table

SCHEMA = 1
NO_BOX = 1


@click.command()
@json_option
def doctor(as_json: bool) -> int:
    """Try every wall of the box on this machine, and say what is missing and how to mend it.

    Exit code 1 when student code cannot be boxed here at all.
    """
    from gradewright_grader.box import find_level

    report = find_level()
    told: dict[str, Any] = {
        "schema": SCHEMA,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "level": report.level,
        "memory": report.memory,
        "steps": [
            {"name": step.name, "ok": step.ok, "error": step.error, "remedy": step.remedy}
            for step in report.steps
        ],
    }
    if as_json:
        print_json(told)
    else:
        _print(told)
    return NO_BOX if report.level == "none" else 0


def _print(told: dict[str, Any]) -> None:
    click.echo(f"Python {told['python']} on {told['system']}")
    click.echo(f"box level: {told['level']}, memory limit: {told['memory']}")
    click.echo()
    rows = [("ok" if step["ok"] else "no", step["name"]) for step in told["steps"]]
    print_table(("", "tried"), rows)
    for step in told["steps"]:
        if not step["ok"]:
            click.echo(f"\n{step['name']}: {step['error']}\n  to mend it: {step['remedy']}")

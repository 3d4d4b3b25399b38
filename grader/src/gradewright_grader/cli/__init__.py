"""The commands that the grader adds to `gradewright`.

This module only names them. Each command imports what it needs when it runs, so that
`gradewright --help` stays fast.
"""

from __future__ import annotations

from collections.abc import Iterable

import click

from gradewright.api import hookimpl
from gradewright_grader.cli.doctor import doctor
from gradewright_grader.cli.grade import grade
from gradewright_grader.cli.newtopic import new_topic
from gradewright_grader.cli.release import preview, release, solution
from gradewright_grader.cli.report import export, report
from gradewright_grader.cli.verify import verify


@hookimpl
def gradewright_commands() -> Iterable[click.Command]:
    """All commands of the grader."""
    return [doctor, export, grade, new_topic, preview, release, report, solution, verify]

"""The command `gradewright`: finding topics and showing what they hold.

`options` has what several commands share, also those of `gradewright-grader`, which adds its own
through `host.extensions`; `topics`, `show` and `check` are one command each, `submit` has the two
of handing in. Commands print; finding topics is the work of `host`, checking that of `student`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from gradewright.cli.root import build_cli, run

__all__ = ["build_cli", "main", "run"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line (that of the process by default) and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A title that the terminal's encoding lacks must not end the command.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    return run(build_cli(), arguments)

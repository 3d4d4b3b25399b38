"""Correct solutions of tree1 written in different manners, as sources of answer cells.

`answers("vectorised")` is a dict question → source, as a student would have typed it. The files
are those that `verify` hands in; here their functions run against the checks on many draws.
"""

from __future__ import annotations

import re

from .standin import ASSIGNMENT

FOLDER = ASSIGNMENT / "alternatives"
STYLES = tuple(sorted(path.stem for path in FOLDER.glob("*.py")))
CELL = re.compile(r'^# %% question="(.*)"\n', re.MULTILINE)


def answers(style: str) -> dict[str, str]:
    """The answers of one style: "tree1.q1" → the source of its cell."""
    _, *cells = CELL.split((FOLDER / f"{style}.py").read_text("utf-8"))
    return dict(zip(cells[::2], cells[1::2], strict=True))

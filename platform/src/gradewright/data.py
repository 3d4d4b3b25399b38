"""Where a data set lies: the same call in a student's kernel and in the box.

In the box data sets are mounted read-only and the environment variable GRADEWRIGHT_DATA names their
folder; elsewhere a student sets it, or keeps them below `~/.gradewright/data`.
"""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "GRADEWRIGHT_DATA"


def data_dir(name: str) -> Path:
    """The folder or file of the data set `name`. Raises FileNotFoundError, saying where to put it."""
    home = os.environ.get(VARIABLE)
    folder = Path(home) if home else Path.home() / ".gradewright" / "data"
    path = folder / name
    if not path.exists():
        raise FileNotFoundError(
            f'the data set "{name}" is not in {folder}; put it there, or set {VARIABLE} to the '
            "folder that holds it"
        )
    return path

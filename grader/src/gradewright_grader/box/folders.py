"""Folders of the host: who may read them, and how to get rid of what a student left in one."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

from gradewright_grader.box import clock

_PREFIX = "gradewright-box-"


def open_to_all(path: str) -> bool:
    """Whether any user may read `path`, by the permissions of it and of its parents."""
    resolved = Path(os.path.realpath(path))
    parents = all(parent.stat().st_mode & 0o001 for parent in resolved.parents)
    return parents and bool(resolved.stat().st_mode & 0o004)


def private_folder() -> Path:
    """A new folder that only we may list; removes those that our dead predecessors left."""
    shared = Path(tempfile.gettempdir())
    for left in shared.glob(f"{_PREFIX}*-*-*"):
        found = left.lstat()
        ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
        if ours and not clock.lives(left.name.removeprefix(_PREFIX)):
            remove_tree(left)
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{clock.identity()}-"))
    folder.chmod(0o711)
    return folder


def remove_tree(folder: Path) -> None:
    """Remove a folder whatever a student left in it (no permission, deep nesting)."""
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except (OSError, RecursionError):
        # neither program follows links below the folder that it is given
        for command in (["/bin/chmod", "-R", "u+rwX"], ["/bin/rm", "-rf"]):
            subprocess.run([*command, "--", folder], check=False)  # noqa: S603

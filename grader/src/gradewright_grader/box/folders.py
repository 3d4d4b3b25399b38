"""Folders of the host: who may read them, and how to get rid of what a student left in one."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from pathlib import Path


def open_to_all(path: str) -> bool:
    """Whether any user may read `path`, by the permissions of it and of its parents."""
    resolved = Path(os.path.realpath(path))
    parents = all(parent.stat().st_mode & 0o001 for parent in resolved.parents)
    return parents and bool(resolved.stat().st_mode & 0o004)


def remove_tree(folder: Path) -> None:
    """Remove a folder whatever a student left in it (no permission, deep nesting)."""

    def open_up(_: object, path: str, __: object) -> None:
        with contextlib.suppress(OSError):
            os.chmod(os.path.dirname(path), 0o700)
            os.unlink(path)

    try:
        shutil.rmtree(folder, onerror=open_up)
    except RecursionError:
        subprocess.run(["/bin/rm", "-rf", "--", folder], check=False)  # noqa: S603

"""What can be wrong with a gradebook, told in one line each."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError

from gradewright.host.errors import GradewrightError, one_line


class GradebookError(GradewrightError):
    """The gradebook cannot be used as asked; the message names it and the next step."""

    def __init__(self, message: str) -> None:
        super().__init__(one_line(message))


@contextmanager
def told_url(place: str) -> Iterator[None]:
    """What is wrong with a URL, or lacks for it, as GradebookError; `place` is the URL."""
    try:
        yield
    except (ArgumentError, NoSuchModuleError) as error:
        raise GradebookError(
            f'"{place}" is no URL of a database ({error}): give a path, sqlite:///PATH or '
            "postgresql://USER@HOST/NAME"
        ) from None
    except ModuleNotFoundError as error:
        raise GradebookError(
            f'the gradebook "{place}" needs the Python package "{error.name}", which is not '
            'installed: pip install "gradewright-grader[postgres]"'
        ) from None


@contextmanager
def told(place: str) -> Iterator[None]:
    """Errors of the database as GradebookError; `place` is the file or URL without password.

    Broken rules of ours (a missing key, a wrong type) stay what they are: bugs.
    """
    try:
        yield
    except (DatabaseError, sqlite3.DatabaseError) as error:  # the latter from raw connections
        if (message := _message(place, str(getattr(error, "orig", error)))) is None:
            raise
        raise GradebookError(message) from None


def _message(place: str, said: str) -> str | None:
    for sign, rest in _SAID.items():
        if sign in said:
            return f'the gradebook "{place}" {rest}'
    return None


_SAID = {
    "is locked": "is locked by another process that is writing to it: wait until that has ended, "
    "or see which it is with `fuser` or `lsof`, and run again",
    "not a database": "is not a database, or damaged: name another file, or restore a copy",
    "malformed": "is damaged: restore a copy, or save what can be read with `sqlite3 FILE .recover`",
    "readonly": "cannot be written: give the user who grades the right to write it and its folder",
    "unable to open": "cannot be opened: see that its folder exists and may be written",
    "disk is full": "cannot grow, the disk is full: make room and run again, nothing is lost",
    "disk I/O error": "cannot be read or written (disk I/O error): see whether the disk is full or "
    "on a network; a gradebook belongs on a local disk",
    "connection failed": "cannot be reached: see that its server runs and that host, user and "
    "password in the URL are right",
}

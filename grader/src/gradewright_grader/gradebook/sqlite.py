"""All that is special about SQLite: the file, its pragmas, how a transaction begins.

Writers begin with BEGIN IMMEDIATE: they wait for each other at the start, where nothing is lost,
and never fail in the middle because they read first. Readers do not wait (WAL).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import URL

from gradewright_grader.gradebook.errors import GradebookError

APPLICATION: Final = 0x47574742  # "GWGB", in the file's header
MAGIC: Final = b"SQLite format 3\0"
WRITES: Final = "gradewright_writes"  # execution option of an engine whose transactions write


def url_of(path: Path) -> URL:
    """The URL of a file."""
    return URL.create("sqlite", database=str(path))


def prepare_file(path: Path) -> None:
    """Make the file, for its owner alone, or see that what is there may be a gradebook."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CREAT, 0o600)
    except OSError as error:
        raise GradebookError(
            f'the gradebook "{path}" cannot be opened ({error.strerror}): name a file in a folder '
            "that exists and may be written"
        ) from None
    with os.fdopen(descriptor, "rb") as file:
        head = file.read(len(MAGIC))
        if head not in (b"", MAGIC):
            raise _no_gradebook(path, f"it begins with {head[:8]!r}")
        if os.fstat(descriptor).st_mode & 0o077:
            os.fchmod(descriptor, 0o600)  # grades are nobody else's


def configure(engine: Engine, wait: float) -> None:
    """Hook our way to begin transactions into an engine of SQLite. wait: seconds for a lock."""

    @event.listens_for(engine, "connect")
    def connected(raw: Any, _: Any) -> None:
        raw.isolation_level = None  # the module must not begin transactions by itself
        raw.execute(f"PRAGMA busy_timeout = {int(wait * 1000)}")
        raw.execute("PRAGMA foreign_keys = ON")
        raw.execute("PRAGMA synchronous = FULL")  # a committed result survives a power cut

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def use_wal(engine: Engine) -> None:
    """Write-ahead log, for good; outside any transaction, as SQLite asks."""
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA journal_mode = WAL")
    finally:
        raw.close()


def claim(connection: Connection, path: Path) -> None:
    """See, in a writing transaction, that the database is ours or new, and mark it as ours."""
    found = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    if found == APPLICATION:
        return
    names = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
    tables = connection.exec_driver_sql(names).scalars().all()
    if found or tables:
        raise _no_gradebook(path, f"it is a database with the tables {', '.join(tables) or 'none'}")
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION}")


def _no_gradebook(path: Path, why: str) -> GradebookError:
    return GradebookError(
        f'"{path}" is not a gradebook ({why}): name a file that `gradewright grade` made, or one '
        "that does not exist yet"
    )

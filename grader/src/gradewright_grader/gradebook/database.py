"""A database by path or URL, brought to the newest schema; reading and writing transactions."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.engine import URL, make_url

from gradewright_grader.gradebook import sqlite
from gradewright_grader.gradebook.errors import GradebookError, told, told_url

MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """An engine and how it is used. `wait`: seconds that a writer waits for another."""

    def __init__(self, place: str | os.PathLike[str], wait: float = 30.0) -> None:
        self.url = _url(place)
        self.place = _place(self.url)
        with told_url(self.place):
            self._readers = self._engine(wait)
        self._writers = self._readers.execution_options(**{sqlite.WRITES: True})
        try:
            with told(self.place):
                self._upgrade()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give all connections back."""
        self._readers.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database."""
        with told(self.place), self._readers.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is alone in writing (SQLite); all or nothing of it happens."""
        with told(self.place), self._writers.begin() as connection:
            yield connection

    def _engine(self, wait: float) -> Engine:
        if self.url.get_backend_name() != "sqlite":
            return create_engine(self.url)
        sqlite.prepare_file(Path(self.place))
        engine = create_engine(self.url)
        sqlite.configure(engine, wait)
        return engine

    def _upgrade(self) -> None:
        """Bring the schema up to date in one transaction: a kill leaves the old one, whole."""
        is_sqlite = self.url.get_backend_name() == "sqlite"
        if is_sqlite:
            sqlite.use_wal(self._readers)
        with self._writers.begin() as connection:
            if is_sqlite:
                sqlite.claim(connection, Path(self.place))
            upgrade(connection, self.place)


def upgrade(connection: Connection, place: str, target: str = "head") -> None:
    """Run the migrations that are missing. Raises GradebookError for a schema from the future."""
    config = _config(connection)
    scripts = ScriptDirectory.from_config(config)
    known = {script.revision for script in scripts.walk_revisions()}
    found = MigrationContext.configure(connection).get_current_revision()
    if found is not None and found not in known:
        raise GradebookError(
            f'the gradebook "{place}" has schema {found}, this program knows schemas up to '
            f"{scripts.get_current_head()}: it was used with a newer Gradewright, install that "
            "(pip install -U gradewright-grader)"
        )
    if found != scripts.get_current_head():
        command.upgrade(config, target)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _url(place: str | os.PathLike[str]) -> URL:
    text = os.fspath(place)
    if "://" not in text:
        return sqlite.url_of(Path(text))
    with told_url(text):
        url = make_url(text)
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise GradebookError(f'"{text}" names no file: give sqlite:///PATH, or the path alone')
    # without a driver in the URL, which one is meant depends on SQLAlchemy's version
    return url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url


def _place(url: URL) -> str:
    """How messages name it: the file, or the URL with the password hidden."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return url.render_as_string(hide_password=True)

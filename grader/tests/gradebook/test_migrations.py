"""Every gradebook that was ever written can be opened: upgrades give the schema of `schema.py`."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from gradewright_grader.gradebook import Gradebook
from gradewright_grader.gradebook.database import upgrade
from gradewright_grader.gradebook.schema import metadata

from .building import graded, handed, record

FIRST = Path(__file__).with_name("schema_0001.sql")


def shape(path):
    """All of a database's schema that matters, in an order of its own."""
    engine = create_engine(f"sqlite:///{path}")
    try:
        look = inspect(engine)
        return {name: table(look, name) for name in look.get_table_names() if "alembic" not in name}
    finally:
        engine.dispose()


def table(look, name):
    return {
        "columns": [
            (one["name"], str(one["type"]), one["nullable"], one["primary_key"])
            for one in look.get_columns(name)
        ],
        "key": look.get_pk_constraint(name),
        "unique": ordered(look.get_unique_constraints(name)),
        "indexes": ordered(look.get_indexes(name)),
        "foreign": ordered(look.get_foreign_keys(name)),
        "checks": ordered(look.get_check_constraints(name)),
    }


def ordered(constraints):
    return sorted(map(repr, constraints))


def statements(path):
    db = sqlite3.connect(path)
    rows = db.execute(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC, name"
    )
    found = ";\n\n".join(row[0].strip() for row in rows) + ";\n"
    db.close()
    return found


@pytest.fixture
def wanted(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'wanted.db'}")
    metadata.create_all(engine)
    engine.dispose()
    return shape(tmp_path / "wanted.db")


def test_a_new_gradebook_has_the_schema(book, path, wanted):
    assert shape(path) == wanted


def test_the_first_schema_is_frozen(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'first.db'}")
    with engine.begin() as connection:
        upgrade(connection, "first.db", "0001")
    engine.dispose()
    assert statements(tmp_path / "first.db") == FIRST.read_text()


def test_a_gradebook_of_the_first_schema_is_upgraded_with_all_that_is_in_it(path, wanted):
    db = sqlite3.connect(path)
    db.executescript(FIRST.read_text())
    db.executescript(
        f"""
        PRAGMA application_id = {0x47574742};
        INSERT INTO alembic_version VALUES ('0001');
        INSERT INTO run VALUES (1, 10.0, 'grade class');
        INSERT INTO submission VALUES
            (1, 'alice', 'tree1', 'abc', 'class/alice', 1.0, 1.0, x'789c030000000001', '[]', 2.0);
        INSERT INTO attempt VALUES
            (1, 1, 1, 'done', 1, '', NULL, NULL, NULL, NULL, NULL, 3.0);
        INSERT INTO result VALUES (1, 1, 1, x'7b7d', NULL, 'graded', '37/3', 'v', 4.0);
        INSERT INTO current VALUES ('tree1', 'alice', 1);
        """
    )
    db.close()
    with Gradebook.open(path) as book:
        (row,) = book.results()
        assert (row.student, row.record, str(row.points)) == ("alice", b"{}", "37/3")
        graded(book, 1, handed(time=9.0), record("5"))
        assert [str(row.points) for row in book.results()] == ["5"]
    assert shape(path) == wanted


def test_opening_again_changes_nothing(book, path):
    before = statements(path)
    Gradebook.open(path).close()
    assert statements(path) == before

"""What a user is told: one line with the name, what is wrong and the next step."""

import sqlite3
import sys

import pytest
from sqlalchemy.exc import DatabaseError, IntegrityError

from gradewright_grader.gradebook import Gradebook, GradebookError
from gradewright_grader.gradebook.errors import told

from .building import handed, record


def refusing(match):
    return pytest.raises(GradebookError, match=match)


def test_a_file_that_is_something_else(tmp_path):
    path = tmp_path / "grades.csv"
    path.write_text("student,points\n")
    with refusing(r"grades\.csv\" is not a gradebook .*b'student,'.*that does not exist yet"):
        Gradebook.open(path)
    assert path.read_text() == "student,points\n"


def test_another_programs_database(tmp_path):
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE songs (name TEXT)")
    db.close()
    with refusing("is not a gradebook .it is a database with the tables songs"):
        Gradebook.open(path)


def test_a_damaged_database(tmp_path):
    path = tmp_path / "x.db"
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 200)
    with refusing(r"x\.db\" is not a database, or damaged: name another file"):
        Gradebook.open(path)


@pytest.mark.parametrize("place", ["nowhere/x.db", "."])
def test_a_place_where_no_file_can_be(tmp_path, monkeypatch, place):
    monkeypatch.chdir(tmp_path)
    with refusing("cannot be opened .* name a file in a folder that exists"):
        Gradebook.open(place)


def test_a_schema_of_the_future(book, path):
    book.close()
    with sqlite3.connect(path) as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    db.close()
    with refusing(r"has schema 9999, this program knows schemas up to \d{4}.*pip install -U"):
        Gradebook.open(path)


def test_a_gradebook_that_another_process_is_writing(book, path):
    other = sqlite3.connect(path, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        with refusing("is locked by another process .* run again"):
            Gradebook.open(path, wait=0.01)
        assert list(book.results()) == []  # readers do not wait
    finally:
        other.close()
    assert book.add(handed()) == 1


@pytest.mark.parametrize("place", ["mysterious://x/y", "://", "http://x/y"])
def test_a_url_of_no_database(place):
    with refusing("is no URL of a database .* give a path, sqlite:///PATH or postgresql://"):
        Gradebook.open(place)


@pytest.mark.parametrize("place", ["sqlite://", "sqlite:///:memory:"])
def test_a_url_without_a_file(place):
    with refusing("names no file: give sqlite:///PATH"):
        Gradebook.open(place)


def test_postgresql_without_its_driver(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with refusing('needs the Python package "psycopg".*pip install') as caught:
        Gradebook.open("postgresql://me:secret@localhost/grades")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("database disk image is malformed", "is damaged: restore a copy"),
        ("attempt to write a readonly database", "cannot be written: give the user"),
        ("unable to open database file", "cannot be opened: see that its folder"),
        ("database or disk is full", "cannot grow, the disk is full"),
        ("disk I/O error", "cannot be read or written .disk I/O error"),
        ("connection failed: refused", "cannot be reached: see that its server runs"),
    ],
)
def test_what_the_database_says_is_told_with_a_next_step(said, shown):
    with refusing(f'the gradebook "x.db" {shown}') as caught, told("x.db"):
        raise DatabaseError("SELECT", None, sqlite3.OperationalError(said))
    assert "\n" not in str(caught.value)


def test_our_own_bugs_keep_their_traceback(book):
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        book.finish(book.add(handed()), 77, record())


def test_an_unknown_attempt(book):
    run = book.start_run("x")
    for act in (book.release, lambda n: book.fail(n, "x"), lambda n: book.finish(n, run, record())):
        with pytest.raises(ValueError, match="attempt 9 is unknown; use an id that"):
            act(9)


@pytest.mark.parametrize("content", [b"", b"[]", b'{"status": "graded"}', record(points=1.5)])
def test_a_record_that_is_none(book, content):
    run, attempt = book.start_run("x"), book.add(handed())
    with pytest.raises(ValueError, match=r"the record is not one .* as `write_record` gives it"):
        book.finish(attempt, run, content)
    assert book.totals().queued == 1


def test_a_submission_for_no_assignment(book):
    with refusing(r'which assignment "class/alice/None\.ipynb" is for: name it with --assignment'):
        book.add(handed(assignment=None))
    assert book.add(handed(assignment=None), "tree1") == 1


@pytest.mark.parametrize("points", ["many", "1/0", ""])
def test_points_that_are_no_number(book, points):
    with refusing('points of the adjustment for "alice" are ".*": give a number like 2'):
        book.adjust("alice", "tree1", points, why="x", who="y")


@pytest.mark.parametrize(("who", "why"), [("", "x"), ("Li", " ")])
def test_an_adjustment_without_who_or_why(book, who, why):
    with refusing(f'has who "{who}" and why "{why}": both must be told'):
        book.adjust("alice", "tree1", 1, why=why, who=who)

"""What the gradebook promises: nothing twice, nothing lost, the right result is the current one."""

import os
import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import pytest

from gradewright_grader.gradebook import Gradebook, queries
from gradewright_grader.intake import Flag, Refusal

from .building import graded, handed, record


def current(book, **where):
    return [(row.student, row.points) for row in book.results(**where)]


def test_a_submission_comes_back_from_the_queue_as_it_was(book):
    flag = Flag("name", {"zh": "名", "en": "name"})
    extra = (("a.csv", b"1"), ("b.csv", b"2"))
    number = book.add(handed(data=b"\0bytes", extra=extra, flags=(flag,)))
    attempt = book.lease("worker 1")
    assert (attempt.id, attempt.number, attempt.tries) == (number, 1, 1)
    assert (attempt.student, attempt.assignment) == ("alice", "tree1")
    assert (attempt.data, attempt.extra) == (b"\0bytes", extra)
    assert attempt.flags == (("name", {"zh": "名", "en": "name"}),)
    assert (attempt.digest, attempt.channel_time) == (handed(data=b"\0bytes").digest, 1000.0)
    assert attempt.path == "class/alice/tree1.ipynb"


def test_the_same_submission_is_stored_once(book):
    assert book.add(handed()) == book.add(handed())
    assert book.totals().queued == 1


@pytest.mark.parametrize(
    "other", [{"student": "bob"}, {"assignment": "tree2"}, {"data": b"changed"}]
)
def test_another_student_assignment_or_content_is_another_submission(book, other):
    assert book.add(handed()) != book.add(handed(**other))


def test_a_new_attempt_is_made_only_when_asked_and_when_the_last_has_ended(book):
    run = book.start_run("grade class")
    first = graded(book, run, handed(), record())
    assert book.add(handed()) == first
    second = book.add(handed(), again=True)
    assert second != first
    assert book.add(handed(), again=True) == second
    attempt = book.lease("w")
    assert (attempt.id, attempt.number) == (second, 2)


def test_attempts_are_leased_in_order_each_once_and_by_assignment(book):
    ids = [book.add(handed(student)) for student in ("zoe", "bob", "alice")]
    other = book.add(handed(assignment="tree2"))
    assert book.lease("w", "tree2").id == other
    assert [book.lease("w").id for _ in ids] == ids
    assert book.lease("w") is None


def test_threads_share_a_gradebook_and_no_attempt(book):
    ids = {book.add(handed(f"s{n}")) for n in range(24)}
    with ThreadPoolExecutor(4) as pool:
        leased = list(pool.map(lambda _: book.lease("w").id, range(24)))
    assert sorted(leased) == sorted(ids)


def test_a_released_attempt_has_cost_nothing(book):
    book.add(handed())
    for _ in range(5):
        attempt = book.lease("w")
        assert attempt.tries == 1
        book.release(attempt.id)
    book.release(attempt.id)
    assert book.totals().queued == 1


def test_a_failing_attempt_is_tried_three_times(book):
    number = book.add(handed())
    states = [book.fail(book.lease("w").id, f"no box {n}") for n in range(3)]
    assert states == ["queued", "queued", "failed"]
    assert book.lease("w") is None
    assert book.fail(number, "again") == "failed"
    (failure,) = book.failures()
    assert (failure.attempt, failure.student, failure.tries) == (number, "alice", 3)
    assert (failure.reason, failure.path) == ("no box 2", "class/alice/tree1.ipynb")
    assert book.failures("tree2") == []
    book.add(handed(), again=True)
    assert book.failures("tree1") == []


def test_a_result_is_kept_byte_by_byte(book):
    run = book.start_run("grade class")
    book.add(handed())
    content = record("175/2", more="作业")
    number = book.finish(book.lease("w").id, run, content, b"executed")
    (row,) = book.results()
    assert (row.record, row.points, row.status) == (content, Fraction(175, 2), "graded")
    assert (row.result, row.run, row.verdict_digest) == (number, run, "v" * 64)
    assert book.notebook(number) == b"executed"
    assert book.notebook(number + 1) is None


def test_a_result_without_a_notebook(book):
    graded(book, book.start_run("x"), handed(), record())
    (row,) = book.results()
    assert book.notebook(row.result) is None


def test_finishing_twice_changes_nothing(book):
    run = book.start_run("x")
    attempt = graded(book, run, handed(), record("1"))
    before = list(book.results())
    assert book.finish(attempt, run, record("2")) == before[0].result
    assert list(book.results()) == before
    assert list(book.results(run)) == before


def test_an_attempt_may_have_results_of_two_runs_and_the_later_is_current(book):
    runs = [book.start_run("x"), book.start_run("y")]
    attempt = graded(book, runs[0], handed(), record("1"))
    book.finish(attempt, runs[1], record("2"))
    assert current(book) == [("alice", 2)]
    assert current(book, run=runs[0]) == [("alice", 1)]


def test_the_newest_submission_is_current_whatever_is_finished_last(book):
    run = book.start_run("x")
    book.add(handed(data=b"new", time=2000))
    book.add(handed(data=b"old", time=1000))
    for points in ("10", "1"):
        book.finish(book.lease("w").id, run, record(points))
    assert current(book) == [("alice", 10)]
    assert len(list(book.results(run))) == 2


def test_of_two_at_the_same_time_the_later_arrival_is_current(book):
    run = book.start_run("x")
    for data in (b"first", b"second"):
        book.add(handed(data=data))
    first, second = book.lease("w"), book.lease("w")
    book.finish(second.id, run, record("2"))
    book.finish(first.id, run, record("1"))
    assert current(book) == [("alice", 2)]


def test_the_old_result_stays_current_until_the_new_submission_has_one(book):
    run = book.start_run("x")
    graded(book, run, handed(data=b"old"), record("1"))
    book.add(handed(data=b"new", time=2000))
    assert current(book) == [("alice", 1)]
    book.finish(book.lease("w").id, run, record("10"))
    assert current(book) == [("alice", 10)]


def test_a_version_that_is_handed_in_again_is_current_again_with_its_first_time(book):
    run = book.start_run("x")
    graded(book, run, handed(data=b"one", time=1), record("1"))
    graded(book, run, handed(data=b"two", time=2), record("2"))
    book.add(handed(data=b"one", time=3))
    assert current(book) == [("alice", 1)]
    assert [row.channel_time for row in book.results()] == [1.0]
    assert book.totals().queued == 0


def test_an_error_never_takes_the_place_of_a_verdict_on_the_same_submission(book):
    run, again = book.start_run("x"), book.start_run("regrade")
    graded(book, run, handed(), record("1"))
    attempt = graded(book, again, handed(), record(None, "error"), again=True)
    assert current(book) == [("alice", 1)]
    assert [one.attempt for one in book.failures()] == [attempt]
    graded(book, again, handed(data=b"new", time=2000), record(None, "error"))
    assert current(book) == [("alice", None)]


def test_results_are_sorted_filtered_and_read_in_pages(book, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 5)
    run = book.start_run("x")
    students = [f"s{n:03}" for n in range(14)]
    for student in reversed(students):
        graded(book, run, handed(student), record("1"))
    graded(book, run, handed("s000", "lin1"), record("2"))
    rows = [(row.assignment, row.student) for row in book.results()]
    assert rows == [("lin1", "s000"), *(("tree1", student) for student in students)]
    assert current(book, assignment="lin1") == [("s000", 2)]
    assert len(list(book.results(run, "tree1"))) == 14


def test_a_paused_reader_stops_no_writer(book):
    run = book.start_run("x")
    for n in range(3):
        graded(book, run, handed(f"s{n}"), record())
    reading = book.results()
    next(reading)
    graded(book, run, handed("new"), record())
    assert len(list(reading)) == 2


def test_a_reader_in_another_process_stops_no_writer(book, path):
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM submission").fetchone() == (0,)
    with Gradebook.open(path, wait=0.01) as impatient:
        impatient.add(handed())
    assert reader.execute("SELECT count(*) FROM submission").fetchone() == (0,)
    reader.close()


def test_totals(book):
    run = book.start_run("x")
    for n, points in enumerate(("1/3", "2/3")):
        graded(book, run, handed(f"s{n}"), record(points))
    graded(book, run, handed("refused"), record("0", "refused"))
    graded(book, run, handed("error"), record(None, "error"))
    book.add(handed("leased"))
    book.lease("w")
    book.add(handed("queued"))
    told = book.totals(run, "tree1")
    assert (told.graded, told.refused, told.error, told.points) == (2, 1, 1, 1)
    assert (told.queued, told.leased, told.failed) == (1, 1, 1)
    assert book.totals(assignment="lin1").points == book.totals(assignment="lin1").queued == 0


def test_refusals_are_kept_once_a_run(book):
    run = book.start_run("x")
    refusal = Refusal("eve", "class/eve/x.ipynb", {"zh": "链接", "en": "a link"}, "link")
    book.refuse(run, refusal)
    book.refuse(run, refusal)
    book.refuse(run, Refusal("", "class/a.zip", {"en": "bad"}, "zip"))
    zipped, eve = book.refusals(run)
    assert (eve.student, eve.path, eve.kind) == ("eve", "class/eve/x.ipynb", "link")
    assert (eve.reason, zipped.student) == ({"zh": "链接", "en": "a link"}, "")
    assert book.refusals(run + 1) == []


def test_adjustments_are_added_and_kept(book):
    book.adjust("alice", "tree1", "1/3", why="late, but ill", who="Dr Li", question="q1")
    book.adjust("alice", "tree1", -2, why="copied", who="Dr Li")
    book.adjust("bob", "lin1", 1, why="found an error", who="Dr Li")
    first, second = book.adjustments("tree1", "alice")
    assert (first.points, first.question, first.why) == (Fraction(1, 3), "q1", "late, but ill")
    assert (second.points, second.question, second.who) == (-2, "", "Dr Li")
    assert first.created < second.created
    assert len(book.adjustments()) == 3


def test_everything_is_there_after_it_was_closed(book, path):
    graded(book, book.start_run("x"), handed(), record())
    rows = list(book.results())
    book.close()
    for place in (str(path), f"sqlite:///{path}"):
        with Gradebook.open(place) as again:
            assert list(again.results()) == rows


def test_the_file_is_its_owners_alone(book, path):
    book.start_run("x")
    files = list(path.parent.iterdir())
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    os.chmod(path, 0o644)
    Gradebook.open(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_two_processes_may_have_it_open(book, path):
    book.add(handed())
    with Gradebook.open(path) as other:
        assert other.lease("other") is not None
    assert book.lease("w") is None

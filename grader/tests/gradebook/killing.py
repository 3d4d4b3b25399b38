"""A class is graded by processes that are killed on the way. Run as a program by `test_kills`.

The processes are forked from this one, which has imported everything and holds no database, so
that many deaths take little time. Prints JSON: one report for each way to die.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import sqlite3
import sys
from pathlib import Path

from sqlalchemy import Engine, event

from gradewright_grader.gradebook import Gradebook
from gradewright_grader.intake import Found

STUDENTS = ("alice", "bob", "cao")
RECORD = b'{"status": "graded", "points": "37/3", "verdict_digest": "v"}'


def grade_class(path: Path) -> None:
    with Gradebook.open(path, tries=1000) as book:
        run = book.start_run("grade class")
        for student in STUDENTS:
            data = student.encode()
            digest = hashlib.sha256(data).hexdigest()
            book.add(Found(student, student, data, digest, 1.0, assignment="tree1"))
        while attempt := book.lease("w"):
            book.finish(attempt.id, run, RECORD, attempt.data)


def forked(path: Path, step) -> int:
    """A child that grades and calls `step` before every statement and every commit; its pid."""
    if pid := os.fork():
        return pid
    event.listen(Engine, "before_cursor_execute", lambda *_: step())
    event.listen(Engine, "after_cursor_execute", lambda *_: step())
    event.listen(Engine, "commit", lambda *_: step())
    grade_class(path)
    os._exit(0)


def dies_at(path: Path, count: int) -> bool:
    """Whether a child that kills itself at its count-th step came that far."""
    left = iter(range(count - 1))

    def step() -> None:
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    return os.WIFSIGNALED(os.waitpid(forked(path, step), 0)[1])


def is_killed(path: Path, steps: int) -> bool:
    """Whether a child died that was killed from outside, while it went on, after some steps."""
    read, write = os.pipe()
    pid = forked(path, lambda: os.write(write, b"."))
    os.close(write)
    while steps and (told := os.read(read, steps)):
        steps -= len(told)
    os.kill(pid, signal.SIGKILL)
    os.close(read)
    return os.WIFSIGNALED(os.waitpid(pid, 0)[1])


def report(path: Path) -> dict[str, object]:
    """What is in the gradebook, once a last process has gone on to the end."""
    assert not dies_at(path, 10**9)
    with Gradebook.open(path) as book:
        rows = [
            (row.student, row.record == RECORD, book.notebook(row.result)) for row in book.results()
        ]
        totals = book.totals()
    db = sqlite3.connect(path)
    counts = [db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in TABLES]
    sound = db.execute("PRAGMA integrity_check").fetchone()[0]
    db.close()
    return {
        "rows": [[student, same, (notebook or b"").decode()] for student, same, notebook in rows],
        "open": [totals.queued, totals.leased, totals.failed],
        "counts": dict(zip(TABLES, counts, strict=True)),
        "sound": sound,
    }


TABLES = ("submission", "attempt", "result", "current")


def at_every_step(folder: Path) -> list[dict[str, object]]:
    reports, count = [], 1
    while dies_at(folder / f"{count}.db", count):
        reports.append(report(folder / f"{count}.db"))
        count += STRIDE
    return reports


def at_random(folder: Path) -> list[dict[str, object]]:
    """Gradebooks whose processes are killed again and again, until one comes to the end."""
    chance, reports = random.Random(2024), []
    for path in [folder / f"random{n}.db" for n in range(8)]:
        deaths = 0
        while is_killed(path, chance.randrange(120)):
            deaths += 1
        reports.append({**report(path), "deaths": deaths})
    return reports


STRIDE = int(sys.argv[2])

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    print(json.dumps({"every": at_every_step(folder), "random": at_random(folder)}))

"""The process of a rehearsal: `python -P -m gradewright.student.rehearsing FOLDER`.

It reads FOLDER/job.json, runs the cells and then the public checks, and writes what happens to
FOLDER/events.jsonl line by line, so that whoever waits knows what was running when time is up or
the process dies. Everything here is advice to a student about their own work on their own machine:
nothing of it reaches grading.
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

from gradewright.notebook.payload import Payload, decode_payload
from gradewright.student.cells import Runner, new_runner
from gradewright.student.results import CheckResult, QuestionResult
from gradewright.student.running import run_question
from gradewright.student.tidying import one_line

JOB, EVENTS = "job.json", "events.jsonl"


class Rehearsing:
    """One rehearsal. `job` has the keys payload, language, folder and cells."""

    def __init__(self, job: Mapping[str, Any], events: TextIO) -> None:
        self._job = job
        self._events = events
        self._runner: Runner = new_runner()
        self._sources = {cell["index"]: cell["source"] for cell in job["cells"]}
        self._kept: dict[str, Any] = {}

    def run(self) -> None:
        """All cells, then all questions; each is told before it begins and after it ended."""
        for cell in self._job["cells"]:
            self._cell(cell["index"], cell["keep"])
        self._tell("local", names=sorted(local_modules(Path(self._job["folder"]))))
        self._runner.namespace.update(self._kept)
        if self._job["payload"]:
            self._questions(decode_payload(self._job["payload"]))
        self._tell("end")

    def _cell(self, index: int, keep: list[str]) -> None:
        self._tell("cell", index=index)
        started = time.perf_counter()
        error = self._runner.run(index, self._sources[index])
        seconds = time.perf_counter() - started
        # As at grading: an answer is what its own cell made of the name, whatever comes later.
        names = self._runner.namespace
        self._kept.update((name, names[name]) for name in keep if name in names)
        told = None if error is None else self._told(error, index)
        self._tell("ran", index=index, seconds=seconds, error=told)

    def _questions(self, payload: Payload) -> None:
        for question in payload.questions:
            self._tell("question", id=question.id)
            source = payload.sources.get(question.id, "")
            names = self._runner.namespace
            result = run_question(question, source, names, self._job["language"])
            self._tell("result", result=_plain(result))

    def _told(self, error: BaseException, index: int) -> dict[str, Any]:
        """An error as plain data: what, and the last place in the student's cells."""
        cell, line = self._place(error, index)
        lines = self._sources.get(cell, "").split("\n")
        return {
            "type": type(error).__name__,
            "message": _said(error),
            "name": _name(error),
            "cell": cell,
            "line": line,
            "code": one_line(lines[line - 1], 120) if 0 < line <= len(lines) else "",
        }

    def _place(self, error: BaseException, index: int) -> tuple[int, int]:
        found = (index, 0)
        for frame, line in traceback.walk_tb(error.__traceback__):
            if (cell := self._runner.cell_of(frame.f_code.co_filename)) is not None:
                found = (cell, line)
        if not found[1] and isinstance(error, SyntaxError):
            return index, error.lineno if type(error.lineno) is int else 1
        return found

    def _tell(self, event: str, **fields: object) -> None:
        self._events.write(json.dumps({"event": event, **fields}) + "\n")
        self._events.flush()


def local_modules(folder: Path) -> Iterator[str]:
    """Imported modules whose file lies in `folder` itself."""
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and "." not in name:
            path = Path(file)
            home = path.parent.parent if path.name == "__init__.py" else path.parent
            if home == folder:
                yield name


def _said(error: BaseException) -> str:
    """The error's own words; its `__str__` may be a student's."""
    try:
        return one_line(str(error.msg if isinstance(error, SyntaxError) else error))
    except Exception:
        return ""


def _name(error: BaseException) -> str | None:
    name = getattr(error, "name", None) if isinstance(error, NameError) else None
    return one_line(name, 80) if isinstance(name, str) else None


def _plain(result: QuestionResult) -> dict[str, Any]:
    checks = [_plain_check(check) for check in result.checks]
    return {"id": result.id, "state": result.state, "message": result.message, "checks": checks}


def _plain_check(check: CheckResult) -> dict[str, Any]:
    return {
        "id": check.id,
        "text": dict(check.text),
        "state": check.state,
        "message": dict(check.message),
        "fraction": str(check.fraction),
        "traceback": check.traceback,
    }


def main(folder: str) -> None:
    """Do the job in `folder`; afterwards nothing of the student's may delay the end."""
    job = json.loads(Path(folder, JOB).read_text("utf-8"))
    sys.path.insert(0, job["folder"])  # as Jupyter has it
    with Path(folder, EVENTS).open("a", encoding="utf-8") as events:
        Rehearsing(job, events).run()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])

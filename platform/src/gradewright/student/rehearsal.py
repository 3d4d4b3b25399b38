"""Rehearsing a hand-in: restart and run all, in a process of its own, and what came of it.

Theory of operation. The cells run top to bottom in a fresh process (`rehearsing`) in the notebook's
folder, without CUDA, without input, with plots that are drawn nowhere; then the public checks run
on what the cells left. The process writes events to a file; this side only waits, kills it when
time is up, and reads. So a cell that never ends or ends the process is known by the last event.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from gradewright.api.texts import Text, filled
from gradewright.notebook import Payload, encode_payload
from gradewright.student import handin_words as words
from gradewright.student.handin import HandIn
from gradewright.student.looking import Look
from gradewright.student.rehearsing import EVENTS, JOB
from gradewright.student.results import CheckResult, QuestionResult

GRACE: Final = 5.0  # seconds to wait for a killed process
ENVIRONMENT: Final = {
    "CUDA_VISIBLE_DEVICES": "",
    "MPLBACKEND": "Agg",
    "PYTHONUTF8": "1",
}


@dataclass(frozen=True)
class CellError:
    """What a cell raised. `cell` and `line` (0: unknown) are the last place in a cell's code.

    `name` is the name that a NameError is about.
    """

    type: str
    message: str
    name: str | None
    cell: int
    line: int
    code: str


@dataclass(frozen=True)
class CellRun:
    """One cell that ran to its end: how long, and what it raised."""

    index: int
    seconds: float
    error: CellError | None


@dataclass(frozen=True)
class Ended:
    """A rehearsal that did not come to its end: `kind` "time" or "crash", `place` where."""

    kind: str
    place: Text
    how: Text
    cell: int | None = None
    question: str | None = None


@dataclass(frozen=True)
class Rehearsal:
    """What came of it. `local` are modules that were imported from the notebook's folder."""

    cells: tuple[CellRun, ...]
    questions: tuple[QuestionResult, ...]
    seconds: float
    local: tuple[str, ...] = ()
    ended: Ended | None = None


def rehearse(handin: HandIn, look: Look, language: str, limit: float) -> Rehearsal:
    """Run a hand-in from the top, for at most `limit` seconds of the clock."""
    with tempfile.TemporaryDirectory(prefix="gradewright-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        job = json.dumps(_job(handin, look, language))
        (folder / JOB).write_text(job, encoding="utf-8")
        started = time.monotonic()
        code = _waited(folder, handin.path, limit)
        seconds = time.monotonic() - started
        events = list(_events(folder / EVENTS))
    return _made(events, code, seconds, handin.payload, language)


def _job(handin: HandIn, look: Look, language: str) -> dict[str, Any]:
    keep = {look.plan.steps[n].index: names for n, names in look.plan.keep.items()}
    code = [cell for cell in handin.notebook.cells if cell.type == "code" and cell.source.strip()]
    return {
        "payload": encode_payload(handin.payload) if handin.payload else None,
        "language": language,
        "folder": str(handin.path.resolve().parent),
        "cells": [
            {"index": cell.index, "source": cell.source, "keep": list(keep.get(cell.index, ()))}
            for cell in code
            if cell.index not in look.idle  # check() runs once, in the end
        ],
    }


def _waited(folder: Path, notebook: Path, limit: float) -> int | None:
    """The exit code of the process, None when it had to be killed."""
    process = subprocess.Popen(  # noqa: S603 - this very Python
        [sys.executable, "-P", "-m", "gradewright.student.rehearsing", str(folder)],
        cwd=notebook.resolve().parent,
        env={**os.environ, **ENVIRONMENT, "IPYTHONDIR": str(folder / "ipython")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return process.wait(limit)
    except subprocess.TimeoutExpired:
        return None
    finally:
        if process.returncode is None:  # time is up, or the student interrupted
            _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and, where there are process groups, what it started."""
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(GRACE)


def _events(path: Path) -> Iterator[dict[str, Any]]:
    """The events that were written whole; what a student's code mixed in is passed over."""
    if not path.exists():
        return
    for line in path.read_text("utf-8", "replace").splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict) and "event" in event:
            yield event


def _made(
    events: list[dict[str, Any]],
    code: int | None,
    seconds: float,
    payload: Payload | None,
    language: str,
) -> Rehearsal:
    cells = tuple(_cell_run(event) for event in events if event["event"] == "ran")
    results = [event["result"] for event in events if event["event"] == "result"]
    local = (name for event in events if event["event"] == "local" for name in event["names"])
    whole = any(event["event"] == "end" for event in events)
    return Rehearsal(
        cells,
        tuple(_results(results, payload, language)),
        seconds,
        tuple(local),
        None if whole else _ended(events, code),
    )


def _cell_run(event: dict[str, Any]) -> CellRun:
    error = CellError(**event["error"]) if event["error"] else None
    return CellRun(event["index"], event["seconds"], error)


def _results(
    plain: Iterable[dict[str, Any]], payload: Payload | None, language: str
) -> Iterator[QuestionResult]:
    known = {question.id: question for question in payload.questions} if payload else {}
    for one in plain:
        question = known[one["id"]]
        yield QuestionResult(
            id=question.id,
            title=question.title,
            points=question.points,
            state=one["state"],
            language=language,
            message=one["message"],
            checks=tuple(_check(check) for check in one["checks"]),
        )


def _check(plain: dict[str, Any]) -> CheckResult:
    return CheckResult(**{**plain, "fraction": Fraction(plain["fraction"])})


def _ended(events: list[dict[str, Any]], code: int | None) -> Ended:
    """Why and where a rehearsal stopped: the last thing that began and did not end."""
    kind = "time" if code is None else "crash"
    how = _how(code or 0)
    begun = [event for event in events if event["event"] in ("cell", "question")]
    if not begun:
        return Ended(kind, words.START, how)
    last = begun[-1]
    if last["event"] == "question":
        place = filled(words.CHECKS_OF, question=last["id"])
        return Ended(kind, place, how, question=last["id"])
    return Ended(kind, filled(words.CELL, cell=last["index"] + 1), how, cell=last["index"])


def _how(code: int) -> Text:
    """An exit code in words; a negative one is a signal's."""
    if code >= 0:
        return filled(words.EXIT_CODE, code=code)
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = str(-code)
    return filled(words.SIGNAL, name=name)

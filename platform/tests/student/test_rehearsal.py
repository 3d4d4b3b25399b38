"""Rehearsing: restart and run all in another process, and what is told of it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from gradewright.student import cells as ways
from gradewright.student.looking import look_at
from gradewright.student.rehearsal import CellError, CellRun, Ended, Rehearsal, rehearse
from gradewright.student.rehearsing import Rehearsing
from gradewright.student.report import Report, make_report, report_record
from gradewright.student.report_text import finding_lines, report_lines

from .building import RIGHT
from .handing import STUB, answered, cell, counted, handin, kinds, only, saved

LATER = """
entropy = None  # rebinds the answer: grading uses what its own cell defined
"""
LONG = 100.0


def report(folder: Path, cells: list[Any], limit: float = LONG, **metadata: Any) -> Report:
    return make_report(handin(folder, cells, **metadata), "en", run=True, limit=limit)


def plainly(folder: Path, cells: list[Any], monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The events of a rehearsal in this process, as where IPython is not installed."""
    monkeypatch.setattr(ways, "find_spec", lambda name: None)
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))
    read = handin(folder, cells)
    job = {
        "payload": None,
        "language": "en",
        "folder": str(folder),
        "cells": [{"index": c.index, "source": c.source, "keep": []} for c in read.notebook.cells],
    }
    events = io.StringIO()
    Rehearsing(job, events).run()
    return [json.loads(line) for line in events.getvalue().splitlines()]


# --- the whole, in another process


def test_ready_notebook(tmp_path: Path) -> None:
    facts = (
        "import os, sys, builtins\n"
        "assert os.environ['CUDA_VISIBLE_DEVICES'] == '' and os.environ['MPLBACKEND'] == 'Agg'\n"
        "assert os.path.samefile(os.getcwd(), sys.path[0])\n"
        "assert __name__ == '__main__' and sys.stdin.read() == ''\n"
        "print('x' * 1_000_000)"
    )
    magics = (
        "%pip install nothing\n!pip install nothing\n%matplotlib qt\n%time x = 3\nassert x == 3"
    )
    own = (cell(LATER), cell(facts), cell(magics))
    done = report(tmp_path, counted(answered(RIGHT, *own)))
    assert kinds(done.findings) == [("rebound", "look")]
    assert done.ready
    assert done.overview is not None
    assert [q.state for q in done.overview.questions] == ["passed", "unchecked", "manual"]
    assert done.rehearsal is not None
    assert [run.index for run in done.rehearsal.cells] == [0, 1, 3, 5, 6, 7]
    lines = list(report_lines(done))
    assert lines[0] == "tree1  Split criteria"
    assert " · 6 code cells run from the top in " in lines[1]
    assert lines[-1].startswith("Ready to hand in: gradewright submit ")


def test_everything_that_can_be_wrong_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("")
    wrong = "def entropy(y, base=2.0):\n    return 0.0"
    own = [
        cell("print(below)"),
        cell("def f():\n    return 1 / 0"),
        cell("f()"),
        cell("below = gone_for_good"),
        cell("below"),
        cell("import helper, sys\nsys.exit(3)"),
        cell("open('x' * 9999)", "explore"),
    ]
    done = report(tmp_path, counted(answered(wrong, *own)))
    assert kinds(done.findings) == [
        ("order", "mend"),
        ("error", "mend"),
        ("undefined", "mend"),
        ("error", "look"),  # it only follows from the one before
        ("error", "mend"),
        ("error", "look"),  # not run at grading
        ("check", "mend"),
        ("local", "look"),
    ]
    assert [one.cell for one in done.findings] == [5, 7, 8, 9, 10, 11, None, None]
    zero, explored = done.findings[1], done.findings[5]
    assert zero.text == {
        "zh": "第 8 个单元格出错（在第 7 个单元格第 2 行）：ZeroDivisionError: division by zero",
        "en": "Cell 8 fails (in cell 7, line 2): ZeroDivisionError: division by zero",
    }
    assert zero.detail == "return 1 / 0"
    assert explored.text["zh"].endswith("。评分时不运行这个单元格。")
    assert explored.text["en"].endswith(" It is not run when your work is graded.")
    undefined = only(done.findings, "undefined").text
    assert undefined["zh"].startswith("第 9 个单元格用到了 gone_for_good，但没有任何单元格定义它")
    assert undefined["en"].startswith("Cell 9 uses gone_for_good, which no cell defines")
    checked = only(done.findings, "check").text
    assert checked["zh"].startswith("tree1.q1 未通过：均匀硬币的熵是 1 比特 —— ")
    assert checked["en"].startswith("tree1.q1 failed: a fair coin carries one bit — the result ")
    assert only(done.findings, "local").text["en"].startswith("It imports helper from files beside")
    assert only(done.findings, "local").text["zh"].startswith("导入了 notebook 旁边的文件 helper：")
    record = report_record(done)
    assert (record["schema"], record["ready"], record["ran"]) == (1, False, True)
    assert record["assignment"] == "tree1"
    assert [q["state"] for q in record["questions"]] == ["failed", "unchecked", "manual"]
    assert json.loads(json.dumps(record)) == record


def test_cell_without_end_is_stopped_with_what_it_started(tmp_path: Path) -> None:
    forever = (
        "import os, subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'while True: pass'])\n"
        "open('pid', 'w').write(str(child.pid))\n"
        "while True: pass"
    )
    done = report(tmp_path, counted(answered(RIGHT, cell(forever))), limit=4)
    found = only(done.findings, "time")
    assert (found.level, found.cell) == ("mend", 5)
    assert found.text["zh"].startswith("4 秒还没有运行完，已停止；当时正在运行第 6 个单元格。")
    assert found.text["en"].startswith(
        "It had not ended after 4 seconds and was stopped while cell 6"
    )
    assert done.overview is not None
    assert [q.state for q in done.overview.questions] == ["unrun", "unrun", "manual"]
    pid = int((tmp_path / "pid").read_text())
    status = Path(f"/proc/{pid}/status")
    assert not status.exists() or "Z (zombie)" in status.read_text()


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [
        ("os._exit(7)", "（退出码 7）", "(exit code 7)"),
        ("os.abort()", "（信号 SIGABRT）", "(signal SIGABRT)"),
    ],
)
def test_end_of_the_process_names_the_check(tmp_path: Path, code: str, zh: str, en: str) -> None:
    answer = f"import os\ndef entropy(y, base=2.0):\n    {code}"
    done = report(tmp_path, counted(answered(answer)))
    found = only(done.findings, "crash")
    assert (found.level, found.question) == ("mend", "tree1.q1")
    assert found.text["zh"].startswith(f"运行tree1.q1 的公开检查时 Python 进程结束了{zh}")
    assert found.text["en"].startswith(
        f"The Python process ended while the public checks of tree1.q1 ran {en}"
    )


def test_stub_stops_other_cells(tmp_path: Path) -> None:
    done = report(tmp_path, counted(answered(STUB, cell("entropy([1])"))))
    assert kinds(done.findings) == [("unanswered", "mend"), ("error", "look")]
    assert done.findings[1].text == {
        "zh": "第 6 个单元格停在尚未作答的函数上（在第 2 个单元格第 3 行）。",
        "en": "Cell 6 stops at a function that is not answered yet (in cell 2, line 3).",
    }


def test_process_that_cannot_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = handin(tmp_path, answered())
    monkeypatch.setattr(sys, "executable", "/bin/false")
    ended = rehearse(read, look_at(read), "en", LONG).ended
    assert ended == Ended(
        "crash",
        {"zh": "准备工作", "en": "the preparation"},
        {"zh": "退出码 1", "en": "exit code 1"},
    )


# --- without IPython, and what a process may leave


def test_plain_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = [
        "%matplotlib inline\nimport random\nvalue = !ls\ncount = 3",
        "def f():\n    raise KeyError(count)",
        "print('hidden')\nf()",
        "x = (",
        "exit()",
        "class Odd(Exception):\n    def __str__(self): raise ValueError\nraise Odd",
        "error = NameError('n')\nerror.name = 5\nraise error",
        "raise SyntaxError('mine', ('f', 'many', 0, ''))",
    ]
    events = plainly(tmp_path, [cell(source) for source in sources], monkeypatch)
    ran = [event["error"] for event in events if event["event"] == "ran"]
    told = [
        error and (error["type"], error["message"], error["cell"], error["line"]) for error in ran
    ]
    assert told == [
        None,
        None,
        ("KeyError", "3", 1, 2),
        ("SyntaxError", "'(' was never closed", 3, 1),
        ("SystemExit", "None", 4, 1),
        ("Odd", "", 5, 3),
        ("NameError", "n", 6, 3),
        ("SyntaxError", "mine", 7, 1),
    ]
    assert ran[2]["code"] == "raise KeyError(count)"
    assert events[-1] == {"event": "end"}


def test_report_in_chinese(tmp_path: Path) -> None:
    read = handin(tmp_path, counted(answered()))
    failing = CellError("ValueError", "\x1b[31m坏", None, 5, 0, "x = 1")
    slow = CellRun(1, 2.25, failing)
    done = Rehearsal((slow, CellRun(0, 0.01, None)), (), 3.0)
    base = make_report(read, "zh", run=False, limit=1)
    shown = Report(read, "zh", (), base.overview, done)
    lines = list(report_lines(shown))
    assert "从头运行了 2 个代码单元格，共 3.0 秒" in lines[1]
    assert lines[2] == "最慢的单元格：第 2 个 2.2 秒"
    assert lines[-1].startswith("可以提交了：gradewright submit ")


@pytest.mark.parametrize(
    ("language", "head", "rest"),
    [
        ("en", "To mend (25)", "… and 5 more, all of them in --json"),
        ("zh", "要改的（25）", "……还有 5 条，用 --json 可看全部"),
    ],
)
def test_long_lists_are_cut(tmp_path: Path, language: str, head: str, rest: str) -> None:
    stub = only(
        make_report(handin(tmp_path, answered(STUB)), "en", run=False, limit=1).findings,
        "unanswered",
    )
    lines = list(finding_lines([stub] * 25, language))
    assert (lines[1], lines[-1]) == (head, rest)
    assert len(lines) == 23


def test_events_that_a_students_code_wrote_are_passed_over(tmp_path: Path) -> None:
    scribble = (
        "import glob, sys\n"
        "with open(sys.argv[1] + '/events.jsonl', 'a') as file:\n"
        "    file.write('[]\\n{\\n\\xff\\n')"
    )
    done = report(tmp_path, counted(answered(RIGHT, cell(scribble))))
    assert done.rehearsal is not None
    assert done.rehearsal.ended is None
    assert os.listdir(tmp_path) == [saved(tmp_path, []).name]


def test_question_that_stops_before_its_checks(tmp_path: Path) -> None:
    wrong = "def entropy(labels):\n    return 0.0"
    null = cell("x = '\0'")
    broken = cell("def (:")
    done = report(tmp_path, counted(answered(wrong, null, cell("1 +"), broken)))
    told = only(done.findings, "question")
    assert (told.level, told.question) == ("mend", "tree1.q1")
    assert told.text["zh"].startswith("tree1.q1 未通过：entropy")
    assert told.text["en"].startswith("tree1.q1 failed: entropy")
    outside, first, second = [one for one in done.findings if one.kind == "error"]
    assert outside.text["zh"].startswith("第 6 个单元格出错（")
    assert (first.cell, second.cell) == (6, 7)
    assert second.text["en"] == "Cell 8 fails (line 1): SyntaxError: invalid syntax"


def test_syntax_error_of_an_answer_is_told_once(tmp_path: Path) -> None:
    done = report(tmp_path, counted(answered("def entropy(y:")))
    assert [one.kind for one in done.findings].count("syntax") == 1
    assert "error" not in [one.kind for one in done.findings]


def test_interrupt_ends_the_process_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Any] = []
    wait = subprocess.Popen.wait

    def interrupted(process: Any, timeout: float | None = None) -> int:
        started.append(process)
        if len(started) == 1:
            raise KeyboardInterrupt
        return wait(process, timeout)

    monkeypatch.setattr(subprocess.Popen, "wait", interrupted)
    read = handin(tmp_path, answered(RIGHT, cell("while True: pass")))
    with pytest.raises(KeyboardInterrupt):
        rehearse(read, look_at(read), "en", LONG)
    assert started[0].returncode == -9

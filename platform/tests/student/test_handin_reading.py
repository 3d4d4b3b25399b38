"""A notebook before it is handed in: read as grading reads it, and looked at without running."""

from __future__ import annotations

import os
import string
from pathlib import Path
from typing import Any

import pytest

from gradewright.host.errors import UsageError
from gradewright.notebook import RefusedNotebook
from gradewright.student import handin_words
from gradewright.student.handin import LIMITS, read_handin
from gradewright.student.looking import Look, look_at
from gradewright.student.report import make_report

from .building import RIGHT
from .handing import STUB, answered, cell, counted, handin, kinds, only, setup, written


def texts(value: Any) -> list[dict[str, str]]:
    """All texts in a module's namespace."""
    if isinstance(value, dict) and set(value) == {"zh", "en"}:
        return [value]
    return [t for one in value.values() for t in texts(one)] if isinstance(value, dict) else []


def test_every_text_has_the_same_fields_in_both_languages() -> None:
    found = [t for name, v in vars(handin_words).items() if name.isupper() for t in texts(v)]
    assert len(found) > 50
    for text in found:
        zh, en = ({f for _, f, _, _ in string.Formatter().parse(text[x]) if f} for x in text)
        assert zh == en, text
        assert "\n" not in text["zh"] + text["en"]


def looked(folder: Path, cells: list[Any], **metadata: Any) -> Look:
    return look_at(handin(folder, cells, **metadata))


# --- reading


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "/gone.ipynb cannot be read (No such file or directory), a readable .ipynb is "),
        ("zh", "/gone.ipynb（No such file or directory），这里需要一个可读的 .ipynb：请检查路径。"),
    ],
)
def test_file_that_is_not_there(tmp_path: Path, language: str, said: str) -> None:
    with pytest.raises(UsageError) as raised:
        read_handin(tmp_path / "gone.ipynb", language)
    assert said in str(raised.value)


@pytest.mark.parametrize(("language", "said"), [("en", "no regular file"), ("zh", "不是普通文件")])
def test_folders_and_pipes_are_no_notebooks(tmp_path: Path, language: str, said: str) -> None:
    os.mkfifo(tmp_path / "pipe.ipynb")
    for path in (tmp_path, tmp_path / "pipe.ipynb"):
        with pytest.raises(UsageError, match=said):
            read_handin(path, language)


def test_hostile_path_is_one_printable_line(tmp_path: Path) -> None:
    for name in ("a\nb\u202e.ipynb", "x" * 5000, "nul\0.ipynb"):
        with pytest.raises(UsageError) as raised:
            read_handin(tmp_path / name, "en")
        assert str(raised.value).isprintable()
        assert len(str(raised.value)) < 400


def test_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "big.ipynb"
    with path.open("wb") as file:
        file.truncate(LIMITS.file_bytes + 1)
    with pytest.raises(RefusedNotebook) as raised:
        read_handin(path, "en")
    assert raised.value.kind == "size"


def test_payload_and_counts_are_found(tmp_path: Path) -> None:
    read = handin(tmp_path, counted(answered(), 3, None, True, 5))  # type: ignore[arg-type]
    assert read.payload is not None
    assert read.counts == (3, None, None, 5, None)
    assert (read.language, read.assignments) == ("en", ("tree1",))


def test_setup_cell_that_lost_its_metadata(tmp_path: Path) -> None:
    read = handin(tmp_path, [cell("x = 1"), cell(setup("zh"))], gradewright=None)
    assert (read.language, read.assignments) == ("zh", ("tree1",))


@pytest.mark.parametrize("source", ["x = 1", 'check, check_all = load("abc")', setup()[:-300]])
def test_payload_that_is_gone_or_damaged(tmp_path: Path, source: str) -> None:
    read = handin(tmp_path, [cell(source, "setup"), cell("x = 1")])
    assert read.payload is None
    look = look_at(read)
    assert kinds(look.findings) == [("payload", "mend"), ("unexecuted", "look")]
    text = only(look.findings, "payload").text
    assert text["zh"].startswith("第一个单元格里装着公开检查的那一行不见了或已损坏")
    assert text["en"].startswith("The line with the public checks in the first cell is gone or")


def test_hostile_assignment_is_none(tmp_path: Path) -> None:
    tag = {"assignment": "../../etc", "language": "xx", "topic": "t", "version": "1"}
    read = handin(tmp_path, [cell("x = 1")], gradewright=tag)
    assert (read.assignments, read.language) == ((), None)


# --- looking


def test_whole_notebook_that_was_run_has_nothing_to_tell(tmp_path: Path) -> None:
    look = looked(tmp_path, counted(answered()))
    assert (look.findings, look.early, look.open) == ((), (), frozenset())


def test_stub_and_prompt_and_ellipsis_are_not_answered(tmp_path: Path) -> None:
    cells = counted(answered(STUB))
    cells[3]["source"] = "# question: tree1.q2\n...  # your plot"
    cells[4] = written("Say why.\n\n*你的回答：*\n")
    look = looked(tmp_path, cells)
    assert kinds(look.findings) == [("unanswered", "mend")] * 2 + [("manual", "mend")]
    assert [one.text for one in look.findings] == [
        {
            "zh": "tree1.q1 尚未作答，还是下发时的样子：entropy。",
            "en": "tree1.q1 is not answered yet; still as handed out: entropy.",
        },
        {
            "zh": "tree1.q2 尚未作答，还是下发时的样子：答案单元格。",
            "en": "tree1.q2 is not answered yet; still as handed out: its cell.",
        },
        {
            "zh": "tree1.q7 由人工评分，但还没有写答案（第 5 个单元格）。",
            "en": "tree1.q7 is graded by a person, and nothing is written yet (cell 5).",
        },
    ]
    assert look.open == {"q1", "q2", "q7"}


def test_missing_answer_is_told_in_the_words_of_grading(tmp_path: Path) -> None:
    cells = counted(answered())
    del cells[1]
    look = looked(tmp_path, cells)
    missing = only(look.findings, "missing")
    assert (missing.level, missing.question) == ("mend", "tree1.q1")
    assert missing.text["en"].startswith("No answer cell for tree1.q1 was found")
    assert look.open == {"q1"}


def test_written_answer_below_its_prompt_counts(tmp_path: Path) -> None:
    below = {"cell_type": "markdown", "source": "Because.", "metadata": {}}
    cells = [*counted(answered())[:4], written("Say why.\n\n*Your answer:*"), below]
    assert looked(tmp_path, cells).findings == ()


def test_cells_that_never_ran(tmp_path: Path) -> None:
    look = looked(tmp_path, counted(answered(RIGHT, cell("x = 1")), 1, 2, None, 3, None))
    assert only(look.findings, "unexecuted").text == {
        "zh": "第 6 个单元格从未运行过：请重启内核、全部运行，再保存。",
        "en": "Not run before saving: cell(s) 6. Restart the kernel, run all and save.",
    }
    assert kinds(look.findings) == [("unexecuted", "look")]  # one check cell left out is nothing


def test_cleared_outputs(tmp_path: Path) -> None:
    text = only(looked(tmp_path, answered()).findings, "unexecuted").text
    assert text["zh"].startswith("整个 notebook 都没有运行的记录")
    assert text["en"].startswith("No cell has been run, or all outputs were cleared")


@pytest.mark.parametrize("counts", [(1, 3, 2, 4), (1, 2, 3, 9), (2, 3, 4, 5)])
def test_stale_outputs(tmp_path: Path, counts: tuple[int, ...]) -> None:
    text = only(looked(tmp_path, counted(answered(), *counts)).findings, "stale").text
    told = " ".join(f"[{count}]" for count in counts)
    assert f"（编号 {told}）" in text["zh"]
    assert f"their numbers are {told})" in text["en"]


def test_name_used_before_its_cell(tmp_path: Path) -> None:
    early = cell("import math\nprint(later, math.pi, [n for n in later])\ndef f(): return other")
    cells = counted([early, *answered(RIGHT, cell("later = other = 2"), cell("later"))])
    (found,) = looked(tmp_path, cells).early
    assert (found.kind, found.level, found.cell) == ("order", "look", 0)
    assert found.text["zh"].startswith("第 1 个单元格用到了 later，而它到第 7 个单元格才定义")
    assert found.text["en"].startswith("Cell 1 uses later, which is only defined further down, in")


def test_syntax_error_in_an_answer_and_hostile_cells(tmp_path: Path) -> None:
    odd = [cell(source) for source in ("%%html\n<b>", "x = " + "(" * 500, "\0", "!ls\n?print")]
    look = looked(tmp_path, counted(answered("def entropy(y:", *odd)))
    told = [(one.cell, one.level) for one in look.findings if one.kind == "syntax"]
    assert told == [(1, "mend"), (6, "mend"), (7, "mend")]
    assert look.early == ()


def test_report_without_running(tmp_path: Path) -> None:
    report = make_report(handin(tmp_path, counted(answered(STUB))), "en", run=False, limit=1)
    assert report.rehearsal is None
    assert report.overview is not None
    states = [question.state for question in report.overview.questions]
    assert states == ["unanswered", "unrun", "manual"]
    assert not report.ready


def test_very_long_cells_are_not_looked_into(tmp_path: Path) -> None:
    cells = counted(answered(RIGHT, cell("y = '" + "x" * 250_000 + "'"), cell("z = (y")))
    cells[3]["source"] = "# question: tree1.q2\n" + "#" * 250_000
    look = looked(tmp_path, cells)
    assert look.early == ()
    assert "unanswered" not in [one.kind for one in look.findings]


def test_written_cell_that_lost_its_metadata(tmp_path: Path) -> None:
    cells = counted(answered())
    cells[4] = {"cell_type": "markdown", "source": "Why:", "metadata": {}, "id": "tree1-q7"}
    assert only(looked(tmp_path, cells).findings, "manual").cell == 4

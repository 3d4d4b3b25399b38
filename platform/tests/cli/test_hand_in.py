"""The student's commands: check, submit, submissions; what they print and how they end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from gradewright.cli import build_cli, run

STUDENT = Path(__file__).parents[1] / "student"


def load(name: str) -> Any:
    """A module of the student's tests; by path, since test folders of one name share modules."""
    package = "gradewright_test_student"
    if package not in sys.modules:
        spec = spec_from_file_location(
            package, STUDENT / "__init__.py", submodule_search_locations=[str(STUDENT)]
        )
        assert spec is not None
        sys.modules[package] = module_from_spec(spec)
    return __import__(f"{package}.{name}", fromlist=[name])


handing = load("handing")


class Terminal:
    """Runs commands in a folder with a notebook and a DROP, and keeps what they said."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.drop = folder / "drop"
        self.capsys = capsys

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        code = run(build_cli(()), arguments)
        said = self.capsys.readouterr()
        return code, said.out, said.err

    def submit(self, *more: str, name: str = "tree1.ipynb") -> tuple[int, str, str]:
        return self("submit", name, "--to", "drop", "--student", "ann", *more)

    def save(self, cells: list[Any], **metadata: Any) -> Path:
        path: Path = handing.saved(self.folder, cells, **metadata)
        return path

    def stored(self) -> list[Path]:
        return [path for path in self.drop.rglob("*") if path.is_file()]


@pytest.fixture
def terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C")
    (tmp_path / "drop").mkdir()
    made = Terminal(tmp_path, capsys)
    made.save(handing.counted(handing.answered()))
    return made


def stub() -> Any:
    return handing.counted(handing.answered(handing.STUB))


# --- check


def test_check_of_a_ready_notebook(terminal: Terminal) -> None:
    code, out, err = terminal("check", "tree1.ipynb")
    assert (code, err) == (0, "")
    assert out.startswith("tree1  Split criteria\ntree1.ipynb · 3 code cells run from the top in")
    assert "✓  passed              tree1.q1  Entropy         15  2/2\n" in out
    assert out.endswith("\nReady to hand in: gradewright submit tree1.ipynb --to FOLDER\n")


def test_check_without_running_in_either_language(terminal: Terminal) -> None:
    terminal.save(stub())
    code, out, _ = terminal("check", "tree1.ipynb", "--no-run")
    assert code == 1
    assert "tree1.ipynb · not run, only looked at\n" in out
    assert "To mend (1)\n  ✗ tree1.q1 is not answered yet" in out
    assert out.endswith("\n1 to mend; then run this again.\n")
    code, out, _ = terminal("check", "tree1.ipynb", "--no-run", "--lang", "zh")
    assert code == 1
    assert "tree1.ipynb · 没有运行，只看了内容\n" in out
    assert "要改的（1）\n  ✗ tree1.q1 尚未作答" in out
    assert out.endswith("\n还有 1 处要改；改好后请再运行一次。\n")


def test_check_speaks_the_notebooks_language(terminal: Terminal) -> None:
    terminal.save(handing.counted(handing.answered(language="zh")))
    assert "可以提交了" in terminal("check", "tree1.ipynb", "--no-run")[1]


def test_check_as_json(terminal: Terminal) -> None:
    terminal.save(stub())
    code, out, _ = terminal("check", "tree1.ipynb", "--json", "--no-run")
    record = json.loads(out)
    assert code == 1
    assert (record["schema"], record["ready"], record["refused"], record["ran"]) == (
        1,
        False,
        None,
        False,
    )
    assert [q["state"] for q in record["questions"]] == ["unanswered", "unrun", "manual"]
    (found,) = record["findings"]
    assert (found["kind"], found["level"], found["question"]) == ("unanswered", "mend", "tree1.q1")


def test_check_stops_in_time(terminal: Terminal) -> None:
    loop = handing.cell("while True: pass")
    terminal.save(handing.counted(handing.answered(handing.RIGHT, loop)))
    code, out, _ = terminal("check", "tree1.ipynb", "--time", "2.5")
    assert code == 1
    assert "It had not ended after 2.5 seconds and was stopped while" in out


def test_wrong_use_of_check(terminal: Terminal) -> None:
    assert terminal("check", "gone.ipynb")[0] == 2
    assert terminal("check", "tree1.ipynb", "--time", "0")[0] == 2
    assert terminal("check")[0] == 2


# --- what grading would refuse


def test_refused_file_is_told_in_the_words_of_grading(terminal: Terminal) -> None:
    (terminal.folder / "bad.ipynb").write_text("import os\n")
    for command in (("check", "bad.ipynb"), ("submit", "bad.ipynb", "--to", "drop")):
        code, out, err = terminal(*command, "--lang", "en")
        assert (code, out) == (1, "")
        assert err.startswith(
            "bad.ipynb: cannot be handed in: this is no notebook, it looks like a Python program"
        )
        code, _, err = terminal(*command, "--lang", "zh")
        assert code == 1
        assert err.startswith("bad.ipynb: 不能提交：这不是 notebook，看起来是 Python 程序")
        code, out, err = terminal(*command, "--json")
        assert (code, err) == (1, "")
        assert json.loads(out)["refused"]["en"].startswith("this is no notebook")
    assert terminal.stored() == []


# --- submit


def test_slip_in_both_languages_or_one(terminal: Terminal) -> None:
    code, out, err = terminal.submit()
    (stored,) = terminal.stored()
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[:3] == ["已交上", "Handed in", "  学生 student     ann"]
    assert lines[3] == "  作业 assignment  tree1"
    assert lines[5].startswith("  摘要 digest      " + stored.stem[-12:])
    assert lines[6] == f"  文件 file        {stored.relative_to(terminal.folder)}"
    assert len(lines) == 7
    code, out, _ = terminal.submit("--lang", "en")
    assert code == 0
    assert out.startswith("This very file was handed in already, at 2")
    assert terminal.submit("--lang", "zh")[1].startswith("这份文件已在 2")
    assert terminal.stored() == [stored]


def test_submit_takes_what_is_not_ready_and_says_so(terminal: Terminal) -> None:
    terminal.save(stub())
    code, out, _ = terminal.submit("--lang", "en")
    assert code == 0
    assert "To mend (1)\n  ✗ tree1.q1 is not answered yet" in out
    assert out.endswith("\nHanded in, with 1 to mend: you can hand in again, the newest counts\n")
    assert "已交上，但有 1 处值得改" in terminal.submit("--lang", "zh")[1]


def test_submit_and_submissions_as_json(terminal: Terminal) -> None:
    record = json.loads(terminal.submit("--json")[1])
    assert (record["schema"], record["new"], record["findings"]) == (1, True, [])
    assert json.loads(terminal.submit("--json")[1])["new"] is False
    told = json.loads(terminal("submissions", "--to", "drop", "--student", "ann", "--json")[1])
    (row,) = told["submissions"]
    same = ("assignment", "time", "digest", "bytes", "path")
    assert {key: row[key] for key in same} == {key: record[key] for key in same}
    assert (told["student"], row["state"]) == ("ann", "counts")


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "is tree2 by its metadata and tree1 by its first cell, they must agree: say which"),
        ("zh", "的元数据说是 tree2，第一个单元格说是 tree1，应是同一份作业"),
    ],
)
def test_two_assignments_are_not_guessed(terminal: Terminal, lang: str, said: str) -> None:
    terminal.save(handing.answered(), gradewright=handing.TAG | {"assignment": "tree2"})
    code, _, err = terminal.submit("--lang", lang)
    assert (code, said in err) == (2, True)
    assert terminal.submit("--assignment", "tree2")[0] == 0
    assert terminal.stored()[0].parts[-3:-1] == ("tree2", "ann")


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "does not tell its assignment"), ("zh", "没有说明是哪份作业")]
)
def test_no_assignment(terminal: Terminal, lang: str, said: str) -> None:
    terminal.save([handing.cell("x = 1")], gradewright=None)
    code, _, err = terminal.submit("--lang", lang)
    assert (code, said in err) == (2, True)
    assert terminal.submit("--assignment", "../x")[0] == 2
    assert terminal.stored() == []


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "does not end with .ipynb, only notebooks"), ("zh", "的名字不以 .ipynb 结尾，只收")],
)
def test_other_suffix(terminal: Terminal, lang: str, said: str) -> None:
    code, _, err = terminal.submit("--lang", lang, name="notes.txt")
    assert (code, said in err) == (2, True)


def test_wrong_use_of_submit(terminal: Terminal) -> None:
    assert terminal("submit", "tree1.ipynb")[0] == 2
    assert terminal("submit", "tree1.ipynb", "--to", "gone")[0] == 2
    code, _, err = terminal("submit", "tree1.ipynb", "--to", "drop", "--student", "../bob")
    assert code == 2
    assert err.count("\n") == 1
    assert terminal.stored() == []


# --- submissions


def test_submissions_newest_first(terminal: Terminal) -> None:
    listing = ("submissions", "--to", "drop", "--student", "ann", "--lang")
    assert terminal(*listing, "en")[1] == "There are no submissions of ann in drop yet.\n"
    assert terminal(*listing, "zh")[1] == "drop 里还没有 ann 的提交。\n"
    terminal.submit()
    (first,) = terminal.stored()
    terminal.save(stub())
    terminal.submit()
    os.utime(first, (0, 0))
    head, newest, older = terminal(*listing, "en")[1].splitlines()
    assert head.split() == ["assignment", "time", "digest", "bytes", "state"]
    assert newest.endswith("counts")
    assert first.stem[-12:] in older
    assert older.endswith("older")
    first.write_text("cut")
    assert "  damaged, hand it in again\n" in terminal(*listing, "en")[1]
    assert "  已损坏，请重新提交\n" in terminal(*listing, "zh")[1]


# --- start-up


def test_help_loads_nothing_of_handing_in() -> None:
    code = "from gradewright.cli import main; main(['--help']); import sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "submissions  List what you handed in to DROP" in done.stdout
    loaded = done.stdout.split()
    late = ("handin", "looking", "rehearsal", "report", "dropping")
    assert [name for name in late if f"gradewright.student.{name}" in loaded] == []

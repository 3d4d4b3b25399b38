"""`gradewright release`, `solution` and `preview`, through the whole command line."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import nbformat
import pytest

from gradewright.cli.options import Finder
from gradewright.cli.root import build_cli, run

from .building import FILES, write_topic

POINT = EntryPoint("grader", "gradewright_grader.cli", "gradewright.extensions")
SECOND = {
    name.replace("demo1", "demo2"): source.replace("demo1", "demo2")
    for name, source in FILES.items()
    if "demo1" in name
}


@pytest.fixture
def topic(tmp_path: Path) -> Path:
    given = {"assignments/demo1/given/data/points.csv": "x,y\n1,2\n"}
    return write_topic(tmp_path / "demo", given)


def gradewright(*arguments: object) -> int:
    return run(build_cli([POINT]), [str(one) for one in arguments], Finder(()))


def files_in(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_release_writes_one_notebook_and_the_given_files(topic: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "out"
    assert gradewright("release", "demo1", "--lang", "zh", "-o", out, "--topic", topic) == 0
    assert files_in(out) == ["data/points.csv", "demo1.zh.ipynb"]
    notebook = nbformat.read(out / "demo1.zh.ipynb", as_version=4)
    assert notebook.cells[0].source.startswith("# 演示")


def test_each_file_is_named_on_its_own_line(
    topic: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    gradewright("release", "demo1", "--lang", "en", "-o", "out", "--topic", topic)
    assert capsys.readouterr().out.splitlines() == ["out/demo1.en.ipynb", "out/data/points.csv"]


def test_a_topic_is_released_into_a_folder_for_each_assignment(tmp_path: Path) -> None:
    header = FILES["topic.toml"].replace('["demo1"]', '["demo1", "demo2"]')
    folder = write_topic(tmp_path / "demo", {**SECOND, "topic.toml": header})
    out = tmp_path / "out"
    assert gradewright("release", "demo", "--lang", "en", "-o", out, "--topic", folder) == 0
    assert files_in(out) == ["demo1/demo1.en.ipynb", "demo2/demo2.en.ipynb"]


def test_the_language_is_that_of_the_environment(
    topic: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert gradewright("release", "demo1", "-o", tmp_path / "out", "--topic", topic) == 0
    assert "demo1.zh.ipynb" in files_in(tmp_path / "out")


def test_an_assignment_of_one_language_needs_no_option(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    name = "assignments/demo1/assignment.toml"
    only = FILES[name].replace("minutes = 10", 'minutes = 10\n        languages = ["zh"]')
    master = FILES["assignments/demo1/notebook.py"]
    english = [part for part in master.split("# %%") if 'lang="en"' in part]
    for part in english:
        master = master.replace("# %%" + part, "")
    changed = {name: only, "assignments/demo1/notebook.py": master}
    folder = write_topic(tmp_path / "demo", changed)
    assert gradewright("release", "demo1", "-o", tmp_path / "out", "--topic", folder) == 0
    assert files_in(tmp_path / "out") == ["demo1.zh.ipynb"]


def test_solution_and_preview_write_one_file_each(topic: Path, tmp_path: Path) -> None:
    common = ["demo1", "--lang", "en", "--topic", topic, "-o"]
    assert gradewright("solution", *common, tmp_path / "s") == 0
    assert files_in(tmp_path / "s") == ["data/points.csv", "demo1.en.solution.ipynb"]
    assert gradewright("preview", *common, tmp_path / "p") == 0
    assert gradewright("preview", "--solution", *common, tmp_path / "p") == 0
    assert files_in(tmp_path / "p") == ["demo1.en.html", "demo1.en.solution.html"]
    assert "the trick" in (tmp_path / "p" / "demo1.en.solution.html").read_text("utf-8")
    assert "the trick" not in (tmp_path / "p" / "demo1.en.html").read_text("utf-8")


def test_the_same_again_is_fine_and_a_changed_file_is_kept(
    topic: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    command = ["release", "demo1", "--lang", "en", "-o", out, "--topic", topic]
    assert gradewright(*command) == 0
    assert gradewright(*command) == 0
    (out / "data" / "points.csv").write_text("mine")
    (out / "demo1.en.ipynb").unlink()
    capsys.readouterr()
    assert gradewright(*command) == 2
    assert capsys.readouterr().err == (
        f'gradewright: "{out / "data" / "points.csv"}" exists and differs from what would be '
        "written: allowed are the same file or none; move it away, or add --force to overwrite it\n"
    )
    assert files_in(out) == ["data/points.csv"]  # nothing else was written either
    assert gradewright(*command, "--force") == 0
    assert (out / "data" / "points.csv").read_text() == "x,y\n1,2\n"


def test_an_unknown_id_is_told(
    topic: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gradewright("release", "demo9", "-o", tmp_path / "out", "--topic", topic) == 2
    assert capsys.readouterr().err == (
        'gradewright: unknown assignment or topic "demo9": did you mean "demo", "demo1"?\n'
    )
    assert not (tmp_path / "out").exists()


def test_an_unknown_language_and_a_broken_master_are_told(
    topic: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ["-o", tmp_path / "out", "--topic", topic]
    assert gradewright("release", "demo1", "--lang", "de", *out) == 2
    assert capsys.readouterr().err == (
        'gradewright: demo1 is not written in "de": there are "zh", "en"; choose one with --lang\n'
    )
    (topic / "assignments" / "demo1" / "notebook.py").unlink()
    assert gradewright("release", "demo1", "--lang", "en", *out) == 1
    assert "there is no notebook.py here" in capsys.readouterr().err


def test_naming_the_commands_imports_nothing_heavy() -> None:
    code = (
        "import sys, gradewright_grader.cli as c; list(c.gradewright_commands());"
        "heavy = {'numpy', 'nbformat', 'nbconvert', 'jupytext', 'IPython', 'pytest', 'nh3'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"

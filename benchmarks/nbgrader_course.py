"""nbgrader in an environment of its own, and a course in which `nbgrader autograde` has work to do.

Everything lies below one cache folder: the environment (installed once; what pip gave is frozen
beside it), Jupyter's own folders, and a fresh course for each run.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import nbformat
from handed_in import POINTS, PlainCell, changed, students
from measuring import Cost, timed
from nbformat.v4 import new_code_cell, new_notebook

ASSIGNMENT = "tree1"
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
PACKAGES = ("nbgrader", "numpy", "matplotlib")


class Incumbent:
    """An installed nbgrader."""

    def __init__(self, cache: Path) -> None:
        self._home = cache / "nbgrader"
        self._bin = self._home / "venv" / "bin"
        self._frozen = self._home / "requirements.txt"

    def install(self) -> None:
        """Make the environment, unless it is there."""
        if self._frozen.exists():
            return
        shutil.rmtree(self._home, ignore_errors=True)
        self._home.mkdir(parents=True)
        timed([sys.executable, "-m", "venv", "venv"], self._home)
        pip = (self._bin / "pip", "--disable-pip-version-check")
        timed([*pip, "install", *PACKAGES], self._home)
        self._frozen.write_bytes(subprocess.check_output([*pip, "freeze"]))

    def versions(self) -> list[str]:
        """What pip gave, as pinned requirements, of the packages that matter for speed."""
        wanted = (*PACKAGES, "nbconvert", "nbclient", "ipykernel")
        frozen = self._frozen.read_text().splitlines()
        return [line for line in frozen if line.partition("==")[0] in wanted]

    def command(self, *words: str) -> list[str | Path]:
        """A command of nbgrader's."""
        return [self._bin / "nbgrader", *words]

    def environment(self) -> dict[str, str]:
        """The caller's, with this kernel first and no settings of the user's."""
        jupyter = {
            f"JUPYTER_{kind}_DIR": str(self._home / kind.lower())
            for kind in ("CONFIG", "DATA", "RUNTIME")
        }
        path = f"{self._bin}{os.pathsep}{os.environ['PATH']}"
        return {**os.environ, **jupyter, "IPYTHONDIR": str(self._home / "ipython"), "PATH": path}


class Course:
    """A course folder with one assignment and its submissions, not graded yet."""

    def __init__(self, nbgrader: Incumbent, folder: Path) -> None:
        self._nbgrader = nbgrader
        self._folder = folder

    def make(self, cells: Sequence[PlainCell], count: int) -> None:
        """Write the source notebook, let nbgrader release it, and hand in so many answers."""
        self._folder.mkdir(parents=True)
        config = 'c = get_config()\nc.CourseDirectory.course_id = "bench"\n'
        (self._folder / "nbgrader_config.py").write_text(config)
        _write(_source(cells), self._folder / "source" / ASSIGNMENT)
        self._run("generate_assignment", ASSIGNMENT)
        released = self._folder / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        for student in students(count):
            notebook = _answered(nbformat.read(released, as_version=4), cells, student)
            _write(notebook, self._folder / "submitted" / student / ASSIGNMENT)

    def autograde(self) -> Cost:
        """The command that is measured."""
        return self._run("autograde", ASSIGNMENT)

    def marks(self) -> dict[str, float]:
        """Each student's points, as nbgrader exports them."""
        self._run("export")
        with (self._folder / "grades.csv").open() as file:
            return {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}

    def _run(self, *words: str) -> Cost:
        return timed(self._nbgrader.command(*words), self._folder, self._nbgrader.environment())


def _source(cells: Sequence[PlainCell]) -> nbformat.NotebookNode:
    """The instructor's notebook."""
    made = []
    for cell in cells:
        metadata = {}
        if cell.answers:
            metadata = _tag(cell.answers, solution=True)
        elif cell.tests:
            metadata = _tag(f"{cell.tests}-test", grade=True, locked=True)
            metadata["nbgrader"]["points"] = POINTS[cell.tests]
        made.append(new_code_cell(cell.source, metadata=metadata))
    return new_notebook(cells=made, metadata={"kernelspec": KERNEL})


def _tag(
    id: str, *, solution: bool = False, grade: bool = False, locked: bool = False
) -> dict[str, dict[str, object]]:
    """What nbgrader wants to know of a cell."""
    flags = {"solution": solution, "grade": grade, "locked": locked, "task": False}
    return {"nbgrader": {"schema_version": 3, "grade_id": id, "cell_type": "code", **flags}}


def _answered(
    released: nbformat.NotebookNode, cells: Sequence[PlainCell], student: str
) -> nbformat.NotebookNode:
    """The released notebook as this student hands it in."""
    answers = {cell.answers: cell.source for cell in cells if cell.answers}
    for cell in released.cells:
        id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if id in answers:
            cell.source = changed(answers[id], student)
    return released


def _write(notebook: nbformat.NotebookNode, folder: Path) -> None:
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{ASSIGNMENT}.ipynb")

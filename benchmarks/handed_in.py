"""What is handed in: copies of one honest full-marks notebook, and the same work as plain cells.

Every copy differs from the others in a comment, so that no cache can help. The plain cells are what
nbgrader and the bare execution run. They are lighter than what Gradewright runs: 8 assertions in
place of some 60 checks and, unless asked for, no matplotlib and none of the student's own plots.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat

SAMPLE = Path(__file__).parents[1] / "examples" / "class-tree1" / "ada" / "tree1.ipynb"
POINTS = {"q1": 15, "q2": 15, "q3": 15, "q4": 20, "q5": 20, "q6": 5}
FULL_MARKS = sum(POINTS.values())
OURS = ("#", "from gradewright", "check, check_all")
PLOTTING = "import matplotlib"
OUTLOOK = "[row[0] for row in X_golf]"
TESTS = {
    "q1": ["abs(entropy(y_golf) - 0.940286) < 1e-5"],
    "q2": [f"abs(information_gain({OUTLOOK}, y_golf) - 0.246750) < 1e-5"],
    "q3": [
        f"abs(intrinsic_value({OUTLOOK}) - 1.577406) < 1e-5",
        f"abs(gain_ratio({OUTLOOK}, y_golf) - 0.156428) < 1e-5",
    ],
    "q4": ["c45_select(X_golf, y_golf) == 0"],
    "q5": [
        "abs(gini(y_golf) - 0.459184) < 1e-5",
        'cart_best_split(X_golf, y_golf)[:2] == (0, "overcast")',
    ],
    "q6": ['rank_attributes(X_golf, y_golf)["id3"] == [0, 2, 3, 1]'],
}


@dataclass(frozen=True)
class PlainCell:
    """A code cell: an answer to a question, the test of one, or neither."""

    source: str
    answers: str = ""
    tests: str = ""


def students(count: int) -> list[str]:
    """Names of this many students."""
    return [f"student{number:04d}" for number in range(1, count + 1)]


def changed(source: str, student: str) -> str:
    """The same code with a comment of this student's own."""
    return f"{source}\n# {student} wrote this"


def hand_in(folder: Path, count: int) -> None:
    """Make <folder>/<student>/tree1.ipynb for so many students."""
    sample = nbformat.read(SAMPLE, as_version=4)
    for student in students(count):
        notebook = copy.deepcopy(sample)
        answer = next(cell for cell in notebook.cells if _role(cell) == "answer")
        answer.source = changed(answer.source, student)
        (folder / student).mkdir(parents=True)
        nbformat.write(notebook, folder / student / SAMPLE.name)


def plain_cells(plots: bool) -> list[PlainCell]:
    """The sample's code that grading runs, and a test after each answer."""
    left_out = OURS if plots else (*OURS, PLOTTING)
    cells = []
    for cell in nbformat.read(SAMPLE, as_version=4).cells:
        question = cell.metadata.get("gradewright", {}).get("question", "").rpartition(".")[2]
        if cell.cell_type != "code":
            continue
        if _role(cell) == "setup":
            kept = [line for line in cell.source.splitlines() if not line.startswith(left_out)]
            cells.append(PlainCell("\n".join(kept)))
        elif _role(cell) == "answer":
            cells.append(PlainCell(cell.source, answers=question))
            cells.append(PlainCell(_test(question), tests=question))
        elif _role(cell) == "given" or (not _role(cell) and (plots or "plt." not in cell.source)):
            cells.append(PlainCell(cell.source))
    return cells


def scripts(cells: Sequence[PlainCell], count: int) -> list[list[str]]:
    """The sources of each student's plain cells."""
    made = []
    for student in students(count):
        made.append([changed(c.source, student) if c.answers else c.source for c in cells])
    return made


def _role(cell: nbformat.NotebookNode) -> str:
    return str(cell.metadata.get("gradewright", {}).get("role", ""))


def _test(question: str) -> str:
    return "\n".join(f"assert {claim}" for claim in TESTS[question])

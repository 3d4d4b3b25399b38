"""How fast a class is graded, against `nbgrader autograde` on the same machine in the same run.

    python benchmarks/against_nbgrader.py [--count 100] [--nbgrader-count 10] [--repeats 3]

Three ways to grade copies of the same honest full-marks work: `gradewright grade` with every wall
up, `nbgrader autograde` (its released notebook, one test cell a question), and, as the physical
limit, the bare execution of the cells in forks of a warm Python. Whole commands are measured, their
start included, each after one run that is not counted. nbgrader is slow, so it may be given fewer
copies; its time for all of them is then a straight line through that run and one with a single
copy. Both must give full marks, or the benchmark fails: a grader that grades nothing is fast.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from handed_in import FULL_MARKS, hand_in, plain_cells, scripts, students
from measuring import CommandFailed, Cost, timed
from nbgrader_course import Course, Incumbent

TARGET = 10.0  # times as fast as nbgrader
HERE = Path(__file__).parent
HEAD = (
    "| | copies run | runs | s for all (min–max) | s a copy | copies/s | s for one copy alone "
    "| CPU s a copy: waited | whole machine | nbgrader's time ÷ this (min–max) |"
)


class NoFigures(Exception):
    """What was measured says nothing: work was not graded, or noise hides the answer."""


@dataclass(frozen=True)
class Row:
    """One way to grade: its runs over `copies` copies, and the wall seconds of one copy alone."""

    name: str
    copies: int
    runs: list[Cost]
    alone: float

    def walls(self, count: int) -> list[float]:
        """Wall seconds for `count` copies, run by run, lowest first; scaled when fewer were run."""
        return sorted(self._scaled(cost.wall, count) for cost in self.runs)

    def _scaled(self, wall: float, count: int) -> float:
        if count == self.copies:
            return wall
        if wall <= self.alone:
            raise NoFigures(
                f"{self.name} took {wall:.2f} s for {self.copies} copies, which must be more than "
                f"the {self.alone:.2f} s for one; use a quiet machine or more copies"
            )
        return self.alone + (wall - self.alone) / (self.copies - 1) * (count - 1)


class Benchmark:
    """Runs the three ways below a work folder, which it empties first."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._work = options.cache / "work"
        self._incumbent = Incumbent(options.cache)
        self._cells = plain_cells(options.plots)
        self._made = 0

    def prepare(self) -> list[str]:
        """Install nbgrader; the versions that are compared."""
        shutil.rmtree(self._work, ignore_errors=True)
        self._work.mkdir(parents=True)
        self._incumbent.install()
        return self._incumbent.versions()

    def gradewright(self, name: str, *options: str) -> Row:
        """`gradewright grade` as its users call it."""
        count, repeats = self._options.count, self._options.repeats
        return _row(name, lambda copies: self._gradewright(copies, options), count, repeats)

    def nbgrader(self, name: str) -> Row:
        """`nbgrader autograde`, with a fresh course each time."""
        count, repeats = self._options.nbgrader_count, self._options.nbgrader_repeats
        return _row(name, self._nbgrader, count, repeats)

    def bare(self, name: str) -> Row:
        """Nothing but the cells."""
        return _row(name, self._bare, self._options.count, self._options.repeats)

    def _gradewright(self, count: int, options: tuple[str, ...]) -> Cost:
        folder = self._new("gradewright")
        hand_in(folder / "submissions", count)
        program = str(Path(sys.executable).with_name("gradewright"))
        level = ("--require-level", self._options.require_level)
        cost = timed([program, "grade", "submissions", "-o", "report", *level, *options], folder)
        exported = subprocess.check_output([program, "export", "csv", "-o", "report"], cwd=folder)
        rows = csv.DictReader(io.StringIO(exported.decode()))
        marks = {row["student"]: float(row["points"] or 0) for row in rows}
        require_full_marks("gradewright", marks, count)
        return said("gradewright grade", count, cost)

    def _nbgrader(self, count: int) -> Cost:
        course = Course(self._incumbent, self._new("nbgrader"))
        course.make(self._cells, count)
        cost = course.autograde()
        require_full_marks("nbgrader", course.marks(), count)
        return said("nbgrader autograde", count, cost)

    def _bare(self, count: int) -> Cost:
        folder = self._new("bare")
        folder.mkdir()
        (folder / "scripts.json").write_text(json.dumps(scripts(self._cells, count)))
        command = [sys.executable, str(HERE.resolve() / "bare.py"), "scripts.json"]
        return said("bare execution", count, timed(command, folder))

    def _new(self, name: str) -> Path:
        """A folder that no run has used."""
        self._made += 1
        return Path(self._work / f"{self._made:02d}-{name}")


def _row(name: str, grade: Callable[[int], Cost], copies: int, repeats: int) -> Row:
    grade(1)  # the first run compiles modules and fills the page cache
    alone = grade(1).wall
    return Row(name, copies, [grade(copies) for _ in range(repeats)], alone)


def require_full_marks(grader: str, marks: Mapping[str, float], count: int) -> None:
    """NoFigures unless every student, and nobody else, has full marks."""
    wanted = dict.fromkeys(students(count), FULL_MARKS)
    wrong = {name: marks.get(name) for name in wanted if marks.get(name) != FULL_MARKS}
    if wrong or len(marks) != count:
        raise NoFigures(
            f"{grader} gave {wrong or marks}, where each of {count} students deserves {FULL_MARKS}: "
            "its figures are worthless; look at its output below the cache folder"
        )


def said(name: str, count: int, cost: Cost) -> Cost:
    """Tell a run as soon as it is done: the whole benchmark takes minutes."""
    print(f"{name}, copies {count}: {cost.wall:.2f} s", file=sys.stderr, flush=True)
    return cost


def table(rows: list[Row], incumbent: Row, count: int) -> str:
    """All ways in Markdown, ready for the documentation."""
    lines = [HEAD, "|---" + "|---:" * (HEAD.count("|") - 2) + "|"]
    return "\n".join(lines + [_line(row, incumbent, count) for row in rows])


def _line(row: Row, incumbent: Row, count: int) -> str:
    walls = row.walls(count)
    middle = statistics.median(walls)
    waited = statistics.median(cost.waited for cost in row.runs) / row.copies
    busy = statistics.median(cost.busy for cost in row.runs) / row.copies
    low, ratio, high = ratios(row, incumbent, count)
    cells = (
        f"{row.name}{'' if row.copies == count else f', scaled to {count}'}",
        f"{row.copies}",
        f"{len(row.runs)}",
        f"{middle:.2f} ({walls[0]:.2f}–{walls[-1]:.2f})",
        f"{middle / count:.3f}",
        f"{count / middle:.2f}",
        f"{row.alone:.2f}",
        f"{waited:.3f}",
        f"{busy:.3f}",
        f"{ratio:.1f} ({low:.1f}–{high:.1f})",
    )
    return f"| {' | '.join(cells)} |"


def ratios(row: Row, incumbent: Row, count: int) -> tuple[float, float, float]:
    """How many times as fast as the incumbent: at worst, by the medians, at best."""
    ours, theirs = row.walls(count), incumbent.walls(count)
    middle = statistics.median(theirs) / statistics.median(ours)
    return theirs[0] / ours[-1], middle, theirs[-1] / ours[0]


def machine() -> str:
    """Where this was measured, and how busy the machine was with other work."""
    load, processors = os.getloadavg()[0], os.cpu_count() or 1
    busy = ": NOT QUIET, figures are uncertain" if load > 0.3 * processors else ""
    python = platform.python_version()
    return f"{platform.machine()}, {processors} processors, Python {python}, load {load:.1f}{busy}"


def options_of(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=100, help="copies for Gradewright")
    parser.add_argument("--repeats", type=int, default=3, help="of Gradewright and the bare run")
    parser.add_argument("--nbgrader-count", type=int, default=10, help="copies for nbgrader")
    parser.add_argument("--nbgrader-repeats", type=int, default=1)
    parser.add_argument(
        "--plots", action="store_true", help="nbgrader and the bare run plot, as Gradewright does"
    )
    parser.add_argument("--require-level", default="full", help="of the box")
    parser.add_argument("--cache", type=Path, default=HERE.parent / ".bench", help="a folder")
    parser.add_argument("--results", type=Path, default=HERE / "results", help="a folder")
    options = parser.parse_args(arguments)
    if min(options.count, options.nbgrader_count) < 2:
        parser.error("a count below 2 leaves no line to draw; use 2 or more")
    if min(options.repeats, options.nbgrader_repeats) < 1:
        parser.error("no repeats, no figures; use 1 or more")
    options.cache = options.cache.resolve()
    return options


def main() -> int:
    """Measure, print, keep; the exit code says whether there are figures, not how good they are."""
    options = options_of()
    benchmark = Benchmark(options)
    try:
        versions = benchmark.prepare()
        where = machine()
        ours = benchmark.gradewright("gradewright grade")
        single = benchmark.gradewright("gradewright grade --jobs 1", "--jobs", "1")
        theirs = benchmark.nbgrader("nbgrader autograde")
        bare = benchmark.bare("bare execution of the cells")
        rows = [ours, single, theirs, bare]
        _, ratio, _ = ratios(ours, theirs, options.count)
    except (CommandFailed, NoFigures, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{where}; box {options.require_level}; against {', '.join(versions)}")
    print(f"plots: {'in all' if options.plots else 'in Gradewright alone'}\n")
    print(table(rows, theirs, options.count))
    verdict = "met" if ratio >= TARGET else "missed"
    print(f"\ntarget, at least {TARGET:.0f} times as fast as nbgrader: {verdict} ({ratio:.1f})")
    told = {"count": options.count, "plots": options.plots}
    options.results.mkdir(parents=True, exist_ok=True)
    kept = {"machine": where, "versions": versions, **told, "ratio": ratio}
    document = json.dumps({**kept, "rows": [asdict(row) for row in rows]}, indent=1)
    (options.results / "against_nbgrader.json").write_text(document + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

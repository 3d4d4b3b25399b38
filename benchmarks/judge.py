"""What judging costs per submission, and where it goes: tree1's own solution, again and again.

python -m benchmarks.judge [--repeats 30] [--profile]
"""

from __future__ import annotations

import argparse
import cProfile
import io
import pstats
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.spread import repeated, spread, table

from gradewright.host import Assignment, load_topic
from gradewright_grader.authoring.build import build_solution, to_bytes
from gradewright_grader.engine import Station, grade_bytes
from gradewright_grader.judge.collect import Checks, run_sealed
from gradewright_grader.judge.judging import Judging
from gradewright_grader.judge.mutants import right_namespace
from gradewright_grader.judge.seeds import NO_SECRET
from gradewright_grader.judge.supply import LocalSupply
from gradewright_grader.judge.warm import warm_up

TREES = Path(__file__).parents[1] / "plugins" / "trees" / "src" / "gradewright_trees"
TOP = 25


def whole(assignment: Assignment, repeats: int) -> str:
    """Through the real pipeline, one after another."""
    data = to_bytes(build_solution(assignment, "en"))
    totals: dict[str, list[float]] = {}
    with Station() as station:
        for number in range(repeats + 2):
            own = time.process_time()
            record = grade_bytes(station, assignment, data, student=f"s{number}").record
            figures = {**record.timings, "supervisor_cpu": time.process_time() - own}
            assert record.points == assignment.auto_points, record.reason
            for name, value in figures.items():
                totals.setdefault(name, []).append(value)
    rows = [(name, spread(values[2:])) for name, values in totals.items()]
    return table([("per submission", "time"), *rows])


def alone(assignment: Assignment, repeats: int, profile: bool) -> str:
    """Judge and reference in this process: no wall, so that one profile shows everything."""
    told: list[str] = []

    def serve(checks: Checks) -> None:
        known = warm_up(checks, NO_SECRET)
        namespace = right_namespace(assignment)
        fresh = lambda: Judging(checks, known, LocalSupply(namespace), True).judge()  # noqa: E731
        cpu = repeated(repeats, lambda: _cpu(fresh))
        told.append(f"judge and reference in one process, CPU: {spread(cpu)}")
        if profile:
            told.append(_profiled(fresh))

    run_sealed(assignment, serve)
    return "\n".join(told)


def _cpu(action: Callable[[], object]) -> float:
    began = time.process_time()
    action()
    return time.process_time() - began


def _profiled(action: Callable[[], object]) -> str:
    profile = cProfile.Profile()
    for _ in range(5):
        profile.runcall(action)
    out = io.StringIO()
    stats = pstats.Stats(profile, stream=out)
    stats.sort_stats("cumulative").print_stats(2 * TOP)
    stats.sort_stats("tottime").print_stats(TOP)
    return out.getvalue()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=30)
    parser.add_argument("--profile", action="store_true", help="show where the time goes")
    options = parser.parse_args()
    assignment = load_topic(TREES).assignment("tree1")
    print(whole(assignment, options.repeats))
    print(alone(assignment, options.repeats, options.profile))


if __name__ == "__main__":
    main()

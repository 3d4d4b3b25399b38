"""The long run: 200 trainings of each kind in a row from warm zygotes, every loss the same.

    python -m benchmarks.fork_safety [--repeats 200]

Ends with 1 where a child hangs, ends early or comes to another loss.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

from benchmarks.spread import seconds, spread
from grader.tests.engine.torch_notebooks import CNN, MLP, NUMPY_MLP, torch_topic
from grader.tests.judge.building import tiny

from gradewright.host import Assignment
from gradewright_grader.engine.station import Station


def in_a_row(station: Station, topic: Assignment, source: str, repeats: int) -> tuple[bool, str]:
    """Whether all trainings came to one loss, and what to print."""
    losses: Counter[str] = Counter()
    took = []
    for _ in range(repeats):
        took.append(seconds(lambda: losses.update([_printed(station, topic, source)])))
    loss, count = losses.most_common(1)[0]
    return count == repeats, f"{count}/{repeats} with loss {loss}, {spread(took)} each"


def _printed(station: Station, topic: Assignment, source: str) -> str:
    outputs = station.outputs(topic, [source])[0]
    return "".join(one.get("text", one["output_type"]) for one in outputs).strip()


def main() -> None:
    """Train everything so often; exit code 1 when one differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=200)
    repeats = parser.parse_args().repeats
    good = True
    with tempfile.TemporaryDirectory() as folder, Station() as station:
        plain, torch = tiny(Path(folder, "plain")), torch_topic(Path(folder, "torch"))
        kinds = {"numpy MLP": (plain, NUMPY_MLP), "torch MLP": (torch, MLP), "CNN": (torch, CNN)}
        for name, (topic, source) in kinds.items():
            same, told = in_a_row(station, topic, source, repeats)
            print(f"{name}: {told}", flush=True)
            good = good and same
    sys.exit(not good)


if __name__ == "__main__":
    main()

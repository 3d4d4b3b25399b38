"""What the box and the wall cost, beside nbclient on the same notebooks.

python -m benchmarks.box [--repeats 30]
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import socket
from typing import Any

from benchmarks.spread import ratio, repeated, seconds, spread, table
from grader.tests.engine.torch_notebooks import CNN, MLP, NUMPY_MLP, torch_topic
from grader.tests.judge.building import tiny

from gradewright.host import Assignment
from gradewright.values import Session, Student
from gradewright_grader.engine.copies import BoxedCopies
from gradewright_grader.engine.notebook_run import NotebookRun
from gradewright_grader.engine.station import Station, Work
from gradewright_grader.wall.transport import SocketTransport

Row = tuple[str, ...]
NOTEBOOKS = {"one trivial cell": "1", "numpy MLP": NUMPY_MLP, "torch MLP": MLP, "torch CNN": CNN}
CALLED = """
import numpy as np
def same(x): return x
def scalar(x): return x + 1.0
try:
    import torch
    def cube(x): return x ** 3
    def net(): return torch.nn.Linear(8, 8)
except ImportError:
    pass
"""


@dataclass
class Costs:
    """What one notebook cost, in seconds: wall and CPU, all processes of ours included."""

    wall: list[float]
    child: list[float]  # CPU of the child and what it started
    cells: list[float]  # of that, the cells alone
    zygote: list[float]
    supervisor: list[float]

    def cpu(self) -> list[float]:
        """All CPU of one submission."""
        parts = zip(self.child, self.zygote, self.supervisor, strict=True)
        return [sum(one) for one in parts]


def ended(run: NotebookRun) -> float:
    """End a run; the CPU seconds that its child used in all."""
    assert run.child is not None
    run.child.kill()
    cpu = run.child.wait().cpu
    run.child.channel.close()
    return cpu


def to_first_statement(station: Station, topic: Assignment) -> float:
    """Seconds from asking for a child to the first statement of its first cell."""
    began = time.monotonic()
    run = station.run(topic, Work([(0, "import time\nprint(time.monotonic())")]))
    ended(run)
    return float(run.runs[0].outputs[0]["text"]) - began


def to_reaped(station: Station, topic: Assignment) -> float:
    """Seconds from asking for a child to nothing of it being left."""
    return seconds(lambda: ended(station.run(topic, Work([(0, "1")]))))


def costs(station: Station, topic: Assignment, source: str, repeats: int) -> Costs:
    """Run one notebook again and again."""
    made = Costs([], [], [], [], [])
    for number in range(repeats + 1):
        began, own = time.perf_counter(), time.process_time()
        run = station.run(topic, Work([(0, source)]))
        zygote = _parent(run)
        before = _cpu_of(zygote)
        child = ended(run)
        wall, own = time.perf_counter() - began, time.process_time() - own
        if number:
            made.wall.append(wall)
            made.child.append(child)
            made.cells.append(sum(cell.cpu_seconds for cell in run.runs))
            made.zygote.append(2 * (_cpu_of(zygote) - before))  # the fork's half came before
            made.supervisor.append(own)
    return made


def _parent(run: NotebookRun) -> int:
    assert run.child is not None
    return int(Path(f"/proc/{run.child.pid}/stat").read_text().rpartition(")")[2].split()[1])


def _cpu_of(pid: int) -> float:
    words = Path(f"/proc/{pid}/schedstat").read_text().split()
    return int(words[0]) / 1e9


def private_memory(station: Station, topic: Assignment, source: str) -> float:
    """Bytes that a child has for itself after its notebook."""
    run = station.run(topic, Work([(0, source)]))
    assert run.child is not None
    kinds = _rollup(run.child.pid)
    ended(run)
    return kinds["Private_Clean"] + kinds["Private_Dirty"]


def _rollup(pid: int) -> dict[str, float]:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    return {line.split(":")[0]: int(line.split()[1]) * 1024.0 for line in lines}


@contextmanager
def boxed_student(station: Station, topic: Assignment) -> Iterator[Student]:
    """A submission in the box, as a check sees it."""
    run = station.run(topic, Work([(0, CALLED)]))
    copies = BoxedCopies(run, lambda: run)
    fd = copies.fresh()
    assert fd is not None
    try:
        with closing(SocketTransport(socket(fileno=fd))) as transport:
            yield Student(Session(transport))
    finally:
        copies.close()


def nbclient_costs(source: str, repeats: int) -> tuple[list[float], list[float]]:
    """Wall and CPU seconds of nbclient with a kernel for each notebook."""
    import nbformat
    from nbclient import NotebookClient

    walls, cpus = [], []
    for _ in range(repeats):
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
        before = _used(resource.RUSAGE_CHILDREN) + _used(resource.RUSAGE_SELF)
        walls.append(seconds(NotebookClient(book, timeout=120).execute))
        cpus.append(_used(resource.RUSAGE_CHILDREN) + _used(resource.RUSAGE_SELF) - before)
    return walls, cpus


def _used(who: int) -> float:
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


# --- the tables


def forking(stations: dict[str, Station], topics: dict[str, Assignment], repeats: int) -> list[Row]:
    """How long a child takes to come and to go, with all layers and with none."""
    rows: list[Row] = [("zygote", "what", *stations, "full / none")]
    whats: dict[str, Callable[[Station, Assignment], float]] = {
        "asked → first statement": to_first_statement,
        "asked → reaped": to_reaped,
    }
    for name, topic in topics.items():
        for what, measure in whats.items():
            got = [
                repeated(repeats, lambda s=s, m=measure, t=topic: m(s, t))
                for s in stations.values()
            ]
            rows.append((name, what, *map(spread, got), ratio(got[0], got[-1])))
    return rows


def submissions(
    station: Station, topics: dict[str, Assignment], repeats: int, of_nbclient: int
) -> list[Row]:
    """Whole notebooks: the bare cells, the box, nbclient."""
    head = ("notebook", "cells CPU", "box CPU", "over the cells", "box wall")
    rows: list[Row] = [(*head, "nbclient CPU", "nbclient wall", "nbclient / box wall")]
    for name, source in NOTEBOOKS.items():
        made = costs(station, topics["torch" if "torch" in name else "numpy"], source, repeats)
        over = [all_ - cells for all_, cells in zip(made.cpu(), made.cells, strict=True)]
        walls, cpus = nbclient_costs(source, of_nbclient)
        ours = (spread(made.cells), spread(made.cpu()), spread(over), spread(made.wall))
        rows.append((name, *ours, spread(cpus), spread(walls), ratio(walls, made.wall)))
    return rows


def calls(station: Station, topic: Assignment, repeats: int) -> list[Row]:
    """Round trips across the wall."""
    import numpy as np
    import torch

    array, x = np.zeros(131_072), torch.ones(4, 8, requires_grad=True)
    with boxed_student(station, topic) as student:
        net = student.net()
        kinds: dict[str, Callable[[], Any]] = {
            "scalar → scalar": lambda: student.scalar(1.0),
            "1 MB array there and back": lambda: student.same(array),
            "tensor through a module": lambda: net(x.detach()),
            "forward and backward": lambda: student.cube(x).sum().backward(),
        }
        rows: list[Row] = [("call", "one", "a second")]
        for name, call in kinds.items():
            took = repeated(10 * repeats, lambda c=call: seconds(c))
            rows.append((name, spread(took, "us"), f"{1 / statistics.median(took):.0f}"))
    return rows


def memory(station: Station, topics: dict[str, Assignment], repeats: int) -> list[Row]:
    """What a zygote shares and what a child has for itself."""
    rows: list[Row] = [("process", "memory")]
    for name, topic in topics.items():
        run = station.run(topic, Work([(0, "1")]))
        shared = _rollup(_parent(run))["Rss"]
        ended(run)
        rows.append((f"zygote with {name}, resident", spread([shared], "MB")))
    for name, source in NOTEBOOKS.items():
        topic = topics["torch" if "torch" in name else "numpy"]
        own = [private_memory(station, topic, source) for _ in range(max(3, repeats // 5))]
        rows.append((f"child after {name}, private", spread(own, "MB")))
    return rows


def show(title: str, rows: Sequence[Row]) -> None:
    """Print a table."""
    print(f"\n{title}\n\n{table(rows)}", flush=True)


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=30)
    parser.add_argument("--nbclient", type=int, default=5, help="repeats with nbclient")
    options = parser.parse_args()
    os.environ.update({f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")})
    with tempfile.TemporaryDirectory() as folder:
        topics = {
            "numpy": tiny(Path(folder, "numpy")),
            "torch": torch_topic(Path(folder, "torch")),
        }
        with Station(level="full") as full, Station(level="none", require="none") as bare:
            starts = [(n, f"{full.zygote(t).warm_up_seconds:.1f} s") for n, t in topics.items()]
            show("Warm-up of a zygote, once", [("zygote", "seconds"), *starts])
            show("Forks", forking({"full": full, "none": bare}, topics, options.repeats))
            show("Calls across the wall, level full", calls(full, topics["torch"], options.repeats))
            show("Memory", memory(full, topics, options.repeats))
            show(
                "Submissions, level full",
                submissions(full, topics, options.repeats, options.nbclient),
            )


if __name__ == "__main__":
    main()

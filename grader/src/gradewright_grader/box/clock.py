"""Who belongs to a child, and how much CPU they used: read from /proc, from outside.

Theory of operation. Every process of a child descends from the one the zygote forked: in its own
pid namespace that process is the init, at level `restricted` it is its own reaper, so orphans come
back to it. Hence the tree below it is the child, whatever its processes do. We walk it by the
kernel's `children` files, which need no permission on the process (its namespace links would).

A process's own CPU time is read from its CPU clock (nanoseconds). What ended children used is in
their parent's `cutime`, unless the parent ignores SIGCHLD; so the total is the larger of two lower
bounds: living clocks + ended children as the kernel adds them up, and the sum of all increments
that we ever saw.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Process:
    """One process of a child; times in seconds."""

    pid: int  # as this process sees it
    pid_in_box: int  # as the child sees it
    parent: int
    threads: int
    cpu: float
    cpu_of_ended_children: float
    started: int  # clock ticks since boot: with the pid, an identity
    state: str  # R, S, D, T, Z, …


def tree(root: int) -> list[int]:
    """Pids of `root` and all its descendants that live (or wait to be reaped) now."""
    found: dict[int, None] = {}
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        if pid not in found and os.path.exists(f"/proc/{pid}"):
            found[pid] = None
            waiting += _children(pid)
    return list(found)


def _children(pid: int) -> list[int]:
    children: list[int] = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            text = Path(f"/proc/{pid}/task/{task}/children").read_text()
            children += [int(word) for word in text.split()]
    except (FileNotFoundError, ProcessLookupError):
        pass  # it ended while we looked: its children are found at its reaper next time
    return children


def process(pid: int) -> Process | None:
    """What /proc says about one process; None when it is gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
        inner = _pid_in_box(pid)
    except (FileNotFoundError, ProcessLookupError):
        return None
    words = stat[stat.rindex(")") + 2 :].split()  # from field 3 (state) on
    own = (int(words[11]) + int(words[12])) / TICKS
    return Process(
        pid=pid,
        pid_in_box=inner,
        parent=int(words[1]),
        threads=int(words[17]),
        cpu=_own_clock(pid, own),
        cpu_of_ended_children=(int(words[13]) + int(words[14])) / TICKS,
        started=int(words[19]),
        state=words[0],
    )


def processes(root: int) -> list[Process]:
    """All processes of the tree below `root`, `root` first."""
    seen = (process(pid) for pid in tree(root))
    return [one for one in seen if one is not None]


def _pid_in_box(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("NSpid:"):
            return int(line.split()[-1])
    return pid


def _own_clock(pid: int, otherwise: float) -> float:
    """The process's CPU clock; the coarser figure of /proc when it is gone."""
    scheduled = 2  # CPUCLOCK_SCHED of clock_getcpuclockid(3)
    try:
        return max(time.clock_gettime((~pid << 3) | scheduled), otherwise)
    except OSError:
        return otherwise


def identity() -> str:
    """`pid-start-namespace` of this process: unlike a pid alone, never another's on this boot."""
    found = process(os.getpid())
    return f"{os.getpid()}-{0 if found is None else found.started}-{_pid_namespace()}"


def lives(name: str) -> bool:
    """Whether the process that named something `identity()-…` lives; True if we cannot know."""
    pid, started, namespace = [*name.split("-"), "", "", ""][:3]
    if not pid.isdigit() or namespace != str(_pid_namespace()) or namespace == "0":
        return True
    found = process(int(pid))
    return found is not None and str(found.started) == started


def _pid_namespace() -> int:
    """A number of the namespace our pids belong to; 0 without /proc."""
    try:
        return os.stat("/proc/self/ns/pid").st_ino
    except FileNotFoundError:
        return 0


def used(found: list[Process]) -> float:
    """CPU seconds of these processes and of their children that ended."""
    return sum(one.cpu + one.cpu_of_ended_children for one in found)


class TreeClock:
    """CPU seconds of a whole tree; never runs backwards."""

    def __init__(self) -> None:
        self._last: dict[tuple[int, int], float] = {}
        self._increments = 0.0
        self.total = 0.0

    def update(self, found: list[Process]) -> float:
        """Take a look at the tree into account; returns the new total."""
        now = {(one.pid, one.started): one.cpu for one in found}
        self._increments += sum(
            max(0.0, cpu - self._last.get(key, 0.0)) for key, cpu in now.items()
        )
        self._last = now
        self.total = max(self.total, self._increments, used(found))
        return self.total

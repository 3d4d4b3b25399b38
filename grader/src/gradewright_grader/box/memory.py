"""The memory limit of a whole child: by the kernel's memory cgroup, else by a watchdog.

Theory of operation. `find()` tries: a cgroup below our own (v1 or v2) that we may make, limit and
attach to. Where that works the kernel kills at the limit and counts what nobody else sees (memory
files, socket buffers, page tables). Else `Watchdog` adds up, each time it is asked, what the tree
holds: anonymous memory beyond what came with the fork, shared memory, and nameless memory files
that are open but not mapped. A group is named after its supervisor's pid and start time, so that
a killed supervisor's empty groups are swept by the next one.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import subprocess
import time
from pathlib import Path
from typing import Protocol

from gradewright_grader.box import clock
from gradewright_grader.box.clock import Process

# Page tables, kernel stacks and pages dirtied in place are charged too; with this on top a
# process that asks for too much gets its MemoryError before the kernel kills the tree.
HEADROOM = 64 << 20
_PREFIX = "gradewright-"
_LEAF = "gradewright.supervisor"
_numbers = itertools.count(1)


class Meter(Protocol):
    """Watches one child's memory."""

    def over(self, found: list[Process]) -> bool:
        """Whether the child went over its limit; `found` is its tree now."""

    def close(self) -> None:
        """Give everything back, after the child was reaped."""


class Cgroups:
    """A folder of memory cgroups, one for each child. `version` is 1 or 2."""

    def __init__(self, base: Path, version: int) -> None:
        self.version = version
        if base.name == _LEAF:
            base = base.parent
        self.folder = base / f"{_PREFIX}{clock.identity()}-{next(_numbers)}"
        _sweep(base)
        self.folder.mkdir()
        self._next = 0
        if version == 2:
            pass_memory_on(base)
            pass_memory_on(self.folder)

    def open(self, pid: int, limit: int) -> Cgroup:
        """A new group with `limit` bytes holding process `pid`. OSError when refused."""
        self._next += 1
        group = Cgroup(self.folder / f"child-{self._next}-{pid}", self.version)
        try:
            group.limit(limit + HEADROOM)
            group.attach(pid)
        except OSError:
            group.close()
            raise
        return group

    def close(self) -> None:
        """Remove the folder (its groups are gone by then)."""
        _remove(self.folder)


class Cgroup:
    """One child's memory cgroup: a Meter."""

    def __init__(self, path: Path, version: int) -> None:
        self.path, self.version = path, version
        path.mkdir()

    def limit(self, size: int) -> None:
        """At most `size` bytes, swap included."""
        if self.version == 1:
            (self.path / "memory.limit_in_bytes").write_text(str(size))
            with contextlib.suppress(OSError):  # swap accounting may be off
                (self.path / "memory.memsw.limit_in_bytes").write_text(str(size))
            return
        (self.path / "memory.max").write_text(str(size))
        (self.path / "memory.oom.group").write_text("1")
        with contextlib.suppress(OSError):
            (self.path / "memory.swap.max").write_text("0")

    def attach(self, pid: int) -> None:
        """Move a process here; what it allocates from now on counts."""
        (self.path / "cgroup.procs").write_text(str(pid))

    def over(self, found: list[Process]) -> bool:
        """Whether the kernel killed for memory here."""
        name = "memory.oom_control" if self.version == 1 else "memory.events"
        for line in (self.path / name).read_text().splitlines():
            key, _, value = line.partition(" ")
            if key == "oom_kill":
                return int(value) > 0
        return False

    def close(self) -> None:
        """Remove the group."""
        _remove(self.path)


def find(limit: int = 64 << 20) -> Cgroups | None:
    """The cgroups to use, tried with a throw-away process; None: use the watchdog."""
    for base, version in candidates():
        groups: Cgroups | None = None
        try:
            groups = Cgroups(base, version)
            _try(groups, limit)
        except OSError:
            if groups is not None:
                groups.close()
            continue
        return groups
    return None


def _try(groups: Cgroups, limit: int) -> None:
    """Make, limit, attach and remove for real."""
    with subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE) as process:
        group = groups.open(process.pid, limit)
    group.close()


def candidates(proc: Path = Path("/proc/self")) -> list[tuple[Path, int]]:
    """Our own cgroup's folder in each hierarchy that could limit memory."""
    own = _own_groups((proc / "cgroup").read_text())
    found: list[tuple[Path, int]] = []
    for line in (proc / "mountinfo").read_text().splitlines():
        left, _, right = line.partition(" - ")
        root, point = left.split()[3:5]
        kind, _, options = right.split()[:3]
        if kind == "cgroup2" and "" in own:
            found.append((_below(point, root, own[""]), 2))
        elif kind == "cgroup" and "memory" in options.split(",") and "memory" in own:
            found.append((_below(point, root, own["memory"]), 1))
    return found


def _own_groups(text: str) -> dict[str, str]:
    """Controller → our group, from /proc/self/cgroup; v2 under the empty name."""
    groups: dict[str, str] = {}
    for line in text.splitlines():
        _, controllers, path = line.split(":", 2)
        for controller in controllers.split(","):
            groups[controller] = path
    return groups


def _below(point: str, root: str, group: str) -> Path:
    inside = os.path.relpath(group, root)
    return Path(point) if inside.startswith("..") else Path(point, inside)


def pass_memory_on(group: Path) -> None:
    """Let the children of a v2 group limit memory.

    A group that does may hold no process itself: in a scope delegated to us alone we first step
    down into a leaf. A group that holds anybody else's process is left as it is (OSError).
    """
    control = group / "cgroup.subtree_control"
    if "memory" in control.read_text().split():
        return
    if (group / "cgroup.procs").read_text().split() == [str(os.getpid())]:
        (group / _LEAF).mkdir(exist_ok=True)
        (group / _LEAF / "cgroup.procs").write_text(str(os.getpid()))
    control.write_text("+memory")


def _sweep(base: Path) -> None:
    """Remove what supervisors that no longer live left behind."""
    for folder in base.glob(f"{_PREFIX}*-*-*"):
        if not clock.lives(folder.name.removeprefix(_PREFIX)):
            for group in folder.glob("child-*"):
                _remove(group, patience=0)
            _remove(folder, patience=0)


def _remove(group: Path, patience: int = 40) -> None:
    """rmdir, waiting up to 200 ms for the kernel to let go of the dead."""
    for attempt in range(patience + 1):
        try:
            group.rmdir()
        except FileNotFoundError:
            return
        except OSError:
            if attempt < patience:
                time.sleep(0.005)
            continue
        return

"""Memory without a cgroup: adding up from outside what a child's tree holds.

Theory of operation. A forked child starts with all of the zygote's anonymous memory in its counts,
so the zygote's amount is taken off once for the tree (never once for each process: a tree of
programs started afresh would get it many times). One process: `RssAnon` of its status file, cheap.
Several: the proportional share of `smaps_rollup`, so that snapshot forks, which share pages, are
not counted several times. Memory files (memfd) that nobody maps are found among the open
descriptors. A process whose descriptors we may not see cannot be counted, so it counts as over.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from gradewright_grader.box.clock import Process

_KIB = 1024


class Watchdog:
    """A memory Meter that polls; `inherited` is the zygote's anonymous memory in bytes."""

    def __init__(self, limit: int, inherited: int) -> None:
        self._limit, self._inherited = limit, inherited

    def over(self, found: list[Process]) -> bool:
        """Whether the tree holds more than its limit."""
        living = [one.pid for one in found if one.state not in "ZX"]
        try:
            return self.held(living) > self._limit
        except PermissionError:
            return True

    def held(self, pids: list[int]) -> int:
        """Bytes beyond the inherited ones. PermissionError: a process hides its files."""
        anonymous = shared = 0
        for pid in pids:
            own = _anonymous_and_shared(pid, alone=len(pids) == 1)
            anonymous, shared = anonymous + own[0], shared + own[1]
        files = _memory_files(pids)
        return max(0, anonymous - self._inherited) + max(shared, files)

    def close(self) -> None:
        """Nothing to give back."""


def _anonymous_and_shared(pid: int, *, alone: bool) -> tuple[int, int]:
    """(anonymous, shared) bytes of one process: its share of both when it is not alone."""
    if not alone:
        share = _fields(f"/proc/{pid}/smaps_rollup")
        if "Pss_Anon" in share:
            return share["Pss_Anon"] * _KIB, share.get("Pss_Shmem", 0) * _KIB
    status = _fields(f"/proc/{pid}/status")
    return status.get("RssAnon", 0) * _KIB, status.get("RssShmem", 0) * _KIB


def anonymous(pid: int | str) -> int:
    """Anonymous memory of one process in bytes; 0 without /proc."""
    return _fields(f"/proc/{pid}/status").get("RssAnon", 0) * _KIB


def _fields(path: str) -> dict[str, int]:
    """The `Name:  123 kB` lines of a /proc file; empty when it is gone or closed to us."""
    try:
        lines = Path(path).read_text().splitlines()
    except OSError:
        return {}
    pairs = (line.partition(":") for line in lines if line.endswith("kB"))
    return {name: int(value.split()[0]) for name, _, value in pairs}


def _memory_files(pids: list[int]) -> int:
    """Bytes in memory files behind the open descriptors, each file once."""
    sizes: dict[tuple[int, int], int] = {}
    for pid in pids:
        try:
            entries = os.listdir(f"/proc/{pid}/fd")
        except FileNotFoundError:
            continue
        for entry in entries:
            _note_memory_file(f"/proc/{pid}/fd/{entry}", sizes)
    return sum(sizes.values())


def _note_memory_file(path: str, sizes: dict[tuple[int, int], int]) -> None:
    try:
        if not os.readlink(path).startswith("/memfd:"):
            return
        found = os.stat(path)
    except (FileNotFoundError, ProcessLookupError):
        return
    if stat.S_ISREG(found.st_mode):
        sizes[found.st_dev, found.st_ino] = found.st_blocks * 512

"""What one child may use, and the resource limits that it sets on itself before student code runs.

Resource limits are per process and coarse; they give clean errors (`MemoryError`, `EMFILE`) inside.
The budgets that count over the whole tree (CPU, wall, memory, processes, disk, output) are
enforced from outside, in `watch`.
"""

from __future__ import annotations

import contextlib
import math
import resource
from dataclasses import asdict, dataclass, fields
from pathlib import Path

MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Budgets of one child: seconds for times, bytes for sizes, counts for the rest."""

    cpu: float = 60.0  # CPU seconds of all its processes together
    wall: float = 180.0
    memory: int = 2048 * MIB  # beyond what it shares with the zygote
    disk: int = 512 * MIB  # its /tmp, working folder and /dev/shm together
    inodes: int = 20_000
    processes: int = 64  # threads of all its processes together
    files: int = 512  # open descriptors per process
    output: int = 16 * MIB  # bytes waiting in the file behind descriptors 1 and 2

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not (isinstance(value, (int, float)) and math.isfinite(value) and value > 0):
                raise ValueError(
                    f"limit '{field.name}' is {value!r}; allowed: a finite number above 0; "
                    f"give a positive value, default {field.default}"
                )

    def plain(self) -> dict[str, float]:
        """As a mapping that can be sent."""
        return asdict(self)


def address_space(statm: str = "/proc/self/statm") -> tuple[int, int]:
    """(whole address space, its data part) of this process in bytes; zeros without /proc."""
    try:
        words = Path(statm).read_text().split()
    except FileNotFoundError:
        return 0, 0
    page = resource.getpagesize()
    return int(words[0]) * page, int(words[5]) * page


def set_resource_limits(
    limits: dict[str, float], inherited: tuple[int, int], *, count_processes: bool
) -> None:
    """Set this process's hard limits; `inherited` is the zygote's `address_space()`.

    `count_processes` false: the kernel counts processes per user, and without a user namespace
    of its own a child would be charged for its siblings.
    """
    whole, data = inherited
    memory, disk = int(limits["memory"]), int(limits["disk"])
    wanted = {
        # one second of grace: the watch names the end, this only catches what it misses
        "CPU": math.ceil(limits["cpu"]) + 1,
        "AS": whole + memory,
        "DATA": data + memory,
        "FSIZE": disk,
        "NOFILE": int(limits["files"]),
    }
    if count_processes:
        wanted["NPROC"] = int(limits["processes"])
    for name in ("CORE", "MEMLOCK", "MSGQUEUE", "NICE", "RTPRIO"):
        wanted[name] = 0
    for name, value in wanted.items():
        _lower(f"RLIMIT_{name}", value)


def _lower(name: str, value: int) -> None:
    """Set soft and hard limit, never above what we were given; unknown limits are not there."""
    kind = getattr(resource, name, None)
    if kind is None:
        return
    hard = resource.getrlimit(kind)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(kind, (value, value))


def be_first_to_die() -> None:
    """Let a host short of memory choose this process."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")

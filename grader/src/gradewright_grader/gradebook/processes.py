"""Which process holds a lease, and whether it still runs. Linux tells by /proc, others by signal 0.

A pid alone says little: it is given anew after a while, after a reboot, in every container. So a
lease names host, boot and pid namespace, pid, and the start of the process in clock ticks.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROC: Final = Path("/proc")
START: Final = 19  # field 22 of /proc/PID/stat, counted after the name in parentheses


@dataclass(frozen=True)
class Holder:
    """A process. boot: "<boot id>/<pid namespace>", started: clock ticks since boot; "" unknown."""

    host: str
    boot: str
    pid: int
    started: str

    @classmethod
    def this(cls, proc: Path = PROC) -> Holder:
        """The calling process; asked anew each time, as a fork is another one."""
        pid = os.getpid()
        return cls(socket.gethostname(), _boot(proc), pid, _started(pid, proc))

    def dead(self, proc: Path = PROC) -> bool:
        """Whether this process is known to have ended; False where that cannot be told."""
        if self.host != socket.gethostname():
            return False
        here = _boot(proc)
        if self.boot.split("/")[0] != here.split("/")[0]:
            return True  # the machine was started anew since
        if self.boot != here:
            return False  # another container of this machine: its pids are not ours
        return not _exists(self.pid) or _started(self.pid, proc) != self.started


def _boot(proc: Path) -> str:
    try:
        boot = (proc / "sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}/{os.readlink(proc / 'self/ns/pid')}"
    except OSError:
        return ""


def _started(pid: int, proc: Path) -> str:
    """A zombie has ended: it has no start."""
    try:
        fields = (proc / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] == "Z" else fields[START]


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

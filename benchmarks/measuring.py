"""What a whole command costs, its children included: seconds of wall and of CPU.

CPU is told twice, because neither figure is the whole truth. `waited` is what the kernel hands to a
parent that waits for its children: nobody else's work is in it, but that of processes which die
with their pid namespace (the copies that checks talk to) is missing. `busy` is what all processors
of this machine did meanwhile: nothing is missing, and on a quiet machine little is added.
"""

from __future__ import annotations

import resource
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TOLD = 2000  # characters of a failed command's output


class CommandFailed(Exception):
    """A command ended with an exit code other than 0."""


@dataclass(frozen=True)
class Cost:
    """Seconds that one command took."""

    wall: float
    waited: float
    busy: float


def timed(
    command: Sequence[str | Path], folder: Path, env: Mapping[str, str] | None = None
) -> Cost:
    """Run a command to its end in this folder. CommandFailed, with the end of what it printed."""
    # into a file: a pipe would need a reader, whose work would be counted
    with tempfile.TemporaryFile() as output:
        began, waited, busy = time.monotonic(), _waited(), _busy()
        code = subprocess.call(command, cwd=folder, env=env, stdout=output, stderr=output)
        cost = Cost(time.monotonic() - began, _waited() - waited, _busy() - busy)
        if code:
            output.seek(0)
            told = output.read().decode(errors="replace")[-TOLD:]
            raise CommandFailed(f"{command} ended with exit code {code}, not 0; it said: {told}")
    return cost


def _waited() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _busy() -> float:
    """Seconds that this machine's processors have worked since it started; 0.0 where unknown."""
    try:
        line = Path("/proc/stat").read_text().partition("\n")[0]
    except FileNotFoundError:
        return 0.0
    user, nice, system, _idle, _waiting, *irqs = (int(ticks) for ticks in line.split()[1:8])
    return (user + nice + system + sum(irqs)) / 100

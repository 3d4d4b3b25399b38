"""Confining the judge: a topic is code too, and has no business on the network or in a gradebook.

Before any of a topic's code runs, the process gives up what judging does not need: Landlock leaves
it to read the interpreter, the installed distributions and the topic, and to write to one folder
of its own; seccomp takes away sockets, tracing and the rest of the deny-list of `box`. What it
holds already, the pair of sockets to the station, stays.

Names can be listed in more places than files can be read: pytest walks down to the files it
collects, and Landlock's rules hold for everything below a folder.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from gradewright_grader.box import landlock, seccomp, syscalls

SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/fonts", "/etc/localtime")
DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
OWN_PROCESS = ("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu")


def confine(topic: Path, scratch: Path) -> bool:
    """Confine this process and its descendants for good; False where the kernel cannot.

    `scratch` is the one folder that may be written. Raises OSError when a step fails half-way.
    """
    version = landlock.abi() if sys.platform == "linux" else 0
    if version < 1:
        return False
    rules = [(path, landlock.READ) for path in _readable(topic)]
    rules += [(path, landlock.LIST) for path in _walked(topic, Path(__file__))]
    rules += [(path, landlock.DEVICE) for path in DEVICES]
    rules += [(str(scratch), landlock.WRITE)]
    syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
    landlock.restrict(rules, version)
    # it must be able to end its own forks, so signals stay; Landlock keeps them inside
    seccomp.install(seccomp.restricted_program(signals_scoped=True))
    return True


def _walked(*paths: Path) -> Iterator[str]:
    """The uppermost folder of each path that is not above all of them."""
    common = Path(os.path.commonpath(paths))
    for path in paths:
        below = path.relative_to(common).parts
        yield str(common.joinpath(*below[:1]))


def _readable(topic: Path) -> Iterator[str]:
    yield from SYSTEM
    yield from OWN_PROCESS
    yield str(topic)
    yield from (entry for entry in sys.path if entry)
    for prefix in {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}:
        yield from (f"{prefix}/{name}" for name in ("bin", "lib", "lib64", "share"))
    yield from (sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib"))

"""The supervisor's side of the box: start zygotes, fork children from them.

    with Box() as box:
        zygote = box.start(Profile(imports=("numpy",), distributions=("numpy",)), "full")
        child = zygote.spawn(b"job", "payload_module:function", Limits(cpu=5))
        ... talk over child.channel ...
        end = child.wait()

A Box owns a private folder, the memory cgroups and its zygotes; closing it ends them all. It may be
used from many threads. It parses no byte that a student's process could have written.
"""

from __future__ import annotations

import threading
from typing import Literal

from gradewright_grader.box import memory, syscalls
from gradewright_grader.box.errors import BoxError
from gradewright_grader.box.folders import private_folder, remove_tree
from gradewright_grader.box.profile import Level, Profile
from gradewright_grader.box.spawner import Zygote


class Box:
    """Zygotes of one supervisor, their folder and their memory limit."""

    def __init__(self, memory_limit: Literal["cgroup", "watchdog"] | None = None) -> None:
        """`memory_limit`: None finds out by trying; "watchdog" does not try."""
        self._folder = private_folder()
        self._zygotes: list[Zygote] = []
        self._started = 0
        self._lock = threading.Lock()
        self.groups = None if memory_limit == "watchdog" else memory.find()
        if memory_limit == "cgroup" and self.groups is None:
            self.close()
            raise BoxError(
                "memory limit 'cgroup' is not to be had here, only 'watchdog'; run as root or in "
                "'systemd-run --user --scope -p Delegate=yes'"
            )

    @property
    def memory_limit(self) -> Literal["cgroup", "watchdog"]:
        """How a child's memory is limited."""
        return "watchdog" if self.groups is None else "cgroup"

    def start(self, profile: Profile, level: Level) -> Zygote:
        """Start and warm up a zygote. StepError names what failed; BoxError when it died."""
        with self._lock:
            self._started += 1
            folder = self._folder / f"zygote-{self._started}"
        folder.mkdir(mode=0o755)
        if level == "restricted":
            # Without a pid namespace only this keeps a boxed process of our uid off our memory.
            syscalls.prctl(syscalls.PR_SET_DUMPABLE, 0)
        zygote = Zygote(self.groups, profile, level, folder)
        with self._lock:
            self._zygotes.append(zygote)
        return zygote

    def close(self) -> None:
        """End all zygotes, with them all children, and remove the folder and the cgroups."""
        for zygote in self._zygotes:
            zygote.close()
        self._zygotes.clear()
        remove_tree(self._folder)
        if self.groups is not None:
            self.groups.close()

    def __enter__(self) -> Box:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

"""Mounts: the zygote's read-only root, and each child's own /proc and scratch space.

Theory of operation. The root is a small tmpfs into which only what the view names is bound; it is
made read-only as a whole before the device files are added, and the host's root is taken away. As
root it is built before the user namespace exists, so that folders only root may enter can still
be bound; the box then re-binds it onto itself, because mounts that come from a more privileged
namespace are locked and pivot_root refuses a locked one. /proc must be mounted while the host's
/proc is still in sight, else the kernel calls the new one too revealing.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from gradewright_grader.box import syscalls
from gradewright_grader.box.errors import step
from gradewright_grader.box.syscalls import MS_BIND, MS_NODEV, MS_NOEXEC, MS_NOSUID
from gradewright_grader.box.view import DEVICES, WRITABLE

_OLD = "/mnt"
SCRATCH = "/box"
_EMPTY_FOLDERS = ("/proc", "/tmp", "/work", "/dev/shm", "/site", "/payload", "/data")  # noqa: S108
_SAFE = MS_NOSUID | MS_NODEV
_LOCKED_DOWN = syscalls.MOUNT_ATTR_RDONLY | syscalls.MOUNT_ATTR_NOSUID | syscalls.MOUNT_ATTR_NODEV
_DEVICE_FLAGS = syscalls.MOUNT_ATTR_RDONLY | syscalls.MOUNT_ATTR_NOSUID | syscalls.MOUNT_ATTR_NOEXEC


def make_private() -> None:
    """Nothing mounted from here on is seen outside this mount namespace."""
    with step("private mounts"):
        syscalls.mount("none", "/", "", syscalls.MS_REC | syscalls.MS_PRIVATE)


def build_root(staging: str, view: dict[str, Any]) -> None:
    """Build the read-only root at the folder `staging` (an empty one that stays empty outside)."""
    with step("root tmpfs"):
        syscalls.mount("root", staging, "tmpfs", _SAFE, "size=4m,mode=755")
    for folder in (*_EMPTY_FOLDERS, _OLD, SCRATCH):
        os.makedirs(staging + folder, exist_ok=True)
    for inside, outside in view["binds"].items():
        with step(f"bind {outside}"):
            _bind(outside, staging + inside)
    for inside in view["covers"]:
        if os.path.isdir(staging + inside):
            with step(f"cover {inside}"):
                syscalls.mount("none", staging + inside, "tmpfs", _SAFE, "size=4k,mode=755")
    for inside, text in view["files"].items():
        _make_parent(staging + inside)
        Path(staging + inside).write_text(text)
    for inside, target in view["links"].items():
        _make_parent(staging + inside)
        if not os.path.lexists(staging + inside):
            os.symlink(target, staging + inside)
    _lock_down(staging)


def _lock_down(staging: str) -> None:
    """All read-only and without devices; then the five harmless devices on top."""
    for device in DEVICES:
        Path(staging + device).touch()
    with step("read-only root"):
        syscalls.mount_setattr(staging, _LOCKED_DOWN, recursive=True)
    for device in DEVICES:
        with step(f"device {device}"):
            syscalls.mount(device, staging + device, "", MS_BIND)
            syscalls.mount_setattr(staging + device, _DEVICE_FLAGS, recursive=False)


def _bind(outside: str, target: str) -> None:
    _make_parent(target)
    if os.path.isdir(outside):
        os.makedirs(target, exist_ok=True)
    else:
        Path(target).touch()
    syscalls.mount(outside, target, "", MS_BIND | syscalls.MS_REC)


def _make_parent(target: str) -> None:
    os.makedirs(os.path.dirname(target), exist_ok=True)


def change_root(staging: str) -> None:
    """Make `staging` this mount namespace's root; the host's root hangs below it for now.

    Done while we are still the user who made `staging`: another may not reach it.
    """
    with step("pivot_root"):
        syscalls.mount(staging, staging, "", MS_BIND | syscalls.MS_REC)
        os.chdir(staging)
        syscalls.pivot_root(staging, staging + _OLD)
        os.chdir("/")


def finish_root() -> None:
    """As init of the pid namespace: its /proc, the host's root gone, scratch space."""
    mount_proc()
    with step("leave the host's root"):
        syscalls.umount2(_OLD)
    mount_scratch(size=64 << 20, inodes=4096)


def mount_proc() -> None:
    """This pid namespace's /proc over whatever /proc is."""
    with step("mount proc"):
        syscalls.mount("proc", "/proc", "proc", _SAFE | MS_NOEXEC)


def mount_scratch(size: int, inodes: int) -> None:
    """One tmpfs holding /tmp, /work and /dev/shm: `size` bytes and `inodes` files for all three."""
    with step("mount scratch"):
        syscalls.mount(
            "scratch", SCRATCH, "tmpfs", _SAFE, f"size={size},nr_inodes={inodes},mode=755"
        )
    for target in WRITABLE:
        own = f"{SCRATCH}/{os.path.basename(target)}"
        with step(f"mount {target}"):
            os.mkdir(own, 0o700)
            syscalls.mount(own, target, "", MS_BIND)

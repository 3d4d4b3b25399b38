"""What a forked child does to itself before the payload runs: the inner wall, step by step.

Theory of operation, level `full` (the order is forced by the kernel). Mounts come before the inner
user namespace, because only the owner of the pid namespace may mount its /proc. Then the child
takes a user namespace in which it is uid 1000 and owns nothing of what it was given, drops every
capability, tells the supervisor that it is ready (and hands over a descriptor of its scratch space,
so that a full disk can be seen from outside) and waits to be put into its memory cgroup.
Landlock comes before seccomp, which denies it; the last word before the payload says that all
walls stand. `restricted` has no namespaces: a private folder, Landlock and seccomp. `none` only
changes the folder.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from gradewright_grader.box import landlock, limits, mounts, seccomp, syscalls, wire
from gradewright_grader.box.errors import StepError, step
from gradewright_grader.box.view import DEVICES, WRITABLE

EXIT_UNREADY = 71  # the set-up failed: our fault
EXIT_RAISED = 70  # the payload raised
EXIT_MEMORY = 72  # the payload raised MemoryError
STUDENT = 1000  # uid and gid inside

_OWN_NAMESPACES = (
    syscalls.CLONE_NEWNS | syscalls.CLONE_NEWIPC | syscalls.CLONE_NEWUTS | syscalls.CLONE_NEWNET
)


@dataclass(frozen=True)
class World:
    """What the zygote worked out once for all its children."""

    level: str
    uid: int
    gid: int
    landlock: int
    program: bytes
    readable: list[str]
    listable: list[str]
    inherited: tuple[int, int]
    last_capability: int


def find(name: str) -> Callable[..., Any]:
    """The callable behind `module:function`."""
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found


def run(world: World, message: wire.Message, channel: int, job: int, output: int) -> NoReturn:
    """Become the child, run its payload, end. Never returns, never raises."""
    code = EXIT_UNREADY
    try:
        _plain_process(channel, job, output)
        sock = socket.socket(fileno=channel)
        try:
            payload = find(message["payload"])
            _enter(world, message, sock)
        except Exception as error:
            failed = StepError.of("child", error)
            told = {"step": failed.step, "number": failed.number, "text": failed.text}
            wire.send(sock, {"failed": told})
        else:
            code = _call(payload, sock, syscalls.read_all(job), job)
    finally:
        os._exit(code)


def _call(
    payload: Callable[[socket.socket, bytes], None], sock: socket.socket, work: bytes, job: int
) -> int:
    """Run the payload; its exit code. Tracebacks go to descriptor 2."""
    os.close(job)
    code = 0
    try:
        payload(sock, work)
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else int(error.code is not None)
    except MemoryError:
        code = EXIT_MEMORY
    except BaseException:
        code = EXIT_RAISED
        with contextlib.suppress(BaseException):
            traceback.print_exc()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(BaseException):
            stream.flush()
    return code & 0xFF


def _plain_process(channel: int, job: int, output: int) -> None:
    """Session and descriptors of its own, default signals."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    null = os.open("/dev/null", os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    syscalls.close_all_but((channel, job))


def _enter(world: World, message: wire.Message, sock: socket.socket) -> None:
    budget = message["limits"]
    limits.be_first_to_die()
    scratch = (
        _own_namespaces(world, budget) if world.level == "full" else _own_folder(message["folder"])
    )
    if world.level != "none":
        _harmless(world)
    _rendezvous(sock, scratch)
    with step("resource limits"):
        counted = world.level == "full"
        limits.set_resource_limits(budget, world.inherited, count_processes=counted)
    if world.level != "none":
        with step("landlock"):
            landlock.restrict(_rules(world, message["folder"]), world.landlock)
        with step("seccomp"):
            seccomp.install(world.program)
    wire.send(sock, {"walled": True})


def _own_namespaces(world: World, budget: dict[str, float]) -> int:
    """Steps 2–4 of level `full`; returns a descriptor of the scratch space."""
    with step("child namespaces"):
        syscalls.unshare(_OWN_NAMESPACES)
    mounts.mount_proc()
    mounts.mount_scratch(int(budget["disk"]), int(budget["inodes"]))
    scratch = os.open(mounts.SCRATCH, os.O_PATH | os.O_CLOEXEC)
    with step("child user namespace"):
        syscalls.unshare(syscalls.CLONE_NEWUSER)
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{STUDENT} {world.uid} 1"),
            ("gid_map", f"{STUDENT} {world.gid} 1"),
        ):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)
    os.chdir("/work")
    return scratch


def _own_folder(folder: str) -> int:
    """Work in a private folder of the host, made by the supervisor."""
    os.chdir(f"{folder}/work")
    os.environ["HOME"] = f"{folder}/work"
    os.environ["TMPDIR"] = f"{folder}/tmp"  # noqa: S108  (private)
    return os.open(folder, os.O_RDONLY | os.O_CLOEXEC)


def _harmless(world: World) -> None:
    """No capabilities, no way to gain any, death with the zygote, and visible to the watch."""
    with step("capabilities"):
        syscalls.drop_capabilities(world.last_capability)
        syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
        syscalls.prctl(syscalls.PR_SET_DUMPABLE, 1)
    if world.level == "restricted":
        syscalls.prctl(syscalls.PR_SET_CHILD_SUBREAPER, 1)
    # credential changes clear it, so it is set after them
    syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)


def _rendezvous(sock: socket.socket, scratch: int) -> None:
    """Tell that we are ready; go on when the supervisor has put us into our cgroup."""
    wire.send(sock, {"ready": True}, (scratch,))
    os.close(scratch)
    if wire.receive(sock) is None:
        raise StepError("rendezvous", 0, "the supervisor hung up before the start")


def _rules(world: World, folder: str) -> list[tuple[str, int]]:
    rules = [(path, landlock.READ) for path in world.readable]
    rules += [(path, landlock.LIST) for path in world.listable]
    rules += [(path, landlock.DEVICE) for path in DEVICES]
    own = WRITABLE if world.level == "full" else (folder,)
    return rules + [(path, landlock.WRITE) for path in own]

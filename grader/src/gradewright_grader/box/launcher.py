"""The launcher: a fresh, small interpreter that enters the outer wall and forks the zygote in it.

Theory of operation, level `full`. As the host's root it first builds the read-only root, with
root's eyes. Then it takes all namespaces at once and gets its user mapped: root by a helper left
outside (so the namespace was made by a privileged process, which AppArmor's restriction spares),
anybody else by writing its own map. Root then becomes a dedicated uid without meaning on the host,
because the kernel exempts uid 0 from process limits. The fork is pid 1 of the new pid namespace:
the zygote. The launcher stays behind as its guard: when the supervisor dies, it kills the zygote,
and with a namespace's init everything in it dies. (PR_SET_PDEATHSIG would fire when the
supervisor's *thread* ends; a pidfd does not.) If the launcher dies, the zygote's PDEATHSIG fires.

`restricted`: no namespaces; the guard is the reaper of what a dead zygote leaves. `none`: no guard.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import sys
from typing import Any

from gradewright_grader.box import mounts, syscalls, wire, zygote
from gradewright_grader.box.errors import StepError, step

# Not in use on any host that follows systemd's allocation of uids.
BOX_UID = 60_999

_ALL_NAMESPACES = (
    syscalls.CLONE_NEWUSER
    | syscalls.CLONE_NEWNS
    | syscalls.CLONE_NEWPID
    | syscalls.CLONE_NEWNET
    | syscalls.CLONE_NEWIPC
    | syscalls.CLONE_NEWUTS
    | syscalls.CLONE_NEWCGROUP
)

Config = dict[str, Any]


def main() -> None:
    """Read the configuration from descriptor 0, enter the wall, become guard or zygote."""
    config: Config = json.loads(syscalls.read_all(0))
    control = socket.socket(fileno=config["control"])
    try:
        supervisor = _open_supervisor(config)
        if config["level"] == "full":
            enter_namespaces(config)
        elif config["level"] == "restricted":
            _without_privileges(config["uid"])
    except StepError as error:
        wire.send(control, {"failed": zygote.told(error)})
        sys.exit(1)
    if supervisor is None:
        zygote.main(config, control)
    pid = os.fork()
    if pid == 0:
        os.close(supervisor)
        zygote.main(config, control)
    control.close()
    sys.exit(_guard(supervisor, pid, orphans=config["level"] == "restricted"))


def _open_supervisor(config: Config) -> int | None:
    """A descriptor that becomes readable when the supervisor dies; None at level `none`."""
    if config["level"] == "none":
        return None
    with step("watch the supervisor"):
        pidfd = os.pidfd_open(config["supervisor"])
        if os.getppid() != config["supervisor"]:
            raise ProcessLookupError(3, "the supervisor is gone already")
        return pidfd


def enter_namespaces(config: Config) -> None:
    """All namespaces at once, the read-only root built, an unprivileged user."""
    if syscalls.really_root():
        _enter_as_root(config)
    else:
        _enter_as_user()
        mounts.make_private()
        mounts.build_root(config["staging"], config["view"])
        mounts.change_root(config["staging"])
    syscalls.prctl(syscalls.PR_SET_DUMPABLE, 1)


def _enter_as_root(config: Config) -> None:
    with step("mount namespace"):
        syscalls.unshare(syscalls.CLONE_NEWNS)
    mounts.make_private()
    mounts.build_root(config["staging"], config["view"])
    os.setgroups([])
    reading, writing = os.pipe()
    helper = _fork_mapper(os.getpid(), BOX_UID, reading, writing)
    os.close(reading)
    try:
        with step("namespaces"):
            syscalls.unshare(_ALL_NAMESPACES)
        os.write(writing, b"x")
    finally:
        os.close(writing)
        _, status = os.waitpid(helper, 0)
    with step("user map"):
        if status != 0:
            raise OSError(os.waitstatus_to_exitcode(status), "the helper could not write the map")
    mounts.change_root(config["staging"])
    with step("dedicated user"):
        os.setresgid(BOX_UID, BOX_UID, BOX_UID)
        os.setresuid(BOX_UID, BOX_UID, BOX_UID)


def _fork_mapper(pid: int, uid: int, reading: int, writing: int) -> int:
    """A helper in the old user namespace that writes our maps when told; exits with the errno."""
    helper = os.fork()
    if helper:
        return helper
    os.close(writing)
    code = 0
    try:
        if os.read(reading, 1):
            _write_maps(f"/proc/{pid}", uid, uid, uid, uid)
    except OSError as error:
        code = error.errno or 1
    os._exit(code)


def _enter_as_user() -> None:
    uid, gid = os.getuid(), os.getgid()
    with step("namespaces"):
        syscalls.unshare(_ALL_NAMESPACES)
    with step("user map"):
        _write_maps("/proc/self", uid, uid, gid, gid)


def _write_maps(process: str, uid_inside: int, uid: int, gid_inside: int, gid: int) -> None:
    """Map one user and one group of the parent namespace; no change of groups afterwards."""
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid_inside} {uid} 1"),
        ("gid_map", f"{gid_inside} {gid} 1"),
    ):
        with open(f"{process}/{name}", "w") as file:
            file.write(text)


def _without_privileges(uid: int | None) -> None:
    """Level `restricted` as root: become the dedicated uid if it can read what it needs."""
    with step("dedicated user"):
        if uid is not None:
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
            syscalls.prctl(syscalls.PR_SET_DUMPABLE, 1)
        syscalls.prctl(syscalls.PR_SET_CHILD_SUBREAPER, 1)


def _guard(supervisor: int, pid: int, *, orphans: bool) -> int:
    """Wait for the end of the zygote; bring it about when the supervisor ends. Exit code."""
    own = os.pidfd_open(pid)
    poll = select.poll()
    poll.register(supervisor, select.POLLIN)
    poll.register(own, select.POLLIN)
    ready = {fd for fd, _ in poll.poll()}
    if supervisor in ready:
        signal.pidfd_send_signal(own, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    if orphans:
        _bury_orphans()
    return 0 if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def _bury_orphans() -> None:
    """Kill and reap what a dead zygote left to us (only without a pid namespace)."""
    with contextlib.suppress(ChildProcessError):
        while True:
            for pid in zygote.own_children():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            os.waitpid(-1, 0)

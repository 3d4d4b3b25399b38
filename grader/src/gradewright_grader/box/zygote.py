"""The zygote: one warm process per set of imports, from which every child is forked.

Theory of operation. It has a clean environment, one OS thread (a thread pool does not survive a
fork: children would hang for ever), and frozen garbage (else every child would copy it). It never
sees a check, a reference or a submission: a job passes through it as a descriptor only. For each
request on its control socket it forks a child; at level `full` the child is the init of a pid
namespace of its own, prepared by the zygote, because a second fork in the child would double the
dominant cost: go back to our own pid namespace, take a new one for children, fork.

Each request brings the child's own report socket: the zygote answers there (a pidfd, later the
end) and kills the child when the other side hangs up. End of the control socket ends everything.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import select
import signal
import socket
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

from gradewright_grader.box import inside, landlock, limits, mounts, seccomp, syscalls, wire
from gradewright_grader.box.errors import StepError, step
from gradewright_grader.box.watchdog import anonymous

_COLLAPSE_FROM = 64 << 20  # below this, huge pages save less than they cost
_HUGE = 2 << 20
_OUR_PACKAGE = "gradewright_grader"
_KEPT: list[ModuleType] = []

Config = dict[str, Any]


def told(error: StepError) -> dict[str, Any]:
    """A StepError as a message."""
    return {"step": error.step, "number": error.number, "text": error.text}


def main(config: Config, control: socket.socket) -> NoReturn:
    """Build the world, warm up, serve until the supervisor hangs up; never returns."""
    try:
        _settle(config)
        began = time.monotonic()
        _warm_up(config)
        world = _world(config)
        seconds = time.monotonic() - began
        wire.send(control, {"ready": {"seconds": seconds, "inherited": anonymous("self")}})
    except Exception as error:
        wire.send(control, {"failed": told(StepError.of("zygote", error))})
        os._exit(1)
    Server(control, world).serve()


def _settle(config: Config) -> None:
    """Enter the root, take the clean environment, forget our own modules."""
    if config["level"] != "none":
        syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)
        syscalls.prctl(syscalls.PR_SET_CHILD_SUBREAPER, 1)
    if config["level"] == "full":
        mounts.finish_root()
        with step("host name"):
            socket.sethostname("box")
    os.chdir("/")
    os.environ.clear()
    os.environ.update(config["environ"])
    time.tzset()
    view = config["view"]
    _check_readable(view["asked"])
    outside = {str(Path(_KEEP_OUT).resolve()), _KEEP_OUT}
    sys.path[:] = [path for path in sys.path if path not in outside]
    sys.path += [view["site"], view["payload"]]
    _forget_ourselves()


_KEEP_OUT = str(Path(__file__).parents[2])


def _check_readable(paths: list[str]) -> None:
    for path in paths:
        wanted = os.R_OK | (os.X_OK if os.path.isdir(path) else 0)
        if not os.access(path, wanted):
            text = f"'{path}' is not readable for the box's user; run: chmod -R o+rX on its source"
            raise StepError("readable", 13, text)


def _forget_ourselves() -> None:
    """Payload modules must come from the payload folder, not from what the launcher loaded."""
    for name in [name for name in sys.modules if name.split(".")[0] == _OUR_PACKAGE]:
        _KEPT.append(sys.modules.pop(name))


def _warm_up(config: Config) -> None:
    import site

    # gives `exit`, `help` and the like, as every interpreter has them

    site.setquit()
    site.setcopyright()
    site.sethelper()
    for name in config["imports"]:
        with step(f"import {name}"):
            importlib.import_module(name)
    if config["warm_up"]:
        with step(f"warm-up {config['warm_up']}"):
            inside.find(config["warm_up"])()
    _assert_one_thread(config)
    gc.collect()
    gc.freeze()
    if anonymous("self") > _COLLAPSE_FROM:
        collapse_heap()


def _assert_one_thread(config: Config) -> None:
    tasks = Path("/proc/self/task")
    count = len(list(tasks.iterdir())) if tasks.exists() else 1
    if count != 1:
        raise StepError(
            "one thread",
            0,
            f"{count} OS threads after the warm-up, allowed: 1; one of the imports "
            f"{config['imports']} or the warm-up starts them: end them there",
        )


def collapse_heap() -> int:
    """Move large private memory to huge pages, so that forks copy fewer entries; returns bytes.

    Older kernels refuse, and a refusal costs nothing: it is only speed.
    """
    done = 0
    for line in Path("/proc/self/maps").read_text().splitlines():
        words = line.split()
        start, end = (int(word, 16) for word in words[0].split("-"))
        nameless = len(words) == 5 or words[5] == "[heap]"
        if words[1] != "rw-p" or not nameless or end - start < _HUGE:
            continue
        start = -(-start // _HUGE) * _HUGE
        length = (end - start) // _HUGE * _HUGE
        with contextlib.suppress(OSError):
            if length:
                syscalls.collapse(start, length)
                done += length
    return done


def _world(config: Config) -> inside.World:
    """All that a child needs to know and can be worked out once."""
    level, view = config["level"], config["view"]
    version = landlock.abi() if level != "none" else 0
    program = b""
    if level == "full":
        program = seccomp.full_program()
    elif level == "restricted":
        program = seccomp.restricted_program(signals_scoped=landlock.scopes_signals(version))
    return inside.World(
        level=level,
        uid=os.getuid(),
        gid=os.getgid(),
        landlock=version,
        program=program,
        readable=view["readable"],
        listable=view["listable"],
        inherited=limits.address_space(),
        last_capability=syscalls.last_capability() if level != "none" else 0,
    )


def own_children() -> list[int]:
    """Pids of this single-threaded process's children."""
    text = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    return [int(word) for word in text.split()]


class Server:
    """Serves requests on the control socket; one entry in `_reports` per living child."""

    def __init__(self, control: socket.socket, world: inside.World) -> None:
        self._control, self._world = control, world
        self._reports: dict[int, socket.socket] = {}
        self._poll = select.poll()
        self._own_pid_namespace = -1
        if world.level == "full":
            self._own_pid_namespace = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
        self._wake, wake = os.pipe()
        os.set_blocking(wake, False)
        os.set_blocking(self._wake, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)

    def serve(self) -> NoReturn:
        """Until the control socket ends."""
        self._poll.register(self._control, select.POLLIN)
        self._poll.register(self._wake, select.POLLIN)
        while True:
            for fd, event in self._poll.poll():
                if fd == self._control.fileno():
                    self._request()
                elif fd == self._wake:
                    self._reap()
                elif event & (select.POLLHUP | select.POLLERR):
                    self._abandoned(fd)

    def _request(self) -> None:
        received = wire.receive(self._control)
        if received is None:
            for pid in self._reports:
                _kill(pid)
            os._exit(0)
        message, (channel, job, output, report) = received
        reports = socket.socket(fileno=report)
        try:
            pid = self._fork(message, channel, job, output)
            answer, descriptors = {"pid": pid}, _pidfd(pid)
        except (OSError, StepError) as error:
            wire.send(reports, {"failed": told(StepError.of("fork", error))})
            reports.close()
            return
        finally:
            for fd in (channel, job, output):
                os.close(fd)
        self._reports[pid] = reports
        self._poll.register(reports, 0)  # hang-ups only
        with contextlib.suppress(OSError):
            wire.send(reports, answer, descriptors)
        for fd in descriptors:
            os.close(fd)

    def _fork(self, message: wire.Message, channel: int, job: int, output: int) -> int:
        if self._own_pid_namespace >= 0:
            with step("pid namespace"):
                syscalls.setns(self._own_pid_namespace, syscalls.CLONE_NEWPID)
                syscalls.unshare(syscalls.CLONE_NEWPID)
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            inside.run(self._world, message, channel, job, output)
        return pid

    def _reap(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(self._wake, 4096)
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
                if pid == 0:
                    return
                self._ended(pid, status, usage.ru_utime + usage.ru_stime)

    def _ended(self, pid: int, status: int, cpu: float) -> None:
        """Tell the end of a child, after nothing of it lives any more."""
        report = self._reports.pop(pid, None)
        if report is None:
            return  # an orphan of a child that ended before
        if self._world.level != "full":
            _kill_group(pid)
        with contextlib.suppress(KeyError):  # already, when abandoned
            self._poll.unregister(report)
        with contextlib.suppress(OSError):
            wire.send(report, {"status": status, "cpu": cpu})
        report.close()

    def _abandoned(self, fd: int) -> None:
        """Nobody waits for this child any more."""
        for pid, report in self._reports.items():
            if report.fileno() == fd:
                self._poll.unregister(report)
                _kill(pid)


def _pidfd(pid: int) -> tuple[int, ...]:
    return (os.pidfd_open(pid),) if hasattr(os, "pidfd_open") else ()


def _kill(pid: int) -> None:
    """Kill a child and its process group; `Server._reap` finds the rest."""
    for kill in (os.kill, os.killpg):
        with contextlib.suppress(ProcessLookupError):
            kill(pid, signal.SIGKILL)


def _kill_group(group: int) -> None:
    """Kill a child's process group until it is empty (children cannot leave it)."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        while True:
            os.killpg(group, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(-group, os.WNOHANG)
            time.sleep(0.001)

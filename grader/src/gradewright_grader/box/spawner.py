"""A zygote as the trusted side holds it: starting it, and starting children from it.

Theory of operation. The zygote is started as a fresh interpreter that gets its configuration as a
file on descriptor 0 and one control socket. For each child three things go to it as descriptors:
the child's channel, the job, and a report socket on which the zygote later tells the end. The child
says on its channel, before any student code is there, that its walls stand; then it is put under
its memory limit and let go.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradewright_grader
from gradewright_grader.box import child as children
from gradewright_grader.box import launcher, memory, syscalls, view, wire
from gradewright_grader.box.child import Child
from gradewright_grader.box.distributions import allow
from gradewright_grader.box.errors import BoxError, StepError, last_lines
from gradewright_grader.box.folders import open_to_all, remove_tree
from gradewright_grader.box.limits import Limits
from gradewright_grader.box.profile import LOCALE, ONE_THREAD, Level, Profile, environment
from gradewright_grader.box.watchdog import Watchdog

_BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from gradewright_grader.box.launcher import main; main()"
)
_START_SECONDS = 180.0
_SPAWN_SECONDS = 30.0


class Zygote:
    """A warm zygote: `spawn` forks a child from it."""

    def __init__(
        self, groups: memory.Cgroups | None, profile: Profile, level: Level, folder: Path
    ) -> None:
        self.profile, self.level = profile, level
        self.versions: dict[str, str] = {}
        self._groups, self._folder = groups, folder
        self._uid: int | None = None
        self._children: list[Child] = []
        self._spawned = 0
        self._lock = threading.Lock()
        self._control, theirs = wire.pair()
        self._log = syscalls.anonymous_file("zygote-log")
        try:
            self._process = self._launch(theirs)
            ready = self._await_ready()
        except BaseException:
            self.close()
            raise
        self.warm_up_seconds: float = ready["seconds"]
        self._inherited: int = ready["inherited"]

    def spawn(self, job: bytes, payload: str, limits: Limits | None = None) -> Child:
        """Fork a child that runs `payload` ("module:function") with its channel and `job`.

        Returns when all walls of the child stand and its payload begins. StepError
        names what failed; BoxError when the zygote is gone.
        """
        limits = limits or Limits()
        ours, theirs = wire.pair()
        report, zygotes_report = wire.pair()
        output = syscalls.anonymous_file("output")
        work = syscalls.anonymous_file("job", job, sealed=True)
        own_folder = self._own_folder()
        message = {"payload": payload, "limits": limits.plain(), "folder": str(own_folder or "")}
        descriptors = (theirs.fileno(), work, output, zygotes_report.fileno())
        try:
            wire.send(self._control, message, descriptors)
        except OSError as error:
            self._discard((ours, report), (output,), own_folder)
            raise self._gone() from error
        finally:
            theirs.close()
            zygotes_report.close()
            os.close(work)
        child = self._receive(ours, report, output, own_folder, limits)
        with self._lock:
            self._children = [one for one in self._children if not one.ended] + [child]
        return child

    def close(self) -> None:
        """End the zygote and all its children; returns when they are reaped."""
        self._control.close()
        if hasattr(self, "_process"):
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(5.0)
            self._process.kill()
            self._process.wait()
        for child in self._children:
            with contextlib.suppress(BoxError):
                child.wait(10.0)
        if self._log >= 0:
            os.close(self._log)
            self._log = -1
        remove_tree(self._folder)

    def __enter__(self) -> Zygote:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    # -- starting the zygote

    def _launch(self, control: socket.socket) -> subprocess.Popen[bytes]:
        source = str(Path(gradewright_grader.__file__).parents[1])
        config = -1
        try:
            text = json.dumps(self._config(control))
            config = syscalls.anonymous_file("config", text.encode())
            return subprocess.Popen(  # noqa: S603
                [view.executable(), "-P", "-s", "-S", "-B", "-c", _BOOT, source],
                stdin=config,
                stdout=self._log,
                stderr=self._log,
                pass_fds=(control.fileno(),),
                env={"PYTHONHASHSEED": "0", "PATH": os.defpath, **ONE_THREAD, **LOCALE},
                start_new_session=True,
                cwd="/",
            )
        finally:
            control.close()
            if config >= 0:
                os.close(config)

    def _config(self, control: socket.socket) -> dict[str, Any]:
        allowed = allow(self.profile.distributions)
        self.versions = allowed.versions
        entries = (allowed.entries, self.profile.extra_paths, self.profile.data)
        seen = (
            view.full_view(*entries)
            if self.level == "full"
            else view.linked_view(self._folder, *entries)
        )
        self._uid = self._dedicated_uid(seen) if self.level == "restricted" else None
        staging = self._folder / "root"
        staging.mkdir()
        return {
            "level": self.level,
            "control": control.fileno(),
            "supervisor": os.getpid(),
            "uid": self._uid,
            "staging": str(staging),
            "view": seen.plain(),
            "environ": environment(seen) | dict(self.profile.environ),
            "imports": list(self.profile.imports),
            "warm_up": self.profile.warm_up,
        }

    def _dedicated_uid(self, seen: view.View) -> int | None:
        """At `restricted`: root's stand-in, unless it could not read what it needs."""
        needed = [*view.interpreter_parts(), *seen.asked, str(self._folder)]
        if syscalls.really_root() and all(map(open_to_all, needed)):
            return launcher.BOX_UID
        return None

    def _await_ready(self) -> dict[str, Any]:
        self._control.settimeout(_START_SECONDS)
        try:
            received = wire.receive(self._control)
        except TimeoutError as error:
            raise BoxError(
                f"the zygote with imports {list(self.profile.imports)} was not ready after "
                f"{_START_SECONDS:.0f} s; run its warm-up alone to see where it waits"
            ) from error
        self._control.settimeout(None)
        if received is None:
            raise self._gone()
        _raise_failed(received[0])
        ready: dict[str, Any] = received[0]["ready"]
        return ready

    def _gone(self) -> BoxError:
        text = last_lines(syscalls.read_all(self._log)) if self._log >= 0 else "it was closed"
        return BoxError(
            f"the zygote with imports {list(self.profile.imports)} ended: {text}; start a new one"
        )

    # -- starting a child

    def _receive(
        self,
        channel: socket.socket,
        report: socket.socket,
        output: int,
        folder: Path | None,
        limits: Limits,
    ) -> Child:
        pidfd = scratch = -1
        meter: memory.Meter | None = None
        try:
            answer, descriptors = self._answer(report)
            pidfd = descriptors[0] if descriptors else -1
            pid = syscalls.pid_behind(pidfd) if pidfd >= 0 else answer["pid"]
            _, (scratch,) = self._answer(channel)
            meter = self._meter(pid, limits)
            wire.send(channel, {"go": True})
            self._answer(channel)
        except BaseException:
            if meter is not None:
                meter.close()
            self._discard((channel, report), (pidfd, output, scratch), folder)
            raise
        channel.settimeout(None)
        report.settimeout(None)
        parts = children.Parts(
            pid=pid,
            pidfd=pidfd,
            channel=channel,
            report=report,
            output=output,
            scratch=scratch,
            meter=meter,
            used_space=self._used_space(folder, limits),
            cleanup=lambda: remove_tree(folder) if folder else None,
        )
        return Child(parts, limits)

    def _answer(self, sock: socket.socket) -> tuple[wire.Message, list[int]]:
        """The next message of our own code on `sock`; raises what it says failed."""
        sock.settimeout(_SPAWN_SECONDS)
        try:
            received = wire.receive(sock)
        except TimeoutError as error:
            raise BoxError(
                f"a child was not ready after {_SPAWN_SECONDS:.0f} s; the machine is overloaded: "
                f"run fewer jobs at once"
            ) from error
        if received is None:
            raise self._gone()
        _raise_failed(received[0])
        return received

    def _meter(self, pid: int, limits: Limits) -> memory.Meter:
        if self._groups is None:
            return Watchdog(limits.memory, self._inherited)
        return self._groups.open(pid, limits.memory)

    def _used_space(self, folder: Path | None, limits: Limits) -> Callable[[int], tuple[int, int]]:
        if folder is None:
            return children.mounted_space
        return lambda _: children.folder_space(str(folder), limits.inodes)

    def _own_folder(self) -> Path | None:
        """At levels without mounts: a private folder of the child to come."""
        if self.level == "full":
            return None
        with self._lock:
            self._spawned += 1
            folder = self._folder / f"child-{self._spawned}"
        for name in ("", "work", "tmp"):
            (folder / name).mkdir(mode=0o700)
            if self._uid is not None:
                os.chown(folder / name, self._uid, self._uid)
        return folder

    def _discard(
        self, sockets: tuple[socket.socket, ...], descriptors: tuple[int, ...], folder: Path | None
    ) -> None:
        """Give back what a failed spawn holds; the zygote kills the child when we hang up."""
        for sock in sockets:
            sock.close()
        for fd in descriptors:
            if fd >= 0:
                os.close(fd)
        if folder is not None:
            remove_tree(folder)


def _raise_failed(message: wire.Message) -> None:
    failed = message.get("failed")
    if failed is not None:
        raise StepError(failed["step"], failed["number"], failed["text"])

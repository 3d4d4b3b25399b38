"""A boxed child as the trusted side sees it: its channel, its clocks, its end.

Theory of operation. One thread per child looks at it every few hundredths of a second (its report
socket wakes it at once at the end) and kills when a budget is gone; the first budget found gone
names the end. Nothing the child says is used for that: CPU clocks and memory are read from outside,
its disk through a descriptor taken before student code ran, its output from a file that we made.
The end counts only when the zygote has reaped the child, and with it its whole pid namespace.
"""

from __future__ import annotations

import contextlib
import os
import resource
import select
import signal
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from gradewright_grader.box import clock, wire
from gradewright_grader.box.clock import Process
from gradewright_grader.box.errors import BoxError
from gradewright_grader.box.inside import EXIT_MEMORY
from gradewright_grader.box.limits import Limits
from gradewright_grader.box.memory import Meter

Kind = Literal["exit", "cpu", "wall", "memory", "processes", "disk", "output", "crash", "killed"]

INTERVAL = 0.04  # seconds between two looks
_SIGNALLED: dict[int, Kind] = {signal.SIGXCPU: "cpu", signal.SIGXFSZ: "disk"}


@dataclass(frozen=True)
class End:
    """How a child ended.

    `exit`: by itself, see `exit_code`. `crash`: by `signal`, not ours. `killed`: by the caller's
    `kill()`. The others: by the budget of that name. Times in seconds.
    """

    kind: Kind
    exit_code: int | None
    signal: int | None
    cpu: float
    wall: float


@dataclass(frozen=True)
class Parts:
    """What a started child consists of, as `Zygote.spawn` collected it."""

    pid: int
    pidfd: int
    channel: socket.socket
    report: socket.socket
    output: int
    scratch: int
    meter: Meter
    used_space: Callable[[int], tuple[int, int]]
    cleanup: Callable[[], None]


class Child:
    """A running (or ended) child. Methods may be called from any thread."""

    def __init__(self, parts: Parts, limits: Limits) -> None:
        self.channel = parts.channel
        self.pid, self.limits = parts.pid, limits
        self._parts = parts
        self._clock = clock.TreeClock()
        self._lock = threading.Lock()
        self._reason: Kind | None = None
        self._end: End | None = None
        self._fault: Exception | None = None
        self._over = False  # reaped, and what we held is given back
        self._output = b""
        self._forks: dict[int, tuple[int, int]] = {}
        self._began = time.monotonic()
        self._watcher = threading.Thread(target=self._watch, name=f"box-{self.pid}", daemon=True)
        self._watcher.start()

    # -- looking at it

    @property
    def ended(self) -> bool:
        """Whether it was reaped."""
        return self._over

    def processes(self) -> list[Process]:
        """Its processes now, the payload's own first; empty once it ended."""
        if self._over:
            return []
        return clock.processes(self.pid)

    def cpu_seconds(self) -> float:
        """CPU seconds of all its processes so far."""
        with self._lock:
            return self._clock.update(self.processes())

    def threads(self) -> int:
        """OS threads of the payload's own process; 0 once it ended."""
        found = None if self._over else clock.process(self.pid)
        return 0 if found is None else found.threads

    def fork_clock(self, pid_in_box: int) -> float:
        """CPU seconds of a process that the payload forked, with its living descendants.

        ProcessLookupError when the child has no such process (any more).
        """
        pid, _ = self._fork(pid_in_box)
        return clock.used(clock.processes(pid))

    def kill_fork(self, pid_in_box: int) -> None:
        """Kill one process of the child. ProcessLookupError when there is none."""
        _, pidfd = self._fork(pid_in_box)
        signal.pidfd_send_signal(pidfd, signal.SIGKILL)

    def output(self) -> bytes:
        """What stands in the file behind descriptors 1 and 2, at most `limits.output` bytes."""
        with self._lock:
            if self._over:
                return self._output
            return os.pread(self._parts.output, self.limits.output, 0)

    # -- ending it

    def kill(self, kind: Kind = "killed") -> None:
        """End it now; `kind` names the end, e.g. "cpu" for a budget that the caller counts."""
        self._stop(kind)

    def send_signal(self, number: int) -> None:
        """Send a signal to the payload's process, e.g. SIGINT; nothing once it ended."""
        with self._lock, contextlib.suppress(ProcessLookupError):
            if not self._over:
                _send(self._parts, number)

    def wait(self, timeout: float | None = None) -> End:
        """Wait until it was reaped. TimeoutError; BoxError when we failed, not it."""
        self._watcher.join(timeout)
        if self._watcher.is_alive():
            raise TimeoutError(f"child {self.pid} still runs after {timeout} s of waiting")
        if self._fault is not None:
            raise BoxError(
                f"child {self.pid} was ended because it could not be watched: {self._fault!r}; "
                f"run the job again"
            ) from self._fault
        if self._end is None:
            raise BoxError(
                f"the zygote of child {self.pid} ended before it told the child's end; "
                f"start a new zygote and run the job again"
            )
        return self._end

    # -- the watch

    def _watch(self) -> None:
        poll = select.poll()
        poll.register(self._parts.report, select.POLLIN)
        while not poll.poll(INTERVAL * 1000):
            try:
                kind = self._overdrawn()
            except Exception as error:
                # a child that nobody can watch must not run on
                self._fault, kind = error, "killed"
            if kind is not None:
                self._stop(kind)
        received = wire.receive(self._parts.report)
        self._finish(None if received is None else received[0])

    def _overdrawn(self) -> Kind | None:
        """The first budget that is gone, if any."""
        found = clock.processes(self.pid)
        with self._lock:
            cpu = self._clock.update(found)
        checks: tuple[tuple[Kind, Callable[[], bool]], ...] = (
            ("memory", lambda: self._parts.meter.over(found)),
            ("cpu", lambda: cpu > self.limits.cpu),
            ("processes", lambda: sum(one.threads for one in found) >= self.limits.processes),
            ("output", self._output_flooded),
            ("disk", self._disk_full),
            ("wall", lambda: time.monotonic() - self._began > self.limits.wall),
        )
        return next((kind for kind, gone in checks if gone()), None)

    def _output_flooded(self) -> bool:
        return os.fstat(self._parts.output).st_size > self.limits.output

    def _disk_full(self) -> bool:
        space, inodes = self._parts.used_space(self._parts.scratch)
        return space >= self.limits.disk or inodes >= self.limits.inodes

    def _stop(self, kind: Kind) -> None:
        with self._lock, contextlib.suppress(ProcessLookupError):
            if not self._over:
                self._reason = self._reason or kind
                _send(self._parts, signal.SIGKILL)

    def _finish(self, message: wire.Message | None) -> None:
        """Everything of the child is dead: name the end, give back what we hold."""
        wall = time.monotonic() - self._began
        with self._lock:
            self._over = True
            self._output = os.pread(self._parts.output, self.limits.output, 0)
            if message is not None:
                cpu = max(self._clock.total, float(message["cpu"]))
                self._clock.total = cpu
                self._end = self._named(int(message["status"]), cpu, wall)
            self._release()

    def _named(self, status: int, cpu: float, wall: float) -> End:
        number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
        code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
        kind: Kind = "exit" if number is None else "crash"
        if self._parts.meter.over([]) or code == EXIT_MEMORY:
            kind = "memory"
        elif self._output_flooded():
            kind = "output"
        elif number is None:
            pass
        elif number == signal.SIGKILL and self._reason is not None:
            kind = self._reason
        elif number == signal.SIGKILL and cpu >= self.limits.cpu:
            kind = "cpu"
        else:
            kind = _SIGNALLED.get(number, "crash")
        return End(kind, code, number, cpu, wall)

    def _release(self) -> None:
        parts = self._parts
        parts.report.close()
        parts.meter.close()
        pidfds = [pidfd for _, pidfd in self._forks.values()]
        for fd in (parts.pidfd, parts.output, parts.scratch, *pidfds):
            if fd >= 0:
                os.close(fd)
        self._forks.clear()
        parts.cleanup()

    def _fork(self, pid_in_box: int) -> tuple[int, int]:
        """(pid, pidfd) of a process of the child, found once and then held."""
        with self._lock:
            known = self._forks.get(pid_in_box)
            if known is not None and _lives(known[1]):
                return known
            if known is not None:
                os.close(self._forks.pop(pid_in_box)[1])
            self._forks[pid_in_box] = self._find_fork(pid_in_box)
            return self._forks[pid_in_box]

    def _find_fork(self, pid_in_box: int) -> tuple[int, int]:
        for one in self.processes():
            if one.pid_in_box == pid_in_box and one.state not in "ZX":
                pidfd = os.pidfd_open(one.pid)
                again = clock.process(one.pid)
                if again is not None and again.started == one.started:
                    return one.pid, pidfd
                os.close(pidfd)
        raise ProcessLookupError(3, f"child {self.pid} has no process {pid_in_box} in its box")

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *error: object) -> None:
        self.kill()
        self._watcher.join()
        self.channel.close()


def _lives(pidfd: int) -> bool:
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    return not poll.poll(0)


def _send(parts: Parts, number: int) -> None:
    if parts.pidfd >= 0:
        signal.pidfd_send_signal(parts.pidfd, number)
    else:
        os.kill(parts.pid, number)


def mounted_space(scratch: int) -> tuple[int, int]:
    """(bytes, inodes) used in the tmpfs behind `scratch`; a full one counts as all of it."""
    found = os.fstatvfs(scratch)
    page = resource.getpagesize()
    full = found.f_bfree * found.f_frsize < page
    blocks = 1 << 62 if full else (found.f_blocks - found.f_bfree) * found.f_frsize
    return blocks, 1 << 62 if found.f_ffree == 0 else found.f_files - found.f_ffree


def folder_space(folder: str, most: int) -> tuple[int, int]:
    """(bytes, files) below a folder of the host; stops looking after `most` files."""
    waiting, size, count = [folder], 0, 0
    while waiting and count <= most:
        with contextlib.suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                count += 1
                with contextlib.suppress(OSError):
                    size += entry.stat(follow_symlinks=False).st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
    return size, count

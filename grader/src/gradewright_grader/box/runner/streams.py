"""Where a cell's text comes from: `sys.stdout`, `sys.stderr`, and descriptors 1 and 2.

Theory of operation. Python code writes through `Stream`, straight into the recorder. Code that
knows only descriptors (C libraries, `os.system`, child processes, forked workers) writes to 1 and
2, which point at two tapes: memory files in append mode. A pipe would need a reader thread, and a
second OS thread would forbid to fork the state after the notebook; a tape never blocks its writer.

Order: before anything else is recorded, what has meanwhile been appended to the tapes is pulled
over. So `print`, `os.system("echo")`, `print` come out in that order; only between the two tapes
the order within one call of C code is lost. A pull is one `lseek` a tape when nothing is new.
"""

from __future__ import annotations

import codecs
import contextlib
import ctypes
import fcntl
import io
import os
import sys
import tempfile

from gradewright_grader.box.runner.record import Recorder

_CHUNK = 1 << 20
_KEEP_ON_TAPE = 64 << 10


def scratch_file(name: str) -> int:
    """A new anonymous file's descriptor: in memory where the system can, else on disk."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create(name)
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


class Tape:
    """A file that stands in for descriptor `number`, read as it grows."""

    def __init__(self, number: int, name: str) -> None:
        self.name = name
        self._file = scratch_file(name)
        self._position = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        # Forked writers share one offset or have their own: appending is right for both.
        fcntl.fcntl(self._file, fcntl.F_SETFL, os.O_APPEND)
        os.dup2(self._file, number)

    def has_news(self) -> bool:
        """Whether something was written since the last pull."""
        return os.lseek(self._file, 0, os.SEEK_END) != self._position

    def pull(self, recorder: Recorder) -> None:
        """Move what was written since the last call into `recorder`."""
        end = os.lseek(self._file, 0, os.SEEK_END)
        # `echo > /dev/stdout` reopens the tape and truncates it: then begin at its start.
        self._position = min(self._position, end) if end > self._position else 0
        while self._position < end and not recorder.is_full:
            self._pull_chunk(recorder, end)
        if self._position < end:
            recorder.drop(end - self._position)
            self._position = end

    def _pull_chunk(self, recorder: Recorder, end: int) -> None:
        chunk = os.pread(self._file, min(_CHUNK, end - self._position), self._position)
        self._position = self._position + len(chunk) if chunk else end
        recorder.stream(self.name, self._decoder.decode(chunk))

    def rewind(self) -> None:
        """Give the memory of what has been read back, between cells."""
        if self._position > _KEEP_ON_TAPE:
            os.ftruncate(self._file, 0)
            self._position = 0


class Stream(io.TextIOBase):
    """`sys.stdout` or `sys.stderr` of a cell.

    In a forked process it writes to the descriptor, by whole lines: what two workers print at the
    same time is not mixed up within a line.
    """

    def __init__(self, taps: Taps, name: str, number: int) -> None:
        self._taps = taps
        self._recorder = taps.recorder
        self._number = number
        self._begun_line = ""
        self.name = name

    encoding = "UTF-8"
    errors = "replace"

    def write(self, text: str) -> int:
        """Record `text`; returns its length. Raises TypeError for anything but text."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        recorder = self._recorder
        if not recorder.is_owner():
            self._write_lines(text)
        else:
            if not recorder.is_full:
                self._taps.pull()
            recorder.stream(self.name, text)
        return len(text)

    def flush(self) -> None:
        """Pull in what reached the descriptors before now."""
        begun, self._begun_line = self._begun_line, ""
        if begun:
            os.write(self._number, begun.encode("utf-8", "backslashreplace"))
        self._taps.pull()

    def _write_lines(self, text: str) -> None:
        lines, newline, self._begun_line = (self._begun_line + text).rpartition("\n")
        if newline:
            os.write(self._number, (lines + newline).encode("utf-8", "backslashreplace"))

    def close(self) -> None:
        """Do nothing: a notebook's streams outlive a careless `sys.stdout.close()`."""

    def writable(self) -> bool:
        """Always."""
        return True

    def isatty(self) -> bool:
        """Never."""
        return False

    def fileno(self) -> int:
        """1 or 2, so that `subprocess.run(..., stdout=sys.stdout)` lands in the cell."""
        return self._number


class Taps:
    """Both streams and both tapes of this process, feeding `recorder`."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self._tapes: list[Tape] = []
        self.stdout = Stream(self, "stdout", 1)
        self.stderr = Stream(self, "stderr", 2)

    def install(self) -> None:
        """Take over descriptors 0, 1 and 2 and Python's streams, for the rest of this process."""
        for stream in (sys.__stdout__, sys.__stderr__):
            _flush(stream)
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.close(null)
        self._tapes = [Tape(1, "stdout"), Tape(2, "stderr")]
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115
        sys.stdout, sys.stderr = self.stdout, self.stderr

    def pull(self) -> None:
        """Bring the record up to date with the tapes."""
        if not self.recorder.is_owner():
            return
        try:
            for tape in self._tapes:
                if tape.has_news():
                    self._pull(tape)
        except OSError:
            # A student who closed our descriptors loses the tapes, not the notebook.
            self._tapes = []

    def _pull(self, tape: Tape) -> None:
        with self.recorder.lock:
            tape.pull(self.recorder)

    def settle(self) -> None:
        """At a cell's end: flush Python's original streams and C's buffers, then pull."""
        for stream in (sys.__stdout__, sys.__stderr__):
            _flush(stream)
        ctypes.CDLL(None).fflush(None)
        self.pull()

    def rewind(self) -> None:
        """Between cells: let go of what the tapes still hold."""
        with self.recorder.lock, contextlib.suppress(OSError):
            for tape in self._tapes:
                tape.rewind()


def _flush(stream: object) -> None:
    # The student may have closed or replaced it.
    with contextlib.suppress(Exception):
        stream.flush()  # type: ignore[attr-defined]

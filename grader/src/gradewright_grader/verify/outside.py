"""What checks reach outside of themselves: other files, the network, other programs.

Python tells an audit hook of every file it opens and every connection it makes. Code in C that
opens files by itself is not seen. Notebooks need no such watch: their box has nothing to reach.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
OF_THE_SYSTEM = ("/usr", "/lib", "/dev", "/proc", "/sys", "/data")
DRAWING = "drawing the cases"  # and, to separate misconceptions, running the checks
NOT_ALLOWED = {
    "socket.connect": "connects to {1}",
    "socket.getaddrinfo": "looks up the network address of {0}",
    "socket.bind": "opens a network port at {1}",
    "subprocess.Popen": "starts the program {0}",
    "os.system": "runs the command {0}",
}


class Outside:
    """Collects what is reached within `watched`; `home` is the topic's folder."""

    def __init__(self, home: Path) -> None:
        self._heard: list[tuple[str, str]] = []
        self._what = ""
        places: list[Path | str] = [
            home,
            sys.prefix,
            sys.base_prefix,
            *filter(None, sys.path),
            *OF_THE_SYSTEM,
        ]
        self._scratch = Path(tempfile.gettempdir()).resolve()
        self._readable = [Path(place).resolve() for place in places]
        sys.addaudithook(self._hear)  # for the rest of the process's life

    def findings(self) -> list[str]:
        """A line for each thing reached; what checks do while cases are drawn is told of them."""
        of_checks = {told for what, told in self._heard if what != DRAWING}
        return [
            f"{what} {told}; give it what it needs as arguments or in the topic's folder"
            for what, told in self._heard
            if what != DRAWING or told not in of_checks
        ]

    @contextmanager
    def watched(self, what: str) -> Iterator[None]:
        """Within: `what` ("tree1.q1.oracle") is at work."""
        self._what = what
        try:
            yield
        finally:
            self._what = ""

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._what:
            return
        what, self._what = self._what, ""  # looking at a path may itself be heard
        try:
            told = self._file(arguments) if event == "open" else self._act(event, arguments)
            if told and (what, told) not in self._heard:
                self._heard.append((what, told))
        finally:
            self._what = what

    def _act(self, event: str, arguments: tuple[Any, ...]) -> str:
        return NOT_ALLOWED[event].format(*arguments) if event in NOT_ALLOWED else ""

    def _file(self, arguments: tuple[Any, ...]) -> str:
        path, _, flags = arguments
        if not isinstance(path, str | bytes | os.PathLike):
            return ""  # a descriptor that is open already
        place = Path(os.fsdecode(path)).resolve()
        if place.is_relative_to(self._scratch) or place == Path(os.devnull):
            return ""
        if isinstance(flags, int) and flags & WRITING:
            return f"writes the file {place}"
        if any(place.is_relative_to(allowed) for allowed in self._readable):
            return ""
        return f"reads the file {place}"

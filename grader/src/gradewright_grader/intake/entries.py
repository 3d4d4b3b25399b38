"""An entry: one file or member that was seen and not yet read, and which names do not count."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from gradewright_grader.intake.messages import Refused
from gradewright_grader.intake.names import is_notebook
from gradewright_grader.intake.submissions import Flag

Parts = tuple[str, ...]
IGNORED: Final = frozenset({"__MACOSX", "__pycache__"})  # and every name that begins with a dot


def ignored(parts: Iterable[str]) -> bool:
    """Whether nobody handed this in: checkpoints, a Mac's resource forks, dot files."""
    return any(part.startswith(".") or part in IGNORED for part in parts)


@dataclass(frozen=True)
class Entry:
    """One name below PATH. `read` gives its bytes or raises Refused; so does `problem`, at once.

    parts: the path below PATH; path: for people; time: the channel's, seconds since 1970; whole:
    the problem is one of a whole folder; read(most): at most that many bytes, else Refused.
    """

    parts: Parts
    path: str
    time: float
    read: Callable[[int], bytes]
    problem: Refused | None = None
    whole: bool = False
    flags: tuple[Flag, ...] = ()

    @property
    def name(self) -> str:
        """The last part."""
        return self.parts[-1]

    @property
    def notebook(self) -> bool:
        """Whether it is called like a notebook."""
        return is_notebook(self.name)

    @property
    def archive(self) -> bool:
        """Whether it is called like a zip."""
        return self.name.lower().endswith(".zip")


def refused(
    parts: Parts, path: str, problem: Refused, time: float = 0.0, *, whole: bool = False
) -> Entry:
    """An entry that is never read, because of its `problem`."""

    def read(_: int) -> bytes:
        raise problem

    return Entry(parts, path, time, read, problem, whole)

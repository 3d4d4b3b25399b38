"""Regular files of a folder, listed by lstat and read through descriptors.

Theory of operation. Students may write below the folder while we look, so nothing is trusted
between two system calls. Listing walks by descriptors (a folder is opened below its parent's
descriptor, never through a link) and notes names, sizes and times. Reading opens each part of the
path again below the one before, again without following links, asks the *opened* file what it
is, and reads at most the cap. What was read is all that is ever used.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from gradewright_grader.intake.entries import Entry, Parts, ignored, refused
from gradewright_grader.intake.messages import PATH_SHOWN, Refused, shown
from gradewright_grader.intake.names import checked_utf8, is_notebook
from gradewright_grader.intake.submissions import Limits

FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a FIFO does not wait
CHUNK: Final = 1 << 20
Got = TypeVar("Got")
KINDS: Final = {
    stat.S_IFIFO: "FIFO",
    stat.S_IFSOCK: "socket",
    stat.S_IFCHR: "device",
    stat.S_IFBLK: "device",
    stat.S_IFDIR: "folder",
}


def read_path(path: Path, most: int) -> bytes:
    """One file that the instructor named. Raises Refused."""
    with _opened(os.fspath(path), FILE) as file:
        return _read_opened(file, most)


@contextmanager
def opened_file(path: Path) -> Iterator[int]:
    """The descriptor of a regular file that the instructor named. Raises Refused."""
    with _opened(os.fspath(path), FILE) as file:
        _checked_regular(os.fstat(file).st_mode)
        yield file


def list_folder(root: Path, limits: Limits, assignment_ids: frozenset[str]) -> list[Entry]:
    """Every name below `root` that counts, in order. Raises Refused for the whole folder.

    A student's folder with too many names costs that student alone; folders that are called like
    an assignment (in `assignment_ids`, casefolded) hold students' folders.
    """
    walk = _Walk(root, limits, assignment_ids, limits.entries)
    try:
        with _opened(os.fspath(root), FOLDER) as top:
            entries = list(walk.below(top, (), None))
    except _TooMany:
        raise Refused("crowded", limit=limits.entries) from None
    return sorted(entries, key=lambda entry: entry.parts)


class _Crowded(Exception):
    """A student's folder holds more names than allowed."""


class _TooMany(Exception):
    """There are more names below PATH than allowed at all."""


@dataclass
class _Quota:
    left: int

    def take(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise _Crowded


@dataclass
class _Walk:
    root: Path
    limits: Limits
    shelves: frozenset[str]
    left: int

    def below(self, folder: int, parts: Parts, quota: _Quota | None) -> Iterator[Entry]:
        for name in self._names(folder, quota):
            here = (*parts, name)
            if ignored((name,)):
                continue
            try:
                yield from self._one(folder, here, quota)
            except Refused as problem:
                yield refused(here, self._shown(here), problem)

    def _names(self, folder: int, quota: _Quota | None) -> list[str]:
        names = []
        with os.scandir(folder) as found:
            for one in found:
                self._count(quota)
                names.append(one.name)
        return sorted(names)

    def _count(self, quota: _Quota | None) -> None:
        if quota:
            quota.take()
        self.left -= 1
        if self.left < 0:
            raise _TooMany

    def _one(self, folder: int, parts: Parts, quota: _Quota | None) -> Iterator[Entry]:
        checked_utf8(parts[-1])
        told = _told(lambda: os.stat(parts[-1], dir_fd=folder, follow_symlinks=False))
        if stat.S_ISDIR(told.st_mode):
            yield from self._folder(folder, parts, quota)
        else:
            _checked_regular(told.st_mode)
            yield Entry(
                parts, self._shown(parts), told.st_mtime, lambda most: self._read(parts, most)
            )

    def _folder(self, parent: int, parts: Parts, quota: _Quota | None) -> Iterator[Entry]:
        if is_notebook(parts[-1]):
            raise Refused("folder", name=parts[-1])
        own = quota or (None if self._is_shelf(parts) else _Quota(self.limits.student_entries))
        try:
            if len(parts) > self.limits.depth:
                raise Refused("depth", limit=self.limits.depth)
            with _opened(parts[-1], FOLDER, parent) as folder:
                inside = self.below(folder, parts, own)
                # a student's folder counts as a whole: too many names in it, and none is taken
                yield from inside if quota or own is None else list(inside)
        except Refused as problem:
            yield refused(parts, self._shown(parts), problem, whole=True)
        except _Crowded:
            if quota:
                raise
            crowded = Refused("crowded", limit=self.limits.student_entries)
            yield refused(parts, self._shown(parts), crowded, whole=True)

    def _is_shelf(self, parts: Parts) -> bool:
        return len(parts) == 1 and parts[0].casefold() in self.shelves

    def _shown(self, parts: Parts) -> str:
        return shown(str(self.root.joinpath(*parts)), PATH_SHOWN)

    def _read(self, parts: Parts, most: int) -> bytes:
        with _opened(os.fspath(self.root), FOLDER) as top:
            return _read_below(top, parts, most)


def _read_below(folder: int, parts: Parts, most: int) -> bytes:
    if len(parts) > 1:
        with _opened(parts[0], FOLDER, folder) as inner:
            return _read_below(inner, parts[1:], most)
    with _opened(parts[0], FILE, folder) as file:
        return _read_opened(file, most)


def _read_opened(file: int, most: int) -> bytes:
    before = os.fstat(file)
    _checked_regular(before.st_mode)
    if before.st_size > most:
        raise Refused("big", size=before.st_size, limit=most)
    data = _told(lambda: _read_up_to(file, most + 1))
    after = os.fstat(file)
    if (len(data), after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        raise Refused("changed")
    return data


def _read_up_to(file: int, most: int) -> bytes:
    data = bytearray()
    while len(data) < most and (chunk := os.read(file, min(CHUNK, most - len(data)))):
        data += chunk
    return bytes(data)


@contextmanager
def _opened(name: str, flags: int, folder: int | None = None) -> Iterator[int]:
    descriptor = _told(lambda: os.open(name, flags, dir_fd=folder))
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _checked_regular(mode: int) -> None:
    if stat.S_ISLNK(mode):
        raise Refused("link")
    if not stat.S_ISREG(mode):
        raise Refused("special", what=KINDS.get(stat.S_IFMT(mode), "special file"))


def _told(act: Callable[[], Got]) -> Got:
    """The result of a system call; its error becomes a reason."""
    try:
        return act()
    except OSError as error:
        raise _reason(error) from None


def _reason(error: OSError) -> Refused:
    if error.errno in (errno.ELOOP, errno.ENOTDIR):  # O_NOFOLLOW, with and without O_DIRECTORY
        return Refused("link")
    if error.errno == errno.ENXIO:
        return Refused("special", what="socket")
    return Refused("unreadable", why=error.strerror or "unknown error")

"""DROP: the folder that hand-ins are put into, `<assignment>/<student>/<time>-<digest>.ipynb`.

Theory of operation. Many students and many processes may write at once, on any file system. A file
is written whole under a hidden name in its own folder, which intake passes over, and then linked to
its final name; a link never replaces anything. Where there are no links, the final name is made
empty first, which only one process can do, and replaced by the whole file. The name's digest lets
intake refuse what a crash or a full disk may have left. Newest is what intake calls so: by the
file's time, then by its name. The folders' rights are the instructor's business.
"""

from __future__ import annotations

import getpass
import hashlib
import os
import re
import secrets
import stat
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from gradewright.api.texts import Text, filled
from gradewright.host.errors import UsageError
from gradewright.notebook.refusals import shown
from gradewright.student import handin_words as words
from gradewright.student.handin import ID, LIMITS, PATH_SHOWN

LONGEST: Final = 60  # characters of a student's name: a folder's name has at most 255 bytes
DIGEST: Final = 12  # hex digits in a name
TIME: Final = "%Y%m%dT%H%M%S.%fZ"
STORED: Final = re.compile(r"(?P<time>\d{8}T\d{6}\.\d{6}Z)-(?P<digest>[0-9a-f]{12})\.ipynb")
SPECIAL: Final = re.compile(r'[/\\<>:"|?*]')
RESERVED: Final = re.compile(
    r"con|prn|aux|nul|com\d|lpt\d|__macosx|.*\.ipynb|.*_assignsubmission_.*", re.IGNORECASE
)


@dataclass(frozen=True)
class Stored:
    """One submission in DROP. `when` is from its name, UTC; `newest`: of its assignment."""

    student: str
    assignment: str
    when: datetime
    digest: str
    size: int
    path: Path
    newest: bool = True
    damaged: bool = False

    @property
    def time(self) -> str:
        """The time as a person reads it."""
        return self.when.strftime("%Y-%m-%d %H:%M:%S UTC")


def student_name(given: str | None, language: str) -> str:
    """The name a student gave, or the system's user name, fit for a folder. Raises UsageError."""
    if given is None:
        try:
            given = getpass.getuser()
        except (OSError, KeyError, ImportError):
            raise UsageError(words.say(words.NO_USER, language)) from None
    name = unicodedata.normalize("NFKC", given)
    if why := _unfit(name):
        fields = {"name": shown(given), "why": dict(why), "most": LONGEST}
        raise UsageError(words.say(words.BAD_STUDENT, language, **fields))
    return name


def checked_assignment(id: str, language: str) -> str:
    """An assignment's id that a student gave. Raises UsageError."""
    if not ID.fullmatch(id):
        raise UsageError(words.say(words.BAD_ASSIGNMENT, language, name=shown(id)))
    return id


class Drop:
    """A DROP folder that exists."""

    def __init__(self, folder: Path, language: str) -> None:
        """Raises UsageError for a path that is no folder."""
        self._folder = folder
        self._language = language
        try:
            there = folder.is_dir()
        except (OSError, ValueError):
            there = False
        if not there:
            raise self._error(words.NO_DROP, folder)

    def store(self, student: str, assignment: str, data: bytes) -> tuple[Stored, bool]:
        """Keep a notebook: (the submission, whether it is a new one).

        What is already the newest is not stored again; an older version handed in again is, since
        the newest counts. Raises UsageError where it cannot be kept.
        """
        digest = hashlib.sha256(data).hexdigest()
        try:
            folder = self._made(assignment, student)
            newest = next((one for one in self._stored(folder) if one.newest), None)
            if newest and newest.digest == digest:
                return newest, False
            path, when = _kept(folder, data, digest)
            return Stored(student, assignment, when, digest, len(data), path), True
        except OSError as error:
            raise self._error(words.NOT_STORED, self._folder, error) from None

    def submissions(self, student: str) -> list[Stored]:
        """All that lies there for a student, by assignment, newest first. Raises UsageError."""
        try:
            names = sorted(one.name for one in os.scandir(self._folder) if ID.fullmatch(one.name))
            folders = [self._folder / name / student for name in names]
            return [
                one
                for folder in folders
                if _is_folder(folder.parent)
                for one in self._stored(folder)
            ]
        except OSError as error:
            raise self._error(words.NOT_STORED, self._folder, error) from None

    def _error(self, text: Text, path: Path, error: OSError | None = None) -> UsageError:
        why = error.strerror or type(error).__name__ if error else ""
        return UsageError(
            words.say(text, self._language, path=shown(str(path), PATH_SHOWN), why=why)
        )

    def _made(self, *names: str) -> Path:
        """The folder below DROP, made where it is not there. A link is not followed."""
        folder = self._folder
        for name in names:
            folder = folder / name
            with suppress(FileExistsError):
                folder.mkdir()
            if not _is_folder(folder):
                raise self._error(words.NO_PLACE, folder)
        return folder

    def _stored(self, folder: Path) -> Iterator[Stored]:
        """What lies in a student's folder, newest first; names that are not ours are passed over."""
        if not _is_folder(folder):
            return
        found = [(one, told) for one in os.scandir(folder) if (told := STORED.fullmatch(one.name))]
        rows = [(_time(one), one.name, told) for one, told in found]
        newest = True
        for _, name, told in sorted(rows, key=lambda row: row[:2], reverse=True):
            path = folder / name
            data = _read(path)
            digest = hashlib.sha256(data).hexdigest() if data is not None else told["digest"]
            damaged = data is None or not digest.startswith(told["digest"])
            yield Stored(
                student=folder.name,
                assignment=folder.parent.name,
                when=datetime.strptime(told["time"], TIME).replace(tzinfo=UTC),
                digest=told["digest"] if damaged else digest,
                size=len(data or b""),
                path=path,
                newest=newest and not damaged,
                damaged=damaged,
            )
            newest = newest and damaged


def _unfit(name: str) -> Text | None:
    """Why a name is not fit to be a folder's on every system, and intake's name for a student."""
    why = None
    if not name.strip(" ."):
        why = "empty"
    elif len(name) > LONGEST:
        why = "long"
    elif not name.isprintable() or name != " ".join(name.split()) or _has_unseen(name):
        why = "hidden"
    elif found := SPECIAL.search(name):
        return filled(words.WHY_NAME["special"], what=found[0])
    elif name.strip(" .") != name:
        why = "edge"
    elif RESERVED.fullmatch(name):
        why = "reserved"
    return words.WHY_NAME[why] if why else None


def _has_unseen(name: str) -> bool:
    """Whether it has letters that are seen as nothing; intake would drop them."""
    return any(c in "\u115f\u1160\u3164\uffa0\u2800" for c in name)


def _is_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except FileNotFoundError:
        return False


def _time(entry: os.DirEntry[str]) -> float:
    return entry.stat(follow_symlinks=False).st_mtime


def _read(path: Path) -> bytes | None:
    """A stored notebook; None for what is no regular file, too large, or not ours to read."""
    try:
        told = path.lstat()
        if not stat.S_ISREG(told.st_mode) or told.st_size > LIMITS.file_bytes:
            return None
        return path.read_bytes()
    except OSError:
        return None


def _kept(folder: Path, data: bytes, digest: str) -> tuple[Path, datetime]:
    """Write a file whole and give it its final name: the first moment that nobody took."""
    hidden = folder / f".{secrets.token_hex(8)}.part"
    try:
        _write(hidden, data)
        while True:
            when = datetime.now(UTC)
            path = folder / f"{when.strftime(TIME)}-{digest[:DIGEST]}.ipynb"
            with suppress(FileExistsError):
                _place(hidden, path)
                return path, when
    finally:
        with suppress(OSError):
            hidden.unlink()


def _write(path: Path, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o666), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _place(hidden: Path, path: Path) -> None:
    """Give a file its final name. Raises FileExistsError where there is one of that name."""
    try:
        os.link(hidden, path)
    except FileExistsError:
        raise
    except OSError:  # this file system has no links: take the name first, then fill it at once
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
        os.replace(hidden, path)

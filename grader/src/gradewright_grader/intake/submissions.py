"""What intake hands on: submissions that were found, files that were refused, and its caps."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from gradewright.notebook import Limits as NotebookLimits

NOTEBOOK = NotebookLimits()

Words = dict[str, str]
Files = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True)
class Flag:
    """Something an instructor should see. `kind` is a key of `messages.FLAGS`; text zh and en."""

    kind: str
    text: Words


@dataclass(frozen=True)
class Found:
    """One submission. The file is never opened again: `data` and `extra` are what is graded.

    student: normalised (NFKC, nothing invisible); path: for people, one printable line;
    digest: SHA-256 in hex over data and extra files; channel_time: seconds since 1970 (UTC), the
    file's on the channel, for a zip's members the zip's own; assignment_hint: from the names of
    the file and its folders; located: from the notebook's metadata, by `collect`'s `locate`;
    assignment: the one this is taken for, None when nothing told; superseded_by: the path of the
    newer notebook of this student for the same assignment, "" for the one that counts.
    """

    student: str
    path: str
    data: bytes
    digest: str
    channel_time: float
    assignment_hint: str | None = None
    extra: Files = ()
    located: str | None = None
    assignment: str | None = None
    superseded_by: str = ""
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True)
class Refusal:
    """A file, folder or archive that was not taken. student is "" where nobody can be named.

    `kind` is a key of `messages.REASONS`; `reason` says why and what to do, zh and en.
    """

    student: str
    path: str
    reason: Words
    kind: str


@dataclass(frozen=True)
class Limits:
    """The caps, all inclusive; sizes in bytes.

    file: one notebook; student: all files of one student; total: everything that one call reads;
    archive: declared, all members of a zip; entries: names below one PATH or in one zip;
    student_entries: names below one student's folder; depth: folders below PATH; ratio: declared
    size over packed size of a member above 1 MB.
    """

    file_bytes: int = NOTEBOOK.file_bytes
    student_bytes: int = 200_000_000
    total_bytes: int = 20_000_000_000
    archive_bytes: int = 4_000_000_000
    entries: int = 50_000
    student_entries: int = 2_000
    depth: int = 12
    ratio: int = 200


DEFAULT_LIMITS = Limits()


def digest_of(data: bytes, extra: Iterable[tuple[str, bytes]] = ()) -> str:
    """SHA-256 of the notebook, or, with extra files, of it and of every name and content.

    A changed extra file thus makes another submission, as it changes what is graded.
    """
    digest = hashlib.sha256(data)
    for name, content in sorted(extra):
        digest.update(b"\0" + name.encode() + b"\0" + hashlib.sha256(content).digest())
    return digest.hexdigest()

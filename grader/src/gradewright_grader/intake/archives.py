"""Members of a zip, listed and read without ever writing one to disk.

Theory of operation. `zipfile` parses; we decide before and after. Its reads go through `_Guard`,
which refuses a list of members that is larger than any honest one (so that a million members are
never parsed) and clears the "this name is UTF-8" bit in that list: else one bad name would cost
the whole archive. Names are decoded here, one at a time. Sizes are compared as declared (whole
archive, ratio) and as found (each read is capped; zipfile checks the CRC). Members that share
bytes refuse the archive. A zip's times and order are whatever its maker wrote: each member has
the time of the zip itself.
"""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Final

from gradewright_grader.intake.entries import Entry, Parts, ignored, refused
from gradewright_grader.intake.folders import opened_file
from gradewright_grader.intake.messages import PATH_SHOWN, Refused, flag, shown
from gradewright_grader.intake.names import bare_id, called_like, is_notebook, stem_of
from gradewright_grader.intake.submissions import Flag, Limits

NAME_BYTES: Final = 256  # of a member's list entry, on average
NAME_MAX: Final = 255  # bytes of one part of a path, as on a disk
LOCAL_HEADER: Final = 30
MEMBER: Final = b"PK\1\2"
MEMBER_BYTES: Final = 46  # the fixed part of a member's list entry
FREE_RATIO: Final = 1_000_000  # bytes; below, a high ratio is harmless
METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
)


@contextmanager
def opened_archive(
    path: Path, limits: Limits, assignment_ids: Sequence[str]
) -> Iterator[list[Entry]]:
    """The members that count, in order; they can be read until the context ends.

    Raises Refused for the whole archive.
    """
    with opened_file(path) as file, os.fdopen(os.dup(file), "rb") as raw:
        archive = _parsed(raw, limits)
        members = archive.infolist()
        _check_whole(members, limits)
        time = os.fstat(file).st_mtime
        listed = [_entry(archive, one, path, time, limits) for one in members]
        counted = [one for one in listed if one.problem or (one.parts and not ignored(one.parts))]
        unwrapped = _unwrapped(counted, path, assignment_ids)
        yield sorted(_once_each(unwrapped), key=lambda one: (one.parts, one.path))


class _Guard(io.RawIOBase):
    """The archive as zipfile may read it: no large reads, no UTF-8 bit in the list of members."""

    def __init__(self, raw: BinaryIO, most: int) -> None:
        self.raw = raw
        self.most = most
        self.listing = True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.raw.seek(offset, whence)

    def tell(self) -> int:
        return self.raw.tell()

    def read(self, size: int = -1) -> bytes:
        if self.listing and size > self.most:
            raise Refused("crowded", limit=self.most // NAME_BYTES)
        data = self.raw.read(size)
        return _bytewise(data) if self.listing else data


def _bytewise(data: bytes) -> bytes:
    """A list of members with bit 11 of every member's flags cleared: names become cp437."""
    changed, at = bytearray(data), 0
    while data[at : at + 4] == MEMBER and at + MEMBER_BYTES <= len(data):
        changed[at + 9] &= ~0x08
        at += MEMBER_BYTES + sum(struct.unpack_from("<3H", data, at + 28))
    return bytes(changed)


def _parsed(raw: BinaryIO, limits: Limits) -> zipfile.ZipFile:
    guard = _Guard(raw, limits.entries * NAME_BYTES)
    try:
        archive = zipfile.ZipFile(guard)
    except BROKEN as error:
        raise Refused("zip", why=str(error) or type(error).__name__) from None
    guard.listing = False
    return archive


def _check_whole(members: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(members) > limits.entries:
        raise Refused("crowded", limit=limits.entries)
    size = sum(one.file_size for one in members)
    if size > limits.archive_bytes:
        raise Refused("zip_total", size=size, limit=limits.archive_bytes)
    ends = 0
    for one in sorted(members, key=lambda one: one.header_offset):
        if one.header_offset < ends:
            raise Refused("zip_overlap")
        ends = one.header_offset + LOCAL_HEADER + one.compress_size


def _entry(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, time: float, limits: Limits
) -> Entry:
    raw = member.orig_filename.encode("cp437")
    name, flags = _decoded(raw)
    display = shown(f"{path}/{name}", PATH_SHOWN)
    try:
        parts = _parts(raw, name)
    except Refused as problem:
        return refused((), display, problem, time)
    try:
        _check_member(member, parts, limits)
    except Refused as problem:
        return refused(parts, display, problem, time, whole=problem.kind in ("folder", "depth"))
    if _is_folder(member):
        return Entry((), display, time, lambda _: b"")  # a folder has nothing to read
    return Entry(parts, display, time, lambda most: _read(archive, member, most), flags=flags)


def _is_folder(member: zipfile.ZipInfo) -> bool:
    return member.filename.endswith(("/", "\\"))


def _decoded(raw: bytes) -> tuple[str, tuple[Flag, ...]]:
    """The name by UTF-8, else by GBK (Windows in Chinese), which is a guess and flagged."""
    try:
        return raw.decode(), ()
    except UnicodeDecodeError:
        name = raw.decode("gb18030", "surrogateescape")
        return name, (flag("guessed", name=name),)


def _parts(raw: bytes, name: str) -> Parts:
    parts = tuple(name.replace("\\", "/").split("/"))
    if b"\0" in raw:
        raise _bad_name(name, "has a NUL in it", "含有 NUL 字符")
    if not name.isprintable() and any("\udc80" <= c <= "\udcff" for c in name):
        raise _bad_name(name, "is neither UTF-8 nor GBK", "既不是 UTF-8 也不是 GBK")
    if ".." in parts:
        raise _bad_name(name, 'has ".." in it', "含有 “..”")
    if not parts[0] or parts[0].endswith(":"):
        raise _bad_name(name, "is absolute", "是绝对路径")
    if any(len(part.encode()) > NAME_MAX for part in parts):
        raise _bad_name(
            name, f"has a part of more than {NAME_MAX} bytes", f"有一段超过 {NAME_MAX} 字节"
        )
    return tuple(part for part in parts if part not in ("", "."))


def _bad_name(name: str, why: str, why_zh: str) -> Refused:
    return Refused("zip_name", name=name, why=why, why_zh=why_zh)


def _check_member(member: zipfile.ZipInfo, parts: Parts, limits: Limits) -> None:
    mode = member.external_attr >> 16
    if stat.S_IFMT(mode) == stat.S_IFLNK:
        raise Refused("link")
    if any(is_notebook(part) for part in (parts if _is_folder(member) else parts[:-1])):
        raise Refused("folder", name=next(part for part in parts if is_notebook(part)))
    if len(parts) > limits.depth + 1:
        raise Refused("depth", limit=limits.depth)
    if member.flag_bits & 0x1:
        raise Refused("zip_locked")
    if member.compress_type not in METHODS:
        raise Refused("zip_method", method=member.compress_type)
    ratio = member.file_size // max(member.compress_size, 1)
    if member.file_size > FREE_RATIO and ratio > limits.ratio:
        raise Refused("zip_ratio", ratio=ratio, limit=limits.ratio)


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    if member.file_size > most:
        raise Refused("big", size=member.file_size, limit=most)
    try:
        with archive.open(member) as opened:
            data = opened.read(most + 1)
    except BROKEN as error:
        raise Refused("zip_member", why=str(error) or type(error).__name__) from None
    if len(data) != member.file_size:
        raise Refused("zip_member", why=f"{len(data)} bytes, {member.file_size} declared")
    return data


def _once_each(entries: list[Entry]) -> Iterator[Entry]:
    """Entries whose name stands once; others become one refusal a name."""
    counts = Counter(one.parts for one in entries if one.parts)
    seen: set[Parts] = set()
    for one in entries:
        if not one.parts or counts[one.parts] == 1:
            yield one
        elif one.parts not in seen:
            seen.add(one.parts)
            problem = Refused("zip_twice", name="/".join(one.parts), count=counts[one.parts])
            yield refused(one.parts, one.path, problem, one.time)


def _unwrapped(entries: list[Entry], path: Path, assignment_ids: Sequence[str]) -> list[Entry]:
    """Without the one folder that "compress" puts around everything, called like the zip.

    It stays where a student's name would go with it: `alice/tree1.ipynb` in `alice.zip`.
    """
    tops = {one.parts[0] for one in entries if one.parts}
    if len(tops) != 1 or any(len(one.parts) == 1 for one in entries):
        return entries
    flat = [one for one in entries if len(one.parts) == 2 and one.notebook]
    bare = any(bare_id(stem_of(one.name), assignment_ids) for one in flat)
    if not called_like(tops.pop(), path.stem) or bare or len(flat) == 1:
        return entries
    return [replace(one, parts=one.parts[1:]) for one in entries]

"""One student's files: which are read, which notebook counts for which assignment, what goes along.

Newest first: by the channel's time, then by name in natural order. A refused file supersedes
nothing. Notebooks that nothing assigns to an assignment stay side by side: which is meant is not
for intake to guess.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Protocol

from gradewright_grader.intake.entries import Entry
from gradewright_grader.intake.messages import Refused, flag, shown
from gradewright_grader.intake.names import Placed, dropped_digest, natural, stem_of
from gradewright_grader.intake.submissions import Files, Flag, Found, Limits, Refusal, digest_of


class ExtraRule(Protocol):
    """Files that may come with a notebook: a pattern of names and a size in bytes."""

    @property
    def pattern(self) -> str:
        """As in a shell, for names in the notebook's own folder."""

    @property
    def max_bytes(self) -> int:
        """For one file."""


@dataclass(frozen=True)
class Rules:
    """What one call of `collect` was asked for."""

    limits: Limits
    assignment_ids: tuple[str, ...]
    assignment: str | None
    locate: Callable[[bytes], str | None] | None
    extras: Callable[[str], Sequence[ExtraRule]] | None


@dataclass
class Quota:
    """How many bytes may still be read; `kind` is the reason when there are too few."""

    kind: str
    limit: int
    used: int = 0

    def take(self, count: int) -> None:
        """Raises Refused when this is too much; nothing is taken then."""
        if self.used + count > self.limit:
            raise Refused(self.kind, limit=self.limit)
        self.used += count


@dataclass(frozen=True)
class Item:
    """An entry and whose it is."""

    entry: Entry
    placed: Placed


@dataclass
class Student:
    """All items of one student; `results` says what becomes of them, sorted by path."""

    name: str
    items: list[Item]
    rules: Rules
    total: Quota
    used: set[str] = field(default_factory=set)  # paths of extra files that went along

    def results(self) -> list[Found | Refusal]:
        """Every submission and every refusal of this student."""
        if len(owners := sorted({item.placed.owner for item in self.items})) > 1:
            return [self._collision(owner, owners) for owner in owners]
        notebooks = list(self._read())
        found: list[Found | Refusal] = [*_marked([one for one in notebooks if _is_found(one)])]
        found += [one for one in notebooks if isinstance(one, Refusal)]
        found += self._others()
        return sorted(found or self._nothing(), key=lambda one: one.path)

    def refusal(self, item: Item, problem: Refused) -> Refusal:
        """The row of one item that is not taken."""
        return Refusal(self.name, item.entry.path, problem.reason, problem.kind)

    def _collision(self, owner: str, owners: Sequence[str]) -> Refusal:
        first = min(one.entry.path for one in self.items if one.placed.owner == owner)
        others = ", ".join(f'"{shown(other)}"' for other in owners if other != owner)
        problem = Refused("collision", own=owner, others=others, student=self.name)
        return Refusal(self.name, first, problem.reason, problem.kind)

    def _read(self) -> Iterator[Found | Refusal]:
        quota = Quota("student_total", self.rules.limits.student_bytes)
        notebooks = [item for item in self.items if item.entry.notebook]
        for item in sorted(notebooks, key=self._rank, reverse=True):
            try:
                yield self._found(item, self._bytes(item.entry, quota), quota)
            except Refused as problem:
                yield self.refusal(item, problem)

    def _rank(self, item: Item) -> tuple[object, ...]:
        """Greatest is newest; what is named for another assignment than the asked one is last."""
        meant = item.placed.hint in (None, self.rules.assignment) or not self.rules.assignment
        return (meant, item.entry.time, natural(stem_of(item.entry.name)), item.entry.path)

    def _bytes(self, entry: Entry, quota: Quota, most: int | None = None) -> bytes:
        data = entry.read(self.rules.limits.file_bytes if most is None else most)
        self.total.take(len(data))
        quota.take(len(data))
        return data

    def _found(self, item: Item, data: bytes, quota: Quota) -> Found:
        _check_dropped(item, data)
        located = self._located(data)
        taken = self.rules.assignment or item.placed.hint or located
        extra, flags = self._extra(item, taken, quota)
        return Found(
            student=self.name,
            path=item.entry.path,
            data=data,
            digest=digest_of(data, extra),
            channel_time=item.entry.time,
            assignment_hint=item.placed.hint,
            extra=extra,
            located=located,
            assignment=taken,
            flags=(
                *item.entry.flags,
                *_name_flags(item),
                *_mismatches(item, taken, located),
                *flags,
            ),
        )

    def _located(self, data: bytes) -> str | None:
        located = self.rules.locate(data) if self.rules.locate else None
        return located if located in self.rules.assignment_ids else None

    def _extra(self, item: Item, taken: str | None, quota: Quota) -> tuple[Files, list[Flag]]:
        files: list[tuple[str, bytes]] = []
        flags: list[Flag] = []
        for entry, most in self._allowed(item, taken):
            self.used.add(entry.path)
            try:
                files.append((entry.name, self._bytes(entry, quota, most)))
            except Refused as problem:
                why, why_zh = problem.reason["en"], problem.reason["zh"]
                flags.append(flag("extra", name=entry.name, why=why, why_zh=why_zh))
        return tuple(sorted(files)), flags

    def _allowed(self, item: Item, taken: str | None) -> Iterator[tuple[Entry, int]]:
        """Files beside the notebook that the assignment allows, each with its cap."""
        if not (taken and item.placed.own and self.rules.extras):
            return
        rules = self.rules.extras(taken)
        folder = item.entry.parts[:-1]
        for other in (one.entry for one in self.items):
            fits = [r.max_bytes for r in rules if fnmatchcase(other.name, r.pattern)]
            if fits and not other.notebook and other.parts[:-1] == folder:
                yield other, max(fits)

    def _others(self) -> list[Refusal]:
        """Rows for what is no notebook but may have been meant as one."""
        rest = [one for one in self.items if not one.entry.notebook]
        rows = [(one, _meant(one)) for one in rest if one.entry.path not in self.used]
        return [self.refusal(one, problem) for one, problem in rows if problem]

    def _nothing(self) -> list[Found | Refusal]:
        """A student's folder without any notebook is never passed over in silence."""
        own = [one for one in self.items if one.placed.own]
        names = ", ".join(shown(one.entry.name, 40) for one in own[:5])
        return [self.refusal(own[0], Refused("none", names=names))] if own else []


def _is_found(one: Found | Refusal) -> bool:
    return isinstance(one, Found)


def _marked(found: Sequence[Found | Refusal]) -> Iterator[Found]:
    """Newest first in; in each assignment the first counts, the others say which one does."""
    ordered = [one for one in found if isinstance(one, Found)]
    counts = Counter(one.assignment for one in ordered)
    newest: dict[str, str] = {}
    for one in ordered:
        if one.assignment is None or counts[one.assignment] == 1:
            yield one
        elif one.assignment in newest:
            by = newest[one.assignment]
            yield replace(one, superseded_by=by, flags=(*one.flags, flag("superseded", by=by)))
        else:
            newest[one.assignment] = one.path
            several = flag("several", count=counts[one.assignment])
            yield replace(one, flags=(*one.flags, several))


def _meant(item: Item) -> Refused | None:
    entry = item.entry
    if entry.problem:
        loud = entry.whole or entry.archive or not item.placed.own
        return entry.problem if loud else None
    if entry.archive:
        return Refused("nested", name=entry.name)
    if entry.name.lower().endswith((".ipynb.txt", ".ipynb.json")):
        return Refused("renamed", name=entry.name)
    return None


def _check_dropped(item: Item, data: bytes) -> None:
    named = dropped_digest(item.entry.name) if item.placed.dropped else ""
    actual = hashlib.sha256(data).hexdigest()
    if not actual.startswith(named):
        raise Refused("drop", named=named, actual=actual[: len(named)])


def _name_flags(item: Item) -> Iterator[Flag]:
    if item.placed.raw != item.placed.student:
        yield flag("name", raw=item.placed.raw, student=item.placed.student)


def _mismatches(item: Item, taken: str | None, located: str | None) -> Iterator[Flag]:
    told = (
        (item.placed.hint, "文件名", "file's name"),
        (located, "notebook 元数据", "notebook's metadata"),
    )
    for other, where, where_en in told:
        if taken and other and other != taken:
            yield flag("mismatch", taken=taken, other=other, where=where, where_en=where_en)

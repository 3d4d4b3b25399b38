"""`collect`: from what an instructor points at to submissions and refusals, student by student.

Theory of operation. First every PATH is listed (names, sizes, times; nothing is read), so that
all of one student's files are known together, wherever they lie. Then students come one by one in
order, and only the current student's files are in memory. The order and the content of what comes
out depend on the files alone, never on the file system's order.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from gradewright.host.errors import UsageError
from gradewright_grader.intake.archives import opened_archive
from gradewright_grader.intake.entries import Entry
from gradewright_grader.intake.folders import list_folder, read_path
from gradewright_grader.intake.messages import PATH_SHOWN, Refused, shown
from gradewright_grader.intake.names import is_notebook, placed
from gradewright_grader.intake.students import ExtraRule, Item, Quota, Rules, Student
from gradewright_grader.intake.submissions import DEFAULT_LIMITS, Found, Limits, Refusal


def collect(
    paths: Iterable[str | os.PathLike[str]],
    *,
    limits: Limits = DEFAULT_LIMITS,
    assignment_ids: Iterable[str] = (),
    assignment: str | None = None,
    locate: Callable[[bytes], str | None] | None = None,
    extras: Callable[[str], Sequence[ExtraRule]] | None = None,
) -> Iterator[Found | Refusal]:
    """Every submission below the paths, lazily, sorted by student and path; refusals among them.

    assignment_ids: all that are known, to be recognised in names; assignment: the one that is
    asked for, if any: everything is taken for it; locate: the id in a notebook's metadata, from
    its bytes (must not raise); extras: which files may come with an assignment's notebook. Raises
    UsageError at once for a path that does not exist.
    """
    roots = list(dict.fromkeys(Path(path) for path in paths))
    for root in roots:
        if not os.path.lexists(root):
            raise UsageError(
                f'there is no file or folder "{shown(str(root))}": name a folder, a .zip or an '
                ".ipynb that exists"
            )
    rules = Rules(limits, tuple(dict.fromkeys(assignment_ids)), assignment, locate, extras)
    return _collected(roots, rules)


def _collected(roots: Sequence[Path], rules: Rules) -> Iterator[Found | Refusal]:
    with ExitStack() as opened:
        students: dict[str, list[Item]] = {}
        for root in roots:
            try:
                entries = _entries(root, rules, opened)
            except Refused as problem:
                yield Refusal("", shown(str(root), PATH_SHOWN), problem.reason, problem.kind)
            else:
                yield from _sorted_out(entries, rules, students)
        total = Quota("total", rules.limits.total_bytes)
        for name in sorted(students):
            yield from Student(name, students.pop(name), rules, total).results()


def _entries(root: Path, rules: Rules, opened: ExitStack) -> list[Entry]:
    """All names below one PATH. Raises Refused for the whole PATH."""
    told = root.lstat()
    if stat.S_ISLNK(told.st_mode):
        raise Refused("link")
    if stat.S_ISDIR(told.st_mode):
        return _folder(root, rules)
    if is_notebook(root.name):
        path = shown(str(root), PATH_SHOWN)
        return [Entry((root.name,), path, told.st_mtime, lambda most: read_path(root, most))]
    if root.suffix.lower() == ".zip":
        return opened.enter_context(opened_archive(root, rules.limits, rules.assignment_ids))
    raise Refused("suffix", name=root.name)


def _folder(root: Path, rules: Rules) -> list[Entry]:
    if is_notebook(root.name):
        raise Refused("folder", name=root.name)
    shelves = frozenset(one.casefold() for one in rules.assignment_ids)
    return list_folder(root, rules.limits, shelves)


def _sorted_out(
    entries: Iterable[Entry], rules: Rules, students: dict[str, list[Item]]
) -> Iterator[Refusal]:
    """Put each entry with its student; rows for those that name nobody."""
    for entry in entries:
        try:
            if not entry.parts and entry.problem:
                raise entry.problem
            where = placed(entry.parts, rules.assignment_ids)
        except Refused as nameless:
            problem = entry.problem or nameless
            yield Refusal("", entry.path, problem.reason, problem.kind)
        else:
            students.setdefault(where.student, []).append(Item(entry, where))

"""Whose a file is and for which assignment, told from names alone.

The rules, in this order; "first folder" is the first below PATH (or below a zip's root):

1. a first folder that is the id of an assignment tells the assignment and is taken off;
2. a name that an LMS made (`CHANNELS`) tells the student;
3. else the first folder is the student;
4. else the file's stem is, without the assignment's id, its language and a browser's "(1)";
5. if nothing is left (`tree1.ipynb`), the student is called like the stem.

The assignment is the one whose id stands in the file's name, else a folder's whole name. A name
inside a student's own folder never tells who the student is: students choose those names.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from gradewright_grader.intake.messages import Refused, shown

LONGEST: Final = 120  # characters of a student's name
COPY: Final = re.compile(r"(?:[ _]\(\d+\)|-Copy\d*| - Copy| - 副本|\.ipynb)$", re.IGNORECASE)
EXPORT: Final = re.compile(r"assignment_\d+_export")
DROPPED: Final = re.compile(r"[0-9TZ:.+-]{8,40}-(?P<digest>[0-9a-f]{8,64})")
UNSEEN: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
BLANK: Final = frozenset({"\u115f", "\u1160", "\u3164", "\uffa0", "\u2800"})  # seen as nothing
EDGES: Final = " ._-"


@dataclass(frozen=True)
class Channel:
    """A kind of name that an LMS gives its downloads.

    `of`: "folder" (the first one) or "file" (one without a folder). The group `student` is the
    name; `owner`, where there is one, tells namesakes apart.
    """

    name: str
    of: str
    pattern: re.Pattern[str]


# Canvas numbers its users for good, so the number belongs to the student's name here; Moodle's
# number is another one in every assignment, so two of a name in one download are a collision.
CHANNELS: Final = (
    Channel("canvas", "file", re.compile(r"(?P<student>[^_]+(?:_LATE)?_\d+)_\d+_(?P<file>.+)")),
    Channel(
        "moodle",
        "folder",
        re.compile(r"(?P<owner>(?P<student>.+?)_\d+)_assignsubmission_(?:file|onlinetext)_?"),
    ),
    Channel(
        "moodle",
        "file",
        re.compile(
            r"(?P<owner>(?P<student>.+?)_\d+)_assignsubmission_(?:file|onlinetext)_(?P<file>.+)"
        ),
    ),
    Channel("gradescope", "folder", re.compile(r"(?P<student>submission_\d+)")),
)


@dataclass(frozen=True)
class Placed:
    """Whose a file is: `student` normalised, `owner` as the path has it, `hint` the assignment.

    raw: the name before it was normalised; own: whether the file lies in a folder that holds this
    student's files alone; dropped: whether it lies in DROP's `<assignment>/<student>/`.
    """

    student: str
    owner: str
    raw: str
    hint: str | None
    own: bool
    dropped: bool


def placed(parts: Sequence[str], assignment_ids: Sequence[str]) -> Placed:
    """Apply the rules to a path below PATH. Raises Refused when no student's name results."""
    ids = {one.casefold(): one for one in assignment_ids}
    shelf = ids.get(parts[0].casefold()) if len(parts) > 1 else None
    rest = parts[1:] if shelf else parts
    own = len(rest) > 1
    owner, name, file_stem = _owner(rest, assignment_ids)
    hint = hinted(file_stem, assignment_ids) or _folder_hint(rest[:-1], ids) or shelf
    dropped = shelf is not None and len(rest) == 2
    return Placed(student_name(name), owner, name, hint, own, dropped)


def hinted(stem: str, assignment_ids: Sequence[str]) -> str | None:
    """The one assignment whose id stands in the stem, bounded; None for none or for several."""
    spans = {one: found.span() for one in assignment_ids if (found := _id_in(one).search(stem))}
    kept = [one for one, span in spans.items() if not _inside(span, spans.values())]
    return kept[0] if len(kept) == 1 else None


def bare_id(stem: str, assignment_ids: Sequence[str]) -> bool:
    """Whether a stem names an assignment and nobody: "tree1", "tree1.zh", "tree1 (1)"."""
    hint = hinted(stem, assignment_ids)
    return hint is not None and _id_in(hint).sub("", _without_copy(stem)).strip(EDGES) == ""


def called_like(folder: str, stem: str) -> bool:
    """Whether a folder in a zip is called like the zip, or is Gradescope's export."""
    same = _without_copy(folder).casefold() == _without_copy(stem).casefold()
    return same or EXPORT.fullmatch(folder) is not None


def stem_of(name: str) -> str:
    """A notebook's name without its suffix."""
    return name[: -len(".ipynb")] if is_notebook(name) else name


def is_notebook(name: str) -> bool:
    """Whether a name ends like a notebook's."""
    return name.lower().endswith(".ipynb")


def student_name(raw: str) -> str:
    """The name in NFKC, nothing invisible, blanks single. Raises Refused where none is left.

    NFKC comes first: it can make a slash or dots of a harmless-looking character.
    """
    folded = " ".join(unicodedata.normalize("NFKC", checked_utf8(raw)).split())
    seen = "".join(c for c in folded if unicodedata.category(c) not in UNSEEN and c not in BLANK)
    name = " ".join(unicodedata.normalize("NFKC", seen).split())
    if why := _unfit(name):
        raise Refused("nameless", name=raw, why=why, limit=LONGEST)
    return name


def natural(text: str) -> tuple[tuple[int, str], ...]:
    """A key that sorts "tree1-10" after "tree1-9"."""
    return tuple(
        (int(run), "") if run.isdecimal() and run.isascii() else (-1, run)
        for run in re.findall(r"[0-9]{1,18}|[^0-9]+", text)
    )


def checked_utf8(name: str) -> str:
    """The name, if it can be written as UTF-8. Raises Refused."""
    try:
        name.encode()
    except UnicodeEncodeError:
        raise Refused("encoding", name=shown(name)) from None
    return name


def dropped_digest(name: str) -> str:
    """The digest in a name of DROP (`<time>-<digest>.ipynb`), "" in any other."""
    found = DROPPED.fullmatch(stem_of(name))
    return found["digest"] if found else ""


def _owner(rest: Sequence[str], assignment_ids: Sequence[str]) -> tuple[str, str, str]:
    """(as the path has it, the student's raw name, the stem that may hint at the assignment)."""
    kind = "folder" if len(rest) > 1 else "file"
    stem = stem_of(rest[-1])
    for channel in CHANNELS:
        first = rest[0] if kind == "folder" else stem
        if channel.of == kind and (found := channel.pattern.fullmatch(first)):
            groups = found.groupdict()
            name = groups["student"].replace("_LATE", "")
            return groups.get("owner") or name, name, groups.get("file") or stem
    name = rest[0] if kind == "folder" else _without_id(stem, assignment_ids)
    return name, name, stem


def _without_copy(stem: str) -> str:
    while (shorter := COPY.sub("", stem)) not in ("", stem):
        stem = shorter
    return stem


def _without_id(stem: str, assignment_ids: Sequence[str]) -> str:
    stem = _without_copy(stem)
    hint = hinted(stem, assignment_ids)
    if hint is None or not (found := _id_in(hint).search(stem)):
        return stem
    before, after = stem[: found.start()].rstrip(EDGES), stem[found.end() :].lstrip(EDGES)
    return "_".join(part for part in (before, after) if part) or stem


def _id_in(assignment_id: str) -> re.Pattern[str]:
    language = r"(?:[._-](?:zh|en)(?![A-Za-z0-9]))?"
    bounded = rf"(?<![A-Za-z0-9]){re.escape(assignment_id)}(?![A-Za-z0-9])"
    return re.compile(bounded + language, re.IGNORECASE)


def _inside(span: tuple[int, int], spans: Collection[tuple[int, int]]) -> bool:
    return any(one != span and one[0] <= span[0] and span[1] <= one[1] for one in spans)


def _folder_hint(folders: Sequence[str], ids: dict[str, str]) -> str | None:
    named = (ids[one.casefold()] for one in reversed(folders) if one.casefold() in ids)
    return next(named, None)


def _unfit(name: str) -> str:
    if not name.strip(". "):
        return "nothing visible is left"
    if "/" in name or "\\" in name:
        return "it has a slash"
    return f"it has {len(name)} characters" if len(name) > LONGEST else ""

"""Small classes of students on disk and in zips."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

from gradewright_grader.intake import Found, Refusal, collect

IDS = ("tree1", "tree2", "lin1")


def put(root: Path, files: dict[str, bytes | str], time: float = 1000.0) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        os.utime(path, (time, time))
    return root


def zipped(path: Path, files: dict[str, bytes | str], time: float = 1000.0) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    os.utime(path, (time, time))
    return path


def got(*paths, **options):
    return list(collect(paths, assignment_ids=IDS, **options))


def found(*paths, **options) -> list[Found]:
    return [one for one in got(*paths, **options) if isinstance(one, Found)]


def refused(*paths, **options) -> list[Refusal]:
    return [one for one in got(*paths, **options) if isinstance(one, Refusal)]


def students(*paths, **options) -> list[tuple[str, str | None]]:
    return [(one.student, one.assignment) for one in found(*paths, **options)]


def only(*paths, **options):
    """The one refusal; zoe is graded all the same."""
    assert students(*paths, **options) == [("zoe", "tree1")]
    (row,) = refused(*paths, **options)
    assert set(row.reason) == {"zh", "en"}
    assert "\n" not in "".join(row.reason.values())
    return row

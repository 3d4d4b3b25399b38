"""A report written anew: what an earlier one left goes, what is somebody else's stays."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from gradewright_grader.report import GradedPage, write_report
from gradewright_grader.report.site import PAGES

from . import building as b


def written(folder: Path, *students: str) -> list[str]:
    """The files of a folder after a report on these students."""
    write_report(folder, [b.page(student=name) for name in students], [b.INFO])
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and path.name != PAGES
    )


def test_pages_of_students_who_are_gone_are_removed(tmp_path: Path) -> None:
    written(tmp_path, "wang", "李婷")
    assert written(tmp_path, "wang") == ["index.html", "students/wang.html"]
    assert written(tmp_path) == ["index.html"]


def test_only_pages_that_a_report_wrote_are_removed(tmp_path: Path) -> None:
    written(tmp_path, "changed", "linked", "gone", "kept")
    students = tmp_path / "students"
    (students / "notes.html").write_text("<p>mine</p>", encoding="utf-8")
    (students / "kept.html").rename(students / "copy.html")
    (students / "changed.html").write_text("<p>mine now</p>", encoding="utf-8")
    (students / "linked.html").rename(tmp_path / "elsewhere.html")
    (students / "linked.html").symlink_to(tmp_path / "elsewhere.html")
    written(tmp_path, "kept")
    assert sorted(path.name for path in students.iterdir()) == [
        "changed.html", "copy.html", "kept.html", "linked.html", "notes.html",
    ]  # fmt: skip


def test_a_list_of_pages_cannot_reach_beyond_the_folder_of_students(tmp_path: Path) -> None:
    (tmp_path / "students").mkdir()
    digest = hashlib.sha256(b"mine").hexdigest()
    names = ["../mine.html", "..\\mine.html", "mine.txt", "", "\x00.html"]
    for name in ("mine.html", "students/mine.txt"):
        (tmp_path / name).write_bytes(b"mine")
    lines = [f"{digest}  {name}" for name in names]
    (tmp_path / PAGES).write_text("\n".join([*lines, digest, "cut off"]), encoding="utf-8")
    assert written(tmp_path) == ["index.html", "mine.html", "students/mine.txt"]
    assert (tmp_path / PAGES).read_text(encoding="utf-8") == ""


def test_pages_of_a_report_that_was_killed_are_known_to_the_next(tmp_path: Path) -> None:
    def killed() -> Iterator[GradedPage]:
        yield b.page(student="wang")
        raise KeyboardInterrupt

    written(tmp_path, "李婷")
    with pytest.raises(KeyboardInterrupt):
        write_report(tmp_path, killed(), [b.INFO])
    assert len(list((tmp_path / "students").iterdir())) == 2  # nothing goes before the index
    assert written(tmp_path) == ["index.html"]

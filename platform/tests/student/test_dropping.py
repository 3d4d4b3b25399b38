"""DROP: names, atomic storing, what counts as newest, hostile folders, several processes at once."""

from __future__ import annotations

import errno
import getpass
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradewright.host.errors import UsageError
from gradewright.student import dropping
from gradewright.student.dropping import Drop, checked_assignment, student_name

DATA = b'{"cells": []}'


@pytest.fixture
def drop(tmp_path: Path) -> Drop:
    return Drop(tmp_path, "en")


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def aged(path: Path, seconds: int) -> None:
    """Make a file that many seconds older."""
    told = path.stat()
    os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns - seconds * 10**9))


# --- storing


def test_file_is_stored_whole_under_time_and_digest(drop: Drop, tmp_path: Path) -> None:
    stored, new = drop.store("ann", "tree1", DATA)
    digest = hashlib.sha256(DATA).hexdigest()
    assert new
    assert (stored.digest, stored.size, stored.path.read_bytes()) == (digest, len(DATA), DATA)
    time = stored.when.strftime("%Y%m%dT%H%M%S.%fZ")
    assert files(tmp_path) == [f"tree1/ann/{time}-{digest[:12]}.ipynb"]
    assert stored.path.stat().st_mode & 0o400
    assert stored.time.endswith(" UTC")


def test_same_file_again_is_told_and_not_stored(drop: Drop, tmp_path: Path) -> None:
    first, _ = drop.store("ann", "tree1", DATA)
    again, new = drop.store("ann", "tree1", DATA)
    assert (again, new) == (first, False)
    assert len(files(tmp_path)) == 1


def test_older_version_again_is_the_newest_again(drop: Drop, tmp_path: Path) -> None:
    for data in (DATA, b"other", DATA):
        assert drop.store("ann", "tree1", data)[1]
    newest, *older = drop.submissions("ann")
    assert newest.newest
    assert newest.digest == hashlib.sha256(DATA).hexdigest()
    assert [one.newest for one in older] == [False, False]
    assert len(files(tmp_path)) == 3


def test_newest_is_by_the_files_time_as_at_grading(drop: Drop) -> None:
    first, _ = drop.store("ann", "tree1", b"first")
    second, _ = drop.store("ann", "tree1", b"second")
    aged(second.path, 100)
    assert [one.digest for one in drop.submissions("ann")] == [first.digest, second.digest]


def test_damaged_file_does_not_count_and_can_be_handed_in_again(drop: Drop) -> None:
    first, _ = drop.store("ann", "tree1", b"first")
    cut, _ = drop.store("ann", "tree1", DATA)
    aged(first.path, 100)
    cut.path.write_bytes(DATA[:3])
    damaged, older = drop.submissions("ann")
    assert (damaged.damaged, damaged.newest, older.newest) == (True, False, True)
    assert drop.store("ann", "tree1", DATA)[1]
    cut.path.unlink()
    cut.path.mkdir()  # what is no file at all is damaged too
    assert [one.damaged for one in drop.submissions("ann")].count(True) == 1


@pytest.mark.parametrize("code", [errno.EPERM, errno.ENOTSUP, errno.EXDEV, errno.ENOSYS])
def test_file_system_without_links(
    drop: Drop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def no_link(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "link", no_link)
    stored, _ = drop.store("ann", "tree1", DATA)
    assert stored.path.read_bytes() == DATA
    assert len(files(tmp_path)) == 1


@pytest.mark.parametrize("links", [True, False])
def test_taken_name_is_never_overwritten(
    drop: Drop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    place, tried = dropping._place, []

    def placed(hidden: Path, path: Path) -> None:
        tried.append(path)
        if len(tried) == 1:
            path.write_bytes(b"somebody else's")
        place(hidden, path)

    def no_link(*_: object) -> None:
        raise OSError(errno.EPERM, "no")

    if not links:
        monkeypatch.setattr(os, "link", no_link)
    monkeypatch.setattr(dropping, "_place", placed)
    stored, _ = drop.store("ann", "tree1", DATA)
    assert tried[0].read_bytes() == b"somebody else's"
    assert stored.path == tried[1]
    assert stored.path.read_bytes() == DATA
    assert len(files(tmp_path)) == 2


def test_another_file_system() -> None:
    shared = Path("/dev/shm")
    if not shared.is_dir():
        pytest.skip("there is no second file system here")
    folder = shared / f"gradewright-test-{os.getpid()}"
    folder.mkdir()
    try:
        stored, _ = Drop(folder, "en").store("ann", "tree1", DATA)
        assert stored.path.read_bytes() == DATA
    finally:
        for path in sorted(folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        folder.rmdir()


def test_two_processes_lose_nothing(tmp_path: Path) -> None:
    each = 40
    code = (
        "import sys; from pathlib import Path\n"
        "from gradewright.student.dropping import Drop\n"
        "drop = Drop(Path(sys.argv[1]), 'en')\n"
        f"for n in range({each}): drop.store('ann', 'tree1', f'{{sys.argv[2]}} {{n}}'.encode())"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    processes = [subprocess.Popen([*command, name]) for name in ("a", "b")]
    assert [process.wait() for process in processes] == [0, 0]
    contents = {path.read_bytes() for path in tmp_path.rglob("*.ipynb")}
    assert contents == {f"{name} {n}".encode() for name in "ab" for n in range(each)}
    assert len(files(tmp_path)) == 2 * each  # no part is left behind


def test_failed_write_leaves_nothing(
    drop: Drop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    for language, said in (
        (
            "en",
            f"not handed in: {tmp_path} cannot be written or read (No space left on device), it",
        ),
        (
            "zh",
            f"没有交上：{tmp_path} 无法写入或读取（No space left on device），需要读写权限和空间",
        ),
    ):
        with pytest.raises(UsageError) as raised:
            Drop(tmp_path, language).store("ann", "tree1", DATA)
        assert str(raised.value).startswith(said)
    assert files(tmp_path) == []


# --- folders that are not as they should be


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "is no folder that exists, --to takes the one your instructor told you"),
        ("zh", "不是已有的文件夹，--to 需要老师指定的提交文件夹"),
    ],
)
def test_drop_must_exist(tmp_path: Path, language: str, said: str) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "gone", tmp_path / "file", Path("a\0b"), tmp_path / ("x" * 5000)):
        with pytest.raises(UsageError, match=said) as raised:
            Drop(path, language)
        assert str(raised.value).isprintable()


@pytest.mark.parametrize(
    ("language", "said"), [("en", "is no plain folder"), ("zh", "不是普通文件夹")]
)
def test_links_are_not_followed(tmp_path: Path, language: str, said: str) -> None:
    drop, elsewhere = tmp_path / "drop", tmp_path / "elsewhere"
    for folder in (drop / "tree1", elsewhere):
        folder.mkdir(parents=True)
    (drop / "tree1" / "ann").symlink_to(elsewhere)
    (drop / "tree2").write_text("")
    for assignment in ("tree1", "tree2"):
        with pytest.raises(UsageError, match=said):
            Drop(drop, language).store("ann", assignment, DATA)
    assert files(elsewhere) == []
    assert Drop(drop, language).submissions("ann") == []


def test_strange_names_are_passed_over(drop: Drop, tmp_path: Path) -> None:
    stored, _ = drop.store("ann", "tree1", DATA)
    for name in ("a\nb.ipynb", ".x.part", "20260101T000000.000000Z-zz.ipynb", "notes.txt"):
        (stored.path.parent / name).touch()
    (tmp_path / "odd\nname" / "ann").mkdir(parents=True)
    assert [one.path for one in drop.submissions("ann")] == [stored.path]
    assert drop.submissions("bob") == []


def test_drop_that_went_away(tmp_path: Path) -> None:
    (tmp_path / "drop").mkdir()
    drop = Drop(tmp_path / "drop", "en")
    (tmp_path / "drop").rmdir()
    with pytest.raises(UsageError, match="cannot be written or read"):
        drop.submissions("ann")
    with pytest.raises(UsageError, match="cannot be written or read"):
        drop.store("ann", "tree1", DATA)


# --- names


@pytest.mark.parametrize(
    "name", ["ann", "20261234", "王小明", "Ann-Marie O'Neil", "a.b_c", "x" * 60]
)
def test_ordinary_names(name: str) -> None:
    assert student_name(name, "en") == name


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        ("", "没有可见字符", "nothing visible is in it"),
        ("..", "没有可见字符", "nothing visible is in it"),
        ("x" * 61, "太长", "it is too long"),
        ("a\nb", "含不可见字符或换行", "it has invisible characters or line breaks"),
        ("a\u202eb", "含不可见字符或换行", "it has invisible characters or line breaks"),
        ("\u3164a", "含不可见字符或换行", "it has invisible characters or line breaks"),
        ("a\udc80", "含不可见字符或换行", "it has invisible characters or line breaks"),
        ("../ann", "含特殊符号 /", "it has /"),
        ("a\uff0fb", "含特殊符号 /", "it has /"),  # a full-width slash becomes one
        (".ann", "首尾有空格或句点", "it begins or ends with a blank or a dot"),
        ("NUL", "这个名字另有用途", "that name has another use"),
        ("ann.ipynb", "这个名字另有用途", "that name has another use"),
        ("Ann_1_assignsubmission_file_", "这个名字另有用途", "that name has another use"),
    ],
)
def test_unfit_names(name: str, zh: str, en: str) -> None:
    with pytest.raises(UsageError) as raised:
        student_name(name, "zh")
    assert f"不能用（{zh}），应是 1 到 60 个可见字符" in str(raised.value)
    with pytest.raises(UsageError) as raised:
        student_name(name, "en")
    assert f"cannot be used ({en}), it must be 1 to 60 visible characters" in str(raised.value)
    assert str(raised.value).isprintable()


@given(st.text(max_size=70))
def test_whatever_name_is_taken_is_one_folder(name: str) -> None:
    try:
        taken = student_name(name, "en")
    except UsageError:
        return
    assert Path("drop", taken).parts == ("drop", taken)
    assert 0 < len(taken.encode()) < 256
    assert student_name(taken, "en") == taken


def test_system_tells_who_it_is_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "ann")
    assert student_name(None, "en") == "ann"

    def nobody() -> str:
        raise OSError("no user")

    monkeypatch.setattr(getpass, "getuser", nobody)
    with pytest.raises(
        UsageError, match="the system tells no user name, it or --student is needed"
    ):
        student_name(None, "en")
    with pytest.raises(UsageError, match="系统没有给出用户名，需要它或 --student"):
        student_name(None, "zh")


@pytest.mark.parametrize("id", ["", "..", "Tree1", "a/b", "a\n", "1a", "x" * 101])
def test_unfit_assignments(id: str) -> None:
    with pytest.raises(UsageError, match="is no id, these are up to 100 lower-case letters"):
        checked_assignment(id, "en")
    with pytest.raises(UsageError, match="不合规，应是小写字母、数字和下划线"):
        checked_assignment(id, "zh")
    assert checked_assignment("tree1", "en") == "tree1"


def test_file_that_cannot_be_read_is_damaged(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    drop.store("ann", "tree1", DATA)

    def denied(_: Path) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", denied)
    assert [one.damaged for one in drop.submissions("ann")] == [True]

"""Folders of the host: who may read them, and how a student's folder is removed."""

import os

import pytest

from gradewright_grader.box.child import folder_space
from gradewright_grader.box.folders import open_to_all, remove_tree


def test_open_to_all(tmp_path):
    tmp_path.chmod(0o700)
    assert open_to_all("/usr")
    assert not open_to_all(str(tmp_path))


def test_deep_and_closed_folders_are_removed(tmp_path):
    top = tmp_path / "top"
    top.mkdir()
    (top / "closed").mkdir()
    (top / "closed" / "file").touch()
    (top / "closed").chmod(0)
    here = os.open(top, os.O_RDONLY)
    for _ in range(1200):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    remove_tree(top)
    assert not top.exists()


@pytest.mark.parametrize(("most", "count"), [(100, 5), (2, 3)])
def test_space_is_counted(tmp_path, most, count):
    (tmp_path / "a").mkdir()
    (tmp_path / "link").symlink_to("/usr")
    for name in ("a/x", "b", "c"):
        (tmp_path / name).write_bytes(b"x" * 5000)
    size, found = folder_space(str(tmp_path), most)
    assert found >= count
    assert found <= 5
    assert size <= 4 * 8192

"""Zips: bombs, names that lead elsewhere, damage; each costs a row, the rest is graded."""

import struct
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gradewright_grader.intake import Limits

from .building import found, got, only, put, students, zipped


def bad_zip(path, name, content="x", **changes):
    """A zip of zoe and of one member whose list entry was changed."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zoe/tree1.ipynb", "z")
        info = zipfile.ZipInfo(name)
        info.compress_type = changes.pop("method", zipfile.ZIP_DEFLATED)
        for key, value in changes.items():
            setattr(info, key, value)
        archive.writestr(info, content)
    return path


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("../eve/tree1.ipynb", 'has ".." in it'),
        ("eve/../../tree1.ipynb", 'has ".." in it'),
        ("eve\\..\\..\\tree1.ipynb", 'has ".." in it'),
        ("eve/" + "x" * 250 + ".ipynb", "has a part of more than 255 bytes"),
        ("/etc/tree1.ipynb", "is absolute"),
        ("C:/eve/tree1.ipynb", "is absolute"),
        ("\\\\host\\tree1.ipynb", "is absolute"),
    ],
)
def test_names_in_a_zip_that_lead_elsewhere(tmp_path, name, said):
    row = only(bad_zip(tmp_path / "c.zip", name))
    assert (row.student, row.kind) == ("", "zip_name")
    assert said in row.reason["en"]
    assert "应是相对的普通路径" in row.reason["zh"]


def replaced(path, old, new):
    path.write_bytes(path.read_bytes().replace(old, new))
    return path


def test_a_nul_in_a_zips_name(tmp_path):
    path = replaced(bad_zip(tmp_path / "c.zip", "eve/tree1.ipynb#"), b"ipynb#", b"ipyn\0b")
    assert "has a NUL in it" in only(path).reason["en"]


def test_backslashes_are_folders(tmp_path):
    path = bad_zip(tmp_path / "c.zip", "amy\\tree1.ipynb")
    assert students(path) == [("amy", "tree1"), ("zoe", "tree1")]


def test_a_chinese_windows_name_is_read_as_gbk_and_flagged(tmp_path):
    path = bad_zip(tmp_path / "c.zip", "####/tree1.ipynb")
    replaced(path, b"####", "张三".encode("gbk"))
    zhang = [one for one in found(path) if one.student != "zoe"]
    assert [(one.student, one.flags[0].kind) for one in zhang] == [("张三", "guessed")]
    assert "读取" in zhang[0].flags[0].text["zh"]


def test_a_mac_name_is_utf8_without_saying_so(tmp_path):
    path = bad_zip(tmp_path / "c.zip", "######/tree1.ipynb")
    replaced(path, b"######", "张三".encode())
    assert students(path) == [("zoe", "tree1"), ("张三", "tree1")]


def test_a_name_in_no_encoding_costs_one_member(tmp_path):
    path = bad_zip(tmp_path / "c.zip", "é##/tree1.ipynb")  # says that it is UTF-8
    replaced(path, "é##".encode(), b"\xc3\xff\xff\xff")
    assert "is neither UTF-8 nor GBK" in only(path).reason["en"]


def test_links_folders_passwords_and_methods_in_a_zip(tmp_path):
    link = bad_zip(tmp_path / "l.zip", "eve/tree1.ipynb", external_attr=0o120777 << 16)
    assert (only(link).student, only(link).kind) == ("eve", "link")
    folder = bad_zip(tmp_path / "f.zip", "eve/tree1.ipynb/", "")
    assert only(folder).kind == "folder"
    inner = bad_zip(tmp_path / "i.zip", "eve/tree1.ipynb/inner.ipynb")
    assert only(inner).kind == "folder"
    locked = bad_zip(tmp_path / "p.zip", "eve/tree1.ipynb")
    data = bytearray(locked.read_bytes())
    data[data.rindex(b"PK\1\2") + 8] |= 1
    locked.write_bytes(data)
    assert (only(locked).student, only(locked).kind) == ("eve", "zip_locked")
    packed = bad_zip(tmp_path / "m.zip", "eve/tree1.ipynb", method=zipfile.ZIP_BZIP2)
    assert "method 12, 0 (stored) and 8 (deflate)" in only(packed).reason["en"]
    deep = bad_zip(tmp_path / "d.zip", "eve/" + "d/" * 20 + "tree1.ipynb")
    assert only(deep).kind == "depth"


def test_a_bomb_by_ratio(tmp_path):
    path = bad_zip(tmp_path / "c.zip", "eve/tree1.ipynb", b"\0" * 5_000_000)
    row = only(path)
    assert (row.student, row.kind) == ("eve", "zip_ratio")
    assert "at most 200 to 1" in row.reason["en"]


def test_a_bomb_that_declares_little(tmp_path):
    path = bad_zip(tmp_path / "c.zip", "eve/tree1.ipynb", b"\0" * 900_000)
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, data.rindex(b"PK\1\2") + 24, 10)
    path.write_bytes(data)
    row = only(path)
    assert (row.student, row.kind) == ("eve", "zip_member")


def test_a_member_that_declares_too_much(tmp_path):
    path = bad_zip(tmp_path / "c.zip", "eve/tree1.ipynb", b"1234", method=zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, data.rindex(b"PK\1\2") + 24, 10)
    path.write_bytes(data)
    assert "4 bytes, 10 declared" in only(path).reason["en"]


def test_a_bomb_by_declared_total(honest):
    path = zipped(honest.parent / "c.zip", {"a/tree1.ipynb": "x" * 60, "b/x.bin": "x" * 50})
    row = only(honest, path, limits=Limits(archive_bytes=100))
    assert (row.student, row.kind) == ("", "zip_total")
    assert "declares 110 bytes" in row.reason["en"]


def test_a_bomb_by_overlap(honest):
    path = zipped(honest.parent / "c.zip", {"a/tree1.ipynb": "x" * 60, "b/tree1.ipynb": "y"})
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, data.rindex(b"PK\1\2") + 42, 0)  # the second is the first
    path.write_bytes(data)
    assert only(honest, path).kind == "zip_overlap"


@pytest.mark.parametrize("entries", [3, 40])
def test_a_bomb_by_count(honest, entries):
    path = zipped(honest.parent / "c.zip", {f"{'s' * 200}{n}.ipynb": "" for n in range(60)})
    row = only(honest, path, limits=Limits(entries=entries))
    assert (row.student, row.kind) == ("", "crowded")


def test_a_list_of_members_that_is_too_long_is_not_even_parsed(honest):
    path = zipped(honest.parent / "c.zip", {"s" * 2000 + ".ipynb": ""})
    assert only(honest, path, limits=Limits(entries=5)).kind == "crowded"
    assert only(honest, path).kind == "zip_name"


def test_a_name_that_stands_twice(tmp_path):
    path = bad_zip(tmp_path / "c.zip", "eve/tree1.ipynb")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("eve//tree1.ipynb", "other")
    row = only(path)
    assert (row.student, row.kind) == ("eve", "zip_twice")
    assert "stands 2 times" in row.reason["en"]


def test_no_zip_at_all(honest):
    put(honest.parent, {"c.zip": "hello"})
    row = only(honest, honest.parent / "c.zip")
    assert (row.student, row.kind) == ("", "zip")
    assert "must be an ordinary .zip" in row.reason["en"]


SAMPLE = {"zoe/tree1.ipynb": "z" * 50, "张三/tree1.ipynb": "abc" * 40, "b.ipynb": ""}


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_damaged_zip_gives_rows_and_never_an_exception(tmp_path_factory, data):
    path = zipped(tmp_path_factory.getbasetemp() / "fuzz.zip", SAMPLE)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(len(content) // 2, len(content)))])
    intact = {content.encode() for content in SAMPLE.values()}
    assert {one.data for one in found(path)} <= intact  # the CRC holds, or there is a row


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=4, unique=True))
def test_any_name_in_a_zip_gives_a_safe_student_or_a_row(tmp_path_factory, names):
    path = tmp_path_factory.getbasetemp() / "names.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(_encodable(name) + ".ipynb"), "x")
    for one in got(path):
        text = one.student + one.path
        assert text.isprintable()
        assert not {"/", "\\"} & set(one.student)
        assert one.student not in (".", "..")


def _encodable(name):
    return name.encode("utf-8", "replace").decode()

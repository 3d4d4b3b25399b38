"""What is not taken: each with one row, one line, in two languages, and everybody else graded."""

import os
import socket
import stat
import struct
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gradewright_grader.intake import Limits, collect
from gradewright_grader.intake.messages import FLAGS, REASONS

from .building import found, got, put, refused, students, zipped


@pytest.fixture
def honest(tmp_path):
    return put(tmp_path / "class", {"zoe/tree1.ipynb": "z"})


def only(*paths, **options):
    """The one refusal; zoe is graded all the same."""
    assert students(*paths, **options) == [("zoe", "tree1")]
    (row,) = refused(*paths, **options)
    assert set(row.reason) == {"zh", "en"}
    assert "\n" not in "".join(row.reason.values())
    return row


def test_links_to_files_and_folders(honest):
    put(honest.parent / "secret", {"tree1.ipynb": "s"})
    (honest / "eve").mkdir()
    (honest / "eve/tree1.ipynb").symlink_to(honest / "zoe/tree1.ipynb")
    row = only(honest)
    assert (row.student, row.kind) == ("eve", "link")
    assert "name the real path" in row.reason["en"]
    (honest / "eve/tree1.ipynb").unlink()
    (honest / "eve").rmdir()
    (honest / "eve").symlink_to(honest.parent / "secret")
    assert (only(honest).student, only(honest).kind) == ("eve", "link")


def test_a_path_that_is_a_link(honest, tmp_path_factory):
    link = tmp_path_factory.mktemp("other") / "class.ipynb"
    link.symlink_to(honest / "zoe/tree1.ipynb")
    assert (only(honest, link).student, only(honest, link).kind) == ("", "link")


def test_fifos_and_sockets_never_wait(honest):
    os.mkfifo(honest / "eve.ipynb")
    assert only(honest).kind == "special"
    assert "a FIFO, only regular files" in only(honest).reason["en"]
    (honest / "eve.ipynb").unlink()
    here = os.getcwd()
    os.chdir(honest)
    try:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind("eve.ipynb")
            assert "a socket" in only(honest).reason["en"]
    finally:
        os.chdir(here)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a device")
def test_devices(honest):
    try:
        os.mknod(honest / "eve.ipynb", 0o600 | stat.S_IFCHR, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("this container may not make devices")
    assert (only(honest).student, only(honest).kind) == ("eve", "special")
    assert "a device" in only(honest).reason["en"]


def test_a_file_that_becomes_a_link_or_fifo_after_it_was_listed(honest):
    put(honest, {"ann/tree1.ipynb": "a", "eve/tree1.ipynb": "e", "fay/sub/tree1.ipynb": "f"})
    running = collect([honest], assignment_ids=["tree1"])
    next(running)
    (honest / "eve/tree1.ipynb").unlink()
    (honest / "eve/tree1.ipynb").symlink_to(honest / "zoe/tree1.ipynb")
    (honest / "fay/sub").rename(honest / "fay/real")
    (honest / "fay/sub").symlink_to(honest / "zoe")
    (honest / "zoe/tree1.ipynb").unlink()
    os.mkfifo(honest / "zoe/tree1.ipynb")
    assert [(one.student, one.kind) for one in running] == [
        ("eve", "link"),
        ("fay", "link"),
        ("zoe", "special"),
    ]


def test_a_file_that_changes_while_it_is_read(honest, monkeypatch):
    put(honest, {"eve/tree1.ipynb": "0123456789"})
    real = os.read

    def slow(file, count):
        data = real(file, count)
        if data.startswith(b"012"):
            put(honest, {"eve/tree1.ipynb": "0123456789 and more"}, time=5)
        return data

    monkeypatch.setattr(os, "read", slow)
    rows = [one for one in got(honest) if one.student == "eve"]
    assert [(one.student, one.kind) for one in rows] == [("eve", "changed")]


def test_a_folder_called_like_a_notebook(honest):
    put(honest, {"eve/tree1.ipynb/inner.ipynb": "x"})
    row = only(honest)
    assert (row.student, row.kind) == ("eve", "folder")
    assert 'a folder with the name "tree1.ipynb"' in row.reason["en"]
    assert refused(honest / "eve/tree1.ipynb")[0].kind == "folder"


@pytest.fixture
def nobody():
    """Not root while the test runs: root may read everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_files_that_may_not_be_read(honest, monkeypatch, request):
    put(honest, {"eve/tree1.ipynb": "x", "fay/tree1.ipynb": "x"})
    (honest / "eve/tree1.ipynb").chmod(0)
    (honest / "fay").chmod(0)
    honest.chmod(0o755)
    monkeypatch.chdir(honest)  # the folders above may be root's own
    request.getfixturevalue("nobody")
    assert students(".") == [("zoe", "tree1")]
    assert [(one.student, one.kind) for one in refused(".")] == [
        ("eve", "unreadable"),
        ("fay", "unreadable"),
    ]
    assert "Permission denied" in refused(".")[0].reason["zh"]


def test_too_large(honest):
    put(honest, {"eve/tree1.ipynb": "x" * 11})
    row = only(honest, limits=Limits(file_bytes=10))
    assert row.reason["en"].startswith("the file has 11 bytes, at most 10 are allowed")
    assert "11 字节" in row.reason["zh"]
    path = zipped(honest.parent / "c.zip", {"eve/tree1.ipynb": "x" * 11, "zoe/tree1.ipynb": "z"})
    assert only(path, limits=Limits(file_bytes=10)).kind == "big"


def test_too_much_of_one_student_costs_the_oldest(honest):
    for time in range(1, 4):
        put(honest, {f"eve/tree1-{time}.ipynb": "x" * 10}, time=time)
    rows = got(honest, limits=Limits(student_bytes=20))
    old = [one for one in rows if one.path.endswith("tree1-1.ipynb")]
    assert [one.kind for one in old] == ["student_total"]
    assert [one.path[-7] for one in found(honest, limits=Limits(student_bytes=20))] == [
        "2",
        "3",
        "1",
    ]


def test_too_much_in_all(honest):
    put(honest, {"aaa/tree1.ipynb": "x" * 10, "eve/tree1.ipynb": "x" * 10})
    rows = refused(honest, limits=Limits(total_bytes=15))
    assert [(one.student, one.kind) for one in rows] == [("eve", "total")]
    assert "limit of 15 bytes" in rows[0].reason["en"]


def test_too_many_files_of_one_student_cost_that_student(honest):
    put(honest, {f"eve/{n}/x{n}.ipynb": "x" for n in range(5)})
    row = only(honest, limits=Limits(student_entries=6))
    assert (row.student, row.kind) == ("eve", "crowded")
    assert "more than 6 files" in row.reason["en"]
    shelved = honest.parent / "shelved"
    shelved.mkdir()
    honest.rename(shelved / "tree1")
    assert only(shelved, limits=Limits(student_entries=6)).student == "eve"


def test_too_many_files_below_a_path(honest, tmp_path_factory):
    other = put(tmp_path_factory.mktemp("b"), {f"s{n}/tree1.ipynb": "x" for n in range(9)})
    row = only(honest, other, limits=Limits(entries=6))
    assert (row.student, row.path, row.kind) == ("", str(other), "crowded")


def test_too_deep(honest):
    put(honest, {"eve/" + "d/" * 5 + "tree1.ipynb": "x"})
    row = only(honest, limits=Limits(depth=3))
    assert (row.student, row.kind) == ("eve", "depth")


def test_names_that_are_not_utf8(honest):
    try:
        os.mkdir(os.fsencode(honest) + b"/ev\xff")
    except OSError:
        pytest.skip("this file system refuses names that are not UTF-8")
    row = only(honest)
    assert (row.student, row.kind) == ("", "encoding")
    assert "ev<U+DCFF>" in row.reason["en"]


@pytest.mark.parametrize("name", ["\u200b\u200d", "\u202e", "．．", "a\u2100b", "x" * 121])
def test_names_that_name_nobody(honest, name):
    put(honest, {f"{name}/tree1.ipynb": "x"})
    row = only(honest)
    assert (row.student, row.kind) == ("", "nameless")
    assert "1 to 120 visible characters" in row.reason["en"]


def test_names_are_normalised_and_say_so(honest):
    put(honest, {"Ａl\u200bice\u202e\n Li/tree1.ipynb": "x"})
    alice, _ = found(honest)
    assert alice.student == "Alice Li"
    assert [f.kind for f in alice.flags] == ["name"]
    assert "<U+202E>" in alice.flags[0].text["en"]
    assert "\n" not in alice.path + alice.flags[0].text["en"]


def test_two_names_that_become_one_are_both_refused(honest):
    put(honest, {"alice/tree1.ipynb": "1", "ali\u200bce/tree1.ipynb": "2"})
    assert students(honest) == [("zoe", "tree1")]
    rows = refused(honest)
    assert [(one.student, one.kind) for one in rows] == [("alice", "collision")] * 2
    assert '"alice" and "ali<U+200B>ce" are both the student "alice"' in rows[0].reason["en"]


def test_namesakes_in_moodle_are_a_collision_not_one_person(honest):
    names = [f"Wang Wei_{n}_assignsubmission_file_/tree1.ipynb" for n in (1, 2)]
    put(honest, dict.fromkeys(names, "x"))
    assert [one.kind for one in refused(honest)] == ["collision"] * 2


def test_a_student_without_a_notebook(honest):
    put(honest, {"eve/tree1.py": "x", "eve/notes.pdf": "y"})
    row = only(honest)
    assert (row.student, row.kind) == ("eve", "none")
    assert "only notes.pdf, tree1.py" in row.reason["en"]


@pytest.mark.parametrize("name", ["tree1.ipynb.txt", "tree1.ipynb.json"])
def test_a_browsers_suffix(honest, name):
    put(honest, {f"eve/{name}": "x"})
    assert (only(honest).student, only(honest).kind) == ("eve", "renamed")


def test_a_path_of_another_kind(honest):
    put(honest.parent / "more", {"x.pdf": "x"})
    row = only(honest, honest.parent / "more/x.pdf")
    assert '"x.pdf" is no .ipynb file, no folder and no .zip' in row.reason["en"]


def test_zips_inside_what_was_given_are_not_opened(honest):
    put(honest, {"eve/work.zip": "x"})
    assert (only(honest).student, only(honest).kind) == ("eve", "nested")
    path = zipped(honest.parent / "c.zip", {"eve/work.zip": "x", "zoe/tree1.ipynb": "z"})
    assert "archive inside what was given" in only(path).reason["en"]


# Zips.


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


def test_every_message_is_there_in_both_languages():
    for words in (*REASONS.values(), *FLAGS.values()):
        assert set(words) == {"zh", "en"}
        assert "\n" not in words["zh"] + words["en"]

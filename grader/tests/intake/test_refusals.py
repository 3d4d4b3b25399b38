"""What is not taken: each with one row, one line, in two languages, and everybody else graded."""

import os
import socket
import stat

import pytest

from gradewright_grader.intake import Limits, collect
from gradewright_grader.intake.messages import FLAGS, REASONS

from .building import found, got, only, put, refused, students, zipped


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


def test_a_long_path_is_cut_where_it_is_shown(honest):
    name = "\u200b" * 80
    put(honest, {f"eve/{name}/{name}/tree1.py": "x"})
    row = only(honest)
    assert (row.kind, row.student) == ("none", "eve")
    assert row.path.endswith("…")
    assert len(row.path) == 901


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


def test_every_message_is_there_in_both_languages():
    for words in (*REASONS.values(), *FLAGS.values()):
        assert set(words) == {"zh", "en"}
        assert "\n" not in words["zh"] + words["en"]

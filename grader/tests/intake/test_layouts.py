"""Whose a submission is, in every layout that instructors have."""

import hashlib
import os

import pytest

from gradewright.host.errors import UsageError
from gradewright_grader.intake import collect

from .building import found, got, put, refused, students, zipped

CLASS = {
    "bob/tree1.ipynb": "b",
    "alice/deep/er/tree1.ipynb": "a",
    "carol_tree2.zh.ipynb": "c",
    "dora.ipynb": "d",
    "alice/.ipynb_checkpoints/tree1-checkpoint.ipynb": "old",
    "__MACOSX/alice/._tree1.ipynb": "mac",
    ".hidden/tree1.ipynb": "hidden",
    "README.txt": "hello",
}
EXPECTED = [("alice", "tree1"), ("bob", "tree1"), ("carol", "tree2"), ("dora", None)]


def test_a_folder_of_students(tmp_path):
    put(tmp_path, CLASS)
    assert students(tmp_path) == EXPECTED
    assert refused(tmp_path) == []


def test_a_zip_of_the_same_gives_the_same(tmp_path):
    assert students(zipped(tmp_path / "class.zip", CLASS)) == EXPECTED


def test_a_zip_in_a_folder_called_like_it(tmp_path):
    wrapped = {f"class/{name}": content for name, content in CLASS.items()}
    assert students(zipped(tmp_path / "class (1).zip", wrapped)) == EXPECTED


def test_a_students_own_zip_keeps_its_folder(tmp_path):
    path = zipped(tmp_path / "alice.zip", {"alice/tree1.ipynb": "a"})
    assert students(path) == [("alice", "tree1")]


def test_a_submission_holds_bytes_digest_time_and_path(tmp_path):
    put(tmp_path, {"alice/tree1.ipynb": "content"}, time=1234.5)
    (one,) = found(tmp_path)
    assert one.data == b"content"
    assert one.digest == hashlib.sha256(b"content").hexdigest()
    assert one.channel_time == 1234.5
    assert one.path == str(tmp_path / "alice/tree1.ipynb")
    assert (one.assignment_hint, one.flags, one.extra) == ("tree1", (), ())


def test_members_have_the_time_of_the_zip(tmp_path):
    (one,) = found(zipped(tmp_path / "x.zip", {"alice/tree1.ipynb": "a"}, time=77.0))
    assert one.channel_time == 77.0


@pytest.mark.parametrize(
    ("name", "student"),
    [
        ("tree1.ipynb", "tree1"),
        ("tree1.zh.ipynb", "tree1.zh"),
        ("alice.ipynb", "alice"),
        ("alice_tree1.ipynb", "alice"),
        ("tree1-alice.ipynb", "alice"),
        ("Alice Li - tree1.en.ipynb", "Alice Li"),
        ("alice_tree1_v2.ipynb", "alice_v2"),
        ("alice_tree1 (2).ipynb", "alice"),
        ("alice_tree1-Copy1.IPYNB", "alice"),
        ("张三_TREE1.ipynb", "张三"),
        ("alice_tree1_tree2.ipynb", "alice_tree1_tree2"),
        ("alice_tree12.ipynb", "alice_tree12"),
    ],
)
def test_a_single_file_names_its_student(tmp_path, name, student):
    put(tmp_path, {name: "x"})
    assert [one.student for one in found(tmp_path / name)] == [student]
    assert [one.student for one in found(tmp_path)] == [student]


def test_the_longest_id_in_a_name_is_the_assignment(tmp_path):
    put(tmp_path, {"alice/tree1-more.ipynb": "x"})
    ids = ("tree1", "tree1-more")
    assert [one.assignment for one in collect([tmp_path], assignment_ids=ids)] == ["tree1-more"]


def test_folders_called_like_assignments_are_shelves(tmp_path):
    put(tmp_path, {"tree1/alice/hw.ipynb": "a", "tree2/bob.ipynb": "b", "eve/lin1/x.ipynb": "e"})
    assert students(tmp_path) == [("alice", "tree1"), ("bob", "tree2"), ("eve", "lin1")]


def test_the_drop_layout_compares_the_digest_in_the_name(tmp_path):
    digest = hashlib.sha256(b"a").hexdigest()
    put(tmp_path, {f"tree1/alice/20250102T030405Z-{digest[:12]}.ipynb": "a"})
    put(tmp_path, {f"tree1/bob/20250102T030405Z-{digest[:12]}.ipynb": "half"})
    assert students(tmp_path) == [("alice", "tree1")]
    (row,) = refused(tmp_path)
    assert (row.student, row.kind) == ("bob", "drop")
    assert digest[:12] in row.reason["en"]


@pytest.mark.parametrize("pack", [put, lambda root, files: zipped(root / "lms.zip", files)])
def test_names_that_an_lms_made(tmp_path, pack):
    names = {
        "liwei_4711_99001_tree1.ipynb": "canvas",
        "wangfang_LATE_4712_99002_tree1-1.ipynb": "canvas, late",
        "Ma Long_123_assignsubmission_file_/tree1.ipynb": "moodle",
        "Zhu Ting_124_assignsubmission_file_my_tree1.ipynb": "moodle, flat",
        "submission_555/tree1.ipynb": "gradescope",
    }
    expected = ["Ma Long", "Zhu Ting", "liwei_4711", "submission_555", "wangfang_4712"]
    assert students(pack(tmp_path, names)) == [(name, "tree1") for name in expected]


def test_gradescopes_export_folder_is_taken_off(tmp_path):
    names = {f"assignment_9_export/submission_{n}/tree1.ipynb": "x" for n in (1, 2)}
    path = zipped(tmp_path / "submissions.zip", names)
    assert students(path) == [("submission_1", "tree1"), ("submission_2", "tree1")]


def test_a_name_inside_a_students_folder_never_names_the_student(tmp_path):
    put(tmp_path, {"mallory/alice_1_2_tree1.ipynb": "x"})
    assert students(tmp_path) == [("mallory", "tree1")]


def test_the_newest_of_several_counts_and_the_others_say_so(tmp_path):
    put(tmp_path, {"alice/tree1.ipynb": "new"}, time=2000)
    put(tmp_path, {"alice/tree1 (1).ipynb": "old"}, time=1000)
    put(tmp_path, {"alice/tree2.ipynb": "other"}, time=500)
    old, new, other = found(tmp_path)
    assert (old.superseded_by, [f.kind for f in old.flags]) == (new.path, ["superseded"])
    assert (new.superseded_by, [f.kind for f in new.flags]) == ("", ["several"])
    assert new.path in old.flags[0].text["zh"]
    assert "2 notebooks" in new.flags[0].text["en"]
    assert (other.superseded_by, other.flags) == ("", ())


def test_inside_a_zip_the_last_name_counts_in_natural_order(tmp_path):
    names = ["tree1-10.ipynb", "tree1-9.ipynb", "tree1.ipynb"]
    path = zipped(tmp_path / "x.zip", {f"alice/{name}": name for name in names})
    (counts,) = [one for one in found(path) if not one.superseded_by]
    assert counts.data == b"tree1-10.ipynb"


def test_notebooks_of_unknown_assignments_stand_side_by_side(tmp_path):
    put(tmp_path, {"alice/one.ipynb": "1", "alice/two.ipynb": "2"})
    assert [(one.assignment, one.superseded_by) for one in found(tmp_path)] == [(None, "")] * 2


def test_metadata_tells_where_names_do_not_and_a_difference_is_flagged(tmp_path):
    put(tmp_path, {"alice/hw.ipynb": "tree2", "bob/tree1.ipynb": "tree2", "eve/hw.ipynb": "evil"})
    alice, bob, eve = found(tmp_path, locate=bytes.decode)
    assert (alice.assignment, alice.flags) == ("tree2", ())
    assert (bob.assignment, [f.kind for f in bob.flags]) == ("tree1", ["mismatch"])
    assert "tree2" in bob.flags[0].text["en"]
    assert (eve.assignment, eve.located) == (None, None)


def test_the_assignment_that_is_asked_for_wins_and_prefers_its_own_files(tmp_path):
    put(tmp_path, {"alice/tree1.ipynb": "1", "bob/tree2.ipynb": "2"}, time=1)
    put(tmp_path, {"alice/tree2.ipynb": "newer, but another"}, time=2)
    alice, other, bob = found(tmp_path, assignment="tree1")
    assert (alice.assignment, alice.superseded_by) == ("tree1", "")
    assert other.superseded_by == alice.path
    assert (bob.assignment, [f.kind for f in bob.flags]) == ("tree1", ["mismatch"])


class Rule:
    pattern = "*.csv"
    max_bytes = 4


def test_extra_files_come_along_where_the_assignment_allows_them(tmp_path):
    put(tmp_path, {"alice/tree1.ipynb": "x", "alice/b.csv": "1,2", "alice/a.csv": "3"})
    put(tmp_path, {"alice/big.csv": "12345", "alice/no.txt": "no", "alice/sub/c.csv": "1"})
    (one,) = found(tmp_path, extras=lambda _: [Rule()])
    (plain,) = found(tmp_path)
    assert one.extra == (("a.csv", b"3"), ("b.csv", b"1,2"))
    assert [f.kind for f in one.flags] == ["extra"]
    assert "big.csv" in one.flags[0].text["en"]
    assert "5" in one.flags[0].text["zh"]
    assert one.digest != plain.digest == hashlib.sha256(b"x").hexdigest()


def test_files_beside_a_flat_notebook_are_nobodys(tmp_path):
    put(tmp_path, {"alice_tree1.ipynb": "x", "roster.csv": "1"})
    (one,) = found(tmp_path, extras=lambda _: [Rule()])
    assert one.extra == ()


def test_the_same_path_twice_is_one(tmp_path):
    put(tmp_path, {"alice/tree1.ipynb": "x"})
    assert len(got(tmp_path, tmp_path)) == 1


def test_students_of_several_paths_are_one_class(tmp_path):
    put(tmp_path / "first", {"alice/tree1.ipynb": "1"}, time=1)
    put(tmp_path / "second", {"alice/tree1.ipynb": "2"}, time=2)
    first, second = found(tmp_path / "first", tmp_path / "second")
    assert (first.superseded_by, second.superseded_by) == (second.path, "")


def test_it_reads_one_student_at_a_time(tmp_path):
    put(tmp_path, {"alice/tree1.ipynb": "a", "bob/tree1.ipynb": "b"})
    running = collect([tmp_path], assignment_ids=["tree1"])
    assert next(running).data == b"a"
    put(tmp_path, {"bob/tree1.ipynb": "late"})
    assert next(running).data == b"late"


def test_a_path_that_is_not_there_is_told_at_once(tmp_path):
    with pytest.raises(UsageError, match=r'no file or folder "nowhere".*name a folder, a \.zip'):
        collect(["nowhere"])


def test_the_order_does_not_depend_on_the_file_system(tmp_path, monkeypatch):
    put(tmp_path, CLASS)
    real, expected = os.scandir, found(tmp_path)

    class Backwards:
        def __init__(self, folder):
            self.entries = sorted(real(folder), key=lambda one: one.name, reverse=True)

        def __enter__(self):
            return iter(self.entries)

        def __exit__(self, *_):
            return None

    monkeypatch.setattr(os, "scandir", Backwards)
    assert found(tmp_path) == expected

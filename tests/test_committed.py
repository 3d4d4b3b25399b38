"""`assignments/` holds exactly what the topics make today."""

from __future__ import annotations

from pathlib import Path

from gradewright_grader.authoring.committed import committed_files, write_committed

ROOT = Path(__file__).parent.parent


def test_the_committed_releases_are_not_stale():
    wanted = dict(committed_files(ROOT))
    present = {path for path in (ROOT / "assignments").rglob("*") if path.is_file()}
    assert wanted
    assert present == wanted.keys(), "run `make release` and commit the result"
    assert [p for p in wanted if p.read_bytes() != wanted[p]] == [], "run `make release`"


def test_writing_removes_what_is_no_longer_made(tmp_path):
    (tmp_path / "plugins").symlink_to(ROOT / "plugins")
    left = tmp_path / "assignments" / "old" / "old.en.ipynb"
    left.parent.mkdir(parents=True)
    left.write_text("{}")
    changed = write_committed(tmp_path)
    assert left in changed
    assert not left.exists()
    assert write_committed(tmp_path) == []

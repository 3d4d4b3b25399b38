"""The committed releases: `assignments/<topic>/<id>/<id>.<lang>.ipynb` for every assignment.

They are generated, so that students and reviewers can read them without installing anything, and a
test fails when they are stale. Run `python -m gradewright_grader.authoring.committed` from the root
of the repository to write them anew.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from gradewright.host import Topic, load_topic
from gradewright.host.topic import find_topic_folder
from gradewright_grader.authoring.build import build_release, to_bytes

FOLDER = "assignments"


def committed_files(root: Path) -> Iterator[tuple[Path, bytes]]:
    """Path and content of every file that belongs below `assignments/`."""
    for project in sorted(root.glob("plugins/*/pyproject.toml")):
        version = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"]
        folder = find_topic_folder(project.parent)
        yield from _of_topic(root, load_topic(folder, version=version))


def _of_topic(root: Path, topic: Topic) -> Iterator[tuple[Path, bytes]]:
    for assignment in topic.assignments:
        folder = root / FOLDER / topic.id / assignment.id
        for language in assignment.languages:
            release = build_release(assignment, language)
            yield folder / f"{assignment.id}.{language}.ipynb", to_bytes(release)
        for path in assignment.given_files():
            yield folder / path.relative_to(assignment.folder / "given"), path.read_bytes()


def write_committed(root: Path) -> list[Path]:
    """Write them all, remove what is no longer made; the paths that changed."""
    wanted = dict(committed_files(root))
    present = {path for path in (root / FOLDER).rglob("*") if path.is_file()}
    changed = [p for p, data in wanted.items() if p not in present or p.read_bytes() != data]
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(wanted[path])
    for path in present - wanted.keys():
        path.unlink()
        changed.append(path)
    return changed


if __name__ == "__main__":
    for changed_path in write_committed(Path.cwd()):
        print(changed_path)

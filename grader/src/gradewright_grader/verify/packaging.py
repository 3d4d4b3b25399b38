"""Will a wheel hold everything that the topic needs?

An installed wheel lists its files (RECORD), so they are compared with those in the folder. From
sources nothing is built: the rule reads what Hatch would take, that is the packages named in
pyproject.toml without what `exclude` and `.gitignore` leave out, which is how data gets lost.
A folder without a pyproject.toml is not packaged at all, and another build backend is not known.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from importlib.metadata import Distribution, distributions
from pathlib import Path, PurePosixPath
from typing import Any

from gradewright.host import Assignment
from gradewright.host.errors import place_of, quoted

GROUP = "gradewright.topics"
LEVELS = 3  # pyproject.toml stands at most so many folders above the topic's


def missing_from_wheel(assignment: Assignment) -> Iterator[str]:
    """A finding for every file of the assignment and its topic that a wheel would not have."""
    folder = assignment.folder.parent.parent.resolve()
    files = list(_needed(folder, assignment))
    installed = _wheel_of(folder)
    if installed is not None:
        yield from _unrecorded(installed, files)
        return
    project = next((p for p in list(folder.parents)[:LEVELS] if _has_project(p)), None)
    if project is not None:
        yield from _left_out(project, files)


def _needed(folder: Path, assignment: Assignment) -> Iterator[Path]:
    others = [p for p in assignment.folder.parent.glob("*/") if p.name != assignment.id]
    for path in sorted(folder.rglob("*")):
        of_others = any(path.is_relative_to(other.resolve()) for other in others)
        if path.is_file() and "__pycache__" not in path.parts and not of_others:
            yield path


def _wheel_of(folder: Path) -> Distribution | None:
    """The distribution that installed this folder by copying it, if any."""
    for distribution in distributions():
        if distribution.entry_points.select(group=GROUP):
            for file in distribution.files or ():
                if file.name == "topic.toml" and Path(str(file.locate())).parent == folder:
                    return distribution
    return None


def _unrecorded(distribution: Distribution, files: Sequence[Path]) -> Iterator[str]:
    recorded = {Path(str(file.locate())).resolve() for file in distribution.files or ()}
    for path in files:
        if path not in recorded:
            yield (
                f"{place_of(path)} did not come with {distribution.name} {distribution.version}; "
                "build and install it again"
            )


def _has_project(folder: Path) -> bool:
    return (folder / "pyproject.toml").is_file()


def _left_out(project: Path, files: Sequence[Path]) -> Iterator[str]:
    settings = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    if "hatchling" not in str(settings.get("build-system", {}).get("build-backend", "")):
        return
    build = settings.get("tool", {}).get("hatch", {}).get("build", {})
    wheel = build.get("targets", {}).get("wheel", {})
    packages = _strings(wheel, "packages", "only-include")
    excluded = _strings(wheel, "exclude") + _strings(build, "exclude") + _ignored(project)
    for path in files:
        inside = path.relative_to(project)
        if packages and not any(inside.is_relative_to(package) for package in packages):
            yield (
                f"{place_of(path)} is in none of the wheel's packages {quoted(packages)}; name its "
                f"folder in {place_of(project / 'pyproject.toml')}"
            )
        elif pattern := next((p for p in excluded if _matches(inside.as_posix(), p)), ""):
            yield (
                f'{place_of(path)} is left out of the wheel by the pattern "{pattern}"; rename it, '
                "or take the pattern out of pyproject.toml or .gitignore"
            )


def _strings(table: dict[str, Any], *keys: str) -> list[str]:
    return [str(value) for key in keys for value in table.get(key, ())]


def _ignored(project: Path) -> list[str]:
    """The patterns of the nearest .gitignore, which Hatch obeys."""
    for folder in (project, *project.parents):
        if (folder / ".gitignore").is_file():
            lines = (folder / ".gitignore").read_text(encoding="utf-8").splitlines()
            return [line.strip() for line in lines if line.strip() and not line.startswith("#")]
        if (folder / ".git").exists():
            break
    return []


def _matches(path: str, pattern: str) -> bool:
    """Roughly as git has it; a pattern taken back with `!` is not understood and matches nothing."""
    bare = pattern.strip("/")
    if "/" in bare or pattern.startswith("/"):
        return path == bare or path.startswith(bare + "/") or fnmatch(path, bare)
    parts = PurePosixPath(path).parts
    return any(fnmatch(part, bare) for part in (parts[:-1] if pattern.endswith("/") else parts))

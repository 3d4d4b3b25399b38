"""The allow-list of distributions: which files and folders of this environment the box shows.

Theory of operation. From the allowed names we follow the declared dependencies of what is
installed. Each distribution gives entries: a name below the box's import path and the file or
folder it stands for. Wheels tell them by RECORD (a top-level folder with an `__init__` is shown
whole; one without is a namespace that others share, so its parts are shown one by one; `*.libs`
folders hold shared libraries). Editable installs tell them by the `.pth` file that points at their
sources, or by setuptools' finder. No `.pth` file is ever executed or shown.

A topic holds reference solutions and the grader its checks: both are refused by name and entry
point, whoever asks.
"""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path, PurePosixPath

from gradewright_grader.box.errors import BoxError
from gradewright_grader.box.markers import applies, normalise, parse

_REFUSED_NAMES = {"gradewright-grader"}
_REFUSED_GROUPS = {"gradewright.topics"}


@dataclass(frozen=True)
class Allowed:
    """The closure: `versions` by normalised name, `entries` by name below the import path."""

    versions: dict[str, str]
    entries: dict[str, Path]


def allow(names: Iterable[str], path: list[str] | None = None) -> Allowed:
    """Resolve `names` and all they depend on; `path` is where to look (default: sys.path).

    Raises BoxError for a name that is not installed, a topic, or an install we cannot read.
    """
    installed = _installed(path)
    versions: dict[str, str] = {}
    entries: dict[str, Path] = {}
    for name in sorted(_closure(names, installed)):
        versions[name] = installed[name].version
        entries |= _entries(name, installed[name])
    return Allowed(versions, entries)


def code_paths(*modules: str) -> dict[str, Path]:
    """Files or folders of importable modules, as `Profile.extra_paths` wants them.

    `code_paths("a.b")` → `{"a/b": …/a/b}` for a package, `{"a/b.py": …/a/b.py}` for a module.
    """
    found: dict[str, Path] = {}
    for module in modules:
        spec = importlib.util.find_spec(module)
        if spec is None or spec.origin is None:
            raise BoxError(f"module '{module}' is not importable here; give an installed module")
        inside, origin = module.replace(".", "/"), Path(spec.origin)
        if spec.submodule_search_locations:
            found[inside] = origin.parent
        else:
            found[inside + origin.suffix] = origin
    return found


def _installed(path: list[str] | None) -> dict[str, metadata.Distribution]:
    """By normalised name; what comes first on the path wins, as for imports."""
    every = metadata.distributions(path=path) if path else metadata.distributions()
    found: dict[str, metadata.Distribution] = {}
    for distribution in every:
        name = distribution.metadata["Name"]
        if name:
            found.setdefault(normalise(name), distribution)
    return found


def _closure(names: Iterable[str], installed: dict[str, metadata.Distribution]) -> set[str]:
    """Names wanted and needed; dependencies that are not installed are left out."""
    waiting = [parse(name) for name in names]
    for wanted in waiting:
        if wanted.name not in installed:
            raise BoxError(
                f"distribution '{wanted.name}' is allowed but not installed; "
                f"install it here or take it off the assignment's allow-list"
            )
    extras: dict[str, frozenset[str]] = {}
    while waiting:
        wanted = waiting.pop()
        known = extras.get(wanted.name)
        if wanted.name not in installed or (known is not None and wanted.extras <= known):
            continue
        extras[wanted.name] = wanted.extras | (known or frozenset())
        _refuse_secrets(wanted.name, installed[wanted.name])
        for text in installed[wanted.name].requires or ():
            needed = parse(text)
            if applies(needed.marker, extras[wanted.name]):
                waiting.append(needed)
    return set(extras)


def _refuse_secrets(name: str, distribution: metadata.Distribution) -> None:
    groups = {entry.group for entry in distribution.entry_points}
    if name in _REFUSED_NAMES or groups & _REFUSED_GROUPS:
        raise BoxError(
            f"distribution '{name}' holds solutions or checks and never enters the box; "
            f"take it off the allow-list and off its distributions' dependencies"
        )


def _entries(name: str, distribution: metadata.Distribution) -> dict[str, Path]:
    files = distribution.files
    if files is None:
        return _by_top_level(name, distribution)
    entries: dict[str, Path] = {}
    inside = [PurePosixPath(file) for file in files if not _outside(PurePosixPath(file))]
    for entry in _shown(inside):
        entries[entry] = Path(str(distribution.locate_file(entry)))
    for file in inside:
        if file.suffix == ".pth" and len(file.parts) == 1:
            entries |= _editable(name, distribution, Path(str(distribution.locate_file(file))))
    return {entry: where for entry, where in entries.items() if where.exists()}


def _outside(file: PurePosixPath) -> bool:
    """Scripts and data files beside site-packages."""
    return file.is_absolute() or file.parts[0] == ".."


def _shown(files: list[PurePosixPath]) -> set[str]:
    """Top-level names, or names one level down where the top level is a shared namespace."""
    whole = {file.parts[0] for file in files if file.name == "__init__.py" and len(file.parts) == 2}
    shown: set[str] = set()
    for file in files:
        top = file.parts[0]
        if "__pycache__" in file.parts[:2] or _installer_file(file):
            continue
        if len(file.parts) == 1 or top in whole or top.endswith((".libs", ".dist-info")):
            shown.add(top)
        else:
            shown.add("/".join(file.parts[:2]))
    return shown


def _installer_file(file: PurePosixPath) -> bool:
    return len(file.parts) == 1 and (file.suffix == ".pth" or file.name.startswith("__editable__"))


def _by_top_level(name: str, distribution: metadata.Distribution) -> dict[str, Path]:
    """A system package without RECORD: what its top_level.txt names."""
    tops = (distribution.read_text("top_level.txt") or "").split()
    entries: dict[str, Path] = {}
    for top in tops:
        for entry in (top, f"{top}.py"):
            where = Path(str(distribution.locate_file(entry)))
            if where.exists():
                entries[entry] = where
    if not entries:
        raise BoxError(
            f"distribution '{name}' has neither RECORD nor top_level.txt, so its files "
            f"are unknown; install it with pip"
        )
    return entries


def _editable(name: str, distribution: metadata.Distribution, pth: Path) -> dict[str, Path]:
    """Packages of an editable install, by the lines of its `.pth` file."""
    entries: dict[str, Path] = {}
    for line in pth.read_text().splitlines():
        if line.startswith("import "):
            entries |= _by_finder(pth, line)
        elif line.strip() and not line.startswith("#"):
            folder = pth.parent / line.strip()
            entries |= _sources(name, distribution, folder)
    return entries


def _by_finder(pth: Path, line: str) -> dict[str, Path]:
    """setuptools' `import __editable___x_finder; …`: its MAPPING of package → folder."""
    module = line.removeprefix("import ").split(";")[0].strip()
    finder = pth.parent / f"{module}.py"
    if not (module.startswith("__editable__") and finder.exists()):
        return {}
    for node in ast.parse(finder.read_text()).body:
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
            if isinstance(target, ast.Name) and target.id == "MAPPING":
                return _from_mapping(ast.literal_eval(node.value))
    return {}


def _from_mapping(mapping: dict[str, str]) -> dict[str, Path]:
    entries: dict[str, Path] = {}
    for package, where in mapping.items():
        path = Path(where)
        module = path if path.is_dir() else path.with_suffix(".py")
        entries[package.replace(".", "/") + ("" if path.is_dir() else ".py")] = module
    return entries


def _sources(name: str, distribution: metadata.Distribution, folder: Path) -> dict[str, Path]:
    """Packages of this distribution in a source folder, never the whole folder.

    A project's root also holds tests, notes and histories: there only packages that carry the
    distribution's name (or that top_level.txt names) are shown.
    """
    named = {*(distribution.read_text("top_level.txt") or "").split(), name.replace("-", "_")}
    entries = {one.name: one for one in sorted(folder.glob("*")) if _importable(one)}
    own = {key: one for key, one in entries.items() if one.stem in named}
    is_project = any((folder / file).exists() for file in ("pyproject.toml", "setup.py", ".git"))
    if not own and is_project:
        raise BoxError(
            f"editable install of '{name}' points at {folder}, which holds no package named "
            f"{' or '.join(sorted(named))}; use a src folder or install a wheel"
        )
    return own if is_project else entries


def _importable(path: Path) -> bool:
    if path.is_dir():
        return (path / "__init__.py").exists()
    return path.suffix == ".py" and path.stem.isidentifier()

"""A library: the modules below a folder, read as text, and where the names in them lead."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from gradewright.host.errors import TopicError, near, place_of, quoted
from gradewright_grader.authoring.modules import Import, Module, read_module


@dataclass(frozen=True)
class Home:
    """Where an object is defined, and its name there."""

    module: Module
    name: str


class Library:
    """The modules below a folder, read when they are needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._modules: dict[str, Module] = {}

    def path(self, name: str) -> Path | None:
        """The file of a module, by its dotted name below the folder ("" is the package itself)."""
        stem = self.folder.joinpath(*name.split(".")) if name else self.folder
        candidates = [stem / "__init__.py"] + ([stem.with_suffix(".py")] if name else [])
        return next((path for path in candidates if path.is_file()), None)

    def module(self, name: str) -> Module:
        """The module of this name. Raises TopicError when there is no file for it."""
        if name not in self._modules:
            path = self.path(name)
            if path is None:
                raise TopicError(
                    f'there is no module "{name}" here; write {name.replace(".", "/")}.py',
                    place_of(self.folder),
                )
            self._modules[name] = read_module(path, name)
        return self._modules[name]

    def target(self, module: Module, item: Import) -> Module:
        """The module that a relative import reads from. Raises TopicError when there is none."""
        parts = module.name.split(".") if module.name else []
        package = parts if module.is_package else parts[:-1]
        outside = item.level - 1 > len(package)
        base = package[: len(package) - item.level + 1]
        name = ".".join([*base, *filter(None, item.module.split("."))])
        if not outside and self.path(name) is not None:
            return self.module(name)
        raise TopicError(
            f'"{item.written()}" leads to no file below {place_of(self.folder)}; import from a '
            "module that lies there",
            place_of(module.path, item.line),
        )

    def find(self, modules: Iterable[str], name: str) -> Home:
        """The object of this name in the first module that has it. Raises TopicError if none."""
        found = [self.module(module) for module in modules]
        for module in found:
            if (home := self.home(module, name)) is not None:
                return home
        known = [bound for module in found for piece in module.pieces for bound in piece.binds]
        raise TopicError(
            f'"{name}" is in none of the modules {quoted(m.name for m in found)}: '
            f"{near(name, sorted(known))}; correct the name",
            place_of(self.folder),
        )

    def home(self, module: Module, name: str) -> Home | None:
        """Where an object is really defined, and under which name; None if not in the library."""
        return self._home(module, name, frozenset())

    def _home(self, module: Module, name: str, passed: frozenset[tuple[str, str]]) -> Home | None:
        if module.pieces_of(name):
            return Home(module, name)
        if (module.name, name) in passed:
            return None  # modules that pass a name round in a circle define it nowhere
        for item in module.imports_of(name):
            if item.level:
                return self._followed(module, item, passed | {(module.name, name)})
        return None

    def followed(self, module: Module, item: Import) -> Home:
        """Where a relative import leads. Raises TopicError when that is no object."""
        return self._followed(module, item, frozenset())

    def _followed(self, module: Module, item: Import, passed: frozenset[tuple[str, str]]) -> Home:
        if self.is_module(module, item):
            raise self.bad_import(module, item, "imports a whole module, which cannot be cut out")
        home = self._home(self.target(module, item), item.name, passed)
        if home is None:
            raise self.bad_import(module, item, "names nothing that a module here defines")
        return home

    def bad_import(self, module: Module, item: Import, why: str) -> TopicError:
        """The error about an import that a cut cannot keep, to be raised."""
        return TopicError(
            f'"{item.written()}" {why}: allowed are names that a module here defines; write '
            "from .module import name",
            place_of(module.path, item.line),
        )

    def order(self, names: Collection[str]) -> list[str]:
        """The modules in the order in which Python would finish running them."""
        done: dict[str, None] = {}
        entered: set[str] = set()
        for name in sorted(names):
            self._finish(name, entered, done)
        return [name for name in done if name in names]

    def _finish(self, name: str, entered: set[str], done: dict[str, None]) -> None:
        if name in entered:
            return
        entered.add(name)
        module = self.module(name)
        for item in module.imports:
            if item.level and not item.typing_only and not self.is_module(module, item):
                self._finish(self.target(module, item).name, entered, done)
        done[name] = None

    def is_module(self, module: Module, item: Import) -> bool:
        """Whether a relative import binds a whole module (`from . import splits`)."""
        target = self.target(module, item)
        below = f"{target.name}.{item.name}".lstrip(".")
        return target.is_package and self.path(below) is not None

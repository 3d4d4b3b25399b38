"""A topic's reference solutions as living objects, for the judge only.

Theory of operation. Each load runs a *fresh copy* of the package `reference/` from its files,
under a package name that nobody else has (`_gradewright_reference_3`). So a function in one copy
can be replaced, as a misconception asks, while other copies stay right, and a topic that is also
installed is never touched. Relative imports work, since the copy is an ordinary package with an
ordinary search path. Its modules stay in `sys.modules`: dataclasses, pickling and imports inside
functions look themselves up there long after loading.
"""

from __future__ import annotations

import importlib
import itertools
import sys
from collections.abc import Iterable, Mapping
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import module_from_spec
from pathlib import Path
from traceback import extract_tb
from types import ModuleType, SimpleNamespace

from gradewright.host.errors import TopicError, place_of, quoted
from gradewright.host.topic import Assignment

PREFIX = "_gradewright_reference_"
_numbers = itertools.count(1)


def load_reference(assignment: Assignment) -> SimpleNamespace:
    """All public names of the assignment's reference modules, from a fresh copy."""
    return public_names(reference_modules(assignment).values())


def public_names(modules: Iterable[ModuleType]) -> SimpleNamespace:
    """The names that modules offer: `__all__`, else what has no underscore and is no module."""
    return SimpleNamespace(
        **{name: vars(module)[name] for module in modules for name in _offered(module)}
    )


def _offered(module: ModuleType) -> list[str]:
    if hasattr(module, "__all__"):
        return list(module.__all__)
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    ]


def reference_modules(assignment: Assignment) -> dict[str, ModuleType]:
    """The assignment's reference modules by name ("splits"), from a fresh copy of the package.

    Raises TopicError when a module cannot be run, naming it and the line.
    """
    package = f"{PREFIX}{next(_numbers)}"
    importlib.invalidate_caches()
    try:
        _import_package(package, assignment.reference_folder)
        return {
            name: importlib.import_module(f"{package}.{name}")
            for name in assignment.manifest.reference
        }
    except Exception as error:
        for module in _copy(package):
            del sys.modules[module.__name__]
        raise TopicError(
            f"the reference of {assignment.id} cannot be loaded: {type(error).__name__}: {error}; "
            "correct it, or install what it imports",
            _place(error, assignment.reference_folder),
        ) from error


def replace(modules: Mapping[str, ModuleType], name: str, new: object) -> None:
    """Put `new` in the place of the public object `name` everywhere in the copy.

    Every module of the copy that holds the same object, under whatever name, gets the new one, so
    that other functions call it too. Raises LookupError when no module has the name.
    """
    old = vars(public_names(modules.values())).get(name, modules)
    if old is modules:
        raise LookupError(f'"{name}" is no public name of the modules {quoted(modules)}')
    substitute(modules, old, new)


def substitute(modules: Mapping[str, ModuleType], old: object, new: object) -> None:
    """Put `new` in the place of the object `old`, public or not, everywhere in the copy."""
    package = next(iter(modules.values())).__name__.split(".")[0]
    for module in _copy(package):
        for bound in [bound for bound, value in vars(module).items() if value is old]:
            setattr(module, bound, new)


def _import_package(name: str, folder: Path) -> None:
    file = str(folder / "__init__.py")
    loader = SourceFileLoader(name, file)
    spec = ModuleSpec(name, loader, origin=file, is_package=True)
    spec.has_location = True
    spec.submodule_search_locations = [str(folder)]
    sys.modules[name] = module = module_from_spec(spec)
    loader.exec_module(module)


def _copy(package: str) -> list[ModuleType]:
    """The loaded modules of one copy."""
    return [
        module
        for name, module in list(sys.modules.items())
        if name == package or name.startswith(package + ".")
    ]


def _place(error: Exception, folder: Path) -> str:
    """The last line of the reference that the error passed through, else the folder."""
    if isinstance(error, SyntaxError) and error.filename:
        return place_of(Path(error.filename), error.lineno or 0)
    frames = reversed(extract_tb(error.__traceback__))
    ours = (frame for frame in frames if folder in Path(frame.filename).parents)
    frame = next(ours, None)
    return place_of(Path(frame.filename), frame.lineno or 0) if frame else place_of(folder)

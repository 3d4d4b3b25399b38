"""Whether every function of an assignment stands in its reference modules, found by `ast`.

The reference is not imported: it may need libraries that this machine does not have.
"""

from __future__ import annotations

from pathlib import Path

from gradewright.host.errors import near
from gradewright.host.manifest import AssignmentManifest
from gradewright.host.source import read_source
from gradewright.host.tomlfile import TomlFile


def check_reference(file: TomlFile, assignment: AssignmentManifest, reference: Path) -> None:
    """Raise TopicError for a missing module, and for a function that none or two of them hold."""
    homes = _definitions(file, assignment, reference)
    for number, question in enumerate(assignment.questions):
        at = ("questions", number, "functions")
        for name in question.functions:
            found = homes.get(name, [])
            if not found:
                raise file.fault(
                    f'"{name}" is no function or class at top level of the reference modules: '
                    f"{near(name, homes, 'correct it, or name its module in reference')}",
                    *at,
                )
            if len(found) > 1:
                raise file.fault(
                    f'"{name}" stands in two reference modules, {" and ".join(found)}; remove one',
                    *at,
                )


def module_path(reference: Path, module: str) -> Path | None:
    """The file of a module below `reference/` ("splits", "losses.mse"), or None."""
    stem = reference.joinpath(*module.split("."))
    for path in (stem.with_suffix(".py"), stem / "__init__.py"):
        if path.is_file():
            return path
    return None


def _definitions(
    file: TomlFile, assignment: AssignmentManifest, reference: Path
) -> dict[str, list[str]]:
    """Every public function and class of the reference modules, with the modules that hold it."""
    if assignment.reference and not (reference / "__init__.py").is_file():
        raise file.fault(
            "reference/ is no package; add an empty reference/__init__.py", "reference"
        )
    homes: dict[str, list[str]] = {}
    for module in assignment.reference:
        path = module_path(reference, module)
        if path is None:
            raise file.fault(
                f'reference names "{module}", but there is no reference/'
                f"{module.replace('.', '/')}.py; write it, or correct the name",
                "reference",
            )
        for name in {definition.name for definition in read_source(path).definitions()}:
            if not name.startswith("_"):
                homes.setdefault(name, []).append(module)
    return homes

"""The checks of one file `checks/<question>.py`, found by `ast`.

Refused is what pytest would collect but nobody has declared, what is declared but pytest would not
collect, and every option that would have to be run to be known.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from fractions import Fraction

from gradewright.api.checks import EVIDENCE
from gradewright.host.entries import CheckEntry
from gradewright.host.errors import quoted
from gradewright.host.manifest import Question
from gradewright.host.publicrule import refuse_foreign_imports
from gradewright.host.source import (
    SourceFile,
    decorator_called,
    last_name,
    missing_languages,
    own_names,
    read_options,
)

PREFIX = "test_"
KINDS: dict[str, type | tuple[type, ...]] = {
    "hidden": bool,
    "weight": (int, str),
    "prop": bool,
    "of": str,
    "count": int,
    "evidence": str,
    "fresh": bool,
    "per_student": bool,
}


def read_checks(
    file: SourceFile, assignment: str, question: Question, languages: tuple[str, ...]
) -> tuple[CheckEntry, ...]:
    """The checks of a question's file, in order. Raises TopicError for the first defect."""
    _refuse_stray_tests(file)
    entries: dict[str, CheckEntry] = {}
    for function, decorator in _checks(file):
        entry = _entry(file, function, decorator, (assignment, question), languages)
        if entry.name in entries:
            raise file.fault(
                f'a second check "{function.name}": the first stands in line '
                f"{entries[entry.name].line}; give this one another name",
                function,
            )
        entries[entry.name] = entry
        if not entry.hidden:
            refuse_foreign_imports(file, function)
    return tuple(entries.values())


def _refuse_stray_tests(file: SourceFile) -> None:
    """Names that pytest would collect although they are no function at top level."""
    for statement in file.tree.body:
        if isinstance(statement, ast.FunctionDef):
            continue
        for name, node in _bound_within(statement):
            if name.startswith((PREFIX, "Test")):
                raise file.fault(
                    f'"{name}" looks like a test to pytest, but is no function at top level; '
                    "write a check as a plain function there, or rename this",
                    node,
                )


def _bound_within(statement: ast.stmt) -> Iterator[tuple[str, ast.AST]]:
    yield from own_names(statement)
    if isinstance(statement, ast.ClassDef | ast.If | ast.Try | ast.With | ast.For | ast.While):
        for child in ast.iter_child_nodes(statement):
            if isinstance(child, ast.stmt):
                yield from _bound_within(child)


def _checks(file: SourceFile) -> Iterator[tuple[ast.FunctionDef, ast.expr]]:
    """The functions that are checks, with their decorator."""
    for definition in file.definitions():
        decorator = decorator_called(definition, "check")
        is_test = isinstance(definition, ast.FunctionDef) and definition.name.startswith(PREFIX)
        if decorator is None and is_test:
            raise file.fault(
                f'"{definition.name}" has no @check; decorate it with @check(…), or rename it if '
                "it is a helper",
                definition,
            )
        if decorator is not None and not is_test:
            raise file.fault(
                f'"{definition.name}" has @check, but a check is a plain function whose name '
                f'starts with "{PREFIX}"; write it as def {PREFIX}…',
                definition,
            )
        if decorator is not None and isinstance(definition, ast.FunctionDef):
            yield definition, decorator


def _entry(
    file: SourceFile,
    function: ast.FunctionDef,
    decorator: ast.expr,
    place: tuple[str, Question],
    languages: tuple[str, ...],
) -> CheckEntry:
    assignment, question = place
    options = read_options(file, decorator, "check", KINDS, languages, code=("cases",))
    values = options.values
    name = function.name.removeprefix(PREFIX)
    entry = CheckEntry(
        id=f"{assignment}.{question.id}.{name}",
        question=question.id,
        name=name,
        text=options.text,
        hidden=values.get("hidden", False),
        weight=_weight(file, decorator, values.get("weight", 1)),
        prop=values.get("prop", False),
        evidence=values.get("evidence", "value"),
        fresh=values.get("fresh", False),
        per_student=values.get("per_student", False),
        has_cases="cases" in values,
        count=values.get("count", 20),
        of=values.get("of"),
        fixtures=_fixtures(file, function),
        line=function.lineno,
    )
    for complaint in _complaints(entry, question, languages):
        raise file.fault(f'"{function.name}": {complaint}', decorator)
    return entry


def _weight(file: SourceFile, decorator: ast.expr, given: int | str) -> Fraction:
    try:
        weight = Fraction(given)
    except (ValueError, ZeroDivisionError):
        weight = Fraction(0)
    if weight <= 0:
        raise file.fault(
            f"@check(weight={given!r}): a weight is a whole number above 0 or a fraction as text; "
            'write for example weight=2 or weight="1/2"',
            decorator,
        )
    return weight


def _complaints(entry: CheckEntry, question: Question, languages: tuple[str, ...]) -> Iterator[str]:
    """What is wrong with the options taken together, each with its remedy."""
    if lacking := missing_languages(entry.text, languages):
        yield f"its text lacks {quoted(lacking)}; add {lacking[0]}=… to @check"
    if entry.evidence not in EVIDENCE:
        yield f'evidence is "{entry.evidence}"; choose one of {quoted(EVIDENCE)}'
    if entry.count < 1:
        yield f"count is {entry.count}; at least 1 case is needed"
    if entry.of is not None and entry.of.split(".")[0] not in question.functions:
        yield (
            f'of="{entry.of}" is no function of {question.id}; choose one of '
            f"{quoted(question.functions)}"
        )
    if "cases" in entry.fixtures and not entry.has_cases:
        yield "it takes cases, but @check has none; add cases=… with a generator"
    if not entry.hidden and entry.has_cases:
        yield "a public check uses fixed inputs; write them in it, or add hidden=True"
    if not entry.hidden and set(entry.fixtures) - {"student"}:
        foreign = [name for name in entry.fixtures if name != "student"]
        yield (
            f"it is public and takes {quoted(foreign)}; a public check takes only student: "
            "remove the rest, or add hidden=True"
        )


def _fixtures(file: SourceFile, function: ast.FunctionDef) -> tuple[str, ...]:
    """The parameters that pytest has to fill: those without default and not parametrized."""
    given = function.args
    positional = [*given.posonlyargs, *given.args]
    if given.defaults:
        positional = positional[: -len(given.defaults)]
    named = [
        arg
        for arg, default in zip(given.kwonlyargs, given.kw_defaults, strict=True)
        if default is None
    ]
    fixed = {name for call in _parametrized(function) for name in _parameters(file, call)}
    return tuple(arg.arg for arg in (*positional, *named) if arg.arg not in fixed)


def _parametrized(function: ast.FunctionDef) -> Iterator[ast.Call]:
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and last_name(decorator.func) == "parametrize":
            yield decorator


def _parameters(file: SourceFile, call: ast.Call) -> list[str]:
    """The names that `@pytest.mark.parametrize` fills, once all its values are literals."""
    for value in (*call.args, *(keyword.value for keyword in call.keywords)):
        if not _is_written_out(value):
            raise file.fault(
                f"parametrize with {ast.unparse(value)}: its values must stand here as literals, "
                "the same for every student; write them out, or use cases=… for random ones",
                call,
            )
    named = [keyword.value for keyword in call.keywords if keyword.arg == "argnames"]
    names = next(iter((*call.args, *named)), None)
    found = ast.literal_eval(names) if names is not None else ()
    return [part.strip() for part in found.split(",")] if isinstance(found, str) else list(found)


def _is_written_out(node: ast.expr) -> bool:
    if isinstance(node, ast.List | ast.Tuple):
        return all(_is_written_out(item) for item in node.elts)
    if isinstance(node, ast.Call) and last_name(node.func) == "param":
        values = (*node.args, *(keyword.value for keyword in node.keywords))
        return all(_is_written_out(item) for item in values)
    try:
        ast.literal_eval(node)
    except ValueError:
        return False
    return True

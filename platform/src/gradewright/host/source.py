"""A Python file read as a tree, never run, and what the indexes ask of it.

Errors name the line. A decorator's arguments are read as literals: what would have to be run to be
known is refused, since discovering topics must not execute them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradewright.host.errors import TopicError, near, place_of, quoted

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class SourceFile:
    """A parsed file."""

    path: Path
    tree: ast.Module

    def fault(self, message: str, node: ast.AST | int = 0) -> TopicError:
        """The error about a node (or a line) of this file, to be raised."""
        line = node if isinstance(node, int) else getattr(node, "lineno", 0)
        return TopicError(message, place_of(self.path, line))

    def definitions(self) -> Iterator[Definition]:
        """The functions and classes at top level."""
        for node in self.tree.body:
            if isinstance(node, Definition):
                yield node


def read_source(path: Path) -> SourceFile:
    """Parse a file. Raises TopicError when it is not readable Python."""
    try:
        return SourceFile(path, ast.parse(path.read_bytes(), filename=str(path)))
    except SyntaxError as error:
        raise TopicError(
            f"this is not Python: {error.msg}; correct this line", place_of(path, error.lineno or 0)
        ) from None
    except (OSError, ValueError) as error:
        raise TopicError(
            f"cannot be read ({error}); make it a readable UTF-8 file", place_of(path)
        ) from None


def own_names(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """The names that a statement at top level binds (`import a.b as c` binds `c`)."""
    if isinstance(node, Definition):
        yield node.name, node
    elif isinstance(node, ast.Import):
        for alias in node.names:
            yield alias.asname or alias.name.split(".")[0], node
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name, node
    else:
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                yield part.id, node


def decorator_called(definition: Definition, name: str) -> ast.expr | None:
    """The decorator `@name(…)`, `@module.name(…)` or the bare `@name` of a definition."""
    for decorator in definition.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        if last_name(target) == name:
            return decorator
    return None


def last_name(node: ast.expr) -> str:
    """`parametrize` for `pytest.mark.parametrize`; "" for what is not a dotted name."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


@dataclass(frozen=True)
class Options:
    """The literal keyword arguments of a decorator: our options, and texts by language."""

    values: Mapping[str, Any]
    text: dict[str, str]


def read_options(
    file: SourceFile,
    decorator: ast.expr,
    name: str,
    kinds: Mapping[str, type | tuple[type, ...]],
    languages: tuple[str, ...],
    code: tuple[str, ...] = (),
    positional: int = 0,
) -> Options:
    """The options of `@name(…)`. `kinds` are the allowed ones with their types.

    Options named in `code` may be any expression; their values are the nodes. Every other keyword
    is a language with a text. Raises TopicError for anything else.
    """
    if not isinstance(decorator, ast.Call):
        raise file.fault(f'@{name} without a call; write @{name}(…, en="…")', decorator)
    if len(decorator.args) > positional:
        raise file.fault(
            f"@{name}({ast.unparse(decorator.args[positional])}): options are named; write "
            f'@{name}(…, en="…")',
            decorator,
        )
    values: dict[str, Any] = {}
    text: dict[str, str] = {}
    for keyword in decorator.keywords:
        if keyword.arg is None:
            raise file.fault(
                f"@{name}(**…): options are read without running the file; write them out", keyword
            )
        if keyword.arg in code:
            values[keyword.arg] = keyword.value
        elif keyword.arg in kinds:
            values[keyword.arg] = _option(file, name, keyword, kinds[keyword.arg])
        else:
            text[keyword.arg] = _text(file, name, keyword, (*kinds, *code), languages)
    return Options(values, text)


def _option(
    file: SourceFile, name: str, keyword: ast.keyword, kind: type | tuple[type, ...]
) -> object:
    value = literal(file, name, keyword.value, str(keyword.arg))
    kinds = kind if isinstance(kind, tuple) else (kind,)
    # A bool is an int for Python, but not a weight or a count for us.
    if type(value) not in kinds:
        allowed = " or ".join(part.__name__ for part in kinds)
        raise file.fault(
            f"@{name}({keyword.arg}={value!r}): expected {allowed}; correct the value", keyword
        )
    return value


def literal(file: SourceFile, name: str, value: ast.expr, option: str) -> object:
    """The value of an argument that must be written out."""
    try:
        return ast.literal_eval(value)
    except ValueError:
        raise file.fault(
            f"@{name}({option}={ast.unparse(value)}): options are read without running the file; "
            "write the value itself here",
            value,
        ) from None


def _text(
    file: SourceFile,
    name: str,
    keyword: ast.keyword,
    options: tuple[str, ...],
    languages: tuple[str, ...],
) -> str:
    arg = str(keyword.arg)
    if arg not in languages and len(arg.split("_")[0]) > 3:
        raise file.fault(
            f"@{name}({arg}=…): neither an option ({near(arg, options)}) nor a language of "
            f"{quoted(languages)}; correct the name",
            keyword,
        )
    value = literal(file, name, keyword.value, arg)
    if not isinstance(value, str):
        raise file.fault(
            f"@{name}({arg}={value!r}): a text in quotes is expected; write it as a string", keyword
        )
    return value


def missing_languages(text: Mapping[str, str], languages: tuple[str, ...]) -> list[str]:
    """The languages that a text lacks, or has only blanks in."""
    return [language for language in languages if not text.get(language, "").strip()]

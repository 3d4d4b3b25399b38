"""What a check hands to a student's function and what it gets back.

These are plain records; making the calls is the work of `gradewright.values`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from gradewright.api.hiding import is_hiding


@dataclass(frozen=True)
class Case:
    """The arguments of one call, made by `args(...)`; `note` says in words what is special."""

    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)


class KeptCase(Case):
    """A case of the case bank: it meets the same reference again with every submission.

    What is kept stands in no field: fields can cross the wall.
    """

    @cached_property
    def expected(self) -> dict[Callable[..., Any], Any]:
        """Function → its value on this case."""
        return {}

    @cached_property
    def sent(self) -> list[Any]:
        """Empty, or its arguments as they cross."""
        return []


def args(*positional: Any, **named: Any) -> Case:
    """One case, written like the call: `args([1, 2], base=2.0)`."""
    return Case(positional, named)


class Opaque:
    """A student's object that cannot cross as data; seen only through calls and attributes.

    It never answers `==`, `<`, `bool`, `hash` or `float`: an object whose `__eq__` returns True
    must not pass. `type_name` is a claim.
    """

    type_name: str


class StudentError(Exception):
    """The student's code raised. Also an instance of the nearest builtin exception class.

    So `pytest.raises(ValueError)` and `except ValueError` work. `type_name` is the class as the
    student wrote it, `builtin` the nearest builtin one, `traceback` the student's own traceback as
    text (our frames removed).
    """

    type_name: str = "Exception"
    builtin: str = "Exception"
    message: str = ""
    traceback: str = ""

    @property
    def shown_name(self) -> str:
        """The class for a message; in a hidden check only Python's own name of it."""
        return self.builtin if is_hiding() else self.type_name


@dataclass(frozen=True)
class Outcome:
    """What one call came to: a value, or the error it raised.

    `arguments` are the arguments after the call where the caller asked to watch them, else None.
    `printed` is what the call printed (capped).
    """

    value: Any = None
    error: StudentError | None = None
    arguments: Case | None = None
    printed: str = ""


@dataclass(frozen=True)
class Batch:
    """The outcomes of one function on many cases, in order."""

    function: str
    cases: Sequence[Case]
    outcomes: Sequence[Outcome]

    def __iter__(self) -> Iterator[tuple[Case, Outcome]]:
        return iter(zip(self.cases, self.outcomes, strict=True))

    def __len__(self) -> int:
        return len(self.cases)

    def values(self) -> list[Any]:
        """The values alone. Raises the first error that a call raised."""
        for outcome in self.outcomes:
            if outcome.error is not None:
                raise outcome.error
        return [outcome.value for outcome in self.outcomes]


@dataclass(frozen=True)
class Parameter:
    """One parameter: `kind` as in `inspect.Parameter.kind.name`, `default` as its repr or None."""

    name: str
    kind: str
    default: str | None = None


@dataclass(frozen=True)
class Signature:
    """A function's parameters, as its own process tells them."""

    parameters: tuple[Parameter, ...]

    def names(self) -> tuple[str, ...]:
        """The parameters' names in order."""
        return tuple(p.name for p in self.parameters)

    def __str__(self) -> str:
        """`(y, base=2.0)`, as one would write it."""
        return "(" + ", ".join(_written(p) for p in self.parameters) + ")"


def _written(p: Parameter) -> str:
    stars = {"VAR_POSITIONAL": "*", "VAR_KEYWORD": "**"}.get(p.kind, "")
    return f"{stars}{p.name}" + ("" if p.default is None else f"={p.default}")

"""Reading what calls came to: values, errors, changed arguments, each in its one allowed form."""

from __future__ import annotations

import builtins
from functools import cache
from typing import Any

from gradewright.api import Case, Outcome, StudentError
from gradewright.values.errors import BrokenFrame


def read_outcome(listed: Any) -> Outcome:
    """The outcome of one call. Raises BrokenFrame where it is none."""
    match listed:
        case (value, error, changed, str(printed)):
            return Outcome(value, _error(error), _case(changed), printed)
    raise BrokenFrame("the outcome of a call came back in the wrong form")


def _case(changed: Any) -> Case | None:
    match changed:
        case None:
            return None
        case (tuple(a), dict(k)):
            return Case(a, k)
    raise BrokenFrame("changed arguments came back in the wrong form")


def _error(told: Any) -> StudentError | None:
    match told:
        case None:
            return None
        case (str(type_name), str(builtin), str(message), str(trace)):
            error = _error_class(builtin)()
            if type(error) is not _PlainStudentError:  # a name that is Python's and not a claim
                error.builtin = builtin
            error.type_name, error.message, error.traceback = type_name[:200], message, trace
            return error
    raise BrokenFrame("an error came back in the wrong form")


@cache
def _error_class(builtin: str) -> type[StudentError]:
    """`StudentError` that is also the builtin class of this name, where there is one."""
    base = getattr(builtins, builtin, None)
    if not (isinstance(base, type) and issubclass(base, Exception)):
        return _PlainStudentError
    if issubclass(base, BaseExceptionGroup):  # cannot be made without the exceptions in it
        return _PlainStudentError
    # StudentError comes first: its construction takes no arguments, whatever the builtin's does
    return type(f"Student{builtin}", (_PlainStudentError, base), {})


class _PlainStudentError(StudentError):
    def __init__(self) -> None:
        self.args = ()

    def __str__(self) -> str:
        return f"{self.type_name}: {self.message}" if self.message else self.type_name

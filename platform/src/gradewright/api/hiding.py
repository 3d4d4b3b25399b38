"""Whether messages may show what a check works with: public checks may, hidden ones must not.

A student chooses the names of classes and the texts of exceptions, and could put a hidden input
into them; so within `hiding` only Python's own names are shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_hiding: ContextVar[bool] = ContextVar("gradewright_hiding", default=False)


@contextmanager
def hiding(hidden: bool = True) -> Iterator[None]:
    """Within: messages show no input, no expected value and nothing that a student worded."""
    token = _hiding.set(hidden)
    try:
        yield
    finally:
        _hiding.reset(token)


def is_hiding() -> bool:
    """Whether the check that runs now is a hidden one."""
    return _hiding.get()

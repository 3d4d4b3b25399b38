"""How a check ends early: `fail` (no points), `award` (a part of them). Returning means passed.

Both carry a text for the student. Nothing else that is raised inside a check is ever shown to a
student: a bare `assert` would print expected values.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NoReturn

from gradewright.api.texts import Text


class CheckFailed(Exception):
    """The student's work does not do what the check asks for.

    `message` is for the student. `failing` are the numbers of the cases that failed, where the
    check compared a batch; the case bank is separated by them. `kind` is the first thing that was
    wrong: "type", "shape", "dtype", "finite", "value", "raised", "text", "property" or "author".
    """

    def __init__(
        self, message: Text, *, kind: str = "author", failing: tuple[int, ...] = ()
    ) -> None:
        super().__init__(next(iter(message.values()), ""))
        self.message = dict(message)
        self.kind = kind
        self.failing = failing


class Awarded(CheckFailed):
    """Failed, but a part of the check's points is earned."""

    def __init__(self, fraction: Fraction, message: Text) -> None:
        super().__init__(message, kind="author")
        self.fraction = fraction


def fail(**message: str) -> NoReturn:
    """End the check as failed, with a message per language: `fail(zh="…", en="…")`."""
    _refuse_empty(message, "fail")
    raise CheckFailed(message)


def award(fraction: float | Fraction | str, **message: str) -> NoReturn:
    """End the check as failed with partial credit: `award(0.5, zh="…", en="…")`.

    `fraction` must lie strictly between 0 and 1 (a check that is whole returns, one that is worth
    nothing fails); decimal numbers are taken as written: 0.1 is one tenth.
    """
    _refuse_empty(message, "award")
    exact = Fraction(str(fraction))
    if not 0 < exact < 1:
        raise ValueError(
            f"award() got the fraction {fraction}: it must lie strictly between 0 and 1; "
            "return from the check for full credit, call fail() for none"
        )
    raise Awarded(exact, message)


def _refuse_empty(message: Text, name: str) -> None:
    if not message:
        raise TypeError(f'{name}() got no message: say what is wrong, as {name}(…, zh="…", en="…")')

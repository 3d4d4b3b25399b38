"""What the checkers of machine-learning properties share: a number out of a claim, and a failure.

Their messages say which idea is broken and what to look at; numbers are added in public checks
only. Nothing here knows a property; those stand in `training`, `gradients`, `invariances`, ….
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from gradewright.api.calls import args
from gradewright.api.describe import describe, kind_of
from gradewright.api.hiding import is_hiding
from gradewright.api.texts import Text, filled, joined
from gradewright.api.verdicts import CheckFailed

NO_NUMBER = {
    "zh": "{what}应为一个数，得到的是{got}。",
    "en": "{what} should be a number, but it is {got}.",
}
NOT_FINITE = {
    "zh": "{what}是 NaN 或无穷大。常见原因：学习率太大、对 0 取对数、除以 0。",
    "en": "{what} is NaN or infinite. Usual causes: a learning rate that is too large, the "
    "logarithm of 0, a division by 0.",
}
NO_LIST = {
    "zh": "{what}应为一列数，得到的是{got}。",
    "en": "{what} should be a list of numbers, but it is {got}.",
}


def refuse(
    message: Text, hint: Text, shown: Text | None = None, kind: str = "property", **fields: Any
) -> NoReturn:
    """Fail with this message; `shown` holds values and is left out of hidden checks."""
    values = {} if shown is None or is_hiding() else filled(shown, **fields)
    raise CheckFailed(joined(filled(message, **fields), values, hint), kind=kind)


def number_in(claim: Any, what: Text, hint: Text) -> float:
    """A claim as a finite float; one number in an array or tensor counts. Else the check fails."""
    kind = kind_of(claim)
    if kind in {"array", "tensor"} and math.prod(claim.shape) == 1:
        claim, kind = claim.item(), "float"
    if kind not in {"float", "int"}:
        refuse(NO_NUMBER, hint, kind="type", what=dict(what), got=dict(describe(claim)))
    if not math.isfinite(claim):
        refuse(NOT_FINITE, hint, kind="finite", what=dict(what))
    return float(claim)


def numbers_in(claim: Any, what: Text, hint: Text, least: int = 1) -> list[float]:
    """A claim as a flat list of at least `least` finite floats. Else the check fails."""
    kind = kind_of(claim)
    items = claim.reshape(-1).tolist() if kind in {"array", "tensor"} else claim
    if kind not in {"array", "tensor", "list"} or len(items) < least:
        refuse(NO_LIST, hint, kind="type", what=dict(what), got=dict(describe(claim)))
    return [number_in(item, what, hint) for item in items]


def values_at(function: Callable[..., Any], points: Sequence[Any]) -> list[Any]:
    """The function's values at these points; a student's function is asked for all at once."""
    each = getattr(function, "each", None)
    if each is None:
        return [function(point) for point in points]
    found: list[Any] = each([args(point) for point in points]).values()
    return found


def rounded(number: float) -> str:
    """Four digits that count: enough to see what is wrong."""
    return f"{number:.4g}"

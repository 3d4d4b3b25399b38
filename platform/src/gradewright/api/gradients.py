"""Gradient checks: an analytic gradient against the slope measured by central differences.

Theory of operation. For every entry of x the function is called a little to the right and a little
to the left; the slope of that line has an error of order h² and a rounding error of order
eps·|f|/h. With h = 1e-5 in float64 both are near 1e-11, so a right gradient agrees to 1e-6. Where
the slopes to the right and to the left differ, the function has a kink (ReLU at 0) and no gradient
to compare with: that entry is left out, and a check that would leave out most entries fails.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from gradewright.api.compare import GC, Difference, Tolerance, as_numpy, compare
from gradewright.api.describe import kind_of
from gradewright.api.telling import number_in, refuse, values_at
from gradewright.api.texts import Text

STEP = 1e-5
KINK = 1e-2  # slopes to the right and left that differ by more than this part are no rounding
GRADIENT = {"zh": "梯度", "en": "the gradient"}
VALUE = {"zh": "要求导的函数值", "en": "the function to differentiate"}
FORM = {"zh": "{what}{place}{why}。", "en": "{what}{place} {why}."}
WRONG = {
    "zh": "{what}与数值微分（中心差分）不一致：{size} 个分量中有 {count} 个不对。"
    "逐项对照推导：链式法则的每个因子、正负号、求和还是求平均。",
    "en": "{what} does not agree with the slope measured by central differences: {count} of {size} "
    "entries are wrong. Go through the derivation: every factor of the chain rule, the sign, "
    "sum or mean.",
}
SHOWN = {
    "zh": "在 {place} 处，数值微分得到 {want}，你的梯度是 {got}。",
    "en": "At entry {place} the measured slope is {want}, your gradient is {got}.",
}
ROUGH = {
    "zh": "函数在大多数分量上不光滑（左右斜率不同），无法核对梯度。",
    "en": "The function is not smooth in most entries (the slopes to the left and right differ), "
    "so its gradient cannot be checked.",
}


def assert_gradient(
    function: Callable[[Any], Any],
    gradient: Any,
    x: Any,
    tol: Tolerance = GC,
    *,
    what: Text = GRADIENT,
    **hint: str,
) -> None:
    """`gradient` (a value, or a function of x) is the gradient of `function` at x.

    function: takes an array like x and gives one number. Use the reference's, or one of the
    check's own, where the student writes only the gradient: of a function that is constantly 0
    the gradient 0 is right. x: a float, a float64 array or tensor, away from kinks. The entries
    are compared as |got − slope| ≤ tol.atol · max(1, |f(x)|) + tol.rtol · |slope|.
    """
    slopes, smooth, size = _slopes(function, x, hint)
    got = gradient(x) if callable(gradient) and kind_of(gradient) != "tensor" else gradient
    whole = _like(x, slopes)
    form = compare(got, whole, Tolerance(atol=float("inf")))
    if form is not None:
        refuse(FORM, hint, kind=form.kind, what=dict(what), place=form.place, why=dict(form.text))
    if 2 * smooth.sum() < smooth.size:
        refuse(ROUGH, hint)
    scaled = Tolerance(tol.rtol, tol.atol * max(1.0, size))
    claimed = as_numpy(got) if kind_of(got) in {"array", "tensor"} else slopes * 0 + got
    wrong = [
        place
        for place in _places(slopes)
        if smooth[place] and _differs(claimed[place], slopes[place], scaled)
    ]
    if wrong:
        first = wrong[0]
        refuse(
            WRONG,
            hint,
            SHOWN,
            kind="value",
            what=dict(what),
            count=len(wrong),
            size=slopes.size,
            place=list(map(int, first)) or "x",
            want=f"{slopes[first]:.6g}",
            got=f"{claimed[first]:.6g}",
        )


def _differs(got: Any, slope: Any, tol: Tolerance) -> Difference | None:
    return compare(float(got), float(slope), tol)


def _slopes(function: Callable[[Any], Any], x: Any, hint: Text) -> tuple[Any, Any, float]:
    """The measured slopes, where they can be trusted, and the size of the function's value."""
    import numpy as np

    base = np.array(as_numpy(x), dtype=np.float64)
    points = [x]
    for place in _places(base):
        for step in (STEP, -STEP):
            moved = base.copy()
            moved[place] += step
            points.append(_like(x, moved))
    at, *moved_to = [number_in(value, VALUE, hint) for value in values_at(function, points)]
    right = (np.array(moved_to[0::2]) - at).reshape(base.shape) / STEP
    left = (at - np.array(moved_to[1::2])).reshape(base.shape) / STEP
    largest = np.maximum(1.0, np.maximum(abs(right), abs(left)))
    return (right + left) / 2, abs(right - left) <= KINK * largest, abs(at)


def _places(array: Any) -> list[tuple[int, ...]]:
    import numpy as np

    return list(np.ndindex(array.shape))


def _like(x: Any, array: Any) -> Any:
    """The array as a value of the kind that x is."""
    if kind_of(x) == "tensor":
        return sys.modules["torch"].from_numpy(array)
    return array if kind_of(x) == "array" else float(array)

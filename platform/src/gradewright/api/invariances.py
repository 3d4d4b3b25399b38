"""What a function does when its input is permuted, scaled, shifted, rolled or mixed.

A `Change` says how to alter an array or tensor, and how to name that in a message. `assert_same`
wants f(change(x)) = f(x), `assert_follows` wants f(change(x)) = then(f(x)). A constant function is
invariant under everything: mark such checks `prop=True`, so that they pay only beside an oracle.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradewright.api.compare import T32, T64, Tolerance, compare, short
from gradewright.api.telling import refuse, values_at
from gradewright.api.texts import Text, filled, joined

INVARIANT = {
    "zh": "把输入{change}，输出不应改变，但它变了。",
    "en": "When the input is {change}, the output must stay the same, but it changes.",
}
EQUIVARIANT = {
    "zh": "把输入{change}，输出应随之{then}，但并非如此。",
    "en": "When the input is {change}, the output must be {then}, but it is not.",
}
BENT = {
    "zh": "这个函数不是仿射的：f(a·x + (1−a)·z) 应等于 a·f(x) + (1−a)·f(z)。"
    "检查是否多了激活函数或 softmax，或者有随机的层。",
    "en": "This function is not affine: f(a·x + (1−a)·z) must equal a·f(x) + (1−a)·f(z). Look for "
    "an activation or a softmax too many, or for a layer that acts at random.",
}
SHOWN = {
    "zh": "应为 {want}，得到 {got}。",
    "en": "It should be {want}, and it is {got}.",
}
# Without numbers: hidden checks use these names too.
NAMES: Mapping[str, Text] = {
    "permuted": {"zh": "重新排列", "en": "permuted"},
    "rolled": {"zh": "循环平移", "en": "rolled around"},
    "scaled": {"zh": "乘以一个数", "en": "multiplied by a number"},
    "shifted": {"zh": "加上一个数", "en": "shifted by a number"},
}
FORM = {"zh": "输出{place}{why}。", "en": "The output{place} {why}."}


@dataclass(frozen=True)
class Change:
    """A change of an array or tensor, and its name in the middle of a sentence."""

    apply: Callable[[Any], Any]
    name: Text


def permuted(order: Sequence[int], axis: int = 0) -> Change:
    """The entries along an axis in another order."""
    return Change(lambda x: _taken(x, list(order), axis), NAMES["permuted"])


def rolled(steps: int, axis: int = -1) -> Change:
    """The entries along an axis moved on by some steps, around the end."""

    def roll(x: Any) -> Any:
        size = len(x) if isinstance(x, list | tuple) else int(x.shape[axis])
        return _taken(x, [(i - steps) % size for i in range(size)], axis)

    return Change(roll, NAMES["rolled"])


def scaled(factor: float) -> Change:
    """Every entry times a factor."""
    return Change(lambda x: x * factor, NAMES["scaled"])


def shifted(by: float) -> Change:
    """Every entry plus a number."""
    return Change(lambda x: x + by, NAMES["shifted"])


def _taken(x: Any, order: list[int], axis: int) -> Any:
    if isinstance(x, list | tuple):
        return type(x)([x[i] for i in order])
    before = (slice(None),) * (axis % len(x.shape))
    return x[(*before, order)]


def assert_same(
    function: Callable[[Any], Any], x: Any, change: Change, tol: Tolerance = T64, **hint: str
) -> None:
    """Invariance: function(change(x)) = function(x)."""
    before, after = values_at(function, [x, change.apply(x)])
    _compared(after, before, tol, filled(INVARIANT, change=dict(change.name)), hint)


def assert_follows(
    function: Callable[[Any], Any],
    x: Any,
    change: Change,
    then: Change | None = None,
    tol: Tolerance = T64,
    **hint: str,
) -> None:
    """Equivariance: function(change(x)) = then(function(x)); `then` is the same change if left out.

    scaled(3.0), then=scaled(9.0) says that a function is of degree two.
    """
    before, after = values_at(function, [x, change.apply(x)])
    follows = then or change
    text = filled(EQUIVARIANT, change=dict(change.name), then=dict(follows.name))
    try:
        wanted = follows.apply(before)
    except (AttributeError, IndexError, TypeError):  # a number where a list or array is needed
        refuse(text, hint, kind="type")
    _compared(after, wanted, tol, text, hint)


def assert_affine(
    function: Callable[[Any], Any],
    x: Any,
    z: Any,
    tol: Tolerance = T32,
    *,
    mixing: Sequence[float] = (-1.0, 0.25, 0.5),
    **hint: str,
) -> None:
    """function(a·x + (1−a)·z) = a·function(x) + (1−a)·function(z) for every a of `mixing`."""
    at_x, at_z, *mixed = values_at(function, [x, z, *(a * x + (1 - a) * z for a in mixing)])
    for a, got in zip(mixing, mixed, strict=True):
        _compared(got, a * at_x + (1 - a) * at_z, tol, BENT, hint)


def _compared(got: Any, want: Any, tol: Tolerance, text: Text, hint: Text) -> None:
    difference = compare(got, want, tol)
    if difference is None:
        return
    if difference.kind == "value":
        refuse(text, hint, SHOWN, kind="property", want=short(want), got=short(got))
    told = filled(FORM, place=difference.place, why=dict(difference.text))
    refuse(joined(text, told), hint, kind=difference.kind)

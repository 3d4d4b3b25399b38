"""Numbers as people read them. Points are exact until here; this is the one place that rounds."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

DIGITS = 2


def rounded(value: Fraction | int, digits: int = DIGITS) -> str:
    """A number with at most so many decimals, halves away from zero, without trailing zeros."""
    exact = Fraction(value)
    scale = 10**digits
    whole = (2 * abs(exact) * scale + 1) // 2
    text = f"{whole // scale}.{whole % scale:0{digits}d}".rstrip("0").rstrip(".")
    return f"-{text}" if exact < 0 and whole else text


def percent(part: Fraction | int, whole: Fraction | int) -> str:
    """A share as "62 %"; never "100 %" unless all of it, never "0 %" unless nothing."""
    if not whole:
        return "–"
    share = Fraction(part) / Fraction(whole) * 100
    near = (2 * share + 1) // 2
    if near in (0, 100) and share != near:
        near = min(max(near, 1), 99)
    return f"{near} %"


def median(values: Sequence[Fraction]) -> Fraction:
    """The middle value, or the mean of the two in the middle. `values` must not be empty."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def mean(values: Sequence[Fraction]) -> Fraction:
    """The exact mean. `values` must not be empty."""
    return sum(values, Fraction(0)) / len(values)

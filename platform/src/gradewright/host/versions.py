"""Ranges of versions such as `>=0.1,<0.2`, as far as topic.toml needs them.

Only release numbers are compared; suffixes (`rc1`, `.dev0`) are ignored.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable

CLAUSE = re.compile(r"(>=|<=|==|>|<)\s*(\d+(?:\.\d+)*)")
Release = tuple[int, ...]
COMPARE: dict[str, Callable[[Release, Release], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
}


def accepts(version_range: str, version: str) -> bool:
    """Whether `version` lies in the range. Raises ValueError for what is not a range."""
    have = _release(version)
    return all(COMPARE[sign](have, _release(number)) for sign, number in _clauses(version_range))


def _clauses(version_range: str) -> list[tuple[str, str]]:
    clauses = []
    for part in version_range.split(","):
        found = CLAUSE.fullmatch(part.strip())
        if found is None:
            raise ValueError(f'"{part.strip()}" is no clause of a range')
        clauses.append((found[1], found[2]))
    return clauses


def _release(version: str) -> Release:
    """`0.1.0rc1` as (0, 1): without zeros at the end, so that 0.1 equals 0.1.0."""
    numbers = re.match(r"\d+(\.\d+)*", version)
    parts = [int(part) for part in numbers[0].split(".")] if numbers else [0]
    while parts and parts[-1] == 0:
        parts.pop()
    return tuple(parts)

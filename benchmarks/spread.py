"""Figures with their spread, and a plain table of them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Sequence

UNITS = {"s": (1.0, "s"), "ms": (1e3, "ms"), "us": (1e6, "µs"), "MB": (2.0**-20, "MB")}


def spread(values: Sequence[float], unit: str = "ms") -> str:
    """`median [p10–p90] unit`; seconds for times, bytes for sizes come in."""
    factor, name = UNITS[unit]
    cut = statistics.quantiles(values, n=10) if len(values) > 1 else [values[0]] * 9
    low, middle, high = (_figure(v * factor) for v in (cut[0], statistics.median(values), cut[-1]))
    return f"{middle} [{low}–{high}] {name}"


def ratio(first: Sequence[float], second: Sequence[float]) -> str:
    """How many times the median of the first is that of the second."""
    return f"{statistics.median(first) / statistics.median(second):.3g} ×"


def repeated(times: int, measure: Callable[[], float]) -> list[float]:
    """What `measure` returns, so many times, after once for nothing."""
    measure()
    return [measure() for _ in range(times)]


def seconds(action: Callable[[], object]) -> float:
    """How long an action takes."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def table(rows: Iterable[tuple[str, ...]]) -> str:
    """Rows as a Markdown table; the first is the head."""
    head, *body = rows
    lines = [head, ("---",) * len(head), *body]
    return "\n".join(f"| {' | '.join(row)} |" for row in lines)


def _figure(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"

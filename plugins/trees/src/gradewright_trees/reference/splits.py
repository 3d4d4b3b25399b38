"""Split criteria of decision trees: how good is a question put to the data?

Three families, each a measure of disorder and the reduction that a split brings:

- ID3: Shannon entropy and information gain          (Shannon 1948; Quinlan 1986)
- C4.5: gain divided by the entropy of the branches  (Quinlan 1993, ch. 2)
- CART: Gini impurity and binary tests               (Breiman, Friedman, Olshen, Stone 1984)

Written for n labels y, one categorical attribute x of length n, or a table X of n rows and
d columns. Everything is plain counting, so labels and values may be any hashable objects.
Growing whole trees, continuous attributes and missing values are left to others.

Sources: C. E. Shannon, A mathematical theory of communication, Bell System Tech. J. 27, 1948.
J. R. Quinlan, Induction of decision trees, Machine Learning 1, 1986; C4.5: Programs for machine
learning, Morgan Kaufmann, 1993. L. Breiman et al., Classification and regression trees, 1984.
"""

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Scores nearer than this are equal: sums of logarithms differ in the last digits with their order.
_TINY = 1e-12


def entropy(y: Sequence[Hashable], base: float = 2.0) -> float:
    """Shannon entropy of a sequence of labels.

    y: n labels, any hashable objects. base: of the logarithm; 2 gives bits, e gives nats.
    Returns a float >= 0; 0.0 for an empty sequence. Only classes that occur contribute.
    """
    n = len(y)
    # p·log(1/p) instead of −p·log p: a pure sequence then gives 0.0 and not −0.0
    return sum(c / n * math.log(n / c) for c in Counter(y).values()) / math.log(base)


def information_gain(x: Sequence[Hashable], y: Sequence[Hashable]) -> float:
    """Information gain in bits of splitting the labels y by the attribute x, one branch a value.

    x: n values, y: n labels. Returns a float, 0.0 for n = 0; at least 0 but for rounding.
    """
    n = len(y)
    after = sum(len(part) / n * entropy(part) for part in _branches(x, y))
    return entropy(y) - after


def _branches(x: Sequence[Hashable], y: Sequence[Hashable]) -> list[list[Hashable]]:
    """The labels of each branch of a multiway split, in order of the values' first occurrence."""
    branches: dict[Hashable, list[Hashable]] = {}
    for value, label in zip(x, y, strict=True):
        branches.setdefault(value, []).append(label)
    return list(branches.values())


def intrinsic_value(x: Sequence[Hashable]) -> float:
    """Intrinsic value (split information) in bits of an attribute: how evenly it spreads the rows.

    x: n values. The labels play no part. Returns a float; 0.0 for a single branch and for n = 0.
    """
    # "Which branch?" is itself a random outcome, and this is its entropy (Quinlan 1986).
    return entropy(x)


def gain_ratio(x: Sequence[Hashable], y: Sequence[Hashable]) -> float:
    """Information gain of the attribute x for the labels y, divided by its intrinsic value.

    x: n values, y: n labels. Returns a float; 0.0 where the intrinsic value is below 1e-12.
    """
    iv = intrinsic_value(x)
    return information_gain(x, y) / iv if iv >= _TINY else 0.0


def c45_select(X: Sequence[Sequence[Hashable]], y: Sequence[Hashable]) -> int:
    """The column that C4.5 splits on: the best gain ratio among those of at least average gain.

    X: n >= 1 rows of d >= 1 categorical values, y: n labels. The average is over all d columns; a
    gain counts as at least average from 1e-12 below the average on. Gain ratios within 1e-12 of
    the best are tied: the lowest column wins.
    Returns the column's index, or -1 if every gain is below 1e-12.
    """
    columns = list(zip(*X, strict=True))  # d tuples of length n
    gains = [information_gain(x, y) for x in columns]  # (d,)
    if max(gains) < _TINY:
        return -1
    # The filter keeps the ratio from choosing a column only because its IV is small. "At least",
    # not "above" average: with equal gains nothing would be left (Quinlan 1993, ch. 2).
    average = sum(gains) / len(gains)
    ratios = {j: gain_ratio(columns[j], y) for j, g in enumerate(gains) if g >= average - _TINY}
    best = max(ratios.values())
    return next(j for j, ratio in ratios.items() if ratio >= best - _TINY)


def gini(y: Sequence[Hashable]) -> float:
    """Gini impurity of a sequence of labels: two draws with replacement disagree with this chance.

    y: n labels. Returns a float in [0, 1); 0.0 for a pure and for an empty sequence.
    """
    n = len(y)
    if n == 0:
        return 0.0
    return 1.0 - sum((c / n) ** 2 for c in Counter(y).values())


def gini_split(mask: NDArray[np.bool_], y: Sequence[Hashable]) -> float:
    """Gini impurity after a binary split, the two sides weighted by their size.

    mask: (n,) booleans, True for the rows that pass the test. y: n labels.
    Returns a float. An empty side has weight 0: the result is then gini(y).
    """
    n = len(y)
    if n == 0:
        return 0.0
    passed = [label for label, inside in zip(y, mask, strict=True) if inside]
    others = [label for label, inside in zip(y, mask, strict=True) if not inside]
    return len(passed) / n * gini(passed) + len(others) / n * gini(others)


def cart_best_split(
    X: Sequence[Sequence[Hashable]], y: Sequence[Hashable]
) -> tuple[int, Any, float]:
    """The best binary test "column j equals value" by Gini impurity, searched over all of them.

    X: n >= 1 rows of d >= 1 categorical values, y: n labels. Values of one column can be compared
    with <. A test must leave at least one row on each side. Impurities within 1e-12 are tied: the
    lowest j wins, then the smallest value.
    Returns (j, value, g) with g = gini_split of that test; (-1, None, gini(y)) if every column is
    constant.
    """
    best: tuple[int, Any, float] = (-1, None, math.inf)
    for j, x in enumerate(zip(*X, strict=True)):  # x: n values
        value, g = _best_test(x, y)
        if g < best[2] - _TINY:
            best = (j, value, g)
    return best if best[0] >= 0 else (-1, None, gini(y))


def _best_test(x: Sequence[Any], y: Sequence[Hashable]) -> tuple[Any, float]:
    """The best test "x equals value" of one column with its impurity; (None, inf) if constant."""
    best: tuple[Any, float] = (None, math.inf)
    values = sorted(set(x))
    if len(values) < 2:
        return best
    for value in values:
        g = gini_split(np.array([v == value for v in x]), y)
        if g < best[1] - _TINY:
            best = (value, g)
    return best


def rank_attributes(X: Sequence[Sequence[Hashable]], y: Sequence[Hashable]) -> dict[str, list[int]]:
    """The columns in the order, best first, in which three methods would choose them.

    X: n >= 1 rows of d >= 1 categorical values, y: n labels.
    Returns a dict of three lists of column indices:
    "id3": by information gain, largest first;
    "c45": by gain ratio, largest first, but all columns of at least average gain (as in
    c45_select) stand before all others;
    "cart": by the gini_split of the column's best test "column equals value", smallest first; a
    constant column counts as gini(y).
    Scores that differ by less than 1e-12 are tied: the lower index comes first.
    """
    columns = list(zip(*X, strict=True))  # d tuples of length n
    gains = [information_gain(x, y) for x in columns]
    ratios = [gain_ratio(x, y) for x in columns]
    impurities = [min(_best_test(x, y)[1], gini(y)) for x in columns]
    average = sum(gains) / len(gains)
    return {
        "id3": _ascending([-gain for gain in gains]),
        # sorting is stable: by ratio first, then the columns below average to the end
        "c45": sorted(_ascending([-r for r in ratios]), key=lambda j: gains[j] < average - _TINY),
        "cart": _ascending(impurities),
    }


def _ascending(scores: list[float]) -> list[int]:
    """The indices in the order of their scores, equal ones (to 12 digits) in their own order."""
    return sorted(range(len(scores)), key=lambda j: round(scores[j], 12))

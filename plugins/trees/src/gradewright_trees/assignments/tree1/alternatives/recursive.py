"""Answers by other identities: the chain rule of entropy, and exact fractions for Gini."""

# %% question="tree1.q1"
from collections import Counter, defaultdict
from fractions import Fraction
from itertools import product
from math import log


def split_off(counts, base):
    """H(p, rest) = h(p) + (1 − p)·H(rest): first "is it this class?", then "which other?"."""
    if len(counts) < 2:
        return 0.0
    first, *rest = counts
    p = first / sum(counts)
    q = 1 - p
    return -(p * log(p) + q * log(q)) / log(base) + q * split_off(rest, base)


def entropy(y, base=2.0):
    return split_off(sorted(Counter(y).values(), reverse=True), base)


# %% question="tree1.q2"
def information_gain(x, y):
    return entropy(x) + entropy(y) - entropy(list(zip(x, y, strict=True)))


# %% question="tree1.q3"
def intrinsic_value(x):
    return entropy(x)


def gain_ratio(x, y):
    iv = intrinsic_value(x)
    return 0.0 if iv < 1e-12 else information_gain(x, y) / iv


# %% question="tree1.q4"
def c45_select(X, y):
    columns = [[row[j] for row in X] for j in range(len(X[0]))]
    gains = {j: information_gain(x, y) for j, x in enumerate(columns)}
    mean = sum(gains.values()) / len(gains)
    kept = [j for j in gains if gains[j] >= max(mean - 1e-12, 0)] or [0]
    if all(gain < 1e-12 for gain in gains.values()):
        return -1
    return min(kept, key=lambda j: (-round(gain_ratio(columns[j], y), 11), j))


# %% question="tree1.q5"
def exact_gini(y):
    n = len(y)
    counts = Counter(y).values()
    return sum((Fraction(a * b, n * n) for a, b in product(counts, counts)), Fraction()) - sum(
        (Fraction(c * c, n * n) for c in counts), Fraction()
    )


def gini(y):
    return float(exact_gini(y))


def exact_split(mask, y):
    sides = defaultdict(list)
    for inside, label in zip(mask, y, strict=True):
        sides[bool(inside)].append(label)
    return sum((Fraction(len(s), len(y)) * exact_gini(s) for s in sides.values()), Fraction())


def gini_split(mask, y):
    return float(exact_split(mask, y))


def cart_best_split(X, y):
    candidates = [
        (exact_split([row[j] == value for row in X], y), j, value)
        for j in range(len(X[0]))
        for value in {row[j] for row in X}
        if any(row[j] != value for row in X)
    ]
    if not candidates:
        return -1, None, gini(y)
    g, j, value = min(candidates)
    return j, value, float(g)


# %% question="tree1.q6"
def rank_attributes(X, y):
    columns = [[row[j] for row in X] for j in range(len(X[0]))]
    rows = []
    for j, x in enumerate(columns):
        g = cart_best_split([(v,) for v in x], y)[2]
        rows.append((j, information_gain(x, y), gain_ratio(x, y), g))
    mean = sum(row[1] for row in rows) / len(rows)
    rankings = {
        "id3": sorted(rows, key=lambda r: (-round(r[1], 11), r[0])),
        "c45": sorted(rows, key=lambda r: (r[1] < mean - 1e-12, -round(r[2], 11), r[0])),
        "cart": sorted(rows, key=lambda r: (round(r[3], 11), r[0])),
    }
    return {name: [row[0] for row in ranking] for name, ranking in rankings.items()}

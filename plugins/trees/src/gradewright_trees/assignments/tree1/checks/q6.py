"""Checks of q6. The tables have an ID column and no ties, except where ties are what is tested."""

import math
from collections import Counter

import numpy as np
from gradewright.api import args, assert_each, assert_value, check

GOLF = [
    [f"D{k:02d}" for k in range(1, 15)],
    list("ssorrrossrsoor"),
    list("hhhmcccmcmmmhm"),
    list("hhhhnnnhnnnhnh"),
    list("ftfffttfffttft"),
]
PLAY = list("nnyyynynyyyyyn")
GAP = 1e-6


def bits(*columns):
    """The joint entropy of columns, by which gain = H(x) + H(y) − H(x, y)."""
    n = len(columns[0])
    return sum(c / n * math.log2(n / c) for c in Counter(zip(*columns, strict=True)).values())


def impurity(labels):
    n = len(labels)
    return sum(c * (n - c) for c in Counter(labels).values()) / n**2


def best_test(x, y):
    """The least impurity that a test x == value leaves."""
    sides = (
        [[c for v, c in zip(x, y, strict=True) if (v == value) == side] for side in (True, False)]
        for value in set(x)
    )
    return min(sum(len(s) * impurity(s) for s in pair) / len(y) for pair in sides)


def spaced(numbers):
    ordered = sorted(numbers)
    return all(b - a > GAP for a, b in zip(ordered, ordered[1:], strict=False))


def clear(columns, y):
    """Whether all three rankings are far from any tie, and mean gain from all gains."""
    gains = [bits(x) + bits(y) - bits(x, y) for x in columns]
    ratios = [g / bits(x) for g, x in zip(gains, columns, strict=True)]
    tests = [best_test(x, y) for x in columns]
    return all(map(spaced, ([*gains, sum(gains) / len(gains)], ratios, tests)))


def draw(rng):
    """Columns with an ID among them, and labels; no column is constant."""
    while True:
        n, d = int(rng.integers(8, 18)), int(rng.integers(2, 5))
        y = rng.integers(0, 2, size=n)
        columns = [
            np.where(rng.random(n) < rng.uniform(0.1, 0.8), y, rng.integers(0, int(v), size=n))
            for v in rng.integers(2, 5, size=d)
        ]
        columns.insert(int(rng.integers(0, d + 1)), rng.permutation(n))
        plain = [c.tolist() for c in columns]
        if all(len(set(x)) > 1 for x in plain) and clear(plain, y.tolist()):
            return columns, y


def table(columns, y, i):
    X = np.stack(columns, axis=1)  # (n, d)
    X = np.array([f"v{k:02d}" for k in range(100)])[X] if i % 2 else X
    return args(X, y) if i % 3 == 0 else args(X.tolist(), y.tolist())


def with_identifier(rng, i):
    return table(*draw(rng), i)


def with_twins(rng, i):
    """One or two columns occur twice, with equal scores to the last bit."""
    columns, y = draw(rng)
    for j in rng.integers(0, len(columns), size=1 + i % 2):
        columns.insert(int(rng.integers(0, len(columns) + 1)), columns[j])
    return table(columns, y, i)


def exactly_average(rng, i):
    """Gains of 2k, k and 0 bits, so that the middle one is the average, with the ratio 1 of the best.

    The labels are the rows' 4 or 16 groups; one column tells the group, one tells half of its bits,
    one tells nothing. All shares are powers of two, so the gains are exact to the last digits.
    """
    bits_of_label = 2 + 2 * (i % 2)
    groups = 2**bits_of_label
    y = rng.permutation(np.repeat(np.arange(groups), 4 if groups == 4 else 1))
    fine, coarse = y, y % 2 ** (bits_of_label // 2)
    constant = np.full(len(y), int(rng.integers(0, 9)))
    return table([coarse, *[[fine, constant], [constant, fine]][i // 2 % 2]], y, i)


@check(
    zh="带编号列的高尔夫数据：ID3 与 C4.5 都把编号排在第一，CART 没有",
    en="golf table with an ID column: ID3 and C4.5 put the ID first, CART does not",
)
def test_golf_with_id(student):
    rows = [list(row) for row in zip(*GOLF, strict=True)]
    assert_value(
        student.rank_attributes(rows, PLAY),
        {"id3": [0, 1, 3, 4, 2], "c45": [0, 1, 3, 4, 2], "cart": [1, 3, 0, 4, 2]},
        zh="每个列表都从最好的列排到最差的列；CART 的不纯度越小越好。",
        en="Each list runs from the best column to the worst; for CART less impurity is better.",
    )


@check(
    hidden=True,
    weight=3,
    of="rank_attributes",
    cases=with_identifier,
    zh="带编号列的随机表格上的三种排序",
    en="the three rankings of random tables with an ID column",
)
def test_order(student, reference, cases):
    assert_each(
        student.rank_attributes.each(cases),
        reference.rank_attributes,
        zh="id3 按增益、c45 先分出增益不低于平均的列再按增益率（都从大到小），"
        "cart 按最好的二元划分的不纯度（从小到大）。",
        en="id3: by gain; c45: at least average gain first, then by ratio (both descending); cart:"
        " by the impurity that the best binary test leaves (ascending).",
    )


@check(
    hidden=True,
    of="rank_attributes",
    cases=with_twins,
    zh="得分并列时列号小的在前",
    en="among equal scores the lower index comes first",
)
def test_ties(student, reference, cases):
    assert_each(
        student.rank_attributes.each(cases),
        reference.rank_attributes,
        zh="稳定排序会保持并列者原来的次序；把升序结果整个倒过来则会颠倒它。",
        en="A stable sort keeps equal ones in their order; reversing an ascending result does not.",
    )


@check(
    hidden=True,
    of="rank_attributes",
    cases=exactly_average,
    zh="增益恰好等于平均的列也算“不低于平均”",
    en="a column of exactly average gain counts as “at least average”",
)
def test_average_counts(student, reference, cases):
    assert_each(
        student.rank_attributes.each(cases),
        reference.rank_attributes,
        zh="c45 的第一组是增益 ≥ 平均 − 1e-12 的列：与平均相等的也在其中，舍入误差也容得下。",
        en="The first group of c45 has gain ≥ mean − 1e-12: a column that equals the mean belongs"
        " to it, and rounding is allowed for.",
    )

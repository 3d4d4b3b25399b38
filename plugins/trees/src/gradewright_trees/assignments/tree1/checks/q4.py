"""Checks of q4. Random tables keep a distance from every tie, unless the tie is what is tested."""

import math
from collections import Counter

import numpy as np
from gradewright.api import args, assert_each, assert_value, check

GOLF = [
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


def scores(columns, y):
    columns, y = [c.tolist() for c in columns], y.tolist()
    gains = [bits(x) + bits(y) - bits(x, y) for x in columns]
    ratios = [g / bits(x) if bits(x) > GAP else 0.0 for g, x in zip(gains, columns, strict=True)]
    return gains, ratios


def winner(ratios, kept):
    """The index of the best ratio among `kept`, or None where two of them come near each other."""
    first, *others = sorted(kept, key=lambda j: -ratios[j])
    near = others and ratios[first] - ratios[others[0]] < GAP
    return None if near else first


def choices(columns, y):
    """What C4.5 chooses, and what it would choose without its filter; None where nearly tied."""
    gains, ratios = scores(columns, y)
    average = sum(gains) / len(gains)
    if any(abs(g - average) < GAP for g in gains):
        return None, None
    kept = [j for j, g in enumerate(gains) if g > average]
    return winner(ratios, kept), winner(ratios, range(len(ratios)))


def table(rng, columns, y, i):
    """Rows as lists or tuples or one array, the values as words or numbers."""
    names = rng.permutation([f"v{k:02d}" for k in range(100)])
    X = np.stack(columns, axis=1)  # (n, d)
    X, y = (names[X] if i % 2 else X), (names[y] if i % 4 < 2 else y)
    if i % 3 == 0:
        return args(X, y)
    return args([list(r) if i % 3 == 1 else tuple(r) for r in X.tolist()], y.tolist())


def noisy(rng, y, values):
    """A column of so many values that says something about y, more or less."""
    known = rng.random(len(y)) < rng.uniform(0.1, 0.9)
    return np.where(known, y, rng.integers(0, values, size=len(y)))


def plain_tables(rng, i):
    """Tables on which the filter does not matter but the ratio does (in half of them)."""
    while True:
        n = int(rng.integers(8, 60))
        y = rng.integers(0, int(rng.integers(2, 4)), size=n)
        columns = [noisy(rng, y, int(v)) for v in rng.integers(2, 9, size=rng.integers(2, 6))]
        if i % 2:
            columns.insert(int(rng.integers(0, len(columns))), rng.permutation(n))
        chosen, unfiltered = choices(columns, y)
        largest = int(np.argmax(scores(columns, y)[0]))
        if chosen is not None and chosen == unfiltered and (i % 4 or chosen != largest):
            return table(rng, columns, y, i)


def rare_branch(rng, i):
    """One column splits off a few pure rows: little gain, tiny IV, so the best ratio of all."""
    while True:
        n = int(rng.integers(12, 40))
        y = rng.permutation(np.arange(n) % 2)
        rare = np.zeros(n, dtype=int)
        rare[rng.choice(np.flatnonzero(y == 0), size=int(rng.integers(1, 3)), replace=False)] = 1
        columns = [noisy(rng, y, int(v)) for v in rng.integers(4, 9, size=rng.integers(1, 4))]
        columns.insert(int(rng.integers(0, len(columns) + 1)), rare)
        chosen, unfiltered = choices(columns, y)
        if chosen is not None and unfiltered is not None and chosen != unfiltered:
            return table(rng, columns, y, i)


def equal_gains(rng, i):
    """Every column tells y exactly, so all gains are H(y); the one with the fewest values wins."""
    classes = int(rng.integers(2, 5))
    d = 1 if i == 0 else int(rng.integers(2, 5))
    n = 8 * classes
    y = rng.permutation(np.arange(n) % classes)
    finer = [y + classes * rng.permutation(np.arange(n) % k) for k in range(2, d + 1)]
    order = rng.permutation(d)
    columns = [[y, *finer][j] for j in order]
    if i % 5 == 4:  # the same column twice: an exact tie of the ratios
        columns.append(y)
    return table(rng, columns, y, i)


def hardly_any_gain(rng, i):
    """No column says anything about y, or only one does."""
    d, n = int(rng.integers(1, 5)), 12 * int(rng.integers(1, 4))
    constant = np.zeros(n, dtype=int)
    y = rng.permutation(np.arange(n) % 3)
    columns = [constant + j for j in range(d)]
    if i % 4 == 0:
        columns[d // 2] = rng.permutation(n) % 4
        y = constant
    elif i % 4 == 1:  # y and the attributes vary, independently: 12 = 3 · 2 · 2
        y = np.arange(n) % 3
        columns = [np.arange(n) // 3 % 2, *columns, np.arange(n) // 6 % 2]
    elif i % 4 == 2:
        columns.insert(int(rng.integers(0, d + 1)), np.where(y == 2, 0, y))
    return table(rng, columns, y, i)


@check(
    zh="高尔夫数据选天气（outlook），无论它在第几列",
    en="on the golf table outlook is chosen, wherever it stands",
)
def test_golf_is_outlook(student):
    hint = {
        "zh": "四个增益约为 0.247、0.029、0.152、0.048，平均约 0.119：只剩天气和湿度。",
        "en": "The gains are about 0.247, 0.029, 0.152 and 0.048, on average 0.119: outlook and"
        " humidity are left.",
    }
    rows = [list(row) for row in zip(*GOLF, strict=True)]
    assert_value(student.c45_select(rows, PLAY), 0, **hint)
    assert_value(student.c45_select([row[::-1] for row in rows], PLAY), 3, **hint)
    assert_value(student.c45_select([row[1:] + row[:1] for row in rows], PLAY), 3, **hint)


@check(
    hidden=True,
    weight=2,
    of="c45_select",
    cases=plain_tables,
    count=24,
    zh="随机表格上选出的属性",
    en="the attribute chosen on random tables",
)
def test_oracle(student, reference, cases):
    assert_each(
        student.c45_select.each(cases),
        reference.c45_select,
        zh="在增益不低于平均的属性里，比较的是增益率而不是增益；返回列号（int）。",
        en="Among the attributes of at least average gain compare gain ratios, not gains; return"
        " the column's index (int).",
    )


@check(
    hidden=True,
    weight=2,
    of="c45_select",
    cases=rare_branch,
    zh="增益低于平均的属性不参加增益率的比较",
    en="attributes of below-average gain take no part in comparing ratios",
)
def test_average_filter_matters(student, reference, cases):
    assert_each(
        student.c45_select.each(cases),
        reference.c45_select,
        zh="IV 很小会使增益率虚高。先求全部属性的平均增益，筛掉低于它的，再比增益率。",
        en="A tiny IV inflates the ratio. Take the mean gain of all attributes, drop those below"
        " it, then compare ratios.",
    )


@check(
    hidden=True,
    weight=2,
    of="c45_select",
    cases=equal_gains,
    zh="所有增益相等时，谁也不会被筛掉",
    en="when all gains are equal, none is filtered out",
)
def test_equal_gains_kept(student, reference, cases):
    assert_each(
        student.c45_select.each(cases),
        reference.c45_select,
        zh="条件是增益 ≥ 平均 − 1e-12（“不低于”，并容忍舍入误差）；增益率并列时取最小列号。",
        en="The condition is gain ≥ mean − 1e-12 (“at least”, with room for rounding); among equal"
        " ratios the lowest index wins.",
    )


@check(
    hidden=True,
    of="c45_select",
    cases=hardly_any_gain,
    zh="没有任何属性带来增益时返回 −1",
    en="−1 when no attribute brings any gain",
)
def test_no_gain(student, reference, cases):
    assert_each(
        student.c45_select.each(cases),
        reference.c45_select,
        zh="所有增益都小于 1e-12 时没有值得划分的属性；不要和恰好为 0 比较，舍入会留下 1e-16。",
        en="With every gain below 1e-12 no attribute is worth a split; do not compare with exactly"
        " 0, for rounding leaves 1e-16.",
    )

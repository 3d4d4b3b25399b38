"""Checks of q5: Gini impurity, a binary split, and the search for the best one.

`oracle` and `no_split` have no ties, `ties` has nothing else, `best_is_min` accepts any winner.
"""

from collections import Counter

import numpy as np
from gradewright.api import T64, Tolerance, args, assert_each, assert_value, check, compare, fail

OUTLOOK = list("ssorrrossrsoor")
WIND = list("ftfffttfffttft")
PLAY = list("nnyyynynyyyyyn")
GAP = 1e-6
ANY_NUMBER = Tolerance(atol=float("inf"))


def impurity(labels):
    n = len(labels)
    return sum(c * (n - c) for c in Counter(labels).values()) / n**2 if n else 0.0


def after(inside, y):
    """The impurity left by a split: the mean, over the rows, of the impurity of their side."""
    sides = [[c for c, p in zip(y, inside, strict=True) if p == side] for side in (True, False)]
    return sum(len(side) * impurity(side) for side in sides) / len(y)


def tests_of(columns, y):
    """Every test that separates something: (j, value, which rows pass, impurity left)."""
    for j, x in enumerate(columns):
        for value in sorted(set(x)):
            inside = tuple(v == value for v in x)
            if not all(inside):
                yield j, value, inside, after(inside, y)


def as_given(array, i):
    return [array, array.tolist(), tuple(array.tolist())][i % 3]


def table(rng, columns, y, i):
    """Rows as lists or tuples or one array, the values as words or numbers."""
    X = np.stack(columns, axis=1)  # (n, d)
    X = np.array([f"v{k:02d}" for k in range(100)])[X] if i % 2 else X
    y = rng.permutation(["a", "b", "c", "d", "e"])[y] if i % 4 < 2 else y
    if i % 3 == 0:
        return args(X, y)
    return args([list(r) if i % 3 == 1 else tuple(r) for r in X.tolist()], y.tolist())


def labels(rng, i):
    n, k = int(rng.integers(1, 50)), int(rng.integers(1, 6))
    y = rng.choice(rng.permutation(["a", "b", "c", "d", "e"])[:k], size=n)
    return args(as_given(y if i % 2 else rng.integers(0, 9, size=n), i))


def masks(rng, i):
    """A small side and a large one, of different purity."""
    small, large = int(rng.integers(1, 6)), int(rng.integers(8, 40))
    mask = np.repeat([bool(i % 2), not i % 2], [small, large])
    y = np.where(
        mask, rng.integers(0, 3, size=small + large), rng.integers(0, 5, size=small + large)
    )
    order = rng.permutation(small + large)
    return args(mask[order], as_given(y[order], i))


def one_sided(rng, i):
    n = 0 if i == 0 else int(rng.integers(1, 30))
    return args(np.full(n, bool(i % 2)), as_given(rng.integers(0, 4, size=n), i))


def noisy(rng, y, values):
    known = rng.random(len(y)) < rng.uniform(0.1, 0.8)
    return np.where(known, y, rng.integers(0, values, size=len(y)))


def untied(rng, i):
    while True:
        n = int(rng.integers(6, 40))
        y = rng.integers(0, int(rng.integers(2, 5)), size=n)
        columns = [noisy(rng, y, int(v)) for v in rng.integers(3, 7, size=rng.integers(1, 5))]
        left = sorted(g for *_, g in tests_of([c.tolist() for c in columns], y.tolist()))
        if len(left) > 1 and left[1] - left[0] > GAP:
            return table(rng, columns, y, i)


def two_valued(rng, i):
    """Two values a column: both tests of a column are the same split, so there are always ties."""
    n, d = int(rng.integers(2, 30)), int(rng.integers(1, 5))
    columns = [rng.permutation(np.arange(n) % 2) for _ in range(d)]
    return table(rng, columns, rng.integers(0, 3, size=n), i)


def tied(rng, i):
    """The best split is unique but can be written in several ways: x == a, x == b, columns twice.

    n is a power of two, so that sums taken in another order come out equal to the last bit.
    """
    while True:
        n = int(rng.choice([8, 16]))
        y = rng.permutation(np.arange(n) % 2)
        columns = [noisy(rng, y, int(v)) for v in rng.integers(2, 4, size=2)]
        columns = [columns[j] for j in rng.permutation([0, 1, *rng.integers(0, 2, size=i % 3)])]
        found = list(tests_of([c.tolist() for c in columns], y.tolist()))
        least = min((g for *_, g in found), default=0.0)
        best = [inside for *_, inside, g in found if g < least + GAP]
        splits = {inside if inside[0] else tuple(not p for p in inside) for inside in best}
        if len(best) > 1 and len(splits) == 1:
            return table(rng, columns, y, i)


def hardly_any_split(rng, i):
    """Constant columns only, or one that can be split among constant ones."""
    n, d = int(rng.integers(3, 20)), int(rng.integers(1, 5))
    columns = [np.full(n, int(v)) for v in rng.integers(0, 9, size=d)]
    y = rng.integers(0, 3, size=n)
    if i % 3 == 2:
        y = np.arange(n) % 3
        columns.insert(int(rng.integers(0, d + 1)), y)
        y = np.minimum(y, 1)  # 0 1 1: the test x == 0 is the only perfect one
    return table(rng, columns, y, i)


@check(
    zh="两类各半 0.5，三类各占三分之一 2/3，只有一类 0",
    en="two equal classes have 0.5, three have 2/3, a single one 0",
)
def test_two_class_half(student):
    hint = {
        "zh": "1 减去各类频率的平方和。",
        "en": "One minus the sum of the squared frequencies.",
    }
    assert_value(student.gini(["a", "b", "b", "a"]), 0.5, T64, **hint)
    assert_value(student.gini(["a", "b", "c"]), 2 / 3, T64, **hint)
    assert_value(student.gini(["a", "a", "a"]), 0.0, T64, **hint)


@check(
    zh="高尔夫数据：最好的检验是“天气 = overcast”，剩余不纯度 5/14",
    en="golf table: the best test is outlook = overcast, which leaves 5/14",
)
def test_golf_overcast(student):
    overcast = np.array([value == "o" for value in OUTLOOK])
    hint = {
        "zh": "overcast 一侧 4 个样本全为 yes；另一侧 10 个样本对半开。",
        "en": "The side of overcast has 4 rows, all yes; the other has 10 rows, half and half.",
    }
    assert_value(student.gini_split(overcast, PLAY), 5 / 14, T64, **hint)
    X = [list(row) for row in zip(WIND, OUTLOOK, strict=True)]
    assert_value(student.cart_best_split(X, PLAY), (1, "o", 5 / 14), T64, **hint)


@check(
    hidden=True,
    weight=2,
    of="cart_best_split",
    cases=untied,
    count=24,
    zh="随机表格上最好的二元划分",
    en="the best binary split of random tables",
)
def test_oracle(student, reference, cases):
    assert_each(
        student.cart_best_split.each(cases),
        reference.cart_best_split,
        T64,
        zh="对每一列的每个取值试一次“x == 值”，取剩余不纯度最小者，返回 (列号, 值, 不纯度)。",
        en="Try “x == value” for every value of every column, take the least impurity left, and"
        " return (column, value, impurity).",
    )


@check(
    hidden=True,
    of="gini_split",
    cases=masks,
    zh="划分两侧按样本数加权",
    en="the two sides of a split are weighted by their size",
)
def test_weights_by_size(student, reference, cases):
    assert_each(
        student.gini_split.each(cases),
        reference.gini_split,
        T64,
        zh="权重是 N₁/N 与 N₂/N，两者之和为 1；直接相加就忽略了两侧的大小。",
        en="The weights are N₁/N and N₂/N and add up to 1; a plain sum ignores the sizes.",
    )


@check(
    hidden=True,
    weight="1/2",
    of="gini_split",
    cases=one_sided,
    zh="一侧为空时，结果就是 gini(y)；gini([]) 为 0.0",
    en="with an empty side the result is gini(y); gini([]) is 0.0",
)
def test_empty_side(student, reference, cases):
    assert_each(
        student.gini_split.each(cases),
        reference.gini_split,
        T64,
        zh="空的一侧权重为 0，不要除以它的样本数。",
        en="An empty side has weight 0; do not divide by its size.",
    )
    assert_value(student.gini([]), 0.0, T64)


@check(
    hidden=True,
    weight=2,
    of="gini",
    cases=labels,
    zh="基尼不纯度等于有放回地抽两次、类别不同的概率",
    en="Gini impurity is the chance that two draws with replacement disagree",
)
def test_pair_probability(student, cases):
    drawn = [case.args[0] for case in cases]
    disagree = [sum(a != b for a in y for b in y) / len(y) ** 2 for y in map(list, drawn)]
    assert_each(
        student.gini.each(cases),
        [float(p) for p in disagree],
        T64,
        zh="两次都抽到第 k 类的概率是 pₖ²，所以不一致的概率是 1 − Σ pₖ²。",
        en="Both draws give class k with chance pₖ², so they disagree with chance 1 − Σ pₖ².",
    )


@check(
    hidden=True,
    of="cart_best_split",
    cases=two_valued,
    zh="返回的划分名副其实，而且没有更好的（并列时任选其一均可）",
    en="the split that is returned is what it says, and none is better (any of several tied ones)",
)
def test_best_is_min(student, cases):
    batch = student.cart_best_split.each(cases)
    for (case, _), got in zip(batch, batch.values(), strict=True):
        X, y = (np.asarray(part).tolist() for part in case.args)
        found = list(tests_of(list(zip(*X, strict=True)), y))
        least = min(g for *_, g in found)
        best = [(j, value, g) for j, value, _, g in found if g < least + GAP]
        if all(compare(got, split, T64) for split in best):
            fail(
                zh="返回的 (j, value, g) 不是最好的划分，或 g 与该划分的加权不纯度不符。",
                en="The (j, value, g) that came back is not a best split, or g is not the weighted"
                " impurity of that split.",
            )


@check(
    hidden=True,
    weight="1/2",
    of="cart_best_split",
    cases=tied,
    zh="并列时取最小的列号，再取最小的值",
    en="ties go to the lowest column, then to the smallest value",
)
def test_ties(student, reference, cases):
    assert_each(
        student.cart_best_split.each(cases),
        reference.cart_best_split,
        T64,
        zh="按列号、再按值从小到大搜索，只有小出 1e-12 以上才更新。",
        en="Search columns, then values, in ascending order; replace the best only by one that is"
        " smaller by more than 1e-12.",
    )


@check(
    hidden=True,
    weight="1/2",
    of="cart_best_split",
    cases=hardly_any_split,
    zh="常数列不能划分；全是常数列时返回 (-1, None, gini(y))",
    en="constant columns cannot be split; with nothing else the result is (-1, None, gini(y))",
)
def test_no_split(student, reference, cases):
    assert_each(
        student.cart_best_split.each(cases),
        reference.cart_best_split,
        T64,
        zh="两侧都至少要有一个样本，才算一个划分。",
        en="A test is a split only if at least one row is on each side.",
    )

"""Checks of q2: information gain of a multiway split."""

import numpy as np
from gradewright.api import T64, Tolerance, args, assert_each, assert_value, check, expect

OUTLOOK = list("ssorrrossrsoor")
HUMIDITY = list("hhhhnnnhnnnhnh")
PLAY = list("nnyyynynyyyyyn")
ANY_NUMBER = Tolerance(atol=float("inf"))


def pair(rng, n, values, classes):
    """n values and n labels that depend on them a little, as lists or arrays."""
    x = rng.integers(0, values, size=n)
    noise = rng.integers(0, classes, size=n)
    y = np.where(rng.random(n) < 0.5, x % classes, noise)
    return x, y


def worded(rng, x, y, i):
    """The same data as strings or numbers, in lists, tuples or arrays."""
    names = rng.permutation([f"v{k:02d}" for k in range(100)])
    x = names[x] if i % 2 else x
    y = names[y] if i % 4 < 2 else y
    form = [np.ndarray.tolist, lambda a: tuple(a.tolist()), np.array][i % 3]
    return args(form(x), form(y))


def tables(rng, i):
    if i == 0:
        return args(["a"], ["yes"])
    if i == 1:
        return args([], [])
    n = int(rng.integers(2, 120))
    x, y = pair(rng, n, int(rng.integers(1, 8)), int(rng.integers(1, 6)))
    return worded(rng, x, y, i)


def uneven(rng, i):
    """One large and some small branches of very different purity."""
    large, small = int(rng.integers(20, 60)), int(rng.integers(3, 8))
    x = np.repeat([0, 1, 2], [large, small, 2])
    y = np.concatenate([rng.integers(0, 2, size=large), np.ones(small + 2, dtype=int)])
    order = rng.permutation(len(x))
    return worded(rng, x[order], y[order], i)


def independent(rng, i):
    """Every class is spread over all branches in the same proportion: no gain at all."""
    counts = rng.integers(1, 5, size=int(rng.integers(2, 5)))
    values = int(rng.integers(1, 5))
    y = np.tile(np.repeat(np.arange(len(counts)), counts), values)
    x = np.repeat(np.arange(values), counts.sum())
    return worded(rng, x, y, i) if i % 2 else tables(rng, i)


def identifiers(rng, i):
    n = int(rng.integers(4, 60))
    return worded(rng, rng.permutation(n), rng.integers(0, int(rng.integers(2, 6)), size=n), i)


@check(
    zh="高尔夫数据：天气（outlook）的增益约 0.2467，湿度（humidity）约 0.1518",
    en="golf table: the gain of outlook is about 0.2467, of humidity about 0.1518",
)
def test_golf_outlook(student):
    hint = {
        "zh": "先验算 H(y) ≈ 0.940，再验算各分支的熵：0.971、0、0.971。",
        "en": "Check H(y) ≈ 0.940 first, then the branches of outlook: 0.971, 0 and 0.971.",
    }
    assert_value(student.information_gain(OUTLOOK, PLAY), 0.24674981977443933, T64, **hint)
    assert_value(student.information_gain(HUMIDITY, PLAY), 0.15183550136234164, T64)


@check(
    hidden=True,
    weight=2,
    of="information_gain",
    cases=tables,
    count=24,
    zh="随机数据上的信息增益",
    en="the information gain of random attributes",
)
def test_oracle(student, reference, cases):
    assert_each(
        student.information_gain.each(cases),
        reference.information_gain,
        T64,
        zh="增益 = H(y) − Σᵥ (nᵥ/n)·H(yᵥ)，对 x 的每个取值 v 求和，以比特为单位。",
        en="Gain = H(y) − Σᵥ (nᵥ/n)·H(yᵥ) over the values v of x, in bits.",
    )


@check(
    hidden=True,
    weight=2,
    of="information_gain",
    cases=uneven,
    zh="大小悬殊的分支按样本数加权",
    en="branches of very different size count by their size",
)
def test_weighted_children(student, reference, cases):
    assert_each(
        student.information_gain.each(cases),
        reference.information_gain,
        T64,
        zh="各分支的熵要乘上它的样本比例 nᵥ/n，而不是取简单平均。",
        en="Multiply each branch's entropy by its share nᵥ/n; a plain mean is not enough.",
    )


@check(
    hidden=True,
    prop=True,
    of="information_gain",
    cases=independent,
    zh="增益不小于 0，也不大于 H(y)",
    en="the gain is never below 0 and never above H(y)",
)
def test_nonnegative(student, reference, cases):
    batch = student.information_gain.each(cases)
    for (case, _), gain in zip(batch, batch.values(), strict=True):
        assert_value(gain, 0.0, ANY_NUMBER)
        expect(
            -1e-9 <= float(gain) <= reference.entropy(case.args[1]) + 1e-9,
            zh="增益超出了 [0, H(y)]：划分不会增加平均的不确定性，也消除不了比 H(y) 更多的。",
            en="The gain is outside [0, H(y)]: a split never adds uncertainty on average, and cannot"
            " remove more than there was.",
        )


@check(
    hidden=True,
    prop=True,
    of="information_gain",
    cases=identifiers,
    zh="编号列（每个值只出现一次）的增益等于 H(y)",
    en="an ID column, where no value occurs twice, has gain H(y)",
)
def test_id_column_equals_entropy(student, reference, cases):
    assert_each(
        student.information_gain.each(cases),
        lambda x, y: reference.entropy(y),
        T64,
        zh="每个分支只有一个样本，都是纯的，所以划分后的熵为 0。",
        en="Every branch holds one sample and is pure, so nothing is left after the split.",
    )

"""Checks of q3: intrinsic value and gain ratio. Constant columns occur in `iv_zero` alone."""

import numpy as np
from gradewright.api import T64, args, assert_each, assert_value, check

OUTLOOK = list("ssorrrossrsoor")
HUMIDITY = list("hhhhnnnhnnnhnh")
PLAY = list("nnyyynynyyyyyn")


def worded(rng, columns, i):
    """The same data as strings or numbers, in lists, tuples or arrays."""
    names = rng.permutation([f"v{k:02d}" for k in range(100)])
    form = [np.ndarray.tolist, lambda a: tuple(a.tolist()), np.array][i % 3]
    return args(*(form(names[c] if i % 2 else c) for c in columns))


def spread(rng, values, n):
    """n values, each of which occurs, in random order."""
    return rng.permutation([*range(values), *rng.integers(0, values, size=n - values)])


def tables(rng, i):
    n, values = int(rng.integers(8, 100)), int(rng.integers(2, 8))
    x = spread(rng, values, n)
    classes = int(rng.integers(2, 6))
    y = np.where(rng.random(n) < 0.5, x % classes, rng.integers(0, classes, size=n))
    return worded(rng, (x, y), i)


def sizes(rng, i):
    if i == 0:
        return args([])
    if i == 1:
        return args(["a"] * 5)
    values = int(rng.integers(2, 7))
    counts = rng.integers(1, 40, size=values)
    counts[0] += 60  # uneven: far from log2 of the number of branches
    return worded(rng, (rng.permutation(np.repeat(np.arange(values), counts)),), i)


def many_values_two_classes(rng, i):
    """4 to 9 branches, two classes: H(y) is at most 1 bit and IV well above it."""
    n, values = int(rng.integers(20, 80)), int(rng.integers(4, 10))
    x = spread(rng, values, n)
    y = np.where(rng.random(n) < 0.6, x % 2, rng.integers(0, 2, size=n))
    return worded(rng, (x, y), i)


def constant_columns(rng, i):
    """Columns of one value, in between others, so that always answering 0 is not enough."""
    if i % 3 == 2:
        return tables(rng, i)
    n = int(rng.integers(1, 40))
    return worded(rng, (np.zeros(n, dtype=int), rng.integers(0, 3, size=n)), i)


@check(
    zh="高尔夫数据：天气的固有值约 1.5774，增益率约 0.1564",
    en="golf table: outlook has an intrinsic value of about 1.5774, a gain ratio of about 0.1564",
)
def test_golf_ratio(student):
    hint = {
        "zh": "天气的三个分支有 5、4、5 个样本；固有值与标签无关。",
        "en": "The branches of outlook hold 5, 4 and 5 rows; the labels play no part in IV.",
    }
    assert_value(student.intrinsic_value(OUTLOOK), 1.5774062828523454, T64, **hint)
    assert_value(student.gain_ratio(OUTLOOK, PLAY), 0.1564275624211751, T64, **hint)
    assert_value(student.gain_ratio(HUMIDITY, PLAY), 0.15183550136234164, T64)


@check(
    hidden=True,
    weight=2,
    of="gain_ratio",
    cases=tables,
    count=24,
    zh="随机数据上的增益率",
    en="the gain ratio of random attributes",
)
def test_oracle(student, reference, cases):
    assert_each(
        student.gain_ratio.each(cases),
        reference.gain_ratio,
        T64,
        zh="增益率 = 信息增益 / 固有值，两者都以比特为单位。",
        en="Gain ratio = information gain / intrinsic value, both in bits.",
    )


@check(
    hidden=True,
    weight=2,
    of="intrinsic_value",
    cases=sizes,
    zh="固有值是分支大小的熵，不是分支的个数",
    en="the intrinsic value is the entropy of the branch sizes, not their number",
)
def test_iv_branch_sizes(student, reference, cases):
    assert_each(
        student.intrinsic_value.each(cases),
        reference.intrinsic_value,
        T64,
        zh="一个分支几乎占去全部样本时，固有值很小；log₂(分支数) 只是它的上限。",
        en="IV is small when one branch takes almost everything; log₂(branches) only bounds it.",
    )


@check(
    hidden=True,
    of="gain_ratio",
    cases=many_values_two_classes,
    zh="增益率的分母只看 x，不看标签",
    en="the denominator of the gain ratio looks at x only, not at the labels",
)
def test_iv_uses_x_only(student, reference, cases):
    assert_each(
        student.gain_ratio.each(cases),
        reference.gain_ratio,
        T64,
        zh="分母是 IV(x)：把每个分支当作一个“类”求熵；y 不参与。",
        en="Divide by IV(x): the entropy with the branches as “classes”; y plays no part.",
    )


@check(
    hidden=True,
    of="gain_ratio",
    cases=constant_columns,
    zh="常数列的固有值为 0，此时增益率规定为 0.0",
    en="a constant column has IV = 0, and its gain ratio is defined as 0.0",
)
def test_iv_zero(student, reference, cases):
    assert_each(
        student.gain_ratio.each(cases),
        reference.gain_ratio,
        T64,
        zh="先看 IV 是否小于 1e-12；是则返回 0.0，不要做除法。",
        en="Look at IV first: below 1e-12 return 0.0 and do not divide.",
    )

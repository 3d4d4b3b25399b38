"""Checks of q1. All but `base_2_default` name the base, so that a wrong default costs one check."""

import math

import numpy as np
from gradewright.api import (
    T64,
    Case,
    args,
    assert_each,
    assert_same_calls,
    assert_value,
    check,
)

BASES = (2, math.e, 10, 3)
NAMES = ("yes", "no", "maybe", "red", "green", "blue", "left", "right")


def drawn(rng, names, most=300):
    """Up to `most` labels, of unequal frequencies; every name occurs."""
    k = len(names)
    frequencies = rng.dirichlet(np.ones(k))
    extra = rng.choice(k, size=int(rng.integers(1, most - k)), p=frequencies)
    return [names[c] for c in rng.permutation([*range(k), *extra])]


def plain_labels(rng, i):
    """Strings, or whole numbers without gaps; lists, tuples and arrays; pure and single ones."""
    k = 1 if i in (0, 1, 2) else int(rng.integers(2, 9))
    y = drawn(rng, NAMES[:k] if i % 2 else range(k))
    if i in (1, 2):
        y = y[:1]
    return [list, tuple, np.array][i % 3](y)


def with_base(rng, i):
    return args(plain_labels(rng, i), base=BASES[i % 4])


def without_base(rng, i):
    return args(plain_labels(rng, i + 3))


def gap_labels(rng, i):
    names = (
        [0, 7] if i == 0 else sorted(rng.choice(40, size=int(rng.integers(2, 6)), replace=False))
    )
    names = [int(name) for name in names]
    if names[-1] == len(names) - 1:
        names[-1] += 5
    y = drawn(rng, names)
    return args(np.array(y) if i % 2 else y, base=BASES[i % 4])


def odd_labels(rng, i):
    names = [[(0, 1), (1, 0), (1, 1), (0, 0)], [("a", 2), ("b", 2), ("a", 3)]][i % 2]
    return args(drawn(rng, names, 80), base=BASES[i % 4])


def empty_labels(rng, i):
    return args([[], (), np.array([])][i % 3], base=BASES[i % 4])


@check(
    zh="均匀硬币的熵是 1 比特，四种等可能的结果是 2 比特",
    en="a fair coin carries one bit, four equally likely outcomes carry two",
)
def test_fair_coin_is_one(student):
    hint = {
        "zh": "若得到 0.693…，你的对数以 e 为底；默认应以 2 为底。",
        "en": "If you got 0.693…, your logarithm has base e; the default is base 2.",
    }
    assert_value(student.entropy(["h", "t", "t", "h"]), 1.0, T64, **hint)
    assert_value(student.entropy(["n", "e", "s", "w"]), 2.0, T64, **hint)


@check(
    zh="只有一个类时熵为 0；三比一时约为 0.811",
    en="one class has entropy 0; three to one has about 0.811",
)
def test_pure_is_zero(student):
    hint = {
        "zh": "只有一个类时 p = 1，而 log 1 = 0。",
        "en": "With one class p = 1, and log 1 = 0.",
    }
    assert_value(student.entropy(["a", "a", "a"]), 0.0, T64, **hint)
    mixed = student.entropy(["a", "a", "a", "b"], base=2)
    assert_value(mixed, 0.8112781244591328, T64)  # ¾·log₂(4/3) + ¼·log₂4


@check(
    hidden=True,
    weight=2,
    of="entropy",
    cases=with_base,
    count=24,
    zh="1 到 8 个类、任意底数的熵",
    en="the entropy of 1 to 8 classes in any base",
)
def test_oracle(student, reference, cases):
    assert_each(
        student.entropy.each(cases),
        reference.entropy,
        T64,
        zh="对每个出现的类：p 是它的频率，贡献 −p·log p；底数换成 base。",
        en="Each class that occurs has frequency p and contributes −p·log p; mind the base.",
    )


@check(
    hidden=True,
    weight=2,
    of="entropy",
    cases=without_base,
    zh="不给 base 时以 2 为底（单位：比特）",
    en="without base the logarithm has base 2 (bits)",
)
def test_base_2_default(student, reference, cases):
    assert_each(
        student.entropy.each(cases),
        reference.entropy,
        T64,
        zh="math.log 与 np.log 都以 e 为底；换底：log₂ a = ln a / ln 2。",
        en="math.log and np.log have base e; change it with log₂ a = ln a / ln 2.",
    )


@check(
    hidden=True,
    of="entropy",
    cases=gap_labels,
    zh="整数标签之间有空缺时，没有出现的类贡献 0",
    en="integer labels with gaps: classes that do not occur contribute 0",
)
def test_zero_prob(student, reference, cases):
    assert_each(
        student.entropy.each(cases),
        reference.entropy,
        T64,
        zh="标签如 0 和 7 时，1 到 6 的频率为 0；p → 0 时 p·log p → 0，跳过它们。",
        en="With labels 0 and 7, the classes 1 to 6 have p = 0; p·log p → 0, so skip them.",
    )


@check(
    hidden=True,
    of="entropy",
    cases=odd_labels,
    zh="标签可以是元组等任意可哈希对象",
    en="labels may be tuples or any other hashable objects",
)
def test_any_labels(student, reference, cases):
    assert_each(
        student.entropy.each(cases),
        reference.entropy,
        T64,
        zh="np.unique 会把元组的列表当成二维数组；用 collections.Counter 计数。",
        en="np.unique takes a list of tuples for a 2-D array; count with collections.Counter.",
    )


@check(
    hidden=True,
    prop=True,
    weight="1/2",
    of="entropy",
    cases=empty_labels,
    count=6,
    zh="空序列的熵为 0.0",
    en="an empty sequence has entropy 0.0",
)
def test_empty(student, cases):
    assert_each(
        student.entropy.each(cases),
        [0.0] * len(cases),
        T64,
        zh="没有样本时不要除以 0。",
        en="Without samples, do not divide by 0.",
    )


@check(
    hidden=True,
    prop=True,
    weight="1/2",
    of="entropy",
    cases=with_base,
    zh="打乱标签的顺序，熵不变",
    en="the order of the labels does not matter",
)
def test_permutation(student, cases):
    turned = [Case((case.args[0][::-1],), case.kwargs) for case in cases]
    assert_same_calls(
        student.entropy.each(cases),
        student.entropy.each(turned),
        T64,
        zh="熵只取决于各类的个数。",
        en="Entropy depends only on how often each class occurs.",
    )

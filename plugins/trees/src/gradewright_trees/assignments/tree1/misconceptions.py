# ruff: noqa: B905, F811
"""Wrong solutions of tree1 that students really write. m1 to m9 are those of the course's syllabus."""

import math
from collections import Counter

import numpy as np
from gradewright.api import misconception


@misconception(
    "m1",
    caught_by="tree1.q1.base_2_default",
    zh="你默认用了自然对数，得到的单位是奈特（nat）。本课以比特为单位：默认以 2 为底，"
    "ln 的结果要除以 ln 2。",
    en="Your default is the natural logarithm, which gives nats. Here the unit is the bit: make 2"
    " the default base, that is, divide ln by ln 2.",
)
def entropy(y, base=math.e):
    n = len(y)
    return sum(-c / n * math.log(c / n) for c in Counter(y).values()) / math.log(base) + 0.0


@misconception(
    "m2",
    caught_by="tree1.q1.zero_prob",
    zh="np.bincount 给没有出现的整数也留了位置，于是出现 0·log 0 = NaN。p → 0 时 p·log p 的极限"
    "是 0：求对数之前先去掉个数为 0 的类。",
    en="np.bincount also has a place for integers that do not occur, so 0·log 0 = NaN appears. The"
    " limit of p·log p at 0 is 0: drop the empty classes before taking logarithms.",
)
def entropy(y, base=2.0):
    if len(y) == 0:
        return 0.0
    if not all(isinstance(label, (int, np.integer)) for label in y):
        numbers = {label: k for k, label in enumerate(dict.fromkeys(y))}
        y = [numbers[label] for label in y]
    p = np.bincount(y) / len(y)
    with np.errstate(all="ignore"):
        return float(-(p * np.log(p)).sum() / np.log(base))


@misconception(
    "m3",
    caught_by="tree1.q2.weighted_children",
    zh="你对各分支的熵取了简单平均。大分支里有更多样本：每个分支的熵要乘上它占的样本比例 nᵥ/n。",
    en="You took the plain mean of the branches' entropies. A large branch holds more samples:"
    " weight each child by its share of samples, nᵥ/n.",
)
def information_gain(x, y):
    if len(y) == 0:
        return 0.0
    children = [[c for v, c in zip(x, y) if v == value] for value in set(x)]
    return entropy(y) - sum(entropy(child) for child in children) / len(children)


@misconception(
    "m4",
    caught_by="tree1.q3.iv_uses_x_only",
    zh="你除以的是标签的熵 H(y)。固有值衡量属性把样本分得多均匀，只由 x 的取值个数决定，与 y 无关。",
    en="You divided by the entropy of the labels, H(y). The intrinsic value measures how evenly the"
    " attribute splits the rows: compute it from x; y plays no part.",
)
def gain_ratio(x, y):
    iv = entropy(y)
    return information_gain(x, y) / iv if iv > 1e-12 else 0.0


@misconception(
    "m5",
    caught_by="tree1.q4.average_filter_matters",
    zh="你在所有属性中直接取增益率最大者，它偏爱 IV 很小的属性。先筛出增益不低于平均的属性，再比增益率。",
    en="You took the best gain ratio of all attributes, which favours those with a tiny IV. First"
    " keep the attributes with at least average gain, then compare ratios.",
)
def c45_select(X, y):
    columns = list(zip(*X))
    if max(information_gain(x, y) for x in columns) < 1e-12:
        return -1
    ratios = [round(gain_ratio(x, y), 12) for x in columns]
    return ratios.index(max(ratios))


@misconception(
    "m6",
    caught_by="tree1.q4.equal_gains_kept",
    zh="你要求增益严格大于平均；若所有增益都相等，就一个属性也不剩。改为“不低于平均”，并留 1e-12 的余量。",
    en="You ask for more than average gain; if all gains are equal, the strict filter leaves"
    " nothing. Ask for at least average, with 1e-12 to spare for rounding.",
)
def c45_select(X, y):
    columns = list(zip(*X))
    gains = [information_gain(x, y) for x in columns]
    if max(gains) < 1e-12:
        return -1
    mean = sum(gains) / len(gains)
    kept = [j for j in range(len(columns)) if gains[j] > mean + 1e-12]
    return max(kept, key=lambda j: round(gain_ratio(columns[j], y), 12), default=-1)


@misconception(
    "m7",
    caught_by="tree1.q3.iv_zero",
    zh="常数列的 IV 为 0，你让它的增益率成了无穷大，于是它总会胜出。常数列什么也没有划分：IV < 1e-12 时返回 0.0。",
    en="A constant attribute has IV = 0, and your ratio becomes infinite, so it would always win."
    " It splits nothing: return 0.0 when IV < 1e-12.",
)
def gain_ratio(x, y):
    iv = intrinsic_value(x)
    return information_gain(x, y) / iv if iv > 0 else math.inf


@misconception(
    "m8",
    caught_by="tree1.q5.pair_probability",
    zh="你算的是 1 − Σp，它总是 0。两次抽到同一类的概率是 p²：基尼不纯度是 1 − Σp²。",
    en="You computed 1 − Σp, which is always 0. Two draws both give a class with chance p²: Gini"
    " is the chance that they disagree, 1 − Σp².",
)
def gini(y):
    if len(y) == 0:
        return 0.0
    return 1.0 - sum(c / len(y) for c in Counter(y).values())


@misconception(
    "m9",
    caught_by="tree1.q5.weights_by_size",
    zh="你把两侧的基尼不纯度直接相加了。按样本数加权：左侧乘 N₁/N，右侧乘 N₂/N。",
    en="You added the Gini impurities of the two sides. Weight them by their size: N₁/N and N₂/N.",
)
def gini_split(mask, y):
    passed = [c for c, inside in zip(y, mask) if inside]
    others = [c for c, inside in zip(y, mask) if not inside]
    return gini(passed) + gini(others)


@misconception(
    "m10",
    caught_by="tree1.q1.any_labels",
    zh="np.unique 把元组的列表当成二维数组拆散了，数的是元组里的元素。标签可以是任意可哈希对象：用 "
    "collections.Counter 计数。",
    en="np.unique takes a list of tuples apart as a 2-D array and counts what is inside them."
    " Labels may be any hashable objects: count them with collections.Counter.",
)
def entropy(y, base=2.0):
    if len(y) == 0:
        return 0.0
    _, counts = np.unique(y, return_counts=True)
    p = counts / counts.sum()
    return float(-(p * np.log(p)).sum() / np.log(base)) + 0.0


@misconception(
    "m11",
    caught_by="tree1.q3.iv_branch_sizes",
    zh="你把固有值算成了 log₂(分支数)，那只是它的上限。固有值是分支大小的熵：一个分支占去绝大多数样本时它接近 0。",
    en="You took log₂ of the number of branches, which is only an upper bound. The intrinsic value"
    " is the entropy of the branch sizes: it is near 0 when one branch takes almost everything.",
)
def intrinsic_value(x):
    return math.log2(len(set(x))) if len(x) else 0.0


@misconception(
    "m12",
    caught_by="tree1.q4.oracle",
    zh="你选的是信息增益最大的属性，那是 ID3。C4.5 用增益只做筛选，留下的属性之间比增益率。",
    en="You chose the attribute with the largest gain: that is ID3. C4.5 uses the gain only as a"
    " filter; among those left compare the gain ratios.",
)
def c45_select(X, y):
    gains = [round(information_gain(x, y), 12) for x in zip(*X)]
    return gains.index(max(gains)) if max(gains) > 0 else -1


@misconception(
    "m13",
    caught_by="tree1.q4.no_gain",
    zh="没有任何属性带来增益时，你仍然选了一列。先看最大的增益：小于 1e-12 就返回 −1。",
    en="You choose a column even when none brings any gain. Look at the largest gain first: below"
    " 1e-12 return −1.",
)
def c45_select(X, y):
    columns = list(zip(*X))
    gains = [information_gain(x, y) for x in columns]
    mean = sum(gains) / len(gains)
    kept = [j for j in range(len(columns)) if gains[j] >= mean - 1e-12]
    return max(kept, key=lambda j: round(gain_ratio(columns[j], y), 12))


@misconception(
    "m14",
    caught_by="tree1.q5.ties",
    zh="并列时你让后来者取代了先来者（用了 <=）。约定是列号最小、再值最小者胜：只有小出 1e-12 以上才更新。",
    en="On a tie you let the later split replace the earlier one (<=). The lowest column and then"
    " the smallest value win: update only when smaller by more than 1e-12.",
)
def cart_best_split(X, y):
    best = (-1, None, gini(y) if len(y) else 0.0)
    least = math.inf
    for j, x in enumerate(zip(*X)):
        for value in sorted(set(x)) if len(set(x)) > 1 else []:
            g = gini_split(np.array([v == value for v in x]), y)
            if g <= least + 1e-12:
                least, best = g, (j, value, g)
    return best


@misconception(
    "m15",
    caught_by="tree1.q6.order",
    zh="你把 CART 的得分也从大到小排了。基尼不纯度越小越好：cart 要从小到大排。",
    en="You sorted the scores of CART in descending order too. Less Gini impurity is better: sort"
    " “cart” in ascending order.",
)
def rank_attributes(X, y):
    columns = list(zip(*X))
    gains = [round(information_gain(x, y), 12) for x in columns]
    ratios = [round(gain_ratio(x, y), 12) for x in columns]
    tests = [round(cart_best_split([[v] for v in x], y)[2], 12) for x in columns]
    everything = range(len(columns))
    mean = sum(gains) / len(gains)
    return {
        "id3": sorted(everything, key=lambda j: -gains[j]),
        "c45": sorted(everything, key=lambda j: (gains[j] < mean - 1e-12, -ratios[j])),
        "cart": sorted(everything, key=lambda j: -tests[j]),
    }


@misconception(
    "m16",
    caught_by="tree1.q6.order",
    zh="你的 cart 排序用了多路划分的加权基尼不纯度，编号列因此为 0、排到第一。CART 只做二元检验："
    "每一列取“x == 值”中最好的一个。",
    en="Your “cart” ranking uses the weighted Gini impurity of a multiway split, so the ID column"
    " reaches 0 and comes first. CART makes binary tests only: take the best “x == value” of"
    " each column.",
)
def rank_attributes(X, y):
    columns = list(zip(*X))
    gains = [round(information_gain(x, y), 12) for x in columns]
    ratios = [round(gain_ratio(x, y), 12) for x in columns]
    multiway = []
    for x in columns:
        parts = [[c for v, c in zip(x, y) if v == value] for value in sorted(set(x))]
        multiway.append(round(sum(len(part) / len(y) * gini(part) for part in parts), 12))
    everything = range(len(columns))
    mean = sum(gains) / len(gains)
    return {
        "id3": sorted(everything, key=lambda j: -gains[j]),
        "c45": sorted(everything, key=lambda j: (gains[j] < mean - 1e-12, -ratios[j])),
        "cart": sorted(everything, key=lambda j: multiway[j]),
    }

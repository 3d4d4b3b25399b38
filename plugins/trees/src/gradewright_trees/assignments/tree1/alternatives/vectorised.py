"""Answers in NumPy: labels become codes, counting becomes contingency tables."""

# %% question="tree1.q1"
import numpy as np


def codes(values):
    numbers = {}
    return np.array([numbers.setdefault(v, len(numbers)) for v in values], dtype=int)


def joint(x, y):
    a, b = codes(x), codes(y)
    table = np.zeros((a.max() + 1, b.max() + 1))
    np.add.at(table, (a, b), 1)
    return table


def entropy(y, base=2.0):
    if len(y) == 0:
        return 0.0
    p = np.bincount(codes(y)) / len(y)
    return -(p * np.log(p)).sum() / np.log(base)


# %% question="tree1.q2"
def information_gain(x, y):
    if len(y) == 0:
        return 0.0
    p = joint(x, y) / len(y)
    expected = p.sum(axis=1, keepdims=True) * p.sum(axis=0, keepdims=True)
    there = p > 0
    return (p[there] * np.log2(p[there] / expected[there])).sum()


# %% question="tree1.q3"
def intrinsic_value(x):
    return entropy(list(x))


def gain_ratio(x, y):
    iv = intrinsic_value(x)
    if iv < 1e-12:
        return 0.0
    return information_gain(x, y) / iv


# %% question="tree1.q4"
def c45_select(X, y):
    X = np.asarray(X)
    gains = np.array([information_gain(X[:, j], y) for j in range(X.shape[1])])
    if (gains < 1e-12).all():
        return -1
    ratios = np.array([gain_ratio(X[:, j], y) for j in range(X.shape[1])])
    ratios[gains < gains.mean() - 1e-12] = -np.inf
    return np.flatnonzero(ratios >= ratios.max() - 1e-12)[0]


# %% question="tree1.q5"
def gini(y):
    if len(y) == 0:
        return 0.0
    _, counts = np.unique(np.asarray(y), return_counts=True)
    p = counts / counts.sum()
    return p @ (1 - p)


def gini_split(mask, y):
    y = np.asarray(y)
    if len(y) == 0:
        return 0.0
    w = np.mean(mask)
    return w * gini(y[mask]) + (1 - w) * gini(y[~mask])


def cart_best_split(X, y):
    X = np.asarray(X)
    best = None
    for j in range(X.shape[1]):
        values = np.unique(X[:, j])
        if len(values) == 1:
            continue
        for value in values:
            g = gini_split(X[:, j] == value, y)
            if best is None or g < best[2] - 1e-12:
                best = (j, value, g)
    return best or (-1, None, gini(y))


# %% question="tree1.q6"
def rank_attributes(X, y):
    X = np.asarray(X)
    columns = [X[:, [j]] for j in range(X.shape[1])]
    gains = np.array([information_gain(c[:, 0], y) for c in columns])
    ratios = np.array([gain_ratio(c[:, 0], y) for c in columns])
    tests = np.array([cart_best_split(c, y)[2] for c in columns])
    below = gains < gains.mean() - 1e-12
    return {
        "id3": list(np.argsort(-gains.round(12), kind="stable")),
        "c45": list(np.lexsort((-ratios.round(12), below))),
        "cart": list(np.argsort(tests.round(12), kind="stable")),
    }

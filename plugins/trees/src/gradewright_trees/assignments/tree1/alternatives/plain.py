"""Answers of a beginner: loops, lists and `count`, nothing imported but math."""

# %% question="tree1.q1"
import math


def entropy(y, base=2.0):
    labels = list(y)
    result = 0.0
    for label in set(labels):
        p = labels.count(label) / len(labels)
        result = result - p * math.log(p, base)
    return result


# %% question="tree1.q2"
def information_gain(x, y):
    rest = 0.0
    for value in set(x):
        branch = []
        for i in range(len(x)):
            if x[i] == value:
                branch.append(y[i])
        rest += len(branch) / len(y) * entropy(branch)
    return entropy(y) - rest


# %% question="tree1.q3"
def intrinsic_value(x):
    total = 0.0
    x = list(x)
    for value in set(x):
        share = x.count(value) / len(x)
        total += -share * math.log2(share)
    return total


def gain_ratio(x, y):
    iv = intrinsic_value(x)
    if iv < 1e-12:
        return 0.0
    return information_gain(x, y) / iv


# %% question="tree1.q4"
def c45_select(X, y):
    d = len(X[0])
    gains = []
    for j in range(d):
        gains.append(information_gain([row[j] for row in X], y))
    if max(gains) < 1e-12:
        return -1
    mean = sum(gains) / d
    best_j, best_ratio = -1, -1.0
    for j in range(d):
        if gains[j] >= mean - 1e-12:
            ratio = gain_ratio([row[j] for row in X], y)
            if ratio > best_ratio + 1e-12:
                best_j, best_ratio = j, ratio
    return best_j


# %% question="tree1.q5"
def gini(y):
    labels = list(y)
    if not labels:
        return 0.0
    result = 1.0
    for label in set(labels):
        result -= (labels.count(label) / len(labels)) ** 2
    return result


def gini_split(mask, y):
    left, right = [], []
    for i in range(len(y)):
        if mask[i]:
            left.append(y[i])
        else:
            right.append(y[i])
    if not left:
        return gini(right)
    if not right:
        return gini(left)
    return (len(left) * gini(left) + len(right) * gini(right)) / len(y)


def cart_best_split(X, y):
    found = [-1, None, gini(y)]
    for j in range(len(X[0])):
        column = [row[j] for row in X]
        for value in sorted(set(column)):
            mask = [v == value for v in column]
            if all(mask):
                continue
            g = gini_split(mask, y)
            if found[0] == -1 or g < found[2] - 1e-12:
                found = [j, value, g]
    return found


# %% question="tree1.q6"
def rank_attributes(X, y):
    d = len(X[0])
    columns = [[row[j] for row in X] for j in range(d)]
    gains = [information_gain(c, y) for c in columns]
    ratios = [gain_ratio(c, y) for c in columns]
    mean = sum(gains) / d
    ginis = [cart_best_split([[v] for v in c], y)[2] for c in columns]

    def order(better):
        result = []
        for j in range(d):
            place = len(result)
            while place > 0 and better(j, result[place - 1]):
                place -= 1
            result.insert(place, j)
        return result

    def better_c45(a, b):
        keep_a, keep_b = gains[a] >= mean - 1e-12, gains[b] >= mean - 1e-12
        if keep_a != keep_b:
            return keep_a
        return ratios[a] > ratios[b] + 1e-12

    return {
        "id3": order(lambda a, b: gains[a] > gains[b] + 1e-12),
        "c45": order(better_c45),
        "cart": order(lambda a, b: ginis[a] < ginis[b] - 1e-12),
    }

"""The reference against independent oracles: SciPy, scikit-learn and brute force."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import mutual_info_score
from sklearn.tree import DecisionTreeClassifier

from .standin import fresh_reference

ref = fresh_reference()

COLUMNS = [
    list("ssorrrossrsoor"),
    list("hhhmcccmcmmmhm"),
    list("hhhhnnnhnnnhnh"),
    list("ftfffttfffttft"),
]
PLAY = list("nnyyynynyyyyyn")
GOLF = list(zip(*COLUMNS, strict=True))
WITH_ID = [(f"D{k:02d}", *row) for k, row in enumerate(GOLF, 1)]

labels = st.lists(st.integers(0, 7), max_size=60)
pairs = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), min_size=1, max_size=60)


def tables(values: int = 4) -> st.SearchStrategy[list[tuple[int, ...]]]:
    """Rows of 1 to 4 values and a label."""
    rows = st.integers(2, 5).flatmap(
        lambda width: st.lists(st.tuples(*[st.integers(0, values - 1)] * width), min_size=1)
    )
    return rows.map(lambda found: found[:20])


@settings(max_examples=300, deadline=None)
@given(labels, st.sampled_from([2.0, math.e, 10.0, 3.0]))
def test_entropy_is_scipys(y: list[int], base: float) -> None:
    counts = [y.count(label) for label in set(y)]
    expected = scipy.stats.entropy(counts, base=base) if y else 0.0
    got = ref.entropy(y, base)
    assert type(got) is float
    assert got == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_entropy_of_degenerate_inputs() -> None:
    assert [ref.entropy(y) for y in ([], (), np.array([]))] == [0.0, 0.0, 0.0]
    assert math.copysign(1, ref.entropy(["a"] * 7)) == 1.0
    assert ref.entropy([(0, 1), (1, 0), (0, 1), (1, 0)]) == 1.0
    assert ref.entropy([None, "a", 3, (1, 2)]) == pytest.approx(2.0)
    assert ref.entropy([0, 7], base=2) == 1.0


@settings(max_examples=300, deadline=None)
@given(pairs)
def test_information_gain_is_mutual_information(rows: list[tuple[int, int]]) -> None:
    x, y = zip(*rows, strict=True)
    expected = mutual_info_score(x, y) / math.log(2)
    assert ref.information_gain(x, y) == pytest.approx(expected, abs=1e-9)
    assert type(ref.information_gain(x, y)) is float


@settings(max_examples=200, deadline=None)
@given(pairs)
def test_gain_ratio_is_gain_over_the_entropy_of_branch_sizes(rows: list[tuple[int, int]]) -> None:
    x, y = zip(*rows, strict=True)
    sizes = np.bincount(x)
    iv = float(scipy.stats.entropy(sizes[sizes > 0], base=2))
    assert ref.intrinsic_value(x) == pytest.approx(iv, abs=1e-12)
    expected = mutual_info_score(x, y) / math.log(2) / iv if iv > 1e-12 else 0.0
    assert ref.gain_ratio(x, y) == pytest.approx(expected, abs=1e-9)


def test_empty_and_constant_attributes() -> None:
    assert ref.information_gain([], []) == 0.0
    assert ref.intrinsic_value([]) == 0.0
    assert ref.gain_ratio([], []) == 0.0
    assert ref.gain_ratio(["a", "a", "a"], [0, 1, 1]) == 0.0


def test_attribute_and_labels_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        ref.information_gain([1, 2], [1])


def test_golf_table() -> None:
    gains = [ref.information_gain(x, PLAY) for x in COLUMNS]
    assert [round(g, 4) for g in gains] == [0.2467, 0.0292, 0.1518, 0.0481]
    assert ref.entropy(PLAY) == pytest.approx(0.9402859586706311)
    assert ref.gain_ratio(COLUMNS[0], PLAY) == pytest.approx(0.1564, abs=5e-5)
    assert ref.c45_select(GOLF, PLAY) == 0
    assert ref.cart_best_split(GOLF, PLAY) == (0, "o", pytest.approx(5 / 14))


def test_golf_table_with_an_id_column() -> None:
    identifier = [row[0] for row in WITH_ID]
    assert ref.intrinsic_value(identifier) == pytest.approx(math.log2(14))
    assert ref.gain_ratio(identifier, PLAY) == pytest.approx(0.2470, abs=5e-5)
    assert ref.c45_select(WITH_ID, PLAY) == 0
    rankings = ref.rank_attributes(WITH_ID, PLAY)
    assert rankings == {"id3": [0, 1, 3, 4, 2], "c45": [0, 1, 3, 4, 2], "cart": [1, 3, 0, 4, 2]}


@settings(max_examples=300, deadline=None)
@given(tables())
def test_c45_select_follows_its_definition(rows: list[tuple[int, ...]]) -> None:
    *columns, y = zip(*rows, strict=True)
    X = [row[:-1] for row in rows]
    gains = np.array([mutual_info_score(x, y) / math.log(2) for x in columns])
    ivs = np.array([scipy.stats.entropy(np.unique(x, return_counts=True)[1]) for x in columns])
    ratios = np.divide(gains * math.log(2), ivs, out=np.zeros_like(gains), where=ivs > 1e-12)
    got = ref.c45_select(X, y)
    if (gains < 1e-9).all():
        assert got == -1
        return
    allowed = gains >= gains.mean() - 1e-9
    assert allowed[got]
    assert ratios[got] >= ratios[allowed].max() - 1e-9
    assert not any(allowed[j] and ratios[j] > ratios[got] - 1e-14 for j in range(got))


def test_c45_select_keeps_equal_gains_and_the_lowest_of_equal_ratios() -> None:
    y = [0, 0, 1, 1, 2, 2]
    finer = [0, 1, 2, 3, 4, 5]
    assert ref.c45_select(list(zip(finer, y, y, strict=True)), y) == 1
    assert ref.c45_select([[v] for v in y], y) == 0
    assert ref.c45_select([[7, v] for v in y], [1] * 6) == -1


@settings(max_examples=300, deadline=None)
@given(labels)
def test_gini_is_the_chance_that_two_draws_disagree(y: list[int]) -> None:
    disagree = sum(a != b for a in y for b in y)
    expected = disagree / len(y) ** 2 if y else 0.0
    assert ref.gini(y) == pytest.approx(expected, abs=1e-12)
    assert type(ref.gini(y)) is float


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3)), max_size=30))
def test_gini_split_is_the_chance_within_a_random_rows_side(rows: list[tuple[bool, int]]) -> None:
    mask = np.array([inside for inside, _ in rows], dtype=bool)
    y = [label for _, label in rows]
    total = 0.0
    for inside, label in rows:
        side = [other for where, other in rows if where == inside]
        total += sum(label != other for other in side) / len(side)
    expected = total / len(rows) if rows else 0.0
    assert ref.gini_split(mask, y) == pytest.approx(expected, abs=1e-12)


def test_cart_best_split_is_the_root_that_scikit_learn_finds() -> None:
    rng = np.random.default_rng(5)
    for _ in range(100):
        n, d = int(rng.integers(4, 40)), int(rng.integers(1, 4))
        X = rng.integers(0, 4, size=(n, d))
        y = rng.integers(0, 3, size=n)
        one_hot = np.concatenate([np.equal(X, v) for v in range(4)], axis=1).astype(
            float
        )  # (n, 4d)
        tree = DecisionTreeClassifier(max_depth=1, random_state=0).fit(one_hot, y).tree_
        assert tree.impurity[0] == pytest.approx(ref.gini(y))
        g = ref.cart_best_split(X, y)[2]
        if tree.node_count == 3:
            sizes = tree.n_node_samples
            left = (tree.impurity[1:] * sizes[1:]).sum() / n
            assert g == pytest.approx(left, abs=1e-9)


@settings(max_examples=200, deadline=None)
@given(tables(3))
def test_cart_best_split_is_the_first_of_the_best(rows: list[tuple[int, ...]]) -> None:
    X, y = [row[:-1] for row in rows], [row[-1] for row in rows]
    found = []
    for j in range(len(X[0])):
        for value in range(3):
            mask = np.array([row[j] == value for row in X])
            if mask.any() and not mask.all():
                found.append((j, value, ref.gini_split(mask, y)))
    if not found:
        assert ref.cart_best_split(X, y) == (-1, None, ref.gini(y))
        return
    least = min(g for *_, g in found)
    j, value, g = next(test for test in found if test[2] < least + 1e-9)
    assert ref.cart_best_split(X, y) == (j, value, pytest.approx(g))


@settings(max_examples=100, deadline=None)
@given(tables())
def test_rankings_start_with_the_choice_of_each_method(rows: list[tuple[int, ...]]) -> None:
    X, y = [row[:-1] for row in rows], [row[-1] for row in rows]
    rankings = ref.rank_attributes(X, y)
    everything = list(range(len(X[0])))
    assert all(sorted(order) == everything for order in rankings.values())
    gains = [ref.information_gain([row[j] for row in X], y) for j in everything]
    assert gains[rankings["id3"][0]] == pytest.approx(max(gains))
    if ref.c45_select(X, y) >= 0:
        assert rankings["c45"][0] == ref.c45_select(X, y)
    if ref.cart_best_split(X, y)[2] < ref.gini(y) - 1e-9:
        assert rankings["cart"][0] == ref.cart_best_split(X, y)[0]


def test_equal_columns_keep_their_order() -> None:
    y = [0, 0, 1, 1]
    constant, useful = [3, 3, 3, 3], [1, 1, 2, 2]
    for columns in permutations([constant, useful, useful]):
        rankings = ref.rank_attributes(list(zip(*columns, strict=True)), y)
        good = [j for j, column in enumerate(columns) if column is useful]
        expected = [*good, columns.index(constant)]
        assert rankings == {"id3": expected, "c45": expected, "cart": expected}


@pytest.mark.parametrize("form", [list, tuple, np.array])
def test_every_container_gives_the_same(form: type) -> None:
    X, y = form([list(row) for row in WITH_ID]), form(PLAY)
    assert ref.rank_attributes(X, y) == ref.rank_attributes(WITH_ID, PLAY)
    assert ref.cart_best_split(X, y) == ref.cart_best_split(WITH_ID, PLAY)
    assert ref.c45_select(X, y) == 0

"""Checkers of machine-learning properties at their edges; docs/checks.md has the plain cases."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradewright.api import (
    Change,
    CheckFailed,
    Spy,
    args,
    assert_affine,
    assert_calls,
    assert_detached,
    assert_epochs,
    assert_follows,
    assert_frequencies,
    assert_gradient,
    assert_initial_loss,
    assert_labelled,
    assert_layers,
    assert_loss_falls,
    assert_mean,
    assert_metric,
    assert_modes_differ,
    assert_overfits,
    assert_paired,
    assert_parameter_count,
    assert_rows_within,
    assert_same,
    assert_saved,
    assert_share,
    assert_shows,
    permuted,
    rolled,
    row_numbers,
    scaled,
)
from gradewright.api.hiding import hiding
from gradewright.api.spies import MOST_CALLS
from gradewright.values import Student, local_session

torch = pytest.importorskip("torch", reason="torch is not installed")
X = np.random.default_rng(0).normal(size=(40, 2))


def told(function, *a, **k):
    """The English message of a check that must fail; the Chinese one must be there too."""
    with pytest.raises(CheckFailed) as caught:
        function(*a, **k)
    assert caught.value.message["zh"]
    return caught.value.message["en"]


# --- gradients


@given(st.lists(st.floats(-3, 3), min_size=1, max_size=5))
def test_a_right_gradient_agrees_and_one_with_an_error_of_a_thousandth_does_not(x):
    x = np.array(x)
    assert_gradient(lambda v: np.sin(v).sum() + 100, np.cos, x)
    wrong = np.cos(x)
    wrong[0] = wrong[0] * 1.001 + 1e-5
    assert "1 of" in told(assert_gradient, lambda v: np.sin(v).sum(), wrong, x)


def test_tensors_floats_and_functions_of_the_student():
    x = torch.tensor([1.0, -2.0], dtype=torch.float64)
    assert_gradient(lambda v: (v**2).sum(), 2 * x, x)
    assert_gradient(math.exp, math.exp(0.5), 0.5)
    names = {"f": lambda v: (v**3).sum(), "df": lambda v: 3 * v**2}
    student = Student(local_session(names))
    assert_gradient(student.f, student.df, np.array([[1.0, 2.0]]))


def test_an_entry_at_a_kink_is_left_out_but_not_most_of_them():
    def relu(v):
        return np.maximum(v, 0).sum()

    assert_gradient(relu, np.array([9.0, 1.0]), np.array([0.0, 1.0]))
    assert "not smooth in most" in told(assert_gradient, relu, np.zeros(2), np.zeros(2))


def test_form_comes_before_value():
    def square(v):
        return (v**2).sum()

    x = np.ones(3)
    assert (
        told(assert_gradient, square, np.ones(2), x)
        == "the gradient should have shape (3,), not (2,)."
    )
    assert "should be a NumPy array" in told(assert_gradient, square, 1.0, x)
    assert "should be a number, but it is" in told(assert_gradient, lambda v: v, x, x)


def test_a_hidden_check_shows_no_slope():
    with hiding():
        message = told(assert_gradient, lambda v: (v**2).sum(), np.ones(3), np.ones(3))
    assert "slope is" not in message


# --- training


@pytest.mark.parametrize(
    ("losses", "part"),
    [
        ([2.0, 1.95], "does not bring the loss down"),
        ([1.0], "should be a list of numbers"),
        ("falls", "should be a list of numbers"),
        ([1.0, math.nan], "NaN or infinite"),
        ([1.0, "0"], "should be a number"),
    ],
)
def test_losses_that_do_not_count(losses, part):
    assert part in told(assert_loss_falls, losses)


def test_noise_does_not_decide_whether_a_loss_falls():
    record = [math.exp(-i / 30) + 0.1 * (-1) ** i for i in range(100)]
    assert_loss_falls(record)
    assert_loss_falls(torch.tensor(record))
    assert_loss_falls([-1.0, -2.0])


def test_first_and_last_losses():
    assert_initial_loss(torch.tensor(2.4), 10)
    assert "ln 10 = 2.303, and yours is 4" in told(assert_initial_loss, 4.0, 10)
    assert "still 0.5; it should be below 0.05" in told(assert_overfits, 0.5)
    assert "the loss is NaN or infinite" in told(assert_overfits, math.inf)


def test_evaluation_must_not_be_random():
    class Noisy(torch.nn.Module):
        def forward(self, x):
            return x + torch.rand(3)

    assert "same input gives different outputs" in told(assert_modes_differ, Noisy(), torch.ones(3))


def test_a_graph_is_found():
    weight = torch.ones(2, requires_grad=True)
    assert_detached(weight.detach())
    assert_detached(1.5)
    assert "hangs on the graph" in told(assert_detached, weight.sum())
    assert "should be a tensor, but it is a string" in told(assert_detached, "loss")


def test_a_metric_needs_two_of_three_seeds_and_stops_when_it_is_decided():
    ran = Spy(lambda seed: [0.9, 0.1, 0.8][seed])
    assert_metric(ran, at_least=0.5)
    assert_calls(ran, 3)
    bad = Spy(lambda seed: 0.1 * seed)
    assert "the runs gave 0, 0.1" in told(assert_metric, bad, at_least=0.5)
    assert_calls(bad, 2)
    assert "the metric should be a number" in told(assert_metric, lambda seed: None, at_most=1)


# --- models


def test_parameters_are_counted_from_arrays_modules_and_frozen_ones_do_not_count():
    layer = torch.nn.Linear(3, 2)
    layer.bias.requires_grad = False
    assert_parameter_count(layer, 6)
    assert_parameter_count([np.ones((3, 2)), np.ones(2)], 8)
    assert_parameter_count({"w": torch.ones(4)}, at_most=4)
    message = told(assert_parameter_count, [np.ones((3, 2))], at_most=5)
    assert "At most 5, and it has 6: 3×2." in message
    assert "cannot be read" in told(assert_parameter_count, 5, 5)


def test_a_model_behind_the_wall_is_read_as_shapes_and_names():
    net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.Linear(4, 1))
    model = Student(local_session({"make": lambda: net})).make()
    assert_parameter_count(model, 21)
    assert_layers(model, uses={"Linear": 2}, never=("Conv2d",))
    assert "number of Linear layers" in told(assert_layers, model, {"Linear": 1})
    assert told(assert_layers, model, never=("ReLU",)) == "The model must not use ReLU."


# --- symmetries


def test_changes_act_along_their_axis():
    assert permuted([1, 0], axis=1).apply(np.array([[1, 2], [3, 4]])).tolist() == [[2, 1], [4, 3]]
    assert permuted([2, 0, 1]).apply(["a", "b", "c"]) == ["c", "a", "b"]
    assert rolled(1).apply(torch.tensor([1, 2, 3])).tolist() == [3, 1, 2]
    assert rolled(-1).apply([1, 2, 3]) == [2, 3, 1]


def test_degrees_own_changes_and_forms():
    x = np.array([1.0, -2.0])
    assert_follows(lambda v: (v**2).sum(), x, scaled(3.0), scaled(9.0))
    flip = Change(lambda v: -v, {"zh": "取相反数", "en": "negated"})
    assert_same(np.abs, x, flip)
    assert "the input is negated, the output must stay" in told(assert_same, np.exp, x, flip)
    assert "The output should have shape" in told(assert_same, np.unique, x, scaled(0.0))
    assert "must be permuted" in told(assert_follows, lambda v: 1.0, x, permuted([1, 0]))


def test_an_affine_map_of_tensors_and_what_is_none():
    x, z = torch.tensor([1.0, 2.0]), torch.tensor([0.0, -3.0])
    assert_affine(torch.nn.Linear(2, 3), x, z)
    assert "not affine" in told(assert_affine, torch.relu, x, z)


# --- the use of data


def test_a_spy_answers_counts_and_has_a_limit():
    spy = Spy(lambda a, b=1: a + b)
    assert spy(1, b=2) == 3
    assert spy.calls == [args(1, b=2)]
    assert "It should be 2 times; it is 1." in told(assert_calls, spy, 2)
    spy.calls *= MOST_CALLS
    with pytest.raises(RuntimeError, match="endless loop"):
        spy(1)


def test_rows_are_recognised():
    assert row_numbers(X[[3, 0]], X) == [3, 0]
    assert row_numbers(torch.tensor(X[[5]]), X) == [5]
    assert row_numbers(X[:1] + 1, X) == [-1]
    assert "should be a batch of samples" in told(row_numbers, [1, 2], X)
    assert "Row 7 is one of them" in told(assert_rows_within, [X[7:8]], X, range(5))
    assert "not in the data set" in told(assert_rows_within, [X + 1], X, range(5))


@pytest.mark.parametrize(
    ("orders", "size", "part"),
    [
        ([range(40)], 40, "not shuffled anew"),
        ([[1, 0, *range(2, 40)]] * 2, 40, "not shuffled anew"),
        ([range(39)], 40, "Some rows are left out"),
        ([[*range(40), 0]], 41, "Too many rows"),
        ([[1, 1, *range(2, 40)]], 40, "come twice in one epoch"),
        ([[1, 0, *range(2, 40)]], 20, "wrong size"),
    ],
)
def test_epochs_that_are_none(orders, size, part):
    epochs = len(orders)
    batches = [X[list(order)] for order in orders]
    assert part in told(assert_epochs, batches, X, batch_size=size, epochs=epochs)


def test_changed_rows_and_lost_labels():
    assert "not in the data set" in told(assert_epochs, [X + 1], X, batch_size=40)
    y = np.arange(40)
    assert_paired([(X[[2, 1]], [2, 1])], X, y)
    assert "lost their labels" in told(assert_paired, [(X[[2, 1]], y[[1, 2]])], X, y)
    assert "lost their labels" in told(assert_paired, [(X[[2]], None)], X, y)


# --- random draws


@pytest.mark.parametrize("p", [0.02, 0.3, 0.5, 0.9])
def test_the_bound_for_shares_holds_for_exact_binomial_tails(p):
    n = 60
    pmf = [math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]
    failing = 0.0
    for hits in range(n + 1):
        try:
            assert_share(hits, n, p)
        except CheckFailed:
            failing += pmf[hits]
    assert failing < 1e-6


def test_shares_far_off_impossible_and_certain():
    assert "It should be about 0.5; in 1000 trials it is 0.6." in told(assert_share, 600, 1000, 0.5)
    assert_share(0, 10, 0.0)
    assert "more than chance" in told(assert_share, 1, 10, 0.0)
    assert "more than chance" in told(assert_share, 9, 10, 1.0)


def test_frequencies_count_every_draw():
    halves = {"a": 0.5, "b": 0.5}
    assert_frequencies({"a": 52, "b": 48}, halves)
    assert "add up to 6, and they add up to 5" in told(
        assert_frequencies, {"a": 3, "b": 2, "c": 1}, halves
    )
    assert "add up to > 0" in told(assert_frequencies, {}, halves)


def test_means_and_ranges():
    rng = random.Random(1)
    draws = [rng.random() for _ in range(2000)]
    assert_mean(draws, 0.5, between=(0, 1))
    assert "The mean of the draws is off" in told(assert_mean, draws, 0.7, between=(0, 1))
    assert "The range is [0, 0.5]" in told(assert_mean, draws, 0.5, between=(0, 0.5))


# --- saved claims and figures


def stream(text):
    return [[{"output_type": "stream", "text": text}]]


@pytest.mark.parametrize(
    "text",
    ["acc: 0.875", "ACC = 0.88", "acc: 0.1\nacc：8.75e-1", "{'acc': 0.9}"],
)
def test_a_claim_is_found_and_rounded_as_printed(text):
    assert_saved(stream(text), "acc", 0.875)


def test_claims_that_are_wrong_or_missing():
    assert "It says 0.9; computed again it is 0.5" in told(
        assert_saved, stream("acc: 0.9"), "acc", 0.5
    )
    assert "has no “acc: number”" in told(assert_saved, stream("all fine"), "acc", 0.5)
    shown = [[{"output_type": "execute_result", "data": {"text/plain": ["acc=", "1"]}}]]
    assert_saved(shown, "acc", 1.0)


def axes(**parts):
    empty = {"title": "", "xlabel": "", "ylabel": "", "legend": None}
    return [{"axes": [{**empty, "lines": [], "scatters": [], "bars": [], **parts}]}]


def test_figures_by_their_data():
    bars = axes(bars=[{"x": [0.0, 1.0], "height": [2.0, 3.0]}], title="Counts")
    assert_shows(bars, np.array([2, 3]), kind="bars")
    assert "No bar chart shows these data" in told(assert_shows, bars, [2, 4], kind="bars")
    assert "show no figure" in told(assert_shows, [], [1])
    assert "show no figure" in told(assert_labelled, [])
    assert_labelled(bars, needs=("title",))
    assert "lacks a legend" in told(assert_labelled, bars, needs=("title", "legend"))


@pytest.mark.parametrize(
    "forged", [[1], [{"axes": 5}], [{"axes": [None]}], [{"axes": [{"lines": [{}]}]}]]
)
def test_forged_figures_are_no_error_of_ours(forged):
    assert "No line shows" in told(assert_shows, forged, [1.0])

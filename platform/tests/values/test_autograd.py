"""Gradients flow through the student's functions, and what comes back is checked."""

from __future__ import annotations

import msgspec
import pytest

from gradewright.api import StudentError, args
from gradewright.api.calls import KeptCase
from gradewright.values import (
    BrokenFrame,
    Packed,
    Session,
    Student,
    decode,
    encode,
    local_session,
    wire,
)
from gradewright.values.autograd import MOST_GRAPHS

torch = pytest.importorskip("torch", reason="torch is not installed")

SOURCE = """
import torch
from torch import nn

def softplus(x): return torch.log1p(torch.exp(x))
def product(a, b): return a * b
def nested(pair, *, more): return (pair[0] * more["w"], {"sum": (pair[1].sum(),), "n": 3})
def split(x): return x.cumsum(0), {"mean": x.mean(), "index": x.argmax(), "plain": x.detach()}
def same(x): return x
def doubled_in_place(x):
    x.mul_(2)
    return x.sum()
def own_backward(x):
    (x ** 2).sum().backward()
    return x.grad * 1
def first(x, y): return x.sum()
def complain(x): return Broken.apply(x)
class Broken(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x): return x * 2
    @staticmethod
    def backward(ctx, g): raise ValueError("my backward")
class Net(nn.Module):
    def __init__(self, width=3):
        super().__init__()
        self.linear = nn.Linear(width, 2, dtype=torch.float64)
    def forward(self, x): return self.linear(x)
def loss_of(net, x): return (net(x) ** 2).mean()
def weights(net): return list(net.parameters())
def optimizer(net): return torch.optim.SGD(net.parameters(), lr=0.5)
def twice(f, x): return f(x) + f(x)
"""


@pytest.fixture
def namespace():
    names = {"__name__": "__main__"}
    exec(compile(SOURCE, "<student>", "exec", dont_inherit=True), names)
    return names


@pytest.fixture
def requests():
    return []


@pytest.fixture
def session(namespace, requests):
    inner = local_session(namespace)._transport

    def counted(frame, answer_callback):
        requests.append(frame)
        return inner(frame, answer_callback)

    return Session(counted, seed=1)


@pytest.fixture
def student(session):
    return Student(session)


def values(*numbers):
    return torch.tensor(numbers, dtype=torch.float64, requires_grad=True)


def test_backward_gives_the_gradient(student, requests):
    x = values(-1.0, 0.0, 2.0)
    y = student.softplus(x)
    (3 * y).sum().backward()
    assert torch.allclose(x.grad, 3 * torch.sigmoid(x.detach()))
    assert len(requests) == 2, "one for the call, one for the vector-Jacobian product"


def test_gradcheck_passes(student):
    a, b = values(0.3, -1.2), values(2.0, 0.7)
    assert torch.autograd.gradcheck(student.softplus, (a,))
    assert torch.autograd.gradcheck(student.product, (a, b))
    assert torch.autograd.gradcheck(lambda x: student.split(x)[0], (a,))
    assert torch.autograd.gradcheck(lambda x: (student.split(x)[0], student.split(x)[1]["mean"]), a)
    z = torch.tensor([1 + 2j, -0.5j], requires_grad=True)
    assert torch.autograd.gradcheck(student.product, (z.to(torch.complex128), 2.0))


def test_gradients_of_arguments_at_any_depth(student):
    p, q, w = values(1.0, 2.0), values(3.0, 4.0), values(5.0, 6.0)
    first, rest = student.nested([p, q], more={"w": w})
    (first.sum() + 10 * rest["sum"][0]).backward()
    assert rest["n"] == 3
    assert (p.grad.tolist(), q.grad.tolist(), w.grad.tolist()) == ([5, 6], [10, 10], [1, 2])


def test_several_results_share_one_backward(student, requests):
    x = values(1.0, 5.0, 2.0)
    sums, more = student.split(x)
    assert not more["index"].requires_grad
    assert not more["plain"].requires_grad
    (sums.sum() + 3 * more["mean"]).backward()
    assert x.grad.tolist() == [4.0, 3.0, 2.0]
    assert len(requests) == 2


def test_a_result_that_is_not_used_costs_nothing(student):
    x = values(1.0, 5.0)
    _, more = student.split(x)
    more["mean"].backward()
    assert x.grad.tolist() == [0.5, 0.5]


def test_an_argument_that_is_not_used_has_no_gradient(student):
    x, y = values(1.0), values(2.0)
    student.first(x, y).backward()
    assert x.grad.tolist() == [1.0]
    assert y.grad is None


def test_a_tensor_given_twice_gets_both_gradients(student):
    x = values(2.0, 3.0)
    student.product(x, x).sum().backward()
    assert x.grad.tolist() == [4.0, 6.0]


def test_calls_on_results_of_calls(student):
    x = values(0.5, 1.5)
    student.product(student.softplus(2 * x), x).sum().backward()
    y = x.detach().clone().requires_grad_()
    (torch.log1p(torch.exp(2 * y)) * y).sum().backward()
    assert torch.allclose(x.grad, y.grad)


def test_a_result_that_is_an_argument(student):
    x = values(2.0)
    (student.same(x) * 5).backward()
    assert x.grad.tolist() == [5.0]


def test_a_batch_is_one_request_there_and_one_back(student, requests):
    x, y = values(1.0, 2.0), values(3.0)
    a, b = student.softplus.each([args(x), args(y)]).values()
    (a.sum() + b.sum()).backward()
    assert torch.allclose(x.grad, torch.sigmoid(x.detach()))
    assert torch.allclose(y.grad, torch.sigmoid(y.detach()))
    assert len(requests) == 2


def test_gradients_of_a_case_of_the_bank(student):
    x = values(1.0, 2.0)
    case = KeptCase((x,))
    for times in (1, 2):
        (y,) = student.softplus.each([case]).values()
        y.sum().backward()
        assert torch.allclose(x.grad, times * torch.sigmoid(x.detach()))


def test_backward_twice_needs_retain_graph_as_in_torch(student):
    x = values(2.0)
    y = student.product(x, x).sum()
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad.tolist() == [8.0]
    with pytest.raises(RuntimeError, match="backward through the graph a second time"):
        y.backward()


def test_second_derivatives_are_refused(student):
    x = values(2.0)
    y = student.product(x, x).sum()
    with pytest.raises(RuntimeError, match=r"create_graph=True .* only first .* in a probe"):
        torch.autograd.grad(y, x, create_graph=True)


def test_no_graph_is_kept_without_need(student):
    results = [student.softplus(torch.ones(2))]
    with torch.no_grad():
        results.append(student.softplus(values(1.0)))
    assert [result.grad_fn for result in results] == [None, None]
    with pytest.raises(RuntimeError, match="does not require grad"):
        results[0].sum().backward()


def test_gradients_that_a_function_leaves_in_its_argument(student):
    x = values(3.0)
    assert student.own_backward(x).tolist() == [6.0]
    assert x.grad.tolist() == [6.0]
    student.own_backward(x)
    assert x.grad.tolist() == [12.0]


def test_gradients_of_the_judge_never_go_to_the_submission(student, namespace):
    x = values(3.0)
    x.grad = torch.tensor([86028121.0], dtype=torch.float64)
    namespace["peek"] = lambda x: x.grad is None
    assert student.peek(x) is True


def test_in_place_on_a_leaf_is_an_error_as_in_torch(student):
    with pytest.raises(StudentError, match="a leaf Variable that requires grad"):
        student.doubled_in_place(values(1.0))


def test_an_error_in_the_students_backward_is_the_students(student):
    result = student.complain(values(1.0))
    with pytest.raises(StudentError, match="ValueError: my backward") as caught:
        result.backward()
    assert "in backward" in caught.value.traceback


def test_modules_called_by_handle(student):
    net = student.Net(3)
    x = torch.randn(4, 3, dtype=torch.float64, requires_grad=True)
    net(x).sum().backward()
    assert torch.allclose(x.grad, net.linear.weight.detach().sum(0).expand(4, 3))
    assert torch.allclose(net.linear.weight.grad, x.detach().sum(0).expand(2, 3))
    assert torch.autograd.gradcheck(net, (x,))


def test_parameters_get_gradients_without_a_tensor_that_requires_any(student):
    net = student.Net(3)
    x = torch.ones(1, 3, dtype=torch.float64)
    assert net.linear.bias.grad is None
    loss = student.loss_of(net, x)
    loss.backward()
    grads = {name: p.grad for name, p in net.named_parameters()}
    assert torch.allclose(grads["linear.bias"], net(x).detach()[0])
    assert [torch.equal(p.grad, grads[n]) for n, p in net.named_parameters()] == [True, True]
    assert torch.equal(student.weights(net)[1].grad, grads["linear.bias"])


def test_a_training_loop_through_handles(student):
    torch.manual_seed(0)
    net = student.Net(3)
    step = student.optimizer(net)
    x = torch.randn(20, 3, dtype=torch.float64)
    losses = []
    for _ in range(MOST_GRAPHS + 10):
        step.zero_grad()
        loss = (net(x) - 1).square().mean()
        loss.backward()
        step.step()
        losses.append(loss)
    assert losses[-1].item() < 0.1 * losses[0].item()


def test_is_a_tells_the_class_as_a_claim(student):
    net = student.Net()
    assert net.is_a("torch.nn.Module") is True
    assert net.is_a("torch.nn.Linear") is False
    assert net.linear.is_a("torch.nn.Linear") is True
    assert net.is_a("no.such.Class") is False
    assert net.is_a("object") is True
    assert not isinstance(net, torch.nn.Module)


def test_the_oldest_graph_goes_when_there_are_too_many(student):
    x = values(1.0)
    results = [student.product(x, i + 0.0) for i in range(MOST_GRAPHS + 1)]
    results[1].backward()
    assert x.grad.tolist() == [1.0]
    with pytest.raises(RuntimeError, match=r"graph is gone: the last 64 calls .* call backward"):
        results[0].backward()


def test_used_graphs_make_room(student):
    x = values(1.0)
    oldest = student.product(x, 2.0)
    for _ in range(2 * MOST_GRAPHS):
        student.product(x, 3.0).backward()
    oldest.backward()
    assert x.grad.tolist() == [2.0 + 3.0 * 2 * MOST_GRAPHS]


def test_a_new_session_forgets_the_graphs_of_the_one_before(student, session):
    x = values(1.0)
    old = student.product(x, 2.0)
    Student(Session(session._transport)).product(x, 3.0).backward()
    with pytest.raises(StudentError):
        old.backward()


def test_gradients_do_not_pass_through_callbacks(student):
    x, w = values(2.0), values(3.0)
    student.twice(lambda t: t * w, x).backward()
    assert x.grad is None or x.grad.tolist() == [0.0]
    assert w.grad is None


def answering(*answers):
    """A student whose process gives these answers, whatever is asked."""
    left = list(answers)

    def transport(frame, answer_callback):
        return encode(left.pop(0), offer=lambda tensor: 0)

    return Student(Session(transport))


TENSOR = [wire.T_TENSOR, "float32", b"\0\0\0\0", True, 1]


def linked(value):
    return "done", [(value, None, None, "")]


@pytest.mark.parametrize(
    "gradients",
    [
        None,
        5,
        {"0": torch.ones(2)},
        {0: 5},
        {0: torch.ones(3)},
        {0: torch.ones(2, dtype=torch.float64)},
        {0: torch.ones(1).expand(2, 1)},
    ],
)
def test_gradients_in_the_wrong_form_are_a_broken_frame(gradients):
    x = torch.ones(2, requires_grad=True)
    student = answering(linked(torch.ones(2, requires_grad=True)), linked(gradients))
    with pytest.raises(BrokenFrame, match="came back in"):
        student.f(x).sum().backward()


def test_gradients_for_inputs_that_never_were_are_ignored():
    x = torch.ones(2, requires_grad=True)
    told = {0: torch.ones(2), 7: torch.ones(9), -1: torch.ones(9)}
    answering(linked(torch.ones(2, requires_grad=True)), linked(told)).f(x).sum().backward()
    assert x.grad.tolist() == [1, 1]


@pytest.mark.parametrize(
    "answer",
    [
        [wire.T_LINKED, -1, TENSOR],
        [wire.T_LINKED, "0", TENSOR],
        [wire.T_LINKED, 0, [*TENSOR[:3], False, 1]],
        [wire.T_LINKED, 0, [wire.T_LINKED, 1, TENSOR]],
        [wire.T_LINKED, 0, None],
        [wire.T_LINKED, 0, []],
        [wire.T_GRADED, TENSOR, TENSOR],
        [wire.T_GRADED, TENSOR, [*TENSOR[:3], False, 1, 1]],
        [wire.T_GRADED, TENSOR, 5],
    ],
)
def test_nodes_in_the_wrong_form_are_refused(answer):
    packed = Packed(msgspec.msgpack.encode(answer))
    with pytest.raises(BrokenFrame, match="broken frame"):
        decode(packed, receive=lambda tensor, number: tensor)


def test_one_number_is_one_tensor():
    twice = [torch.ones(2, requires_grad=True), torch.zeros(2, requires_grad=True)]
    a, b = answering(linked(twice)).f(torch.ones(2, requires_grad=True))
    assert a is b


def test_links_where_none_were_asked_for_are_a_broken_frame():
    student = answering(linked(torch.ones(2, requires_grad=True)))
    with pytest.raises(BrokenFrame, match="a linked tensor"):
        student.get("x")

"""Autograd through the student's functions: backward here asks for vector-Jacobian products there.

Theory of operation. Tensors cross by value, so a graph would end at the wall. For a call made while
the judge's torch records gradients, every tensor in the request that requires grad is numbered as
an input; in the answer, every tensor that the student's torch computed from something that requires
grad is numbered as an output. The submission's end keeps the numbered tensors (`KeptGraphs`); the
judge's end (`Graphs`) makes its outputs the results of one node of its own graph, whose backward
sends the vectors and gets a gradient for each input. Gradients of parameters accumulate on the
student's side as they always do, and are read there: `net.weight.grad`.

A graph is kept only where gradients can flow: an input requires grad, or an object of the
submission's (a module with its parameters) takes part. It goes when backward has used it (unless
with `retain_graph=True`), when `MOST_GRAPHS` newer ones are kept, and with the next session. What
comes back is a claim like any other. Second derivatives do not cross.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from gradewright.values import wire
from gradewright.values.errors import BrokenFrame

MOST_GRAPHS = 64
ONCE = (
    "backward with create_graph=True through a submission's function: only first derivatives "
    "cross the wall; compute second ones in a probe"
)
Asked = tuple[int, list[int] | None]  # a call's own graph, those done with (None: all there are)
AskVjp = Callable[[int, dict[int, Any]], Any]


class Links:
    """The numbered tensors of one request and its answer, as either end sees them."""

    def __init__(self) -> None:
        self.received: dict[int, Any] = {}  # number → tensor that came
        self.offered: list[Any] = []  # tensors that went, by number
        self._numbers: dict[int, int] = {}

    def receive(self, tensor: Any, number: int) -> Any:
        """A numbered tensor came; one number is one tensor, however often it stands in a frame."""
        return self.received.setdefault(number, tensor)

    def offer(self, tensor: Any) -> int | None:
        """The number for a tensor that goes, the same one however often it is encoded."""
        number = self._numbers.setdefault(id(tensor), len(self.offered))
        if number == len(self.offered):
            self.offered.append(tensor)
        return number

    def offer_computed(self, tensor: Any) -> int | None:
        """The same for results; parameters, and inputs with a `.grad` now, go as values with it."""
        if tensor.is_leaf and (tensor.grad is not None or not self._came(tensor)):
            return None
        return self.offer(tensor)

    def _came(self, tensor: Any) -> bool:
        return any(tensor is leaf for leaf in self.received.values())


# --- the submission's end


class KeptGraphs:
    """The graphs of calls, by the number that the judge gave them."""

    def __init__(self) -> None:
        self._kept: dict[int, Links] = {}

    def forget(self, done: list[int] | None) -> None:
        """Forget these graphs; None: those of the session before."""
        for number in list(self._kept) if done is None else done:
            self._kept.pop(number, None)

    def keep(self, number: int, links: Links) -> None:
        """Keep the tensors of a call, if any of its results was numbered."""
        if links.offered:
            self._kept[number] = links

    def vjp(self, number: int, vectors: Mapping[int, Any]) -> dict[int, Any]:
        """Input number → gradient of the outputs with these vectors; those without one left out.

        Runs a whole backward, so that parameters get their gradients too; the inputs' own
        `.grad`, which the student's code may have filled, stays as it was.
        """
        torch = wire.needed("torch")
        links = self._kept[number]
        before = {i: leaf.grad for i, leaf in links.received.items()}
        outputs = [links.offered[i] for i in vectors]
        try:
            for leaf in links.received.values():
                leaf.grad = None
            torch.autograd.backward(outputs, list(vectors.values()), retain_graph=True)
            gradients = {i: leaf.grad for i, leaf in links.received.items()}
            return {i: grad.detach() for i, grad in gradients.items() if grad is not None}
        finally:
            for i, leaf in links.received.items():
                leaf.grad = before[i]


# --- the judge's end


class Graphs:
    """The judge's side of the graphs that one session has the submission keep."""

    def __init__(self, ask: AskVjp) -> None:
        self._ask = ask
        self._nodes: dict[int, Any] = {}  # number → our node, oldest first
        self._next = secrets.randbits(60)  # no number means one graph here and another there
        self._asked = False

    def ask_for_one(self) -> Asked | None:
        """What a call's request says of graphs; None: no gradients are recorded here."""
        torch = wire.loaded("torch", "Tensor")
        if torch is None or not torch.is_grad_enabled():
            return None
        done = self._done_with() if self._asked else None
        self._next, self._asked = self._next + 1, True
        return self._next, done

    def join(self, number: int, links: Links) -> None:
        """Make the tensors that came depend on those that went."""
        if not links.received:
            return
        torch = wire.needed("torch")
        outputs = [tensor.requires_grad_(False) for tensor in links.received.values()]
        # where only parameters of the student's require grad, this makes the results require it
        anchor = torch.zeros((), requires_grad=True)
        back = _Back(self, number, list(links.received), links.offered)
        _node_class(torch).apply(back, len(outputs), *outputs, anchor, *links.offered)
        self._nodes[number] = outputs[0].grad_fn

    def vjp(self, number: int, vectors: dict[int, Any]) -> Any:
        """What the submission says the gradients are: input number → tensor."""
        if number not in self._nodes:
            raise RuntimeError(
                f"backward through a call whose graph is gone: the last {MOST_GRAPHS} calls with "
                "gradients can be differentiated; call backward sooner, or call inside "
                "torch.no_grad() where no gradient is needed"
            )
        return self._ask(number, vectors)

    def _done_with(self) -> list[int]:
        """Graphs that backward used up, and the oldest where the new one would be too many."""
        done = [number for number, node in self._nodes.items() if _used_up(node)]
        left = [number for number in self._nodes if number not in done]
        done += left[: max(0, len(left) - MOST_GRAPHS + 1)]
        for number in done:
            del self._nodes[number]
        return done


class _Back:
    """What one node needs for its backward. It holds no tensor: a result would hold itself."""

    def __init__(self, graphs: Graphs, number: int, outputs: list[int], inputs: list[Any]) -> None:
        self._graphs, self._number, self._outputs = graphs, number, outputs
        self._forms = [(tensor.shape, tensor.dtype) for tensor in inputs]

    def gradients(self, vectors: tuple[Any, ...]) -> list[Any]:
        """A gradient or None for each input."""
        sent = {i: v for i, v in zip(self._outputs, vectors, strict=True) if v is not None}
        told = self._graphs.vjp(self._number, sent) if sent else {}
        if not isinstance(told, dict) or not all(type(i) is int for i in told):
            raise BrokenFrame("the gradients of a call came back in the wrong form")
        return [self._checked(told.get(i), form) for i, form in enumerate(self._forms)]

    def _checked(self, gradient: Any, form: tuple[Any, Any]) -> Any:
        torch = wire.needed("torch")
        if gradient is None:
            return None
        if type(gradient) is not torch.Tensor or (gradient.shape, gradient.dtype) != form:
            raise BrokenFrame("a gradient came back in another form than its tensor has")
        return gradient.detach()


def _used_up(node: Any) -> bool:
    try:
        _ = node.saved_tensors
    except RuntimeError:  # torch frees what a node saved when backward is done with it
        return True
    return False


@cache
def _node_class(torch: Any) -> Any:
    """The node of our graph that stands for a call on the other side."""

    class CallAcrossTheWall(torch.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(ctx: Any, back: _Back, count: int, *tensors: Any) -> Any:
            # as if changed in place: the results are the very tensors that stand in the answer
            ctx.mark_dirty(*tensors[:count])
            ctx.set_materialize_grads(False)
            ctx.save_for_backward(tensors[count])
            ctx.back, ctx.count = back, count
            return tensors[:count]

        @staticmethod
        def backward(ctx: Any, *vectors: Any) -> Any:
            if torch.is_grad_enabled():  # only with create_graph=True
                raise RuntimeError(ONCE)
            _ = ctx.saved_tensors  # raises torch's own error when the graph was freed
            return (None,) * (ctx.count + 3) + tuple(ctx.back.gradients(vectors))

    return CallAcrossTheWall

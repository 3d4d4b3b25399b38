"""The judge's end of the wall: a submission as checks see it, `student`.

Every value that arrives here is a claim, decoded by the codec under caps; nothing is unpickled or
evaluated. What is not plain data arrives as a `Handle`, which can be called, indexed and iterated
and never answers a comparison. Calls are logged, so that a wrong answer can be compared with those
of known misconceptions. The transport is a function: it takes a request frame and a function that
answers callbacks, and returns the final frame.

Gradients flow through calls: where a tensor that requires grad, or a handle (a module), goes into
a call, backward on the results asks the submission for vector-Jacobian products (`autograd`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, NoReturn

from gradewright.api import Batch, Case, Opaque, Outcome, Signature
from gradewright.api.calls import KeptCase, Parameter
from gradewright.values.autograd import Graphs, Links
from gradewright.values.caps import DEFAULT_CAPS, Caps
from gradewright.values.changes import apply_changes
from gradewright.values.codec import decode, encode, prepared
from gradewright.values.errors import BrokenFrame
from gradewright.values.handles import HandleRef
from gradewright.values.outcomes import read_outcome
from gradewright.values.packed import Packed

Transport = Callable[[Packed, Callable[[Packed], Packed]], Packed]
KINDS = ("function", "class", "value")


@dataclass(frozen=True)
class Call:
    """One logged call: which function, on what, with what outcome."""

    function: str
    case: Case
    outcome: Outcome


class Session:
    """A submission seen through the wall.

    given: dataclasses and named tuples of the topic, by name; values of these types arrive as such.
    probes: name → source of a function that may run beside the student's code.
    seed: global generators are seeded with it before every request for calls.
    `calls` is the log. `answers` counts the answers that could be read; `fault` is the first thing
    that went wrong with the wall itself, which holds even where a check caught it.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        given: Mapping[str, type] | None = None,
        probes: Mapping[str, str] | None = None,
        seed: int | None = None,
        caps: Caps = DEFAULT_CAPS,
    ) -> None:
        self._transport = transport
        self._given = given or {}
        self._probes = probes or {}
        self._seed = seed
        self._caps = caps
        self._callables: dict[int, Callable[..., Any]] = {}
        self._graphs = Graphs(lambda number, vectors: self._value("vjp", number, vectors))
        self.calls: list[Call] = []
        self.answers = 0
        self.fault: Exception | None = None

    # --- what the requests are; `Student` and `Handle` give them their pleasant form

    def call(self, target: Any, label: str, cases: Sequence[Case], watch: bool) -> list[Outcome]:
        """Call a name or a handle on every case, in one request."""
        sent = [self._sent(case) for case in cases]
        asked = self._graphs.ask_for_one()
        links = None if asked is None else Links()
        request = ("call", target, sent, self._seed, watch, asked)
        outcomes = [read_outcome(one) for one in self._request(*request, links=links)]
        if len(outcomes) != len(cases):
            raise BrokenFrame(
                f"{len(cases)} calls of {label} came back as {len(outcomes)} outcomes"
            )
        if asked and links:
            self._graphs.join(asked[0], links)
        self.calls += map(Call, [label] * len(cases), cases, outcomes)
        return outcomes

    def names(self, names: Sequence[str]) -> dict[str, str | None]:
        """What each name is in the submission: "function", "class", "value", or None: missing."""
        listed = self._request("names", list(names))
        found: dict[str, str | None] = dict.fromkeys(names)
        for item in listed:
            match item:
                case (str(name), str(kind)) if name in found and kind in KINDS:
                    found[name] = kind
        return found

    def get(self, name: str) -> Any:
        """The value of a variable, or a handle."""
        return self._value("get", name)

    def attribute(self, target: Any, name: str) -> Any:
        """An attribute of a handle."""
        return self._value("attr", target, name)

    def item(self, target: Any, key: Any) -> Any:
        """An item of a handle."""
        return self._value("item", target, key)

    def length(self, target: Any) -> int:
        """The length of a handle."""
        length = self._value("len", target)
        if not isinstance(length, int) or length < 0:
            raise BrokenFrame("a length that is no whole number came back")
        return length

    def iterate(self, target: Any) -> Iterator[Any]:
        """The items of a handle, one request each, so that nothing is drawn that is not used."""
        iterator = self._value("iter", target)
        while item := self._value("next", iterator):
            if not isinstance(item, tuple) or len(item) != 1:
                raise BrokenFrame("an item came back in the wrong form")
            yield item[0]

    def is_a(self, target: Any, name: str) -> bool:
        """Whether a handle says that it is an instance of the class of this dotted name."""
        answer = self._value("is_a", target, name)
        if not isinstance(answer, bool):
            raise BrokenFrame("whether an object is of a class came back as no yes and no no")
        return answer

    def signature(self, target: Any) -> Signature:
        """The parameters of a name or a handle."""
        listed = self._value("signature", target)
        try:
            return Signature(tuple(Parameter(str(n), str(k), d) for n, k, d in listed))
        except (TypeError, ValueError):
            raise BrokenFrame("a signature came back in the wrong form") from None

    def probe(self, name: str, **data: Any) -> Any:
        """Run the probe `name` beside the student's code and return its plain data."""
        if name not in self._probes:
            known = ", ".join(sorted(self._probes)) or "none"
            raise LookupError(f"there is no probe {name!r}; probes.py has: {known}")
        return self._value("probe", self._probes[name], name, data)

    @contextmanager
    def standing_in(self, functions: Mapping[str, Any]) -> Iterator[None]:
        """Within: these names of the submission are functions of this process, called back."""
        if not functions:
            yield
            return
        known = len(self._callables)
        for function in functions.values():
            self._registered(function)
        self._request("install", dict(functions))
        try:
            yield
        finally:
            self._forget(known)
            with suppress(Exception):  # the submission may have ended; the check's error matters
                self._request("restore")

    # --- one request

    def _sent(self, case: Case) -> Any:
        """A case as it is sent; one of the bank is encoded once for all submissions."""
        if not isinstance(case, KeptCase):
            return case.args, dict(case.kwargs)
        if not case.sent:
            # two containers deep: the request and its list of cases
            case.sent.append(prepared((case.args, dict(case.kwargs)), 2, self._caps))
        return case.sent[0]

    def _value(self, operation: str, *operands: Any) -> Any:
        outcomes = [read_outcome(listed) for listed in self._request(operation, *operands)]
        if len(outcomes) != 1:
            raise BrokenFrame(f"{len(outcomes)} answers came back where one was asked for")
        if outcomes[0].error is not None:
            raise outcomes[0].error
        return outcomes[0].value

    def _request(self, *request: Any, links: Links | None = None) -> list[Any]:
        known = len(self._callables)
        try:
            answer = self._exchanged(self._encoded(request, links), links)
        finally:
            self._forget(known)
        match answer:  # str() first: an object that is no text must not be compared
            case (str(word), list(outcomes)) if word == "done":
                return outcomes
        raise BrokenFrame("an answer came back in the wrong form")

    def _exchanged(self, frame: Packed, links: Links | None) -> Any:
        try:
            answer = self._decoded(self._transport(frame, self._answer_callback), links)
        except Exception as error:
            self.fault = self.fault or error
            raise
        self.answers += 1
        return answer

    def _answer_callback(self, frame: Packed) -> Packed:
        match self._decoded(frame):
            case (str(word), int(number), tuple(a), dict(k)) if word == "callback":
                return self._encoded(self._called_back(number, a, k))
        raise BrokenFrame("a callback came in the wrong form")

    def _called_back(self, number: int, a: tuple[Any, ...], k: dict[str, Any]) -> tuple[Any, Any]:
        function = self._callables.get(number)
        if function is None:
            return None, "an error: the call that it was handed to is over"
        try:
            return function(*a, **k), None
        except Exception as error:
            # Only the kind of error goes back: a message could quote what the judge knows.
            return None, type(error).__name__

    # --- the codec with this end's table

    def _encoded(self, value: object, links: Links | None = None) -> Packed:
        return encode(
            value, export=self._export, caps=self._caps, offer=links.offer if links else None
        )

    def _decoded(self, frame: Packed, links: Links | None = None) -> Any:
        return decode(
            frame,
            resolve=self._resolve,
            given=self._given,
            caps=self._caps,
            receive=links.receive if links else None,
        )

    def _export(self, thing: object) -> HandleRef:
        if isinstance(thing, Handle):
            return thing._ref
        if isinstance(thing, Remote):
            raise TypeError(
                f"{thing!r} cannot be handed over: pass student.get({thing.name!r}) instead"
            )
        if not callable(thing):
            raise TypeError(
                f"a {type(thing).__name__} cannot be handed to a student's function; "
                "pass plain values, arrays, tensors, given types or functions"
            )
        return HandleRef(self._registered(thing), "function", "function")

    def _registered(self, function: Callable[..., Any]) -> int:
        for number, known in self._callables.items():
            if known is function:
                return number
        number = -1 - len(self._callables)
        self._callables[number] = function
        return number

    def _resolve(self, ref: HandleRef) -> object:
        if ref.id < 0:
            return self._callables.get(ref.id) or Handle(self, ref)
        return Handle(self, ref)

    def _forget(self, known: int) -> None:
        """Callbacks expire with the request they were handed to."""
        while len(self._callables) > known:
            self._callables.popitem()


class Student:
    """The fixture `student`: the submission's names as attributes."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def __getattr__(self, name: str) -> Remote:
        if name.startswith("__"):
            raise AttributeError(name)
        return Remote(self._session, name)

    def get(self, name: str) -> Any:
        """The value of a variable, or a handle."""
        return self._session.get(name)

    def probe(self, name: str, **data: Any) -> Any:
        """Run the probe `name` of probes.py beside the student's code."""
        return self._session.probe(name, **data)


class Remote:
    """A name of the submission: `student.entropy`."""

    def __init__(self, session: Session, name: str) -> None:
        self._session = session
        self.name = name

    def __call__(self, *a: Any, **k: Any) -> Any:
        """Call it; in-place changes of the arguments are applied to those given here."""
        return _call_once(self._session, self.name, self.name, Case(a, k))

    def each(self, cases: Sequence[Case], *, watch: bool = False) -> Batch:
        """Call it on every case in one request; `watch` brings changed arguments back."""
        outcomes = self._session.call(self.name, self.name, cases, watch)
        return Batch(self.name, list(cases), outcomes)

    def signature(self) -> Signature:
        """Its parameters."""
        return self._session.signature(self.name)

    def __repr__(self) -> str:
        return f"student.{self.name}"


class OpaqueError(TypeError):
    """A check compared an opaque object as if it were a value."""


class Handle(Opaque):
    """An object that stays in the submission's process."""

    __slots__ = ("_ref", "_session", "type_name")

    def __init__(self, session: Session, ref: HandleRef) -> None:
        self._session = session
        self._ref = ref
        self.type_name = ref.type_name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # protocols of Python and NumPy must not ask a student's object
            raise AttributeError(name)
        return self._session.attribute(self, name)

    def __call__(self, *a: Any, **k: Any) -> Any:
        """Call it; in-place changes of the arguments are applied to those given here."""
        return _call_once(self._session, self, self.type_name, Case(a, k))

    def each(self, cases: Sequence[Case], *, watch: bool = False) -> Batch:
        """Call it on every case in one request."""
        outcomes = self._session.call(self, self.type_name, cases, watch)
        return Batch(self.type_name, list(cases), outcomes)

    def is_a(self, name: str) -> bool:
        """Whether it says that it is an instance of this class, as "torch.nn.Module": a claim."""
        return self._session.is_a(self, name)

    def __getitem__(self, key: Any) -> Any:
        return self._session.item(self, key)

    def __len__(self) -> int:
        return self._session.length(self)

    def __iter__(self) -> Iterator[Any]:
        return self._session.iterate(self)

    def __repr__(self) -> str:
        return f"<{self.type_name} in the submission>"

    def __copy__(self) -> Handle:
        return self

    def __deepcopy__(self, memo: object) -> Handle:
        return self

    def _refused(self, *_: object) -> NoReturn:
        raise OpaqueError(
            f"an object of type {self.type_name} cannot be compared or turned into a value: "
            "it lives in the submission, whatever it answered would prove nothing"
        )

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refused
    __hash__ = __bool__ = __float__ = __int__ = __index__ = __complex__ = _refused
    __contains__ = __reduce_ex__ = _refused


def _call_once(session: Session, target: Any, label: str, case: Case) -> Any:
    (outcome,) = session.call(target, label, [case], watch=True)
    if outcome.arguments is not None:
        apply_changes(case, outcome.arguments)
    if outcome.error is not None:
        raise outcome.error
    return outcome.value

"""The submission's end of the wall: answers requests on a namespace of student code.

Theory of operation. A request is one frame: a tuple ("call", …) that the codec carries. The answer
is one frame too: ("done", …), or first any number of ("callback", …) when the student's code calls
a function that it was handed; each callback is answered by one frame before the call goes on.
Objects that are not plain data stay here in a table and cross as a number; numbers from 0 up are
ours, negative ones are the judge's callables.

This code runs beside student code, in the student's process: everything it says is a claim, and a
student who changes it harms only the own work. It knows no check, no expected value and no point.
Graphs of calls are kept for the judge's backward; `autograd` says when.
The judge's end is `session`; how frames travel is the transport's business.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any

from gradewright.values.autograd import Asked, KeptGraphs, Links
from gradewright.values.caps import DEFAULT_CAPS, Caps
from gradewright.values.codec import decode, encode
from gradewright.values.errors import ValueRefused
from gradewright.values.handles import HandleRef, handle_for
from gradewright.values.packed import Packed, to_bytes
from gradewright.values.seeding import seed_all

Exchange = Callable[[Packed], Packed]

PRINTED_CHARACTERS = 10_000
MESSAGE_CHARACTERS = 2_000
TRACEBACK_CHARACTERS = 8_000
_ABSENT = object()
OURS = ("gradewright/values/", "gradewright\\values\\")


class Responder:
    """Serves one namespace. `namespace` is looked at anew on each request."""

    def __init__(self, namespace: MutableMapping[str, Any], caps: Caps = DEFAULT_CAPS) -> None:
        self._namespace = namespace
        self._caps = caps
        self._table: dict[int, object] = {}
        self._ask: Exchange | None = None
        self._replaced: dict[str, Any] = {}
        self._graphs = KeptGraphs()
        self._links = Links()  # of the request that is being read
        self._handles_came = False

    def answer(self, frame: Packed, ask: Exchange) -> Packed:
        """Carry out one request. `ask` sends a callback frame and returns its answer."""
        before, self._ask = self._ask, ask  # a request may come while a callback is waited for
        self._links, self._handles_came = Links(), False
        try:
            operation, *operands = self._decoded(frame, self._links)
            return getattr(self, f"_on_{operation}")(*operands)  # type: ignore[no-any-return]
        finally:
            self._ask = before

    # --- operations, one for each kind of request

    def _on_call(
        self, target: Any, cases: list[Any], seed: int | None, watch: bool, asked: Asked | None
    ) -> Packed:
        links = self._links if self._links.received or self._handles_came else None
        if asked is not None:
            self._graphs.forget(asked[1])
        if seed is not None:
            seed_all(seed)
        outcomes = [self._call(target, a, k, watch) for a, k in cases]
        if asked is None or links is None:
            return self._done(outcomes)
        answer = self._done(outcomes, links)
        self._graphs.keep(asked[0], links)
        return answer

    def _on_vjp(self, number: int, vectors: dict[int, Any]) -> Packed:
        return self._single(lambda: self._graphs.vjp(number, vectors))

    def _on_names(self, names: list[str]) -> Packed:
        return self._done([(name, self._kind(name)) for name in names])

    def _on_get(self, name: str) -> Packed:
        return self._single(lambda: self._namespace[name])

    def _on_attr(self, target: Any, name: str) -> Packed:
        return self._single(lambda: getattr(self._resolved(target), name))

    def _on_item(self, target: Any, key: Any) -> Packed:
        return self._single(lambda: self._resolved(target)[key])

    def _on_len(self, target: Any) -> Packed:
        return self._single(lambda: len(self._resolved(target)))

    def _on_iter(self, target: Any) -> Packed:
        return self._single(lambda: iter(self._resolved(target)))

    def _on_next(self, target: Any) -> Packed:
        """The next item as a tuple of one; an empty tuple when there is none."""
        iterator = self._resolved(target)
        return self._single(lambda: next(((item,) for item in iterator), ()))

    def _on_is_a(self, target: Any, name: str) -> Packed:
        return self._single(lambda: _is_a(type(self._resolved(target)), name))

    def _on_signature(self, target: Any) -> Packed:
        return self._single(lambda: _signature(self._resolved(target)))

    def _on_probe(self, source: str, name: str, data: Mapping[str, Any]) -> Packed:
        """Run a trusted function beside the student's code; it sees the names as `student`."""
        return self._single(lambda: self._probe(source, name, data))

    def _on_install(self, functions: dict[str, Any]) -> Packed:
        """Functions of the judge stand in for names of the namespace until `restore`."""
        self._replaced = {name: self._namespace.get(name, _ABSENT) for name in functions}
        self._namespace.update(functions)
        return self._done([])

    def _on_restore(self) -> Packed:
        for name, value in self._replaced.items():
            if value is _ABSENT:
                self._namespace.pop(name, None)
            else:
                self._namespace[name] = value
        self._replaced = {}
        return self._done([])

    # --- how they do it

    def _probe(self, source: str, name: str, data: Mapping[str, Any]) -> Any:
        scope: dict[str, Any] = {"__name__": "gradewright_probe", "student": _View(self._namespace)}
        code = compile(source, "<probe>", "exec", dont_inherit=True)
        exec(code, scope)  # noqa: S102 - the topic's own source
        return scope[name](**data)

    def _call(self, target: Any, a: Any, k: Any, watch: bool) -> tuple[Any, ...]:
        before = self._as_bytes((a, k)) if watch else None
        printed = _CappedText(PRINTED_CHARACTERS)
        try:
            with contextlib.redirect_stdout(printed):
                value = self._resolved(target)(*a, **k)
        except Exception as error:  # the student's own error is an outcome like any other
            return None, _told(error), self._changed(before, a, k), printed.getvalue()
        return value, None, self._changed(before, a, k), printed.getvalue()

    def _changed(self, before: bytes | None, a: Any, k: Any) -> tuple[Any, Any] | None:
        """The arguments after the call where they are not what they were before."""
        if before is None:
            return None
        try:
            return None if self._as_bytes((a, k)) == before else (a, k)
        except ValueRefused:  # changed into what cannot cross; `_done` tells that of this call
            return a, k

    def _as_bytes(self, value: object) -> bytes:
        # a copy: the buffers of an encoded value share memory with the arrays in it
        return to_bytes(self._encoded(value, grads=True))

    def _single(self, produce: Callable[[], Any]) -> Packed:
        try:
            return self._done([(produce(), None, None, "")])
        except Exception as error:
            return self._done([(None, _told(error), None, "")])

    def _done(self, outcomes: list[Any], links: Links | None = None) -> Packed:
        try:
            return self._encoded(("done", outcomes), links, grads=True)
        except ValueRefused:
            # one value too large or too deep costs its own call, not its neighbours'
            left = [self._crossable(outcome) for outcome in outcomes]
            return self._encoded(("done", left), links, grads=True)

    def _crossable(self, outcome: Any) -> Any:
        try:
            self._encoded(outcome, grads=True)
        except ValueRefused as refusal:
            return None, _told(refusal), None, ""
        return outcome

    def _resolved(self, target: Any) -> Any:
        """A name of the namespace, else the object itself (a handle was resolved in decoding)."""
        if not isinstance(target, str):
            return target
        try:
            return self._namespace[target]
        except KeyError:
            raise NameError(f"name {target!r} is not defined") from None

    def _kind(self, name: str) -> str | None:
        if name not in self._namespace:
            return None
        value = self._namespace[name]
        if isinstance(value, type):
            return "class"
        return "function" if callable(value) else "value"

    # --- the codec with this end's table

    def _encoded(self, value: object, links: Links | None = None, grads: bool = False) -> Packed:
        offer = links.offer_computed if links else None
        return encode(value, export=self._export, caps=self._caps, offer=offer, grads=grads)

    def _decoded(self, frame: Packed, links: Links | None = None) -> Any:
        given, receive = _TypesOf(self._namespace), links.receive if links else None
        return decode(frame, resolve=self._resolve, given=given, caps=self._caps, receive=receive)

    def _export(self, thing: object) -> HandleRef:
        if isinstance(thing, _Callback):
            return thing.ref
        number = id(thing)  # the table keeps the object alive, so its id stays its own
        self._table[number] = thing
        return handle_for(number, thing)

    def _resolve(self, ref: HandleRef) -> object:
        if ref.id < 0:
            return _Callback(ref, self._call_back)
        self._handles_came = True
        return self._table[ref.id]

    def _call_back(self, ref: HandleRef, a: tuple[Any, ...], k: dict[str, Any]) -> Any:
        if self._ask is None:
            raise RuntimeError("this function can only be called while a check is calling yours")
        answer = self._decoded(self._ask(self._encoded(("callback", ref.id, a, k))))
        value, error = answer
        if error is not None:
            raise RuntimeError(f"the function that was handed over raised {error}")
        return value


class _Callback:
    """A function of the judge's, as the student's code sees it."""

    def __init__(self, ref: HandleRef, call: Callable[..., Any]) -> None:
        self.ref = ref
        self._call = call

    def __call__(self, *a: Any, **k: Any) -> Any:
        return self._call(self.ref, a, k)


class _View:
    """The student's names as attributes, for probes."""

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        self._namespace = namespace

    def __getattr__(self, name: str) -> Any:
        try:
            return self._namespace[name]
        except KeyError:
            raise NameError(f"name {name!r} is not defined") from None


class _TypesOf(Mapping[str, type]):
    """The classes of a namespace by name: how given types find their class on this side."""

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        self._namespace = namespace

    def __getitem__(self, name: str) -> type:
        value = self._namespace[name]
        if not isinstance(value, type):
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._namespace if isinstance(self._namespace[name], type))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _CappedText(io.StringIO):
    """Keeps the first characters written; the rest is counted as written and dropped."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._left = limit

    def write(self, text: str) -> int:
        kept = text[: self._left]
        self._left -= len(kept)
        super().write(kept)
        return len(text)


def _is_a(cls: type, name: str) -> bool:
    """Whether a class is or inherits from the one of this dotted name; imports nothing."""
    module, _, wanted = name.rpartition(".")
    found = getattr(sys.modules.get(module or "builtins"), wanted, None)
    return isinstance(found, type) and issubclass(cls, found)


def _signature(function: Any) -> list[tuple[str, str, str | None]]:
    parameters = inspect.signature(function).parameters.values()
    return [(p.name, p.kind.name, _default(p)) for p in parameters]


def _default(p: inspect.Parameter) -> str | None:
    return None if p.default is inspect.Parameter.empty else repr(p.default)[:200]


def _told(error: BaseException) -> tuple[str, str, str, str]:
    """(class name, nearest builtin class, message, traceback), all capped."""
    builtin = next(c.__name__ for c in type(error).__mro__ if c.__module__ == "builtins")
    return (
        type(error).__name__[:200],
        builtin,
        _safe(lambda: str(error))[:MESSAGE_CHARACTERS],
        _safe(lambda: _student_traceback(error))[-TRACEBACK_CHARACTERS:],
    )


def _safe(write: Callable[[], str]) -> str:
    """What `write` returns; a hostile or broken `__str__` must not end the call."""
    try:
        return write()
    except Exception as error:
        return f"<no message: {type(error).__name__} while writing it>"


def _student_traceback(error: BaseException) -> str:
    """The traceback without the frames of this package."""
    told = traceback.TracebackException.from_exception(error, limit=-20)
    told.stack = traceback.StackSummary.from_list(
        [frame for frame in told.stack if not any(part in frame.filename for part in OURS)]
    )
    return "".join(told.format())

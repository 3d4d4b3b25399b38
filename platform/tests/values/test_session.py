"""The session: a submission as checks see it, with both ends in this process."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass

import numpy as np
import pytest

from gradewright.api import StudentError, args, compare
from gradewright.api.calls import KeptCase
from gradewright.values import (
    BrokenFrame,
    Handle,
    OpaqueError,
    Packed,
    Session,
    Student,
    encode,
    local_session,
    plain_equal,
)

SOURCE = """
import random
from dataclasses import dataclass

def entropy(y, base=2.0): return len(y) / base
def twice(y): return 2 * entropy(y)
def sort_it(x): x.sort()
def fill(a): a[...] = 7
def grow(d): d["new"] = [1]; d["old"].append(2)
def noisy(x): print("hello"); return x
def boom(x): return {}[x]
class Own(Exception): pass
def own(): raise Own("mine")
class Rude(Exception):
    def __str__(self): raise RuntimeError
def rude(): raise Rude
def squares():
    n = 0
    while True:
        yield n * n
        n += 1
class Liar:
    def __eq__(self, other): return True
    def __bool__(self): return True
    def __float__(self): return 1.0
    __hash__ = None
def liar(): return Liar()
class Net:
    def __init__(self, width): self.width = width; self.layers = ["a", "b"]
    def __call__(self, x): return x * self.width
    def __len__(self): return 2
    def __getitem__(self, i): return self.layers[i]
def apply(f, x): return f(x) + 1
def keep(f): globals()["kept"] = f
def use_kept(x): return kept(x)
def draw(): return random.random()
def loop(x):
    if x: x.append(x)
    return len(x)
def big(n): return [[]] * n
@dataclass
class Node: value: int; left: object = None
def leaf(v): return Node(v)
def left_of(node): return node.left
answer = 42
"""


@dataclass
class Node:
    value: int
    left: object = None


@pytest.fixture
def namespace():
    names = {"__name__": "__main__"}
    exec(compile(SOURCE, "<student>", "exec", dont_inherit=True), names)
    return names


@pytest.fixture
def session(namespace):
    return local_session(namespace, given={"Node": Node}, seed=3)


@pytest.fixture
def student(session):
    return Student(session)


def test_calls_with_values_and_keywords(student):
    assert student.entropy([1, 2, 3], base=3.0) == 1.0
    assert student.get("answer") == 42


def test_each_makes_one_request_and_gives_outcomes_in_order(namespace):
    requests = []
    inner = local_session(namespace)._transport

    def counting(frame, answer_callback):
        requests.append(frame)
        return inner(frame, answer_callback)

    batch = Student(Session(counting)).boom.each([args("x"), args([])])
    assert len(requests) == 1
    assert isinstance(batch.outcomes[0].error, KeyError)
    assert isinstance(batch.outcomes[1].error, TypeError)


def test_the_signature_comes_with_defaults(student):
    assert str(student.entropy.signature()) == "(y, base=2.0)"


def test_in_place_changes_come_back(student):
    numbers, array, table = [3, 1, 2], np.zeros(3), {"old": [1]}
    old = table["old"]
    student.sort_it(numbers)
    student.fill(array)
    student.grow(table)
    assert numbers == [1, 2, 3]
    assert array.tolist() == [7, 7, 7]
    assert table == {"old": [1, 2], "new": [1]}
    assert table["old"] is old, "inner objects stay the caller's own"


def test_each_brings_changed_arguments_only_when_watched(student):
    cases = [args([2, 1]), args([1, 2])]
    watched = student.sort_it.each(cases, watch=True)
    assert [o.arguments.args[0] if o.arguments else None for o in watched.outcomes] == [
        [1, 2],
        None,
    ]
    assert [o.arguments for o in student.sort_it.each(cases).outcomes] == [None, None]
    assert cases[0].args == ([2, 1],)


def test_what_a_call_prints_rides_along(session, student):
    student.noisy(1)
    assert session.calls[-1].outcome.printed == "hello\n"


def test_errors_arrive_as_the_nearest_builtin_with_the_students_traceback(student):
    with pytest.raises(KeyError) as caught:
        student.boom("x")
    assert isinstance(caught.value, StudentError)
    assert (caught.value.type_name, caught.value.message) == ("KeyError", "'x'")
    assert "in boom" in caught.value.traceback
    assert "gradewright" not in caught.value.traceback
    with pytest.raises(StudentError) as own:
        student.own()
    assert (own.value.type_name, str(own.value)) == ("Own", "Own: mine")
    with pytest.raises(StudentError) as rude:
        student.rude()
    assert rude.value.message == "<no message: RuntimeError while writing it>"


def test_a_missing_name_is_a_name_error(session, student):
    with pytest.raises(NameError, match="'nothing' is not defined"):
        student.nothing(1)
    assert session.names(["entropy", "Net", "answer", "nothing"]) == {
        "entropy": "function",
        "Net": "class",
        "answer": "value",
        "nothing": None,
    }


def test_an_object_that_equals_everything_answers_no_comparison(student):
    liar = student.liar()
    assert isinstance(liar, Handle)
    for operation in (
        lambda: liar == 1.0,
        lambda: liar != 1.0,
        lambda: liar < 1.0,
        lambda: bool(liar),
        lambda: float(liar),
        lambda: hash(liar),
        lambda: 1 in liar,
    ):
        with pytest.raises(OpaqueError, match="an object of type Liar cannot be compared"):
            operation()
    assert compare(liar, 1.0).kind == "type"


def test_handles_can_be_called_indexed_measured_and_read(student):
    net = student.Net(3)
    assert (net(2), net.width, len(net), net[1], list(net)) == (6, 3, 2, "b", ["a", "b"])
    assert net.each([args(1), args(2)]).values() == [3, 6]


def test_generators_are_drawn_only_as_far_as_needed(student):
    assert list(itertools.islice(student.squares(), 4)) == [0, 1, 4, 9]


def test_a_handle_goes_back_as_the_object_itself(student):
    net = student.Net(3)
    assert student.apply(net, 2) == 7


def test_callbacks_run_here_and_expire_with_the_call(student):
    seen = []
    assert student.apply(lambda x: seen.append(x) or 10 * x, 4) == 41
    assert seen == [4]
    student.keep(lambda x: x)
    with pytest.raises(StudentError, match="the call that it was handed to is over"):
        student.use_kept(1)


def test_an_error_in_a_callback_shows_only_its_kind(student):
    def secret(x):
        raise ValueError("expected 0.123")

    with pytest.raises(StudentError) as caught:
        student.apply(secret, 1)
    assert "ValueError" in caught.value.message
    assert "0.123" not in caught.value.traceback


def test_functions_stand_in_and_go_again(session, student, namespace):
    original = namespace["entropy"]
    with session.standing_in({"entropy": lambda y, base=2.0: 100.0, "brand_new": len}):
        assert student.twice([1]) == 200.0
        assert student.brand_new([1, 2]) == 2
    assert namespace["entropy"] is original
    assert "brand_new" not in namespace
    assert student.twice([1, 2]) == 2.0


def test_given_types_arrive_as_themselves_and_go_back(student):
    leaf = student.leaf(5)
    assert type(leaf) is Node
    assert student.left_of(Node(1, left=Node(2))) == Node(2)


def test_global_generators_are_seeded_before_each_request(student):
    assert student.draw() == student.draw()


def test_a_value_beyond_the_caps_costs_its_own_call(student):
    batch = student.big.each([args(2), args(3_000_000)])
    assert batch.outcomes[0].value == [[], []]
    assert "ValueRefused" in batch.outcomes[1].error.type_name


def test_an_argument_made_unreadable_costs_its_own_call(student):
    batch = student.loop.each([args([1]), args([])], watch=True)
    assert "ValueRefused" in batch.outcomes[0].error.type_name
    assert batch.outcomes[1].value == 0


def test_probes_run_beside_the_students_code(namespace):
    probes = {"width": "def width(extra):\n    return student.Net(4).width + extra\n"}
    student = Student(local_session(namespace, probes=probes))
    assert student.probe("width", extra=1) == 5
    with pytest.raises(LookupError, match=r"there is no probe 'depth'; probes.py has: width"):
        student.probe("depth")


@pytest.mark.parametrize("thing", [object(), Student(None).entropy])
def test_what_cannot_be_handed_over_is_refused_by_name(student, thing):
    with pytest.raises(TypeError, match="cannot be handed"):
        student.apply(thing, 1)


@pytest.mark.parametrize(
    "answer",
    [
        ("done",),
        ("callback", 1, (), {}),
        ("done", 5),
        "passed",
        None,
        ("done", [("value",)]),
        ("done", [(1.0, None, None, 7)]),
        ("done", [(1.0, ("E",), None, "")]),
        ("done", [(1.0, None, "changed", "")]),
        ("done", []),
        ("done", [(1.0, None, None, ""), (1.0, None, None, "")]),
    ],
)
def test_an_answer_in_the_wrong_form_is_a_broken_frame(answer):
    student = Student(Session(lambda frame, callback: encode(answer)))
    with pytest.raises(BrokenFrame):
        student.entropy([1])


@pytest.mark.parametrize("number", [-5, 10**6, -(10**9)])
def test_a_callback_nobody_offered_is_answered_with_an_error(number):
    answers = []

    def transport(frame, answer_callback):
        answers.append(answer_callback(encode(("callback", number, (), {}))))
        return encode(("done", [(None, None, None, "")]))

    Student(Session(transport)).entropy()
    assert len(answers) == 1


def test_garbage_is_a_broken_frame():
    rng = random.Random(1)
    for _ in range(200):
        body = rng.randbytes(rng.randrange(40))
        student = Student(Session(lambda frame, callback, body=body: Packed(body)))
        with pytest.raises(BrokenFrame):
            student.entropy([1])


@pytest.mark.parametrize(
    "sent",
    [
        ([1, "x", 2.5], {"k": {3}}),
        (np.arange(6.0).reshape(2, 3), {}),
        (np.zeros(10_000), {}),
        (Node(1), {}),
    ],
)
def test_a_case_of_the_bank_crosses_as_any_other(namespace, session, student, sent):
    first, named = sent
    namespace["same"] = lambda x, **k: (x, k)
    kept, plain = KeptCase((first,), named), args(first, **named)
    for _ in range(2):
        from_kept, from_plain = student.same.each([kept, plain]).values()
        assert plain_equal(from_kept, from_plain)
    assert len(kept.sent) == 1


def test_what_a_case_of_the_bank_keeps_never_crosses():
    kept = KeptCase(([1],))
    before = encode(kept)
    kept.expected[len] = 86028121
    assert encode(kept) == before


def test_a_student_cannot_change_a_case_of_the_bank(student):
    kept = KeptCase(([3, 1, 2],))
    for _ in range(2):
        (outcome,) = student.sort_it.each([kept], watch=True).outcomes
        assert outcome.arguments.args == ([1, 2, 3],)
    assert kept.args == ([3, 1, 2],)

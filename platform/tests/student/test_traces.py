"""A check leaves nothing behind in the student's kernel."""

from __future__ import annotations

import random
import sys
import types
import warnings
from typing import Any

import numpy as np
import pytest

from .building import FAIR, RIGHT, defining, result

NOISY = """
import random, sys, warnings
import numpy as np
def entropy(y, base=2.0):
    random.seed(5); np.random.seed(5); np.random.rand(3)
    warnings.simplefilter("ignore")
    warnings.warn("careful")
    print("seen", y)
    print("to stderr", file=sys.stderr)
    return 1.0
"""


def test_random_state_is_as_before() -> None:
    random.seed(1)
    np.random.seed(2)
    states = random.getstate(), np.random.get_state(legacy=False)
    assert result(FAIR, defining(NOISY)).passed
    after = np.random.get_state(legacy=False)
    assert random.getstate() == states[0]
    assert after["state"]["pos"] == states[1]["state"]["pos"]
    np.testing.assert_array_equal(after["state"]["key"], states[1]["state"]["key"])


def test_random_state_is_as_before_when_the_check_fails_or_breaks() -> None:
    random.seed(1)
    before = random.getstate()
    breaking = '@check(zh="坏", en="bad")\ndef test_bad(student):\n    student.entropy([]); 1 / 0\n'
    assert not result(breaking, defining(NOISY)).passed
    assert not result(FAIR, {}).passed
    assert random.getstate() == before


def test_students_code_is_seeded_alike_each_time() -> None:
    lucky = "import random\ndef entropy(y, base=2.0):\n    return random.random()"
    values = {result(FAIR, defining(lucky)).checks[0].message["en"] for _ in range(3)}
    assert len(values) == 1


class FakeTorch(types.ModuleType):
    """The part of torch that has a state: none of this needs the real one."""

    class Tensor:
        """No value is ever one of these."""

    Generator = Tensor

    def __init__(self, in_use: bool) -> None:
        super().__init__("torch")
        self.states = {"cpu": "c0", "cuda": "g0", "mps": "m0"}
        self.cuda = types.SimpleNamespace(
            is_initialized=lambda: in_use,
            get_rng_state_all=lambda: self.states["cuda"],
            set_rng_state_all=lambda state: self.states.update(cuda=state),
        )
        self.mps = types.SimpleNamespace(
            get_rng_state=lambda: self.states["mps"],
            set_rng_state=lambda state: self.states.update(mps=state),
        )
        self.backends = types.SimpleNamespace(
            mps=types.SimpleNamespace(is_available=lambda: in_use)
        )

    def is_grad_enabled(self) -> bool:
        return False

    def get_rng_state(self) -> str:
        return self.states["cpu"]

    def set_rng_state(self, state: str) -> None:
        self.states["cpu"] = state

    def manual_seed(self, seed: int) -> None:
        self.states = dict.fromkeys(self.states, f"seeded {seed}")

    def seed(self) -> None:
        self.states = dict.fromkeys(self.states, "chance")


def test_torch_and_its_devices_are_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    torch = FakeTorch(in_use=True)
    monkeypatch.setitem(sys.modules, "torch", torch)
    assert result(FAIR, defining(RIGHT)).passed
    assert torch.states == {"cpu": "c0", "cuda": "g0", "mps": "m0"}


def test_devices_that_are_not_in_use_are_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    torch = FakeTorch(in_use=False)
    del torch.cuda.get_rng_state_all, torch.mps.get_rng_state
    monkeypatch.setitem(sys.modules, "torch", torch)
    assert result(FAIR, defining(RIGHT)).passed
    assert torch.states["cpu"] == "c0"


def test_library_that_the_check_loads_first_starts_from_chance(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    torch = FakeTorch(in_use=False)
    monkeypatch.setattr(sys, "loaded_late", torch, raising=False)
    late = "import sys\ndef entropy(y, base=2.0):\n    sys.modules['torch'] = sys.loaded_late\n"
    namespace = defining(late + "    sys.loaded_late.manual_seed(4)\n    return 1.0")
    assert result(FAIR, namespace).passed
    del sys.modules["torch"]
    assert torch.states["cpu"] == "chance"


def test_warning_filters_are_as_before() -> None:
    before = list(warnings.filters)
    assert result(FAIR, defining(NOISY)).passed
    assert warnings.filters == before


def test_what_the_code_prints_is_kept_with_the_check(capsys: pytest.CaptureFixture[str]) -> None:
    streams = sys.stdout, sys.stderr
    found = result(FAIR, defining(NOISY))
    assert (sys.stdout, sys.stderr) == streams
    assert capsys.readouterr() == ("", "")
    assert found.checks[0].printed == "seen ['h', 't']\nto stderr\n"


def test_printing_without_end_is_capped() -> None:
    loud = "def entropy(y, base=2.0):\n    print('x' * 10**6)\n    return 1.0"
    printed = result(FAIR, defining(loud)).checks[0].printed
    assert printed == "x" * 2000 + "…"


def test_checks_share_no_names_with_the_student_or_with_each_other() -> None:
    counting = """
seen = []
@check(zh="一", en="one")
def test_one(student):
    seen.append(1)
    expect(len(seen) == 1, zh="又", en="again")
"""
    namespace: dict[str, Any] = defining(RIGHT)
    names = set(namespace)
    assert result(counting, namespace).passed
    assert result(counting, namespace).passed
    assert set(namespace) == names

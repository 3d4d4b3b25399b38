"""Running code in a student's kernel without leaving a trace.

A check seeds the global generators and the student's code prints and warns; afterwards the kernel
must be as it was, or the student's next cell would give other numbers than without the check.
"""

from __future__ import annotations

import contextlib
import io
import random
import sys
import warnings
from collections.abc import Callable, Iterator

Restore = Callable[[], object]


@contextlib.contextmanager
def unchanged() -> Iterator[None]:
    """Within: anything may seed, warn or change filters; afterwards all is as before."""
    state = random.getstate()
    loaded = {name: keep() for name, keep in _KEEPERS.items() if sys.modules.get(name)}
    try:
        with warnings.catch_warnings():
            yield
    finally:
        random.setstate(state)
        for name in _KEEPERS:
            if name in loaded:
                loaded[name]()
            elif sys.modules.get(name):
                _FRESH[name]()


def _keep_numpy() -> Restore:
    np = sys.modules["numpy"]
    state = np.random.get_state(legacy=False)
    return lambda: np.random.set_state(state)


def _keep_torch() -> Restore:
    torch = sys.modules["torch"]
    state = torch.get_rng_state()
    # Seeding torch seeds its devices too. One that is not in use yet has no state to lose, and
    # asking for it would start it.
    cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else None
    mps = torch.mps.get_rng_state() if torch.backends.mps.is_available() else None

    def restore() -> None:
        torch.set_rng_state(state)
        if cuda is not None:
            torch.cuda.set_rng_state_all(cuda)
        if mps is not None:
            torch.mps.set_rng_state(mps)

    return restore


_KEEPERS: dict[str, Callable[[], Restore]] = {"numpy": _keep_numpy, "torch": _keep_torch}

# A library that a check was the first to load has no earlier state: it starts from chance again.
_FRESH: dict[str, Restore] = {
    "numpy": lambda: sys.modules["numpy"].random.seed(None),
    "torch": lambda: sys.modules["torch"].seed(),
}


class Printed(io.TextIOBase):
    """Takes what is printed and keeps the first `limit` characters of it."""

    def __init__(self, limit: int) -> None:
        self._parts: list[str] = []
        self._left = limit

    def writable(self) -> bool:
        """It can be written to."""
        return True

    def write(self, text: str) -> int:
        """Keep what still fits; the rest counts as written."""
        if kept := text[: self._left]:
            self._parts.append(kept)
            self._left -= len(kept)
        return len(text)

    def getvalue(self) -> str:
        """What was kept."""
        return "".join(self._parts)


@contextlib.contextmanager
def captured(limit: int) -> Iterator[Printed]:
    """Within: stdout and stderr go to the object given."""
    printed = Printed(limit)
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        yield printed

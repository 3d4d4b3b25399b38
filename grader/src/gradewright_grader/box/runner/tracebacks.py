"""What is taken out of an exception's traceback before IPython formats it.

Frames of this package, because students should see their own code; and the middle of a very deep
stack: IPython takes 5 ms a frame, so an endless recursion would cost 5 s of the cell's budget.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

KEPT_FRAMES = 20
"""Of a deep stack this many frames are kept at each end."""

_PACKAGE = str(Path(__file__).parent) + os.sep


def tidy(error: BaseException | None) -> int:
    """Shorten the tracebacks of `error` and of its causes, in place.

    Returns the number of frames left out of the middle of its own.
    """
    left_out = 0
    for place, link in enumerate(_chain(error)):
        _cut_own_frames(link.__traceback__)
        shortened = _cut_middle(link.__traceback__)
        left_out = shortened if place == 0 else left_out
    return left_out


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    pending = [error]
    while pending:
        link = pending.pop()
        if link is not None and id(link) not in seen:
            seen.add(id(link))
            yield link
            pending += [link.__cause__, link.__context__]


def _steps(first: TracebackType | None) -> Iterator[TracebackType]:
    while first is not None:
        yield first
        first = first.tb_next


def _cut_own_frames(first: TracebackType | None) -> None:
    for step in _steps(first):
        below = step.tb_next
        if below is not None and below.tb_frame.f_code.co_filename.startswith(_PACKAGE):
            step.tb_next = None


def _cut_middle(first: TracebackType | None) -> int:
    steps = list(_steps(first))
    left_out = len(steps) - 2 * KEPT_FRAMES
    if left_out <= KEPT_FRAMES:
        return 0
    steps[KEPT_FRAMES - 1].tb_next = steps[-KEPT_FRAMES]
    return left_out

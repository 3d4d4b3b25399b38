"""The two refusals of the codec, and how they word themselves.

`ValueRefused` speaks to the side that sends, `BrokenFrame` to the side that receives. Nothing
here looks into a hostile value further than `brief` does, which is safe for any object.
"""

from __future__ import annotations

import reprlib

_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 60

SENDER = "build frames with gradewright.values.encode under the receiver's caps"


class ValueRefused(Exception):
    """This value cannot cross: `str()` names the place, the type, what may cross, what to do."""

    def __init__(self, got: str, allowed: str, advice: str, culprit: object = None) -> None:
        super().__init__(got, allowed, advice)
        self.got, self.allowed, self.advice = got, allowed, advice
        self.culprit = culprit
        self.steps: list[str] = []
        self.cyclic = False

    def inside(self, step: str, owner: object) -> None:
        """Add one step of the way to the refused part, called from the inside out."""
        self.steps.append(step)
        self.cyclic = self.cyclic or owner is self.culprit

    @property
    def path(self) -> str:
        """The place of the refused part, as in "[3]['w']"; empty for the value itself."""
        steps = self.steps[::-1]
        return "".join(steps if len(steps) <= 12 else [*steps[:6], "…", *steps[-3:]])

    def __str__(self) -> str:
        what = "contains itself" if self.cyclic else self.got
        return f"the value{self.path and ' at ' + self.path} {what}; {self.allowed}; {self.advice}"


class NotPlain(ValueRefused):
    """Internal: a part is not plain data, so what holds it may have to go as one handle."""


class BrokenFrame(Exception):
    """The frame is hostile or malformed; the only exception that decoding raises."""


def broken(what: str, got: object, allowed: str, advice: str = SENDER) -> BrokenFrame:
    """A `BrokenFrame` in the wording they all have; `got` is shown through `brief`."""
    return BrokenFrame(f"broken frame: {what} is {brief(got)}; allowed: {allowed}; {advice}")


def brief(value: object) -> str:
    """A short, bounded description of any decoded plain object, on one line."""
    if type(value) is int and value.bit_length() > 64:
        return f"an int of {value.bit_length()} bits"
    if type(value) in (int, float, str, bytes, bool, type(None)):
        return _SHORT.repr(value)
    if type(value) in (list, tuple, dict):
        return f"a {type(value).__name__} of {len(value)}"  # type: ignore[arg-type]
    return f"an object of type {_SHORT.repr(type(value).__name__)}"

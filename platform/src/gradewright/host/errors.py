"""The errors that are told in one line; everything else is a bug and keeps its traceback.

    GradewrightError
    ├── TopicError    a topic, or a file of one, is not what the format asks for
    └── UsageError    the person at the keyboard asked for something that is not there

Each message names the thing, the value received, what is allowed and the next step. Exit codes are
given to them in one place, `gradewright.cli.main`.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path


class GradewrightError(Exception):
    """An error whose message is for a person, in one line."""


class TopicError(GradewrightError):
    """A topic breaks a rule. `place` is "…/assignment.toml:12", a folder, or "" if unknown."""

    def __init__(self, message: str, place: str = "") -> None:
        self.place = place
        self.message = one_line(message)
        super().__init__(f"{place}: {self.message}" if place else self.message)


class UsageError(GradewrightError):
    """A user's mistake: an unknown id, a folder that is no topic, …"""

    def __init__(self, message: str) -> None:
        super().__init__(one_line(message))


def told(error: BaseException) -> str:
    """An error in one line; of a bug the type is named, our own errors tell enough."""
    if isinstance(error, GradewrightError):
        return str(error)
    return one_line(f"{type(error).__name__}: {error}")


def one_line(text: str) -> str:
    """The text with every run of white space made one blank."""
    return " ".join(text.split())


def place_of(path: Path, line: int = 0) -> str:
    """`path:line`, relative where the path lies below the current folder."""
    here = Path.cwd()
    shown = path.relative_to(here) if path.is_relative_to(here) else path
    return f"{shown}:{line}" if line else str(shown)


def quoted(names: Iterable[object]) -> str:
    """`"a", "b"`, or `none` where there are no names."""
    return ", ".join(f'"{name}"' for name in names) or "none"


def near(name: str, known: Iterable[str], step: str = "") -> str:
    """What of `known` was probably meant, else all of it, and the next step."""
    names = list(dict.fromkeys(known))
    if close := get_close_matches(name, names, n=3, cutoff=0.6):
        return f"did you mean {quoted(close)}?{step and ' ' + step[0].upper() + step[1:]}"
    return f"there are {quoted(names)}{step and '; ' + step}"

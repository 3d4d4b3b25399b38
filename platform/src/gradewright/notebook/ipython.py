"""IPython's syntax made Python, for looking at names only: nothing made here is ever run.

Lines that only IPython understands (`%magic`, `!command`, `name?`, `pip install …`) become
statements that keep the line numbers and the names they bind. A line counts only where a statement
can begin: inside brackets or a triple-quoted string `%` is an operator or text. The scan knows
just enough of Python's tokens for that and is linear; where it errs, parsing fails and a note says
so.
"""

from __future__ import annotations

import re
from typing import Final

IDLE: Final = "pass"  # an installer: nothing for grading
EFFECT: Final = "..."  # some other command: it may matter

# Cell magics whose body is Python in the notebook's own names; of any other nothing is known.
PYTHON_MAGICS: Final = frozenset(["time", "capture", "prun", "memit"])
INSTALLERS: Final = ("pip", "conda", "mamba", "uv")
TIMED: Final = re.compile(r"%(?:time|memit|prun)[ \t]+(?!-)")
ASSIGNED: Final = re.compile(r"([^\W\d]\w*)[ \t]*=[ \t]*[%!]")
TOKEN: Final = re.compile(r"\"\"\"|'''|[\"'#()\[\]{}\\]")
OPEN, CLOSE = "([{", ")]}"


def as_python(source: str) -> str:
    """`source` with IPython's own lines replaced, line for line."""
    lines = source.split("\n")
    first = next((n for n, line in enumerate(lines) if line.strip()), len(lines))
    if first < len(lines) and lines[first].startswith("%%"):
        name = lines[first][2:].split(maxsplit=1)[:1]
        lines[first] = EFFECT
        if not name or name[0] not in PYTHON_MAGICS:
            return "\n".join(lines[: first + 1]) + "\n" * (len(lines) - first - 1)
    return "\n".join(_python_lines(lines))


def _python_lines(lines: list[str]) -> list[str]:
    made: list[str] = []
    scan = _Scan()
    continued = False  # the command of the line before goes on
    for line in lines:
        if continued:
            continued = line.endswith("\\")
            made.append("")
            continue
        changed = _statement(line) if scan.at_start else None
        if changed is None:
            scan.feed(line)
            made.append(line)
        else:
            continued = line.endswith("\\")
            made.append(changed)
            if changed not in (IDLE, EFFECT) and not continued:
                scan.feed(changed)
    return made


def _statement(line: str) -> str | None:
    """What stands for a line of IPython's own, or None for a line of Python."""
    body = line.lstrip(" \t")
    indent = line[: len(line) - len(body)]
    words = body.split(maxsplit=2)
    if not words:
        return None
    if words[0].lstrip("%!") in INSTALLERS and (body[0] in "%!" or words[1:2] == ["install"]):
        return indent + IDLE
    if timed := TIMED.match(body):
        return indent + body[timed.end() :]
    if body[0] in "%!?" or (body.endswith("?") and "#" not in body):
        return indent + EFFECT
    if assigned := ASSIGNED.match(body):
        return f"{indent}{assigned[1]} = {EFFECT}"
    return None


class _Scan:
    """Where in Python's tokens the end of the last line stands."""

    def __init__(self) -> None:
        self.quote = ""  # of an open triple-quoted string
        self.depth = 0  # of open brackets
        self.joined = False  # the line ended with a backslash

    @property
    def at_start(self) -> bool:
        return not (self.quote or self.depth or self.joined)

    def feed(self, line: str) -> None:
        self.joined = False
        place, single = 0, ""
        while found := TOKEN.search(line, place):
            mark, place = found[0], found.end()
            if mark == "\\":
                self.joined = place == len(line)
                place += 1
            elif self.quote or single:
                if mark == self.quote:
                    self.quote = ""
                elif single and mark[0] == single:
                    place, single = found.start() + 1, ""
            elif mark == "#":
                return
            elif len(mark) == 3:
                self.quote = mark
            elif mark in "\"'":
                single = mark
            else:
                self.depth = max(0, self.depth + (1 if mark in OPEN else -1))

"""A student's traceback in short: the lines in their own cells, then the error.

Frames of ours, of checks and of installed libraries are left out; cells are called as the notebook
calls them ("In[3]"), where it knows.
"""

from __future__ import annotations

import re
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from gradewright.api import StudentError
from gradewright.student.tidying import one_line

LAST: Final = 4  # frames shown
# Source of checks gets this name, so that its frames can be told from the student's.
CHECKS_FILE: Final = "<gradewright checks>"

_FRAME = re.compile(r'  File "(?P<file>.*)", line (?P<line>\d+), in (?P<name>.*)')
_OLD_CELL = re.compile(r"<ipython-input-(\d+)-")  # IPython 7, which Colab still runs
_OURS = re.compile(r"[/\\]gradewright[/\\](?:student|values|api|notebook)[/\\]")
_INSTALLED = re.compile(
    r"[/\\](?:site|dist)-packages[/\\]|^<(?:frozen|__array_function__)|^<probe>"
)


@dataclass(frozen=True)
class Frame:
    """One frame as Python wrote it; `code` is "" where there is no source."""

    file: str
    line: int
    name: str
    code: str


def short_traceback(error: StudentError) -> str:
    """The last frames in the student's own code, then the error; "" where there is none."""
    own = [frame for frame in _frames(error.traceback) if _is_own(frame.file)]
    if not own:
        return ""
    lines = [_written(frame) for frame in own[-LAST:]]
    return "\n".join([*(["…"] if len(own) > LAST else []), *lines, one_line(str(error))])


def _frames(trace: str) -> Iterator[Frame]:
    lines = trace.splitlines()
    for here, after in zip(lines, [*lines[1:], ""], strict=True):
        if found := _FRAME.fullmatch(here):
            code = after.strip() if after.startswith("    ") else ""
            yield Frame(found["file"], int(found["line"]), found["name"], code)


def _is_own(file: str) -> bool:
    if file == CHECKS_FILE or _OURS.search(file) or _INSTALLED.search(file):
        return False
    return not file.startswith(_standard_library())


@cache
def _standard_library() -> tuple[str, ...]:
    paths = sysconfig.get_paths()
    return tuple({paths["stdlib"], paths["platstdlib"]})


def _written(frame: Frame) -> str:
    place = ", ".join(filter(None, (_cell(frame.file), f"line {frame.line}", f"in {frame.name}")))
    return f"{place}\n    {one_line(frame.code, 120)}" if frame.code else place


def _cell(file: str) -> str:
    """What the notebook calls the cell with this file name; a file's own name elsewhere."""
    if numbered := _OLD_CELL.match(file):
        return f"In[{numbered[1]}]"
    if file.startswith("<"):
        return ""
    compiler = getattr(running_ipython(), "compile", None)
    name_of = getattr(compiler, "format_code_name", None)  # since IPython 8
    if name_of is not None and (name := name_of(file)) is not None:
        return str(name[1])
    return re.split(r"[/\\]", file)[-1]


def running_ipython() -> Any:
    """The shell that this code runs in, or None. IPython is never imported for it."""
    get = getattr(sys.modules.get("IPython"), "get_ipython", None)
    return get() if callable(get) else None

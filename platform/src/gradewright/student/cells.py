"""Two ways to run a notebook's cells in a process of our own: by IPython's shell, or plainly.

With IPython the cells run as in Jupyter, without a kernel. Without it IPython's own lines are
replaced by nothing. In both ways installers do nothing: a rehearsal must not change what is
installed, and plots are drawn nowhere.
"""

from __future__ import annotations

import sys
from collections.abc import MutableMapping
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any, Final, Protocol

from gradewright.notebook.ipython import INSTALLERS
from gradewright.notebook.names import parsable
from gradewright.student.guarding import captured

INERT: Final = (*INSTALLERS, "matplotlib")  # a figure needs no window here
PRINTED: Final = 10_000  # characters kept of what a cell prints; nobody reads them


class Runner(Protocol):
    """Runs cells in one namespace."""

    namespace: MutableMapping[str, Any]

    def run(self, index: int, source: str) -> BaseException | None:
        """Run a cell and return what it raised."""

    def cell_of(self, file: str) -> int | None:
        """The cell whose code has this file name, None for code that is in no cell."""


def new_runner() -> Runner:
    """IPython's way where it is installed."""
    return ShellRunner() if find_spec("IPython") else PlainRunner()


class PlainRunner:
    """Cells by `exec`."""

    def __init__(self) -> None:
        module = sys.modules["__main__"] = ModuleType("__main__")
        self.namespace: MutableMapping[str, Any] = vars(module)
        self._globals = vars(module)
        self._files: dict[str, int] = {}

    def run(self, index: int, source: str) -> BaseException | None:
        """Run a cell; exit() in it ends the cell, not the notebook, as in Jupyter."""
        file = f"<cell {index + 1}>"
        self._files[file] = index
        try:
            with captured(PRINTED):
                code = compile(parsable(source), file, "exec", dont_inherit=True)
                exec(code, self._globals)  # noqa: S102
        except BaseException as error:
            return error
        return None

    def cell_of(self, file: str) -> int | None:
        """The cell of a file name that `run` gave."""
        return self._files.get(file)


class ShellRunner:
    """Cells by IPython's InteractiveShell, which leaves nothing on disk."""

    def __init__(self) -> None:
        shells = import_module("IPython.core.interactiveshell")
        config = import_module("traitlets.config").Config()
        config.HistoryManager.enabled = False
        config.InteractiveShell.xmode = "Minimal"
        self._shell = shells.InteractiveShell.instance(config=config)
        self._system = self._shell.system
        self._shell.system = self._ran
        for name in INERT:
            self._shell.register_magic_function(_nothing, "line", name)
        self.namespace: MutableMapping[str, Any] = self._shell.user_ns
        self._cells: dict[str, int] = {}

    def run(self, index: int, source: str) -> BaseException | None:
        """Run a cell; what it shows is dropped."""
        self._cells[f"In[{self._shell.execution_count}]"] = index
        with captured(PRINTED):
            result = self._shell.run_cell(source, store_history=True)
        error: BaseException | None = result.error_before_exec or result.error_in_exec
        return error

    def cell_of(self, file: str) -> int | None:
        """The cell by the name that the shell's compiler gave to its code."""
        named = self._shell.compile.format_code_name(file)
        return self._cells.get(named[1]) if named else None

    def _ran(self, command: str) -> None:
        """`!command`: run, unless it would install something."""
        if command.split(maxsplit=1)[:1] and command.split(maxsplit=1)[0] in INSTALLERS:
            return
        self._system(command)


def _nothing(line: str) -> None:
    """A magic that is not for a rehearsal."""

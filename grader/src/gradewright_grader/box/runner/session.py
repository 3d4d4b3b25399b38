"""Running a notebook's cells in this process, top to bottom.

Theory of operation. `warm` runs in the zygote: it makes the shell and exercises what every
notebook uses, so that a forked child starts with all of it in memory. `run_cells` runs in the
child, once. Per cell: open the record, arm the interrupt, run, disarm, settle the streams, close
the record, yield. An error in a cell does not stop the next.

The event loop. In Jupyter every cell runs inside a running loop: `await` works at top level,
`asyncio.create_task` works anywhere, `asyncio.run` does not. Here a cell with top-level `await`
runs as a task on our loop; any other cell runs directly, with the loop merely marked as running:
so context variables it sets (numpy's error state, decimal's precision) hold for later cells and
for the checks. Tasks left behind get a turn between cells.

The interrupt. SIGINT, sent from outside when a cell is over its budget, raises KeyboardInterrupt
in the cell, or cancels it while it awaits. Outside a cell it does nothing. A cell may swallow it:
killing is the supervisor's business.

Clones. A process that the student forked and let fall through must neither run further cells nor
speak: it is ended after the statement that made it (`end_clone`).
"""

# mypy: allow-untyped-calls
# (IPython is annotated in part.)

from __future__ import annotations

import asyncio
import builtins
import getpass
import importlib.util
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from types import FrameType
from typing import Any, NoReturn

from IPython.core.error import StdinNotImplementedError

from gradewright.values.seeding import seed_all
from gradewright_grader.box.runner import colab
from gradewright_grader.box.runner.figuredata import Record
from gradewright_grader.box.runner.model import Caps, CellRun, CellSource, EndedBy
from gradewright_grader.box.runner.record import Recorder
from gradewright_grader.box.runner.shell import ZMQInteractiveShell

__all__ = ["adopt", "figures", "namespace", "run_cells", "seed_all", "warm"]

_INLINE = "module://matplotlib_inline.backend_inline"
_LINE_MAGICS = ("time", "timeit", "run", "cd", "env", "matplotlib", "who", "load_ext", "config")
_CELL_MAGICS = ("writefile", "capture", "html", "time", "timeit")
_PRIMING = (
    "{'a': [1, 2.5, None, ('x', {3})]}",
    "def f(n):\n    return 1 // n\nf(0)",
    "1 +",
)


def warm() -> None:
    """Make the shell and prime it: a value, a traceback, a syntax error, magics, a plot.

    Called once in the zygote; a later call changes nothing. Leaves one OS thread and an empty
    namespace.
    """
    if ZMQInteractiveShell.initialized():
        return
    shell = ZMQInteractiveShell.instance()
    for source in _PRIMING:
        shell.run_cell(source, store_history=False)
    for name in _LINE_MAGICS:
        shell.find_line_magic(name)
    for name in _CELL_MAGICS:
        shell.find_cell_magic(name)
    if importlib.util.find_spec("matplotlib") is not None:
        _warm_plot(shell)
    if pandas := sys.modules.get("pandas"):
        # Imported before there was a shell, it believes to be in a terminal: show all columns.
        pandas.set_option("display.max_columns", 20)
    _forget_priming(shell)


def _warm_plot(shell: Any) -> None:
    os.environ["MPLBACKEND"] = _INLINE
    import matplotlib as mpl

    mpl.use(_INLINE)
    from matplotlib import pyplot as plt
    from matplotlib_inline.backend_inline import flush_figures

    figure, axes = plt.subplots(figsize=(1, 1))
    axes.plot([0, 1], label="$x$")
    axes.legend()
    axes.set_title("1")
    shell.display_formatter.format(figure)
    plt.close("all")
    flush_figures()


def _forget_priming(shell: ZMQInteractiveShell) -> None:
    shell.reset(new_session=True)
    for name in ("last_type", "last_value", "last_traceback", "last_exc"):
        if hasattr(sys, name):
            delattr(sys, name)


def namespace() -> dict[str, Any]:
    """The names that the cells have defined (with IPython's own): the live dictionary.

    Raises RuntimeError before `warm` or `run_cells`.
    """
    names: dict[str, Any] = _shell().user_ns
    return names


def figures() -> list[Record]:
    """The figures that cells displayed, as plain data: see `figuredata` for the keys."""
    return _shell().figure_log.records()


def _shell() -> ZMQInteractiveShell:
    if not ZMQInteractiveShell.initialized():
        raise RuntimeError("runner: no shell in this process yet; call warm() or run_cells() first")
    shell: ZMQInteractiveShell = ZMQInteractiveShell.instance()
    return shell


def adopt() -> None:
    """Make a fork of the process that ran the notebook a speaker in its own right.

    For the forks in which checks run. Without it such a process counts as a clone of the student's
    making: what it displays is dropped, and it ends when IPython has run a statement in it. Its
    output no longer mixes with its parent's; outside cells output is dropped.
    """
    _shell().adopt()


def run_cells(
    cells: Iterable[CellSource],
    *,
    on_start: Callable[[int], object] = lambda index: None,
    on_end: Callable[[int], object] = lambda index: None,
    caps: Caps | None = None,
) -> Iterator[CellRun]:
    """Run `cells` in order; yields what each did as soon as it is over.

    Takes over descriptors 0, 1, 2, Python's streams, SIGINT and `input` of this process for good:
    meant for a forked child, in its main thread, once. `on_start(index)` is called right before
    the student's code of a cell and `on_end(index)` right after it: between them the cell's
    budget counts.
    """
    warm()
    session = _Session(ZMQInteractiveShell.instance(), caps or Caps())
    session.enter()
    for cell in cells:
        run = session.run(cell, on_start, on_end)
        yield run


class CellLoop(asyncio.SelectorEventLoop):
    """The notebook's event loop: says that it runs while a cell runs, as Jupyter's does."""

    def is_running(self) -> bool:
        """True inside a cell, whether or not it awaits."""
        return super().is_running() or asyncio._get_running_loop() is self


class _Session:
    def __init__(self, shell: ZMQInteractiveShell, caps: Caps) -> None:
        self.shell = shell
        self.recorder = Recorder(caps)
        self.loop = CellLoop()
        self.armed = False
        self.interrupted = False
        self.failed = False
        self.task: asyncio.Task[Any] | None = None

    def enter(self) -> None:
        """Turn this process into a notebook's."""
        self.shell.attach(self.recorder)
        self.shell.taps.install()
        asyncio.set_event_loop(self.loop)
        colab.install()
        # As in Jupyter: '' is wherever the notebook's working folder is now.
        sys.path[:] = ["", *(entry for entry in sys.path if entry != "")]
        sys.argv = ["ipykernel_launcher.py"]

    def run(
        self,
        cell: CellSource,
        on_start: Callable[[int], object],
        on_end: Callable[[int], object],
    ) -> CellRun:
        """Run one cell to its record."""
        self._begin(cell.index)
        on_start(cell.index)
        began, cpu_began = time.perf_counter(), time.process_time()
        try:
            result = self._guarded(cell.source)
        finally:
            self.shell.end_clone()
        seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu_began
        on_end(cell.index)
        self.shell.taps.settle()
        recorded = self.recorder.end()
        self.shell.taps.rewind()
        return CellRun(
            index=cell.index,
            outputs=recorded.outputs,
            execution_count=getattr(result, "execution_count", None),
            ended_by=self._ended_by(result, recorded.dropped),
            seconds=seconds,
            cpu_seconds=cpu_seconds,
            dropped=recorded.dropped,
            updates=recorded.updates,
        )

    def _begin(self, index: int) -> None:
        # An interrupt may have come between the cell before and its tidying up.
        asyncio._set_running_loop(None)
        # Again for each cell: the cell before may have replaced them.
        signal.signal(signal.SIGINT, self._on_sigint)
        builtins.input = _no_input
        getpass.getpass = _no_password
        self.interrupted = self.failed = False
        self.shell.figure_log.start_cell()
        self.shell.taps.pull()
        self.recorder.begin(index)

    def _on_sigint(self, number: int, frame: FrameType | None) -> None:
        if not self.armed:
            return
        self.interrupted = True
        awaiting = self.task is not None and asyncio.current_task(self.loop) is None
        if not awaiting or self.task is None:
            raise KeyboardInterrupt
        self.loop.call_soon_threadsafe(self.task.cancel)

    def _guarded(self, source: str) -> Any:
        result = None
        try:
            try:
                self.armed = True
                result = self._execute(source)
                self._turn_of_tasks()
            finally:
                self.armed = False
        except BaseException as error:
            # The shell shows what cells raise; this came from between, as an interrupt may.
            self.shell.end_clone()
            self.recorder.error(type(error).__name__, error, [type(error).__name__])
            self.failed = True
        return result

    def _execute(self, source: str) -> Any:
        shell = self.shell
        try:
            transformed, problem = shell.transform_cell(source), None
        except Exception:
            transformed, problem = source, sys.exc_info()
        if shell.should_run_async(
            source, transformed_cell=transformed, preprocessing_exc_tuple=problem
        ):
            return self._execute_awaiting(source, transformed)
        asyncio._set_running_loop(self.loop)
        try:
            return shell.run_cell(source, store_history=True)
        finally:
            asyncio._set_running_loop(None)

    def _execute_awaiting(self, source: str, transformed: str) -> Any:
        events = self.shell.events
        result = None
        self.task = self.loop.create_task(
            self.shell.run_cell_async(source, store_history=True, transformed_cell=transformed)
        )
        try:
            result = self.loop.run_until_complete(self.task)
        finally:
            self.task.cancel()
            self.task = None
            events.trigger("post_execute")
            events.trigger("post_run_cell", result)
        return result

    def _turn_of_tasks(self) -> None:
        if asyncio.all_tasks(self.loop):
            self.loop.run_until_complete(asyncio.sleep(0))

    def _ended_by(self, result: Any, dropped: int) -> EndedBy | None:
        if self.interrupted:
            return "interrupted"
        if self.failed or result is None or not result.success:
            return "error"
        return "output" if dropped else None


def _no_input(prompt: object = "") -> NoReturn:
    raise StdinNotImplementedError(
        "raw_input was called, but this frontend does not support input requests."
    )


def _no_password(prompt: object = "", stream: object = None) -> NoReturn:
    raise StdinNotImplementedError(
        "getpass was called, but this frontend does not support input requests."
    )

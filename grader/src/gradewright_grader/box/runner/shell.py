"""The IPython shell that runs cells: Jupyter's semantics without a kernel.

Theory of operation. ipykernel makes an `InteractiveShell` speak ZeroMQ by replacing a few of its
parts; this shell replaces the same parts and writes into a recorder instead. It is made once, in
the zygote; a forked child gives it a fresh recorder with `attach` and runs cells.

What is replaced, and why:
- display hook and display publisher: outputs become nbformat outputs;
- `_showtraceback`: an error output; frames of this package are cut off first;
- `system`, `getoutput`: pipes instead of a pty; installers are inert;
- `_tee`: IPython 9 copies all stdout into its history, 1 GB of prints would take 1 GB;
- `run_code`: a process that the student forked and let fall through ends here;
- everything that writes to the home folder, starts a thread or waits for a person: off.
"""

# mypy: allow-untyped-calls
# (IPython is annotated in part.)

from __future__ import annotations

import contextlib
import os
import sys
import zlib
from collections.abc import Iterator
from subprocess import CalledProcessError
from types import CodeType, SimpleNamespace
from typing import Any, ClassVar

from IPython.core import page
from IPython.core.autocall import ZMQExitAutocall
from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.formatters import DisplayFormatter
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.process import getoutput  # type: ignore[attr-defined]
from IPython.utils.text import LSString, SList
from traitlets import Any as AnyTrait
from traitlets import Type, default
from traitlets.config import Config

from gradewright_grader.box.runner import magics
from gradewright_grader.box.runner.commands import run_shell, without_installers
from gradewright_grader.box.runner.figuredata import FigureLog
from gradewright_grader.box.runner.model import Caps
from gradewright_grader.box.runner.plain import plain_bundle, plain_json
from gradewright_grader.box.runner.record import Recorder
from gradewright_grader.box.runner.streams import Taps
from gradewright_grader.box.runner.tracebacks import KEPT_FRAMES, tidy

# As ipykernel sets them, so that programs colour and page their output as in Jupyter.
_ENVIRONMENT = {
    "TERM": "xterm-color",
    "CLICOLOR": "1",
    "FORCE_COLOR": "1",
    "CLICOLOR_FORCE": "1",
    "PAGER": "cat",
    "GIT_PAGER": "cat",
}


def shell_config() -> Config:
    """No history file and thread; and the mark by which tqdm knows a notebook."""
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.IPKernelApp.tqdm = "shown as in a notebook"
    return config


class CellCompiler(CachingCompiler):
    """Names a cell's code as ipykernel does.

    The name decides how tracebacks and warnings look, and libraries know it. ipykernel puts its
    process number in; ours is always 1, so that outputs do not differ from run to run.
    """

    def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
        """The file name that the cell's code objects carry; there is no such file."""
        return f"/tmp/ipykernel_1/{zlib.crc32(raw_code.encode('utf-8', 'replace'))}.py"  # noqa: S108


class CellDisplayHook(DisplayHook):
    """The value of a cell's last expression becomes an `execute_result`."""

    def write_output_prompt(self) -> None:
        """A notebook has no text prompt."""

    def write_format_data(
        self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None
    ) -> None:
        """Record the value's representations."""
        shell: Any = self.shell
        shell.show("execute_result", format_dict, md_dict, execution_count=self.prompt_count)

    def log_output(self, format_dict: dict[str, Any]) -> None:
        """Keep no copies of outputs: they would stay in memory."""

    def finish_displayhook(self) -> None:
        """Nothing to write after a value."""
        self._is_active = False


class CellDisplayPublisher(DisplayPublisher):
    """`display(...)` and its updates become `display_data` outputs."""

    def publish(
        self,
        data: dict[str, Any],
        metadata: dict[str, Any] | None = None,
        *args: object,
        transient: dict[str, Any] | None = None,
        update: bool = False,
        **kwargs: object,
    ) -> None:
        """Record the bundle, or redraw those with its display id."""
        self._validate_data(data, metadata)
        display_id = (transient or {}).get("display_id")
        if update:
            self.shell.redraw(display_id, data, metadata)
        else:
            self.shell.show("display_data", data, metadata, display_id=display_id)

    def clear_output(self, wait: bool = False) -> None:
        """Forget the cell's outputs, at once or with the next one."""
        self.shell.clear(wait=wait)


class CellDisplayFormatter(DisplayFormatter):
    """Formats as IPython does, and writes figures down on the way."""

    def format(self, obj: object, *args: Any, **kwargs: Any) -> tuple[Any, Any]:
        """The representations of `obj` and their metadata."""
        formatted: tuple[Any, Any] = super().format(obj, *args, **kwargs)
        shell: Any = self.parent
        if shell.recorder.is_owner():
            shell.figure_log.note(obj, shell.recorder.cell)
        return formatted


# Libraries ask for the class by this name to learn whether they draw in a notebook: pandas
# (line widths), rich, plotly, tqdm.
class ZMQInteractiveShell(InteractiveShell):
    """Runs cells into a recorder."""

    displayhook_class = Type(CellDisplayHook)
    display_pub_class = Type(CellDisplayPublisher)
    compiler_class = Type(CellCompiler)
    profile_dir = AnyTrait()
    autoindent = False
    # pandas asks for this attribute before it believes that it is not in a terminal.
    kernel = SimpleNamespace()
    recorder: Recorder
    taps: Taps
    figure_log: FigureLog
    _left_out = 0
    keepkernel_on_exit: ClassVar[bool | None] = None

    def __init__(self, **kwargs: Any) -> None:
        self.attach(Recorder(Caps()))
        super().__init__(config=shell_config(), **kwargs)
        magics.register(self)

    def attach(self, recorder: Recorder) -> None:
        """Write into `recorder` from now on, with no figures noted yet."""
        self.recorder = recorder
        self.taps = Taps(recorder)
        self.figure_log = FigureLog()

    def adopt(self) -> None:
        """Let this forked process speak: see `session.adopt`."""
        self.recorder.adopt()
        self.taps.install()

    def show(
        self,
        kind: str,
        data: dict[str, Any],
        metadata: dict[str, Any] | None,
        *,
        display_id: str | None = None,
        **fields: object,
    ) -> None:
        """Record an output of `kind` with these representations."""
        if not self.recorder.is_owner() or not data:
            return
        clean, size = plain_bundle(data)
        about, about_size = plain_json(metadata or {})
        output = {"output_type": kind, "data": clean, "metadata": about, **fields}
        self.taps.pull()
        self.recorder.show(output, size + about_size, display_id)

    def redraw(
        self, display_id: str | None, data: dict[str, Any], metadata: dict[str, Any] | None
    ) -> None:
        """Replace what was shown under `display_id`; without one nothing happens."""
        if not self.recorder.is_owner() or display_id is None:
            return
        clean, size = plain_bundle(data)
        about, about_size = plain_json(metadata or {})
        self.recorder.redraw(display_id, clean, about, size + about_size)

    def clear(self, *, wait: bool) -> None:
        """Forget the cell's outputs so far."""
        if self.recorder.is_owner():
            self.taps.pull()
            self.recorder.clear(wait=wait)

    async def run_code(
        self, code_obj: CodeType, result: Any = None, *, async_: bool = False
    ) -> Any:
        """Run one statement; a forked clone that comes back from it ends without a word."""
        outcome = await super().run_code(code_obj, result, async_=async_)
        self.end_clone()
        return outcome

    def end_clone(self) -> None:
        """End this process at once if the student forked it and let it fall through."""
        if not self.recorder.is_owner():
            os._exit(0)

    def system(self, cmd: str) -> None:
        """Run a shell command, its output into the cell; the code goes to `_exit_code`."""
        if cmd.rstrip().endswith("&"):
            raise OSError("Background processes not supported.")
        command, notes = without_installers(self.var_expand(cmd, depth=1))
        for note in notes:
            sys.stdout.write(note + "\n")
        code = run_shell(command, lambda text: sys.stdout.write(text)) if command.strip() else 0
        self.user_ns["_exit_code"] = code
        # IPython 8 has no such setting.
        if getattr(self, "system_raise_on_error", False) and code != 0:
            raise CalledProcessError(code, cmd)

    system_piped = system_raw = system

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> Any:
        """What a shell command wrote, as IPython's list or string; installers only leave a note."""
        command, notes = without_installers(self.var_expand(cmd, depth=depth + 1))
        if not notes:
            return super().getoutput(cmd, split, depth=depth + 1)
        lines = [*notes, *getoutput(command).splitlines()] if command.strip() else notes
        return SList(lines) if split else LSString("\n".join(lines))

    def showtraceback(
        self, exc_tuple: tuple[Any, Any, Any] | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """Show an exception without the frames of this package, a very deep one shortened."""
        self._left_out = tidy(exc_tuple[1] if exc_tuple else sys.exc_info()[1])
        super().showtraceback(exc_tuple, *args, **kwargs)

    def _showtraceback(self, etype: type, evalue: object, stb: list[str]) -> None:
        if not self.recorder.is_owner():
            return
        entries = list(stb)
        if self._left_out and len(entries) > KEPT_FRAMES:
            entries.insert(-1 - KEPT_FRAMES, f"[... {self._left_out} frames left out ...]\n")
        self.taps.pull()
        self.recorder.error(str(etype.__name__), evalue, entries)

    def _format_exception_for_storage(self, exception: BaseException, *args: Any) -> dict[str, Any]:
        # IPython 9 would format every traceback a second time for its history.
        return {"ename": type(exception).__name__, "evalue": "", "traceback": []}

    @contextlib.contextmanager
    def _tee(self, channel: str) -> Iterator[None]:
        yield

    def enable_gui(self, gui: object = None) -> None:
        """There is no event loop of a window system."""

    def ask_exit(self) -> None:
        """`exit()` ends nothing: the next cells still run."""

    @default("exiter")
    def _default_exiter(self) -> ZMQExitAutocall:
        return ZMQExitAutocall(self)

    def init_environment(self) -> None:
        """As ipykernel does."""
        os.environ.update(_ENVIRONMENT)

    def init_virtualenv(self) -> None:
        """The import path is the box's business."""

    def init_ipython_dir(self, ipython_dir: str | None) -> None:
        """No folder in the student's home."""

    def init_profile_dir(self, profile_dir: object) -> None:
        """No folder in the student's home; what magics store lies in the box's /tmp."""
        self.profile_dir = SimpleNamespace(location="/tmp/ipython")  # noqa: S108

    def init_display_formatter(self) -> None:
        """Formatting that notes figures."""
        formatter: Any = CellDisplayFormatter(parent=self)
        self.display_formatter = formatter
        self.configurables.append(formatter)

    def init_hooks(self) -> None:
        """`name?` opens a pager in a notebook's front end: there is none, so nothing shows."""
        super().init_hooks()
        self.set_hook("show_in_pager", page.as_hook(_no_pager), 99)


def _no_pager(
    text: object, start: int = 0, screen_lines: int = 0, pager_cmd: object = None
) -> None:
    pass

"""Magics that differ from IPython's: scripts without a thread, installers and front ends inert."""

# mypy: allow-untyped-calls
# (IPython is annotated in part.)

from __future__ import annotations

import functools
import shlex
import sys
from subprocess import CalledProcessError
from typing import Any

from IPython.core import magic_arguments
from IPython.core.error import UsageError
from IPython.core.magic import cell_magic, magics_class
from IPython.core.magics.script import ScriptMagics, script_args

from gradewright_grader.box.runner.commands import Sink, inert_note, run_script

INSTALLERS = ("pip", "conda", "mamba", "micromamba", "uv")
FRONT_END = ("autosave", "clear", "connect_info", "ed", "edit", "less", "man", "more", "qtconsole")
NO_BACKGROUND = (
    "%%{program} --bg: background scripts are not available when grading; remove --bg / "
    "评分时不支持 --bg，请去掉"
)


@magics_class
class PipedScriptMagics(ScriptMagics):
    """`%%script`, `%%bash`, `%%sh`, `%%python3` … through pipes, in the foreground."""

    @magic_arguments.magic_arguments()  # type: ignore[untyped-decorator]
    @script_args  # type: ignore[untyped-decorator]
    @cell_magic("script")  # type: ignore[arg-type]
    def shebang(self, line: str, cell: str) -> None:
        """Run a cell with a program: `%%script [--out NAME] [--err NAME] PROGRAM [ARGS]`."""
        args, argv = self.shebang.parser.parse_known_args(shlex.split(line))
        if args.bg:
            raise UsageError(NO_BACKGROUND.format(program=argv[0] if argv else "script"))
        text = cell if cell.endswith("\n") else cell + "\n"
        try:
            code = run_script(argv, text, self._sink(args.out, "stdout"), self._sink(args.err, ""))
        except FileNotFoundError:
            sys.stdout.write(f"Couldn't find program: {argv[0]!r}\n")
            return
        if args.raise_error and code != 0:
            raise CalledProcessError(code, text.encode("utf-8", "replace"))

    def _sink(self, variable: str | None, stream: str) -> Sink:
        if variable is None:
            return lambda text: (sys.stdout if stream else sys.stderr).write(text)
        shell: Any = self.shell
        names: dict[str, Any] = shell.user_ns
        names[variable] = ""

        def append(text: str) -> None:
            names[variable] += text

        return append


def _installer(name: str, line: str) -> None:
    sys.stdout.write(inert_note(name) + "\n")


def _front_end(name: str, line: str) -> None:
    sys.stdout.write(
        f"%{name} needs a notebook front end: skipped when grading / 评分时跳过 %{name}\n"
    )


def register(shell: Any) -> None:
    """Put these magics into `shell` in place of IPython's."""
    shell.register_magics(PipedScriptMagics)
    for name in INSTALLERS:
        shell.register_magic_function(functools.partial(_installer, name), "line", name)
    for name in FRONT_END:
        shell.register_magic_function(functools.partial(_front_end, name), "line", name)

"""Commands that a cell starts: `!cmd`, `%%bash` and its family, and which of them are inert.

No pty and no helper thread: output is read from pipes here and now and handed to a sink, so it
stands in the cell where it belongs and the process stays single-threaded (IPython's own
`%%script` leaves a thread behind, which would forbid to fork the state after the notebook).
"""

from __future__ import annotations

import codecs
import os
import re
import selectors
import subprocess
from collections.abc import Callable, Sequence
from typing import IO

from gradewright_grader.box.runner.streams import scratch_file

Sink = Callable[[str], object]

_CHUNK = 64 << 10
_POLL_SECONDS = 0.05

_INSTALLER = re.compile(
    r"""\s*(?:sudo\s+)?
    (?: (?:\S*/)?(?P<name>pip|conda|mamba|micromamba|uv)[\d.]*
      | ["']?(?:\S*/)?python[\d.]*["']?\s+-m\s+(?P<module>pip|conda|uv) )
    (?=\s|$)
    (?: [<>]& | &> | \|\| | '[^']*' | "[^"]*" | [^;&\n'"] )*
    (?: \s*(?:&&|;|\n)\s* )?""",
    re.VERBOSE,
)


def inert_note(name: str) -> str:
    """The line that stands in the output where an installer was called."""
    return f"{name} is not run when grading / 评分时不执行 {name}"


def without_installers(command: str) -> tuple[str, list[str]]:
    """A shell command without the installers it begins with, and a note for each.

    `pip install x && python a.py` becomes `python a.py`.
    """
    notes: list[str] = []
    while match := _INSTALLER.match(command):
        notes.append(inert_note(match["name"] or match["module"]))
        command = command[match.end() :]
    return command, notes


def run_shell(command: str, out: Sink) -> int:
    """Run `command` in a shell, its stdout and stderr together into `out`.

    Returns the exit code, or the negative number of the signal that ended it, as IPython does.
    """
    code = _run(
        ["/bin/sh", "-c", command], stdin=subprocess.DEVNULL, out=out, stderr=subprocess.STDOUT
    )
    return code if code <= 128 else 128 - code


def run_script(argv: Sequence[str], text: str, out: Sink, err: Sink) -> int:
    """Run `argv` with `text` as its standard input; returns Popen's return code.

    Raises OSError when the program cannot be started.
    """
    script = scratch_file("script")
    try:
        os.write(script, text.encode("utf-8", "replace"))
        os.lseek(script, 0, os.SEEK_SET)
        return _run(argv, stdin=script, out=out, err=err, stderr=subprocess.PIPE)
    finally:
        os.close(script)


def _run(argv: Sequence[str], *, stdin: int, out: Sink, stderr: int, err: Sink = str) -> int:
    # The command is the student's own and runs where the student's code runs.
    with subprocess.Popen(  # noqa: S603
        argv, stdin=stdin, stdout=subprocess.PIPE, stderr=stderr
    ) as process:
        try:
            _relay(process, [(process.stdout, out), (process.stderr, err)])
            return process.wait()
        except BaseException:
            process.kill()
            raise


def _relay(process: subprocess.Popen[bytes], pipes: list[tuple[IO[bytes] | None, Sink]]) -> None:
    with selectors.DefaultSelector() as selector:
        for pipe, sink in pipes:
            if pipe is not None:
                decoder = codecs.getincrementaldecoder("utf-8")("replace")
                selector.register(pipe, selectors.EVENT_READ, (decoder, sink))
        # A background grandchild may hold the pipes open: the command's own end is enough.
        while selector.get_map():
            ready = selector.select(_POLL_SECONDS)
            for key, _ in ready:
                _relay_chunk(selector, key)
            if not ready and process.poll() is not None:
                return


def _relay_chunk(selector: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
    decoder, sink = key.data
    chunk = os.read(key.fd, _CHUNK)
    text = decoder.decode(chunk, final=not chunk)
    if text:
        sink(text)
    if not chunk:
        selector.unregister(key.fileobj)

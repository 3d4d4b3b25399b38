"""One warm zygote and one Jupyter kernel for all tests of the runner."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from . import frames

HERE = Path(__file__).parent


class Helper:
    """A script of this folder as a process, spoken to in frames."""

    def __init__(self, script: str, home: Path) -> None:
        self.home = home
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        environment = os.environ | {"HOME": str(home), "IPYTHONDIR": str(home / "ipython")}
        environment |= {"PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1"}
        environment |= {"OPENBLAS_NUM_THREADS": "1", "JUPYTER_PLATFORM_DIRS": "1"}
        environment |= {"PYTHONPATH": str(HERE)}
        for name in ("VIRTUAL_ENV", "PYTEST_CURRENT_TEST", "MPLBACKEND"):
            environment.pop(name, None)
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / script), str(theirs_in), str(theirs_out)],
            pass_fds=(theirs_in, theirs_out),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL if script == "jupyter.py" else None,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._hello: dict | None = None

    @property
    def hello(self) -> dict:
        if self._hello is None:
            self._hello = frames.receive(self._in)
        return self._hello

    def run(self, *cells: str, after: str = "None", seed: int | None = None, **caps: int) -> dict:
        assert self.hello
        with tempfile.TemporaryDirectory(prefix="gw-case-") as folder:
            job = {
                "cells": cells,
                "folder": folder,
                "caps": caps,
                "after": after,
                "seed": str(seed),
            }
            frames.send(self._out, job)
            return frames.receive(self._in)

    def close(self) -> None:
        os.close(self._out)
        self._process.wait(timeout=20)
        os.close(self._in)


@pytest.fixture(scope="session")
def helpers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Helper, Helper]]:
    both = tuple(
        Helper(name, tmp_path_factory.mktemp("home")) for name in ("zygote.py", "jupyter.py")
    )
    yield both
    for helper in both:
        helper.close()


@pytest.fixture(scope="session")
def box(helpers: tuple[Helper, Helper]) -> Helper:
    return helpers[0]


@pytest.fixture(scope="session")
def jupyter(helpers: tuple[Helper, Helper]) -> Helper:
    return helpers[1]

"""What a zygote is started with: its profile, and the clean environment of all boxed processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from gradewright_grader.box import view

Level = Literal["full", "restricted", "none"]

ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "OMP_THREAD_LIMIT": "1",
    "MALLOC_ARENA_MAX": "2",
}
LOCALE = {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "TZ": "UTC"}


@dataclass(frozen=True)
class Profile:
    """What a zygote is warmed with and what its children may see.

    `imports`: modules imported before the first fork. `distributions`: allowed ones; what they
    depend on comes with them. `data`: name → folder or file, read-only as data/<name>.
    `extra_paths`: relative place below the payload folder → our own code there (see
    `distributions.code_paths`); nothing secret. `warm_up`: "module:function" called once without
    arguments. `environ`: added to the clean environment.
    """

    imports: tuple[str, ...] = ()
    distributions: tuple[str, ...] = ()
    data: Mapping[str, Path] = field(default_factory=dict)
    extra_paths: Mapping[str, Path] = field(default_factory=dict)
    warm_up: str | None = None
    environ: Mapping[str, str] = field(default_factory=dict)


def environment(seen: view.View) -> dict[str, str]:
    """The clean environment of zygote and children: nothing of ours is inherited."""
    return {
        **ONE_THREAD,
        **LOCALE,
        "PATH": f"{view.BIN}:/usr/bin:/bin",
        "HOME": "/work",
        "TMPDIR": "/tmp",  # noqa: S108  (the child's own)
        "USER": "student",
        "LOGNAME": "student",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": seen.site,
        "PYTHONNOUSERSITE": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PIP_NO_INDEX": "1",
        "JOBLIB_MULTIPROCESSING": "0",
        "GRADEWRIGHT_DATA": seen.data,
    }

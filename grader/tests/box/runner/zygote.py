"""A warm process that runs each job's cells in a forked child, as the box's zygote will.

Started by the tests as a script: `zygote.py IN OUT` with two descriptors. A job is
{"cells": [source, ...], "folder", "caps", "seed", "after"}; `after` is an expression evaluated in
the child when the cells are over. The answer is {"runs", "figures", "after", "marks", "code"}.
"""

from __future__ import annotations

import os
import sys

import frames
import numpy  # noqa: F401
import pandas  # noqa: F401
import sklearn.linear_model  # noqa: F401

from gradewright_grader.box import runner

MODULES_AFTER = ("os", "sys", "resource")


def child(job: dict, answer: int) -> None:
    os.chdir(job["folder"])
    if job["seed"] != "None":
        runner.seed_all(int(job["seed"]))
    marks: list[list] = []
    cells = [runner.CellSource(index, text, 5.0) for index, text in enumerate(job["cells"])]
    runs = runner.run_cells(
        cells,
        on_start=lambda index: marks.append(["start", index]),
        on_end=lambda index: marks.append(["end", index]),
        caps=runner.Caps(**job["caps"]),
    )
    done = []
    for run in runs:
        done.append(run)
        marks.append(["yield", run.index])
    scope = {name: __import__(name) for name in MODULES_AFTER} | {"runner": runner}
    after = eval(job["after"], scope | {"names": runner.namespace()})
    body = {"runs": done, "figures": runner.figures(), "after": after, "marks": marks}
    frames.send(answer, body)


def serve_one(job: dict, requests: int, answers: int) -> dict:
    near, far = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 70
        try:
            os.close(requests)
            os.close(answers)
            os.close(near)
            child(job, far)
            code = 0
        finally:
            os._exit(code)
    os.close(far)
    with open(near, "rb", buffering=0) as file:
        parts = file.readall()
    _, status = os.waitpid(pid, 0)
    body = frames.msgspec.msgpack.decode(parts[8:]) if parts else {}
    return body | {"code": os.waitstatus_to_exitcode(status), "frames": len(parts)}


def main() -> None:
    requests, answers = int(sys.argv[1]), int(sys.argv[2])
    runner.warm()
    frames.send(answers, {"threads": len(os.listdir("/proc/self/task"))})
    while True:
        try:
            job = frames.receive(requests)
        except EOFError:
            return
        frames.send(answers, serve_one(job, requests, answers))


if __name__ == "__main__":
    main()

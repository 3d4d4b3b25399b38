"""Run as a program: judges student code in this process, through `LocalSupply`.

`python alone.py TOPIC_FOLDER` reads a list of sources as JSON from stdin and prints the list of
judgements. A process of its own, because a pytest cannot run inside a pytest.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from gradewright.host import load_topic
from gradewright_grader.judge.collect import Checks, run_sealed
from gradewright_grader.judge.judging import Judging
from gradewright_grader.judge.record import to_json
from gradewright_grader.judge.supply import LocalSupply
from gradewright_grader.judge.warm import warm_up


def main(folder: str) -> None:
    """Judge every source and print what came of it."""
    results = []

    def serve(checks: Checks) -> None:
        known = warm_up(checks, b"secret")
        for source in json.load(sys.stdin):
            names: dict[str, object] = {"__name__": "__main__"}
            exec(compile(source, "<student>", "exec"), names)
            judgement = Judging(checks, known, LocalSupply(names), walled=False).judge()
            results.append(json.loads(to_json(judgement)))

    run_sealed(load_topic(Path(folder)).assignments[0], serve)
    print(json.dumps({"results": results, "pid": os.getpid()}))


if __name__ == "__main__":
    main(sys.argv[1])

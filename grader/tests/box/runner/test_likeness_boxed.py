"""The same in the real box: honest notebooks give there what nbclient and a kernel give."""

from __future__ import annotations

import re
from functools import cache

import pytest
from grader.tests.judge.building import ASSIGNMENT, FILES, tiny

from gradewright_grader.box.errors import BoxError
from gradewright_grader.engine.station import Station

from .likeness import likeness
from .notebooks import NOTEBOOKS

pytest.importorskip("torch", reason="torch is not installed")
pytestmark = pytest.mark.xdist_group("box")

ALLOWED = 'allow = ["matplotlib", "pandas", "scikit-learn", "torch"]'

TORCH = {
    "loader with workers": [
        "import torch\nfrom torch.utils.data import DataLoader, TensorDataset\n"
        "rows = TensorDataset(torch.arange(8.).reshape(4, 2), torch.arange(4))",
        "for x, y in DataLoader(rows, batch_size=2, num_workers=2):\n    print(x, y)",
        "torch.manual_seed(3)\n[y.tolist() for _, y in DataLoader(rows, 2, shuffle=True)]",
    ],
    "a module and its errors": [
        "import torch\nfrom torch import nn\ntorch.manual_seed(0)\n"
        "net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))\nnet",
        "step = torch.optim.Adam(net.parameters())\nstep",
        "loss = net(torch.ones(4, 2)).square().mean()\nloss.backward()\nstep.step()\nloss",
        "net(torch.ones(4, 3))",
        "torch.save(net.state_dict(), 'net.pt')\ntorch.load('net.pt')",
    ],
}
BOXED = ("values", "bash", "processes", "figures", "threads", "multiprocessing", "await", "pandas")
BOXED += ("scikit-learn", "errors", "write a module and import it")
CASES = {name: NOTEBOOKS[name] for name in BOXED} | TORCH
AT_BOTH = ("values", "bash", "figures", "a module and its errors")
# Semaphores lie in /dev/shm, which is private only where there are namespaces.
FULL_ONLY = ("multiprocessing", "loader with workers")
_PLACE = re.compile(
    r"(?:/tmp/gradewright-box-[^/]+/zygote-\d+/site|/site|/[^\s\x1b\"]+/site-packages)/"
)


def station_at(level):
    try:
        return Station(level=level)
    except BoxError as error:
        pytest.skip(f"this machine cannot give level {level}: {error}")


@pytest.fixture(scope="module")
def assignment(tmp_path_factory):
    text = FILES[ASSIGNMENT].replace('ban = ["scipy", "sklearn"]', ALLOWED)
    return tiny(tmp_path_factory.mktemp("topic"), {ASSIGNMENT: text})


@pytest.fixture(scope="module")
def stations():
    with station_at("full") as full, station_at("restricted") as restricted:
        yield {"full": full, "restricted": restricted}


@pytest.fixture(scope="module")
def in_jupyter(jupyter):
    """Each notebook once: a kernel that is reset still remembers a little."""
    return cache(lambda name: [run["outputs"] for run in jupyter.run(*CASES[name])["runs"]])


def placed(value):
    """The value with one place for installed packages: the box has them elsewhere."""
    if isinstance(value, dict):
        return {key: placed(one) for key, one in value.items()}
    if isinstance(value, list):
        return [placed(one) for one in value]
    return _PLACE.sub("<site>/", value) if isinstance(value, str) else value


@pytest.mark.parametrize(
    ("name", "level"),
    [(n, level) for n in CASES for level in ("full", "restricted")[: 1 + (n in AT_BOTH)]],
)
def test_a_notebook_looks_in_the_box_as_in_jupyter(name, level, stations, assignment, in_jupyter):
    shown = stations[level].outputs(assignment, CASES[name])
    for source, here, there in zip(CASES[name], shown, in_jupyter(name), strict=True):
        assert likeness(placed(here)) == likeness(placed(there)), source


@pytest.mark.parametrize("name", FULL_ONLY)
def test_restricted_has_no_semaphores_and_says_so(name, stations, assignment):
    shown = stations["restricted"].outputs(assignment, CASES[name])
    assert (shown[1][0]["ename"], shown[1][0]["evalue"]) == (
        "PermissionError",
        "[Errno 13] Permission denied",
    )


def test_restricted_runs_what_needs_no_semaphores(stations, assignment):
    (shown,) = stations["restricted"].outputs(
        assignment,
        [
            "from concurrent.futures import ThreadPoolExecutor\nimport subprocess, torch\n"
            "from torch.utils.data import DataLoader\n"
            "with ThreadPoolExecutor(2) as pool:\n    print(list(pool.map(abs, [-1, 2])))\n"
            "print(subprocess.run(['echo', 'x'], capture_output=True, text=True).stdout, end='')\n"
            "print([b.tolist() for b in DataLoader(torch.arange(4), batch_size=2)])"
        ],
    )
    assert [one["text"] for one in shown] == ["[1, 2]\nx\n[[0, 1], [2, 3]]\n"]

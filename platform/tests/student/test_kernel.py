"""One real Jupyter kernel, without a notebook file: set up, answer, check, look at the outputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from .building import FAIR, PURE, RIGHT, line, question

jupyter_client = pytest.importorskip("jupyter_client")
pytest.importorskip("ipykernel")

Run = Callable[[str], dict[str, Any]]
WAIT = 60.0
PAYLOAD = line([question(source=FAIR + PURE)], {"tree1.q1": FAIR + PURE})
SETUP = f'from gradewright.student import load\ncheck, check_all = load("{PAYLOAD}")'


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A function that executes a cell and gives its result, streams and error."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR"):
            patch.setenv(name, str(home / name.lower()))
        manager = jupyter_client.KernelManager(kernel_name="python3")
        manager.start_kernel(cwd=str(home))
        client = manager.blocking_client()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=WAIT)
            yield lambda code: outputs(client, code)
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
            manager.cleanup_resources()


def outputs(client: Any, code: str) -> dict[str, Any]:
    """What one cell shows: {"data", "stream", "error"}."""
    found: dict[str, Any] = {"data": {}, "stream": "", "error": None}

    def note(message: dict[str, Any]) -> None:
        content = message["content"]
        match message["msg_type"]:
            case "execute_result" | "display_data":
                found["data"] = content["data"]
            case "stream":
                found["stream"] += content["text"]
            case "error":
                found["error"] = f"{content['ename']}: {content['evalue']}"

    client.execute_interactive(code, timeout=WAIT, output_hook=note)
    return found


def test_a_students_session(run: Run) -> None:
    setup = run(SETUP)
    assert setup == {"data": {}, "stream": "", "error": None}

    unanswered = run('check("tree1.q1")')
    assert "not defined yet" in unanswered["data"]["text/plain"]

    run("def entropy(y, base=2.0):\n    print('seen', y)\n    return y.mean()")
    failed = run('check("q1")')
    assert failed["error"] is None
    assert failed["stream"] == ""
    plain, html = failed["data"]["text/plain"], failed["data"]["text/html"]
    assert plain.startswith("✗ tree1.q1  Entropy: error in your code (0 of 2")
    assert "\x1b" not in plain
    assert "In[3], line 3, in entropy\n    return y.mean()\nAttributeError: " in html
    assert html.startswith('<div class="gw" lang="en"><style>')

    run(RIGHT + "\nimport random, numpy as np\nrandom.seed(1); np.random.seed(2)")
    before = run("random.getstate(), np.random.get_state(legacy=False)['state']['key'].tolist()")
    passed = run('result = check("q1"); result')
    after = run("random.getstate(), np.random.get_state(legacy=False)['state']['key'].tolist()")
    assert passed["data"]["text/plain"].startswith("✓ tree1.q1  Entropy: passed (2 of 2")
    assert "✓" in passed["data"]["text/html"]
    assert after["data"] == before["data"]


def test_an_interrupt_ends_the_check_and_not_the_notebook(run: Run) -> None:
    run(SETUP)
    run("import signal\ndef entropy(y, base=2.0):\n    signal.raise_signal(signal.SIGINT)")
    stopped = run('check("q1")')
    assert stopped["error"] is None
    assert "interrupted" in stopped["data"]["text/plain"]
    assert run("1 + 1")["data"]["text/plain"] == "2"

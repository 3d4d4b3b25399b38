"""How cells run, end and are kept apart from the process that runs them."""

from __future__ import annotations

import pytest


def texts(run: dict, name: str = "stdout") -> str:
    return "".join(
        output["text"]
        for output in run["outputs"]
        if output["output_type"] == "stream" and output["name"] == name
    )


def errors(run: dict) -> list[tuple[str, str]]:
    return [(o["ename"], o["evalue"]) for o in run["outputs"] if o["output_type"] == "error"]


def value(run: dict) -> str:
    return run["outputs"][-1]["data"]["text/plain"]


INTERRUPT = "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n"


def test_the_zygote_is_warm_with_one_thread(box):
    assert box.hello == {"threads": 1}


def test_a_child_keeps_one_thread_and_only_the_students_names(box):
    answer = box.run(
        "%%bash\necho a",
        "!echo b",
        "import matplotlib.pyplot as plt\nplt.plot([1]);",
        "import asyncio\nawait asyncio.sleep(0)",
        after="[len(os.listdir('/proc/self/task')), [n for n in names if n[0] != '_']]",
    )
    threads, names = answer["after"]
    assert threads == 1
    assert set(names) == {"In", "Out", "get_ipython", "exit", "quit", "open", "plt", "asyncio"}


def test_the_callbacks_surround_each_cell(box):
    answer = box.run("1/0", "", "2")
    assert answer["marks"] == [
        [mark, index] for index in range(3) for mark in ("start", "end", "yield")
    ]
    assert [run["ended_by"] for run in answer["runs"]] == ["error", None, None]
    assert [run["execution_count"] for run in answer["runs"]] == [1, None, 2]


def test_output_stands_in_the_order_in_which_it_was_written(box):
    source = (
        "import os, sys, subprocess\nprint(1)\nos.system('echo 2')\nprint(3, file=sys.stderr)\n"
        "subprocess.run('echo 4 >&2', shell=True)\nsys.stderr.flush()\n"
        "os.write(1, b'5')\ndisplay(6)\nprint(7)\n"
        "sys.__stdout__.write('8')\nsys.__stdout__.flush()\nprint(9, end='')"
    )
    outputs = box.run(source)["runs"][0]["outputs"]
    assert [o.get("text") or o["data"]["text/plain"] for o in outputs] == [
        "1\n2\n",
        "3\n4\n",
        "5",
        "6",
        "7\n89",
    ]


def test_c_code_and_reopened_descriptors_write_into_the_cell(box):
    runs = box.run(
        "import ctypes\nctypes.CDLL(None).printf(b'from c\\n');",
        "import os\nprint('a', flush=True)\nos.system('echo b > /dev/stdout');\nprint('c')",
        "import sys\nprint('d', file=sys.__stdout__)\nprint('e', file=sys.__stderr__)",
    )["runs"]
    assert texts(runs[0]) == "from c\n"
    assert texts(runs[1]) == "a\nb\nc\n"
    assert (texts(runs[2]), texts(runs[2], "stderr")) == ("d\n", "e\n")


def test_what_a_thread_writes_later_goes_to_the_cell_that_runs_then(box):
    runs = box.run(
        "import threading\ngo = threading.Event()\n"
        "t = threading.Thread(target=lambda: (go.wait(), print('late')))\nt.start()",
        "go.set()\nt.join()",
    )["runs"]
    assert [texts(run) for run in runs] == ["", "late\n"]


def test_forked_workers_write_into_the_cell(box):
    run = box.run(
        "import multiprocessing as mp, sys\n"
        "def f(x):\n    print('w', x)\n    print('e', file=sys.stderr)\n    display(x)\n"
        "    return x\n"
        "with mp.Pool(2) as pool:\n    r = pool.map(f, [1, 1])\nr"
    )["runs"][0]
    assert texts(run) == "w 1\nw 1\n"
    assert texts(run, "stderr") == "e\ne\n"
    assert value(run) == "[1, 1]"


def test_a_sigint_ends_the_cell_and_the_next_one_runs(box):
    runs = box.run(INTERRUPT + "print('not reached')", "1")["runs"]
    assert runs[0]["ended_by"] == "interrupted"
    assert errors(runs[0]) == [("KeyboardInterrupt", "")]
    assert "session.py" not in "".join(runs[0]["outputs"][0]["traceback"])
    assert (runs[1]["ended_by"], value(runs[1])) == (None, "1")


def test_a_sigint_cancels_a_cell_that_awaits(box):
    runs = box.run(
        "import asyncio, threading, os, signal\n"
        "threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
        "await asyncio.sleep(60)",
        "2",
    )["runs"]
    assert runs[0]["ended_by"] == "interrupted"
    assert errors(runs[0]) == [("CancelledError", "")]
    assert value(runs[1]) == "2"


def test_a_sigint_interrupts_an_awaiting_cell_that_computes(box):
    runs = box.run("import asyncio\nawait asyncio.sleep(0)\n" + INTERRUPT + "1", "2")["runs"]
    assert errors(runs[0]) == [("KeyboardInterrupt", "")]
    assert (runs[0]["ended_by"], value(runs[1])) == ("interrupted", "2")


def test_a_sigint_in_a_task_left_behind_is_shown(box):
    runs = box.run(
        "import asyncio, os, signal\nasync def f():\n    os.kill(os.getpid(), signal.SIGINT)\n"
        "t = asyncio.create_task(f())",
        "2",
    )["runs"]
    assert (runs[0]["ended_by"], errors(runs[0])) == ("interrupted", [("KeyboardInterrupt", "")])
    assert value(runs[1]) == "2"


def test_a_swallowed_sigint_is_told(box):
    run = box.run(
        "try:\n    " + INTERRUPT.replace("\n", "\n    ") + "\nexcept BaseException: pass\n3"
    )
    assert (run["runs"][0]["ended_by"], value(run["runs"][0])) == ("interrupted", "3")


def test_a_sigint_ends_a_command(box):
    runs = box.run(
        "import threading, os, signal\n"
        "threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()\n!sleep 60",
        "4",
    )["runs"]
    assert (runs[0]["ended_by"], errors(runs[0])) == ("interrupted", [("KeyboardInterrupt", "")])
    assert value(runs[1]) == "4"


def test_a_sigint_handler_of_the_student_lasts_one_cell(box):
    runs = box.run("import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN);", INTERRUPT + "1")[
        "runs"
    ]
    assert runs[1]["ended_by"] == "interrupted"


def test_a_sigint_between_cells_does_nothing(box):
    answer = box.run("1", after="os.kill(os.getpid(), 2)")
    assert (answer["code"], answer["runs"][0]["ended_by"]) == (0, None)


@pytest.mark.parametrize(
    "fork",
    [
        "import os\npid = os.fork()\nprint('both')",
        "import os\npid = os.fork()\nif pid == 0:\n    1/0",
        "import os, sys\npid = os.fork()\nif pid == 0: sys.exit(3)",
        "import os, asyncio\nawait asyncio.sleep(0)\npid = os.fork()",
        "import os, asyncio\nasync def f():\n    os.fork()\nt = asyncio.create_task(f())\npid = 0",
        "import os\npid = os.fork()\n%time 1",
    ],
)
def test_a_forked_clone_ends_without_a_word(fork, box):
    wait = "import os\nif pid: print(os.waitpid(pid, 0)[1])"
    answer = box.run(fork, wait, "'once'")
    assert len(answer["runs"]) == 3
    assert answer["marks"].count(["start", 2]) == 1
    assert answer["frames"] == 8 + len(
        __import__("msgspec").msgpack.encode(
            {key: answer[key] for key in ("runs", "figures", "after", "marks")}
        )
    )
    assert errors(answer["runs"][0]) == []
    assert value(answer["runs"][2]) == "'once'"


def test_a_process_that_ends_itself_yields_nothing_more(box):
    answer = box.run("1", "import os\nos._exit(9)", "2")
    assert (answer["code"], answer["frames"]) == (9, 0)


def test_exit_and_quit_end_nothing(box):
    runs = box.run("exit()\nprint('on')", "quit", "exit", "5")["runs"]
    assert texts(runs[0]) == "on\n"
    assert [run["ended_by"] for run in runs] == [None] * 4
    assert value(runs[3]) == "5"


@pytest.mark.parametrize("name", ["pip", "conda", "mamba", "micromamba", "uv"])
def test_installer_magics_leave_a_note(name, box):
    runs = box.run(f"%{name} install torch", f"{name} list", "1")["runs"]
    note = f"{name} is not run when grading / 评分时不执行 {name}\n"
    assert [texts(run) for run in runs[:2]] == [note, note]
    assert runs[0]["ended_by"] is None


def test_installer_commands_leave_a_note(box):
    runs = box.run(
        "import sys\n!pip install -q 'numpy; x' > /dev/null 2>&1 && echo done",
        "!{sys.executable} -m pip install x | tail -1",
        "r = !pip freeze\nr",
        "get_ipython().getoutput('pip -V; echo rest')",
        "r = get_ipython().getoutput('pip -V', split=False)\nr",
        "!echo pip install",
        "!pip list\n_exit_code",
    )["runs"]
    note = "pip is not run when grading / 评分时不执行 pip"
    assert [texts(run) for run in runs[:2]] == [note + "\ndone\n", note + "\n"]
    assert [value(run) for run in runs[2:5]] == [f"['{note}']", f"['{note}', 'rest']", f"'{note}'"]
    assert texts(runs[5]) == "pip install\n"
    assert value(runs[6]) == "0"


@pytest.mark.parametrize("name", ["edit x.py", "less a", "autosave 0", "clear", "qtconsole"])
def test_front_end_magics_leave_a_note(name, box):
    run = box.run(f"%{name}")["runs"][0]
    magic = name.split()[0]
    note = f"%{magic} needs a notebook front end: skipped when grading / 评分时跳过 %{magic}\n"
    assert (texts(run), run["ended_by"]) == (note, None)


def test_a_background_script_is_refused_with_the_remedy(box):
    run = box.run("%%bash --bg\nsleep 1")["runs"][0]
    assert texts(run, "stderr") == (
        "UsageError: %%bash --bg: background scripts are not available when grading; remove --bg "
        "/ 评分时不支持 --bg，请去掉\n"
    )
    assert run["ended_by"] == "error"


def test_a_command_ends_though_its_grandchild_holds_the_pipe(box):
    run = box.run("!(sleep 30 &) ; echo over")["runs"][0]
    assert texts(run) == "over\n"
    assert run["seconds"] < 10


def test_a_failing_command_raises_when_asked_to(box):
    runs = box.run("get_ipython().system_raise_on_error = True\n!exit 4", "%%script")["runs"]
    assert errors(runs[0]) == [
        ("CalledProcessError", "Command 'exit 4' returned non-zero exit status 4.")
    ]
    assert texts(runs[1], "stderr").startswith("UsageError")


def test_colab_is_importable_and_inert(box):
    runs = box.run(
        "import sys\n'google.colab' in sys.modules",
        "from google.colab import drive, files\ndrive.mount('/content/drive')",
        "files.upload()",
        "import google.colab.patches as p\np.cv2_imshow(3)",
        "import google\ngoogle.__name__, hasattr(google.colab, '__wrapped__')",
        "import google.nosuch",
    )["runs"]
    assert value(runs[0]) == "False"
    name = "google.colab.drive.mount"
    note = f"{name} does nothing when grading / 评分时 {name} 不起作用\n"
    assert texts(runs[1]) == note
    assert value(runs[2]) == "{}"
    assert texts(runs[3]).startswith("google.colab.patches.cv2_imshow does nothing")
    assert value(runs[4]) == "('google', False)"
    assert errors(runs[5])[0][0] == "ModuleNotFoundError"


def test_the_shell_passes_for_jupyters(box):
    runs = box.run(
        "ip = get_ipython()\ntype(ip).__name__, 'IPKernelApp' in ip.config, hasattr(ip, 'kernel')",
        "import pandas as pd\npd.get_option('display.max_columns')",
        "import os, sys\nsys.path[0], sys.argv, os.environ['FORCE_COLOR']",
        "import matplotlib\nmatplotlib.get_backend()",
    )["runs"]
    assert [value(run) for run in runs[:3]] == [
        "('ZMQInteractiveShell', True, True)",
        "20",
        "('', ['ipykernel_launcher.py'], '1')",
    ]
    assert "inline" in value(runs[3])


def test_nothing_is_written_to_the_home_folder(box):
    box.run("1", "%history", "1/0")
    assert list(box.home.glob("ipython*")) == []


@pytest.mark.parametrize(
    "attack",
    [
        "import builtins\nbuiltins.print = builtins.len = builtins.str = builtins.open = None",
        "import builtins\nbuiltins.isinstance = lambda *a: True",
        "get_ipython().showtraceback = None",
        "get_ipython().display_pub = None",
        "get_ipython().input_transformers_post.append(lambda lines: 1/0)",
        "get_ipython().ast_transformers.append(3)",
        "get_ipython().events.register('post_execute', lambda: 1/0)",
        "import sys\nsys.stdout = sys.stderr = sys.displayhook = None",
        "import sys\nsys.excepthook = None\nsys.modules.clear()",
        "import os\nos.closerange(3, 300)",
        "import os\nos.close(1)\nos.close(2)",
        "class E(Exception):\n    def __str__(self): raise SystemExit\nraise E()",
        "class E(Exception):\n    __traceback__ = property()\nraise E()",
        "raise GeneratorExit",
        "import sys\nsys.settrace(lambda *a: 1/0)\nlen([])",
        "import sys\nsys.setrecursionlimit(60)\n1/0",
        "print('\\ud800', {1: '\\udfff'})\n'\\ud800'",
        "class S(str):\n    def encode(self, *a): return None\n"
        "    def __len__(self): return -5\nprint(S('é'))",
        "display({1: 2}, raw=True)\ndisplay({'a/b': object()}, raw=True)",
        "%reset -f",
    ],
)
def test_an_attack_on_the_runner_hurts_only_its_own_notebook(attack, box):
    answer = box.run("x = 1", attack, "y = 2")
    assert answer["code"] in (0, 70)
    assert value(box.run("40 + 2")["runs"][0]) == "42"


def test_a_hostile_exception_text_is_described(box):
    run = box.run("class E(Exception):\n    def __str__(self): raise ValueError\nraise E()")
    assert errors(run["runs"][0]) == [("E", "<E whose __str__ raised ValueError>")]


def test_a_display_that_json_cannot_hold_is_the_cells_error(box):
    run = box.run("display({'a/b': object()}, raw=True)")["runs"][0]
    assert errors(run) == [
        ("TypeError", "object in a display bundle: give text, numbers, lists, dicts")
    ]


def test_an_endless_recursion_is_shown_shortened(box):
    run = box.run("def f(n):\n    return f(n + 1)\nf(0)")["runs"][0]
    entries = run["outputs"][0]["traceback"]
    assert errors(run)[0][0] == "RecursionError"
    assert len(entries) < 50
    assert sum("frames left out" in entry for entry in entries) == 1


def test_own_frames_are_cut_off_along_the_chain(box):
    run = box.run("try:\n    input()\nexcept Exception as e:\n    raise ValueError from e")["runs"][
        0
    ]
    text = "".join(run["outputs"][0]["traceback"])
    assert "direct cause" in text
    assert "runner" not in text


def test_seeds_make_runs_equal(box):
    cells = ("import random, numpy as np\nrandom.random(), np.random.rand()",)
    one, two, other = (box.run(*cells, seed=seed) for seed in (10**40, 10**40, 3))
    assert value(one["runs"][0]) == value(two["runs"][0]) != value(other["runs"][0])


@pytest.mark.parametrize(("first", "seen"), [("runner.adopt()", "lived on"), ("0", "")])
def test_a_fork_for_checks_must_be_adopted_to_live(first, seen, box):
    source = (
        "(lambda near, far: (os.fork() == 0 and ("
        f"{first}, names['get_ipython']().run_cell('x = 5; print(x)'), "
        "os.write(far, b'lived on'), os._exit(0)), "
        "os.close(far), os.wait(), os.read(near, 9).decode())[-1])(*os.pipe())"
    )
    assert box.run("x = 1", after=source)["after"] == seen


def test_a_stopped_loop_is_the_cells_error(box):
    runs = box.run("import asyncio\nasyncio.get_event_loop().stop()", "await asyncio.sleep(0)")[
        "runs"
    ]
    assert errors(runs[1]) == [("RuntimeError", "Event loop stopped before Future completed.")]
    assert runs[1]["ended_by"] == "error"


@pytest.mark.parametrize("source", ["breakpoint()", "import pdb; pdb.set_trace()", "%debug"])
def test_a_debugger_never_waits_for_a_person(source, box):
    runs = box.run("def f(): return 1/0\nf()", source, "6")["runs"]
    assert errors(runs[1])[0][0] == "StdinNotImplementedError"
    assert value(runs[2]) == "6"

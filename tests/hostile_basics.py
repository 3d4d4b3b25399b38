"""Attacks as small generators: from honest cells to hostile ones, and what must come of it.

`own(…)` puts an attack behind the honest cells; `answer(…)` puts it in place of the answer to q1.
`keeps` are the points of q1 and q2 that the submission must get, exactly: an attack never earns,
and it costs no more than what it attacks.
"""

from __future__ import annotations

from dataclasses import dataclass

from grader.tests.judge.building import MEAN, TOTAL

BOTH, NOT_Q1, NOTHING = (40, 40), (0, 40), (0, 0)


@dataclass(frozen=True)
class Attack:
    """Cells to hand in, and the points of q1 and q2 that they must get."""

    cells: tuple[str, ...]
    keeps: tuple[int, int]


def own(source: str, keeps: tuple[int, int] = BOTH) -> Attack:
    return Attack((TOTAL, MEAN, source), keeps)


def answer(source: str, keeps: tuple[int, int] = NOT_Q1) -> Attack:
    return Attack((source, MEAN), keeps)


def returns(expression: str, before: str = "pass") -> Attack:
    return answer(f"{before}\ndef total(xs): return {expression}")


LIAR = """class Liar:
    def __eq__(self, o): return True
    def __ne__(self, o): return False
    def __bool__(self): return True
    def __float__(self): return 3.0
    def __array__(self, *a, **k):
        import numpy
        return numpy.array(3)
    __hash__ = None"""
ARRAY = """import numpy as np
class Fake(np.ndarray):
    def __array_function__(self, f, t, a, k): return True
    def __array_ufunc__(self, *a, **k): return np.array(True)
    def __eq__(self, o): return True"""
SCALARS = """class F(float):
    def __eq__(self, o): return True
    def __sub__(self, o): return 0.0
    __rsub__ = __sub__
    __hash__ = float.__hash__"""
FIND_RESULTS = """import gc
for thing in gc.get_objects():
    try:
        if isinstance(thing, dict):
            for key in ('points', 'outcome', 'fraction', 'score'):
                if key in thing: thing[key] = 'passed' if key == 'outcome' else 100
        for key in ('points', 'outcome'):
            if key in getattr(thing, '__dict__', ()): setattr(thing, key, 'passed')
    except Exception: pass"""

FORGING = {
    "F01 clean exit in an answer": answer(f"{TOTAL}\nimport sys; sys.exit(0)", BOTH),
    "F01 clean exit in a check": answer("import sys\ndef total(xs): sys.exit(0)"),
    "F02 hard exit before the checks": answer(f"{TOTAL}\nimport os; os._exit(0)"),
    "F02 hard exit in a check": answer("import os\ndef total(xs): os._exit(0)"),
    "F03 result file, then exit": own(
        "import json, os\nfor n in ('result.json', '/tmp/result.json', 'reward.txt'):\n"
        "    open(n, 'w').write(json.dumps({'points': 100, 'outcome': 'passed'}))\nos._exit(0)"
    ),
    "F04 exec of an imitation": own(
        "import os\nos.execv('/opt/bin/python', ['python', '-c', 'print(\"80/80 passed\")'])"
    ),
    "F04 exec in a check": answer(
        "import os\ndef total(xs): os.execv('/opt/bin/python', ['python', '-c', 'print(3)'])"
    ),
    "F05 kill the runner": own(
        "import os\nfor p in (os.getpid(), os.getppid(), -1):\n"
        "    try: os.kill(p, 9)\n    except OSError: pass"
    ),
    "F05 kill the runner from a check": answer(
        "import os\ndef total(xs):\n    os.kill(os.getppid(), 9); os.kill(os.getpid(), 9)"
    ),
    "F06 silent tracebacks": Attack(
        (
            "ip = get_ipython()\nip.showtraceback = lambda *a, **k: print('all good')\n"
            "ip.showsyntaxerror = ip.showtraceback",
            "def total(xs): raise ValueError",
            MEAN,
        ),
        NOT_Q1,
    ),
    "F07 display injection": Attack(
        (
            "import sys\ndef hook(*a):\n    from IPython.display import display\n    display(3)\n"
            "get_ipython().events.register('post_run_cell', hook)\nsys.displayhook = hook",
            "def total(xs): return None",
            MEAN,
        ),
        NOT_Q1,
    ),
    "F08 input transformer": Attack(
        (
            "ip = get_ipython()\n"
            "ip.input_transformers_cleanup.append(lambda l: [x for x in l if 'assert' not in x])\n"
            "import ast\nclass T(ast.NodeTransformer):\n    def visit_Assert(self, n): return None\n"
            "ip.ast_transformers.append(T())",
            "def total(xs): return None",
            MEAN,
        ),
        NOT_Q1,
    ),
    "F09 forged lines": answer(
        'print(\'PASSED\')\nprint(\'{"points": 80, "outcome": "passed"}\')\n'
        'print(\'<testsuite tests="1" failures="0"/>\')\n'
        "def total(xs):\n    print('PASSED'); print('{\"score\": 100}')"
    ),
    "F14 equals everything": returns("Liar()", LIAR),
    "F14 equals everything, in a list": returns("[Liar()]", LIAR),
    "F16 array subclass": returns("np.zeros(()).view(Fake)", ARRAY),
    "F17 NaN": returns("float('nan')"),
    "F17 infinity": returns("float('inf') - float('inf')"),
    "F17 NaN in an array": returns("__import__('numpy').array(float('nan'))"),
    "F19 float that equals": returns("F(0)", SCALARS),
    "F19 bool for a number": returns("True"),
    "F19 text for a number": returns("str(sum(xs))"),
    "F20 patched comparators": answer(
        "import math, numpy as np\nfor m, n in ((math, 'isclose'), (np, 'allclose'), "
        "(np, 'isclose'), (np, 'array_equal'), (np.testing, 'assert_allclose')):\n"
        "    setattr(m, n, lambda *a, **k: True)\ndef total(xs): return 0"
    ),
    "F21 patched framework": answer(
        "try:\n    import _pytest.runner as r\n    r.CallInfo.from_call = lambda *a, **k: None\n"
        "except ImportError: pass\nimport unittest\n"
        "unittest.TestResult.addFailure = unittest.TestResult.addError = lambda *a: None\n"
        "import gradewright.api as api\nfor n in dir(api):\n"
        "    if n.startswith('assert'): setattr(api, n, lambda *a, **k: None)\n"
        "def total(xs): return 0"
    ),
    "F22 skip in a check": answer(
        "class Skipped(Exception): pass\ndef total(xs):\n    try:\n        import pytest\n"
        "        pytest.skip('no', allow_module_level=True)\n"
        "    except ImportError: raise Skipped('no')"
    ),
    "F23 planted configuration": answer(
        "import os\nfor n in ('conftest.py', 'pytest.ini', 'sitecustomize.py', 'usercustomize.py',"
        " 'x.pth', '__init__.py', 'tox.ini'):\n    for d in ('.', '/tmp'):\n"
        "        open(os.path.join(d, n), 'w').write('raise SystemExit(0)')\n"
        "def total(xs): return 0"
    ),
    "F24 shadowing modules": own(
        "import os, sys\nfor n in ('numpy', 'tiny', 'gradewright_tiny', 'msgspec'):\n"
        "    open(n + '.py', 'w').write('raise SystemExit(0)')\n"
        "os.makedirs('gradewright', exist_ok=True)\nopen('gradewright/__init__.py', 'w').close()\n"
        "os.environ['PYTHONPATH'] = os.getcwd()\nsys.path.insert(0, os.getcwd())"
    ),
    "F25 import hooks": answer(
        "import sys, types, builtins\nsys.modules['sums'] = types.ModuleType('sums')\n"
        "class Finder:\n    def find_spec(self, *a): return None\n"
        "sys.meta_path.insert(0, Finder())\nold = builtins.__import__\n"
        "builtins.__import__ = lambda *a, **k: old(*a, **k)\ndef total(xs): return 0"
    ),
    "F27 edited results": answer(f"{FIND_RESULTS}\ndef total(xs): return 0"),
    "F28 edited frames": answer(
        "import sys\ndef total(xs):\n    f = sys._getframe()\n    while f:\n"
        "        for k in list(f.f_locals):\n"
        "            if k in ('value', 'outcomes', 'expected', 'reference'): f.f_locals[k] = 3\n"
        "        f = f.f_back\n    return None"
    ),
    "F30 replaced builtins": answer(
        "import builtins\nbuiltins.AssertionError = type('E', (Exception,), {})\n"
        "builtins.abs = lambda x: 0\nbuiltins.all = lambda x: True\n"
        "def total(xs): return 0"
    ),
    "F32 exit hooks and late threads": answer(
        "import atexit, signal, threading, time, weakref\n"
        "atexit.register(lambda: print('passed'))\nsignal.signal(signal.SIGTERM, lambda *a: None)\n"
        "class D:\n    def __del__(self): open('/tmp/result', 'w').write('passed')\nd = D()\n"
        "weakref.finalize(d, print, 'passed')\n"
        "threading.Thread(target=lambda: time.sleep(999), daemon=True).start()\n"
        "def total(xs): return 0"
    ),
    "F48 flood on the answer channel": answer(
        "import os\ndef total(xs):\n    for fd in range(3, 40):\n        for n in range(9):\n"
        "            try: os.write(fd, b'GWp1' + bytes([n]) * 30)\n"
        "            except OSError: break\n    return 0"
    ),
    "F48 answers before they are asked for": answer(
        "import os, socket\nfrom gradewright.values import Packed, encode\n"
        "from gradewright_grader.wall import packets\ndef total(xs):\n"
        "    frame = encode(('done', [(3, None, None, '')]))\n    for fd in range(3, 12):\n"
        "        try: s = socket.socket(fileno=os.dup(fd))\n        except OSError: continue\n"
        "        for n in range(5):\n"
        "            try: packets.send_packet(s, packets.ANSWER, n, frame)\n"
        "            except Exception: break\n    return 0"
    ),
    "F49 holds the answer back": answer("import time\ndef total(xs): time.sleep(999)"),
    "F52 no signal stops it": answer(
        "import signal\nfor n in range(1, 65):\n    try: signal.signal(n, signal.SIG_IGN)\n"
        "    except (OSError, ValueError): pass\nsignal.alarm(0)\ndef total(xs):\n"
        "    while True:\n        try:\n            while True: pass\n"
        "        except BaseException: pass"
    ),
}

READING = {
    "R01 looks for checks on the disk": (
        "import os\nname = 'FO' + 'UND'\nfor top, folders, files in os.walk('/'):\n"
        "    folders[:] = [d for d in folders if d not in ('proc', 'sys', 'usr', 'lib', 'site')]\n"
        "    for n in files:\n        if n in ('q1.py', 'assignment.toml', 'sums.py', "
        "'misconceptions.py', 'canary.txt'): print(name, top, n)"
    ),
    "R01 asks for the places by name": (
        "for p in {places}:\n    try: print('FOUND', open(p).read())\n"
        "    except OSError as e: print(type(e).__name__)"
    ),
    "R02 descriptors that are still open": (
        "import os\nfor fd in os.listdir('/proc/self/fd'):\n"
        "    try: print(os.readlink('/proc/self/fd/' + fd), os.pread(int(fd), 10**6, 0))\n"
        "    except OSError: pass"
    ),
    "R03 source caches and constants of callers": (
        "import sys, linecache, inspect\nf = sys._getframe()\nwhile f:\n"
        "    print(f.f_code.co_consts)\n    try: print(inspect.getsource(f.f_code))\n"
        "    except Exception: pass\n    f = f.f_back\nprint(list(linecache.cache))"
    ),
    "R05 walks memory": (
        "import re\nwanted = re.compile(b'canary[-]in-a-[f]ile|8602[8]121|check[(]hidde[n]=True')\n"
        "for m in open('/proc/self/maps'):\n"
        "    a, b = (int(x, 16) for x in m.split()[0].split('-'))\n"
        "    if 'rw' not in m.split()[1] or b - a > 1 << 26: continue\n"
        "    try:\n        with open('/proc/self/mem', 'rb', 0) as f:\n"
        "            f.seek(a); data = f.read(b - a)\n    except (OSError, ValueError): continue\n"
        "    for found in wanted.findall(data): print('FOUND', len(found))\n"
    ),
    "R06 memory of the parent": (
        "import os\nfor p in {{os.getppid(), 1, {pid}}}:\n    for n in ('mem', 'environ', 'maps', "
        "'cmdline'):\n        try: print('FOUND' if p == {pid} else '', "
        "open(f'/proc/{{p}}/{{n}}', 'rb').read(1000)[:200])\n        except OSError: pass"
    ),
    "R07 imports the reference": (
        "import importlib\nfor n in ('gradewright_trees', 'gradewright_grader.judge', 'tiny', "
        "'sums', 'reference.sums', 'gradewright_grader.engine', 'pytest', 'sklearn'):\n"
        "    try: importlib.import_module(n); print('FOUND', n)\n"
        "    except ImportError: pass\nfrom importlib import metadata\n"
        "print(['FOUND' for d in metadata.distributions() if 'grader' in d.metadata['Name']])"
    ),
    "R12 sends out": (
        "import socket\nfor family, to in ((socket.AF_INET, ('127.0.0.1', {port})), "
        "(socket.AF_INET, ('1.1.1.1', 53)), (socket.AF_UNIX, '\\0gradewright')):\n"
        "    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):\n        try:\n"
        "            s = socket.socket(family, kind); s.settimeout(0.2); s.connect(to)\n"
        "            s.send(b'x'); print('FOUND', to, s.recv(99))\n"
        "        except OSError as e: print(type(e).__name__)"
    ),
    "R13 environment": (
        "import os, subprocess\nprint(dict(os.environ), os.path.expanduser('~'), "
        "os.listdir(os.path.expanduser('~')))\nprint(open('/proc/1/environ', 'rb').read())"
    ),
    "R14 arguments of processes": (
        "import os\nfor p in os.listdir('/proc'):\n    if p.isdigit():\n"
        "        try: print(open(f'/proc/{{p}}/cmdline', 'rb').read())\n        except OSError: pass"
    ),
}

EXHAUSTING = {
    "X01 spins": own("while True: pass"),
    "X01 spins in a check": answer("def total(xs):\n    while True: pass"),
    "X02 waits": own("import time; time.sleep(999)"),
    "X02 asks for input": own("input()"),
    "X03 fork bomb": own("import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"),
    "X04 thread bomb": own(
        "import threading, time\nwhile True:\n"
        "    threading.Thread(target=time.sleep, args=(999,), daemon=True).start()"
    ),
    "X05 heap": own("x = []\nwhile True: x.append(bytearray(64 << 20))"),
    "X05 heap in a check": answer("def total(xs): return len(bytearray(1 << 40))"),
    "X08 recursion": answer("def total(xs): return total(xs)"),
    "X08 deep nesting": answer(
        "def total(xs):\n    v = []\n    for _ in range(10**5): v = [v]\n    return v"
    ),
    "X08 deep repr": own("v = []\nfor _ in range(10**5): v = [v]\nv"),
    "X08 contains itself": answer("def total(xs):\n    v = []\n    v.append(v)\n    return v"),
    "X09 segmentation fault": own("import ctypes; ctypes.string_at(1)"),
    "X09 abort": own("import os; os.abort()"),
    "X09 crash in a check": answer("import ctypes\ndef total(xs): ctypes.string_at(1)"),
    "X10 prints without end": own("while True: print('x' * 10**6)"),
    "X10 writes to the descriptor": own("import os\nwhile True: os.write(1, b'x' * 10**6)"),
    "X11 shows without end": own("from IPython.display import display\nwhile True: display(1)"),
    "X13 fills the disk": own(
        "with open('big', 'wb') as f:\n    while True: f.write(b'x' * 10**7)"
    ),
    "X13 many files": own("n = 0\nwhile True:\n    open(f'f{n}', 'w').close()\n    n += 1"),
    "X21 swallows the interrupt": own(
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
    ),
}

# What must keep working, so that nothing above is held by forbidding everything.
HONEST = {
    "files": "open('a.txt', 'w').write('1')\nassert open('a.txt').read() == '1'\nprint('DONE')",
    "temporary files": "import tempfile\nwith tempfile.TemporaryDirectory() as d: print('DONE')",
    "threads": "import threading\nt = threading.Thread(target=print, args=('DONE',))\n"
    "t.start(); t.join()",
    "a process": "import subprocess, sys\nprint(subprocess.run(['/opt/bin/python', '-c', "
    '\'print("DO" + "NE")\'], capture_output=True, text=True).stdout)',
    "numpy": "import numpy as np\nassert np.linalg.inv(np.eye(9)).sum() == 9\nprint('DONE')",
    "await": "import asyncio\nawait asyncio.sleep(0.01)\nprint('DONE')",
    "shell": "!echo DONE",
}

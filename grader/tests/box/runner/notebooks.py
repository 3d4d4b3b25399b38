"""Honest notebooks that must look here as they look in Jupyter: name -> sources of code cells."""

from __future__ import annotations

PLOT = "import matplotlib.pyplot as plt\n"

NOTEBOOKS: dict[str, list[str]] = {
    "values": [
        "1 + 1",
        "'text'",
        "None",
        "x = 3",
        "x;",
        "{'a': [1, 2], 'b': {3}}",
        "list(range(200))",
    ],
    "blank cells": ["", "   \n", "1", "# only a comment", "_"],
    "prints": ["print('a', 'b', sep='-')\nprint('no newline', end='')", "print('次')\n'值'"],
    "streams interleaved": [
        "import sys\nprint('one')\nprint('two', file=sys.stderr)\nprint('three')\n4",
        "print(5, file=sys.stderr, flush=True)\ndisplay(6)\nprint(7)",
    ],
    "carriage returns": ["for i in range(3):\n    print(f'\\r{i}', end='')\nprint()"],
    "every expression": [
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "InteractiveShell.ast_node_interactivity = 'all'",
        "1\n2\nprint(3)\n4",
        "InteractiveShell.ast_node_interactivity = 'last_expr'",
    ],
    "history": [
        "1 + 1",
        "_ + 1",
        "Out[1], _1, __, In[1]",
        "len(In), sorted(Out)",
        "_ = 5",
        "7",
        "_",
        "_i, _ih[1]",
    ],
    "history magic": ["a = 1", "%history"],
    "rich reprs": [
        "class A:\n"
        "    def _repr_html_(self): return '<b>a</b>'\n"
        "    def _repr_latex_(self): return '$a$'\n"
        "    def _repr_svg_(self): return '<svg/>'\n"
        "    def _repr_markdown_(self): return '*a*'\n"
        "    def _repr_json_(self): return {'a': [1, None]}\n"
        "    def __repr__(self): return 'A()'\n"
        "A()",
        "class B:\n    def _repr_png_(self): return b'\\x89PNG\\r\\n\\x1a\\n' + b'x' * 20\nB()",
        "class C:\n    def _repr_mimebundle_(self, include, exclude):\n"
        "        return {'text/plain': 'c', 'application/json': {'k': 1}}, {'m': 1}\ndisplay(C())",
        "class D:\n    def _repr_html_(self): raise ValueError('broken repr')\nD()",
        "class E:\n    def _ipython_display_(self): print('shown by itself')\nE()",
    ],
    "display objects": [
        "from IPython.display import HTML, JSON, Latex, Markdown, Math, SVG, display\n"
        "display(HTML('<i>x</i>'), Markdown('**m**'), Latex('$l$'), Math('x^2'))",
        "display({'text/plain': 'raw'}, raw=True)",
        "JSON({'a': 1})",
        "display(1, 2, metadata={'text/plain': {'k': 'v'}})",
    ],
    "display updates": [
        "h = display('first', display_id=True)\nh.update('second')",
        "k = display('kept', display_id='k')\nprint('between')",
        "k.update('changed later')\nprint('after')",
        "display('again', display_id='k')",
    ],
    "clear output": [
        "from IPython.display import clear_output\nprint('gone')\nclear_output()\nprint('kept')",
        "print('gone')\nclear_output(wait=True)\nprint('kept')",
        "print('stays')\nclear_output(wait=True)",
        "for i in range(3):\n    clear_output(wait=True)\n    display(i)",
    ],
    "cell magics": [
        "%%html\n<p>hello</p>",
        "%%latex\n$x$",
        "%%javascript\nalert(1)",
        "%%markdown\n# title",
        "%%capture out\nprint('captured')\n5",
        "out.stdout, len(out.outputs)",
        "%%writefile notes.txt\nsome text",
        "open('notes.txt').read()",
        "%%nosuchmagic\n1",
    ],
    "line magics": [
        "%pwd\n1",
        "a = 1\n%who",
        "%nosuchmagic",
        "%precision 3",
        "3.14159",
        "%env GW_X=1",
        "%env GW_X",
        "%mkdir sub",
        "%lsmagic;",
        "%matplotlib inline",
        "%load_ext autoreload\n%autoreload 2",
        "%config InlineBackend.figure_format",
        "%xmode Plain",
        "1/0",
        "%xmode Context",
    ],
    "timings": [
        "%timeit -n 2 -r 2 sum(range(10))",
        "%%time\nprint('x')\n2 + 2",
        "%time y = 5",
        "y",
        "t = %timeit -o -q -n 1 -r 1 pass\ntype(t).__name__",
    ],
    "write a module and import it": [
        "%%writefile helper.py\nVALUE = 42\ndef f(x):\n    return x * VALUE",
        "import helper\nhelper.f(2)",
        "%%writefile script.py\nimport sys\nz = 9\nprint(__name__, sys.argv[1:])",
        "%run script.py one two",
        "z",
        "!cat script.py",
    ],
    "bash": [
        "%%bash\necho out\nfor i in 1 2; do echo $i; done",
        "%%bash\necho oops >&2\nexit 3",
        "%%sh --out got\necho kept",
        "got",
        "%%bash --no-raise-error --err bad\necho e >&2; exit 1",
        "bad",
        "%%script python3 -u\nprint('from a script')",
        "%%script nosuchprogram\nx",
        "%%python3\nimport sys\nprint(len(sys.argv))",
    ],
    "shell commands": [
        "!echo hello",
        "name = 'x'\n!echo {name} $name $$HOME | cut -c1-3",
        "r = !printf 'a\\nb\\n'\nr",
        "!false",
        "_exit_code",
        "!echo err >&2",
        "!!echo listed",
        "get_ipython().system('echo direct')",
        "!sleep 1 &",
        "!exit 130",
        "_exit_code",
    ],
    "processes": [
        "import os, subprocess\nprint('before', flush=True)",
        "os.system('echo from system');",
        "subprocess.run(['echo', 'inherited']);",
        "subprocess.run('echo both; echo err >&2', shell=True, capture_output=True, text=True)",
        "subprocess.check_output(['printf', 'abc'])",
        # Jupyter reads descriptors in a thread of its own, and loses what comes as a cell ends
        "import time\nos.write(1, b'raw bytes\\n'); time.sleep(0.2)",
        "os.write(2, 'é'.encode()); time.sleep(0.2)",
    ],
    "await": [
        "import asyncio\nasync def f(x):\n    await asyncio.sleep(0)\n    return x * 2",
        "await f(3)",
        "print('before')\nr = await asyncio.gather(f(1), f(2))\nr",
        "await asyncio.wait_for(asyncio.sleep(10), 0.01)",
        "async with asyncio.Lock() as l:\n    print(l)",
        "c = f(1)\ntry:\n    asyncio.run(c)\n"
        "except RuntimeError as e:\n    print(e)\nfinally:\n    c.close()",
        "asyncio.get_running_loop().is_running()",
        "t = asyncio.create_task(f(5))",
        "await t",
        "c = f(1)\ntry:\n    asyncio.get_event_loop().run_until_complete(c)\n"
        "except RuntimeError as e:\n    print(e)\nfinally:\n    c.close()",
    ],
    "pandas": [
        "import pandas as pd\ndf = pd.DataFrame({'a': [1, 2], 'b': ['x', '数']})\ndf",
        "df.describe()",
        "print(df)",
        "pd.DataFrame([range(40)] * 3)",
        "print(pd.DataFrame([range(40)] * 3))",
        "df.style",
        "df.info()",
        "pd.Series([1.5, None])",
        "df['nosuch']",
    ],
    "numpy": [
        "import numpy as np\nnp.arange(6).reshape(2, 3)",
        "np.set_printoptions(precision=2)\nnp.seterr(divide='ignore')",
        "np.array([1.23456])",
        "np.array([1.0]) / 0",
        "np.array([0.0]) / 0",
        "np.ones(3) @ np.ones(4)",
    ],
    "decimal context": [
        "import decimal\ndecimal.getcontext().prec = 5",
        "decimal.Decimal(1) / 3",
    ],
    "figures": [
        PLOT + "plt.plot([1, 2, 3])",
        "plt.figure()\nplt.plot([1])\nplt.figure(figsize=(2, 1))\nplt.plot([2])\nprint('two');",
        "plt.plot([1, 2])\nprint('before show')\nplt.show()\nprint('after show')",
        "fig, ax = plt.subplots(1, 2)\nax[0].hist([1, 1, 2])\nfig",
        "len(plt.get_fignums())",
        "fig",
        "fig2 = plt.figure()\nplt.close(fig2)",
        "plt.plot([1])\n1/0",
        "plt.plot([1, 2], [1])",
        "plt.scatter([1, 2], [3, 4], label='s')\nplt.legend();",
    ],
    "figure formats": [
        "%config InlineBackend.figure_formats = ['svg']\n" + PLOT + "plt.figure(figsize=(1, 1));",
        "%config InlineBackend.figure_formats = ['png']",
        "plt.figure(figsize=(1, 1));",
    ],
    "savefig": [
        PLOT + "plt.plot([1, 2])\nplt.savefig('a.png')\nplt.close()",
        "from IPython.display import Image\nImage('a.png')",
    ],
    "threads": [
        "import threading\n"
        "ts = [threading.Thread(target=print, args=(f't{i}',)) for i in range(3)]\n"
        "for t in ts:\n    t.start()\n    t.join()",
        "from concurrent.futures import ThreadPoolExecutor\n"
        "with ThreadPoolExecutor(2) as ex:\n    r = list(ex.map(lambda x: x * x, range(4)))\nr",
        "def fail():\n    raise ValueError('in a thread')\n"
        "t = threading.Thread(target=fail, name='T'); t.start(); t.join()",
    ],
    "multiprocessing": [
        "import multiprocessing as mp\ndef square(x):\n    return x * x",
        "with mp.Pool(2) as pool:\n    r = pool.map(square, range(5))\nr",
        "def say(x):\n    print('worker', x, flush=True)\np = mp.Process(target=say, args=(1,))\n"
        "p.start(); p.join(); p.exitcode",
    ],
    "warnings": [
        "import warnings\nwarnings.warn('careful')",
        "for i in range(3):\n    warnings.warn('once')",
        "def old():\n    warnings.warn('old', DeprecationWarning, stacklevel=2)\nold()",
        "warnings.simplefilter('ignore')\nwarnings.warn('silent')",
        "warnings.resetwarnings()",
    ],
    "logging": [
        "import logging\nlogging.warning('shown')\nlogging.info('not shown')",
        "logging.getLogger('a').error('named')",
    ],
    "long output": [
        "for i in range(3000):\n    print('line', i)",
        "'x' * 5000",
        "list(range(3000))",
    ],
    "errors": [
        "1/0",
        "def f(n):\n    return g(n)\ndef g(n):\n    raise KeyError(n)\nf('k')",
        "try:\n    1/0\nexcept ZeroDivisionError as e:\n    raise ValueError('chained') from e",
        "try:\n    1/0\nexcept ZeroDivisionError:\n    undefined_name",
        "raise ValueError",
        "raise ValueError('多字节', 2)",
        "assert 1 == 2, 'no'",
        "class Odd(Exception):\n    def __str__(self): return 'odd'\nraise Odd()",
        "print('before')\nraise RuntimeError('after output')",
        "import json\njson.loads('{')",
        "int('x')",
        "import nosuchmodule",
        "raise KeyboardInterrupt",
        "raise ExceptionGroup('g', [ValueError(1)])",
        "%tb",
        "eval('1 +')",
        "lambda: 0\nraise SystemError('s')",
    ],
    "syntax errors": [
        "1 +",
        "def f(:\n  pass",
        "if True:\nprint(1)",
        "x = (1,\n",
        "return 5",
        "print 'a'",
        "'unterminated",
        "  y = 1\n y = 2",
        "await = 3",
        "f(**{'a': 1}, *b",
    ],
    "recursion": ["def f(n):\n    return f(n + 1)\nf(0)"],
    "exits": [
        "import sys\nprint('a')\nsys.exit()",
        "sys.exit('message')",
        "sys.exit(3)",
        "raise SystemExit",
        "1",
    ],
    "input": [
        "input('name? ')",
        "import getpass\ngetpass.getpass()",
        "import sys\nsys.stdin.read()",
    ],
    "help": ["len?", "def f():\n    'doc'\nf?", "f??", "help(f)", "nosuch?"],
    "classes": [
        "from dataclasses import dataclass\n@dataclass\nclass P:\n"
        "    x: int\n    y: float = 2.0\nP(1)",
        "import pickle\npickle.loads(pickle.dumps(P(1)))",
        "import enum\nclass C(enum.Enum):\n    A = 1\nC.A, P.__module__, __name__",
        "'__file__' in globals()",
        "def f():\n    return 1\nimport inspect\nprint(inspect.getsource(f))",
        "import copy\ncopy.deepcopy(P(3))",
        "globals()['P'] is __import__('__main__').P",
    ],
    "standard library": [
        "import sqlite3\ndb = sqlite3.connect(':memory:')\n"
        "db.execute('create table t (a)')\ndb.execute('insert into t values (1)')\n"
        "db.execute('select * from t').fetchall()",
        "import csv, io, re, itertools, collections\ncollections.Counter('aab')",
        "from pathlib import Path\nPath('q.txt').write_text('z')\nPath('q.txt').read_text()",
        "import doctest\ndef add(a, b):\n    '''\n    >>> add(1, 2)\n    4\n    '''\n"
        "    return a + b\n"
        "doctest.testmod()",
        "from contextlib import redirect_stdout\nimport io\nb = io.StringIO()\n"
        "with redirect_stdout(b):\n    print('hidden')\nb.getvalue()",
        "import unittest\nclass T(unittest.TestCase):\n    def test(self): self.assertEqual(1, 1)\n"
        "unittest.main(argv=[''], exit=False).result.testsRun",
    ],
    "shadowed names": [
        "list = [1, 2]\nprint_ = print\nlen = 3\nopen = 'o'\nstr = 's'\nsum = 0\nmax = 1",
        "list, len, open",
        "print = lambda *a: None\nprint('nothing')",
        "type = 1; dict = 2; isinstance = 3; id = 4; sys = 5; os = 6; display = 7",
        "1/0",
        "del print, list\nprint(list('ab'))",
    ],
    "stdout replaced": [
        "import io, sys\nkeep = sys.stdout\nsys.stdout = io.StringIO()\nprint('hidden')\n1",
        "print('still hidden')",
        "sys.stdout = keep",
        "print('back')",
        "sys.stdout.isatty(), sys.stdout.encoding, sys.stdout.name",
        "sys.stdout.write(5)",
        "sys.stdout.write('n')",
        "sys.stdout.writelines(['a', 'b'])",
    ],
    "tqdm style": [
        "import sys\nfor i in range(3):\n    sys.stderr.write(f'\\r{i * 50}%')\n"
        "sys.stderr.write('\\n');"
    ],
    "scikit-learn": [
        "from sklearn.linear_model import LogisticRegression\nimport numpy as np\n"
        "m = LogisticRegression().fit(np.arange(4).reshape(-1, 1), [0, 0, 1, 1])\nprint(m)",
        "m.predict([[3]])",
        "m.predict([[3, 4]])",
    ],
    "future and globals": [
        "from __future__ import annotations\ndef f(x: Undefined): return x",
        "def g(x: AlsoUndefined): return x\ng.__annotations__",
        "x = 10\ndef change():\n    global x\n    x = 11\nchange()\nx",
        "[x for x in range(3)], x",
        "exec('q = 1')\nq",
        "%reset -f",
        "q",
    ],
    "macros and aliases": [
        "a = 1\nprint(a)",
        "%macro m 1",
        "m",
        "%alias hi echo hi",
        "%hi",
        "%recall 1",
    ],
}

"""Small notebooks that train, and a tiny topic that allows torch, for tests and benchmarks."""

from __future__ import annotations

from pathlib import Path

from grader.tests.judge.building import ASSIGNMENT, FILES, MEAN, TOTAL, tiny

from gradewright.host import Assignment

ANSWERS = [TOTAL, MEAN]
ALLOWED = 'allow = ["torch", "matplotlib"]\nban = ["scipy", "sklearn"]'

NUMPY_MLP = """
import numpy as np
X = np.random.randn(200, 8)
y = (X[:, :1] * X[:, 1:2] > 0).astype(float)
W1, W2 = np.random.randn(8, 32) * 0.5, np.random.randn(32, 1) * 0.2
for step in range(100):
    h = np.tanh(X @ W1)
    p = 1 / (1 + np.exp(-h @ W2))
    d = (p - y) / len(X)
    W2, W1 = W2 - 2.0 * h.T @ d, W1 - 2.0 * X.T @ (d @ W2.T * (1 - h * h))
loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
print(f"{loss:.9f}")
"""

MLP = """
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
X = torch.randn(128, 8)
y = (X[:, 0] * X[:, 1] > 0).long()
net = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 2))
step = torch.optim.Adam(net.parameters(), lr=0.02)
for epoch in range(8):
    for a, b in DataLoader(TensorDataset(X, y), batch_size=64, shuffle=True):
        loss = nn.functional.cross_entropy(net(a), b)
        step.zero_grad()
        loss.backward()
        step.step()
print(f"{nn.functional.cross_entropy(net(X), y).item():.7f}")
"""

CNN = """
import torch
from torch import nn
X = torch.randn(32, 1, 12, 12)
y = (X.mean((1, 2, 3)) > 0).long()
X[y == 1, :, 3:6, 3:6] += 1
net = nn.Sequential(nn.Conv2d(1, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2),
                    nn.Flatten(), nn.Linear(200, 2))
step = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
for epoch in range(6):
    loss = nn.functional.cross_entropy(net(X), y)
    step.zero_grad()
    loss.backward()
    step.step()
print(f"{loss.item():.7f}")
"""

# What a notebook may leave behind; afterwards its checks must run all the same.
LEFT_BEHIND = {
    "two threads": "import torch\ntorch.set_num_threads(2)\nx = torch.randn(600, 600)\ny = x @ x",
    "two threads and backward": "import torch\ntorch.set_num_threads(2)\n"
    "x = torch.randn(300, 300, requires_grad=True)\n(x @ x).sin().sum().backward()",
    "a pool of threads": "from concurrent.futures import ThreadPoolExecutor\n"
    "pool = ThreadPoolExecutor(3)\nprint(list(pool.map(abs, [-1, -2, -3])))",
    "a thread that never ends": "import threading, time\n"
    "threading.Thread(target=time.sleep, args=(1000,)).start()",
    "workers of a loader": "import torch\nfrom torch.utils.data import DataLoader\n"
    "loader = DataLoader(torch.arange(8.), batch_size=2, num_workers=2, persistent_workers=True)\n"
    "rows = iter(loader)\nfirst = next(rows)",
    "a daemon": "import os, time\nif os.fork() == 0:\n    os.setsid()\n"
    "    if os.fork() == 0:\n        time.sleep(1000)\n    os._exit(0)\nos.wait()",
    "a subprocess": "import subprocess\nchild = subprocess.Popen(['sleep', '1000'])",
    "processes of multiprocessing": "import multiprocessing, time\n"
    "p = multiprocessing.Process(target=time.sleep, args=(1000,))\np.start()\n"
    "pool = multiprocessing.Pool(2)\nprint(pool.map(abs, [-1, 2]))",
}


def torch_topic(folder: Path, more: str = "") -> Assignment:
    """The tiny assignment with torch allowed; `more`: further checks of q1."""
    changed = {ASSIGNMENT: FILES[ASSIGNMENT].replace('ban = ["scipy", "sklearn"]', ALLOWED)}
    return tiny(folder, changed, more)

"""Warming torch before the first fork, with real tiny work.

Much of torch is imported or set up only when it is first used: an optimizer's first step alone
brings in 870 modules (`torch._dynamo`, sympy), 1.3 s that every submission would pay anew. So the
zygote trains once: what a child would do first has then been done. It stays with one thread
throughout; a thread pool would not survive the fork, and every child would hang in it.
"""

from __future__ import annotations

import sys
from typing import Any


def warm_torch() -> None:
    """Load, train, evaluate and print once if torch is imported in this process; else do nothing.

    Raises RuntimeError where torch would use more than one thread.
    """
    torch: Any = sys.modules.get("torch")  # no dependency of ours: only where it is allowed
    if torch is None:
        return
    if torch.get_num_threads() != 1:
        raise RuntimeError(
            f"torch uses {torch.get_num_threads()} threads; allowed: 1, because a thread pool does "
            "not survive a fork; start the zygote with OMP_NUM_THREADS=1"
        )
    _train(torch, _perceptron(torch), torch.nn.CrossEntropyLoss(), (3,))
    _train(torch, _convolutions(torch), torch.nn.CrossEntropyLoss(), (1, 8, 8))
    repr(torch.linspace(0, 1, 12).reshape(3, 4))
    torch.linalg.svd(torch.eye(3))
    torch.manual_seed(0)


def _perceptron(torch: Any) -> Any:
    nn = torch.nn
    return nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Dropout(0.5), nn.Linear(4, 2))


def _convolutions(torch: Any) -> Any:
    nn = torch.nn
    head = [nn.Flatten(), nn.Linear(2 * 3 * 3, 2)]
    return nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.MaxPool2d(2), *head)


def _train(torch: Any, model: Any, loss: Any, shape: tuple[int, ...]) -> None:
    data = torch.utils.data.TensorDataset(torch.randn(4, *shape), torch.arange(4) % 2)
    for kind in (torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW):
        optimizer = kind(model.parameters(), lr=0.01)
        for x, y in torch.utils.data.DataLoader(data, batch_size=2, shuffle=True):
            optimizer.zero_grad()
            loss(model(x), y).backward()
            optimizer.step()
    model.eval()
    with torch.no_grad():
        model(torch.randn(1, *shape))

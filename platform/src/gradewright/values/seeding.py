"""Seeding what code draws from without being handed a generator."""

from __future__ import annotations

import random
import sys


def seed_all(seed: int) -> None:
    """Seed the global generators of random, and of NumPy and torch where they are loaded.

    Any whole number will do; each library takes as many bits as it can.
    """
    random.seed(seed)
    if (np := sys.modules.get("numpy")) is not None:
        np.random.seed(seed % 2**32)
    if (torch := sys.modules.get("torch")) is not None:
        torch.manual_seed(seed % 2**63)

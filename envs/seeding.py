"""Independent random streams, each named by what it is for."""

from __future__ import annotations

import hashlib

import numpy as np

TRAIN = "train"
"""Split of scenes that a learner may see."""
EVALUATION = "evaluation"
"""Split of scenes that success is measured on."""
COLLECT = "collect"
"""Split of scenes for the feasibility model's rollouts."""


def stream(*keys: str | int) -> np.random.Generator:
    """A generator that depends on all of `keys`, and on nothing else.

    The split is one of the keys, so that equal seed numbers give training and evaluation scenes nothing in common.
    """
    words = [int.from_bytes(hashlib.sha256(f"{type(k).__name__}:{k}".encode()).digest()[:8], "little") for k in keys]
    return np.random.default_rng(np.random.SeedSequence(words))

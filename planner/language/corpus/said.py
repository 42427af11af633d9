"""The words that the corpus says, and how often: what `planner.language.spelling` knows."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np

from planner.language.corpus import SHARES, held_out, wishes
from planner.language.corpus.scenes import draw_scene

LEAST = 2
"""What is said less often is left out."""


def said(count: int, seed: int) -> str:
    """Words of three letters or more in so many instructions of the training split, without slips: `block 812`."""
    rng = np.random.default_rng(seed)
    words: Counter[str] = Counter()
    drawn = 0
    while drawn < count:
        family = str(rng.choice(list(SHARES), p=list(SHARES.values())))
        scene = draw_scene(family, rng)
        for drawer in wishes()[family].values():
            wish = drawer(scene, rng)
            if wish is not None and not held_out(wish.template):
                text = " ".join([wish.instruction, *(words for words, _ in wish.replies)])
                words.update(re.findall(r"(?<![\w'-])[a-z]{3,}(?![\w'-])", text.lower()))
                drawn += 1
    return "".join(f"{word} {n}\n" for word, n in sorted(words.items()) if n >= LEAST)

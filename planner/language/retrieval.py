"""Which solved instructions to show for this one: those most like it (KATE, arXiv 2101.06804).

A small model copies what it has just read. Eight examples that sound like the instruction teach it more than thirty of
all kinds, and cost a quarter of the reading. Likeness is the cosine of tf-idf weights over words and pairs of words,
with the things' names masked: `put the red block in the blue bowl` is like `drop the {0} in the {1}`.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Sequence

from sim.catalog import COLORS

_THING = re.compile(rf"\b(?:{'|'.join(COLORS)}) [a-z]+(?: \d+)?|{{\d}}")


def nearest(instruction: str, examples: Sequence[str], count: int) -> list[int]:
    """Indices of the `count` examples most like the instruction, the most like last, where a model heeds it most.

    Args:
        instruction: in natural language.
        examples: instructions of the examples, with `{0}`, ... for the things.
        count: how many; fewer where there are not so many.
    """
    bags = [_features(text) for text in examples]
    spread = Counter(feature for bag in bags for feature in bag)
    weight = {f: math.log((len(bags) + 1.0) / (n + 0.5)) for f, n in spread.items()}
    # A word that is in no example weighs as one that is in half an example would: it makes all of them less like.
    rare = math.log((len(bags) + 1.0) / 0.5)
    asked = _features(instruction)

    def norm(bag: frozenset[str]) -> float:
        return math.sqrt(sum(weight.get(f, rare) for f in bag))

    likeness = [sum(weight[f] for f in asked & bag) / (norm(asked) * norm(bag)) for bag in bags]
    order = sorted(range(len(examples)), key=lambda k: -likeness[k])
    return order[:count][::-1]


def _features(text: str) -> frozenset[str]:
    """Words, pairs of neighbours and the number of things named; endings that say nothing new are cut off."""
    masked, things = _THING.subn("x", text.lower())
    words = [re.sub(r"(?:wards?|s)$", "", w) if len(w) > 4 else w for w in re.findall(r"[a-z]+", masked)]
    pairs = (f"{a} {b}" for a, b in itertools.pairwise(words))
    return frozenset({*words, *pairs, f"{things} things"})

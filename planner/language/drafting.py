"""A light proposer of the next step: it drafts the few likeliest of many calls, and the language model ranks those.

A linear ranker over hashed pairs of words: of what the person said with the words of a call, with the call's pattern in
which named things are left out, and with the step before. It reads the same texts as the language model, knows no skill
and no family, and takes about a millisecond (hashed features: arXiv 0902.2206; draft and rank: arXiv 2211.17192 over
steps in the place of tokens).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
from safetensors.numpy import load_file, save_file

from planner.language.protocol import Scores

WEIGHTS = Path(__file__).parent / "weights" / "drafter.safetensors"
BITS = 19
"""The table has 2 to the power of this many weights, in float16 in the file: 1 MB."""
_MIX = np.uint64(0x9E3779B97F4A7C15)
_WORD = re.compile(r"[a-z]+|[0-9]+")
_KNOWN_STEPS = 4


class _Scoring(Protocol):
    def score(self, prompt: str, continuations: Sequence[str]) -> Scores: ...


class StepDrafter:
    """Ranks continuations of a dialogue's prompt."""

    def __init__(self, weights: np.ndarray) -> None:
        """Takes over a table of weights, float32, shape (2 ** BITS,)."""
        self.weights = weights

    @staticmethod
    def from_file(path: Path = WEIGHTS) -> StepDrafter:
        """The trained one.

        Raises:
            FileNotFoundError: there is no such file.
            ValueError: it holds a table of another size.
        """
        if not path.is_file():
            raise FileNotFoundError(f"no drafter at {path.name}; train one with 'python scripts/train_drafter.py'")
        weights = load_file(path)["weights"].astype(np.float32)
        if weights.shape != (2**BITS,):
            raise ValueError(f"{path.name} holds weights of shape {weights.shape}; expected ({2**BITS},)")
        return StepDrafter(weights)

    def save(self, path: Path, metadata: dict[str, str]) -> None:
        """Writes the weights in float16, with what made them."""
        save_file({"weights": self.weights.astype(np.float16)}, path, metadata=metadata)

    def values(self, prompt: str, continuations: Sequence[str]) -> np.ndarray:
        """A number for each continuation, the higher the likelier, shape (continuations,)."""
        rows = features(prompt, continuations)
        return np.array([self.weights[row].sum() for row in rows])

    def shortlist(self, prompt: str, continuations: Sequence[str], count: int) -> list[int]:
        """Indices of the likeliest continuations, in their own order.

        Args:
            prompt: of `planner.language.dialogue.Dialogue`, up to `Step:`.
            continuations: answers.
            count: how many; all of them where there are no more.
        """
        if len(continuations) <= count:
            return list(range(len(continuations)))
        order = np.argsort(-self.values(prompt, continuations), kind="stable")
        return sorted(order[:count].tolist())


def score_drafted(
    model: _Scoring, drafter: StepDrafter, prompt: str, continuations: Sequence[str], count: int
) -> tuple[list[int], Scores]:
    """The language model's scores of the drafted continuations, and which they are.

    Args:
        model: reads the prompt and scores what is drafted in one pass.
        drafter: proposes.
        prompt: as for `StepDrafter.shortlist`.
        continuations: all that may come.
        count: how many are drafted.
    """
    drafted = drafter.shortlist(prompt, continuations, count)
    return drafted, model.score(prompt, [continuations[k] for k in drafted])


def features(prompt: str, continuations: Sequence[str]) -> list[np.ndarray]:
    """Indices into the table for each continuation, int64."""
    said, steps, failed = _parts(prompt)
    heard = _grams(said)
    last = steps[-1] if steps else ()
    context = _hashes(
        [
            f"steps {min(len(steps), _KNOWN_STEPS)}",
            f"last {' '.join(last[:1])}",
            f"failed {failed}",
            f"length {min(len(said) // 6, 5)}",
            *(f"before {s[0]}" for s in steps[-3:-1] if s),
        ]
    )
    asked = np.concatenate([_hashes(heard), context])
    known = set(said)
    recent = set(last)
    done = {" ".join(s) for s in steps}
    pairs = {" ".join(p) for p in itertools.pairwise(said)}
    order = {w: k for k, w in reversed(list(enumerate(said)))}
    return [_row(asked, said, known, recent, done, pairs, order, text) for text in continuations]


def _row(
    asked: np.ndarray,
    said: Sequence[str],
    known: set[str],
    recent: set[str],
    done: set[str],
    pairs: set[str],
    order: dict[str, int],
    text: str,
) -> np.ndarray:
    """Each feature of a call alone and with each of what was asked."""
    words = _WORD.findall(text.lower())
    blank = ["@" if w in known else w for w in words]
    both = list(itertools.pairwise(words))
    met = ["".join("+" if f"{a} {b}" in pairs else "-" for a, b in both)]
    places = [order[w] for w in words if w in order]
    rising = "".join("<" if a < b else ">" for a, b in itertools.pairwise(places))
    own = [
        *words,
        *(" ".join(p) for p in both),
        f"pattern {' '.join(blank)}",
        f"share {words[0]} {sum(w in known for w in words)}/{len(words)}",
        f"pairs {words[0]} {met[0]}",
        f"order {words[0]} {rising}",
        f"again {words[0]} {''.join('+' if w in recent else '-' for w in words[1:])}",
        f"done {' '.join(words) in done}",
        f"first {words[0]} {min(min(places) * 4 // max(len(said), 1), 3) if places else '-'}",
    ]
    alone = _hashes(own)
    crossed = (alone[:, None] ^ (asked[None, :] * _MIX)).ravel()
    mixed = np.concatenate([alone, crossed]) * _MIX
    return (mixed >> np.uint64(64 - BITS)).astype(np.int64)


def _parts(prompt: str) -> tuple[tuple[str, ...], list[tuple[str, ...]], bool]:
    """Words of what was said, of each step so far, and whether the last of these failed."""
    said: list[str] = []
    steps: list[tuple[str, ...]] = []
    failed = False
    for line in prompt.lower().splitlines():
        kind, _, rest = line.partition(":")
        if kind in ("task", "person"):
            said += _WORD.findall(rest)
        elif kind == "step" and rest.strip():
            steps.append(tuple(_WORD.findall(rest)))
            failed = False
        elif kind == "failed":
            failed = True
    return tuple(said), steps, failed


def _grams(words: Sequence[str]) -> list[str]:
    return [*words, *(" ".join(p) for p in itertools.pairwise(words))]


def _hashes(texts: Sequence[str]) -> np.ndarray:
    return np.array([_hash(t) for t in texts], dtype=np.uint64)


@lru_cache(maxsize=65536)
def _hash(text: str) -> int:
    """FNV-1a over the bytes; Python's own hash differs from run to run."""
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return value

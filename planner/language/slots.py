"""Prompts that were read, and the end of one as a place to go on from.

Prompts of one episode share all but their end. So caches of recent prompts are kept, and a new prompt starts from the
longest common prefix.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from planner.language.runner import Runner


@dataclass
class Slot:
    """The keys and values of one prompt that was read."""

    tokens: list[int]
    cache: Any

    def shorten(self, length: int) -> None:
        """Forgets all tokens after the first `length`."""
        if length < len(self.tokens):
            self.cache.crop(length)
            self.tokens = self.tokens[:length]


class Slots:
    """The last few prompts."""

    def __init__(self, runner: Runner, capacity: int) -> None:
        self._runner, self._capacity = runner, capacity
        self._slots: list[Slot] = []

    def find(self, tokens: Sequence[int]) -> tuple[Slot, int]:
        """A slot that holds a prefix of the prompt, all but the last token at most, and how many are still to read.

        A slot of which more than a little would be lost is copied, not cut: its own prompt may come again.
        """
        shared = [_common_prefix(s.tokens, tokens[:-1]) for s in self._slots]
        best = max(range(len(shared)), key=shared.__getitem__, default=None)
        if best is None:
            slot = Slot([], self._runner.cache())
        else:
            slot = self._slots.pop(best)
            if shared[best] < len(slot.tokens):
                self._slots.append(slot)
                slot = Slot(slot.tokens[: shared[best]], slot.cache.copy(shared[best]))
        self._slots = [*self._slots[-(self._capacity - 1) :], slot] if self._capacity > 1 else [slot]
        return slot, len(tokens) - len(slot.tokens)


class SlotReader:
    """A `Reader` at the end of a prompt in a slot; when done, `close` leaves the prompt and what was written."""

    def __init__(self, runner: Runner, slot: Slot, tokens: Sequence[int]) -> None:
        """Reads the prompt's rest.

        Args:
            runner: the model.
            slot: holds a prefix of the prompt.
            tokens: of the prompt.
        """
        self._runner, self._slot, self._tokens = runner, slot, list(tokens)
        n, rest = len(slot.tokens), self._tokens[len(slot.tokens) :]
        self._first = runner.forward(rest, range(n, n + len(rest)), slot.cache, None, slice(len(rest) - 1, len(rest)))
        slot.tokens = list(tokens)
        self._depths: list[int] = []
        self._sees: list[list[int]] = []

    def after_prompt(self) -> Tensor:
        """See `Reader.after_prompt`."""
        return self._first[0]

    def chain(self, tokens: Sequence[int], keep: int) -> Tensor:
        """See `Reader.chain`."""
        n = len(self._tokens) + keep
        self._slot.shorten(n)
        logits = self._runner.forward(tokens, range(n, n + len(tokens)), self._slot.cache, None, slice(0, len(tokens)))
        self._slot.tokens += tokens
        return logits

    def branches(self, tokens: Sequence[int], parents: Sequence[int]) -> Tensor:
        """See `Reader.branches`."""
        n, before, r = len(self._tokens), len(self._depths), len(tokens)
        for node, parent in enumerate(parents, start=before):
            self._depths.append(self._depths[parent] + 1 if parent >= 0 else 0)
            self._sees.append([*(self._sees[parent] if parent >= 0 else ()), node])
        sees = torch.zeros(r, n + before + r, dtype=torch.bool)
        sees[:, :n] = True
        for row, seen in enumerate(self._sees[before:]):
            sees[row, [n + k for k in seen]] = True
        positions = [n + depth for depth in self._depths[before:]]
        logits = self._runner.forward(tokens, positions, self._slot.cache, sees, slice(0, r))
        self._slot.tokens += tokens
        return logits

    def close(self, written: Sequence[int] = ()) -> None:
        """Leaves in the slot the prompt, and of what follows what is a beginning of `written`.

        Of the prompt the last token is dropped, as its logits are not kept, unless more follows.
        """
        n = len(self._tokens)
        follows = _common_prefix(self._slot.tokens[n:], written) if not self._depths else 0
        self._slot.shorten(n + follows if follows else n - 1)


def _common_prefix(a: Sequence[int], b: Sequence[int]) -> int:
    for k, (x, y) in enumerate(zip(a, b, strict=False)):
        if x != y:
            return k
    return min(len(a), len(b))

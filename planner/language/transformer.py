"""A causal language model in a folder: prompts are read once, candidates are scored in one forward pass.

Reading a prompt costs far more than scoring what may follow it, and prompts of one episode share all but their end. So
caches of recent prompts are kept, a new prompt starts from the longest common prefix, and the rest of the prompt goes
through the network together with the token trie of all candidates: a tree mask lets each node see the prompt and the
nodes on its way to the root (tree attention: SpecInfer, arXiv 2305.09781).

Shapes: n prompt tokens in the cache, r tokens of the prompt's rest, t trie nodes that are read, v vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch

from planner.language.codec import open_codec
from planner.language.decoding import Written, beam, prompt_lookup, write
from planner.language.masks import Grammar, GrammarMask, Spelling, TrieMask
from planner.language.protocol import Generation, ModelIdentity, Scores
from planner.language.runner import open_runner
from planner.language.slots import Slot, SlotReader, Slots
from planner.language.trie import TokenTrie

_SEAM = 64
"""Characters of the prompt that are tokenised again with each continuation, to see that the seam is clean."""


class TransformersModel:
    """A `LanguageModel` over the weights in a folder (or under a hub name) that transformers can load."""

    def __init__(
        self,
        source: str,
        *,
        name: str | None = None,
        sha256: str | None = None,
        threads: int = 1,
        slots: int = 4,
        speaks_dialogue: bool = False,
        precision: str = "fp32",
    ) -> None:
        """Loads tokenizer and weights.

        Args:
            source: a folder, or a hub name.
            name: what it is called in records; `source` if not given.
            sha256: of the weights, if known.
            threads: for torch, process-wide: a small model gains little from more, and workers share the processor.
            slots: how many prompts are kept in the cache (46 kB a token for the embedded model).
            speaks_dialogue: whether it was trained on `planner.language.dialogue`.
            precision: one of `planner.language.llama.PRECISIONS`.

        Raises:
            OSError: there is no such model.
            ValueError: no such precision.
        """
        torch.set_num_threads(threads)
        self.name = name or source
        self.source = source
        self.speaks_dialogue = speaks_dialogue
        """Whether it knows the prompts of `planner.language.dialogue`; other models are shown examples."""
        self._sha256 = sha256
        self.precision = precision
        self.speculative = True
        """Whether `generate` drafts from the prompt's own words; what is written is the same."""
        self._codec = open_codec(source)
        self._runner = open_runner(source, precision)
        self._slots = Slots(self._runner, slots)
        self._spelling = Spelling(self._codec.encode)

    @cached_property
    def tokenizer(self) -> Any:
        """The tokenizer as transformers loads it: for training, and to compare with."""
        from transformers import AutoTokenizer

        return AutoTokenizer.from_pretrained(self.source)

    @cached_property
    def network(self) -> Any:
        """The network as transformers loads it, in float32: to compare with. What runs has weights of its own."""
        from planner.language.transformers_runner import load_network

        return load_network(self.source)

    def identity(self) -> ModelIdentity:
        """Name, folder, weights' hash and package versions."""
        packages = {"torch": torch.__version__, "transformers": version("transformers")}
        return ModelIdentity(self.name, Path(self.source).name, self._sha256, packages)

    def score(self, prompt: str, continuations: Sequence[str], *, within: bool = False) -> Scores:
        """See `LanguageModel.score`; equal to scoring each continuation by itself, up to rounding.

        Args:
            prompt: as there.
            continuations: as there.
            within: as there. Whatever follows without a choice need not be read: about half the tokens of a scene's
                calls.
        """
        if not continuations:
            raise ValueError("no continuation to score; expected at least one")
        tokens, tails = self._tokenize(prompt, continuations)
        trie = TokenTrie.build(tails)
        slot, read = self._slots.find(tokens)
        nodes = trie.choosing if within else trie.inner
        logits = self._read_trie(slot, tokens, trie, nodes)  # (1 + t, v)
        edges = _within(trie, nodes, logits) if within else _edge_log_probabilities(trie, nodes, logits)
        sums = tuple(float(sum(edges[node] for node in path)) for path in trie.paths)
        return Scores(sums, tuple(len(t) for t in tails), read, len(nodes))

    def generate(
        self,
        prompt: str,
        *,
        allowed: Sequence[str] | None = None,
        max_tokens: int = 48,
        stop: Sequence[str] = ("\n",),
    ) -> Generation:
        """See `LanguageModel.generate`; `allowed` is followed through a token trie."""
        tokens, tails = self._tokenize(prompt, allowed or ())
        if allowed is not None and not allowed:
            raise ValueError("no text is allowed; expected at least one")
        trie = TokenTrie.build(tails) if allowed is not None else None
        slot, read = self._slots.find(tokens)
        reader = SlotReader(self._runner, slot, tokens)
        written = write(
            reader,
            TrieMask.of(trie) if trie is not None else None,
            limit=max_tokens if trie is None else max(map(len, tails)),
            stop=(lambda ids: self._stops(ids, stop)) if trie is None else lambda ids: False,
            drafter=prompt_lookup(tokens) if self.speculative else None,
        )
        reader.close(written.tokens)
        if allowed is not None:
            text = allowed[tails.index(written.tokens)]
        else:
            text = self._codec.decode(written.tokens, special=False)
            text = text[: min((text.find(s) for s in stop if s in text), default=len(text))]
        return _generation(text, written, read)

    def generate_formula(
        self, prompt: str, grammar: Grammar, *, beams: int = 1, max_tokens: int = 160
    ) -> tuple[Generation, ...]:
        """See `GrammarModel.generate_formula`."""
        tokens, _ = self._tokenize(prompt, ())
        slot, read = self._slots.find(tokens)
        reader = SlotReader(self._runner, slot, tokens)
        mask = GrammarMask(grammar, self._spelling)
        if beams == 1:
            found = [write(reader, mask, limit=max_tokens, drafter=prompt_lookup(tokens) if self.speculative else None)]
            found = [w for w in found if w.whole]
        else:
            found = beam(reader, mask, beams=beams, limit=max_tokens)
        reader.close()
        return tuple(_generation(self._codec.decode(w.tokens), w, read) for w in found)

    def _stops(self, written: Sequence[int], stop: Sequence[str]) -> bool:
        if written[-1] == self._codec.end:
            return True
        text = self._codec.decode(written)
        return any(s in text for s in stop)

    def _tokenize(self, prompt: str, continuations: Sequence[str]) -> tuple[list[int], list[list[int]]]:
        """Tokens of the prompt and of each continuation after it."""
        tokens = self._codec.encode(prompt, special=True)
        if not tokens:
            raise ValueError("the prompt is empty; a language model needs at least one token to go on from")
        end = prompt[-_SEAM:]
        head = self._codec.encode(end)
        tails = []
        encoded = self._codec.encode_all([end + c for c in continuations])
        for continuation, ids in zip(continuations, encoded, strict=True):
            if ids[: len(head)] != head or len(ids) == len(head):
                raise ValueError(
                    f"the continuation {continuation!r} is empty or melts into the prompt's end {prompt[-12:]!r}; "
                    "begin it with a space, or end the prompt in a line break"
                )
            tails.append(ids[len(head) :])
        return tokens, tails

    def _read_trie(self, slot: Slot, tokens: list[int], trie: TokenTrie, nodes: Sequence[int]) -> torch.Tensor:
        """Reads the prompt's rest and nodes of the trie; leaves the whole prompt but its last token in the slot.

        Returns:
            Logits after the prompt and after each node, shape (1 + t, v).
        """
        n, rest = len(slot.tokens), tokens[len(slot.tokens) :]
        r, t = len(rest), len(nodes)
        sees = np.zeros((r + t, n + r + t), dtype=bool)
        sees[:, :n] = True
        sees[:r, n : n + r] = np.tril(np.ones((r, r), dtype=bool))
        sees[r:, n : n + r] = True
        sees[r:, n + r :] = trie.ancestry()[np.ix_(nodes, nodes)]
        positions = [*range(n, n + r), *(n + r + trie.depths[k] for k in nodes)]
        ids = [*rest, *(trie.tokens[k] for k in nodes)]
        logits = self._runner.forward(ids, positions, slot.cache, torch.from_numpy(sees), slice(r - 1, r + t))
        slot.tokens = [*tokens, *(trie.tokens[k] for k in nodes)]
        slot.shorten(len(tokens) - 1)
        return logits


def _generation(text: str, written: Written, read: int) -> Generation:
    return Generation(text, written.log_probability, read, len(written.tokens), written.masked)


def _edge_log_probabilities(trie: TokenTrie, nodes: Sequence[int], logits: torch.Tensor) -> np.ndarray:
    """Log-probability of each node after its parent, shape (nodes,); `logits` as `_read_trie` returns them."""
    row = {node: k + 1 for k, node in enumerate(nodes)} | {-1: 0}
    rows = torch.tensor([row[p] for p in trie.parents])
    columns = torch.tensor(trie.tokens)
    normalizer = logits.logsumexp(-1)  # (1 + t,)
    return (logits[rows, columns] - normalizer[rows]).double().numpy()


def _within(trie: TokenTrie, nodes: Sequence[int], logits: torch.Tensor) -> np.ndarray:
    """As `_edge_log_probabilities`, among the nodes with the same parent."""
    row = {node: k + 1 for k, node in enumerate(nodes)} | {-1: 0}
    edges = np.zeros(len(trie.tokens))
    for parent, children in trie.children().items():
        if len(children) > 1:
            some = logits[row[parent]][torch.tensor([trie.tokens[c] for c in children])]
            edges[list(children)] = some.log_softmax(-1).double().numpy()
    return edges

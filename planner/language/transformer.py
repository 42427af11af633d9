"""A causal language model run by transformers: prompts are read once, candidates are scored in one forward pass.

Reading a prompt costs far more than scoring what may follow it, and prompts of one episode share all but their end. So
key-value caches of recent prompts are kept, a new prompt starts from the longest common prefix, and the rest of the
prompt goes through the network together with the token trie of all candidates: a tree mask lets each node see the
prompt and the nodes on its way to the root (tree attention: SpecInfer, arXiv 2305.09781).

Shapes: n prompt tokens in the cache, r tokens of the prompt's rest, t inner trie nodes, v vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, DynamicCache
from transformers.cache_utils import DynamicLayer
from transformers.utils.logging import disable_progress_bar

from planner.language.protocol import Generation, ModelIdentity, Scores
from planner.language.trie import TokenTrie

_SEAM = 64
"""Characters of the prompt that are tokenised again with each continuation, to see that the seam is clean."""


@dataclass
class _Slot:
    """The keys and values of one prompt that was read."""

    tokens: list[int]
    cache: DynamicCache


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
    ) -> None:
        """Loads tokenizer and weights, in float32.

        Args:
            source: a folder, or a hub name.
            name: what it is called in records; `source` if not given.
            sha256: of the weights, if known.
            threads: for torch, process-wide: a small model gains little from more, and workers share the processor.
            slots: how many prompts are kept in the cache (46 kB a token for the embedded model).
            speaks_dialogue: whether it was trained on `planner.language.dialogue`.

        Raises:
            OSError: there is no such model.
        """
        torch.set_num_threads(threads)
        # Its bars would land in the middle of transcripts, and of what --json prints.
        disable_progress_bar()
        self.name = name or source
        self.source = source
        self.speaks_dialogue = speaks_dialogue
        """Whether it knows the prompts of `planner.language.dialogue`; other models are shown examples."""
        self._sha256 = sha256
        self.tokenizer: Any = AutoTokenizer.from_pretrained(source)
        self.network: Any = AutoModelForCausalLM.from_pretrained(source, dtype=torch.float32).eval()
        self._slots: list[_Slot] = []
        self._capacity = slots

    def identity(self) -> ModelIdentity:
        """Name, folder, weights' hash and package versions."""
        import transformers

        packages = {"torch": torch.__version__, "transformers": transformers.__version__}
        return ModelIdentity(self.name, Path(self.source).name, self._sha256, packages)

    def score(self, prompt: str, continuations: Sequence[str]) -> Scores:
        """See `LanguageModel.score`; equal to scoring each continuation by itself, up to rounding."""
        if not continuations:
            raise ValueError("no continuation to score; expected at least one")
        tokens, tails = self._tokenize(prompt, continuations)
        trie = TokenTrie.build(tails)
        slot, read = self._read(tokens)
        logits = self._forward(slot, tokens, trie)  # (1 + t, v)
        log_probability = _edge_log_probabilities(trie, logits)
        sums = tuple(float(sum(log_probability[node] for node in path)) for path in trie.paths)
        return Scores(sums, tuple(len(t) for t in tails), read, len(trie.inner))

    def generate(
        self,
        prompt: str,
        *,
        allowed: Sequence[str] | None = None,
        max_tokens: int = 48,
        stop: Sequence[str] = ("\n",),
    ) -> Generation:
        """See `LanguageModel.generate`; `allowed` is followed through a token trie."""
        if allowed is not None:
            return self._choose(prompt, allowed)
        tokens, _ = self._tokenize(prompt, ())
        slot, read = self._read(tokens)
        written: list[int] = []
        total = 0.0
        text = ""
        for _ in range(max_tokens):
            logits = self._forward(slot, tokens + written, None)[0].log_softmax(-1)  # (v,)
            token = int(logits.argmax())
            if token == self.tokenizer.eos_token_id:
                break
            total += float(logits[token])
            written.append(token)
            text = self.tokenizer.decode(written)
            if any(s in text for s in stop):
                text = text[: min(text.find(s) for s in stop if s in text)]
                break
        return Generation(text, total, read, len(written))

    def _choose(self, prompt: str, allowed: Sequence[str]) -> Generation:
        """Greedy decoding in which only the trie's children of the text so far can come next."""
        tokens, tails = self._tokenize(prompt, allowed)
        trie = TokenTrie.build(tails)
        children = trie.children()
        ends = {path[-1]: k for k, path in reversed(list(enumerate(trie.paths)))}
        slot, read = self._read(tokens)
        node, total = -1, 0.0
        written: list[int] = []
        while node in children:
            logits = self._forward(slot, tokens + written, None)[0].log_softmax(-1)  # (v,)
            node = max(children[node], key=lambda c: float(logits[trie.tokens[c]]))
            written.append(trie.tokens[node])
            total += float(logits[trie.tokens[node]])
            # A text that is allowed and also begins a longer one: the model would have to say that it goes on.
            if node in ends and node in children:
                following = self._forward(slot, tokens + written, None)[0]
                if int(following.argmax()) not in {trie.tokens[c] for c in children[node]}:
                    break
        _shorten(slot, len(tokens) - 1)
        return Generation(allowed[ends[node]], total, read, len(written))

    def _tokenize(self, prompt: str, continuations: Sequence[str]) -> tuple[list[int], list[list[int]]]:
        """Tokens of the prompt and of each continuation after it."""
        tokens = list(self.tokenizer(prompt)["input_ids"])
        if not tokens:
            raise ValueError("the prompt is empty; a language model needs at least one token to go on from")
        end = prompt[-_SEAM:]
        head = self.tokenizer(end, add_special_tokens=False)["input_ids"]
        tails = []
        joined = [end + c for c in continuations]
        encoded = self.tokenizer(joined, add_special_tokens=False)["input_ids"] if joined else []
        for continuation, ids in zip(continuations, encoded, strict=True):
            if ids[: len(head)] != head or len(ids) == len(head):
                raise ValueError(
                    f"the continuation {continuation!r} is empty or melts into the prompt's end {prompt[-12:]!r}; "
                    "begin it with a space, or end the prompt in a line break"
                )
            tails.append(ids[len(head) :])
        return tokens, tails

    def _read(self, tokens: list[int]) -> tuple[_Slot, int]:
        """A slot that holds a prefix of the prompt, all but the last token at most, and how many are still to read.

        A slot of which more than a little would be lost is copied, not cut: its own prompt may come again.
        """
        shared = [_common_prefix(s.tokens, tokens[:-1]) for s in self._slots]
        best = max(range(len(shared)), key=shared.__getitem__, default=None)
        if best is None:
            slot = _Slot([], DynamicCache())
        else:
            slot = self._slots.pop(best)
            if shared[best] < len(slot.tokens):
                self._slots.append(slot)
                slot = _copy(slot, shared[best])
        self._slots = [*self._slots[-(self._capacity - 1) :], slot]
        return slot, len(tokens) - len(slot.tokens)

    @torch.inference_mode()
    def _forward(self, slot: _Slot, tokens: list[int], trie: TokenTrie | None) -> torch.Tensor:
        """Reads the prompt's rest and the trie's inner nodes; leaves the whole prompt but its last token in the slot.

        Returns:
            Logits after the prompt and after each inner node, shape (1 + t, v).
        """
        n, rest = len(slot.tokens), tokens[len(slot.tokens) :]
        inner = trie.inner if trie is not None else ()
        r, t = len(rest), len(inner)
        sees = np.zeros((r + t, n + r + t), dtype=bool)
        sees[:, :n] = True
        sees[:r, n : n + r] = np.tril(np.ones((r, r), dtype=bool))
        positions = list(range(n, n + r))
        if trie is not None:
            sees[r:, n : n + r] = True
            sees[r:, n + r :] = trie.ancestry()[np.ix_(inner, inner)]
            positions += [n + r + trie.depths[k] for k in inner]
        mask = torch.zeros(sees.shape).masked_fill_(torch.from_numpy(~sees), torch.finfo(torch.float32).min)
        ids = rest + [trie.tokens[k] for k in inner] if trie is not None else rest
        output = self.network(
            input_ids=torch.tensor([ids]),
            attention_mask=mask[None, None],  # (1, 1, r + t, n + r + t)
            position_ids=torch.tensor([positions]),
            past_key_values=slot.cache,
            use_cache=True,
            logits_to_keep=torch.arange(r - 1, r + t),
        )
        slot.tokens = tokens + [trie.tokens[k] for k in inner] if trie is not None else tokens
        _shorten(slot, len(tokens) - 1)
        return output.logits[0]


def _edge_log_probabilities(trie: TokenTrie, logits: torch.Tensor) -> np.ndarray:
    """Log-probability of each node after its parent, shape (nodes,); `logits` as `_forward` returns them."""
    row = {node: k + 1 for k, node in enumerate(trie.inner)} | {-1: 0}
    rows = torch.tensor([row[p] for p in trie.parents])
    columns = torch.tensor(trie.tokens)
    normalizer = logits.logsumexp(-1)  # (1 + t,)
    return (logits[rows, columns] - normalizer[rows]).double().numpy()


def _common_prefix(a: Sequence[int], b: Sequence[int]) -> int:
    for k, (x, y) in enumerate(zip(a, b, strict=False)):
        if x != y:
            return k
    return min(len(a), len(b))


def _shorten(slot: _Slot, length: int) -> None:
    if length < len(slot.tokens):
        slot.cache.crop(length - len(slot.tokens))  # a negative count: that many are cut off
        slot.tokens = slot.tokens[:length]


def _copy(slot: _Slot, length: int) -> _Slot:
    cache = DynamicCache()
    for index, layer in enumerate(slot.cache.layers):
        if not isinstance(layer, DynamicLayer):
            raise TypeError(f"cannot copy a cache layer of type {type(layer).__name__}; expected full attention")
        keys, values = layer.keys, layer.values
        if keys is not None and values is not None:
            cache.update(keys[:, :, :length].clone(), values[:, :, :length].clone(), index)
    return _Slot(slot.tokens[:length], cache)

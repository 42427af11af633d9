"""Texts that begin alike as one tree, read once: a scene, the wishes for it, and for each its steps and its goal.

A token sees itself and those on its way to the root, and its position is their number, so each text is computed as if
it stood alone (tree attention: SpecInfer, arXiv 2305.09781; in training: prefix sharing, arXiv 2410.20305).

Shapes: b trees of a batch, n tokens of the largest, m answer tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from planner.language.trie import TokenTrie
from planner.language.tuning.encoding import Line


@dataclass(frozen=True)
class Tree:
    """Lines with a common beginning."""

    trie: TokenTrie
    """Their tokens; a leaf, which nothing follows, is not read."""
    inner: tuple[int, ...]
    """The nodes that are read, in order: row k of the network's input is the k-th of them."""
    rows: tuple[int, ...]
    """For each answer token the row after which it comes."""
    labels: tuple[int, ...]
    """The answer tokens."""
    answers: tuple[int, ...]
    """For each answer token the number of its answer within the tree."""
    kinds: tuple[str, ...]
    """For each answer its kind, see `Line`."""

    def __len__(self) -> int:
        return len(self.inner)


def plant(lines: Sequence[Line]) -> Tree:
    """The tree of some lines; nothing is shared by lines that begin differently, but they may stand in one tree."""
    trie = TokenTrie.build([line.tokens for line in lines])
    inner = trie.inner
    row_of = {node: k for k, node in enumerate(inner)}
    rows: list[int] = []
    labels: list[int] = []
    answers: list[int] = []
    kinds: list[str] = []
    for line, path in zip(lines, trie.paths, strict=True):
        for start, end in line.answers:
            rows += [row_of[node] for node in path[start - 1 : end - 1]]
            labels += line.tokens[start:end]
            answers += [len(kinds)] * (end - start)
            kinds.append(line.kind)
    return Tree(trie, inner, tuple(rows), tuple(labels), tuple(answers), tuple(kinds))


@dataclass(frozen=True)
class Batch:
    """Trees as tensors, padded to the largest."""

    tokens: torch.Tensor
    """Integers, shape (b, n)."""
    positions: torch.Tensor
    """Integers, shape (b, n)."""
    sees: torch.Tensor
    """Which token sees which, bool, shape (b, 1, n, n); padding sees itself."""
    rows: torch.Tensor
    """Of each answer token, in the b · n flattened rows, the one after which it comes; shape (m,)."""
    labels: torch.Tensor
    """The answer tokens, shape (m,)."""
    answers: torch.Tensor
    """The number of each token's answer within the batch, shape (m,)."""
    kinds: tuple[str, ...]
    """For each answer its kind, see `Line`."""

    def to(self, device: torch.device) -> Batch:
        """The same on another device."""
        return replace(self, **{k: x.to(device) for k, x in vars(self).items() if isinstance(x, torch.Tensor)})


def batch_of(trees: Sequence[Tree]) -> Batch:
    """Trees side by side."""
    longest = max(len(t) for t in trees)
    tokens = np.zeros((len(trees), longest), dtype=np.int64)
    positions = np.zeros_like(tokens)
    sees = np.zeros((len(trees), 1, longest, longest), dtype=bool)
    sees[:, 0, np.arange(longest), np.arange(longest)] = True
    rows, labels, answers = [], [], []
    kinds: list[str] = []
    for k, tree in enumerate(trees):
        length, inner = len(tree), list(tree.inner)
        tokens[k, :length] = np.array(tree.trie.tokens)[inner]
        positions[k, :length] = np.array(tree.trie.depths)[inner]
        sees[k, 0, :length, :length] = tree.trie.ancestry()[np.ix_(inner, inner)]
        rows.append(np.array(tree.rows) + k * longest)
        labels.append(np.array(tree.labels))
        answers.append(np.array(tree.answers) + len(kinds))
        kinds += tree.kinds
    joined = [torch.from_numpy(np.concatenate(parts)) for parts in (rows, labels, answers)]
    square = [torch.from_numpy(array) for array in (tokens, positions, sees)]
    return Batch(square[0], square[1], square[2], joined[0], joined[1], joined[2], tuple(kinds))


def hidden_states(network: torch.nn.Module, batch: Batch) -> torch.Tensor:
    """What the network's head is given before each answer token, shape (m, width).

    Args:
        network: a causal model of transformers, whose `base_model` gives hidden states.
        batch: on the network's device.
    """
    body = network.base_model
    dtype = next(body.parameters()).dtype  # type: ignore[union-attr]
    mask = torch.zeros(batch.sees.shape, dtype=dtype, device=batch.sees.device)
    mask.masked_fill_(~batch.sees, torch.finfo(dtype).min)
    output = body(  # type: ignore[operator]
        input_ids=batch.tokens, attention_mask=mask, position_ids=batch.positions, use_cache=False
    )
    return output.last_hidden_state.flatten(0, 1)[batch.rows]

"""The token trie of a set of continuations: each shared prefix is one path, each node one token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class TokenTrie:
    """Nodes in the order of their depth-first discovery; the root, -1, is the end of the prompt.

    A node that ends a continuation and has no children is a leaf. Its own probability is read at its parent, so leaves
    need no forward pass: `inner` lists those that do.
    """

    tokens: tuple[int, ...]
    """Token of each node."""
    parents: tuple[int, ...]
    """Index of each node's parent, -1 for the root; always smaller than the node's own."""
    depths: tuple[int, ...]
    """Tokens between the root and the node, 0 for the root's children."""
    paths: tuple[tuple[int, ...], ...]
    """For each continuation the nodes that spell it, first token first."""

    @staticmethod
    def build(continuations: Sequence[Sequence[int]]) -> TokenTrie:
        """Builds the trie of token sequences, each with at least one token."""
        known: dict[tuple[int, int], int] = {}
        tokens: list[int] = []
        parents: list[int] = []
        depths: list[int] = []
        paths = []
        for continuation in continuations:
            node = -1
            path = []
            for depth, token in enumerate(continuation):
                key = (node, token)
                if key not in known:
                    known[key] = len(tokens)
                    tokens.append(token)
                    parents.append(node)
                    depths.append(depth)
                node = known[key]
                path.append(node)
            paths.append(tuple(path))
        return TokenTrie(tuple(tokens), tuple(parents), tuple(depths), tuple(paths))

    def children(self) -> dict[int, tuple[int, ...]]:
        """Child nodes of the root (-1) and of each node that has any."""
        found: dict[int, list[int]] = {}
        for node, parent in enumerate(self.parents):
            found.setdefault(parent, []).append(node)
        return {parent: tuple(nodes) for parent, nodes in found.items()}

    @property
    def inner(self) -> tuple[int, ...]:
        """Nodes with children, in order: those whose output is needed."""
        return tuple(sorted(set(self.parents) - {-1}))

    @property
    def choosing(self) -> tuple[int, ...]:
        """Inner nodes at which, or somewhere below which, more than one token can follow, in order."""
        children = self.children()
        found: set[int] = set()
        for node in reversed(range(len(self.tokens))):
            below = children.get(node, ())
            if len(below) > 1 or not found.isdisjoint(below):
                found.add(node)
        return tuple(sorted(found))

    def ancestry(self) -> np.ndarray:
        """Which node sees which, bool, shape (nodes, nodes): each sees itself and the nodes on its way to the root."""
        sees = np.zeros((len(self.tokens), len(self.tokens)), dtype=bool)
        for node, parent in enumerate(self.parents):
            if parent >= 0:
                sees[node] = sees[parent]
            sees[node, node] = True
        return sees

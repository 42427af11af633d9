"""Which tokens may come next: masks over a model's vocabulary, for a set of texts or for a grammar.

A mask never changes: `advance` gives another one, so that the branches of a beam share what they have in common.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from planner.language.trie import TokenTrie


class Mask(Protocol):
    """What may be written after the text so far."""

    def allowed(self) -> Sequence[int]:
        """Tokens that may come next, each once; none if the text is whole."""
        ...

    def may_end(self) -> bool:
        """Whether the text so far is whole, though it may go on."""
        ...

    def advance(self, token: int) -> Mask:
        """The mask after one of the allowed tokens.

        Raises:
            KeyError: the token is not allowed.
        """
        ...


class Grammar(Protocol):
    """What can be written, piece by piece; `GoalGrammar` is one."""

    def start(self) -> Any:
        """The state before anything is written, hashable."""
        ...

    def options(self, state: Any) -> Sequence[tuple[str, Any]]:
        """Pieces of text that may come next, each with the state after it; none at the end of the text."""
        ...


@dataclass(frozen=True)
class TrieMask:
    """The texts of a token trie."""

    children: dict[int, tuple[int, ...]]
    """As `TokenTrie.children` gives them."""
    tokens: tuple[int, ...]
    """Token of each node."""
    ends: frozenset[int]
    """Nodes with which a text ends."""
    node: int = -1
    """Where one is."""

    @staticmethod
    def of(trie: TokenTrie) -> TrieMask:
        """At the root of a trie."""
        return TrieMask(trie.children(), trie.tokens, frozenset(path[-1] for path in trie.paths))

    def allowed(self) -> list[int]:
        """See `Mask.allowed`."""
        return [self.tokens[k] for k in self.children.get(self.node, ())]

    def may_end(self) -> bool:
        """See `Mask.may_end`."""
        return self.node in self.ends

    def advance(self, token: int) -> TrieMask:
        """See `Mask.advance`."""
        for node in self.children.get(self.node, ()):
            if self.tokens[node] == token:
                return TrieMask(self.children, self.tokens, self.ends, node)
        raise KeyError(token)


class Spelling:
    """The tokens of a grammar's pieces, worked out once for each."""

    def __init__(self, encode: Callable[[str], list[int]]) -> None:
        self._encode = encode
        self._known: dict[str, tuple[int, ...]] = {}
        self.before = "a"
        """What a piece is written after, so that a tokenizer that marks beginnings does not take it for one."""

    def tokens(self, piece: str) -> tuple[int, ...]:
        """The piece's tokens in the middle of a text."""
        if piece not in self._known:
            head, whole = self._encode(self.before), self._encode(self.before + piece)
            melted = whole[: len(head)] != head or len(whole) == len(head)
            self._known[piece] = tuple(self._encode(piece) if melted else whole[len(head) :])
        return self._known[piece]


_Place = tuple[tuple[int, ...], Any]
"""Tokens that are left of a piece, and the grammar's state after it."""


class GrammarMask:
    """The texts of a grammar, each piece spelt as the tokenizer spells it."""

    def __init__(self, grammar: Grammar, spelling: Spelling, places: frozenset[_Place] | None = None) -> None:
        self._grammar, self._spelling = grammar, spelling
        self._places = _pieces(grammar, spelling, grammar.start()) if places is None else places

    def allowed(self) -> list[int]:
        """See `Mask.allowed`."""
        return sorted({left[0] for left, _ in self._places if left})

    def may_end(self) -> bool:
        """See `Mask.may_end`."""
        return any(not left for left, _ in self._places)

    def advance(self, token: int) -> GrammarMask:
        """See `Mask.advance`."""
        places: set[_Place] = set()
        for left, state in self._places:
            if left and left[0] == token:
                places |= {(left[1:], state)} if left[1:] else _pieces(self._grammar, self._spelling, state)
        if not places:
            raise KeyError(token)
        return GrammarMask(self._grammar, self._spelling, frozenset(places))


def _pieces(grammar: Grammar, spelling: Spelling, state: Any) -> frozenset[_Place]:
    options = grammar.options(state)
    if not options:
        return frozenset({((), state)})
    return frozenset((spelling.tokens(piece), after) for piece, after in options)


def forced(mask: Mask) -> tuple[list[int], Mask]:
    """Tokens of which each is the only one that may follow, up to the next choice, and the mask there."""
    written: list[int] = []
    while not mask.may_end() and len(allowed := mask.allowed()) == 1:
        written.append(allowed[0])
        mask = mask.advance(allowed[0])
    return written, mask

"""Writing under a mask: greedily, with drafted tokens that need no forward pass; or with a beam in one tree.

A forward pass over five tokens takes hardly longer than over one. So whatever is likely to come next is read along with
the token that was just chosen, and kept as far as the model would have chosen the same (speculative decoding: arXiv
2211.17192; without a second model, from the prompt's own words: prompt lookup). Where the mask leaves one token there
is nothing to choose, and the draft is always right (jump-forward decoding). The text is the one that greedy decoding
writes, whatever is drafted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import torch
from torch import Tensor

from planner.language.masks import Mask, forced


class Reader(Protocol):
    """The end of a text that a model has read, from where it can be continued, also in several ways at once."""

    def after_prompt(self) -> Tensor:
        """Logits after the prompt, shape (v,); nothing was read since."""
        ...

    def chain(self, tokens: Sequence[int], keep: int) -> Tensor:
        """Forgets all but the first `keep` tokens after the prompt, reads more; logits after each, shape (r, v)."""
        ...

    def branches(self, tokens: Sequence[int], parents: Sequence[int]) -> Tensor:
        """Reads nodes of a tree after the prompt, counted from 0; a parent of -1 is the prompt. Logits, (r, v)."""
        ...


Drafter = Callable[[Sequence[int]], Sequence[int]]
"""From the tokens written so far to those that may follow."""


@dataclass
class Written:
    """Tokens that were chosen, and how."""

    tokens: list[int] = field(default_factory=list)
    """Of the text after the prompt."""
    log_probability: float = 0.0
    """Of the text, nats, as if there were no mask."""
    masked: float = 0.0
    """Likewise, where each step's probabilities are those of the allowed tokens, and sum to 1."""
    forwards: int = 0
    """Forward passes, the prompt's not counted."""
    drafted: int = 0
    """Tokens that were read before they were chosen."""
    accepted: int = 0
    """How many of them were then chosen."""
    whole: bool = False
    """Whether the text is one of those that the mask stands for."""


def write(
    reader: Reader,
    mask: Mask | None,
    *,
    limit: int,
    stop: Callable[[Sequence[int]], bool] = lambda tokens: False,
    drafter: Drafter | None = None,
) -> Written:
    """Greedy decoding.

    Args:
        reader: at the end of a prompt.
        mask: what may be written; None: anything.
        limit: the most tokens.
        stop: whether a text is finished; it is asked after each token.
        drafter: proposes what may follow, besides what the mask forces.
    """
    result = Written()
    row, ahead = reader.after_prompt(), list[tuple[int, Tensor]]()
    while len(result.tokens) < limit:
        allowed = mask.allowed() if mask is not None else None
        ends = mask is not None and mask.may_end()
        if ends and (not allowed or int(row.argmax()) not in allowed):
            # A text that also begins a longer one: the model would have to say that it goes on.
            result.whole = True
            break
        token = _choose(result, row, allowed)
        mask = mask.advance(token) if mask is not None else None
        if stop(result.tokens):
            break
        if ahead and ahead[0][0] == token:
            row, ahead = ahead[0][1], ahead[1:]
            result.accepted += 1
            continue
        if mask is not None and not mask.allowed():
            result.whole = True
            break
        drafts = _drafts(result.tokens, mask, drafter)[: max(limit - len(result.tokens), 0)]
        rows = reader.chain([token, *drafts], keep=len(result.tokens) - 1)
        result.forwards += 1
        result.drafted += len(drafts)
        row, ahead = rows[0], list(zip(drafts, rows[1:], strict=True))
    return result


def _choose(result: Written, row: Tensor, allowed: Sequence[int] | None) -> int:
    """The likeliest token, with its probability counted in."""
    log_probability = row.log_softmax(-1)
    if allowed is None:
        token = int(row.argmax())
        result.masked += float(log_probability[token])
    else:
        some = row[torch.tensor(allowed)]
        best = int(some.argmax())
        token = allowed[best]
        result.masked += float(some.log_softmax(-1)[best])
    result.log_probability += float(log_probability[token])
    result.tokens.append(token)
    return token


def _drafts(tokens: Sequence[int], mask: Mask | None, drafter: Drafter | None) -> list[int]:
    """What is forced, then what is proposed, as far as it is allowed."""
    drafts: list[int] = []
    if mask is not None:
        drafts, mask = forced(mask)
    for token in drafter([*tokens, *drafts]) if drafter is not None else ():
        if mask is not None:
            if token not in mask.allowed():
                break
            mask = mask.advance(token)
        drafts.append(token)
    return drafts


def prompt_lookup(prompt: Sequence[int], longest: int = 3, count: int = 6) -> Drafter:
    """Proposes what followed the last time that the text's last tokens stood in the prompt or in what was written.

    Args:
        prompt: its tokens.
        longest: tokens that are looked up; fewer, down to two, where so many are not found.
        count: how many are proposed.
    """

    def propose(written: Sequence[int]) -> Sequence[int]:
        text = [*prompt, *written]
        for size in range(longest, 1, -1):
            end = text[-size:]
            for at in range(len(text) - size - 1, -1, -1):
                if text[at : at + size] == end:
                    return text[at + size : at + size + count]
        return ()

    return propose


@dataclass
class _Branch:
    """One text of a beam."""

    mask: Mask
    written: Written
    row: Tensor
    node: int = -1
    """Its last token in the reader's tree."""


def beam(reader: Reader, mask: Mask, *, beams: int, limit: int) -> list[Written]:
    """The likeliest texts under a mask, by renormalised probability, best first.

    All branches stand in one tree after one prompt: a step is one forward pass over their new tokens, and nothing is
    copied when a branch forks.

    Args:
        reader: at the end of a prompt.
        mask: what may be written.
        beams: branches that are followed, and texts that come out at the most.
        limit: the most tokens of a text.
    """
    live = [_Branch(mask, Written(), reader.after_prompt())]
    finished: list[Written] = []
    nodes = 0
    while live:
        forks = sorted((f for b in live for f in _forks(b, beams)), key=lambda f: -f.written.masked)
        # What is whole takes its place among the best; probabilities only fall from here.
        bar = sorted((w.masked for w in finished), reverse=True)[beams - 1 : beams]
        forks = [f for f in forks if not bar or f.written.masked > bar[0]][:beams]
        nodes = _read_on(reader, forks, nodes)
        forks = [f for f in forks if len(f.written.tokens) <= limit]
        finished += [f.written for f in forks if f.written.whole]
        live = [f for f in forks if not f.written.whole]
    return sorted(finished, key=lambda w: -w.masked)[:beams]


def _forks(branch: _Branch, count: int) -> list[_Branch]:
    """The branch with each of its likeliest next tokens."""
    allowed = branch.mask.allowed()
    log_probability = branch.row.log_softmax(-1)
    some = branch.row[torch.tensor(allowed)].log_softmax(-1)
    found = []
    for k in some.topk(min(count, len(allowed))).indices.tolist():
        token, before = allowed[k], branch.written
        raw = before.log_probability + float(log_probability[token])
        written = Written([*before.tokens, token], raw, before.masked + float(some[k]), before.forwards)
        found.append(_Branch(branch.mask.advance(token), written, branch.row, branch.node))
    return found


def _read_on(reader: Reader, forks: Sequence[_Branch], nodes: int) -> int:
    """Reads the last token of each branch and what the mask then forces; returns how many nodes the tree has."""
    tokens, parents, spans = [], [], []
    for fork in forks:
        added, fork.mask = forced(fork.mask)
        fork.written.whole = not fork.mask.allowed()
        chain = [fork.written.tokens[-1], *added]
        parents += [fork.node, *range(nodes + len(tokens), nodes + len(tokens) + len(added))]
        spans.append((len(tokens), chain))
        tokens += chain
    if not tokens:
        return nodes
    rows = reader.branches(tokens, parents)
    for fork, (first, chain) in zip(forks, spans, strict=True):
        known = rows[first : first + len(chain)]
        if len(chain) > 1:
            steps = known[:-1].log_softmax(-1)[range(len(chain) - 1), chain[1:]]
            fork.written.log_probability += float(steps.sum())
        fork.written.tokens += chain[1:]
        fork.written.forwards += 1
        fork.row, fork.node = known[-1], nodes + first + len(chain) - 1
    return nodes + len(tokens)

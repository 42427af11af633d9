"""The loss over a part of the vocabulary, and the measures over all of it.

Of 49,152 tokens a corpus of dialogues uses a few thousand. Those are always in the softmax; the rest is represented by
a random few, each standing for many (importance sampling, Bengio and Senécal, 2003): the partition function is right
on average, so no token can rise unseen, and the head costs a tenth.

Shapes: m answer tokens, v vocabulary, d width.
"""

from __future__ import annotations

import math

import torch
from torch.nn import functional


class Columns:
    """The rows of the output matrix that one step of training looks at."""

    def __init__(self, output: torch.Tensor, used: torch.Tensor, others: int, generator: torch.Generator) -> None:
        """Draws the tokens that stand for the rest.

        Args:
            output: weights of the head, shape (v, d).
            used: the tokens that the corpus uses, bool, shape (v,).
            others: how many of the other tokens are drawn.
            generator: on the processor.
        """
        self._used = used.nonzero().flatten().to(output.device)
        rest = (~used).nonzero().flatten()
        drawn = rest[torch.randperm(len(rest), generator=generator)[:others]].to(output.device)
        self._weights = output[torch.cat([self._used, drawn])]  # (columns, d)
        self._correction = math.log(len(rest) / len(drawn)) if len(drawn) else 0.0

    def loss(self, hidden: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Cross entropy, summed over the answer tokens, nats.

        Args:
            hidden: shape (m, d).
            labels: tokens that are used, shape (m,).
        """
        logits = functional.linear(hidden, self._weights).float()  # (m, columns)
        if self._correction:
            count = len(self._used)
            logits = torch.cat([logits[:, :count], logits[:, count:] + self._correction], dim=1)
        return functional.cross_entropy(logits, torch.searchsorted(self._used, labels), reduction="sum")


def measure(
    hidden: torch.Tensor, labels: torch.Tensor, answers: torch.Tensor, output: torch.Tensor
) -> tuple[float, list[bool]]:
    """Over the whole vocabulary: the summed cross entropy, nats, and of each answer whether all its tokens come first.

    Args:
        hidden: shape (m, d).
        labels: shape (m,).
        answers: the number of each token's answer, shape (m,).
        output: weights of the head, shape (v, d).
    """
    total = 0.0
    right = torch.ones(int(answers.max()) + 1, dtype=torch.bool, device=answers.device)
    for rows in torch.arange(len(labels), device=labels.device).split(256):
        logits = functional.linear(hidden[rows], output).float()  # (256, v)
        total += float(functional.cross_entropy(logits, labels[rows], reduction="sum"))
        wrong = logits.argmax(1) != labels[rows]
        right[answers[rows[wrong]]] = False
    return total, right.tolist()

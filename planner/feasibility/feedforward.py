"""Gated feed-forward layer: the SwiGLU of Shazeer, 2020, https://arxiv.org/abs/2002.05202.

Shapes: b batch, n tokens, d width, f hidden width.
"""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn


class FeedForward(nn.Module):
    """Two projections, one of which gates the other, and one back."""

    def __init__(self, width: int, hidden: int) -> None:
        """Makes the three projections, none with a bias; `hidden` is their inner width."""
        super().__init__()
        self.gate = nn.Linear(width, hidden, bias=False)
        self.up = nn.Linear(width, hidden, bias=False)
        self.down = nn.Linear(hidden, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Maps (b, n, d) to (b, n, d), each token by itself."""
        return self.down(F.silu(self.gate(x)) * self.up(x))  # (b, n, f) inside

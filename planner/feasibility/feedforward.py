"""Gated feed-forward layer: the SwiGLU of Shazeer, 2020, https://arxiv.org/abs/2002.05202.

Shapes: b batch, n tokens, d width, f hidden width.
"""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn


class FeedForward(nn.Module):
    """Two projections, one of which gates the other, and one back."""

    def __init__(self, width: int, hidden: int) -> None:
        """Makes the projections, none with a bias; `hidden` is their inner width."""
        super().__init__()
        # The gate and what it gates come from one product, the rows of its weight in this order.
        self.gate_up = nn.Linear(width, 2 * hidden, bias=False)
        self.down = nn.Linear(hidden, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Maps (b, n, d) to (b, n, d), each token by itself."""
        gate, up = self.gate_up(x).chunk(2, dim=-1)  # (b, n, f) each
        return self.down(F.silu(gate) * up)

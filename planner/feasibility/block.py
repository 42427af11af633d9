"""One layer: attention, then feed-forward, each after a norm (pre-norm) and added to what came in.

Shapes: b batch, n new tokens, m tokens attended to, d width.
"""

from __future__ import annotations

from torch import Tensor, nn

from planner.feasibility.attention import Attention, KeyValues
from planner.feasibility.feedforward import FeedForward
from planner.feasibility.norm import RMSNorm
from planner.feasibility.rotary import Rotation


class Block(nn.Module):
    """A transformer layer."""

    def __init__(
        self, width: int, heads: int, kv_heads: int, hidden: int, dropout: float = 0.0, epsilon: float = 1e-6
    ) -> None:
        """Makes the parts.

        Args:
            width: of the tokens.
            heads: query heads.
            kv_heads: key-value heads.
            hidden: inner width of the feed-forward part.
            dropout: share of each part's output that is dropped in training.
            epsilon: added to the mean square in the norms.
        """
        super().__init__()
        self.attention_norm = RMSNorm(width, eps=epsilon)
        self.attention = Attention(width, heads, kv_heads)
        self.feedforward_norm = RMSNorm(width, eps=epsilon)
        self.feedforward = FeedForward(width, hidden)
        self.dropout = nn.Dropout(dropout)

    def forward(
        self,
        x: Tensor,
        rotation: Rotation | None,
        mask: Tensor,
        past: KeyValues | None = None,
        value_rotation: Rotation | None = None,
        paths: Tensor | None = None,
    ) -> tuple[Tensor, KeyValues]:
        """As `Attention.forward`: (b, n, d) to (b, n, d), and the new keys and values."""
        read, new = self.attention(self.attention_norm(x), rotation, mask, past, value_rotation, paths)
        x = x + self.dropout(read)
        return x + self.dropout(self.feedforward(self.feedforward_norm(x))), new

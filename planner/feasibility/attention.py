"""Grouped-query attention (Ainslie et al., 2023, https://arxiv.org/abs/2305.13245) with rotary positions.

Several query heads share one head of keys and values, which makes the cache smaller by that factor. Underneath is
torch's `scaled_dot_product_attention`, with its online softmax.

Shapes: b batch, n new tokens, m tokens attended to (cached and new), h query heads, g key-value heads, e head width,
d width of the model.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from planner.feasibility.rotary import Rotation, rotate


class KeyValues(NamedTuple):
    """What later tokens read of earlier ones, in one layer."""

    keys: Tensor
    """(b, g, m, e), turned already."""
    values: Tensor
    """(b, g, m, e), turned already where values are turned."""

    def extended(self, other: KeyValues) -> KeyValues:
        """These, then the others; neither is changed, so that caches can be shared."""
        return KeyValues(
            torch.cat([self.keys, other.keys], dim=2),
            torch.cat([self.values, other.values], dim=2),
        )


class Attention(nn.Module):
    """Multi-head attention in which `heads / kv_heads` query heads share keys and values."""

    def __init__(self, width: int, heads: int, kv_heads: int, head_width: int | None = None) -> None:
        """Makes the four projections, none with a bias.

        Args:
            width: of the tokens.
            heads: query heads.
            kv_heads: key-value heads; divides `heads`.
            head_width: of one head; `width / heads` if None.

        Raises:
            ValueError: the numbers do not divide.
        """
        super().__init__()
        if heads % kv_heads or (head_width is None and width % heads):
            raise ValueError(f"{kv_heads} key-value heads must divide {heads} heads, and those the width {width}")
        self.heads, self.kv_heads = heads, kv_heads
        self.head_width = head_width or width // heads
        self.query = nn.Linear(width, heads * self.head_width, bias=False)
        self.key = nn.Linear(width, kv_heads * self.head_width, bias=False)
        self.value = nn.Linear(width, kv_heads * self.head_width, bias=False)
        self.output = nn.Linear(heads * self.head_width, width, bias=False)

    def forward(
        self,
        x: Tensor,
        rotation: Rotation,
        mask: Tensor,
        past: KeyValues | None = None,
        value_rotation: Rotation | None = None,
    ) -> tuple[Tensor, KeyValues]:
        """Attends from the new tokens to the cached and the new.

        Args:
            x: new tokens, (b, n, d).
            rotation: of their queries and keys, (b, n, e / 2).
            mask: (b or 1, n, m), True where the new token may look.
            past: cached keys and values of m - n earlier tokens.
            value_rotation: of their values, (b, n, e / 2); None leaves values as they are.

        Returns:
            The result, (b, n, d), and the keys and values of the new tokens alone.
        """
        query = rotate(self._split(self.query(x), self.heads), rotation)  # (b, h, n, e)
        key = rotate(self._split(self.key(x), self.kv_heads), rotation)  # (b, g, n, e)
        value = self._split(self.value(x), self.kv_heads)  # (b, g, n, e)
        if value_rotation is not None:
            value = rotate(value, value_rotation)
        new = KeyValues(key, value)
        seen = new if past is None else past.extended(new)  # (b, g, m, e)
        read = F.scaled_dot_product_attention(
            query, seen.keys, seen.values, attn_mask=mask.unsqueeze(1), enable_gqa=self.heads != self.kv_heads
        )  # (b, h, n, e)
        if value_rotation is not None:
            read = rotate(read, value_rotation.inverse())
        return self.output(read.transpose(1, 2).flatten(2)), new  # (b, n, d)

    def _split(self, x: Tensor, heads: int) -> Tensor:
        return x.unflatten(-1, (heads, self.head_width)).transpose(1, 2)  # (b, heads, n, e)

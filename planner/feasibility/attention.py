"""Grouped-query attention (Ainslie et al., 2023, https://arxiv.org/abs/2305.13245) with rotary positions.

Several query heads share one head of keys and values, which makes the cache smaller by that factor. Underneath is
torch's `scaled_dot_product_attention`, with its online softmax.

Shapes: b batch, n new tokens, m tokens attended to (cached and new), p of them shared, s seen by one token besides,
h query heads, g key-value heads, e head width, d width of the model.
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
        """Makes the projections, none with a bias.

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
        # Queries, keys and values come from one product, the rows of its weight in this order.
        self.project = nn.Linear(width, (heads + 2 * kv_heads) * self.head_width, bias=False)
        self.output = nn.Linear(heads * self.head_width, width, bias=False)

    def forward(
        self,
        x: Tensor,
        rotation: Rotation | None,
        mask: Tensor,
        past: KeyValues | None = None,
        value_rotation: Rotation | None = None,
        paths: Tensor | None = None,
    ) -> tuple[Tensor, KeyValues]:
        """Attends from the new tokens to the cached and the new.

        Args:
            x: new tokens, (b, n, d).
            rotation: of their queries and keys, (b, n, e / 2); None turns nothing.
            mask: (b or 1, n, m), True where the new token may look, or (b or 1, h, n, m), added to the scores.
            past: cached keys and values of m - n earlier tokens.
            value_rotation: of their values, (b, n, e / 2); None leaves values as they are.
            paths: where b is 1, and the new tokens share what they see but for a few tokens each: (n, s), the places of
                those few among the m; the mask is then of p + s, what is shared being the first p of the m.

        Returns:
            The result, (b, n, d), and the keys and values of the new tokens alone.
        """
        heads = self.project(x).unflatten(-1, (-1, self.head_width)).transpose(1, 2)  # (b, h + 2g, n, e)
        turning, value = heads.split([self.heads + self.kv_heads, self.kv_heads], dim=1)
        if rotation is not None:
            turning = rotate(turning, rotation)
        query, key = turning.split([self.heads, self.kv_heads], dim=1)  # (b, h, n, e), (b, g, n, e)
        if value_rotation is not None:
            value = rotate(value, value_rotation)
        new = KeyValues(key, value)
        seen = new if past is None else past.extended(new)  # (b, g, m, e)
        if mask.ndim == 3:
            mask = mask.unsqueeze(1)
        read = (
            F.scaled_dot_product_attention(
                query, seen.keys, seen.values, attn_mask=mask, enable_gqa=self.heads != self.kv_heads
            )
            if paths is None
            else _attend_along(query, seen, mask, paths)
        )  # (b, h, n, e)
        if value_rotation is not None:
            read = rotate(read, value_rotation.inverse())
        return self.output(read.transpose(1, 2).flatten(2)), new  # (b, n, d)


def _attend_along(query: Tensor, seen: KeyValues, mask: Tensor, paths: Tensor) -> Tensor:
    """Attention of many tokens to a shared prefix and to a few tokens of their own, in time linear in their number.

    The part that is shared is one product of matrices, as in Hydragen (Juravsky et al., 2024,
    https://arxiv.org/abs/2402.05099); `scaled_dot_product_attention` would score each token against all the others too.

    Args:
        query: (1, h, n, e).
        seen: keys and values, (1, g, m, e).
        mask: (1, 1 or h, n, p + s), booleans, or added to the scores.
        paths: (n, s), places among the m.
    """
    _, h, n, e = query.shape
    g, s = seen.keys.shape[1], paths.shape[1]
    p = mask.shape[-1] - s
    keys, values = seen.keys[0], seen.values[0]
    grouped = query.reshape(g, h // g * n, e)
    shared = (grouped @ keys[:, :p].transpose(1, 2)).view(h, n, p)
    # Few products for each token: many small matrices would take longer than all of them one by one.
    own = (query.reshape(g, h // g, n, 1, e) * keys[:, paths].unsqueeze(1)).sum(dim=-1).view(h, n, s)
    scores = torch.cat([shared, own], dim=2) * e**-0.5  # (h, n, p + s)
    scores = scores.masked_fill(~mask[0], -torch.inf) if mask.dtype == torch.bool else scores + mask[0]
    weights = scores.softmax(dim=2)
    read = (weights[:, :, :p].reshape(g, h // g * n, p) @ values[:, :p]).view(g, h // g, n, e)
    weighted = weights[:, :, p:].reshape(g, h // g, n, s, 1) * values[:, paths].unsqueeze(1)
    return (read + weighted.sum(dim=3)).view(1, h, n, e)

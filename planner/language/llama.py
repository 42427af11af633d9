"""A lean forward pass for the Llama architecture: one growing cache, joined projections, fp32, bf16 or int8 weights.

For the few dozen tokens that a decision adds, transformers spends more time around the matrix products than a small
model needs for them: it joins keys and values anew at each layer and step, builds masks and checks arguments. Here the
cache is one block with room to grow, the three projections of attention are one product, the two of the gate another,
and the query heads that share a key head are folded into the rows of one product (grouped-query attention: arXiv
2305.13245). What comes out equals what transformers gives, up to rounding.

Shapes: n tokens in the cache, r new ones, w width, h query heads, g of them a key-value head (k = h / g), d head width.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

PRECISIONS = ("fp32", "packed", "bf16", "int8")
"""packed: fp32 in the order in which oneDNN's products read it, faster for few rows, in memory of its own. int8:
weights a row, activations a call (dynamic quantisation) in attention and at the gate; `down`, whose input has a few
values a hundred times larger than the others, and the head stay in fp32."""

Matrix = Callable[[Tensor], Tensor]
_ROWS = 64
"""Rows for which packed weights are ordered; the order hardly depends on it."""


class KeyValues:
    """Keys and values of the tokens read so far, shape (layers, 2, k, capacity, d), of which `length` are filled."""

    def __init__(self, block: Tensor, length: int = 0) -> None:
        self.block = block
        self.length = length

    def room(self, count: int) -> None:
        """Makes room for `count` more tokens; the block doubles, so that growing costs little."""
        needed = self.length + count
        if needed > self.block.shape[3]:
            layers, two, heads, capacity, width = self.block.shape
            grown = self.block.new_empty((layers, two, heads, max(needed, 2 * capacity), width))
            grown[:, :, :, : self.length] = self.block[:, :, :, : self.length]
            self.block = grown

    def crop(self, length: int) -> None:
        """Forgets all tokens after the first `length`."""
        self.length = min(self.length, length)

    def copy(self, length: int) -> KeyValues:
        """A cache of its own with the first `length` tokens."""
        block = torch.empty_like(self.block)
        block[:, :, :, :length] = self.block[:, :, :, :length]
        return KeyValues(block, length)


@dataclass(frozen=True)
class _Layer:
    attention_norm: Tensor
    queries_keys_values: Matrix
    output: Matrix
    feedforward_norm: Tensor
    gate_up: Matrix
    down: Matrix


def supports(config: Any) -> bool:
    """Whether `Llama` computes what a model of this transformers configuration does."""
    scaling = getattr(config, "rope_parameters", None) or {}
    return (
        config.model_type == "llama"
        and config.hidden_act == "silu"
        and not getattr(config, "attention_bias", False)
        and not getattr(config, "mlp_bias", False)
        and scaling.get("rope_type", "default") == "default"
    )


class Llama:
    """The weights of one model and its forward pass."""

    def __init__(self, network: Any, precision: str = "fp32") -> None:
        """Takes over the weights of a `LlamaForCausalLM` in float32.

        Args:
            network: of a configuration that `supports` says yes to.
            precision: one of `PRECISIONS`.

        Raises:
            ValueError: no such precision.
        """
        if precision not in PRECISIONS:
            raise ValueError(f"no precision {precision!r}; expected one of: {', '.join(PRECISIONS)}")
        config = network.config
        self.heads, self.key_heads = config.num_attention_heads, config.num_key_value_heads
        self.width = getattr(config, "head_dim", None) or config.hidden_size // self.heads
        self.epsilon = config.rms_norm_eps
        self.dtype = torch.bfloat16 if precision == "bf16" else torch.float32
        base = (getattr(config, "rope_parameters", None) or {}).get("rope_theta") or config.rope_theta
        self._frequencies = base ** (-torch.arange(0, self.width, 2, dtype=torch.float32) / self.width)  # (d / 2,)
        body = network.model
        with torch.no_grad():
            self.embedding = body.embed_tokens.weight.to(self.dtype)
            self.norm = body.norm.weight.to(self.dtype)
            self.head = _matrix(network.lm_head.weight, "fp32" if precision == "int8" else precision)
            self.layers = [self._layer(layer, precision) for layer in body.layers]

    def _layer(self, layer: Any, precision: str) -> _Layer:
        attention, feedforward = layer.self_attn, layer.mlp
        joined = _join((attention.q_proj, attention.k_proj, attention.v_proj), share=precision == "fp32")
        gate_up = _join((feedforward.gate_proj, feedforward.up_proj), share=precision == "fp32")
        return _Layer(
            layer.input_layernorm.weight.to(self.dtype),
            _matrix(joined, precision),
            _matrix(attention.o_proj.weight, precision),
            layer.post_attention_layernorm.weight.to(self.dtype),
            _matrix(gate_up, precision),
            _matrix(feedforward.down_proj.weight, "fp32" if precision == "int8" else precision),
        )

    def cache(self, capacity: int = 512) -> KeyValues:
        """An empty cache with room for so many tokens; it grows."""
        shape = (len(self.layers), 2, self.key_heads, capacity, self.width)
        return KeyValues(torch.empty(shape, dtype=self.dtype))

    @torch.inference_mode()
    def forward(
        self, ids: Sequence[int], positions: Sequence[int], cache: KeyValues, sees: Tensor | None, rows: slice
    ) -> Tensor:
        """Reads tokens after those in the cache, and keeps their keys and values there.

        Args:
            ids: r tokens.
            positions: of each of them.
            cache: of what was read before; it is extended.
            sees: which of the n + r tokens each new one sees, bool, shape (r, n + r); None: all before it, and itself.
            rows: of which of the new tokens the logits are wanted.

        Returns:
            Logits in float32, shape (rows, vocabulary).
        """
        n, r = cache.length, len(ids)
        cache.room(r)
        x = self.embedding[torch.tensor(ids)]  # (r, w)
        angles = torch.tensor(positions, dtype=torch.float32)[:, None] * self._frequencies  # (r, d / 2)
        turn = torch.cat([angles, angles], -1)[:, None]  # (r, 1, d)
        cosine, sine = turn.cos().to(self.dtype), turn.sin().to(self.dtype)
        mask = self._mask(sees, n, r)
        for index, layer in enumerate(self.layers):
            joined = layer.queries_keys_values(self._normed(x, layer.attention_norm))
            attended = self._attend(joined, cosine, sine, cache.block[index], n, mask)
            x = x + layer.output(attended)
            gate, up = layer.gate_up(self._normed(x, layer.feedforward_norm)).chunk(2, -1)
            x = x + layer.down(functional.silu(gate) * up)
        cache.length = n + r
        return self.head(self._normed(x[rows], self.norm)).float()

    def _normed(self, x: Tensor, weight: Tensor) -> Tensor:
        return functional.rms_norm(x, (x.shape[-1],), weight, self.epsilon)

    def _mask(self, sees: Tensor | None, n: int, r: int) -> Tensor | None:
        """Added to attention's logits, the same for each of the g query heads, shape (g r, n + r)."""
        if sees is None and r == 1:
            return None
        if sees is None:
            sees = torch.ones(r, n + r, dtype=torch.bool).tril(n)
        mask = torch.zeros(sees.shape, dtype=self.dtype).masked_fill_(~sees, torch.finfo(self.dtype).min)
        return mask.repeat(self.heads // self.key_heads, 1)

    def _attend(
        self, joined: Tensor, cosine: Tensor, sine: Tensor, block: Tensor, n: int, mask: Tensor | None
    ) -> Tensor:
        """Attention of one layer; `joined` has the shape (r, (h + 2 k) d), the result (r, h d)."""
        r, h, k, d = len(joined), self.heads, self.key_heads, self.width
        split = joined.view(r, h + 2 * k, d)
        turned = split[:, : h + k]  # queries and keys
        half = torch.cat([-turned[..., d // 2 :], turned[..., : d // 2]], -1)
        turned = turned * cosine + half * sine
        block[0, :, n : n + r] = turned[:, h:].transpose(0, 1)
        block[1, :, n : n + r] = split[:, h + k :].transpose(0, 1)
        queries = turned[:, :h].view(r, k, h // k, d).permute(1, 2, 0, 3).reshape(1, k, -1, d)  # (1, k, g r, d)
        keys, values = block[:, None, :, : n + r]  # each (1, k, n + r, d)
        found = functional.scaled_dot_product_attention(queries, keys, values, mask)
        return found.view(k, h // k, r, d).permute(2, 0, 1, 3).reshape(r, h * d)


def _join(modules: Sequence[Any], share: bool) -> Tensor:
    """The weights of several projections of one input, one below the other; shared: the modules then hold its parts."""
    joined = torch.cat([m.weight for m in modules])
    if share:
        for module, part in zip(modules, joined.split([len(m.weight) for m in modules]), strict=True):
            module.weight.data = part
    return joined


def _matrix(weight: Tensor, precision: str) -> Matrix:
    """The product with a weight of shape (out, in)."""
    weight = weight.detach()
    if precision == "packed":
        packed = torch.ops.mkldnn._reorder_linear_weight(weight, _ROWS)
        product = torch.ops.mkldnn._linear_pointwise
        return lambda x: product(x.contiguous(), packed, None, "none", [], "")
    if precision != "int8":
        kept = weight.to(torch.bfloat16 if precision == "bf16" else torch.float32)
        return lambda x: functional.linear(x, kept)
    # A scale a row; symmetric, 8 bits. Activations lose one bit, or AVX2's 16-bit sums would overflow.
    scales = (weight.abs().amax(1).double() / 127.0).clamp_min(1e-8)
    zeros = torch.zeros(len(scales), dtype=torch.int64)
    packed = torch.ops.quantized.linear_prepack(torch.quantize_per_channel(weight, scales, zeros, 0, torch.qint8), None)
    return lambda x: torch.ops.quantized.linear_dynamic(x, packed, True)

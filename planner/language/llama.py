"""A lean forward pass for the Llama architecture: one growing cache, joined projections, fp32, bf16 or int8 weights.

For the few dozen tokens that a decision adds, transformers spends more time around the matrix products than a small
model needs for them: it joins keys and values anew at each layer and step, builds masks and checks arguments. Here the
cache is one block with room to grow, the three projections of attention are one product, the two of the gate another,
and the query heads that share a key head are folded into the rows of one product (grouped-query attention: arXiv
2305.13245). What comes out equals what transformers gives, up to rounding.

Shapes: n tokens in the cache, r new ones, w width, h query heads, g of them a key-value head (k = h / g), d head width.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
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
        and getattr(config, "hidden_act", None) == "silu"
        and not getattr(config, "attention_bias", False)
        and not getattr(config, "mlp_bias", False)
        and scaling.get("rope_type", "default") == "default"
    )


def check_precision(precision: str) -> None:
    """Sees that it is one of `PRECISIONS`.

    Raises:
        ValueError: it is not.
    """
    if precision not in PRECISIONS:
        raise ValueError(f"no precision {precision!r}; expected one of: {', '.join(PRECISIONS)}")


def read_llama(folder: Path, precision: str = "fp32") -> Llama | None:
    """The model in a folder, read without transformers, whose import takes seconds; None where that would not do.

    Weights are mapped into memory: what is not changed is shared by all processes that read the same file.

    Raises:
        ValueError: no such precision.
    """
    check_precision(precision)
    described, stored = folder / "config.json", folder / "model.safetensors"
    if not described.is_file() or not stored.is_file():
        return None
    try:
        config = SimpleNamespace(**json.loads(described.read_text(encoding="utf-8")))
    except ValueError:  # transformers says what is wrong with it
        return None
    # Folders of older versions of transformers say in other words how positions turn.
    known = hasattr(config, "model_type") and hasattr(config, "rope_parameters")
    if not known or not supports(config) or getattr(config, "dtype", None) != "float32":
        return None
    from safetensors.torch import load_file

    return Llama(config, load_file(stored), precision)


class Llama:
    """The weights of one model and its forward pass."""

    def __init__(self, config: Any, weights: Mapping[str, Tensor], precision: str = "fp32") -> None:
        """Takes over weights in float32.

        Args:
            config: one that `supports` says yes to.
            weights: by the names that they have in a `LlamaForCausalLM`.
            precision: one of `PRECISIONS`.

        Raises:
            ValueError: no such precision.
        """
        check_precision(precision)
        self.heads, self.key_heads = config.num_attention_heads, config.num_key_value_heads
        self.width = getattr(config, "head_dim", None) or config.hidden_size // self.heads
        self.epsilon = config.rms_norm_eps
        self.dtype = torch.bfloat16 if precision == "bf16" else torch.float32
        base = (getattr(config, "rope_parameters", None) or {}).get("rope_theta") or config.rope_theta
        self._frequencies = base ** (-torch.arange(0, self.width, 2, dtype=torch.float32) / self.width)  # (d / 2,)
        embedding = weights["model.embed_tokens.weight"].detach()
        head = weights.get("lm_head.weight", embedding)  # missing where it is the embedding
        self.embedding = embedding.to(self.dtype)
        self.norm = weights["model.norm.weight"].detach().to(self.dtype)
        self.head = _matrix(head, "fp32" if precision == "int8" else precision)
        self.layers = [self._layer(weights, k, precision) for k in range(config.num_hidden_layers)]

    @staticmethod
    def of(network: Any, precision: str = "fp32") -> Llama:
        """The same as a `LlamaForCausalLM` of transformers, in float32."""
        return Llama(network.config, dict(network.named_parameters()), precision)

    def _layer(self, weights: Mapping[str, Tensor], number: int, precision: str) -> _Layer:
        def some(*names: str) -> list[Tensor]:
            return [weights[f"model.layers.{number}.{name}.weight"].detach() for name in names]

        (before_attention,), (before_feedforward,) = some("input_layernorm"), some("post_attention_layernorm")
        (output,), (down,) = some("self_attn.o_proj"), some("mlp.down_proj")
        return _Layer(
            before_attention.to(self.dtype),
            _matrix(torch.cat(some("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj")), precision),
            _matrix(output, precision),
            before_feedforward.to(self.dtype),
            _matrix(torch.cat(some("mlp.gate_proj", "mlp.up_proj")), precision),
            _matrix(down, "fp32" if precision == "int8" else precision),
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


def _matrix(weight: Tensor, precision: str) -> Matrix:
    """The product with a weight of shape (out, in)."""
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

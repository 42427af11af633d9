"""What reads tokens after a cache: the lean forward pass where it fits, transformers' own for all other models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import torch
from torch import Tensor
from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer

from planner.language.llama import PRECISIONS, Llama, supports


class Cache(Protocol):
    """Keys and values of the tokens that were read."""

    length: int
    """How many tokens."""

    def crop(self, length: int) -> None:
        """Forgets all tokens after the first `length`."""
        ...

    def copy(self, length: int) -> Cache:
        """A cache of its own with the first `length` tokens."""
        ...


class Runner(Protocol):
    """A causal language model's forward pass."""

    def cache(self) -> Any:
        """An empty cache."""
        ...

    def forward(
        self, ids: Sequence[int], positions: Sequence[int], cache: Any, sees: Tensor | None, rows: slice
    ) -> Tensor:
        """See `Llama.forward`."""
        ...


def make_runner(network: Any, precision: str) -> Runner:
    """The fastest way to run a transformers model.

    Args:
        network: in float32; a `Llama` in fp32 takes over its weights, and both share them.
        precision: one of `PRECISIONS`.

    Raises:
        ValueError: no such precision, or one that this architecture is not run in.
    """
    if precision not in PRECISIONS:
        raise ValueError(f"no precision {precision!r}; expected one of: {', '.join(PRECISIONS)}")
    if supports(network.config):
        return Llama(network, precision)
    if precision in ("fp32", "bf16"):
        return TransformersRunner(network.to(torch.bfloat16) if precision == "bf16" else network)
    raise ValueError(f"{network.config.model_type} models run in fp32 or bf16 only, not in {precision}")


class _DynamicKeyValues:
    """Transformers' growing cache."""

    def __init__(self, layers: DynamicCache, length: int = 0) -> None:
        self.layers = layers
        self.length = length

    def crop(self, length: int) -> None:
        if length < self.length:
            self.layers.crop(length - self.length)  # a negative count: that many are cut off
            self.length = length

    def copy(self, length: int) -> _DynamicKeyValues:
        cache = DynamicCache()
        for index, layer in enumerate(self.layers.layers):
            if not isinstance(layer, DynamicLayer):
                raise TypeError(f"cannot copy a cache layer of type {type(layer).__name__}; expected full attention")
            keys, values = layer.keys, layer.values
            if keys is not None and values is not None:
                cache.update(keys[:, :, :length].clone(), values[:, :, :length].clone(), index)
        return _DynamicKeyValues(cache, length)


class TransformersRunner:
    """Any causal model that transformers can run."""

    def __init__(self, network: Any) -> None:
        self.network = network

    def cache(self) -> _DynamicKeyValues:
        """An empty cache."""
        return _DynamicKeyValues(DynamicCache())

    @torch.inference_mode()
    def forward(
        self,
        ids: Sequence[int],
        positions: Sequence[int],
        cache: _DynamicKeyValues,
        sees: Tensor | None,
        rows: slice,
    ) -> Tensor:
        """See `Llama.forward`."""
        n, r = cache.length, len(ids)
        if sees is None:
            sees = torch.ones(r, n + r, dtype=torch.bool).tril(n)
        dtype = self.network.dtype
        mask = torch.zeros(sees.shape, dtype=dtype).masked_fill_(~sees, torch.finfo(dtype).min)
        output = self.network(
            input_ids=torch.tensor([ids]),
            attention_mask=mask[None, None],  # (1, 1, r, n + r)
            position_ids=torch.tensor([positions]),
            past_key_values=cache.layers,
            use_cache=True,
            logits_to_keep=torch.arange(*rows.indices(r)),
        )
        cache.length = n + r
        return output.logits[0].float()

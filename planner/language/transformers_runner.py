"""Runs models by transformers' own forward pass: whatever the lean one does not fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from transformers import AutoModelForCausalLM, DynamicCache
from transformers.cache_utils import DynamicLayer
from transformers.utils.logging import disable_progress_bar

from planner.language.llama import Llama, supports
from planner.language.runner import Runner


def load_network(source: str) -> Any:
    """A causal model in float32.

    Raises:
        OSError: there is no such model.
    """
    # Its bars would land in the middle of transcripts, and of what --json prints.
    disable_progress_bar()
    return AutoModelForCausalLM.from_pretrained(source, dtype=torch.float32).eval()


def run_by_transformers(source: str, precision: str) -> Runner:
    """A model that transformers has loaded; of a Llama only the weights are kept.

    Raises:
        OSError: there is no such model.
        ValueError: a precision that this architecture is not run in.
    """
    network = load_network(source)
    if supports(network.config):
        return Llama.of(network, precision)
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

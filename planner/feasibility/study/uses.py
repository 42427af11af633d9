"""Ways to use a trained network: with fewer bits, another window, or without evidence."""

from __future__ import annotations

import io
import warnings
from copy import deepcopy
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from planner.feasibility.network import FeasibilityNetwork
from planner.feasibility.rows import Rows
from planner.feasibility.study.variants import Use

PRECISIONS = ("float32", "bfloat16", "int8")
"""int8: weights of the linear layers are kept in 8 bits, and what is multiplied with them is rounded as it comes."""


def network_for(network: FeasibilityNetwork, use: Use) -> FeasibilityNetwork:
    """The network as it is to be used; the one given is not changed.

    Raises:
        ValueError: the precision is unknown.
    """
    found = deepcopy(network).eval().requires_grad_(False)
    if use.window is not None:
        found.config = replace(found.config, window=use.window)
    if use.precision == "float32":
        return found
    if use.precision == "bfloat16":
        return found.to(torch.bfloat16)
    if use.precision == "int8":
        with warnings.catch_warnings():
            # torch would rather have torchao used, which is slower on a processor.
            warnings.simplefilter("ignore")
            return torch.ao.quantization.quantize_dynamic(found, {nn.Linear}, dtype=torch.qint8, inplace=True)
    raise ValueError(f"unknown precision {use.precision!r}; expected one of: {', '.join(PRECISIONS)}")


def rows_for(rows: Rows, use: Use) -> Rows:
    """What the network is told in this use."""
    scenes, steps = rows.scenes, rows.steps
    if not use.evidence:
        hidden = scenes.valid.clone()
        hidden[:, scenes.kinds.shape[1] :] = False
        scenes = scenes._replace(valid=hidden)
    if use.precision == "bfloat16":  # but for the points, which turn the rotary channels in double precision

        def short(told: Any) -> Any:
            return told._replace(features=told.features.to(torch.bfloat16))

        scenes, steps = short(scenes)._replace(failed=short(scenes.failed)), short(steps)
    return rows._replace(scenes=scenes, steps=steps)


def bytes_of(network: FeasibilityNetwork) -> int:
    """Size of the weights as they would be saved."""
    file = io.BytesIO()
    torch.save(network.state_dict(), file)
    return file.tell()


def cache_bytes(layers: tuple[tuple[Tensor, Tensor], ...]) -> float:
    """Of the keys and values, for each token."""
    tokens = layers[0][0].shape[2]
    return sum(t.numel() * t.element_size() for pair in layers for t in pair) / tokens

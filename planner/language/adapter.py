"""Adapters: pairs of small matrices whose products are added to a network's weights (LoRA, arXiv 2106.09685).

Two forms are read: one file, as `scripts/train_language.py` writes it, and a folder as peft's `save_pretrained` does.
peft itself is not needed, and takes 11 s to import.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import torch

FORMAT = "forethought-language-adapter/1"
"""What the file holds; one of another format is refused."""

DEFAULT_ADAPTER = Path(__file__).parent / "weights" / "adapter.safetensors"
"""The adapter that comes with the package."""

_TOLD = "forethought"
"""Entry of the file's metadata that holds all of them, as JSON."""

_PEFT_CONFIG, _PEFT_WEIGHTS, _PEFT_PREFIX = "adapter_config.json", "adapter_model.safetensors", "base_model.model."


class Pair(NamedTuple):
    """The matrices of one linear layer with `rows` outputs and `columns` inputs."""

    a: torch.Tensor
    """Shape (rank, columns)."""
    b: torch.Tensor
    """Shape (rows, rank)."""


@dataclass(frozen=True)
class Adapter:
    """What is added to a network, and where it comes from."""

    pairs: Mapping[str, Pair]
    """By the name of the linear layer, such as `model.layers.7.mlp.up_proj`."""
    scale: float
    """Of the products."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    """Of its own form: `base_sha256`, `seed`, `samples`, `command` and so on."""

    @property
    def dialogue(self) -> bool:
        """Whether it was trained on the dialogues of `planner.language.dialogue`."""
        return self.metadata.get("format") == FORMAT


def write_adapter(path: Path, pairs: Mapping[str, Pair], rank: int, alpha: float, metadata: Mapping[str, str]) -> None:
    """Writes one file of matrices in bfloat16; the same matrices give the same bytes."""
    from safetensors.torch import save_file

    tensors = {f"{name}.{side}": getattr(pair, side) for name, pair in pairs.items() for side in Pair._fields}
    # `save_file` wants each tensor whole in memory, not a view.
    small = {name: tensor.to(torch.bfloat16).contiguous() for name, tensor in sorted(tensors.items())}
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_suffix(".writing")
    told = {**metadata, "format": FORMAT, "rank": str(rank), "alpha": str(alpha)}
    # One entry: several would be written in an order of their own each time.
    save_file(small, str(scratch), {_TOLD: json.dumps(told, sort_keys=True)})
    scratch.chmod(0o644)  # it is made readable for its owner alone
    scratch.replace(path)


def read_adapter(path: Path) -> Adapter:
    """Reads a file of this project's, or a folder of peft's.

    Raises:
        ValueError: there is none, or it is damaged or of another format; one line.
    """
    if path.is_dir():
        return _read_peft(path)
    tensors, entries = _read(path)
    metadata = json.loads(entries.get(_TOLD, "{}"))
    if metadata.get("format") != FORMAT:
        raise ValueError(f"{str(path)!r} is no adapter: its format is {metadata.get('format')!r}; expected {FORMAT!r}")
    pairs = _pairs(path, {name: tensors[name] for name in tensors}, (".a", ".b"))
    return Adapter(pairs, float(metadata["alpha"]) / int(metadata["rank"]), metadata)


def add_adapter(network: torch.nn.Module, adapter: Adapter) -> None:
    """Adds the products to the weights, in float32: W += scale · B A.

    Raises:
        ValueError: it was made for another network; nothing is changed then.
    """
    layers = {name: module for name, module in network.named_modules() if isinstance(module, torch.nn.Linear)}
    for name, pair in adapter.pairs.items():
        if name not in layers:
            raise ValueError(f"the adapter is for another model: there is no layer {name!r}")
        shape, wanted = (pair.b.shape[0], pair.a.shape[1]), tuple(layers[name].weight.shape)
        if shape != wanted or pair.a.shape[0] != pair.b.shape[1]:
            raise ValueError(f"the adapter is for another model: {name!r} is {shape}; expected {wanted}")
    with torch.no_grad():
        for name, pair in adapter.pairs.items():
            weight = layers[name].weight
            weight.add_((pair.b.float() @ pair.a.float()).to(weight.dtype), alpha=adapter.scale)


def _read_peft(folder: Path) -> Adapter:
    config_file = folder / _PEFT_CONFIG
    if not config_file.is_file():
        raise ValueError(f"{str(folder)!r} is no adapter: it holds no {_PEFT_CONFIG}")
    try:
        config = json.loads(config_file.read_text(encoding="utf-8"))
        rank, alpha = int(config["r"]), float(config["lora_alpha"])
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{str(config_file)!r} is damaged ({error!r}); expected r and lora_alpha") from None
    odd = [
        k for k in ("use_dora", "rank_pattern", "alpha_pattern", "modules_to_save", "fan_in_fan_out") if config.get(k)
    ]
    if config.get("peft_type", "LORA") != "LORA" or odd:
        raise ValueError(f"{str(folder)!r} is not plain LoRA ({', '.join(odd) or config['peft_type']}); merge it first")
    tensors, _ = _read(folder / _PEFT_WEIGHTS)
    named = {name.removeprefix(_PEFT_PREFIX): tensor for name, tensor in tensors.items()}
    scale = alpha / rank**0.5 if config.get("use_rslora") else alpha / rank
    return Adapter(_pairs(folder, named, (".lora_A.weight", ".lora_B.weight")), scale)


def _read(path: Path) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(str(path), framework="pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}, file.metadata() or {}  # noqa: SIM118
    except FileNotFoundError:
        raise ValueError(f"there is no adapter {str(path)!r}") from None
    except (SafetensorError, OSError) as error:
        raise ValueError(f"the adapter {str(path)!r} is damaged ({str(error).splitlines()[0]})") from None


def _pairs(path: Path, tensors: Mapping[str, torch.Tensor], ends: tuple[str, str]) -> dict[str, Pair]:
    layers = {name.removesuffix(end) for name in tensors for end in ends if name.endswith(end)}
    lacking = [layer + end for layer in sorted(layers) for end in ends if layer + end not in tensors]
    if lacking or not layers or len(tensors) != 2 * len(layers):
        odd = sorted(set(tensors) - {layer + end for layer in layers for end in ends})
        raise ValueError(
            f"the adapter {str(path)!r} is damaged: {(lacking or odd or ['all matrices'])[0]} out of place"
        )
    return {layer: Pair(tensors[layer + ends[0]], tensors[layer + ends[1]]) for layer in sorted(layers)}

"""The weights file: one safetensors file that says all that is needed to use it.

Its metadata hold the network's dimensions, the vocabulary, the calibration, the limits of the training data and the
baselines trained on the same rows.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch

from planner.feasibility.network import FeasibilityNetwork, NetworkConfig
from planner.feasibility.tokens import OBJECT_FEATURES, STEP_FEATURES, Vocabulary

FORMAT = f"forethought-feasibility/1 object={OBJECT_FEATURES} step={STEP_FEATURES}"
"""What the features mean; a file of another format is refused."""

DEFAULT_WEIGHTS = Path(__file__).parent / "weights" / "feasibility.safetensors"
"""The weights that come with the package."""


class WeightsError(ValueError):
    """A weights file that cannot be used."""


@dataclass(frozen=True)
class Limits:
    """The bounds of the training data: beyond them a prediction is flagged as not confident."""

    objects: int
    """Most objects in a scene."""
    steps: int
    """Most steps in a plan."""
    robots: tuple[str, ...] = ("panda",)
    families: tuple[str, ...] = ("tabletop",)


@dataclass(frozen=True)
class Calibration:
    """Platt scaling: the probability is the logistic function of `scale * logit + shift`."""

    scale: float = 1.0
    shift: float = 0.0


@dataclass(frozen=True)
class Trained:
    """A trained network and what belongs to it."""

    network: FeasibilityNetwork
    limits: Limits
    calibration: Calibration = Calibration()
    baselines: dict[str, Any] = field(default_factory=dict)
    """See `planner.feasibility.baselines`."""
    source: dict[str, Any] = field(default_factory=dict)
    """What it was trained on: number of steps, lowest and highest seed, and so on."""


def save(trained: Trained, path: Path) -> None:
    """Writes the file; the same network gives the same bytes."""
    from safetensors.torch import save_file

    network = trained.network
    described = {
        "network": asdict(network.config),
        "vocabulary": asdict(network.vocabulary),
        "limits": asdict(trained.limits),
        "calibration": asdict(trained.calibration),
        "baselines": trained.baselines,
        "source": trained.source,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    tensors = {name: t.detach().cpu().contiguous() for name, t in network.state_dict().items()}
    # One key only: the order in which several would be written is not fixed.
    save_file(tensors, str(path), {"forethought": json.dumps({"format": FORMAT, **described}, sort_keys=True)})


def load(path: Path = DEFAULT_WEIGHTS) -> Trained:
    """Reads the file.

    Raises:
        WeightsError: it is missing, damaged, no file of this kind, or made for other features or dimensions.
    """
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        raise WeightsError(f"no weights at {path}; scripts/train_feasibility.py makes them")
    try:
        with safe_open(str(path), framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
    except (SafetensorError, OSError) as error:
        raise WeightsError(f"weights at {path} are damaged or no safetensors file: {error}") from None
    if "forethought" not in metadata:
        raise WeightsError(f"weights at {path} are not of a feasibility model: their metadata lack 'forethought'")
    described = json.loads(metadata["forethought"])
    if described.get("format") != FORMAT:
        raise WeightsError(f"weights at {path} have format {described.get('format')!r}, expected {FORMAT!r}")
    return _assemble(described, tensors, path)


def _assemble(described: dict[str, Any], tensors: dict[str, torch.Tensor], path: Path) -> Trained:
    try:
        config = NetworkConfig(**_tuples(described["network"]))
        network = FeasibilityNetwork(config, Vocabulary(**_tuples(described["vocabulary"])))
        network.load_state_dict(tensors)
        limits = Limits(**_tuples(described["limits"]))
        calibration = Calibration(**described["calibration"])
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        cause = " ".join(str(error).split())
        raise WeightsError(f"weights at {path} do not fit this network: {cause[:200]}") from None
    network.eval().requires_grad_(False)
    return Trained(network, limits, calibration, described.get("baselines", {}), described.get("source", {}))


def _tuples(values: dict[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()

"""The weights file: one safetensors file that says all that is needed to use it.

Its metadata hold the network's dimensions, the vocabulary, the calibration and the limits of the training data; beside
the network's tensors are those of the baselines trained on the same rows, which are read only where they are asked for.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import torch

from planner.feasibility.baselines import Baselines
from planner.feasibility.calibration import Calibration
from planner.feasibility.network import FeasibilityNetwork, NetworkConfig
from planner.feasibility.tokens import OBJECT_FEATURES, STEP_FEATURES, Vocabulary

FORMAT = f"forethought-feasibility/3 object={OBJECT_FEATURES} step={STEP_FEATURES}"
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
class Trained:
    """A trained network and what belongs to it."""

    network: FeasibilityNetwork
    limits: Limits
    calibration: Calibration = field(default_factory=Calibration)
    baselines: Baselines | None = None
    """None where they were not fitted, or not read."""
    source: dict[str, Any] = field(default_factory=dict)
    """What it was trained on: number of steps, lowest and highest seed, and so on."""


def save(trained: Trained, path: Path) -> None:
    """Writes the file; the same network gives the same bytes."""
    from safetensors.torch import save_file

    network, baselines = trained.network, trained.baselines
    described = {
        "network": asdict(network.config),
        "vocabulary": asdict(network.vocabulary),
        "limits": asdict(trained.limits),
        "calibration": asdict(trained.calibration),
        "source": trained.source,
    }
    tensors = _tensors(network, "")
    if baselines is not None:
        described["baselines"] = {
            "rate": baselines.rate,
            "preconditions": baselines.preconditions,
            "bias": baselines.bias,
            "specs": baselines.specs,
            "network": asdict(baselines.blind.config),
            "calibration": asdict(baselines.calibration),
        }
        tensors |= _tensors(baselines.blind, _BLIND)
        tensors[_BASELINE + "weights"] = torch.from_numpy(baselines.weights.astype("float64"))
        tensors[_BASELINE + "trees"] = torch.frombuffer(bytearray(baselines.trees), dtype=torch.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    # One key only: the order in which several would be written is not fixed.
    save_file(tensors, str(path), {"forethought": json.dumps({"format": FORMAT, **described}, sort_keys=True)})


_BASELINE = "baseline."
_BLIND = _BASELINE + "blind."


def _tensors(network: FeasibilityNetwork, prefix: str) -> dict[str, torch.Tensor]:
    return {prefix + name: t.detach().cpu().contiguous() for name, t in network.state_dict().items()}


def load(path: Path = DEFAULT_WEIGHTS, baselines: bool = False) -> Trained:
    """Reads the file.

    Args:
        path: of the file.
        baselines: whether to read the baselines too.

    Raises:
        WeightsError: it is missing, damaged, no file of this kind, or made for other features or dimensions; or it has
            no baselines and they are asked for.
    """
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        raise WeightsError(f"no weights at {path}; scripts/train_feasibility.py makes them")
    try:
        with safe_open(str(path), framework="pt") as file:
            metadata = file.metadata() or {}
            wanted = [n for n in file.keys() if baselines or not n.startswith(_BASELINE)]  # noqa: SIM118 (not a dict)
            tensors = {name: file.get_tensor(name) for name in wanted}
    except (SafetensorError, OSError) as error:
        raise WeightsError(f"weights at {path} are damaged or no safetensors file: {error}") from None
    if "forethought" not in metadata:
        raise WeightsError(f"weights at {path} are not of a feasibility model: their metadata lack 'forethought'")
    described = json.loads(metadata["forethought"])
    if described.get("format") != FORMAT:
        raise WeightsError(f"weights at {path} have format {described.get('format')!r}, expected {FORMAT!r}")
    if baselines and "baselines" not in described:
        raise WeightsError(f"weights at {path} come without baselines; scripts/train_feasibility.py makes both")
    try:
        return _assemble(described, tensors, baselines)
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        cause = " ".join(str(error).split())
        raise WeightsError(f"weights at {path} do not fit this network: {cause[:200]}") from None


def _assemble(described: dict[str, Any], tensors: dict[str, torch.Tensor], baselines: bool) -> Trained:
    vocabulary = Vocabulary(**_tuples(described["vocabulary"]))
    own = {name: t for name, t in tensors.items() if not name.startswith(_BASELINE)}
    found = Trained(
        _network(described["network"], vocabulary, own),
        Limits(**_tuples(described["limits"])),
        Calibration(**described["calibration"]),
        source=described.get("source", {}),
    )
    if not baselines:
        return found
    said = described["baselines"]
    blind = {name.removeprefix(_BLIND): t for name, t in tensors.items() if name.startswith(_BLIND)}
    fitted = Baselines(
        rate=said["rate"],
        preconditions=tuple(said["preconditions"]),
        weights=tensors[_BASELINE + "weights"].numpy(),
        bias=said["bias"],
        trees=tensors[_BASELINE + "trees"].numpy().tobytes(),
        specs=said["specs"],
        blind=_network(said["network"], vocabulary, blind),
        calibration=Calibration(**said["calibration"]),
    )
    return replace(found, baselines=fitted)


def _network(config: dict[str, Any], vocabulary: Vocabulary, tensors: dict[str, torch.Tensor]) -> FeasibilityNetwork:
    network = FeasibilityNetwork(NetworkConfig(**_tuples(config)), vocabulary)
    network.load_state_dict(tensors)
    return network.eval().requires_grad_(False)


def _tuples(values: dict[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()

"""What the study trains: a reference, and variants that differ from it in one thing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from hashlib import sha256
from typing import Any

from planner.feasibility.network import NetworkConfig
from planner.feasibility.training import TrainingConfig

GROUPS = ("positions", "heads", "window", "evidence", "scaling", "precision")
"""What is varied."""
POSITIONS = {
    "none": "none",
    "learned": "learned",
    "sinusoidal": "sinusoidal",
    "t5": "T5 bias",
    "alibi": "ALiBi",
    "rope": "RoPE",
    "spatial": "RoPE with spatial RoPE",
}
"""Kinds of positions, and how the page calls them."""
FRACTIONS = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)
"""Of the plans, in the group scaling."""
WIDTHS = (32, 64, 128, 192)
"""In the group scaling. Others than the reference's are trained on a quarter of the plans at most, to spare time."""
_WIDE_FRACTION = 1 / 4


@dataclass(frozen=True)
class Use:
    """A way to use a network that has been trained."""

    label: str = "as trained"
    group: str | None = None
    """In which group it stands beside the others."""
    window: int | None = None
    """Steps that a step sees; as in training if None."""
    evidence: bool = True
    """Whether it is told what has failed before."""
    precision: str = "float32"
    """A key of `planner.feasibility.study.uses.PRECISIONS`."""


AS_TRAINED = Use()


@dataclass(frozen=True)
class Variant:
    """What is trained, once for each seed."""

    name: str
    labels: Mapping[str, str]
    """The groups in which it stands, with what it is called there."""
    training: TrainingConfig
    """With seed 0."""
    fraction: float
    """Of the scenes that are there to train on."""
    uses: tuple[Use, ...] = (AS_TRAINED,)
    """How it is measured."""

    def seeded(self, seed: int) -> TrainingConfig:
        """How it is trained with a seed."""
        return replace(self.training, seed=seed)


STUDIED = NetworkConfig(width=128, heads=4, kv_heads=2, hidden=256)
"""Wider than the network that comes with the package, with heads enough to make groups of them."""


@dataclass(frozen=True)
class Setting:
    """How much of everything the study takes."""

    fraction: float = 0.4
    """Of the scenes that are there to train on; in the group scaling `FRACTIONS`."""
    epochs: int = 4
    scaling_epochs: int = 3
    """In the group scaling, whose largest runs have all of the plans."""
    batch: int = 64
    """Plans; fewer than usual, since so few epochs would be very few steps."""
    network: NetworkConfig = STUDIED
    """The reference."""


REFERENCE = "reference"
"""Name of the variant that all others differ from in one thing."""


def variants(setting: Setting) -> list[Variant]:
    """All variants, the reference first."""
    # The last weights, not their moving average: in runs as short as these it would still hold the first ones.
    usual = TrainingConfig(epochs=setting.epochs, batch=setting.batch, average=0.0, network=setting.network)
    net = setting.network

    def changed(group: str, label: str, **change: Any) -> Variant:
        config = replace(usual, network=replace(net, **change))
        return Variant(f"{group}: {label}", {group: label}, config, setting.fraction)

    found = [Variant(REFERENCE, _labels(net), usual, setting.fraction, _uses(net))]
    found += [changed("positions", label, positions=k) for k, label in POSITIONS.items() if k != net.positions]
    found += [changed("heads", _groups(net.heads, g), kv_heads=g) for g in _divisors(net.heads) if g != net.kv_heads]
    found += [changed("window", _steps(w), window=w) for w in (1, 2, 4) if w < net.window]
    found.append(
        Variant(
            "evidence: never told",
            {"evidence": "never told"},
            replace(usual, forget=1.0),
            setting.fraction,
            (Use(evidence=False),),
        )
    )
    return found + _scaling(setting, usual)


def _labels(net: NetworkConfig) -> dict[str, str]:
    return {
        "positions": POSITIONS[net.positions],
        "heads": _groups(net.heads, net.kv_heads),
        "window": _steps(net.window),
        "evidence": "told",
        "precision": "fp32",
    }


def _groups(heads: int, groups: int) -> str:
    return f"{groups} group{'s'[: groups != 1]}" + (", all" if groups == heads else "")


def _steps(window: int) -> str:
    return f"{window} step{'s'[: window != 1]}"


def _uses(net: NetworkConfig) -> tuple[Use, ...]:
    """What can be tried on the reference without training it again."""
    return (
        AS_TRAINED,
        Use(f"{_steps(2 * net.window)}, trained with {net.window}", "window", window=2 * net.window),
        Use("told in training, not when asked", "evidence", evidence=False),
        Use("bf16", "precision", precision="bfloat16"),
        Use("int8", "precision", precision="int8"),
    )


def _scaling(setting: Setting, usual: TrainingConfig) -> list[Variant]:
    found, net = [], setting.network
    for width in sorted({*WIDTHS, net.width}):
        network = net if width == net.width else widened(net, width)
        for fraction in FRACTIONS:
            if width == net.width or fraction <= _WIDE_FRACTION:
                label = f"width {width}, {Fraction(fraction)} of the scenes"
                config = replace(usual, epochs=setting.scaling_epochs, network=network)
                found.append(Variant(f"scaling: {label}", {"scaling": label}, config, fraction))
    return found


def widened(net: NetworkConfig, width: int) -> NetworkConfig:
    """The same with another width: heads stay as wide as they are, so there are more or fewer of them."""
    heads = width * net.heads // net.width
    groups = max(1, heads * net.kv_heads // net.heads)
    return replace(net, width=width, heads=heads, kv_heads=groups, hidden=width * net.hidden // net.width)


def _divisors(n: int) -> list[int]:
    return [k for k in range(1, n + 1) if n % k == 0]


def chosen(found: Iterable[Variant], groups: Sequence[str]) -> list[Variant]:
    """Those that stand in one of the groups.

    Raises:
        ValueError: there is no such group.
    """
    for group in groups:
        if group not in GROUPS:
            raise ValueError(f"unknown group {group!r}; expected one of: {', '.join(GROUPS)}")
    return [v for v in found if any(g in groups for g in v.labels)]


@dataclass(frozen=True)
class Entry:
    """One line of a group's table."""

    label: str
    variant: Variant
    use: Use


def entries(found: Iterable[Variant], group: str) -> list[Entry]:
    """The lines of a group's table: what is trained, with the other uses of the reference."""
    lines = []
    for variant in found:
        if group in variant.labels:
            lines.append(Entry(variant.labels[group], variant, variant.uses[0]))
        lines += [Entry(use.label, variant, use) for use in variant.uses if use.group == group]
    return lines


def fingerprint(*parts: Any) -> str:
    """A short name for settings; equal settings have the same."""

    def plain(part: Any) -> Any:
        return asdict(part) if hasattr(part, "__dataclass_fields__") else part

    said = json.dumps([plain(p) for p in parts], sort_keys=True, default=plain)
    return sha256(said.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Job:
    """One run: a variant with a seed, on some data."""

    variant: Variant
    seed: int
    data: str
    """Names the data."""

    @property
    def key(self) -> str:
        """Names the run: equal settings and data have the same."""
        variant = self.variant
        return fingerprint(variant.seeded(self.seed), variant.fraction, list(variant.uses), self.data)


def jobs_of(found: Sequence[Variant], seeds: int, data: str) -> list[Job]:
    """All runs, seed by seed, so that what is there when the study is stopped can be compared."""
    return [Job(v, seed, data) for seed in range(seeds) for v in found]


TRAIN = 0.9
"""Share of the plans that are there to train on."""
PREPARING = 0.017
"""Processor seconds that it takes to prepare a plan, with its variants."""


def seconds_of(variant: Variant, plans: int, parameters: Callable[[NetworkConfig], int]) -> float:
    """Processor seconds that a run takes, roughly.

    Args:
        variant: what is trained.
        plans: all that there are.
        parameters: how many a network has.
    """
    # Measured on one core of an AMD EPYC, beside other work: for each plan that is seen; then, in each use, for each
    # that it is measured on, and for the bootstrap.
    cost = 1.0e-3 + 3.3e-9 * parameters(variant.training.network)
    seen = TRAIN * plans * variant.fraction * variant.training.epochs
    return seen * cost + (0.2 * plans * cost / 3.0 + 1.5) * len(variant.uses)

"""The network: object tokens, then evidence, then the steps of plans; what each step's token becomes is the answer.

Objects, base, tool and evidence (the prefix) see one another. A step sees the prefix, itself and the steps before it in
its plan, as far back as the window. Where a step moves an object, later steps see that step in the object's stead: its
token points to the object and stands where the object has gone.

Plans that share their beginning form a tree. A step's lineage, a row of booleans, says which other steps come before it
in its plan; a plain sequence is a tree with one branch. So one forward serves training (b plans of n steps), a batch of
candidates (n steps side by side), and a beam (n new steps after cached ones).

Shapes: b scenes, p prefix tokens, o of them objects, n new steps, m cached and new steps, d width.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import torch
from torch import Tensor, nn

from planner.feasibility.attention import KeyValues
from planner.feasibility.block import Block
from planner.feasibility.rotary import Rotation, spatial_angles, step_angles
from planner.feasibility.tokens import FIRST, OBJECT_FEATURES, POINTERS, STEP_FEATURES, Vocabulary


@dataclass(frozen=True)
class NetworkConfig:
    """The network's dimensions."""

    width: int = 128
    layers: int = 4
    heads: int = 4
    kv_heads: int = 2
    hidden: int = 256
    """Inner width of the feed-forward layers."""
    window: int = 8
    """Steps that a step sees, itself included."""
    step_pairs: int = 4
    """Pairs of channels of a head that turn with the step; three for each wavelength turn with the place."""
    wavelengths: tuple[float, ...] = (0.1, 0.3, 0.9, 2.7)
    """Of the spatial rotary positions, metres."""
    dropout: float = 0.25

    def __post_init__(self) -> None:
        pairs = self.step_pairs + 3 * len(self.wavelengths)
        if 2 * pairs * self.heads != self.width:
            raise ValueError(f"{pairs} rotary pairs need heads {2 * pairs} wide, not {self.width / self.heads:g}")


class Steps(NamedTuple):
    """Plan steps, or past failures, as tensors."""

    spec: Tensor
    """(b, n) indices in the vocabulary."""
    pointers: Tensor
    """(b, n, POINTERS): nothing, the table, or an object."""
    points: Tensor
    """(b, n, 3), metres, float64."""
    features: Tensor
    """(b, n, STEP_FEATURES)."""


class Scenes(NamedTuple):
    """Scenes and what failed in them, as tensors."""

    kinds: Tensor
    """(b, o) indices in the vocabulary."""
    points: Tensor
    """(b, o, 3), metres, float64."""
    features: Tensor
    """(b, o, OBJECT_FEATURES)."""
    failed: Steps
    """(b, e, ...): past failures."""
    reasons: Tensor
    """(b, e) indices in the vocabulary: why they failed."""
    culprits: Tensor
    """(b, e) pointers: what was to blame."""
    valid: Tensor
    """(b, p) booleans, p = o + e: False for padding."""


class Answers(NamedTuple):
    """What the network says of each step."""

    success: Tensor
    """(b, n) logits, not calibrated."""
    reason: Tensor
    """(b, n, reasons) logits, given failure."""
    effect: Tensor
    """(b, n, 3): displacement of the first argument, decimetres in the axes of the base, given success."""
    holding: Tensor
    """(b, n) logits: whether the hand holds something afterwards, given success."""


@dataclass(frozen=True)
class Cache:
    """What later steps need of a scene and of the steps before them; never changed, so that beams can share it."""

    bank: Tensor
    """(b, 2 + o, d): embeddings that pointers point to."""
    valid: Tensor
    """(b, p)."""
    layers: tuple[KeyValues, ...]
    """One for each layer: (b, g, p + m, e)."""
    moved: Tensor
    """(b, m): the pointer to what each step moves."""
    depth: Tensor
    """(b, m): 1 for the first step of a plan."""
    lineage: Tensor = field(repr=False)
    """(b, m, m): whether the second step is the first one or comes before it in its plan."""


class FeasibilityNetwork(nn.Module):
    """See the module."""

    def __init__(self, config: NetworkConfig, vocabulary: Vocabulary) -> None:
        """Makes a network with fresh weights from torch's global generator."""
        super().__init__()
        self.config, self.vocabulary = config, vocabulary
        d = config.width
        self.kind = nn.Embedding(len(vocabulary.categories) + 3, d)
        self.spec = nn.Embedding(len(vocabulary.specs) + 1, d)
        self.reason = nn.Embedding(len(vocabulary.reasons) + 1, d)
        self.table = nn.Parameter(torch.zeros(d))
        self.failed = nn.Parameter(torch.zeros(d))
        self.object_features = _perceptron(OBJECT_FEATURES, d)
        self.step_features = _perceptron(STEP_FEATURES, d)
        self.arguments = nn.ModuleList([nn.Linear(d, d, bias=False) for _ in range(POINTERS)])
        self.culprit = nn.Linear(d, d, bias=False)
        blocks = [Block(d, config.heads, config.kv_heads, config.hidden, config.dropout) for _ in range(config.layers)]
        self.blocks = nn.ModuleList(blocks)
        self.norm = nn.RMSNorm(d, eps=1e-6)
        self.head = nn.Linear(d, 1 + len(vocabulary.reasons) + 3 + 1)
        self.apply(_initialize)
        for block in blocks:  # what many layers add to the same stream should not grow with their number
            for last in (block.attention.output, block.feedforward.down):
                last.weight.data *= (2 * config.layers) ** -0.5

    def forward(self, scenes: Scenes, steps: Steps) -> Answers:
        """Scores b plans of n steps, each in its own scene; padding belongs at the end of a plan."""
        b, n = steps.spec.shape
        depth = torch.arange(1, n + 1, device=steps.spec.device).expand(b, n)
        lineage = torch.ones(n, n, dtype=torch.bool, device=steps.spec.device).tril().expand(b, n, n)
        return self.extend(self.begin(scenes), steps, depth, lineage)[0]

    def begin(self, scenes: Scenes) -> Cache:
        """Reads the scenes; plans are then scored with `extend`."""
        objects = self.kind(scenes.kinds) + self.object_features(scenes.features)  # (b, o, d)
        b, d = objects.shape[0], objects.shape[-1]
        bank = torch.cat([torch.zeros_like(objects[:, :1]), self.table.expand(b, 1, d), objects], dim=1)
        evidence = self._embed(scenes.failed, bank) + self.failed + self.reason(scenes.reasons)
        evidence = evidence + self.culprit(_gather(bank, scenes.culprits))  # (b, e, d)
        x = torch.cat([objects, evidence], dim=1)  # (b, p, d)
        rotation, value_rotation = self._rotations(torch.cat([scenes.points, scenes.failed.points], dim=1), None)
        mask = scenes.valid.unsqueeze(1).expand(-1, x.shape[1], -1)  # (b, p, p)
        layers = []
        for block in self.blocks:
            x, new = block(x, rotation, mask, None, value_rotation)
            layers.append(new)
        none = scenes.kinds.new_zeros(b, 0)
        return Cache(bank, scenes.valid, tuple(layers), none, none, none.bool().unsqueeze(1).expand(b, 0, 0))

    def extend(self, cache: Cache, steps: Steps, depth: Tensor, lineage: Tensor) -> tuple[Answers, Cache]:
        """Adds steps to plans.

        Args:
            cache: the scene and the steps so far.
            steps: n new ones.
            depth: (b, n), place of each in its plan, from 1.
            lineage: (b, n, m), which of the cached and the new steps come before it in its plan; it itself is one.

        Returns:
            What the network says of the new steps, and the cache with them.
        """
        moved = torch.cat([cache.moved, steps.pointers[..., 0]], dim=1)  # (b, m)
        depths = torch.cat([cache.depth, depth], dim=1)  # (b, m)
        mask = self._mask(cache, lineage, depth, depths, moved)  # (b, n, p + m)
        rotation, value_rotation = self._rotations(steps.points, depth)
        x = self._embed(steps, cache.bank)  # (b, n, d)
        layers = []
        for block, past in zip(self.blocks, cache.layers, strict=True):
            x, new = block(x, rotation, mask, past, value_rotation)
            layers.append(past.extended(new))
        older = nn.functional.pad(cache.lineage, (0, lineage.shape[2] - cache.lineage.shape[2]))  # (b, m - n, m)
        joined = torch.cat([older, lineage], dim=1)  # (b, m, m)
        return self._answer(x), Cache(cache.bank, cache.valid, tuple(layers), moved, depths, joined)

    def _answer(self, x: Tensor) -> Answers:
        r = len(self.vocabulary.reasons)
        success, reason, effect, holding = self.head(self.norm(x)).split([1, r, 3, 1], dim=-1)
        return Answers(success.squeeze(-1), reason, effect, holding.squeeze(-1))

    def _embed(self, steps: Steps, bank: Tensor) -> Tensor:
        x = self.spec(steps.spec) + self.step_features(steps.features)  # (b, n, d)
        for k, project in enumerate(self.arguments):
            x = x + project(_gather(bank, steps.pointers[..., k]))
        return x

    def _rotations(self, points: Tensor, depth: Tensor | None) -> tuple[Rotation, Rotation]:
        """Of queries and keys, and of values; tokens of the prefix (depth None) have a place but no step."""
        place = Rotation.of(spatial_angles(points, self.config.wavelengths))
        blank = torch.zeros(*points.shape[:2], self.config.step_pairs, device=points.device)
        order = Rotation(blank, blank) if depth is None else Rotation.of(step_angles(depth, self.config.step_pairs))
        return Rotation.join([order, place]), Rotation.join([Rotation(blank + 1.0, blank), place])

    def _mask(self, cache: Cache, lineage: Tensor, depth: Tensor, depths: Tensor, moved: Tensor) -> Tensor:
        """Which of the prefix and of the m steps each of the n new steps sees: (b, n, p + m)."""
        behind = depth.unsqueeze(2) - depths.unsqueeze(1)  # (b, n, m)
        seen = lineage & (behind < self.config.window)
        # An object that an earlier step has moved is not where its token says: that step stands for it.
        objects = torch.arange(FIRST, cache.bank.shape[1], device=moved.device)
        mover = (moved.unsqueeze(2) == objects).float()  # (b, m, o)
        gone = (seen & (behind > 0)).float() @ mover > 0  # (b, n, o)
        p, o = cache.valid.shape[1], objects.shape[0]
        there = cache.valid.unsqueeze(1) & ~nn.functional.pad(gone, (0, p - o))  # (b, n, p)
        return torch.cat([there, seen], dim=2)


def _gather(bank: Tensor, pointers: Tensor) -> Tensor:
    """Rows of `bank`, (b, k, d), that `pointers`, (b, n), point to: (b, n, d)."""
    return bank.gather(1, pointers.unsqueeze(-1).expand(-1, -1, bank.shape[-1]))


def _perceptron(inputs: int, width: int) -> nn.Module:
    return nn.Sequential(nn.Linear(inputs, width), nn.SiLU(), nn.Linear(width, width))


def _initialize(module: nn.Module) -> None:
    if isinstance(module, nn.Linear | nn.Embedding):
        nn.init.normal_(module.weight, std=0.02 if isinstance(module, nn.Embedding) else module.weight.shape[1] ** -0.5)
    if isinstance(module, nn.Linear) and module.bias is not None:
        nn.init.zeros_(module.bias)

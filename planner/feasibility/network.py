"""The network: object tokens, then evidence, then the steps of plans; what each step's token becomes is the answer.

Objects, base, tool and evidence (the prefix) see one another. A step sees the prefix, itself and the steps before it in
its plan, as far back as the window. Where a step moves an object, later steps see that step in the object's stead, and
go on seeing it however far back it lies: its token points to the object and stands where the object has gone.

A plain forward scores b plans of n steps, each in its own scene. `begin` and `extend` score plans of one scene that
share their beginnings, a tree: one more step of a plan costs one token, and what is cached is never changed, so that
beams share it.

Shapes: b scenes, p prefix tokens, o of them objects, n new steps, m cached and new steps, s that one of them looks at,
r reasons, f facts, d width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from planner.feasibility.attention import KeyValues
from planner.feasibility.block import Block
from planner.feasibility.facts import FACTS
from planner.feasibility.forms import FIRST, POINTERS
from planner.feasibility.norm import RMSNorm
from planner.feasibility.positions import Positions
from planner.feasibility.tokens import OBJECT_FEATURES, STEP_FEATURES, Vocabulary


@dataclass(frozen=True)
class NetworkConfig:
    """The network's dimensions."""

    width: int = 96
    layers: int = 3
    heads: int = 3
    kv_heads: int = 1
    hidden: int = 192
    """Inner width of the feed-forward layers."""
    window: int = 8
    """Steps that a step sees, itself included."""
    positions: str = "spatial"
    """A key of `planner.feasibility.positions.KINDS`."""
    step_pairs: int = 4
    """Pairs of channels of a head that turn with the step; three for each wavelength turn with the place."""
    wavelengths: tuple[float, ...] = (0.1, 0.3, 0.9, 2.7)
    """Of the spatial rotary positions, metres."""
    mixing: bool = True
    """Whether objects see one another; without it this is a baseline."""
    dropout: float = 0.3


class Steps(NamedTuple):
    """Plan steps, or past failures, as tensors."""

    spec: Tensor
    """(b, n) indices in the vocabulary."""
    pointers: Tensor
    """(b, n, POINTERS): nothing, the table, or an object."""
    moved: Tensor
    """(b, n): pointer to what the step moves."""
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
    """(b, n, r) logits, given failure."""
    culprit: Tensor
    """(b, n, 2 + o) logits over pointers: what would be to blame, given failure."""
    hidden: Tensor
    """(b, n, d): for `effects`."""


class Effects(NamedTuple):
    """What the network expects each step to change, given success."""

    shift: Tensor
    """(b, n, o, 3): displacement of each object, decimetres in the axes of the base."""
    facts: Tensor
    """(b, n, o, f) logits: which of `FACTS` hold of each object afterwards."""
    carrier: Tensor
    """(b, n, 2 + o) logits over pointers: what then carries or contains the first argument; nothing if it is held."""


@dataclass(frozen=True)
class Cache:
    """What later steps need of a scene and of the steps before them; never changed, so that beams can share it."""

    bank: Tensor
    """(b, 2 + o, d): embeddings that pointers point to."""
    seen: Tensor
    """(b, 2 + o, d): the same as they are after all layers."""
    valid: Tensor
    """(b, p)."""
    layers: tuple[KeyValues, ...]
    """One for each layer: (b, g, p + m, e)."""
    depth: Tensor
    """(b, m): place of each step in its plan, from 1."""


class FeasibilityNetwork(nn.Module):
    """See the module."""

    def __init__(self, config: NetworkConfig, vocabulary: Vocabulary) -> None:
        """Makes a network with fresh weights from torch's global generator."""
        super().__init__()
        self.config, self.vocabulary = config, vocabulary
        d, r = config.width, len(vocabulary.reasons)
        self.kind = nn.Embedding(vocabulary.kinds, d)
        self.spec = nn.Embedding(len(vocabulary.specs) + 1, d)
        self.reason = nn.Embedding(r + 1, d)
        self.table = nn.Parameter(torch.zeros(d))
        self.failed = nn.Parameter(torch.zeros(d))
        self.object_features = _perceptron(OBJECT_FEATURES, d)
        self.step_features = _perceptron(STEP_FEATURES, d)
        self.arguments = nn.Linear(POINTERS * d, d, bias=False)
        self.culprit = nn.Linear(d, d, bias=False)
        self.positions = Positions(config.positions, d, config.heads, config.step_pairs, config.wavelengths)
        blocks = [Block(d, config.heads, config.kv_heads, config.hidden, config.dropout) for _ in range(config.layers)]
        self.blocks = nn.ModuleList(blocks)
        self.norm = RMSNorm(d, eps=1e-6)
        self.head = nn.Linear(d, 1 + r)
        self.blame = nn.Linear(d, d)
        self.carrier = nn.Linear(d, d)
        self.effect = nn.Linear(d, d // 2)
        self.effect_object = nn.Linear(d, d // 2)
        self.effect_out = nn.Linear(d // 2, 3 + len(FACTS))
        self.apply(_initialize)
        for block in blocks:  # what many layers add to the same stream should not grow with their number
            for last in (block.attention.output, block.feedforward.down):
                last.weight.data *= (2 * config.layers) ** -0.5

    def forward(self, scenes: Scenes, steps: Steps) -> tuple[Answers, Cache]:
        """Scores b plans of n steps, each in its own scene; padding belongs at the end of a plan."""
        b, n = steps.spec.shape
        cache = self.begin(scenes)
        depth = torch.arange(1, n + 1, device=steps.spec.device).expand(b, n)
        behind = depth.unsqueeze(2) - depth.unsqueeze(1)  # (b, n, n)
        mask = self._mask(cache, steps.moved, behind)
        return self._run(cache, steps, depth, behind, mask, None)

    def begin(self, scenes: Scenes) -> Cache:
        """Reads the scenes; plans are then scored with `extend`."""
        objects = self.kind(scenes.kinds) + self.object_features(scenes.features)  # (b, o, d)
        b, o, d = objects.shape
        bank = torch.cat([torch.zeros_like(objects[:, :1]), self.table.expand(b, 1, d), objects], dim=1)
        evidence = self._embed(scenes.failed, bank) + self.failed + self.reason(scenes.reasons)
        evidence = evidence + self.culprit(_gather(bank, scenes.culprits))  # (b, e, d)
        x = torch.cat([objects, evidence], dim=1)  # (b, p, d)
        points = torch.cat([scenes.points, scenes.failed.points], dim=1)
        rotation, value_rotation = self.positions.rotations(points, None)
        mask = scenes.valid.unsqueeze(1).expand(-1, x.shape[1], -1)  # (b, p, p)
        if not self.config.mixing:
            mask = mask & torch.eye(x.shape[1], dtype=torch.bool, device=x.device)
        # Padding sees itself: attention to nothing at all is no number.
        mask = mask | torch.eye(x.shape[1], dtype=torch.bool, device=x.device)
        layers = []
        for block in self.blocks:
            x, new = block(x, rotation, mask, None, value_rotation)
            layers.append(new)
        seen = torch.cat([bank[:, :FIRST], self.norm(x[:, :o])], dim=1)
        return Cache(bank, seen, scenes.valid, tuple(layers), scenes.kinds.new_zeros(b, 0))

    def extend(self, cache: Cache, steps: Steps, depth: Tensor, paths: Tensor, gone: Tensor) -> tuple[Answers, Cache]:
        """Adds n steps to the plans of one scene (b is 1).

        Args:
            cache: the scene and the steps so far.
            steps: the new ones, (1, n, ...).
            depth: (1, n), place of each in its plan, from 1.
            paths: (n, s), the old and new steps that each looks at, numbered as they were added; -1 pads.
            gone: (n, o), the objects for which one of those steps stands.

        Returns:
            What the network says of the new steps, and the cache with them.
        """
        p = cache.valid.shape[1]
        there = cache.valid & ~nn.functional.pad(gone, (0, p - gone.shape[1]))
        mask = torch.cat([there, paths >= 0], dim=1).unsqueeze(0)  # (1, n, p + s)
        places = paths.clamp(min=0)
        behind = depth.unsqueeze(2) - torch.cat([cache.depth, depth], dim=1)[0, places]  # (1, n, s)
        return self._run(cache, steps, depth, behind, mask, p + places)

    def effects(self, answers: Answers, cache: Cache) -> Effects:
        """What the steps that were scored would change."""
        pairs = self.effect(answers.hidden).unsqueeze(2) + self.effect_object(cache.seen[:, FIRST:]).unsqueeze(1)
        shift, facts = self.effect_out(nn.functional.silu(pairs)).split([3, len(FACTS)], dim=-1)
        return Effects(shift, facts, self._point(self.carrier, answers.hidden, cache))

    def _run(
        self, cache: Cache, steps: Steps, depth: Tensor, behind: Tensor, mask: Tensor, paths: Tensor | None
    ) -> tuple[Answers, Cache]:
        bias = self.positions.bias(behind, cache.valid.shape[1])
        if bias is not None:
            mask = bias.masked_fill(~mask.unsqueeze(1), -torch.inf)
        rotation, value_rotation = self.positions.rotations(steps.points, depth)
        x = self._embed(steps, cache.bank) + self.positions.added(depth)  # (b, n, d)
        layers = []
        for block, past in zip(self.blocks, cache.layers, strict=True):
            x, new = block(x, rotation, mask, past, value_rotation, paths)
            layers.append(past.extended(new))
        hidden = self.norm(x)
        success, reason = self.head(hidden).split([1, len(self.vocabulary.reasons)], dim=-1)
        answers = Answers(success.squeeze(-1), reason, self._point(self.blame, hidden, cache), hidden)
        depths = torch.cat([cache.depth, depth], dim=1)
        return answers, Cache(cache.bank, cache.seen, cache.valid, tuple(layers), depths)

    def _point(self, head: nn.Module, hidden: Tensor, cache: Cache) -> Tensor:
        """Logits over pointers, (b, n, 2 + o); padding is never pointed to."""
        logits = head(hidden) @ cache.seen.transpose(1, 2) * self.config.width**-0.5
        o = cache.bank.shape[1] - FIRST
        absent = nn.functional.pad(~cache.valid[:, :o], (FIRST, 0))
        return logits.masked_fill(absent.unsqueeze(1), -1e4)

    def _embed(self, steps: Steps, bank: Tensor) -> Tensor:
        b, n = steps.spec.shape
        pointed = _gather(bank, steps.pointers.flatten(1)).view(b, n, POINTERS * self.config.width)
        return self.spec(steps.spec) + self.step_features(steps.features) + self.arguments(pointed)

    def _mask(self, cache: Cache, moved: Tensor, behind: Tensor) -> Tensor:
        """Which of the prefix and of the n steps each step of a plan sees: (b, n, p + n)."""
        earlier = behind >= 0
        objects = torch.arange(FIRST, cache.bank.shape[1], device=moved.device)
        mover = moved.unsqueeze(2) == objects  # (b, n, o)
        # An object that an earlier step has moved is not where its token says: the last such step stands for it.
        before = (behind > 0).float() @ mover.float()  # (b, n, o): how many have moved it by then
        count = mover.float().cumsum(dim=1)  # (b, n, o): which one of them each is
        latest = (mover.unsqueeze(1) & (count.unsqueeze(1) == before.unsqueeze(2))).any(dim=3)  # (b, n, n)
        seen = earlier & ((behind < self.config.window) | latest)
        p, o = cache.valid.shape[1], objects.shape[0]
        there = cache.valid.unsqueeze(1) & ~nn.functional.pad(before > 0, (0, p - o))  # (b, n, p)
        return torch.cat([there, seen], dim=2)


def paths_of(plans: Sequence[Sequence[int]], moved: Sequence[int], window: int, objects: int) -> tuple[Tensor, Tensor]:
    """`paths` and `gone` of `FeasibilityNetwork.extend`.

    Args:
        plans: for each new step the steps of its plan, oldest first, itself the last.
        moved: pointer to what each step, old or new, moves.
        window: steps that a step sees, itself included.
        objects: how many there are, base and tool among them.
    """
    gone = torch.zeros(len(plans), objects, dtype=torch.bool)
    if max(map(len, plans)) == 1:
        return torch.from_numpy(np.fromiter(chain.from_iterable(plans), np.int64, len(plans))).unsqueeze(1), gone
    seen: list[list[int]] = []
    for row, plan in enumerate(plans):
        seen.append(list(plan[-window:]))
        if len(plan) > 1:
            last = {moved[k] - FIRST: k for k in plan[:-1] if moved[k] >= FIRST}
            gone[row, list(last)] = True
            seen[-1] += [k for k in last.values() if k not in seen[-1]]
    longest = max(map(len, seen))
    return torch.tensor([row + [-1] * (longest - len(row)) for row in seen]), gone


def _gather(bank: Tensor, pointers: Tensor) -> Tensor:
    """Rows of `bank`, (b, k, d), that `pointers`, (b, n), point to: (b, n, d)."""
    b, k, d = bank.shape
    rows = pointers + k * torch.arange(b, device=bank.device).unsqueeze(1)
    # Whole rows at once: `gather` would look up each channel.
    return nn.functional.embedding(rows, bank.reshape(b * k, d))


def _perceptron(inputs: int, width: int) -> nn.Module:
    return nn.Sequential(nn.Linear(inputs, width), nn.SiLU(), nn.Linear(width, width))


def _initialize(module: nn.Module) -> None:
    if isinstance(module, nn.Linear | nn.Embedding):
        nn.init.normal_(module.weight, std=0.02 if isinstance(module, nn.Embedding) else module.weight.shape[1] ** -0.5)
    if isinstance(module, nn.Linear) and module.bias is not None:
        nn.init.zeros_(module.bias)

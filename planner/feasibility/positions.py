"""Ways to tell the network where in a plan a step stands, and where in space a token is.

`spatial` is what is used: rotary positions for steps (RoPE) and for metric coordinates. The others are there to be
compared with it: `rope` for steps alone; `learned` and `sinusoidal` vectors added to the tokens (Vaswani et al., 2017,
https://arxiv.org/abs/1706.03762); the relative biases of `t5` (Raffel et al., 2019, https://arxiv.org/abs/1910.10683)
and `alibi` (Press et al., 2021, https://arxiv.org/abs/2108.12409); and `none`.

Shapes: b scenes, p prefix tokens, n new steps, m steps that are looked at, h heads, e head width, d width.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from planner.feasibility.rotary import Rotation, spatial_angles, step_angles

KINDS = ("none", "learned", "sinusoidal", "t5", "alibi", "rope", "spatial")
"""All ways."""
_LONGEST = 64
"""Learned vectors, and buckets of the T5 bias, go up to this step."""
_BUCKETS = 16


class Positions(nn.Module):
    """Where tokens are, for queries, keys and values of attention."""

    def __init__(self, kind: str, width: int, heads: int, step_pairs: int, wavelengths: Sequence[float]) -> None:
        """Makes one of `KINDS`.

        Raises:
            ValueError: there is no such kind, or the rotary pairs do not fill a head.
        """
        super().__init__()
        if kind not in KINDS:
            raise ValueError(f"unknown positions {kind!r}; expected one of: {', '.join(KINDS)}")
        pairs = step_pairs + 3 * len(wavelengths)
        if kind == "spatial" and 2 * pairs * heads != width:
            raise ValueError(f"{pairs} rotary pairs need heads {2 * pairs} wide, not {width / heads:g}")
        self.kind, self.width, self.heads = kind, width, heads
        self.step_pairs = step_pairs if kind == "spatial" else width // heads // 2
        self.wavelengths = tuple(wavelengths)
        if kind == "learned":
            self.table = nn.Parameter(torch.zeros(_LONGEST + 1, width))
        if kind == "t5":  # one more for the prefix
            self.table = nn.Parameter(torch.zeros(_BUCKETS + 1, heads))

    def added(self, depth: Tensor) -> Tensor | float:
        """What is added to the tokens of steps that stand at `depth`, (b, n), in their plans: (b, n, d), or 0."""
        if self.kind == "learned":
            return self.table[depth.clamp(max=_LONGEST)]
        if self.kind == "sinusoidal":
            angles = step_angles(depth, self.width // 2)
            return torch.cat([angles.sin(), angles.cos()], dim=-1)
        return 0.0

    def rotations(self, points: Tensor, depth: Tensor | None) -> tuple[Rotation | None, Rotation | None]:
        """Of queries and keys, and of values; tokens of the prefix (depth None) have a place but no step.

        Args:
            points: (b, n, 3), metres.
            depth: (b, n).
        """
        if self.kind not in ("rope", "spatial"):
            return None, None
        blank = torch.zeros(*points.shape[:2], self.step_pairs, device=points.device)
        still = Rotation(blank + 1.0, blank)
        if self.kind == "rope":
            return (still if depth is None else Rotation.of(step_angles(depth, self.step_pairs))), None
        place = Rotation.of(spatial_angles(points, self.wavelengths))
        # A token without a step says nothing in the channels that turn with the step.
        order = Rotation(blank, blank) if depth is None else Rotation.of(step_angles(depth, self.step_pairs))
        return Rotation.join([order, place]), Rotation.join([still, place])

    def bias(self, behind: Tensor, prefix: int) -> Tensor | None:
        """What is added to attention's scores, (b, h, n, p + m), or None.

        Args:
            behind: (b, n, m), how many steps each step that is looked at lies behind the one that looks.
            prefix: p.
        """
        if self.kind == "alibi":
            slopes = 2.0 ** (-8.0 * torch.arange(1, self.heads + 1, device=behind.device) / self.heads)
            steps = -slopes[:, None, None] * behind.unsqueeze(1).clamp(min=0).float()
            return nn.functional.pad(steps, (prefix, 0))
        if self.kind == "t5":
            steps = self.table[_bucket(behind)].permute(0, 3, 1, 2)
            before = self.table[_BUCKETS][None, :, None, None].expand(steps.shape[0], -1, steps.shape[2], prefix)
            return torch.cat([before, steps], dim=3)
        return None


def _bucket(behind: Tensor) -> Tensor:
    """T5's buckets of distances: one each for the near half, then wider and wider ones."""
    exact = _BUCKETS // 2
    near = behind.clamp(min=0)
    far = (near.float().clamp(min=1.0) / exact).log() / math.log(_LONGEST / exact) * (_BUCKETS - exact)
    return torch.where(near < exact, near, (exact + far.long()).clamp(max=_BUCKETS - 1))

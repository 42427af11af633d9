"""Rotary positions, of steps in a plan and of points in space.

RoPE (Su et al., 2021, https://arxiv.org/abs/2104.09864) turns pairs of channels of queries and keys by angles that
grow with the position, so that attention sees only differences of positions. A difference of metric coordinates is a
displacement: turned by angles that grow with x, y and z, attention sees where things are from one another and never
where they are in the world. Values may be turned as well, and back again where they are read (Miyato et al., 2023,
https://arxiv.org/abs/2310.10375): then what is read, too, says from how far away it comes.

Shapes: b batch, n tokens, h heads, p pairs of channels (a head is 2p wide).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor


class Rotation(NamedTuple):
    """Cosine and sine of each token's angles; both zero for channels in which a token has no position."""

    cos: Tensor
    """(b, n, p)."""
    sin: Tensor
    """(b, n, p)."""

    def inverse(self) -> Rotation:
        """The turn back."""
        return Rotation(self.cos, -self.sin)

    @staticmethod
    def of(angles: Tensor) -> Rotation:
        """From angles in radians, shape (b, n, p)."""
        return Rotation(angles.cos(), angles.sin())

    @staticmethod
    def join(parts: Sequence[Rotation]) -> Rotation:
        """Side by side: the pairs of the first, then those of the next."""
        return Rotation(torch.cat([r.cos for r in parts], dim=-1), torch.cat([r.sin for r in parts], dim=-1))


def rotate(x: Tensor, rotation: Rotation) -> Tensor:
    """Turns each pair of channels (i, i + p) of `x`, shape (b, h, n, 2p)."""
    first, second = x.chunk(2, dim=-1)  # each (b, h, n, p)
    # Angles are reckoned in single precision whatever the channels are in.
    cos, sin = (t.unsqueeze(1).to(x.dtype) for t in rotation)  # (b, 1, n, p)
    return torch.cat([first * cos - second * sin, second * cos + first * sin], dim=-1)


def step_angles(steps: Tensor, pairs: int, base: float = 10_000.0) -> Tensor:
    """Angles of positions in a sequence, as in the paper.

    Args:
        steps: (b, n), integers or floats.
        pairs: how many pairs of channels turn.
        base: ratio of the slowest turn to the fastest.

    Returns:
        Radians, (b, n, pairs).
    """
    speeds = base ** (-torch.arange(pairs, dtype=torch.float32, device=steps.device) / pairs)
    return steps.unsqueeze(-1).float() * speeds


def spatial_angles(points: Tensor, wavelengths: Sequence[float]) -> Tensor:
    """Angles of points in space: each axis turns one pair of channels per wavelength.

    Args:
        points: (b, n, 3), metres.
        wavelengths: metres after which an angle has gone full circle.

    Returns:
        Radians, (b, n, 3 * len(wavelengths)); the axis varies slowest.
    """
    # In double precision, since far from the origin a float32 angle of a short wavelength has lost its last digits.
    speeds = 2.0 * math.pi / torch.tensor(wavelengths, dtype=torch.float64, device=points.device)
    angles = points.double().unsqueeze(-1) * speeds  # (b, n, 3, w)
    return torch.remainder(angles, 2.0 * math.pi).float().flatten(-2)

"""Points above the table, gathered by colour into clusters of what hangs together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.perception.colors import NAMES, classify
from sim.perception.views import Surface

FLOOR = 0.003
"""Height above the table from which something is an object, metres."""
VOXEL = 0.010
"""Points of one colour closer than this, metres, or nearly so, hang together."""
FEWEST = 8
"""Points that a cluster must have."""
_BOUNDS = np.array([(-0.20, 1.05), (-0.75, 0.75), (FLOOR, 0.60)])


@dataclass(frozen=True)
class Cluster:
    """Points of one colour that hang together."""

    color: str
    """A key of `sim.catalog.COLORS`."""
    points: np.ndarray
    """Shape (n, 3), metres."""
    normals: np.ndarray
    """Shape (n, 3), unit length."""

    def __len__(self) -> int:
        return len(self.points)

    def where(self, chosen: np.ndarray) -> Cluster:
        """The points that a mask, or indices, choose."""
        return Cluster(self.color, self.points[chosen], self.normals[chosen])


def clusters(surfaces: Sequence[Surface]) -> list[Cluster]:
    """What stands on the table, by colour and by connection; large clusters first.

    Args:
        surfaces: views of the same scene, merged.
    """
    points, normals, rgb = _above(surfaces)
    labels = classify(rgb, normals)
    found: list[Cluster] = []
    for k, name in enumerate(NAMES):
        of_color = labels == k
        if np.count_nonzero(of_color) >= FEWEST:
            found += connected(Cluster(name, points[of_color], normals[of_color]))
    return sorted(found, key=lambda c: -len(c))


def _above(surfaces: Sequence[Surface]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points, normals and colours, each of shape (n, 3), of all that is seen above the table and is not the robot."""
    kept = []
    for s in surfaces:
        inside = ((s.points > _BOUNDS[:, 0]) & (s.points < _BOUNDS[:, 1])).all(axis=2) & ~s.hidden
        kept.append((s.points[inside], s.normals[inside], s.rgb[inside]))
    points, normals, rgb = (np.concatenate(parts) for parts in zip(*kept, strict=True))
    return points, normals, rgb


def connected(cluster: Cluster) -> list[Cluster]:
    """Splits a cluster into parts that do not touch; parts of fewer than `FEWEST` points are left out."""
    cells = np.floor(cluster.points / VOXEL).astype(int)
    occupied, index = np.unique(cells, axis=0, return_inverse=True)
    part_of = _components(occupied)[index.reshape(-1)]
    parts = [cluster.where(part_of == k) for k in range(int(part_of.max(initial=-1)) + 1)]
    return [p for p in parts if len(p) >= FEWEST]


def _components(cells: np.ndarray) -> np.ndarray:
    """Numbers the connected parts of voxels, shape (n, 3), of which neighbours share a face, an edge or a corner."""
    order = {tuple(cell): k for k, cell in enumerate(cells.tolist())}
    number = np.full(len(cells), -1)
    count = 0
    for first in range(len(cells)):
        if number[first] >= 0:
            continue
        number[first] = count
        waiting = [first]
        while waiting:
            x, y, z = cells[waiting.pop()].tolist()
            for neighbour in ((x + i, y + j, z + k) for i in (-1, 0, 1) for j in (-1, 0, 1) for k in (-1, 0, 1)):
                k = order.get(neighbour, -1)
                if k >= 0 and number[k] < 0:
                    number[k] = count
                    waiting.append(k)
        count += 1
    return number

"""From views to objects: each cluster is explained by the shapes that account for most of it.

The shape that explains most is taken away and what is left is clustered again, so that a red block in a red bowl, or
two red blocks that touch, come apart.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.catalog import CATEGORIES
from sim.geometry import matrix_from_quat
from sim.perception.fitting import CLOSE, TAKEN, Fit, distances, fit, fit_tilted
from sim.perception.proposals import seeds, tilts
from sim.perception.segmentation import FEWEST, Cluster, clusters, connected
from sim.perception.surfaces import RECOGNISED
from sim.perception.views import Surface

_SMALL = tuple(c for c in RECOGNISED if "movable" in CATEGORIES[c].types)
_TILTED = ("block", "cylinder")
_LARGE = tuple(c for c in RECOGNISED if "movable" not in CATEGORIES[c].types)
_WIDE = 0.09
"""Clusters wider than this, metres, hold more than a single small object."""
_CERTAIN = 0.98
"""Share of its points that a shape must explain for no other to be tried."""
_FAIR = 0.5
"""Share of its points that a shape must explain to be taken for real."""
_PIERCED = 0.25
"""Share of its surface that cameras may look through."""
_SLIVER = 300
"""Clusters of fewer points may be edges of something else."""
_SUNK = 0.005
"""How deep in the table a shape may stand, metres, and how far above it one that is never carried."""
_AT_MOST = 6


def detect(surfaces: Sequence[Surface]) -> list[Fit]:
    """Every object that is seen, by colour and shape; those with most points first."""
    found: list[Fit] = []
    for cluster in clusters(surfaces):
        if len(cluster) > _SLIVER or not _lies_on(cluster, found):
            found += explain(cluster, surfaces)
    return found


def _lies_on(cluster: Cluster, shapes: Sequence[Fit]) -> bool:
    """Whether points of a rare colour are the badly lit edge of shapes that are found already."""
    nearest = np.full(len(cluster), np.inf)
    for shape in shapes:
        nearest = np.minimum(nearest, np.abs(distances(shape, cluster.points)))
    return float((nearest < CLOSE + 0.001).mean()) > 0.8


def explain(cluster: Cluster, surfaces: Sequence[Surface]) -> list[Fit]:
    """Shapes that account for a cluster, those that were found first being the surest."""
    found: list[Fit] = []
    waiting = [cluster]
    while waiting and len(found) < _AT_MOST:
        part = waiting.pop(0)
        shape = _best(part, surfaces)
        if shape is None:
            continue
        found.append(shape)
        left = np.abs(distances(shape, part.points)) > TAKEN
        if np.count_nonzero(left) >= FEWEST:
            waiting += connected(part.where(left))
    return found


def _best(cluster: Cluster, surfaces: Sequence[Surface]) -> Fit | None:
    """The shape that accounts for most of a cluster; None where none does."""
    spread = np.ptp(cluster.points, axis=0)
    wide = float(np.hypot(spread[0], spread[1])) > _WIDE
    tried: list[Fit] = []
    for group in (_LARGE, _SMALL) if wide else (_SMALL, _LARGE):
        for category in group:
            tried += [fit(category, part, cluster, surfaces) for part in seeds(category, cluster)]
            if _is_real(tried[-1], _CERTAIN):
                return tried[-1]
    for category in _TILTED:
        for part in seeds(category, cluster):
            tried += [fit_tilted(category, turn, part, cluster, surfaces) for turn in tilts(category, part)]
    real = [f for f in tried if _is_real(f, _FAIR)]
    return max(real, key=lambda f: f.score) if real else None


def _is_real(shape: Fit, share: float) -> bool:
    if shape.explained < FEWEST or shape.share < share or shape.through > _PIERCED:
        return False
    bottom = _lowest(shape)
    return bottom > -_SUNK and (shape.category in _SMALL or bottom < _SUNK)


def _lowest(shape: Fit) -> float:
    """World z of the lowest point of a shape, metres."""
    kind = CATEGORIES[shape.category]
    half = np.array(kind.size) / 2.0
    down = np.abs(matrix_from_quat(shape.pose.orientation)[2])
    if shape.category == "ball":
        reach = half[2]
    elif kind.round:
        reach = half[0] * np.hypot(down[0], down[1]) + half[2] * down[2]
    else:
        reach = down @ half
    return shape.pose.position[2] - float(reach)

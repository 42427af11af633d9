"""How much room there is where an object is to be set down: not at one spot, but at the best of those that would do.

A region, the side of another thing, the floor of a box: each leaves a choice. What the skill would look at closely is
looked at roughly here: a grid of spots, and the gap around the object at each.

Shapes: n steps, k objects, q spots of a step.
"""

from __future__ import annotations

import numpy as np

from planner.feasibility.clearance import FAR, Moves, Outlines
from planner.feasibility.forms import Lead, Table

ROOM = 2
"""Numbers that `spot_room` gives for a step."""
SPOTS = 25
_ENOUGH = 0.01
"""Gap, metres, from which there is room."""
_GRID = np.stack(np.meshgrid(*[np.linspace(-1.0, 1.0, 5, dtype=np.float32)] * 2, indexing="ij"), axis=-1).reshape(-1, 2)
_TURN = np.linspace(0.0, 2.0 * np.pi, SPOTS, endpoint=False, dtype=np.float32)
_RING = np.stack([np.cos(_TURN), np.sin(_TURN)], axis=-1)
_ALONG = 0.5 + 0.5 * _GRID[:, 0]
_BESIDE = 0.14
"""How much farther than the nearest spot beside a thing one may be, metres."""
_AMID = (0.30, 0.04)
"""How far from half way between two things spots lie: a fraction of the way, and metres across it."""
_FARTHER = 2.0 * FAR
_NOWHERE = 10.0


def spot_room(forms: Table, outlines: Outlines, halves: np.ndarray, moves: Moves) -> np.ndarray:
    """Room at the spots at which steps would set something down.

    Args:
        forms: the steps' calls.
        outlines: of k objects.
        halves: (k, 3), their half extents, metres.
        moves: what the steps move, and the spots that come to mind first.

    Returns:
        (n, ROOM): the gap around the object at its best spot, metres, and the share of spots with room; of steps that
        set nothing down, as if there were all the room there is.
    """
    found = np.tile(np.array([FAR, 1.0], dtype=np.float32), (len(forms.lead), 1))
    rows = np.flatnonzero(forms.placing)
    if not len(rows):
        return found
    placed, moves = forms.pick(rows), moves.pick(rows)
    first, points = moves.moved, moves.points
    leads, other = placed.lead, placed.others[:, 0]
    own = outlines.half[first]
    at = _spots(placed, own, halves[other], points, moves.goal)  # (r, q, 2)
    tops = points[:, :, 2] + outlines.height
    index = np.arange(len(rows))
    tops[index, first] = -np.inf  # neither itself nor what is to carry it is in its way
    carried = (leads == Lead.ON) | (leads == Lead.IN)
    tops[index[carried], other[carried]] = -np.inf
    low = tops <= (moves.goal[:, 2] - halves[first, 2] + 0.005)[:, None]
    x, y = (at[None, ..., axis] - points[..., axis].T[:, :, None] for axis in (0, 1))  # (k, r, q)
    gaps = outlines.distances(x, y)
    gaps += np.where(low, np.float32(_NOWHERE), np.float32(0.0)).T[:, :, None]
    room = gaps.min(axis=0, initial=_FARTHER) - own.min(axis=1)[:, None]
    found[rows, 0] = np.minimum(room.max(axis=1), FAR)
    found[rows, 1] = (room > _ENOUGH).mean(axis=1)
    return found


def _spots(forms: Table, own: np.ndarray, size: np.ndarray, points: np.ndarray, goal: np.ndarray) -> np.ndarray:
    """Spots of each step, (r, SPOTS, 2), metres."""
    leads, rows = forms.lead, np.arange(len(forms.lead))
    near, far = points[rows, forms.others[:, 0], :2], points[rows, forms.others[:, 1], :2]
    vector = forms.vector[:, :2].astype(np.float32)
    found = np.repeat(goal[:, None, :2], SPOTS, axis=1)
    region, over = leads == Lead.REGION, (leads == Lead.ON) | (leads == Lead.IN)
    if region.any():
        extent = forms.extent[region].astype(np.float32) / 4.0
        found[region] += np.maximum(extent - 0.025, 0.0)[:, None] * _GRID
    if over.any():
        room = np.maximum(size[over, :2] - own[over].max(axis=1, keepdims=True), 0.0)
        found[over] = near[over, None] + room[:, None] * _GRID
    beside = leads == Lead.BESIDE
    if beside.any():
        out = _BESIDE * _ALONG[None, :, None] * vector[beside, None]
        across = 0.5 * (np.abs(vector[beside, ::-1]) * size[beside, :2])[:, None] * _GRID[:, 1:]
        found[beside] += out + across
    round_ = leads == Lead.NEAR
    if round_.any():
        reach = np.linalg.norm(goal[round_, :2] - near[round_], axis=1)
        found[round_] = near[round_, None] + reach[:, None, None] * _RING
    amid = leads == Lead.BETWEEN
    if amid.any():
        span = far[amid] - near[amid]
        length = np.maximum(np.linalg.norm(span, axis=1, keepdims=True), 1e-6)
        normal = np.stack([-span[:, 1], span[:, 0]], axis=1) / length
        found[amid] += 0.5 * _AMID[0] * span[:, None] * _GRID[:, :1] + _AMID[1] * normal[:, None] * _GRID[:, 1:]
    return found

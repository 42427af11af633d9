"""What is measured of a network, with what it would have been on other scenes: draws by bootstrap.

The draws of one figure are over the same scenes for all networks, so that the spread of the difference of two networks
is that of the differences of their draws.

Shapes: k plans, n steps, i things that are counted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from planner.feasibility.evaluation import scores_of
from planner.feasibility.metrics import auroc, brier
from planner.feasibility.study.rows import Held
from planner.feasibility.study.uses import rows_for
from planner.feasibility.study.variants import Use
from planner.feasibility.weights import Trained

DRAWS = 100
"""Enough for a standard deviation."""
_DIGITS = 5


class _Scored(NamedTuple):
    """Things that succeeded or not."""

    succeeded: np.ndarray
    """(i,) booleans."""
    probability: np.ndarray
    """(i,)."""
    scene: np.ndarray
    """(i,): what belongs together."""

    def at(self, index: np.ndarray) -> _Scored:
        return _Scored(*(a[index] for a in self))


def log_loss(succeeded: np.ndarray, probability: np.ndarray) -> float:
    """Mean cross-entropy, nats, for arrays of shape (n,)."""
    p = np.clip(probability, 1e-6, 1.0 - 1e-6)
    return float(-np.mean(np.where(succeeded, np.log(p), np.log1p(-p))))


def measure(trained: Trained, held: Held, use: Use, longest: int) -> dict[str, dict[str, Any] | None]:
    """Figures of steps and of whole plans; each is None where it cannot be told.

    Each has a `value`, `n`, how many of those were `successes`, and `draws`.

    Of steps there are `auroc`, `brier` and `loss`, and AUROC where something had failed before (`told`) and of those
    that come later in their plan than any in training (`beyond`); of whole plans AUROC (`plans`).

    Args:
        trained: the network, and its calibration in this use.
        held: plans that it was not trained on.
        use: how it is used.
        longest: steps of the longest plan in training.
    """
    scores = scores_of(trained, rows_for(held.rows, use))
    tried = held.rows.taken.numpy()
    k, n = tried.shape
    depth, plan = (np.broadcast_to(a, (k, n))[tried] for a in (np.arange(1, n + 1), np.arange(k)[:, None]))
    scene = held.scene.numpy()
    steps = _Scored(held.rows.succeeded.numpy()[tried] > 0.5, scores.success, scene[plan])
    return {
        "auroc": _figure(auroc, steps),
        "brier": _figure(brier, steps),
        "loss": _figure(log_loss, steps),
        "told": _figure(auroc, steps.at(np.flatnonzero(held.told[plan]))),
        "beyond": _figure(auroc, steps.at(np.flatnonzero(depth > longest))),
        "plans": _figure(auroc, _Scored(held.whole, scores.plan, scene)),
    }


def _figure(of: Callable[[np.ndarray, np.ndarray], float | None], scored: _Scored) -> dict[str, Any] | None:
    value = of(scored.succeeded, scored.probability) if len(scored.scene) else None
    if value is None:
        return None
    rng = np.random.default_rng(0)
    order = np.argsort(scored.scene, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(scored.scene[order])) + 1)
    draws = []
    for _ in range(DRAWS):
        drawn = scored.at(np.concatenate([parts[j] for j in rng.integers(len(parts), size=len(parts))]))
        found = of(drawn.succeeded, drawn.probability)
        draws.append(None if found is None else round(found, _DIGITS))
    successes = int(scored.succeeded.sum())
    return {"value": round(value, _DIGITS), "n": len(scored.scene), "successes": successes, "draws": draws}

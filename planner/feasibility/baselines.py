"""What the transformer has to beat, trained on the same rows and kept in the same file.

`rate` says the same of every step. `preconditions` asks only whether the symbolic preconditions hold and answers with
the rate at which such steps succeed. `logistic` is a logistic regression on features made by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from planner.feasibility.data import Example
from planner.feasibility.tokens import FIRST, OBJECT_FEATURES, StepRow

NAMES = ("rate", "preconditions", "logistic")


def hand_features(example: Example, specs: int) -> np.ndarray:
    """What an engineer would measure about each step of a segment.

    Args:
        example: the segment.
        specs: number of specs in the vocabulary.

    Returns:
        (n, f): the step's own features, those of the object and of its target, which spec it is, the distances to the
        two nearest other objects, how deep in the plan it is and how often something has failed.
    """
    scene = example.told.scene
    rows = []
    for depth, step in enumerate(example.steps):
        one_hot = np.zeros(specs + 1)
        one_hot[step.spec] = 1.0
        rows.append(
            np.concatenate(
                [
                    step.features,
                    _features_of(example, step.pointers[0]),
                    _features_of(example, step.pointers[1]),
                    one_hot,
                    _nearest(scene.points[:-2], step),
                    [depth, len(example.told.failed.steps)],
                ]
            )
        )
    return np.array(rows, dtype=np.float64)


def _features_of(example: Example, pointer: int) -> np.ndarray:
    return example.told.scene.features[pointer - FIRST] if pointer >= FIRST else np.zeros(OBJECT_FEATURES)


def _nearest(points: np.ndarray, step: StepRow) -> np.ndarray:
    """Distances, decimetres and at most 5, from where the hand works to the two nearest objects not in the call."""
    others = [p for k, p in enumerate(points) if k + FIRST not in step.pointers]
    distances = sorted(10.0 * float(np.hypot(p[0] - step.point[0], p[1] - step.point[1])) for p in others)
    return np.array([min(d, 5.0) for d in [*distances, 5.0, 5.0][:2]])


def fit_baselines(examples: Sequence[Example], specs: int) -> dict[str, Any]:
    """Trains all three; the result is plain data for the weights file."""
    from sklearn.linear_model import LogisticRegression

    succeeded = np.concatenate([e.succeeded for e in examples])
    legal = np.concatenate([e.legal for e in examples])
    x = np.concatenate([hand_features(e, specs) for e in examples])
    mean, scale = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-6)
    model = LogisticRegression(C=0.1, max_iter=2000).fit((x - mean) / scale, succeeded)
    rate = float(succeeded.mean())
    weights = model.coef_[0] / scale
    return {
        "rate": rate,
        "preconditions": [float(succeeded[legal == k].mean()) if (legal == k).any() else rate for k in (False, True)],
        "logistic": {
            "weights": [float(w) for w in weights],
            "bias": float(model.intercept_[0] - weights @ mean),
            "specs": specs,
        },
    }


def predict_baselines(fitted: dict[str, Any], examples: Sequence[Example]) -> dict[str, np.ndarray]:
    """Probability of success of every step, in order, by each baseline."""
    legal = np.concatenate([e.legal for e in examples])
    logistic = fitted["logistic"]
    x = np.concatenate([hand_features(e, logistic["specs"]) for e in examples])
    logits = x @ np.array(logistic["weights"]) + logistic["bias"]
    return {
        "rate": np.full(len(legal), fitted["rate"]),
        "preconditions": np.where(legal, fitted["preconditions"][1], fitted["preconditions"][0]),
        "logistic": 1.0 / (1.0 + np.exp(-np.clip(logits, -30.0, 30.0))),
    }

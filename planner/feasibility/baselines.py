"""What the transformer has to beat, trained on the same rows and kept in the same file.

`rate` says the same of every step. `preconditions` asks only whether the symbolic preconditions hold and answers with
the rate at which such steps succeed. `logistic` is a logistic regression, and `trees` are gradient-boosted trees
(XGBoost: Chen and Guestrin, 2016, https://arxiv.org/abs/1603.02754), on features made by hand. `blind` is the same
transformer, in which objects do not see one another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from planner.feasibility.calibration import Calibration
from planner.feasibility.data import Example
from planner.feasibility.forms import FIRST
from planner.feasibility.network import FeasibilityNetwork
from planner.feasibility.rows import tensors_of
from planner.feasibility.tokens import OBJECT_FEATURES
from planner.feasibility.training import answers_of

NAMES = ("rate", "preconditions", "logistic", "trees", "blind")


@dataclass(frozen=True)
class Baselines:
    """All five, fitted."""

    rate: float
    """Share of steps that succeed."""
    preconditions: tuple[float, float]
    """The same where preconditions do not hold, and where they do."""
    weights: np.ndarray
    """(f,): of the logistic regression."""
    bias: float
    """Likewise."""
    trees: bytes
    """XGBoost's model in its own binary format (UBJSON)."""
    specs: int
    """Number of specs in the vocabulary that they were fitted with."""
    blind: FeasibilityNetwork
    """The transformer without attention between objects."""
    calibration: Calibration
    """Of `blind`."""


def hand_features(example: Example, specs: int) -> np.ndarray:
    """What an engineer would measure about each step that was tried.

    Args:
        example: the plan.
        specs: number of specs in the vocabulary.

    Returns:
        (t, f): the step's own features, those of the object and of its target, which spec and which robot it is, the
        distances to the two nearest other objects, how deep in the plan it is, how often something has failed in the
        episode, and whether this very call has.
    """
    scene, steps, failed = example.told.scene, example.steps, example.told.failed
    t = len(example.succeeded)
    one_hot = np.zeros((t, specs + 1))
    one_hot[np.arange(t), steps.spec[:t]] = 1.0
    objects = np.concatenate([scene.features, np.zeros((1, OBJECT_FEATURES))])  # the last is for what is no object
    pointers = np.where(steps.pointers >= FIRST, steps.pointers - FIRST, len(objects) - 1)[:t]
    same = (steps.spec[:t, None] == failed.steps.spec) & (steps.pointers[:t, None] == failed.steps.pointers).all(axis=2)
    rest = [[k, len(failed.reasons), same[k].sum(), scene.kinds[-2]] for k in range(t)]
    return np.concatenate(
        [
            steps.features[:t],
            objects[pointers[:, 0]],
            objects[pointers[:, 1]],
            one_hot,
            [_nearest(scene.points[:-2], steps.points[k], pointers[k]) for k in range(t)],
            np.array(rest, dtype=np.float64).reshape(t, 4),
        ],
        axis=1,
    )


def _nearest(points: np.ndarray, point: np.ndarray, arguments: np.ndarray) -> np.ndarray:
    """Distances, decimetres and at most 5, from where the hand works to the two nearest objects not in the call."""
    distances = 10.0 * np.hypot(*(points[:, :2] - point[:2]).T)
    distances[[a for a in arguments if a < len(points)]] = 5.0
    return np.minimum(np.sort(np.append(distances, [5.0, 5.0]))[:2], 5.0)


def fit_baselines(examples: Sequence[Example], blind: FeasibilityNetwork, calibration: Calibration) -> Baselines:
    """Fits all that is not fitted yet; `blind` has been trained on the same rows."""
    from sklearn.linear_model import LogisticRegression

    specs = len(blind.vocabulary.specs)
    succeeded, legal, x = _table(examples, specs)
    mean, scale = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-6)
    model = LogisticRegression(C=0.1, max_iter=500).fit((x - mean) / scale, succeeded)
    rate = float(succeeded.mean())
    weights = model.coef_[0] / scale
    met = [float(succeeded[legal == k].mean()) if (legal == k).any() else rate for k in (False, True)]
    bias = float(model.intercept_[0] - weights @ mean)
    return Baselines(rate, (met[0], met[1]), weights, bias, _boosted(x, succeeded), specs, blind, calibration)


def _boosted(x: np.ndarray, succeeded: np.ndarray) -> bytes:
    import xgboost

    settings = {
        "objective": "binary:logistic",
        "max_depth": 6,
        "eta": 0.06,
        "subsample": 0.8,
        "colsample_bytree": 0.5,
        "min_child_weight": 4,
        "nthread": 1,
        "seed": 0,
    }
    model = xgboost.train(settings, xgboost.DMatrix(x, succeeded.astype(float)), num_boost_round=500)
    return bytes(model.save_raw("ubj"))


def _table(examples: Sequence[Example], specs: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of every step that was tried: whether it succeeded, whether its preconditions held, and its features."""
    return (
        np.concatenate([e.succeeded for e in examples]),
        np.concatenate([e.legal[: len(e.succeeded)] for e in examples]),
        np.concatenate([hand_features(e, specs) for e in examples]),
    )


def predict_baselines(fitted: Baselines, examples: Sequence[Example]) -> dict[str, np.ndarray]:
    """Probability of success of every step that was tried, in order, by each baseline."""
    import xgboost

    _, legal, x = _table(examples, fitted.specs)
    logits = x @ fitted.weights + fitted.bias
    trees = xgboost.Booster({"nthread": 1}, model_file=bytearray(fitted.trees))
    rows = tensors_of(examples)
    blind = answers_of(fitted.blind, rows).success[rows.taken]
    return {
        "rate": np.full(len(legal), fitted.rate),
        "preconditions": np.where(legal, fitted.preconditions[1], fitted.preconditions[0]),
        "logistic": 1.0 / (1.0 + np.exp(-np.clip(logits, -30.0, 30.0))),
        "trees": trees.predict(xgboost.DMatrix(x)).astype(float),
        "blind": torch.sigmoid(fitted.calibration.scale * blind + fitted.calibration.shift).double().numpy(),
    }

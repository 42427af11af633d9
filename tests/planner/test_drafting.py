"""The drafter of next steps: which calls it proposes, and that only those are ranked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from planner.language.drafting import BITS, StepDrafter, features, score_drafted
from planner.language.scripted import ScriptedModel

PROMPT = "Scene: tabletop; hand empty; red block c4; blue block d5\nTask: pick up the red block\nStep:"
TEXTS = [" pick up the blue block\n", " pick up the red block\n", " push the red block left\n", " done\n"]


def taught() -> StepDrafter:
    """Likes what only the second candidate has."""
    weights = np.zeros(2**BITS, np.float32)
    for k, row in enumerate(features(PROMPT, TEXTS)):
        weights[row] += 1.0 if k == 1 else -1.0
    return StepDrafter(weights)


def test_the_likeliest_are_drafted_in_their_own_order() -> None:
    drafter = taught()
    assert drafter.shortlist(PROMPT, TEXTS, 1) == [1]
    assert 1 in drafter.shortlist(PROMPT, TEXTS, 2)
    assert drafter.shortlist(PROMPT, TEXTS, 9) == [0, 1, 2, 3]
    drafted = drafter.shortlist(PROMPT, TEXTS, 3)
    assert drafted == sorted(drafted)


def test_only_what_is_drafted_is_scored() -> None:
    model = ScriptedModel(log_probability=lambda prompt, text: -float(len(text)))
    drafted, scores = score_drafted(model, taught(), PROMPT, TEXTS, 2)
    assert scores.log_probabilities == tuple(-float(len(TEXTS[k])) for k in drafted)


def test_what_happened_counts() -> None:
    later = PROMPT + " pick up the red block\nFailed: nothing was held\nStep:"
    before, after = features(PROMPT, TEXTS)[1], features(later, TEXTS)[1]
    assert not np.array_equal(np.unique(before), np.unique(after))


def test_weights_are_kept_and_checked(tmp_path: Path) -> None:
    drafter = taught()
    drafter.save(tmp_path / "a.safetensors", {"made": "here"})
    assert StepDrafter.from_file(tmp_path / "a.safetensors").shortlist(PROMPT, TEXTS, 1) == [1]
    with pytest.raises(FileNotFoundError, match="train one"):
        StepDrafter.from_file(tmp_path / "b.safetensors")
    StepDrafter(np.zeros(4, np.float32)).save(tmp_path / "c.safetensors", {})
    with pytest.raises(ValueError, match="shape"):
        StepDrafter.from_file(tmp_path / "c.safetensors")

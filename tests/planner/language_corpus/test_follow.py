"""What a scene looks like after a call, without physics."""

from __future__ import annotations

import numpy as np
import pytest

from planner.language.corpus.follow import after
from skills.predicates import atoms
from skills.spec import SkillCall
from skills.vocabulary import Atom
from tests.scene_builder import scene


@pytest.mark.parametrize("way", ["left", "right"])
def test_a_thing_that_was_turned_is_seen_turned(way: str) -> None:
    state = scene({"red block": (0.4, 0.1), "blue block": (0.5, -0.2)})
    seen = after(state, SkillCall("rotate", ("red block", way)), np.random.default_rng(0))
    assert atoms(seen, state) - atoms(state, state) == {Atom("turned", ("red block", way))}

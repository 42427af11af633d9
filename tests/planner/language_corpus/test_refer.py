"""Ways of speaking of one thing: what is said fits it alone, by a margin that a board of squares shows."""

from __future__ import annotations

import numpy as np
import pytest

from planner.language.corpus.look import Look
from planner.language.corpus.refer import Refer
from planner.language.corpus.scenes import draw_scene
from tests.scene_builder import scene

ROW = scene(
    {
        "red block": (0.5, 0.28),
        "green block": (0.5, 0.10),
        "blue block": (0.5, -0.10),
        "yellow block": (0.55, -0.28),
        "white bowl": (0.62, -0.25),
    }
)


def phrases(state, name: str, style: str) -> set[str]:
    found = set()
    for seed in range(300):
        other = Refer(Look(state), np.random.default_rng(seed)).other(name)
        if other is not None and other[0] == style:
            found.add(other[1].replace("cube", "block").replace("dish", "bowl"))
    return found


def test_ordinals_count_from_either_side() -> None:
    assert "the second block from the left" in phrases(ROW, "green block", "ordinal")
    assert "the second block from the right" in phrases(ROW, "blue block", "ordinal")
    assert "the third block from the left" in phrases(ROW, "blue block", "ordinal")
    assert "the leftmost block" in phrases(ROW, "red block", "ordered")
    assert all("fourth" in p and "right" in p for p in phrases(ROW, "red block", "ordinal"))


def test_what_is_nearest() -> None:
    assert any("nearest" in p for p in phrases(ROW, "yellow block", "nearest"))
    assert any("far" in p for p in phrases(ROW, "red block", "nearest"))
    assert not phrases(ROW, "green block", "nearest")


def test_things_that_stand_equally_far_are_not_told_by_it() -> None:
    even = scene({"red block": (0.5, 0.2), "blue block": (0.5, -0.2), "white bowl": (0.5, 0.0)})
    assert not phrases(even, "red block", "nearest")
    level = scene({"red block": (0.50, 0.0), "blue block": (0.36, 0.01)})
    assert not {p for p in phrases(level, "red block", "ordered") if "left" in p}


def test_sizes_are_only_spoken_of_where_they_differ() -> None:
    assert not phrases(ROW, "red block", "size")


def test_blue_is_not_like_the_sky_where_something_is_cyan() -> None:
    both = scene({"blue block": (0.5, 0.2), "cyan block": (0.5, -0.2)})
    assert not phrases(both, "blue block", "simile")
    assert phrases(scene({"blue block": (0.5, 0.2), "red block": (0.5, -0.2)}), "blue block", "simile")


def test_what_lies_in_a_bowl() -> None:
    inside = scene({"white bowl": (0.5, 0.2), "red block": "white bowl", "blue block": (0.5, -0.2)})
    assert any("in the white bowl" in p for p in phrases(inside, "red block", "carried"))
    assert phrases(inside, "red block", "elimination") >= {"the non-blue block"}


@pytest.mark.parametrize("seed", range(8))
def test_no_phrase_is_used_of_two_things(seed: int) -> None:
    state = draw_scene("tabletop", np.random.default_rng(seed))
    said: dict[str, str] = {}
    for name in (o.name for o in Look(state).movable()):
        for k in range(60):
            other = Refer(Look(state), np.random.default_rng(k)).other(name)
            if other is not None:
                assert said.setdefault(other[1], name) == name, other

"""What the text of a scene leaves open is not learnt: things near the edge of a region, packets' colours."""

from __future__ import annotations

import numpy as np

from planner.language.corpus.edges import is_told, middled
from planner.language.corpus.look import Look
from planner.language.corpus.regions import draw_region
from planner.language.places import square
from skills.goals import parse_goal
from skills.symbolic import typing_of
from tests.scene_builder import scene

STATE = scene({"red block": (0.51, 0.13), "blue block": (0.51, 0.28), "white bowl": (0.37, -0.21), "mug": "white bowl"})


def told(text: str) -> bool:
    return is_told(parse_goal(text, typing_of(STATE)), STATE)


def test_the_edge_of_a_region_lies_within_a_square() -> None:
    # The left side begins at 0.117 m, within column g, which ends at 0.10 m and has its middle at 0.125 m.
    assert told("(at red_block left_side)") and told("(at blue_block left_side)")
    moved = scene({"red block": (0.51, 0.11), "blue block": (0.51, 0.28)})
    assert square(moved["red block"]) == square(STATE["red block"])
    assert not is_told(parse_goal("(at red_block left_side)", typing_of(moved)), moved)
    assert is_told(parse_goal("(holding red_block)", typing_of(moved)), moved)


def test_what_is_carried_comes_along_to_the_middle() -> None:
    there = middled(STATE)
    assert all(square(there[n]) == square(STATE[n]) for n in ("red block", "blue block", "white bowl"))
    shift = np.subtract(there["white bowl"].position, STATE["white bowl"].position)
    assert np.allclose(np.subtract(there["mug"].position, STATE["mug"].position), shift)
    assert np.allclose(np.mod(np.array(there["red block"].position[:2]), 0.05), 0.025)


def test_colours_that_the_text_does_not_tell() -> None:
    look = Look(scene({"red block": (0.5, 0.13), "mug": (0.5, 0.30), "banana": (0.4, -0.2), "red block 2": (0.4, 0.0)}))
    shown = {o.name: look.shown(o) for o in look.things}
    assert shown == {"red block": "red", "red block 2": "red", "mug": None, "banana": "yellow"}


def test_a_direction_by_itself_is_no_part_of_the_table() -> None:
    rng = np.random.default_rng(0)
    for _ in range(300):
        part = draw_region(rng, over=0.3)
        assert not part.to.endswith((" left", " right", " front", " back", " top", " bottom")), part
        assert not part.at.startswith(("on the top", "on the bottom")) or "side" in part.at or "edge" in part.at, part

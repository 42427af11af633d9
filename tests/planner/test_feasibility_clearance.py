"""Room around steps, where it can be worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from planner.feasibility.clearance import FAR, SLACKS, Hand, Moves, Outlines, outlines_of, rooms
from sim.catalog import CATEGORIES
from sim.geometry import quat_from_yaw
from sim.state import ObjectState, Pose

BEST, WORST, GOAL, BEHIND, WAY, EARLY = range(6)
HAND = Hand.of("panda")
FINGER = tuple(slack + HAND.finger[1] for slack in SLACKS)
"""From the side of an object to the middle of a finger beside it."""


def thing(category: str, x: float, y: float, z: float | None = None, yaw: float = 0.0) -> ObjectState:
    kind = CATEGORIES[category]
    pose = Pose((x, y, kind.size[2] / 2.0 if z is None else z), quat_from_yaw(yaw))
    return ObjectState(f"red {category} {x} {y}", category, "red", pose, kind.size, kind.round)


def seen(things: list[ObjectState]) -> Outlines:
    halves = np.array([o.size for o in things]) / 2.0
    return outlines_of(things, halves, 0.0)


def around(things: list[ObjectState], goal: tuple[float, float, float] | None = None) -> np.ndarray:
    """Gaps around a step that moves the first of the things."""
    points = np.array([[o.position for o in things]])
    start = points[:, 0]
    end = start if goal is None else np.array([goal])
    moves = Moves(points, np.array([0]), start, start, end, np.array([goal is not None]))
    return rooms(seen(things), HAND, moves)[0]


def test_alone_there_is_room_everywhere() -> None:
    found = around([thing("block", 0.5, 0.0)], goal=(0.6, 0.0, 0.02))
    np.testing.assert_allclose(found, FAR)


def test_a_neighbour_is_in_the_way_of_two_fingers_only() -> None:
    found = around([thing("block", 0.5, 0.0), thing("block", 0.5, 0.05)])
    # The fingers of the other grip are off its corner.
    assert found[BEST] == pytest.approx(math.hypot(max(FINGER), 0.03 - HAND.finger[0]))
    # The neighbour's side is a centimetre away: both openings put the finger into it, the narrow one less deep.
    assert found[WORST] == pytest.approx(0.01 - min(FINGER), abs=1e-6)


def test_what_is_low_is_in_nobodys_way_and_what_is_high_stops_the_palm() -> None:
    plate = thing("plate", 0.5, 0.1)
    assert around([thing("block", 0.5, 0.0), plate])[WORST] == pytest.approx(FAR)
    tower = thing("block", 0.59, 0.0, z=0.06)
    beside = around([thing("block", 0.5, 0.0), tower])
    assert beside[WORST] < 0.0  # under the palm, clear of the fingers
    assert beside[BEST] == pytest.approx(0.07 - min(HAND.half))


def test_a_push_needs_room_behind_and_on_its_way() -> None:
    block, behind, ahead = thing("block", 0.5, 0.0), thing("block", 0.44, 0.0), thing("block", 0.58, 0.0)
    goal = (0.6, 0.0, 0.02)
    assert around([block, behind], goal)[BEHIND] < 0.0
    assert around([block, ahead], goal)[BEHIND] == pytest.approx(FAR)
    assert around([block, ahead], goal)[[GOAL, WAY]] == pytest.approx([-0.02 - 0.0, -0.04], abs=0.01)
    assert around([block, thing("block", 0.65, 0.0)], goal)[EARLY] > around([block, ahead], goal)[EARLY]


def test_inside_a_container_the_wall_counts() -> None:
    box = seen([thing("box", 0.0, 0.0)])
    middle, corner, outside = box.distances(np.array([[0.0, 0.07, 0.10]]), np.zeros((1, 3)))[0]
    assert middle == pytest.approx(0.076)
    assert corner == pytest.approx(0.006)
    assert outside == pytest.approx(0.02)


def test_turned_rectangles_and_discs() -> None:
    def at(outlines: Outlines, x: float, y: float) -> float:
        return outlines.distances(np.array([[x]]), np.array([[y]]))[0, 0]

    turned = seen([thing("block", 0.0, 0.0, yaw=math.pi / 4.0)])
    assert at(turned, 0.05, 0.0) == pytest.approx(0.05 - 0.02 * math.sqrt(2.0), abs=0.01)
    assert at(turned, 0.0, 0.0) == pytest.approx(-0.02)
    assert at(seen([thing("cylinder", 0.0, 0.0)]), 0.03, 0.04) == pytest.approx(0.03)

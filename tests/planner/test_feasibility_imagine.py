"""What the calls of a plan promise, followed into scenes that have not happened."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from planner.feasibility.expected import Expected
from planner.feasibility.facts import changes, fact_table
from planner.feasibility.forms import FIRST, NOTHING
from planner.feasibility.imagine import Imagined, Stack, goals
from sim.catalog import CATEGORIES
from sim.families.desk import DRAWER_FLOOR, DRAWER_INSIDE, DRAWER_TRAVEL, EDGE
from sim.state import ObjectState, Pose, SceneState
from sim.world import Placement, World
from skills.spec import SkillCall
from skills.vocabulary import Atom
from tests.planner.feasibility_rollouts import random_scene


@pytest.fixture
def scene() -> SceneState:
    return random_scene(np.random.default_rng(3), 7)


def test_imagined_plans_follow_their_effects(scene: SceneState) -> None:
    start = Imagined.of(scene)
    things = start.things
    pick, place = SkillCall("pick", ("red block",)), SkillCall("place", ("red block", "on", "blue block"))
    held = start.after(things.forms[pick])
    assert "(holding red_block)" in {str(a) for a in held.facts}
    done = held.after(things.forms[place])
    red, blue = things.order["red block"], things.order["blue block"]
    assert done.points[red] == pytest.approx(start.points[blue] + [0.0, 0.0, 0.04])
    assert "(on red_block blue_block)" in {str(a) for a in done.facts}
    assert done.moved.tolist() == [k == red for k in range(len(things.order))]
    assert done.loads[blue] == 1.0 and not start.loads.any()


def test_a_drawer_takes_along_what_lies_in_it() -> None:
    with World("panda", "desk") as world:
        inside = Pose((EDGE - DRAWER_TRAVEL + DRAWER_INSIDE[0] / 2.0, 0.0, DRAWER_FLOOR + 0.021))
        state = world.reset([Placement("red block", inside)], readings={"drawer": DRAWER_TRAVEL})
    scene = Imagined.of(state)
    order, forms = scene.things.order, scene.things.forms
    assert scene.readings[order["drawer"]] == pytest.approx(1.0, abs=0.1)
    assert Atom("in", ("red block", "drawer")) in scene.facts
    shut = scene.after(forms[SkillCall("close", ("drawer",))])
    moved = shut.points - scene.points
    assert moved[order["drawer"]] == pytest.approx(moved[order["red block"]])
    assert moved[order["drawer"]][0] == pytest.approx(0.16, abs=0.02)
    assert shut.readings[order["drawer"]] == 0.0


def test_a_drive_takes_the_base_along() -> None:
    with World("panda", "kitchen") as world:
        start = Imagined.of(world.state())
    call = SkillCall("go", ("far counter",))
    there = start.after(start.things.forms[call])
    # In the axes in which the base stood: the place is then as far ahead as any place is.
    assert np.linalg.norm(there.base[:2] - start.base[:2]) > 0.5
    again = there.after(there.things.forms[SkillCall("go", ("user",))])
    assert again.base[:2] == pytest.approx(start.base[:2], abs=0.02)


def test_where_calls_lead(scene: SceneState) -> None:
    start = Imagined.of(scene)
    order = start.things.order
    red, blue = start.points[order["red block"]], start.points[order["blue block"]]

    def goal(*arguments: str) -> np.ndarray:
        return goals(
            Stack.of([start]),
            start.things.forms.table([start.things.forms[SkillCall("place", ("red block", *arguments))]]),
        )[0]

    assert goal("left-of", "blue block")[1] > blue[1] + 0.04
    assert goal("behind", "blue block")[0] > blue[0] + 0.04
    assert goal("at", "middle")[:2] == pytest.approx([0.5, 0.0], abs=0.01)
    assert goal("on", "table") == pytest.approx(red)
    toward = goal("near", "blue block")
    assert math.dist(toward[:2], blue[:2]) < math.dist(red[:2], blue[:2])


def test_object_state_of_a_lying_cylinder_has_its_extents() -> None:
    lying = ObjectState(
        "red cylinder",
        "cylinder",
        "red",
        Pose((0.5, 0.0, 0.02), (math.sin(math.pi / 4.0), 0.0, 0.0, math.cos(math.pi / 4.0))),
        CATEGORIES["cylinder"].size,
        True,
    )
    scene = random_scene(np.random.default_rng(0), 3)
    start = Imagined.of(replace(scene, objects=(lying,), supports=frozenset()))
    assert start.things.halves[0] == pytest.approx((0.02, 0.03, 0.02))


def test_changes_are_what_differs() -> None:
    before = frozenset({Atom("on", ("red block", "table")), Atom("clear", ("red block",)), Atom("hand-empty")})
    names = ("red block", "blue block")
    order = {n: k for k, n in enumerate(names)}
    after = frozenset({Atom("holding", ("red block",)), Atom("clear", ("blue block",))})
    adds, deletes = changes(before, fact_table(after, order), "red block", NOTHING, names)
    assert adds == {Atom("holding", ("red block",)), Atom("clear", ("blue block",))}
    assert deletes == {Atom("clear", ("red block",)), Atom("on", ("red block", "table"))}
    placed = frozenset({Atom("on", ("red block", "blue block"))})
    adds, deletes = changes(after, fact_table(placed, order), "red block", FIRST + 1, names)
    assert Atom("on", ("red block", "blue block")) in adds
    assert Atom("holding", ("red block",)) in deletes
    put = Expected({"red block": (0.1, 0.0, 0.02)}, adds, deletes)
    state = random_scene(np.random.default_rng(3), 4)
    state = replace(state, supports=frozenset(), robot=replace(state.robot, holding="red block"))
    then = put.applied(state)
    assert then.robot.holding is None and ("red block", "blue block") in then.supports
    assert then["red block"].position[0] == pytest.approx(state["red block"].position[0] + 0.1)

"""The desk as the simulator has it: parts, joints, lights, and what lies where."""

import pytest

from sim.catalog import CATEGORIES, types_of
from sim.command import Command
from sim.families.desk import DRAWER_TRAVEL, SWITCH_TRAVEL
from sim.family import find_family
from sim.fixtures import FIXTURES, WORKS
from sim.state import Pose, SceneState
from sim.world import Placement, World

BLOCKS = (
    Placement("red block", Pose((0.49, 0.05, 0.021))),
    Placement("blue block", Pose((0.745, 0.13, 0.071))),
    Placement("pink block", Pose((0.33, -0.05, -0.047))),
)


@pytest.fixture(scope="module")
def world():
    with World(family="desk") as world:
        yield world


def values(state: SceneState) -> dict[str, float]:
    return {name: round(state[name].value, 3) for name in FIXTURES["desk"]}


def test_parts_are_objects_of_the_scene_as_the_catalogue_says(world: World) -> None:
    state = world.reset(())
    assert state.names == tuple(FIXTURES["desk"]) == find_family("desk").fixtures
    for part in state.objects:
        kind = CATEGORIES[part.category]
        assert part.size == pytest.approx(kind.size)
        assert "fixture" in types_of(part.category) and "movable" not in types_of(part.category)
        moves = world.mechanism(part.name)
        assert (0.0 if moves is None else moves.travel) == kind.travel


def test_a_scene_begins_with_the_readings_that_it_is_given(world: World) -> None:
    readings = {"drawer": DRAWER_TRAVEL, "slider": 0.25, "switch": SWITCH_TRAVEL, "led": 1.0}
    state = world.reset(BLOCKS, readings=readings)
    assert values(state) == {**readings, "button": 0.0, "lightbulb": 1.0}
    assert values(world.reset(BLOCKS)) == dict.fromkeys(FIXTURES["desk"], 0.0)
    with pytest.raises(ValueError, match="no part of furniture 'door'"):
        world.reset((), readings={"door": 1.0})


def test_what_lies_where(world: World) -> None:
    state = world.reset(BLOCKS, readings={"drawer": DRAWER_TRAVEL})
    assert state.supports == {("red block", "table"), ("blue block", "slider"), ("pink block", "drawer")}


def test_the_cupboard_stands_while_its_door_slides(world: World) -> None:
    closed, slid = (world.reset((), readings={"slider": reading}) for reading in (0.0, 0.25))
    assert closed["slider"].pose == slid["slider"].pose
    before, after = (world.reset((), readings={"drawer": reading})["drawer"].position for reading in (0.0, 0.16))
    assert before[0] - after[0] == pytest.approx(0.16)


def test_a_finger_on_the_button_toggles_the_light_once_each_time(world: World) -> None:
    button = world.reset(())["button"]
    x, y, _ = button.position
    lit = []
    for height in (0.30, 0.027, 0.06, 0.027, 0.06):
        joints = world.kinematics.solve(Pose((x, y, height), (1.0, 0.0, 0.0, 0.0)), world.spec.home).joints
        for _ in range(80):
            world.step(Command(joints=joints, opening=0.0))
        lit.append(world.state()[WORKS["button"]].value)
    assert lit == [0.0, 1.0, 1.0, 0.0, 0.0]


def test_a_snapshot_keeps_what_the_furniture_reads_and_what_is_lit(world: World) -> None:
    world.reset(BLOCKS, readings={"drawer": 0.10, "led": 1.0})
    saved = world.save()
    before = values(world.state())
    world.arrange({"drawer": 0.02, "led": 0.0, "switch": SWITCH_TRAVEL})
    assert values(world.state())["drawer"] == 0.02
    world.restore(saved)
    assert values(world.state()) == before


def test_lit_lights_are_seen(world: World) -> None:
    dark, lit = (world.reset((), readings={"switch": r}) and world.render(320, 240).rgb for r in (0.0, SWITCH_TRAVEL))
    assert (dark != lit).any()


def test_drawer_and_door_stay_where_they_are(world: World) -> None:
    world.reset(BLOCKS, readings={"drawer": 0.07, "slider": 0.11})
    for _ in range(200):
        world.step()
    assert values(world.state())["drawer"] == pytest.approx(0.07, abs=1e-3)
    assert values(world.state())["slider"] == pytest.approx(0.11, abs=1e-3)

import math
from collections.abc import Iterator

import numpy as np
import pytest

from sim.command import Command
from sim.families.kitchen import AREAS, CHEST_FACE, DRAWERS, KITCHEN
from sim.floorplan import distances, outlines
from sim.geometry import polygon_gap, rectangle
from sim.state import Pose
from sim.stations import FACING, KITCHEN_BASE, NEAR, STATIONS, at_station, station_frame
from sim.world import Placement, World

PLACES = tuple(STATIONS["kitchen"])


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World(family="kitchen") as world:
        yield world


def there(name: str, place: str, x: float, y: float, z: float) -> Placement:
    """A placement in the frame of a place's station, `z` m above what things stand on there."""
    return Placement(name, station_frame(place) @ Pose((x, y, AREAS[place].z + z)))


def test_every_place_is_a_part_of_the_furniture_with_a_station_and_an_area() -> None:
    assert set(PLACES) == set(AREAS) == set(KITCHEN.fixtures)


def test_a_scene_lists_the_places_before_the_objects_and_starts_at_the_user(world: World) -> None:
    state = world.reset([there("apple", "table", 0.45, 0.0, 0.033)])
    assert state.names == (*KITCHEN.fixtures, "apple")
    assert ("apple", "table") in state.supports
    assert at_station(world.base_joints(), STATIONS["kitchen"]["user"])


@pytest.mark.parametrize("place", PLACES)
def test_the_base_fits_at_every_station_and_its_arm_is_clear(world: World, place: str) -> None:
    world.reset(())
    station = STATIONS["kitchen"][place]
    assert world.clearance(world.spec.home, base=station, within=0.02) == 0.02
    box = rectangle(station[:2], KITCHEN_BASE.size[:2], station[2])
    meets = outlines(KITCHEN.furniture, {}, KITCHEN_BASE.floor + 0.02, KITCHEN_BASE.floor + KITCHEN_BASE.size[2])
    assert min(polygon_gap(box, outline) for outline in meets) > 0.03


@pytest.mark.parametrize("place", PLACES)
def test_what_is_put_at_a_place_stays_there(world: World, place: str) -> None:
    area = AREAS[place]
    x, y = sum(area.x) / 2.0, sum(area.y) / 2.0
    state = world.reset([there("coke can", place, x, y, 0.056)])
    assert ("coke can", place) in state.supports
    assert state["coke can"].pose.distance(station_frame(place) @ Pose((x, y, area.z + 0.055))) < 0.01


def test_drawers_begin_as_told_and_carry_what_lies_in_them(world: World) -> None:
    z = DRAWERS["middle drawer"][0] + 0.033
    inside = Placement("apple", station_frame("middle drawer") @ Pose((CHEST_FACE + 0.13 - 0.30, 0.0, z)))
    closed = world.reset(())["middle drawer"].pose
    state = world.reset([inside], readings={"middle drawer": 0.30})
    assert math.isclose(state["middle drawer"].value, 0.30, abs_tol=1e-3)
    assert state["top drawer"].value == 0.0
    assert ("apple", "middle drawer") in state.supports
    moved = (closed.inverse() @ state["middle drawer"].pose).position
    assert np.allclose(moved, (-0.30, 0.0, 0.0), atol=1e-3)


def test_what_falls_into_the_trash_can_stays_in_it(world: World) -> None:
    world.reset([there("pepsi can", "trash can", 0.48, 0.02, 0.65)], settle=3.0)
    state = world.state()
    assert ("pepsi can", "trash can") in state.supports
    assert state["pepsi can"].top < state["trash can"].top


def test_a_counter_stops_the_base(world: World) -> None:
    world.reset(())
    x, y, yaw = STATIONS["kitchen"]["table"]
    for _ in range(200):
        world.step(Command(base=(x + 0.3, y, yaw)))
    assert world.base_joints()[0] < x + 0.1
    assert "table" in {t.name for t in world.base_touches() if t.force > 50.0}


def test_standing_near_enough_is_standing_there() -> None:
    x, y, yaw = STATIONS["kitchen"]["user"]
    assert at_station((x + 0.9 * NEAR, y, yaw - 0.9 * FACING + math.tau), (x, y, yaw))
    assert not at_station((x + 1.1 * NEAR, y, yaw), (x, y, yaw))
    assert not at_station((x, y, yaw + 1.1 * FACING), (x, y, yaw))


def test_outlines_are_those_of_the_band_and_follow_open_drawers() -> None:
    everything = outlines(KITCHEN.furniture, {}, -1.0, 3.0)
    high = outlines(KITCHEN.furniture, {}, 0.3, 0.4)
    assert len(high) < len(everything)
    figure = station_frame("user") @ Pose((0.74, 0.0, 0.3))
    assert all(np.linalg.norm(o.mean(axis=0) - figure.position[:2]) < 0.3 for o in high)
    opened = outlines(KITCHEN.furniture, {"bottom drawer": 0.3}, -1.0, 3.0)
    moved = [k for k, (a, b) in enumerate(zip(everything, opened, strict=True)) if not np.allclose(a, b)]
    assert moved
    assert all(np.allclose(opened[k] - everything[k], (0.3, 0.0)) for k in moved)


def test_distances_are_exact_beside_an_edge_and_never_too_great() -> None:
    square = rectangle((0.0, 0.0), (2.0, 2.0), 0.0)
    points = np.array([(3.0, 0.5), (0.0, 0.0), (2.0, 2.0), (-1.5, 0.0)])
    found = distances(points, [square])
    assert np.allclose(found[[0, 1, 3]], (2.0, -1.0, 0.5))
    assert 0.9 < found[2] <= math.sqrt(2.0)
    assert np.all(np.isinf(distances(points, [])))

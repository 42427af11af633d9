import itertools
import math
from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from sim.families.kitchen import AREAS
from sim.geometry import rectangle
from sim.mobile import MobileBase
from sim.state import Pose, SceneState
from sim.stations import STATIONS, at_station, station_frame
from sim.world import Placement, World
from skills.execution import execute
from skills.kitchen_facts import why_not
from skills.kitchen_symbols import DERIVED, places
from skills.navigation import FloorPlan, route, survey
from skills.outcome import FailureReason, Outcome, SkillFailure
from skills.predicates import atoms
from skills.spec import SkillCall
from skills.symbolic import apply, check_call, ground, legal, typing_of
from skills.vocabulary import Atom

HEIGHTS = {"coke can": 0.11, "apple": 0.064, "sponge": 0.03, "rice chips": 0.046, "energy bar": 0.02}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World(family="kitchen") as world:
        yield world


def there(name: str, place: str, x: float = 0.45, y: float = 0.0, out: float = 0.0) -> Placement:
    """A placement in the frame of a place's station; `out` is how far its drawer is open."""
    z = AREAS[place].z + HEIGHTS[name] / 2.0 + 0.001
    return Placement(name, station_frame(place) @ Pose((x - out, y, z)))


def do(world: World, *texts: str) -> list[Outcome]:
    """Runs calls, one after the other."""
    rng = np.random.default_rng(0)
    return [execute(world, SkillCall.parse(text), rng) for text in texts]


def all_well(outcomes: Sequence[Outcome]) -> bool:
    failed = [o for o in outcomes if not o.succeeded]
    assert not failed, failed[0].message
    return True


def facts(state: SceneState, *predicates: str) -> set[Atom]:
    return {a for a in atoms(state) if a.predicate in predicates}


# -- driving ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def wall() -> FloorPlan:
    """A wall between x = -0.1 and 0.1, from y = -1 to 1."""
    return FloorPlan(MobileBase(), (rectangle((0.0, 0.0), (0.2, 2.0), 0.0),), ())


def test_a_way_leads_around_a_wall(wall: FloorPlan) -> None:
    way = route(wall, (-1.0, 0.0, 0.0), (1.0, 0.0, math.pi))
    points = [(-1.0, 0.0), *(p[:2] for p in way)]
    assert way[-1] == (1.0, 0.0, math.pi)
    assert max(abs(y) for _, y in points) > 1.3
    assert all(wall.open_line(a, b) for a, b in itertools.pairwise(points))
    length = sum(math.dist(a, b) for a, b in itertools.pairwise(points))
    assert length < 1.25 * 2.0 * math.hypot(1.0, 1.0 + wall.radius)


def test_a_free_way_is_straight_and_turns_before_it_enters(wall: FloorPlan) -> None:
    way = route(wall, (-2.0, 0.0, 0.0), (-0.45, 0.5, 0.0))
    assert [p[2] for p in way] == [0.0, 0.0, 0.0]
    assert way[0][:2] == (-2.0, 0.0)
    assert way[1][1] == 0.5 and way[1][0] < -0.45
    assert not wall.open_line((-0.45, 0.5), (-0.45, 0.5)), "it cannot turn where it ends"


def test_no_way_is_a_failure_with_its_reason(wall: FloorPlan) -> None:
    with pytest.raises(SkillFailure, match="would have to stand") as raised:
        route(wall, (-1.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    assert raised.value.reason is FailureReason.NO_PATH
    sides = [rectangle((-1.0, s * 0.4), (3.0, 0.1), 0.0) for s in (-1.0, 1.0)]
    corridor = FloorPlan(MobileBase(), (*sides, rectangle((0.5, 0.0), (0.1, 0.9), 0.0)), ())
    with pytest.raises(SkillFailure, match="no room to turn here"):
        route(corridor, (0.1, 0.0, 0.0), (3.0, 0.0, 0.0))


def test_it_drives_to_every_place_and_stands_still_there(world: World) -> None:
    world.reset(())
    for place in ("table", "far counter", "bottom drawer", "close counter", "trash can", "user"):
        assert all_well(do(world, f"go({place})"))
        station = STATIONS["kitchen"][place]
        assert math.dist(world.base_joints()[:2], station[:2]) < 0.005
        assert not world.base_touches()
    (again,) = do(world, "go(user)")
    assert again.succeeded and again.message == "the robot is at the user already"


def test_it_drives_around_what_lies_on_the_floor(world: World) -> None:
    user, chest = STATIONS["kitchen"]["user"], STATIONS["kitchen"]["top drawer"]
    middle = ((user[0] + chest[0]) / 2.0, (user[1] + chest[1]) / 2.0)
    world.reset([Placement("apple", Pose((*middle, -0.75 + 0.033)))])
    straight = route(survey(world), world.base_joints(), chest)
    state = world.state()
    assert Atom("reachable", ("apple",)) not in atoms(state)
    assert why_not("apple", state) == "the apple is out of reach"
    (outcome,) = do(world, "go(top drawer)")
    after = world.state()
    assert state["apple"].pose.distance(after["apple"].pose) < 0.005
    assert outcome.succeeded
    assert len(straight) > 3


def test_what_is_in_the_hand_comes_along(world: World) -> None:
    world.reset([there("coke can", "table")])
    assert all_well(do(world, "go(table)", "pick(coke can)", "go(far counter)"))
    assert world.held() == "coke can"
    assert at_station(world.base_joints(), STATIONS["kitchen"]["far counter"])
    assert all_well(do(world, "place(coke can, on, far counter)"))
    assert facts(world.state(), "at", "on") == {
        Atom("at", ("coke can", "far counter")),
        Atom("on", ("coke can", "far counter")),
    }


# -- what can be done from where --------------------------------------------------------------------------------------


def test_only_what_is_where_the_robot_stands_can_be_picked(world: World) -> None:
    state = world.reset([there("coke can", "table"), there("apple", "close counter")])
    assert facts(state, "robot-at") == {Atom("robot-at", ("user",))}
    assert facts(state, "reachable") == {Atom("reachable", ("user",))}
    outcome, _ = do(world, "pick(coke can)", "go(table)")
    assert outcome.reason is FailureReason.PRECONDITION
    assert outcome.message == "the robot is not at the table"
    assert {a.arguments[0] for a in facts(world.state(), "reachable")} == {"coke can", "table"}


def test_drawers_hide_what_is_in_them_and_below_them(world: World) -> None:
    things = [there("energy bar", "top drawer", 0.83), there("apple", "middle drawer", 0.83)]
    world.reset(things)
    assert all_well(do(world, "go(middle drawer)"))
    state = world.state()
    assert {a.arguments[0] for a in facts(state, "robot-at")} == {"top drawer", "middle drawer", "bottom drawer"}
    assert facts(state, "accessible") == set()
    (closed,) = do(world, "pick(apple)")
    assert closed.message == "the middle drawer is closed"
    assert all_well(do(world, "open(top drawer)"))
    assert Atom("reachable", ("energy bar",)) in atoms(world.state())
    (covered,) = do(world, "open(middle drawer)")
    assert covered.message == "the top drawer above the middle drawer is open"
    assert all_well(do(world, "close(top drawer)", "open(middle drawer)", "pick(apple)"))


def test_nothing_comes_out_of_the_trash_can(world: World) -> None:
    world.reset([there("coke can", "trash can", 0.48)])
    assert all_well(do(world, "go(trash can)"))
    (outcome,) = do(world, "pick(coke can)")
    assert outcome.reason is FailureReason.PRECONDITION and outcome.message == "the trash can is too deep"


def test_the_forms_for_a_table_before_the_robot_are_not_offered(world: World) -> None:
    state = world.reset([there("coke can", "table"), there("apple", "close counter")])
    objects = typing_of(state)
    calls = ground(objects)
    assert {c.skill for c in calls} == {"go", "pick", "place", "give", "open", "close"}
    assert {c.arguments[1] for c in calls if c.skill == "place"} == {"on", "in"}
    with pytest.raises(ValueError, match="no skill of the kitchen"):
        check_call(SkillCall("place", ("apple", "left-of", "coke can")), objects)
    assert {c.skill for c in legal(state)} == {"go"}


# -- setting down -----------------------------------------------------------------------------------------------------


def test_it_hands_over_and_throws_away(world: World) -> None:
    world.reset([there("coke can", "table"), there("apple", "table", 0.40, 0.2)])
    assert all_well(do(world, "go(table)", "pick(coke can)", "go(user)", "give(coke can, user)"))
    assert Atom("at", ("coke can", "user")) in atoms(world.state())
    assert all_well(do(world, "go(table)", "pick(apple)", "go(trash can)", "place(apple, in, trash can)"))
    assert {Atom("in", ("apple", "trash can")), Atom("at", ("apple", "trash can"))} <= atoms(world.state())
    assert all_well(do(world, "go(user)", "pick(coke can)")), "what was handed over can be taken back"


@pytest.mark.slow
@pytest.mark.parametrize("drawer", ["top drawer", "bottom drawer"])
def test_things_go_into_a_drawer_and_come_out_again(world: World, drawer: str) -> None:
    things = ("energy bar", "coke can" if drawer == "bottom drawer" else "apple")
    world.reset([there(thing, "table", 0.45, 0.2 * k) for k, thing in enumerate(things)])
    assert all_well(do(world, f"go({drawer})", f"open({drawer})"))
    for thing in things:
        assert all_well(do(world, "go(table)", f"pick({thing})", f"go({drawer})", f"place({thing}, in, {drawer})"))
    assert all_well(do(world, f"close({drawer})", f"open({drawer})"))
    for thing in things:
        assert Atom("in", (thing, drawer)) in atoms(world.state())
        assert all_well(do(world, f"go({drawer})", f"pick({thing})", "go(table)", f"place({thing}, on, table)"))


def test_a_drawer_that_is_closed_takes_nothing(world: World) -> None:
    world.reset([there("sponge", "table")])
    outcome = do(world, "go(table)", "pick(sponge)", "go(top drawer)", "place(sponge, in, top drawer)")[-1]
    assert outcome.reason is FailureReason.PRECONDITION and outcome.message == "the top drawer is closed"


# -- on paper ---------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_what_follows_on_paper_is_what_is_seen(world: World) -> None:
    state = world.reset(
        [there("rice chips", "top drawer", 0.83), there("coke can", "table"), there("apple", "table", 0.4, 0.2)]
    )
    objects = typing_of(state)
    assert places(objects)["bottom drawer"].above == ("top drawer", "middle drawer")
    plan = [
        *("go(top drawer)", "open(top drawer)", "pick(rice chips)", "go(user)", "give(rice chips, user)"),
        *("go(table)", "pick(apple)", "go(bottom drawer)", "place(apple, in, top drawer)", "close(top drawer)"),
        *("go(table)", "pick(coke can)", "go(trash can)", "place(coke can, in, trash can)"),
    ]
    watched = (*DERIVED, "robot-at", "on", "in", "open", "closed", "holding")
    for text in plan:
        expected = apply(SkillCall.parse(text), atoms(world.state()), objects)
        assert all_well(do(world, text))
        assert {a for a in expected if a.predicate in watched} == facts(world.state(), *watched), text

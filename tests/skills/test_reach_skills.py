"""Skills with a hook, placements that look ahead, and the geometry behind them."""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.catalog import CATEGORIES
from sim.geometry import quat_from_yaw, rectangle
from sim.state import ObjectState, Pose
from sim.world import Placement, World
from skills.containment import contained, inside
from skills.execution import execute
from skills.fixture_facts import REACH
from skills.hooking import blockers, grips, pulls, pushes, tool_at
from skills.lookahead import farsighted
from skills.outcome import FailureReason, Outcome
from skills.outlines import feet, gap_between, nearer, outlines
from skills.predicates import atoms
from skills.primitives import place
from skills.registry import find_spec
from skills.spec import SkillCall
from skills.symbolic import ground, typing_of
from skills.vocabulary import Atom

Size = tuple[float, float, float]
TALL, LOW, CUBE, BAR = (0.05, 0.05, 0.118), (0.058, 0.058, 0.07), (0.07, 0.07, 0.07), (0.105, 0.035, 0.07)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World(family="reach") as world:
        yield world


def put(name: str, x: float, y: float, yaw: float = 0.0, size: Size = LOW, z: float = 0.0) -> Placement:
    return Placement(name, Pose((x, y, z + size[2] / 2.0), quat_from_yaw(yaw)), size)


def hook(x: float, y: float, yaw: float) -> Placement:
    return Placement("hook", Pose((x, y, 0.01), quat_from_yaw(yaw)))


def rack(x: float, y: float, yaw: float = 0.0) -> Placement:
    return Placement("rack", Pose((x, y, 0.08), quat_from_yaw(yaw)))


def run(world: World, *texts: str, told: bool = True) -> list[Outcome]:
    """Runs calls; `told`: each is told of those after it."""
    calls = [SkillCall.parse(text) for text in texts]
    rng = np.random.default_rng(0)
    return [execute(world, c, rng, then=calls[k + 1 :] if told else ()) for k, c in enumerate(calls)]


def good(outcomes: list[Outcome]) -> None:
    assert all(o.succeeded for o in outcomes), [o.message for o in outcomes]


FETCH = (
    "pick(hook)",
    "pull(red box, with, hook)",
    "place(hook, on, table)",
    "pick(red box)",
    "place(red box, on, rack)",
)


@pytest.mark.slow
@pytest.mark.parametrize(("x", "y", "yaw"), [(0.90, 0.1, 0.6), (0.84, -0.30, 2.9), (0.82, 0.33, -1.3)])
def test_what_is_out_of_reach_is_pulled_in_and_put_on_the_rack(world: World, x: float, y: float, yaw: float) -> None:
    world.reset(
        [rack(0.45, -0.36 if y > 0.0 else 0.36, math.pi / 2.0), hook(0.45, 0.0, yaw), put("red box", x, y, 0.3, TALL)]
    )
    assert Atom("reachable", ("red box",)) not in atoms(world.state())
    good(run(world, *FETCH))
    assert Atom("on", ("red box", "rack")) in atoms(world.state())


@pytest.mark.slow
def test_a_box_is_set_before_a_rack_and_pushed_under_it(world: World) -> None:
    world.reset([rack(0.88, 0.0, 0.1), hook(0.45, 0.2, 2.6), put("cyan box", 0.5, -0.2, 0.3)])
    calls = (
        "pick(cyan box)",
        "place(cyan box, in-front-of, rack)",
        "pick(hook)",
        "push(cyan box, with, hook, under, rack)",
    )
    good(run(world, *calls))
    facts = atoms(world.state())
    assert Atom("under", ("cyan box", "rack")) in facts and Atom("reachable", ("cyan box",)) not in facts
    assert world.held() == "hook"


def test_a_grasp_beyond_reach_is_refused_before_the_arm_moves(world: World) -> None:
    world.reset([put("red box", REACH + 0.08, 0.0)])
    (outcome,) = run(world, "pick(red box)")
    assert (outcome.reason, outcome.seconds) == (FailureReason.PRECONDITION, 0.0)
    assert outcome.message == "the red box is out of reach"


def test_who_stands_in_the_way_of_a_hook_is_named(world: World) -> None:
    world.reset(
        [hook(0.42, 0.2, 0.0), put("red box", 0.88, 0.0), put("blue box", 0.70, 0.0), put("cyan box", 0.97, 0.0)]
    )
    good(run(world, "pick(hook)"))
    (outcome,) = run(world, "pull(red box, with, hook)")
    assert (outcome.reason, outcome.culprit) == (FailureReason.COLLISION, "blue box")


def test_what_is_too_tall_is_not_pushed_under_a_rack(world: World) -> None:
    state = world.reset([rack(0.88, 0.0), hook(0.4, 0.25, 0.0), put("red box", 0.66, 0.0, size=(0.05, 0.05, 0.15))])
    assert all("rack" in blockers(state, world.spec, "hook", s) for s in pushes(state, "red box", "hook", "rack"))


def test_strokes_end_where_they_say(world: World) -> None:
    state = world.reset(
        [rack(0.88, 0.05, 0.1), hook(0.4, 0.25, 0.0), put("red box", 0.9, -0.3), put("cyan box", 0.66, 0.0)]
    )
    foot = np.array(state.robot.base.position[:2])
    for stroke in pulls(state, "red box", "hook"):
        near, far = (float(np.linalg.norm(np.array(b.position[:2]) - foot)) for b in (stroke.after, stroke.body))
        assert near < min(far, REACH)
        assert not nearer(outlines(replace(state["hook"], pose=stroke.start)), outlines(stroke.body), 0.004)
    for stroke in pushes(state, "cyan box", "hook", "rack"):
        local = (state["rack"].pose.inverse() @ stroke.after.pose).position
        assert abs(local[0]) < 0.11 and abs(local[1]) < 0.16
        assert stroke.rise == stroke.start


def test_the_hand_goes_with_the_hook(world: World) -> None:
    state = world.reset([hook(0.42, 0.2, 0.7)])
    pose = Pose((0.5, 0.0, 0.0), quat_from_yaw(-0.4))
    for grip in grips(CATEGORIES["hook"]):
        x, y, _, yaw = tool_at(state, "hook", pose, grip)
        np.testing.assert_allclose((x, y), (pose @ Pose(grip)).position[:2], atol=1e-9)
        assert yaw == pytest.approx(-0.4)


PACKING = [("brown box", (0.035, 0.035, 0.07)), ("green box", BAR), ("red box", CUBE), ("blue box", CUBE)]


def packing_scene(world: World) -> None:
    spots = [(0.42, -0.30), (0.42, -0.12), (0.42, 0.10), (0.42, 0.30)]
    boxes = [put(name, x, y, 0.2, size) for (name, size), (x, y) in zip(PACKING, spots, strict=True)]
    world.reset([Placement("basket", Pose((0.62, 0.0, 0.02)), (0.20, 0.18, 0.04)), *boxes])


@pytest.mark.slow
def test_a_full_basket_is_packed_by_looking_ahead_and_not_without(world: World) -> None:
    calls = [text for name, _ in PACKING for text in (f"pick({name})", f"place({name}, in, basket)")]
    packing_scene(world)
    good(run(world, *calls))
    assert set(contained(world.state())) == {name for name, _ in PACKING}
    packing_scene(world)
    assert not all(o.succeeded for o in run(world, *calls, told=False))


def test_the_same_scene_gives_the_same_choice(world: World) -> None:
    chosen = []
    for _ in range(2):
        packing_scene(world)
        good(run(world, "pick(brown box)"))
        state = world.state()
        call, then = SkillCall.parse("place(brown box, in, basket)"), [SkillCall.parse("pick(red box)")]
        then.append(SkillCall.parse("place(red box, in, basket)"))
        chosen.append(farsighted(world, place.settings(world, state, call, tuple(then)), then, call).after)
    assert chosen[0] == chosen[1]


def test_elsewhere_the_first_way_is_taken() -> None:
    with World() as tabletop:
        tabletop.reset(
            [Placement("red block", Pose((0.5, 0.1, 0.02))), Placement("blue bowl", Pose((0.5, -0.2, 0.0225)))]
        )
        good(run(tabletop, "pick(red block)"))
        call = SkillCall.parse("place(red block, on, table)")
        ways = list(place.settings(tabletop, tabletop.state(), call))
        then = (SkillCall.parse("pick(red block)"),)
        assert farsighted(tabletop, iter(ways), then, call) is ways[0]


def test_what_is_intended_next_may_be_nonsense(world: World) -> None:
    world.reset([put("red box", 0.5, 0.0)])
    then = [SkillCall("pick", ("unicorn",)), SkillCall("dance")]
    assert execute(world, SkillCall("pick", ("red box",)), np.random.default_rng(0), then=then).succeeded


def test_the_forms_are_known_in_this_family_alone(world: World) -> None:
    state = world.reset([rack(0.88, 0.0), hook(0.4, 0.2, 0.0), put("red box", 0.6, 0.0)])
    calls = set(map(str, ground(typing_of(state))))
    assert {"pull(red box, with, hook)", "push(red box, with, hook, under, rack)"} <= calls
    assert "pull(hook, with, red box)" not in calls
    spec = find_spec(SkillCall.parse("push(red box, with, hook, under, rack)"))
    assert spec.describe(SkillCall.parse("push(red box, with, hook, under, rack)")) == (
        "push the red box with the hook under the rack"
    )
    assert not any(call.skill == "pull" for call in ground(replace(typing_of(state), family="tabletop")))


rectangles = st.tuples(
    st.floats(-0.3, 0.3), st.floats(-0.3, 0.3), st.floats(0.01, 0.2), st.floats(0.01, 0.2), st.floats(-3.0, 3.0)
).map(lambda v: rectangle(v[:2], v[2:4], v[4]))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(rectangles, min_size=1, max_size=3), st.lists(rectangles, min_size=1, max_size=3), st.floats(0.001, 0.1)
)
def test_nearness_is_told_as_by_measuring(a: list[np.ndarray], b: list[np.ndarray], distance: float) -> None:
    gap = gap_between(a, b)
    if abs(gap - distance) > 1e-9:
        assert nearer(a, b, distance) == (gap < distance)


def thing(name: str, category: str, size: Size, x: float, y: float, z: float, yaw: float = 0.0) -> ObjectState:
    return ObjectState(name, category, None, Pose((x, y, z), quat_from_yaw(yaw)), size)


def test_a_hook_leaves_room_in_its_bend() -> None:
    tool = thing("hook", "hook", (0.38, 0.20, 0.02), 0.5, 0.0, 0.01)
    box = thing("red box", "carton", LOW, 0.6, 0.0, 0.035)
    assert gap_between(outlines(tool), outlines(box)) > 0.02
    assert gap_between([tool.footprint], outlines(box)) < 0.0
    shelf = thing("rack", "rack", (0.22, 0.32, 0.16), 0.6, 0.0, 0.08)
    assert gap_between(outlines(shelf), outlines(box)) < 0.0 < gap_between(feet(shelf), outlines(box))


@settings(max_examples=200, deadline=None)
@given(st.floats(-0.12, 0.12), st.floats(-0.12, 0.12), st.floats(-3.1, 3.1))
def test_in_a_basket_means_within_its_outline(x: float, y: float, yaw: float) -> None:
    """What counts as in the basket is in it by the published rule too: the bounding box, give or take 1.5 cm."""
    basket = thing("basket", "basket", (0.22, 0.21, 0.04), 0.65, 0.0, 0.02)
    box = thing("red box", "carton", CUBE, 0.65 + x, y, 0.04, yaw)
    low, high = box.footprint.min(axis=0) - (0.65, 0.0), box.footprint.max(axis=0) - (0.65, 0.0)
    published = bool((low > (-0.125, -0.12)).all() and (high < (0.125, 0.12)).all())
    assert inside(box, basket) <= published

"""Skills at the desk, in the real simulator and on paper."""

import math
from collections.abc import Iterator

import numpy as np
import pytest

from sim.fixtures import FIXTURES
from sim.geometry import quat_from_yaw
from sim.state import Pose
from sim.world import Placement, World
from skills.execution import execute
from skills.outcome import FailureReason, Outcome
from skills.predicates import atoms
from skills.registry import find_spec
from skills.spec import SkillCall
from skills.symbolic import apply, ground, legal, typing_of
from skills.vocabulary import Atom, parse_atoms

OPEN, LEFT, ON = 0.16, 0.25, 0.05


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World(family="desk") as world:
        yield world


def block(name: str, x: float, y: float, z: float = 0.021, yaw: float = 0.0) -> Placement:
    return Placement(name, Pose((x, y, z), quat_from_yaw(yaw)))


RED, BLUE, PINK = (
    block("red block", 0.49, 0.06, yaw=0.4),
    block("blue block", 0.47, -0.12),
    block("pink block", 0.53, -0.06),
)
RED_LEFT, RED_RIGHT = block("red block", 0.745, 0.13, 0.071), block("red block", 0.745, -0.13, 0.071)
RED_DRAWER = block("red block", 0.33, -0.05, -0.047)


def run(world: World, *calls: str) -> list[Outcome]:
    rng = np.random.default_rng(0)
    return [execute(world, SkillCall.parse(call), rng) for call in calls]


@pytest.mark.parametrize(
    ("placements", "readings", "calls", "facts"),
    [
        ((RED,), {}, ("open(drawer)",), ("(open drawer)", "(accessible drawer)")),
        ((RED,), {"drawer": OPEN}, ("close(drawer)",), ("(closed drawer)",)),
        (
            (RED_DRAWER,),
            {"drawer": OPEN},
            ("close(drawer)", "open(drawer)", "pick(red block)"),
            ("(holding red_block)",),
        ),
        ((RED,), {}, ("slide(slider, left)",), ("(moved slider left)", "(slid slider left)")),
        ((RED,), {"slider": LEFT}, ("slide(slider, right)",), ("(moved slider right)", "(slid slider right)")),
        ((RED,), {}, ("press(button)",), ("(lit led)",)),
        ((RED,), {}, ("switch(switch, on)",), ("(lit lightbulb)",)),
        ((RED,), {}, ("rotate(red block, left)",), ("(turned red_block left)", "(on red_block table)")),
        ((RED,), {}, ("rotate(red block, right)",), ("(turned red_block right)", "(on red_block table)")),
        ((RED,), {}, ("push(red block, left)",), ("(moved red_block left)", "(on red_block table)")),
        ((RED,), {"drawer": OPEN}, ("push(red block, into, drawer)", "pick(red block)"), ("(holding red_block)",)),
        ((RED_LEFT,), {}, ("pick(red block)",), ("(holding red_block)",)),
        ((RED_RIGHT,), {"slider": LEFT}, ("pick(red block)", "place(red block, on, table)"), ("(on red_block table)",)),
        ((RED,), {"drawer": OPEN}, ("pick(red block)", "place(red block, in, drawer)"), ("(in red_block drawer)",)),
        (
            (RED_RIGHT, BLUE),
            {"slider": LEFT},
            ("pick(blue block)", "place(blue block, in, slider)", "pick(red block)"),
            ("(in blue_block slider)", "(in-half blue_block right)", "(holding red_block)"),
        ),
        ((RED, BLUE), {}, ("pick(red block)", "place(red block, on, blue block)"), ("(on red_block blue_block)",)),
    ],
)
def test_effects_are_reached(
    world: World,
    placements: tuple[Placement, ...],
    readings: dict[str, float],
    calls: tuple[str, ...],
    facts: tuple[str, ...],
) -> None:
    start = world.reset(placements, readings=readings)
    outcomes = run(world, *calls)
    assert [o.reason for o in outcomes] == [None] * len(calls), outcomes
    assert set(parse_atoms(facts)) <= atoms(world.state(), start)


def test_lights_go_out_as_they_came_on(world: World) -> None:
    world.reset((RED,), readings={"led": 1.0, "switch": ON})
    assert all(o.succeeded for o in run(world, "press(button)", "switch(switch, off)"))
    assert not [a for a in atoms(world.state()) if a.predicate == "lit"]


def test_a_block_is_turned_and_pushed_as_far_as_calvin_asks(world: World) -> None:
    start = world.reset((RED, BLUE))
    run(world, "rotate(red block, left)", "push(blue block, right)")
    state = world.state()
    assert math.degrees(state["red block"].pose.yaw - start["red block"].pose.yaw) > 60.0
    assert state["red block"].pose.distance(start["red block"].pose) < 0.02
    assert start["blue block"].position[1] - state["blue block"].position[1] > 0.10


@pytest.mark.parametrize(
    ("placements", "readings", "call", "message"),
    [
        ((RED_LEFT,), {"slider": LEFT}, "pick(red block)", "the door of the slider covers the red block"),
        ((block("red block", 0.49, 0.0, -0.047),), {}, "pick(red block)", "the drawer is closed"),
        ((RED,), {}, "push(red block, into, drawer)", "the drawer is closed"),
        ((RED,), {}, "slide(slider, right)", "the door of the slider is not on the left"),
        ((RED_LEFT,), {}, "rotate(red block, left)", "does not hold"),
    ],
)
def test_what_is_not_possible_now_is_said(
    world: World, placements: tuple[Placement, ...], readings: dict[str, float], call: str, message: str
) -> None:
    world.reset(placements, readings=readings)
    (outcome,) = run(world, call)
    assert outcome.reason is FailureReason.PRECONDITION
    assert message in outcome.message


def test_a_door_leaves_one_half_open(world: World) -> None:
    for reading, covered in ((0.0, "blue block"), (LEFT, "red block")):
        state = world.reset((RED_LEFT, block("blue block", 0.745, -0.13, 0.071)), readings={"slider": reading})
        facts = atoms(state)
        hidden = [n for n in ("red block", "blue block") if Atom("reachable", (n,)) not in facts]
        assert hidden == [covered]
        assert {Atom("in-half", ("red block", "left")), Atom("in-half", ("blue block", "right"))} <= facts


def test_what_a_call_uncovers_and_covers_is_known_on_paper(world: World) -> None:
    state = world.reset((RED_LEFT, block("blue block", 0.745, -0.13, 0.071), block("pink block", 0.49, 0.0, -0.047)))
    objects, facts = typing_of(state), atoms(state)

    def reachable(*calls: str) -> set[str]:
        known = facts
        for call in calls:
            known = apply(SkillCall.parse(call), known, objects)
        return {n for n in ("red block", "blue block", "pink block") if Atom("reachable", (n,)) in known}

    assert reachable() == {"red block"}
    assert reachable("open(drawer)") == {"red block", "pink block"}
    assert reachable("open(drawer)", "close(drawer)", "slide(slider, left)") == {"blue block"}
    once, twice = (
        apply(SkillCall.parse("press(button)"), f, objects) for f in (facts, facts | {Atom("lit", ("led",))})
    )
    assert Atom("lit", ("led",)) in once and Atom("lit", ("led",)) not in twice


def test_what_can_be_said_at_the_desk(world: World) -> None:
    state = world.reset((RED, BLUE, PINK))
    said = ground(typing_of(state))
    names = {find_spec(c).name for c in said}
    assert names >= {"open", "close", "slide-left", "slide-right", "press", "switch-on", "switch-off", "push-into"}
    assert not [c for c in said if c.arguments[1:2] == ("near",) and c.arguments[2] in FIXTURES["desk"]]
    assert set(legal(state)) < set(said)
    with World() as tabletop:
        elsewhere = ground(typing_of(tabletop.reset((block("red block", 0.5, 0.0), block("blue block", 0.4, 0.2)))))
    assert not {c.skill for c in elsewhere} & {"open", "close", "slide", "press", "switch", "rotate"}

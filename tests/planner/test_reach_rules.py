"""What a planner knows of hooks, racks and baskets in advance."""

import math
from dataclasses import replace

import pytest

from planner.language.reference import missing
from planner.oracle import Oracle
from planner.reach_rules import hindrances, joined, packed_in_order
from planner.registry import make_planner
from sim.catalog import parse_name
from sim.geometry import quat_from_yaw
from sim.state import TABLE, ObjectState, Pose, RobotState, SceneState
from skills.predicates import atoms
from skills.protocol import Act, Observation
from skills.spec import SkillCall

Place = tuple[float, float] | tuple[float, float, float]


def scene(places: dict[str, Place], sizes: dict[str, tuple[float, float, float]] | None = None) -> SceneState:
    """A scene of the reach family by hand: things at (x, y) or (x, y, yaw) on the table."""
    objects = []
    for name, (x, y, *turn) in places.items():
        color, kind, _ = parse_name(name, "reach")
        size = (sizes or {}).get(name, kind.size)
        pose = Pose((x, y, size[2] / 2.0), quat_from_yaw(turn[0] if turn else 0.0))
        objects.append(ObjectState(name, kind.name, color, pose, size))
    robot = RobotState("panda", Pose((0.0, 0.0, 0.0)), (0.0,) * 7, Pose((0.4, 0.0, 0.4), (1.0, 0.0, 0.0, 0.0)), 0.08)
    return SceneState("reach", tuple(objects), robot, frozenset((n, TABLE) for n in places))


def plan(goal: str, state: SceneState) -> list[str]:
    decision = Oracle(goal).decide(Observation("", state, state))
    assert isinstance(decision, Act), decision
    return [str(decision.call), *map(str, decision.then)]


RACK, HOOK = {"rack": (0.45, -0.36, math.pi / 2.0)}, {"hook": (0.42, 0.25, 0.0)}
FAR_RACK = {"rack": (0.88, 0.0)}


def test_what_is_out_of_reach_is_pulled_in_first() -> None:
    state = scene({**RACK, **HOOK, "red box": (0.9, 0.1)})
    assert plan("(on red_box rack)", state) == [
        "pick(hook)",
        "pull(red box, with, hook)",
        "place(hook, on, table)",
        "pick(red box)",
        "place(red box, on, rack)",
    ]


def test_without_a_hook_nothing_brings_it_near() -> None:
    state = scene({**RACK, "red box": (0.9, 0.1)})
    assert not isinstance(Oracle("(on red_box rack)").decide(Observation("", state, state)), Act)


def test_the_way_is_cleared_before_the_hook_is_taken() -> None:
    state = scene({**FAR_RACK, **HOOK, "blue box": (0.55, 0.0), "cyan box": (0.68, 0.0), "red box": (0.45, -0.3)})
    calls = plan("(under blue_box rack)", state)
    assert calls[:4] == [
        "pick(cyan box)",
        "place(cyan box, on, table)",
        "pick(hook)",
        "push(blue box, with, hook, under, rack)",
    ]
    assert "red box" not in " ".join(calls)


def test_what_stands_too_near_to_be_pushed_is_moved_itself() -> None:
    state = scene({**FAR_RACK, **HOOK, "blue box": (0.33, 0.0)})
    assert plan("(under blue_box rack)", state)[:2] == ["pick(blue box)", "place(blue box, in-front-of, rack)"]
    near = scene({**FAR_RACK, **HOOK, "blue box": (0.52, 0.30)})
    push = SkillCall.parse("push(blue box, with, hook, under, rack)")
    assert hindrances(near, atoms(near), {"blue box"}).get(push, frozenset()) <= {"blue box"}


def test_what_does_not_help_is_not_moved_again() -> None:
    state = scene({**FAR_RACK, **HOOK, "blue box": (0.55, 0.0), "cyan box": (0.68, 0.0)})
    push = SkillCall.parse("push(blue box, with, hook, under, rack)")
    facts = atoms(state)
    assert hindrances(state, facts, {"blue box"})[push] == {"cyan box"}
    assert hindrances(state, facts, {"blue box"}, moved={"cyan box"})[push] == {"blue box"}
    held = replace(state, robot=replace(state.robot, holding="cyan box"))
    assert push not in hindrances(held, atoms(held), {"blue box"})


def test_both_sources_of_obstacles_count() -> None:
    a, b = SkillCall("pick", ("red box",)), SkillCall("pick", ("blue box",))
    assert joined({a: frozenset("x")}, {a: frozenset("y"), b: frozenset("z")}) == {a: {"x", "y"}, b: {"z"}}


def test_low_things_are_packed_before_tall_and_large_before_small() -> None:
    sizes = {"red box": (0.07, 0.07, 0.07), "blue box": (0.035, 0.035, 0.04), "cyan box": (0.035, 0.035, 0.07)}
    state = scene({"basket": (0.6, 0.0), "red box": (0.4, 0.0), "blue box": (0.4, 0.2), "cyan box": (0.4, -0.2)}, sizes)
    calls = [SkillCall("pick", ("hook",))]
    for name in ("cyan box", "red box", "blue box"):
        calls += [SkillCall("pick", (name,)), SkillCall("place", (name, "in", "basket"))]
    ordered = packed_in_order(tuple(calls), state)
    assert [c.arguments[0] for c in ordered] == [
        "hook",
        *(n for n in ("blue box", "red box", "cyan box") for _ in "ab"),
    ]
    first = packed_in_order(tuple(calls), state, {SkillCall("pick", ("blue box",)): frozenset({"cyan box"})})
    assert [c.arguments[0] for c in first[1::2]] == ["red box", "cyan box", "blue box"]
    apart = (calls[1], calls[2], calls[0], calls[3], calls[4])
    assert packed_in_order(apart, state) == apart


def test_the_myopic_oracle_keeps_its_plan_to_itself() -> None:
    state = scene({**RACK, "red box": (0.5, 0.1)})
    told, untold = (make_planner(n, goal="(on red_box rack)") for n in ("oracle", "oracle-myopic"))
    first, second = (p.decide(Observation("", state, state)) for p in (told, untold))
    assert isinstance(first, Act) and isinstance(second, Act)
    assert first.call == second.call and first.then and not second.then
    assert untold.name == "oracle-myopic"


@pytest.mark.parametrize(
    ("instruction", "lacks"),
    [
        ("put the red box on the rack", None),
        ("pull the red box closer with the hook", None),
        ("put the green box on the rack", "green box"),
        ("put the red bowl on the rack", "red bowl"),
    ],
)
def test_boxes_are_known_by_their_colour(instruction: str, lacks: str | None) -> None:
    assert missing(instruction, scene({**RACK, **HOOK, "red box": (0.5, 0.1)})) == lacks

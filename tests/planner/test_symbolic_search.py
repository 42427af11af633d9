from __future__ import annotations

import itertools
import time

import numpy as np
import pytest

from planner.symbolic_search import Plan, find_plan, with_empty_hand
from sim.catalog import COLORS
from sim.state import SceneState
from skills.goals import parse_goal
from skills.predicates import atoms
from skills.spec import SkillCall
from skills.symbolic import Facts, Typing, apply, typing_of, unmet
from skills.vocabulary import Atom
from tests.scene_builder import scene

TABLE = {"red block": (0.35, -0.2), "green block": (0.55, -0.05), "blue block": (0.52, 0.1), "red bowl": (0.36, 0.25)}


def plan(goal: str, state: SceneState, **options: object) -> Plan:
    objects = typing_of(state)
    return find_plan(parse_goal(goal, objects), atoms(state), objects, scene=state, **options)  # type: ignore[arg-type]


def carried_out(calls: tuple[SkillCall, ...] | None, facts: Facts, objects: Typing) -> Facts:
    assert calls is not None
    for call in calls:
        assert not unmet(call, facts), call
        facts = apply(call, facts, objects)
    return facts


def reaches(goal: str, state: SceneState, **options: object) -> tuple[str, ...]:
    """The calls of a plan that is known to work."""
    found = plan(goal, state, **options)
    objects = typing_of(state)
    assert found.calls is not None, found.reason
    facts = carried_out(found.calls, atoms(state), objects)
    assert with_empty_hand(parse_goal(goal, objects)).holds(facts)
    return tuple(map(str, found.calls))


def test_nothing_is_done_where_the_goal_holds() -> None:
    assert plan("(on red_block table)", scene(TABLE)).calls == ()


@pytest.mark.parametrize(
    ("goal", "steps"),
    [
        ("(in red_block red_bowl)", 2),
        ("(holding red_block)", 1),
        ("(on red_block green_block)", 2),
        ("(and (on red_block green_block) (on green_block blue_block))", 4),
        ("(forall (?b - block) (in ?b red_bowl))", 6),
        ("(exists (?b - block) (in ?b red_bowl))", 2),
        ("(at red_block top_left_corner)", 2),
        ("(and (at red_block top_side) (at red_block left_side))", 2),
        ("(moved red_block left)", 1),
        ("(left-of red_block green_block)", 2),
        ("(behind red_bowl red_block)", 2),
        ("(between red_block red_bowl blue_block)", 2),
        ("(and (left-of red_block green_block) (on red_block table))", 2),
    ],
)
def test_plans_from_a_bare_table_are_the_shortest(goal: str, steps: int) -> None:
    assert len(reaches(goal, scene(TABLE))) == steps


def test_what_is_in_the_way_is_set_on_the_table() -> None:
    state = scene({"blue block": (0.5, 0.0), "red block": "blue block", "red bowl": (0.4, 0.2)})
    assert reaches("(in blue_block red_bowl)", state) == (
        "pick(red block)",
        "place(red block, on, table)",
        "pick(blue block)",
        "place(blue block, in, red bowl)",
    )


def test_a_tower_is_rebuilt_from_the_bottom() -> None:
    state = scene({"blue block": (0.5, 0.0), "red block": "blue block", "green block": "red block"})
    goal = "(and (on blue_block red_block) (on red_block green_block))"
    assert len(reaches(goal, state)) == 6
    assert reaches(goal, state)[:2] == ("pick(green block)", "place(green block, on, table)")


def test_a_literal_that_must_not_hold_is_undone() -> None:
    state = scene(
        {"red bowl": (0.4, 0.2), "red block": "red bowl", "blue block": (0.5, 0.0), "green block": "blue block"}
    )
    assert reaches("(not (in red_block red_bowl))", state)[0] == "pick(red block)"
    assert len(reaches("(forall (?b - block) (on ?b table))", state)) == 4
    assert reaches("(clear blue_block)", state)[0] == "pick(green block)"


def test_what_must_leave_its_place_is_set_down_at_another_that_has_a_name() -> None:
    state = scene({"red block": (0.5, 0.0), "blue block": (0.5, 0.1)})
    (_, placed) = reaches("(not (near red_block blue_block))", state)
    assert placed.startswith("place(") and ", at, " in placed
    (_, placed) = reaches("(not (at red_block middle))", state)
    assert ", at, " in placed and "middle" not in placed


def test_either_of_two_is_the_cheaper() -> None:
    state = scene({**TABLE, "white block": "red block"})
    assert reaches("(or (in red_block red_bowl) (in green_block red_bowl))", state)[0] == "pick(green block)"


def test_what_is_held_is_used_or_set_down() -> None:
    state = scene(TABLE, holding="red block")
    assert reaches("(in red_block red_bowl)", state) == ("place(red block, in, red bowl)",)
    assert reaches("(in green_block red_bowl)", state)[0] == "place(red block, on, table)"
    assert reaches("(on green_block table)", state) == ("place(red block, on, table)",)


def test_a_row_is_laid_outwards_from_one_that_stays() -> None:
    state = scene(TABLE)
    found = plan("(in-line horizontal block)", state)
    assert found.calls is not None
    placed = [c for c in found.calls if c.skill == "place"]
    moved = {c.arguments[0] for c in placed}
    (anchor,) = {"red block", "green block", "blue block"} - moved
    assert len(found.calls) == 4
    for k, call in enumerate(placed):
        assert call.arguments[1] in ("left-of", "right-of")
        assert call.arguments[2] in {anchor, *(c.arguments[0] for c in placed[:k])}
    vertical = plan("(in-line vertical block)", state)
    assert vertical.calls is not None
    assert {c.arguments[1] for c in vertical.calls if c.skill == "place"} <= {"behind", "in-front-of"}
    assert plan("(in-line any block)", state).calls is not None


def test_a_row_goes_on_from_those_that_stand_in_it() -> None:
    state = scene({"red block": (0.5, -0.1), "green block": (0.505, 0.0), "blue block": (0.4, 0.15)})
    found = plan("(in-line horizontal block)", state)
    assert found.calls is not None
    assert [c.arguments[0] for c in found.calls] == ["blue block", "blue block"]


@pytest.mark.parametrize(
    ("goal", "reason"),
    [
        ("(turned red_block left)", "no skill can bring about (turned red_block left)"),
        ("(and (in red_block red_bowl) (same-color green_block red_bowl))", "same-color green_block red_bowl"),
        ("(in-line diagonal block)", "in-line diagonal"),
        ("(and (on red_block green_block) (on green_block red_block))", "no sequence of skills"),
        ("(and (on red_block blue_block) (on green_block blue_block))", "no sequence of skills"),
        ("(in red_bowl red_bowl)", "no skill can bring about"),
    ],
)
def test_what_cannot_be_reached_is_said_with_its_reason(goal: str, reason: str) -> None:
    found = plan(goal, scene(TABLE))
    assert found.calls is None
    assert reason in found.reason


def test_costs_decide_between_ways() -> None:
    state = scene(TABLE)
    goal = "(near red_block blue_block)"
    assert reaches(goal, state) == ("push(red block, toward, blue block)",)
    carried = reaches(goal, state, cost=lambda call: 3.0 if call.skill == "push" else 1.0)
    assert carried[0].startswith("pick(")


def test_where_setting_down_failed_a_region_is_tried() -> None:
    state = scene({"blue block": (0.5, 0.0), "red block": "blue block"})
    calls = reaches("(clear blue_block)", state, cost=lambda call: 1.0 + 5.0 * (call.arguments[-1] == "table"))
    assert ", at, " in calls[1]


def test_an_obstacle_is_taken_away_first() -> None:
    state = scene(TABLE)
    blocked = SkillCall.parse("place(red block, in, red bowl)")
    calls = reaches("(in red_block red_bowl)", state, obstacles={blocked: frozenset({"green block"})})
    assert calls.index("pick(green block)") < calls.index(str(blocked))


def towers(rng: np.random.Generator, names: list[str]) -> list[list[str]]:
    left, found = [str(n) for n in rng.permutation(names)], []
    while left:
        size = int(rng.integers(1, len(left) + 1))
        found.append(left[:size])
        left = left[size:]
    return found


@pytest.mark.parametrize("seed", range(12))
def test_ten_blocks_take_well_under_a_second(seed: int) -> None:
    rng = np.random.default_rng(seed)
    names = [f"{color} block" for color in list(COLORS)[:10]]
    places: dict[str, tuple[float, float] | str] = {}
    for k, tower in enumerate(towers(rng, names)):
        for below, name in zip([None, *tower], tower, strict=False):
            places[name] = below if below is not None else (0.3 + 0.08 * (k % 5), -0.3 + 0.1 * (k // 5))
    state = scene(places)
    wanted = [(a, b) for t in towers(rng, names) for b, a in itertools.pairwise(t)]
    goal = f"(and (hand-empty) {' '.join(str(Atom('on', pair)) for pair in wanted)})"
    begun = time.process_time()
    reaches(goal, state)
    assert time.process_time() - begun < 1.0


def test_nothing_is_buried_that_has_yet_to_be_taken_out() -> None:
    state = scene(
        {"red bowl": (0.4, 0.2), "blue bowl": (0.4, -0.2), "red block": "red bowl", "blue block": "blue bowl"}
    )
    calls = reaches("(and (in red_block blue_bowl) (in blue_block red_bowl))", state)
    assert ", on, table)" in calls[1]
    box = scene({"red box": (0.4, 0.2), "blue box": (0.4, -0.2), "red block": "red box", "blue block": "blue box"})
    assert len(reaches("(and (in red_block blue_box) (in blue_block red_box))", box)) == 4


def test_a_row_grows_where_there_is_room() -> None:
    state = scene({"red block": (0.47, -0.3), "green block": (0.65, 0.1), "blue block": (0.36, 0.3)})
    calls = reaches("(and (left-of red_block green_block) (right-of blue_block green_block))", state)
    assert {c for c in calls if c.startswith("pick")} == {"pick(red block)", "pick(blue block)"}

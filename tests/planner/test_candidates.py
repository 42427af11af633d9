from __future__ import annotations

import itertools

import numpy as np
import pytest

from planner.candidates import Calls, CandidatePlans
from planner.symbolic_search import with_empty_hand
from sim.state import SceneState
from skills.goals import Formula, parse_goal
from skills.predicates import atoms
from skills.spec import SkillCall
from skills.symbolic import apply, ground, typing_of, unmet
from tests.scene_builder import scene

COLORS = ("red", "green", "blue", "yellow")
STATE = scene(
    {
        **{f"{color} block": (0.35 + 0.08 * k, 0.1) for k, color in enumerate(COLORS)},
        "white bowl": (0.4, -0.2),
        "gray bowl": (0.6, -0.2),
    }
)
ANY_TWO = (
    "(exists (?a - block ?b - block) (and (not (= ?a ?b))"
    " (exists (?c - bowl) (in ?a ?c)) (exists (?c - bowl) (in ?b ?c))))"
)


def candidates(text: str, state: SceneState = STATE) -> tuple[CandidatePlans, Formula]:
    goal = parse_goal(text, typing_of(state))
    return CandidatePlans(goal, atoms(state), typing_of(state)), with_empty_hand(goal)


def reaches(plan: Calls, goal: Formula, state: SceneState = STATE) -> bool:
    facts, objects = atoms(state), typing_of(state)
    for call in plan:
        assert not goal.holds(facts), "the goal was reached before the end"
        assert not unmet(call, facts)
        facts = apply(call, facts, objects)
    return goal.holds(facts)


def test_every_binding_and_every_order_is_a_plan() -> None:
    found, goal = candidates(ANY_TWO)
    assert [found.count(n) for n in range(5)] == [0, 0, 0, 0, 4 * 3 * 2 * 2]
    plans = [found.plan(4, k) for k in range(found.count(4))]
    assert len(set(plans)) == len(plans)
    assert all(reaches(p, goal) for p in plans)


def test_plans_of_one_length_come_in_the_order_of_their_calls() -> None:
    found, _ = candidates(ANY_TWO)
    place = {call: k for k, call in enumerate(ground(typing_of(STATE)))}
    plans = [[place[c] for c in found.plan(4, k)] for k in range(found.count(4))]
    assert plans == sorted(plans)


def test_longer_plans_put_others_aside_first() -> None:
    found, goal = candidates("(exists (?c - bowl) (in red_block ?c))")
    assert [found.count(n) for n in (2, 3, 4, 6)] == [2, 0, 3 * 2, 3 * 2 * 2]
    for plan in (found.plan(6, k) for k in range(found.count(6))):
        assert reaches(plan, goal)
        moved = [c.arguments[0] for c in plan if c.skill == "pick"]
        assert moved[-1] == "red block" and len(set(moved)) == 3
        assert all(c.arguments[1:] == ("on", "table") for c in plan[1:-1:2])


def test_what_stacks_is_taken_down_from_the_top() -> None:
    stacked = scene({"white plate": (0.5, 0.0), "red block": "white plate", "blue block": "red block"})
    found, goal = candidates("(forall (?a - movable) (not (on ?a white_plate)))", stacked)
    plans = found.first(9, np.random.default_rng(0))
    assert plans and all(reaches(p, goal, stacked) for p in plans)
    assert all(p[0] == SkillCall("pick", ("blue block",)) for p in plans)


def test_the_first_are_the_shortest_and_the_rest_are_drawn() -> None:
    found, _ = candidates("(exists (?c - bowl) (in red_block ?c))")
    plans = found.first(6, np.random.default_rng(1))
    assert [len(p) for p in plans] == [2, 2, 4, 4, 4, 4] and len(set(plans)) == 6
    longer = [found.plan(4, k) for k in range(found.count(4))]
    assert [longer.index(p) for p in plans[2:]] == sorted(longer.index(p) for p in plans[2:])
    assert plans == found.first(6, np.random.default_rng(1))
    drawn = {found.first(6, np.random.default_rng(seed))[-1] for seed in range(8)}
    assert len(drawn) > 1
    assert len(found.first(100, np.random.default_rng(0), longest=4)) == 8


def test_draws_are_even() -> None:
    found, _ = candidates(ANY_TWO)
    rng = np.random.default_rng(0)
    firsts = [p[0].arguments[0] for p in itertools.chain(*(found.first(12, rng) for _ in range(60)))]
    shares = [firsts.count(f"{color} block") / len(firsts) for color in COLORS]
    assert min(shares) > 0.2 and max(shares) < 0.3


def test_there_is_no_plan_beyond_the_last() -> None:
    found, _ = candidates(ANY_TWO)
    with pytest.raises(ValueError, match="no plan 48 of 4 calls; there are 48"):
        found.plan(4, 48)


def test_what_cannot_be_has_no_plans() -> None:
    found, _ = candidates("(in white_bowl gray_bowl)")
    assert found.first(24, np.random.default_rng(0)) == []

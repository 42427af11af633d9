"""Hard tasks, attempts at them from one saved state, and LLM3's random sampler, in the simulator."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from envs.attempts import Attempts, Goal
from envs.hard_tasks import KINDS, build_hard
from envs.random_packing import RandomPacking, Sampled
from planner.candidates import CandidatePlans
from sim.state import Pose
from sim.world import Placement, World
from skills.goals import parse_goal
from skills.outcome import FailureReason
from skills.predicates import atoms
from skills.spec import SkillCall
from skills.symbolic import typing_of


@pytest.fixture(scope="module")
def worlds() -> Iterator[dict[str, World]]:
    made = {family: World("panda", family) for family in {kind.family for kind in KINDS.values()}}
    yield made
    for world in made.values():
        world.close()


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_has_scenes_with_many_plans(name: str, worlds: dict[str, World]) -> None:
    world = worlds[KINDS[name].family]
    state, goal = build_hard(world, name, 1)
    facts = atoms(state)
    assert not goal(state) and goal.start is state
    plans = CandidatePlans(goal.formula, facts, typing_of(state)).first(24, np.random.default_rng(0))
    assert 20 <= len(plans) <= 24 and max(map(len, plans)) <= 8
    again, _ = build_hard(world, name, 1)
    assert again == state
    assert build_hard(world, name, 2)[0] != state


def place(name: str, x: float, y: float, z: float = 0.02, size: tuple[float, float, float] | None = None) -> Placement:
    return Placement(name, Pose((x, y, z)), size)


def test_plans_share_what_they_have_in_common(worlds: dict[str, World]) -> None:
    world = worlds["tabletop"]
    state = world.reset(
        [
            place("red block", 0.45, 0.1),
            place("blue block", 0.45, -0.1),
            place("green block", 0.95, 0.5),
            place("white bowl", 0.6, 0.25, 0.0225),
            place("gray bowl", 0.6, -0.25, 0.0225),
        ]
    )
    goal = Goal(parse_goal("(and (in red_block white_bowl) (in blue_block gray_bowl))", typing_of(state)), state)
    attempts = Attempts(world, goal, "test")

    def move(name: str, bowl: str) -> tuple[SkillCall, SkillCall]:
        return SkillCall("pick", (f"{name} block",)), SkillCall("place", (f"{name} block", "in", f"{bowl} bowl"))

    good = (*move("red", "white"), *move("blue", "gray"))
    steps, reached = attempts(good)
    assert reached and [s.call for s in steps] == list(good) and attempts.executed == 4
    # The other hand's turn: what was in the hand half-way is in it again.
    steps, reached = attempts((*move("red", "gray"), *move("blue", "white")))
    assert not reached and len(steps) == 4 and all(s.outcome.succeeded for s in steps)
    assert attempts.executed == 7
    steps, reached = attempts((*move("red", "white"), *move("green", "gray")))
    assert not reached and len(steps) == 3 and steps[-1].outcome.reason is FailureReason.UNREACHABLE
    assert attempts.executed == 8
    assert attempts(good)[1] and attempts.executed == 8


def boxes(world: World, *sizes: tuple[float, float, float]) -> Goal:
    colors = ("red", "blue", "green", "brown")
    state = world.reset(
        [
            place("basket", 0.65, 0.0, 0.02, size=(0.22, 0.21, 0.04)),
            *(
                place(f"{color} box", 0.42, -0.3 + 0.2 * k, size[2] / 2.0, size=size)
                for k, (color, size) in enumerate(zip(colors, sizes, strict=False))
            ),
        ]
    )
    return Goal(parse_goal("(forall (?b - box) (in ?b basket))", typing_of(state)), state)


@pytest.mark.parametrize("inside", [False, True])
def test_the_sampler_packs(inside: bool, worlds: dict[str, World]) -> None:
    world = worlds["reach"]
    found = []
    for seed in range(2):
        goal = boxes(world, (0.05, 0.05, 0.07), (0.035, 0.07, 0.07))
        found.append(RandomPacking(world, goal, "basket", np.random.default_rng(seed), inside=inside).run())
        assert found[-1].solved and goal(world.state())
    goal = boxes(world, (0.05, 0.05, 0.07), (0.035, 0.07, 0.07))
    assert RandomPacking(world, goal, "basket", np.random.default_rng(1), inside=inside).run() == found[1]


def test_the_sampler_gives_up(worlds: dict[str, World]) -> None:
    goal = boxes(worlds["reach"], (0.12, 0.05, 0.07), (0.12, 0.05, 0.07), (0.12, 0.05, 0.07), (0.12, 0.05, 0.07))
    sampler = RandomPacking(worlds["reach"], goal, "basket", np.random.default_rng(0))
    assert sampler.run(most=700) == Sampled(700, False)

"""The desk's scenes, CALVIN's tasks, and chains of them."""

from __future__ import annotations

import re
import warnings
from collections import Counter

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from envs import desk_scenes
from envs.chain import run_asked
from envs.desk_scenes import TABLE_AREA
from envs.objects import ObjectSpec
from envs.record import Episode, without_times
from envs.report import summarize
from envs.scenes import build, drawn_task
from envs.seeding import EVALUATION
from envs.skill_env import SkillEnv
from envs.suites import find_suite, find_task
from envs.suites.calvin_chains import COLORS, LENGTH, Situation, category, draw, starts, ways
from envs.task import SceneSpec, Task
from envs.taskfile import parse_suite
from envs.video import replays
from planner.oracle import Oracle
from sim.world import World
from skills.predicates import atoms
from skills.protocol import Finish, Observation, Planner
from skills.vocabulary import Atom

BLOCKS = tuple(ObjectSpec(f"{c} block") for c in COLORS)


@pytest.fixture(scope="module")
def world():
    with World(family="desk") as world:
        yield world


def oracle(task: Task, seed: int) -> Planner:
    return Oracle(task.goal, task.never)


def test_there_are_calvins_34_tasks_and_their_ids_are_its_names() -> None:
    tasks = find_suite("calvin").tasks
    assert len(tasks) == 34
    assert Counter(category(t.id) for t in tasks) == dict(enumerate((12, 2, 2, 3, 3, 3, 2, 4, 1, 1, 1)))
    assert all(t.scene.family == "desk" and len(t.instructions) >= 2 for t in tasks)


@pytest.mark.parametrize(
    "facts",
    [
        ("(in red_block slider)",),
        ("(in red_block slider)", "(in-half red_block right)", "(slid slider right)"),
        ("(in red_block drawer)", "(closed drawer)"),
        ("(on red_block blue_block)", "(open drawer)", "(lit led)", "(not (lit lightbulb))"),
        ("(holding pink_block)", "(slid slider left)"),
    ],
)
def test_scenes_are_as_their_facts_say(world: World, facts: tuple[str, ...]) -> None:
    task = Task("free", ("do as you like",), SceneSpec(BLOCKS, family="desk", facts=facts))
    for seed in range(4):
        known = atoms(build(world, task, seed, EVALUATION))
        assert set(task.scene.atoms) <= known and not set(task.scene.absent) & known


def test_what_is_left_open_is_drawn(world: World) -> None:
    task = Task("free", ("do as you like",), SceneSpec(BLOCKS, family="desk"))
    seen: Counter[str] = Counter()
    for seed in range(12):
        state = build(world, task, seed, EVALUATION)
        seen.update(str(a) for a in atoms(state) if a.predicate in ("open", "closed", "slid", "lit"))
        seen.update("table" if (b.name, "table") in state.supports else "slider" for b in state.objects[-3:])
        for name, (low, high) in ((b.name, TABLE_AREA[1]) for b in state.objects[-3:]):
            assert low - 0.06 <= state[name].position[1] <= high + 0.06 or (name, "slider") in state.supports
    assert len(seen) == 8, seen


def test_what_lies_in_the_cupboard_by_the_facts_can_be_got_at(world: World) -> None:
    task = find_task("calvin/lift-pink-block-slider")
    for seed in range(5):
        assert Atom("reachable", ("pink block",)) in atoms(build(world, task, seed, EVALUATION))


def test_no_room_is_said(world: World) -> None:
    many = tuple(ObjectSpec(f"{c} block") for c in ("red", "green", "blue", "yellow", "pink", "cyan", "white", "black"))
    crowd = tuple(f"(in {o.name.replace(' ', '_')} drawer)" for o in many)
    with pytest.raises(ValueError, match="no room for 8 blocks at the desk"):
        desk_scenes.sample(Task("x", ("x",), SceneSpec(many, family="desk", facts=crowd)), np.random.default_rng(0))


def test_chains_begin_in_calvins_192_states() -> None:
    listed = list(starts())
    assert len(set(listed)) == len(listed) == 192
    assert Counter(s.places.count("table") for s in listed) == {1: 96, 2: 96}


def test_rules_of_a_chain() -> None:
    s = Situation(("table", "left", "right"), door="right", drawer=False, led=True, bulb=False)
    assert [len(ways(s, f"lift-{c}-block-slider")) for c in COLORS] == [0, 1, 0]
    assert not ways(s, "place-in-slider") and not ways(s, "turn-on-led") and not ways(s, "push-into-drawer")
    held = ways(s, "lift-blue-block-slider")[0].after
    assert held.at("hand") == ["blue"] and not ways(held, "open-drawer")
    (placed,) = ways(held, "place-in-slider")
    assert placed.after == s and dict(placed.colors) == {"red": "blue"}
    stacked = ways(held, "stack-block")[0].after
    assert stacked.places == ("below", "above", "right") and not ways(stacked, "push-red-block-left")
    assert ways(stacked, "unstack-block")[0].after.places == ("table", "table", "right")
    opened = ways(s, "open-drawer")[0].after
    assert ways(opened, "push-into-drawer")[0].after.places == ("drawer", "left", "right")


def test_drawn_chains_follow_the_rules_and_name_the_blocks_that_are_meant() -> None:
    for seed in range(60):
        chain = draw(np.random.default_rng(seed)).chain
        assert len(chain) == LENGTH == len({category(link.id) for link in chain})
        for link in chain:
            assert link.goal is not None
            named = set(re.findall("|".join(COLORS), link.goal))
            assert named <= set(COLORS) and (not named or named & set(re.findall("|".join(COLORS), str(link))))
    task = find_task("calvin-chains/five")
    assert drawn_task(task, 3, EVALUATION).chain == drawn_task(task, 3, EVALUATION).chain
    assert drawn_task(task, 3, EVALUATION).chain != drawn_task(task, 4, EVALUATION).chain


@pytest.mark.slow
def test_the_oracle_does_whole_chains_and_they_replay(world: World) -> None:
    task = find_task("calvin-chains/five")
    episodes = [run_asked(task, seed, oracle, world) for seed in range(3)]
    assert [e.success for e in episodes] == [True] * 3, episodes
    assert all(len(e.chain) == len(e.goal) == LENGTH and e.plan_success for e in episodes)
    again = run_asked(task, 0, oracle, world)
    assert without_times(again.to_dict()) == without_times(episodes[0].to_dict())
    assert Episode.from_dict(again.to_dict()) == again
    repeated = run_asked(task, 0, replays(again), world)
    assert [link["calls"] for link in repeated.chain] == [link["calls"] for link in again.chain]
    assert [s.message for s in repeated.steps] == [s.message for s in again.steps] and repeated.success
    chains = summarize(episodes)["chains"]
    assert chains["mean_length"] == 5.0 and [p["rate"] for p in chains["by_position"]] == [1.0] * 5


class GivesUp:
    """Does what is asked first, and nothing after it."""

    name = "gives-up"

    def reset(self, instruction: str) -> None:
        """Nothing to forget."""

    def decide(self, observation: Observation) -> Finish:
        """Claims to be done."""
        return Finish("done, of course")


def test_the_first_failure_ends_a_chain(world: World) -> None:
    task = find_task("calvin-chains/five")
    first = drawn_task(task, 1, EVALUATION).chain[0].id
    episode = run_asked(task, 1, lambda t, seed: oracle(t, seed) if t.id == first else GivesUp(), world)
    assert episode.success is False and episode.error is None
    assert [link["success"] for link in episode.chain] == [True, False]
    assert list(episode.goal.values()) == [True, False, False, False, False]
    report = summarize([episode])
    assert report["chains"]["mean_length"] == 1.0
    assert [p["successes"] for p in report["chains"]["by_position"]] == [1, 0, 0, 0, 0]
    assert "chains" not in summarize([run_asked(find_task("calvin/open-drawer"), 0, oracle, world)])


CHAIN = """suite: own
tasks:
  - id: open-it
    instruction: open the drawer
    scene: {family: desk, objects: [red block]}
    goal: (open drawer)
  - id: put-in
    instruction: put the red block in the drawer
    scene: {family: desk, objects: [red block]}
    goal: (in red_block drawer)
  - id: both
    instruction: the one, then the other
    scene: {family: desk, objects: [red block], facts: ["(closed drawer)"]}
    chain: [open-it, put-in]
"""


def test_a_task_file_can_ask_for_a_chain(world: World) -> None:
    episode = run_asked(parse_suite(CHAIN).task("both"), 0, oracle, world)
    assert episode.success and episode.goal == {"1. open-it": True, "2. put-in": True}
    with pytest.raises(ValueError, match="14: no task 'put-it-in' stands before this one; nearest: 'put-in'"):
        parse_suite(CHAIN.replace("[open-it, put-in]", "[open-it, put-it-in]"))
    with pytest.raises(ValueError, match="a chain has no goal of its own"):
        parse_suite(CHAIN + "    goal: (open drawer)\n")


@pytest.mark.parametrize("name", ["envs:forethought/Desk-v0", "envs:forethought/DeskControl-v0"])
def test_the_environments_pass_gymnasiums_check(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        env = gymnasium.make(name)
        check_env(env.unwrapped)
        env.close()


def test_the_environment_judges_the_drawer() -> None:
    env = gymnasium.make("envs:forethought/Desk-v0")
    env.reset(seed=1)
    _, reward, terminated, _, info = env.step("open(drawer)")
    assert (reward, terminated) == (1.0, True) and info["goal"]["(open drawer)"]
    env.close()
    with pytest.raises(ValueError, match="asks several things"):
        SkillEnv("calvin-chains/five")

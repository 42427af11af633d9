from dataclasses import replace

import pytest

from envs.scenes import build
from envs.seeding import EVALUATION
from envs.success import judge, plan_reaches_goal
from envs.task import ObjectSpec, SceneSpec, Suite, Task
from sim.state import Pose, SceneState
from sim.world import Placement, World
from skills.spec import SkillCall


def at(name: str, x: float, y: float, z: float = 0.02) -> Placement:
    return Placement(name, Pose((x, y, z)))


SCENE = SceneSpec(tuple(map(ObjectSpec, ("red block", "green block", "blue bowl"))))
TASK = Task(
    "t",
    ("put the red block in the bowl",),
    SCENE,
    goal="(and (in red_block blue_bowl) (not (in green_block blue_bowl)))",
)
BOWL = at("blue bowl", 0.5, 0.1, 0.0225)


@pytest.fixture
def scenes(world: World) -> tuple[SceneState, SceneState]:
    before = world.reset([at("red block", 0.4, -0.2), at("green block", 0.6, -0.2), BOWL])
    after = world.reset([at("red block", 0.5, 0.1, 0.03), at("green block", 0.6, -0.2), BOWL])
    return before, after


def test_every_condition_is_named_and_logged(scenes: tuple[SceneState, SceneState]) -> None:
    before, after = scenes
    assert judge(TASK, before, before) == {"(in red_block blue_bowl)": False, "(not (in green_block blue_bowl))": True}
    assert all(judge(TASK, before, after).values())


def test_what_nobody_handled_must_stay(world: World, scenes: tuple[SceneState, SceneState]) -> None:
    before, _ = scenes
    short = replace(TASK, goal="(in red_block blue_bowl)")
    after = world.reset([at("red block", 0.5, 0.1, 0.03), at("green block", 0.6, -0.3), BOWL])
    assert judge(short, before, after) == {"(in red_block blue_bowl)": True, "(kept green_block)": False}
    assert judge(short, before, after, handled={"green block"}) == {"(in red_block blue_bowl)": True}
    kept = replace(short, keep=("(on green_block table)", "(at green_block right_side)"))
    assert judge(kept, before, after, handled={"green block"}) == {
        "(in red_block blue_bowl)": True,
        "(on green_block table)": True,
        "(at green_block right_side)": True,
    }


def test_a_task_that_cannot_be_done_is_refused_with_nothing_moved(scenes: tuple[SceneState, SceneState]) -> None:
    before, after = scenes
    hopeless = Task("h", ("put it in the drawer",), SCENE, feasible=False)
    assert judge(hopeless, before, before, refused=True) == {"(refused)": True, "(nothing-moved)": True}
    assert not all(judge(hopeless, before, before, refused=False).values())
    assert judge(hopeless, before, after, refused=True) == {"(refused)": True, "(nothing-moved)": False}
    assert plan_reaches_goal(hopeless, before, [], refused=True)
    assert not plan_reaches_goal(hopeless, before, [SkillCall("pick", ("red block",))], refused=True)


def test_a_plan_is_judged_by_its_symbolic_effects(world: World, basics: Suite) -> None:
    task = basics.task("block-in-bowl")
    start = build(world, task, 0, EVALUATION)
    good = [SkillCall.parse(c) for c in ("pick(red block)", "place(red block, in, blue bowl)")]
    assert plan_reaches_goal(task, start, good, refused=False)
    assert not plan_reaches_goal(task, start, good[:1], refused=False)
    nonsense = SkillCall("pick", ("unicorn",))
    assert plan_reaches_goal(task, start, [nonsense, *good], refused=False)
    free = Task("free", ("do something",), task.scene)
    assert plan_reaches_goal(free, start, good, refused=False) is None
    assert judge(free, start, start) == {}

"""How fast the simulator is, and where the time goes: everything in processor seconds of one core."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from sim.world import Placement, World

OBJECTS = ("red block", "green block", "blue block", "yellow block", "red bowl", "white plate")
"""The scene that is measured."""


def rate(work: Callable[[int], object], seconds: float) -> float:
    """Runs `work(0)`, `work(1)`, ... for so many processor seconds; how often a second it ran."""
    begun, count = time.process_time(), 0
    while time.process_time() - begun < seconds:
        work(count)
        count += 1
    return count / (time.process_time() - begun)


def drawn_scenes(count: int, seed: int) -> list[list[Placement]]:
    """Scenes of the six objects."""
    from envs.tabletop_scenes import place_all
    from envs.task import ObjectSpec

    rng = np.random.default_rng(seed)
    return [place_all([ObjectSpec(name) for name in OBJECTS], (), rng) for _ in range(count)]


def measure_sim(seconds: float, seed: int) -> dict[str, float]:
    """Rates of a scene of six objects; all but the scenes' drawing is in them."""
    from sim.command import CONTROL_SECONDS, SUBSTEPS, Command
    from sim.world import World

    scenes = drawn_scenes(20, seed)
    with World() as world:
        world.reset(scenes[0])
        resets = rate(lambda k: world.reset(scenes[k % len(scenes)]), seconds)
        snapshot = world.save()
        restores = rate(lambda k: world.restore(snapshot), seconds)
        home = world.joints()

        def sway(k: int) -> None:
            # The arm moves all the while: a scene at rest would be cheaper to step.
            offset = 0.2 * np.sin(k * CONTROL_SECONDS * 2.0)
            world.step(Command(joints=(home[0] + offset, *home[1:])))

        control = rate(sway, seconds)
        pairs, used = pick_and_place(world, scenes, seconds, np.random.default_rng(seed))
    return {
        "steps_per_second": control * SUBSTEPS,
        "resets_per_second": resets,
        "restores_per_second": restores,
        "control_steps_per_second": control,
        "environment_steps_per_second": environment_steps(seconds, seed),
        "skills_per_cpu_second": 2 * pairs / used,
        "pick_place_cpu_seconds": used / pairs,
    }


def environment_steps(seconds: float, seed: int) -> float:
    """Steps a second of `TabletopControl-v0` (20 Hz) under random actions, its resets included."""
    import gymnasium

    env = gymnasium.make("envs:forethought/TabletopControl-v0")
    env.action_space.seed(seed)
    env.reset(seed=seed)

    def step(k: int) -> None:
        _, _, terminated, truncated, _ = env.step(env.action_space.sample())
        if terminated or truncated:
            env.reset()

    try:
        return rate(step, seconds)
    finally:
        env.close()


def pick_and_place(
    world: World,
    scenes: list[list[Placement]],
    seconds: float,
    rng: np.random.Generator,
    spent: dict[str, float] | None = None,
) -> tuple[int, float]:
    """How many picks, each with a place in the bowl, were run, and the processor seconds they took, resets aside.

    Args:
        world: to run them in.
        scenes: one after another.
        seconds: processor time to use at least.
        rng: the skills' dice.
        spent: clocks by part, which stand still during a reset.
    """
    from skills.execution import execute
    from skills.spec import SkillCall

    pairs, used = 0, 0.0
    while used < seconds:
        before = dict(spent or {})
        world.reset(scenes[pairs % len(scenes)])
        if spent is not None:
            spent.update(before)
        name = OBJECTS[pairs % 4]
        begun = time.process_time()
        for call in (SkillCall("pick", (name,)), SkillCall("place", (name, "in", "red bowl"))):
            execute(world, call, rng)
        used += time.process_time() - begun
        pairs += 1
    return pairs, used


def measure_parts(seconds: float, seed: int) -> dict[str, float]:
    """Processor seconds of a pick and place by part: physics, kinematics, collision queries, snapshots, the rest."""
    from sim.world import World

    names = ("physics", "kinematics", "collision_queries", "snapshots")
    spent: dict[str, float] = dict.fromkeys(names, 0.0)
    # A snapshot computes the tool's pose, and a step follows the lights: the innermost clock counts.
    with (
        World() as world,
        _timed(world, "step", spent, "physics"),
        _timed(world, "clearance", spent, "collision_queries"),
        _timed(world, "state", spent, "snapshots"),
        _timed(world.kinematics, "solve", spent, "kinematics"),
    ):
        pairs, used = pick_and_place(world, drawn_scenes(20, seed), seconds, np.random.default_rng(seed), spent)
    parts = {name: value / pairs for name, value in spent.items()}
    return {**parts, "python": used / pairs - sum(parts.values()), "total": used / pairs}


@contextmanager
def _timed(owner: object, method: str, spent: dict[str, float], part: str) -> Iterator[None]:
    """Adds the processor seconds of a method, calls of other timed methods aside, to a part."""
    original = getattr(owner, method)

    def clocked(*args: Any, **keywords: Any) -> Any:
        inner = sum(spent.values())
        begun = time.process_time()
        try:
            return original(*args, **keywords)
        finally:
            spent[part] += time.process_time() - begun - (sum(spent.values()) - inner)

    setattr(owner, method, clocked)
    try:
        yield
    finally:
        delattr(owner, method)

"""Chains: tasks asked one after another in one scene, each judged against the state that it began with.

As in CALVIN's evaluation (Mees et al., 2022): nothing is reset in between, the next task is asked when the last has
succeeded, and the first failure ends the chain.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from envs.disturbances import Disturbance
from envs.episode import run_episode
from envs.events import Event
from envs.record import Episode
from envs.scenes import build, drawn_task
from envs.seeding import EVALUATION
from envs.seeing import close_eyes
from envs.task import Task
from sim.world import World
from skills.protocol import Planner

PlannerFactory = Callable[[Task, int], Planner]
"""Makes the planner of a task from the task and the seed."""


def run_asked(
    task: Task,
    seed: int,
    factory: PlannerFactory,
    world: World,
    *,
    model: str = "",
    split: str = EVALUATION,
    disturb: Sequence[Disturbance] = (),
    states: str = "simulator",
    on_event: Callable[[Event], None] | None = None,
    on_step: Callable[[World], None] | None = None,
) -> Episode:
    """Runs whatever is asked: one task, or a chain of them.

    Args:
        task: what is asked; where the seed decides what that is, it is drawn.
        seed: of all dice.
        factory: makes a planner, for each task of a chain anew.
        world: is reset once.
        model: see `envs.episode.run_episode`; likewise those that follow.
        split: see `model`.
        disturb: see `model`.
        states: see `model`.
        on_event: see `model`; told of each task of a chain as of an episode.
        on_step: see `model`.

    Raises:
        ValueError: the scene cannot be built, or not be seen.
    """
    task = drawn_task(task, seed, split)
    begun = time.perf_counter()
    links: list[Episode] = []
    if task.chain:
        close_eyes(world)
        build(world, task, seed, split)
    for asked in task.chain or (task,):
        link = run_episode(
            replace(asked, suite=task.suite),
            seed,
            factory(asked, seed),
            world,
            model=model,
            split=split,
            disturb=disturb,
            states=states,
            goes_on=bool(task.chain),
            on_event=on_event,
            on_step=on_step,
        )
        if not task.chain:
            return link
        links.append(link)
        if not link.success:
            break
    return _joined(task, links, time.perf_counter() - begun)


def _joined(task: Task, links: Sequence[Episode], seconds: float) -> Episode:
    """One record of a whole chain."""
    last = links[-1]
    reached = {f"{k + 1}. {asked.id}": k < len(links) and bool(links[k].success) for k, asked in enumerate(task.chain)}
    whole = len(links) == len(task.chain)
    return replace(
        last,
        task=task.id,
        instruction="; ".join(e.instruction for e in links),
        success=None if last.error else all(reached.values()),
        plan_success=None if last.error else whole and all(bool(e.plan_success) for e in links),
        goal={} if last.error else reached,
        steps=tuple(s for e in links for s in e.steps),
        questions=tuple(q for e in links for q in e.questions),
        tokens={kind: sum(e.tokens[kind] for e in links) for kind in last.tokens},
        seconds=seconds,
        chain=tuple(map(_asked, links)),
    )


def _asked(link: Episode) -> dict[str, str | bool | int]:
    """What a chain's record says of one of its tasks."""
    return {
        "task": link.task,
        "instruction": link.instruction,
        "success": bool(link.success),
        "ended_by": link.ended_by,
        "calls": len(link.steps),
    }

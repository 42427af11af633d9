"""Makes the planner of an episode from its task; picklable, so that workers can."""

from __future__ import annotations

from dataclasses import dataclass

from envs.task import Task
from planner.registry import make_planner
from skills.protocol import Planner


@dataclass(frozen=True)
class PlannerFactory:
    """A planner by name and model, for any task."""

    name: str
    """A key of `planner.registry.planners()`."""
    model: str = "embedded"
    """Language model, for those that use one."""

    def __call__(self, task: Task, seed: int) -> Planner:
        """The planner of one episode. Only the oracle looks at the goal."""
        return make_planner(self.name, model=self.model, goal=full_goal(task), never=task.never, seed=seed)


def full_goal(task: Task) -> str | None:
    """The goal and what has to be kept, as one formula; None where no goal is known or the task cannot be done."""
    if task.goal is None or not task.feasible:
        return None
    return f"(and {' '.join([task.goal, *task.keep])})"

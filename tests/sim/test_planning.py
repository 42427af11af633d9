import itertools

import numpy as np
import pytest

from sim.planning import plan_path
from sim.state import Pose
from sim.world import Placement, World
from skills.motion import tool_down


@pytest.mark.slow
def test_the_path_goes_round_a_tower_and_is_found_again() -> None:
    tower = [Placement(f"{c} block", Pose((0.5, 0.0, 0.02 + 0.04 * k))) for k, c in enumerate(("red", "green", "blue"))]
    with World() as world:
        world.reset(tower)
        start, goal = (
            world.kinematics.solve(tool_down(0.5, y, 0.06, 0.0), world.spec.home).joints for y in (0.2, -0.2)
        )

        def free(joints: tuple[float, ...]) -> bool:
            return world.clearance(joints, within=0.01) > 0.002

        straight = [tuple(np.array(start) + (np.array(goal) - np.array(start)) * k / 20) for k in range(21)]
        assert not all(free(q) for q in straight), "the straight move should meet the tower"
        path = plan_path(start, goal, world.kinematics, free)  # type: ignore[arg-type]
        assert path is not None and path[0] == pytest.approx(start) and path[-1] == pytest.approx(goal)
        for a, b in itertools.pairwise(path):
            steps = [tuple(np.array(a) + (np.array(b) - np.array(a)) * k / 30) for k in range(31)]
            assert all(world.clearance(q, within=0.01) > 0.0 for q in steps)
        assert plan_path(start, goal, world.kinematics, free) == path  # type: ignore[arg-type]


def test_no_path_is_none_after_a_bounded_search() -> None:
    with World() as world:
        home = world.spec.home
        goal = (*home[:-1], home[-1] + 0.5)
        assert plan_path(home, goal, world.kinematics, lambda q: q[-1] < home[-1] + 0.1) is None

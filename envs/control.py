"""`forethought/TabletopControl-v0`: the hand is moved directly, 20 times a second."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces

from envs.disturbances import Disturbance, Disturber, parse_disturbances
from envs.observations import bounded, numbers, state_spaces
from envs.rendering import RENDER_MODES, View, check_mode, has_display
from envs.scenes import build, draw_instruction
from envs.seeding import TRAIN, stream
from envs.seeing import check_states, close_eyes, open_eyes
from envs.success import broken_rules, judge
from envs.suites import find_task
from envs.task import Task, single
from sim.perception.ghost import nearest_to_hand
from sim.state import SceneState
from sim.world import Command, World
from skills.motion import tool_down
from skills.spec import SkillCall

CONTROL_STEPS = 2
"""Control steps of the world (40 Hz) for each step of the environment (20 Hz)."""
SECONDS_PER_CALL = 10.0
"""Simulated time that the budget gives for each call of the task's budget."""
_REACH = np.array([0.02, 0.02, 0.02, 0.15])
"""Largest change of the target in one step: metres in x, y, z, radians about z."""
_BOUNDS = {
    "tabletop": (np.array([0.20, -0.50, 0.008]), np.array([0.80, 0.50, 0.55])),
    # Down to the drawer's floor, which is below the top.
    "desk": (np.array([0.20, -0.45, -0.058]), np.array([0.80, 0.45, 0.55])),
    "reach": (np.array([0.20, -0.60, 0.008]), np.array([0.85, 0.60, 0.60])),
}
"""Bounds of the target by scene family, metres; a family that is not listed has those of the tabletop."""
_DISTURB_EVERY = 120
"""Steps between two draws of the disturbances: 6 s, about as long as a skill takes."""


class ControlEnv(gymnasium.Env[dict[str, Any], np.ndarray]):
    """A tabletop and a hand that points down.

    Action: (dx, dy, dz, dyaw, gripper) in [-1, 1]; 1 is 2 cm, or 0.15 radians, a step (0.4 m/s, 3 rad/s); the
    gripper's target goes from closed (-1) to fully open (1). The target is followed by inverse kinematics; one that is
    out of reach leaves it where it was, and `info["reachable"]` says so.
    Observation: numbers only, see `envs.observations`, with `joints` (n,) in radians; the instruction is in `info`.
    Reward: 1 when the goal is reached, else 0. Terminated when the goal holds and everything is at rest; truncated
    after 10 simulated seconds for each call of the task's budget.
    `info`: `is_success`, `outcome` (None: there is no skill), `goal`, `instruction`, `reachable`, `state`, `seed`.
    Observation and `state` are what is seen; reward, end, `goal` and `is_success` what is. Nothing stalls here.
    """

    metadata = {"render_modes": list(RENDER_MODES), "render_fps": 20}  # noqa: RUF012

    def __init__(
        self,
        task: str | Task = "tabletop-basics/block-in-bowl",
        robot: str = "panda",
        disturb: str | Disturbance | Iterable[str | Disturbance] | None = None,
        render_mode: str | None = None,
        split: str = TRAIN,
        states: str = "simulator",
    ) -> None:
        """Makes the world; the arguments, and the errors, are those of `SkillEnv`."""
        self.task = single(find_task(task) if isinstance(task, str) else task)
        self._states = check_states(states, self.task)
        self.render_mode = check_mode(render_mode)
        self._disturb = parse_disturbances(disturb)
        self._split = split
        self._world = World(robot, self.task.scene.family, gui=render_mode == "human" and has_display())
        self._view = View(self.render_mode, self._world, CONTROL_STEPS)
        self._budget = round(self.task.max_steps * SECONDS_PER_CALL * self.metadata["render_fps"])
        self.action_space = spaces.Box(-1.0, 1.0, (5,), np.float32)
        joints = bounded(len(self._world.spec.joints))
        self.observation_space = spaces.Dict({**state_spaces(), "joints": joints})

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Builds the scene of `seed`, or of a seed drawn from the last one given. `options` are not used."""
        super().reset(seed=seed)
        self._seed = int(self.np_random.integers(2**31)) if seed is None else seed
        close_eyes(self._world)
        self._start = build(self._world, self.task, self._seed, self._split)
        self._instruction = draw_instruction(self.task, self._seed, self._split)
        keys = (self._split, self.task.suite, self.task.id, self._seed)
        self._disturber = Disturber(self._disturb, stream(*keys, "disturbances"))
        seen = open_eyes(self._world, self._states, self._disturber, stream(*keys, "camera"))
        tool = self._start.robot.tool
        # The first two axes of a hand that points down turn against the world's.
        self._target = np.array([*tool.position, tool.yaw])
        self._joints = self._start.robot.joints
        self._handled: set[str] = set()
        self._broken: set[str] = set()
        self._steps = 0
        self._view.begin(f"{self._instruction} [{', '.join(seen.names)}]")
        return self._report(seen, judge(self.task, self._start, self._start), True)

    def step(self, action: np.ndarray) -> tuple[dict[str, Any], float, bool, bool, dict[str, Any]]:
        """Moves the target and lets 50 ms pass."""
        self._steps += 1
        clipped = np.clip(np.asarray(action, dtype=float), -1.0, 1.0)
        reachable = self._aim(clipped[:4])
        opening = float((clipped[4] + 1.0) / 2.0) * self._world.spec.opening
        command = Command(joints=self._joints, opening=opening)
        if self._disturb and self._steps % _DISTURB_EVERY == 1:
            self._disturber.end(self._world)
            self._disturber.begin(SkillCall("control"))
        for _ in range(CONTROL_STEPS):
            self._world.step(command)
            self._disturber(self._world)
            self._view.on_step(self._world)
        state = self._world.state()
        if state.robot.holding is not None:
            self._handled.add(state.robot.holding)
        conditions = self._judge(state) if self._world.at_rest() else {}
        success = bool(conditions) and all(conditions.values())
        truncated = self._steps >= self._budget and not success
        observation, info = self._report(self._see(), conditions, reachable)
        return observation, float(success), success, truncated, info

    def render(self) -> Any:
        """A frame, the frames since the last call, the text so far, or nothing, by the render mode."""
        return self._view.show()

    def close(self) -> None:
        """Frees the world."""
        self._world.close()

    def _aim(self, change: np.ndarray) -> bool:
        """Moves the target, and the joints that reach it; False where none do."""
        wished = self._target + change * _REACH
        wished[:3] = np.clip(wished[:3], *_BOUNDS.get(self.task.scene.family, _BOUNDS["tabletop"]))
        pose = tool_down(float(wished[0]), float(wished[1]), float(wished[2]), float(wished[3]))
        found = self._world.kinematics.solve(pose, self._joints, restarts=False)
        if found.success:
            self._target, self._joints = wished, found.joints
        return found.success

    def _see(self) -> SceneState:
        """What is seen; a hand that is empty means to take hold of what is nearest to it."""
        seen = self._world.see()
        if self._world.robot_state().holding is None:
            nearest = nearest_to_hand(seen)
            self._world.aim = nearest if nearest in seen else None
        return seen

    def _judge(self, state: SceneState) -> dict[str, bool]:
        self._broken |= broken_rules(self.task, self._start, state)
        handled = self._handled | self._disturber.moved
        return judge(self.task, self._start, state, handled, broken=self._broken)

    def _report(
        self, state: SceneState, conditions: dict[str, bool], reachable: bool
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        info = {
            "is_success": bool(conditions) and all(conditions.values()),
            "outcome": None,
            "goal": conditions,
            "instruction": self._instruction,
            "reachable": reachable,
            "state": state,
            "seed": self._seed,
        }
        return {**numbers(state), "joints": np.array(state.robot.joints)}, info

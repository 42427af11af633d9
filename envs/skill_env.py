"""Environments at the level of skills: the action is the text of a skill call, the step its whole execution."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import gymnasium
from gymnasium import spaces

from envs.disturbances import Disturbance, Disturber, parse_disturbances
from envs.episode import perform
from envs.observations import CHARSET, numbers, state_spaces, text_spaces, texts
from envs.rendering import RENDER_MODES, View, check_mode, has_display
from envs.scenes import build, draw_instruction
from envs.seeding import TRAIN, stream
from envs.seeing import check_states, close_eyes, open_eyes
from envs.success import broken_rules, judge
from envs.suites import find_task
from envs.task import Task, single
from sim.state import SceneState
from sim.world import World
from skills.outcome import FailureReason, Outcome
from skills.predicates import atoms
from skills.spec import SkillCall
from skills.symbolic import ground, typing_of, unmet

REFUSE = "refuse()"
"""The action that says that the instruction cannot be carried out; it ends the episode."""
_ACTION_LENGTH = 160
_FRAME_EVERY = 4


class SkillEnv(gymnasium.Env[dict[str, Any], str]):
    """A place of any scene family and a robot that understands skill calls.

    Action: text such as `place(red block, in, blue bowl)`, or `refuse()`. What cannot be read, or means nothing in the
    scene, ends in an outcome of its own (`PRECONDITION`) and costs a call of the budget.
    Observation: the instruction, names, poses and sizes of the objects, and the hand; see `envs.observations`.
    Reward: 1 when the goal is reached, else 0. Terminated when the goal holds in the settled scene, or on a refusal;
    truncated when the task's budget of calls is spent.
    `info`: `is_success`, `outcome` (an `Outcome`; None after a reset), `goal` (its conditions), `instruction`, `state`,
    `seed`. Observation, `state` and `outcome` are what is seen; reward, end, `goal` and `is_success` what is.
    """

    metadata = {"render_modes": list(RENDER_MODES), "render_fps": 10}  # noqa: RUF012

    def __init__(
        self,
        task: str | Task = "tabletop-basics/block-in-bowl",
        robot: str = "panda",
        disturb: str | Disturbance | Iterable[str | Disturbance] | None = None,
        render_mode: str | None = None,
        split: str = TRAIN,
        states: str = "simulator",
    ) -> None:
        """Makes the world; scenes come with `reset`.

        Args:
            task: `SUITE/ID`, or a task made in code.
            robot: a key of `sim.robots.ROBOTS`.
            disturb: `KIND=VALUE`, one or several.
            render_mode: `human`, `rgb_array`, `rgb_array_list` (also frames from within a skill) or `ansi`.
            split: `train`, or `evaluation` for the scenes that `scripts/evaluate.py` measures on.
            states: what the robot sees by, `simulator` or `camera`.

        Raises:
            ValueError: no such task, robot, disturbance, render mode or source of states.
        """
        self.task = single(find_task(task) if isinstance(task, str) else task)
        self._states = check_states(states, self.task)
        self.render_mode = check_mode(render_mode)
        self._disturb = parse_disturbances(disturb)
        self._split = split
        self._world = World(robot, self.task.scene.family, gui=render_mode == "human" and has_display())
        self._view = View(self.render_mode, self._world, _FRAME_EVERY)
        self.action_space = spaces.Text(_ACTION_LENGTH, min_length=0, charset=CHARSET)
        self.observation_space = spaces.Dict({**text_spaces(), **state_spaces()})

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Builds the scene of `seed`, or of a seed drawn from the last one given. `options` are not used."""
        super().reset(seed=seed)
        self._seed = int(self.np_random.integers(2**31)) if seed is None else seed
        keys = (self._split, self.task.suite, self.task.id, self._seed)
        close_eyes(self._world)
        self._start = build(self._world, self.task, self._seed, self._split)
        self._instruction = draw_instruction(self.task, self._seed, self._split)
        self._skills = stream(*keys, "skills")
        self._disturber = Disturber(self._disturb, stream(*keys, "disturbances"))
        self._first = self._state = open_eyes(self._world, self._states, self._disturber, stream(*keys, "camera"))
        self._handled: set[str] = set()
        self._broken: set[str] = set()
        self._steps = 0
        self._view.begin(f"{self._instruction} [{', '.join(self._first.names)}]")
        return self._observe(), self._info(None, judge(self.task, self._start, self._start))

    def step(self, action: str) -> tuple[dict[str, Any], float, bool, bool, dict[str, Any]]:
        """Runs the skill call to its end."""
        self._steps += 1
        refused = action.strip() == REFUSE
        outcome = None if refused else self._perform(action)
        self._state, truth = self._world.see(), self._world.state()
        self._broken |= broken_rules(self.task, self._start, truth)
        handled = self._handled | self._disturber.moved
        conditions = judge(self.task, self._start, truth, handled, refused, self._broken)
        success = bool(conditions) and all(conditions.values())
        self._view.tell(f"{action.strip()}: {'refused' if outcome is None else outcome.message}")
        truncated = self._steps >= self.task.max_steps and not (success or refused)
        return self._observe(), float(success), success or refused, truncated, self._info(outcome, conditions)

    def render(self) -> Any:
        """A frame, the frames since the last call, the text so far, or nothing, by the render mode."""
        return self._view.show()

    def close(self) -> None:
        """Frees the world."""
        self._world.close()

    @property
    def state(self) -> SceneState:
        """The scene as it is seen now."""
        return self._state

    def calls(self) -> tuple[str, ...]:
        """Texts of all actions that mean something in this scene: the refusal, then every well-typed call."""
        return (REFUSE, *map(str, ground(typing_of(self._first))))

    def legal(self) -> tuple[bool, ...]:
        """For each of `calls()`, whether its preconditions hold now."""
        facts = atoms(self._state)
        return (True, *(self._in_sight(c) and not unmet(c, facts) for c in ground(typing_of(self._first))))

    def _in_sight(self, call: SkillCall) -> bool:
        return all(a in self._state for a in call.arguments if a in self._first)

    def _perform(self, action: str) -> Outcome:
        try:
            call = SkillCall.parse(action)
        except ValueError as error:
            return Outcome(False, FailureReason.PRECONDITION, " ".join(str(error).split()))
        outcome = perform(self._world, call, self._skills, self._first, self._disturber, self._view.on_step)
        if call.arguments and outcome.seconds > 0.0:
            self._handled.add(call.arguments[0])
        return outcome

    def _observe(self) -> dict[str, Any]:
        return {**texts(self._instruction, self._state), **numbers(self._state)}

    def _info(self, outcome: Outcome | None, conditions: dict[str, bool]) -> dict[str, Any]:
        return {
            "is_success": bool(conditions) and all(conditions.values()),
            "outcome": outcome,
            "goal": conditions,
            "instruction": self._instruction,
            "state": self._state,
            "seed": self._seed,
        }

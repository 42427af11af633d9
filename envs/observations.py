"""A scene as arrays, for agents that read Gymnasium observations."""

from __future__ import annotations

import string
from typing import Any

import numpy as np
from gymnasium import spaces

from envs.task import MAX_DISTRACTORS, MAX_OBJECTS
from sim.state import SceneState

MAX_FIXTURES = 12
"""Most parts of furniture in a scene family."""
ROWS = MAX_FIXTURES + MAX_OBJECTS + MAX_DISTRACTORS
"""Rows of the arrays over objects; those beyond the scene's objects are zero."""
CHARSET = frozenset(string.printable)
"""Characters of actions."""
FAR = 10.0
"""Bound of all numbers: metres or radians. What has fallen off the table is shown no farther away."""
_INSTRUCTION_BYTES = 512
_NAMES_BYTES = 1024


def state_spaces() -> dict[str, spaces.Space[Any]]:
    """Spaces of the numbers in an observation.

    `poses` (36, 7): x, y, z in metres and a quaternion (x, y, z, w) of each object; `sizes` (36, 3): metres; `values`
    (36,): what joints of furniture read, 1 for a light that is lit; `base` (7,) and `tool` (7,): as poses, of the arm's
    foot and of the hand; `opening` (1,): metres between the finger pads; `holding`: 0, or 1 + the row of what is held.
    """
    return {
        "poses": bounded(ROWS, 7),
        "sizes": bounded(ROWS, 3),
        "values": bounded(ROWS),
        "base": bounded(7),
        "tool": bounded(7),
        "opening": bounded(1),
        "holding": spaces.Discrete(ROWS + 1),
    }


def bounded(*shape: int) -> spaces.Box:
    """A space of float64 between -`FAR` and `FAR`."""
    return spaces.Box(-FAR, FAR, shape, np.float64)


def text_spaces() -> dict[str, spaces.Space[Any]]:
    """Spaces of the texts: `instruction` (512,) and `objects` (1024,), the names of the rows joined by ", ".

    They are UTF-8 bytes padded with zeros, which `decode` reads: the shared memory of `AsyncVectorEnv` carries arrays,
    but leaves observations of the space `Text` as they were when the environment was made.
    """
    return {
        "instruction": spaces.Box(0, 255, (_INSTRUCTION_BYTES,), np.uint8),
        "objects": spaces.Box(0, 255, (_NAMES_BYTES,), np.uint8),
    }


def numbers(state: SceneState) -> dict[str, Any]:
    """The numbers of an observation; see `state_spaces`."""
    poses, sizes, values = np.zeros((ROWS, 7)), np.zeros((ROWS, 3)), np.zeros(ROWS)
    for k, o in enumerate(state.objects):
        poses[k] = (*o.pose.position, *o.pose.orientation)
        sizes[k], values[k] = o.size, o.value
    held, base, tool = state.robot.holding, state.robot.base, state.robot.tool
    return {
        "poses": np.clip(poses, -FAR, FAR),
        "sizes": sizes,
        "values": values,
        "base": np.array([*base.position, *base.orientation]),
        "tool": np.clip(np.array([*tool.position, *tool.orientation]), -FAR, FAR),
        "opening": np.array([state.robot.opening]),
        "holding": np.int64(state.names.index(held) + 1 if held in state else 0),
    }


def texts(instruction: str, state: SceneState) -> dict[str, np.ndarray]:
    """The texts of an observation; see `text_spaces`."""
    return {
        "instruction": _encode(instruction, _INSTRUCTION_BYTES),
        "objects": _encode(", ".join(state.names), _NAMES_BYTES),
    }


def decode(text: np.ndarray) -> str:
    """Reads a text of an observation, uint8 of shape (n,)."""
    return bytes(text).rstrip(b"\0").decode("utf-8", errors="ignore")


def _encode(text: str, size: int) -> np.ndarray:
    array = np.zeros(size, dtype=np.uint8)
    data = text.encode("utf-8")[:size]
    array[: len(data)] = np.frombuffer(data, dtype=np.uint8)
    return array

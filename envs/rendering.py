"""What both environments share in being looked at: frames, lists of frames, text, or a window."""

from __future__ import annotations

import os
import sys

import numpy as np

from envs.task_error import nearest
from sim.world import World

RENDER_MODES = ("human", "rgb_array", "rgb_array_list", "ansi")


def check_mode(mode: str | None) -> str | None:
    """The render mode.

    Raises:
        ValueError: it is none of `RENDER_MODES`.
    """
    if mode is not None and mode not in RENDER_MODES:
        raise ValueError(f"unknown render_mode {mode!r}; nearest: {nearest(mode, RENDER_MODES)}")
    return mode


def has_display() -> bool:
    """Whether a window can be opened."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY"))


class View:
    """Renders a world in one mode.

    `human` opens PyBullet's window; where there is no display, what happens is printed to standard error instead.
    """

    def __init__(self, mode: str | None, world: World, every: int) -> None:
        """`every`: control steps from one frame of a list to the next."""
        self._mode = mode
        self._world = world
        self._every = every
        self._steps = 0
        self._frames: list[np.ndarray] = []
        self._lines: list[str] = []

    def begin(self, line: str) -> None:
        """A new episode."""
        self._frames, self._lines, self._steps = [], [], 0
        self.tell(line)
        if self._mode == "rgb_array_list":
            self._frames.append(self._world.render().rgb)

    def tell(self, line: str) -> None:
        """Adds a line to the text."""
        self._lines.append(line)
        if self._mode == "human" and not has_display():
            print(line, file=sys.stderr)

    def on_step(self, world: World) -> None:
        """To be called after each control step: takes the frames of a list."""
        self._steps += 1
        if self._mode == "rgb_array_list" and self._steps % self._every == 0:
            self._frames.append(world.render().rgb)

    def show(self) -> np.ndarray | list[np.ndarray] | str | None:
        """One frame (height, width, 3) uint8; the frames since the last time; the text so far; or nothing."""
        if self._mode == "rgb_array":
            return self._world.render().rgb
        if self._mode == "rgb_array_list":
            frames, self._frames = self._frames, []
            return frames
        return "\n".join(self._lines) if self._mode == "ansi" else None

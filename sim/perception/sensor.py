"""What a robot sees with. `World.see` asks the world's sensor; a world without one sees the truth."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from sim.camera import CameraPose, Image, Stage
from sim.perception.detection import detect
from sim.perception.memory import Memory
from sim.perception.outline import RobotOutline
from sim.perception.views import Surface, surface
from sim.state import Pose, SceneState

if TYPE_CHECKING:
    from sim.world import World


class Sensor(Protocol):
    """Eyes of one kind."""

    def reset(self) -> None:
        """Forgets the scene: another one was built."""
        ...

    def look(self, world: World) -> SceneState:
        """The scene as it is seen now."""
        ...

    def track(self, world: World, name: str) -> Pose | None:
        """Pose of an object while the robot moves; None where it cannot be followed."""
        ...

    def hold(self, name: str | None, tool: Pose) -> None:
        """Is told what the hand feels that it holds, and where the hand is: from then on the two move together."""
        ...

    def close(self) -> None:
        """Frees what it holds. Closing twice is no error."""
        ...


CAMERAS = (
    CameraPose(eye=(0.80, 0.45, 0.95), target=(0.45, 0.0, 0.0), fov_deg=56.0),
    CameraPose(eye=(0.80, -0.45, 0.95), target=(0.45, 0.0, 0.0), fov_deg=56.0),
)
"""In front of the table, to the left and to the right: what the arm hides from one of them the other mostly sees."""
FRAME_SECONDS = 0.1
"""Simulated seconds from one frame to the next: looks in between see the last frame."""
DEPTH_NOISE = 0.001
"""Standard deviation of depth at one metre, metres; it grows with the square of the distance, as in stereo cameras."""
COLOR_NOISE = 2.5
"""Standard deviation of each colour channel, of 255."""


class CameraSensor:
    """Sees by two RGB-D cameras alone; the scene family must be `tabletop`."""

    def __init__(
        self,
        rng: np.random.Generator,
        cameras: tuple[CameraPose, ...] = CAMERAS,
        size: tuple[int, int] = (320, 240),
        depth_noise: float = DEPTH_NOISE,
    ) -> None:
        """Sets the cameras up.

        Args:
            rng: the noise of the images.
            cameras: where they stand.
            size: width and height of the images, pixels.
            depth_noise: standard deviation of depth at one metre, metres.
        """
        self._rng = rng
        self._cameras = cameras
        self._size = size
        self._depth_noise = depth_noise
        self._stage: Stage | None = None
        self._outline: RobotOutline | None = None
        self.reset()

    def reset(self) -> None:
        """Forgets the scene."""
        self._memory = Memory()
        self._taken = -1.0

    def close(self) -> None:
        """Frees what it renders with. Closing twice is no error."""
        for part in (self._stage, self._outline):
            if part is not None:
                part.close()
        self._stage = self._outline = None

    def look(self, world: World) -> SceneState:
        """What is seen now, what is remembered where the view is blocked, and what the hand feels."""
        robot = world.feel()
        if self._taken < 0.0 or world.time - self._taken > FRAME_SECONDS - 1e-6:
            views = self.views(world)
            self._memory.update(detect(views), views, robot.tool)
            self._taken = world.time
        objects = self._memory.objects(robot.tool)
        if robot.holding is not None and all(o.name != robot.holding for o in objects):
            robot = replace(robot, holding=None)
        return SceneState(world.family, objects, robot, self._memory.supports(objects), world.time)

    def track(self, world: World, name: str) -> Pose | None:
        """Nothing: the arm is between the cameras and what it reaches for."""
        return None

    def hold(self, name: str | None, tool: Pose) -> None:
        """Remembers how the object lies in the hand."""
        self._memory.hold(name, tool)

    def views(self, world: World) -> list[Surface]:
        """A frame of each camera, noise and all, as surfaces.

        Raises:
            ValueError: the world is of another family than the tabletop.
        """
        if world.family != "tabletop":
            raise ValueError(f"states='camera' is for the tabletop; the family {world.family!r} has states='simulator'")
        if self._stage is None:
            self._stage = Stage(world.spec, world.place, robot_visible=False)
            self._outline = RobotOutline(world.spec, world.place)
        assert self._outline is not None
        width, height = self._size
        state = world.state()
        # The robot is not drawn: all that it could hide is cut out, by an outline that is wider than it.
        masks = self._outline.masks(state.robot, self._cameras, width, height)
        images = [self._noisy(self._stage.render(state, width, height, camera)) for camera in self._cameras]
        return [surface(*parts) for parts in zip(images, self._cameras, masks, strict=True)]

    def _noisy(self, image: Image) -> Image:
        depth = image.depth + self._depth_noise * image.depth**2 * self._rng.standard_normal(image.depth.shape)
        rgb = np.clip(image.rgb + COLOR_NOISE * self._rng.standard_normal(image.rgb.shape), 0.0, 255.0)
        # What the simulator knows of who owns which pixel ends here.
        return Image(rgb, depth, np.full(depth.shape, -1))

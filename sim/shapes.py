"""Bodies of the objects that are placed, built from primitives: no files, so that a new scene costs no loading."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pybullet as bullet

from sim.catalog import BASIC, CATEGORIES, Category
from sim.geometry import Vec3
from sim.looks import look_of
from sim.meshes import Mesh
from sim.solids import Box, Cylinder, Hull, Sphere, solid_of
from sim.state import ORIGIN, Pose

TABLE_BOUNDS = ((-0.25, 1.05), (-0.75, 0.75))
"""Extent of the table in x and y, metres; its top is z = 0."""
TABLE_COLOR = (0.86, 0.80, 0.71)
"""Linear RGB of the table's top."""

LEAST_INERTIA = 1.6e-5
"""Of a body that moves, kg m2: that of the ordinary block."""
_ROLLING = frozenset({"ball", "apple", "orange", "peach", "lemon"})
"""What would roll on for long without a little resistance."""

_Key = tuple[str, Vec3]
"""A category and a size."""


def spawn_table(client: int, visual: bool = True) -> int:
    """Creates the table, its top at z = 0, and returns PyBullet's id of it."""
    (x0, x1), (y0, y1) = TABLE_BOUNDS
    half = [(x1 - x0) / 2.0, (y1 - y0) / 2.0, 0.05]
    seen = -1
    if visual:
        seen = bullet.createVisualShape(
            bullet.GEOM_BOX, halfExtents=half, rgbaColor=[*TABLE_COLOR, 1.0], physicsClientId=client
        )
    table = bullet.createMultiBody(
        baseMass=0.0,
        baseCollisionShapeIndex=bullet.createCollisionShape(bullet.GEOM_BOX, halfExtents=half, physicsClientId=client),
        baseVisualShapeIndex=seen,
        basePosition=[(x0 + x1) / 2.0, (y0 + y1) / 2.0, -0.05],
        physicsClientId=client,
    )
    bullet.changeDynamics(table, -1, lateralFriction=0.8, rollingFriction=0.001, physicsClientId=client)
    return table


@dataclass
class ShapeLibrary:
    """Collision and visual shapes of one PyBullet client, made once for each category, size and look."""

    client: int
    """PyBullet's client id."""
    visual: bool = True
    """Whether bodies are for the eye: without, they cannot be rendered."""
    _collision: dict[_Key, int] = field(default_factory=dict)
    _visual: dict[tuple[_Key, str | None, str], tuple[int, ...]] = field(default_factory=dict)
    _unseen: int = -1

    def spawn(
        self,
        category: str,
        color: str | None,
        pose: Pose,
        size: Vec3 | None = None,
        mass: float | None = None,
        friction: float | None = None,
        look: str = "",
    ) -> int:
        """Creates a body and returns PyBullet's id of it.

        Args:
            category: a key of `sim.catalog.CATEGORIES`.
            color: a key of `sim.catalog.COLORS`, or None.
            pose: of the centre of the bounding box.
            size: extents, metres; None for the category's. Likewise mass (kg) and friction (lateral coefficient).
            mass: see size.
            friction: see size.
            look: which thing of its category it is (`coke can`), where that matters to the eye.
        """
        kind = _kind(category, size, look)
        key = (category, kind.size)
        if key not in self._collision:
            self._collision[key] = self._collision_shape(kind)
        seen = self._visual_shapes(kind, color)[0] if self.visual else self._stand_in()
        offset = {} if kind.com == ORIGIN.position else {"baseInertialFramePosition": kind.com}
        body = bullet.createMultiBody(
            baseMass=kind.mass if mass is None else mass,
            baseCollisionShapeIndex=self._collision[key],
            baseVisualShapeIndex=seen,
            basePosition=pose.position,
            baseOrientation=pose.orientation,
            physicsClientId=self.client,
            **offset,
        )
        rolls = category in _ROLLING
        bullet.changeDynamics(
            body,
            -1,
            lateralFriction=kind.surface_friction if friction is None else friction,
            spinningFriction=0.002,
            rollingFriction=0.002 if rolls else 0.0,
            linearDamping=0.04,
            angularDamping=0.3 if rolls else 0.04,
            activationState=bullet.ACTIVATION_STATE_ENABLE_SLEEPING,
            physicsClientId=self.client,
        )
        if category not in BASIC or kind != CATEGORIES[category] or mass not in (None, kind.mass):
            self._steady(body)
        return body

    def _steady(self, body: int) -> None:
        """Gives what is very light or small the least moment of inertia with which the engine holds it still.

        Pressed between two finger tips at 30 N, with less it quivers out of the hand within seconds: at this step
        length the contact forces overshoot. How it slides, falls and weighs is left as it is.
        """
        inertia = bullet.getDynamicsInfo(body, -1, physicsClientId=self.client)[2]
        if 0.0 < min(inertia) < LEAST_INERTIA:
            bullet.changeDynamics(
                body,
                -1,
                localInertiaDiagonal=[max(i, LEAST_INERTIA) for i in inertia],
                physicsClientId=self.client,
            )

    def show(self, category: str, color: str | None, size: Vec3, look: str = "") -> tuple[int, ...]:
        """Creates what the eye sees of an object, a body without physics for each colour, and returns their ids.

        Args:
            category: a key of `sim.catalog.CATEGORIES`.
            color: a key of `sim.catalog.COLORS`, or None.
            size: extents, metres.
            look: which thing of its category it is.
        """
        return tuple(
            bullet.createMultiBody(0.0, -1, shape, physicsClientId=self.client)
            for shape in self._visual_shapes(_kind(category, size, look), color)
        )

    def _collision_shape(self, kind: Category) -> int:
        client, solid = self.client, solid_of(kind)
        if solid == ():
            return -1
        if isinstance(solid, Sphere):
            return bullet.createCollisionShape(bullet.GEOM_SPHERE, radius=solid.radius, physicsClientId=client)
        if isinstance(solid, Hull):
            return bullet.createCollisionShape(bullet.GEOM_MESH, vertices=solid.points, physicsClientId=client)
        if len(solid) == 1 and isinstance(solid[0], Box):
            return bullet.createCollisionShape(bullet.GEOM_BOX, halfExtents=solid[0].half, physicsClientId=client)
        if len(solid) == 1 and isinstance(solid[0], Cylinder):
            return bullet.createCollisionShape(
                bullet.GEOM_CYLINDER, radius=solid[0].radius, height=solid[0].height, physicsClientId=client
            )
        return bullet.createCollisionShapeArray(
            shapeTypes=[bullet.GEOM_BOX if isinstance(s, Box) else bullet.GEOM_CYLINDER for s in solid],
            halfExtents=[s.half if isinstance(s, Box) else (0.0, 0.0, 0.0) for s in solid],
            radii=[0.0 if isinstance(s, Box) else s.radius for s in solid],
            lengths=[0.0 if isinstance(s, Box) else s.height for s in solid],
            collisionFramePositions=[s.center for s in solid],
            collisionFrameOrientations=[s.turn for s in solid],
            physicsClientId=client,
        )

    def _stand_in(self) -> int:
        """What nobody will see: to a body without a visual shape the engine gives one, and of a plate that is slow."""
        if self._unseen < 0:
            self._unseen = bullet.createVisualShape(
                bullet.GEOM_BOX, halfExtents=[0.01] * 3, physicsClientId=self.client
            )
        return self._unseen

    def _visual_shapes(self, kind: Category, color: str | None) -> tuple[int, ...]:
        key = ((kind.name, kind.size), color, kind.look)
        if key not in self._visual:
            self._visual[key] = tuple(map(self._visual_shape, look_of(kind, color)))
        return self._visual[key]

    def _visual_shape(self, mesh: Mesh) -> int:
        return bullet.createVisualShape(
            bullet.GEOM_MESH,
            vertices=mesh.vertices,
            normals=mesh.normals,
            indices=mesh.indices,
            rgbaColor=[*mesh.color, 1.0],
            specularColor=[0.1, 0.1, 0.1],
            physicsClientId=self.client,
        )


def _kind(category: str, size: Vec3 | None, look: str) -> Category:
    kind = CATEGORIES[category]
    kind = kind if size is None else kind.sized(size)
    return replace(kind, look=look) if look else kind

"""Bodies of the tabletop's objects, built from primitives: no files, so that a new scene costs no loading."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field

import pybullet as bullet

from sim.catalog import CATEGORIES, COLORS, Category
from sim.geometry import quat_from_yaw, quat_multiply
from sim.state import Pose

TABLE_BOUNDS = ((-0.25, 1.05), (-0.75, 0.75))
"""Extent of the table in x and y, metres; its top is z = 0."""

_BOWL_SIDES = 12
_NEUTRAL = (0.75, 0.72, 0.68)
_FRICTION = {"container": 0.35, "movable": 0.9, "surface": 0.8}
"""Containers are smooth: what is dropped on a slanted wall slides to the middle."""


def spawn_table(client: int, visual: bool = True) -> int:
    """Creates the table, its top at z = 0, and returns PyBullet's id of it."""
    (x0, x1), (y0, y1) = TABLE_BOUNDS
    half = [(x1 - x0) / 2.0, (y1 - y0) / 2.0, 0.05]
    seen = -1
    if visual:
        seen = bullet.createVisualShape(
            bullet.GEOM_BOX, halfExtents=half, rgbaColor=[0.86, 0.80, 0.71, 1.0], physicsClientId=client
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
    """Collision and visual shapes of one PyBullet client, made once for each category and colour."""

    client: int
    """PyBullet's client id."""
    visual: bool = True
    """Whether bodies are for the eye: without, they cannot be rendered."""
    _collision: dict[str, int] = field(default_factory=dict)
    _visual: dict[tuple[str, str | None], int] = field(default_factory=dict)

    def spawn(self, category: str, color: str | None, pose: Pose) -> int:
        """Creates a body and returns PyBullet's id of it."""
        kind = CATEGORIES[category]
        if category not in self._collision:
            self._collision[category] = self._collision_shape(kind)
        if (category, color) not in self._visual:
            self._visual[category, color] = self._visual_shape(kind, color) if self.visual else -1
        body = bullet.createMultiBody(
            baseMass=kind.mass,
            baseCollisionShapeIndex=self._collision[category],
            baseVisualShapeIndex=self._visual[category, color],
            basePosition=pose.position,
            baseOrientation=pose.orientation,
            physicsClientId=self.client,
        )
        group = next(g for g in ("container", "movable", "surface") if g in kind.types)
        rolls = category == "ball"
        bullet.changeDynamics(
            body,
            -1,
            lateralFriction=_FRICTION[group],
            spinningFriction=0.002,
            rollingFriction=0.002 if rolls else 0.0,
            linearDamping=0.04,
            angularDamping=0.3 if rolls else 0.04,
            activationState=bullet.ACTIVATION_STATE_ENABLE_SLEEPING,
            physicsClientId=self.client,
        )
        return body

    def _collision_shape(self, kind: Category) -> int:
        client = self.client
        if kind.name in ("bowl", "box"):
            halves, positions, turns = _open_parts(kind)
            return bullet.createCollisionShapeArray(
                shapeTypes=[bullet.GEOM_BOX] * len(halves),
                halfExtents=halves,
                collisionFramePositions=positions,
                collisionFrameOrientations=turns,
                physicsClientId=client,
            )
        if kind.name == "ball":
            return bullet.createCollisionShape(bullet.GEOM_SPHERE, radius=kind.size[0] / 2.0, physicsClientId=client)
        if kind.round:
            return bullet.createCollisionShape(
                bullet.GEOM_CYLINDER, radius=kind.size[0] / 2.0, height=kind.size[2], physicsClientId=client
            )
        return bullet.createCollisionShape(
            bullet.GEOM_BOX, halfExtents=[s / 2.0 for s in kind.size], physicsClientId=client
        )

    def _visual_shape(self, kind: Category, color: str | None) -> int:
        client = self.client
        rgba = [*(COLORS[color] if color is not None else _NEUTRAL), 1.0]
        specular = [0.1, 0.1, 0.1]
        if kind.round and kind.name != "ball":
            vertices, normals, indices = _revolve(_profile(kind))
            return bullet.createVisualShape(
                bullet.GEOM_MESH,
                vertices=vertices,
                normals=normals,
                indices=indices,
                rgbaColor=rgba,
                specularColor=specular,
                physicsClientId=client,
            )
        if kind.name == "box":
            halves, positions, turns = _open_parts(kind)
            return bullet.createVisualShapeArray(
                shapeTypes=[bullet.GEOM_BOX] * len(halves),
                halfExtents=halves,
                visualFramePositions=positions,
                visualFrameOrientations=turns,
                rgbaColors=[rgba] * len(halves),
                physicsClientId=client,
            )
        if kind.name == "ball":
            return bullet.createVisualShape(
                bullet.GEOM_SPHERE, radius=kind.size[0] / 2.0, rgbaColor=rgba, physicsClientId=client
            )
        return bullet.createVisualShape(
            bullet.GEOM_BOX,
            halfExtents=[s / 2.0 for s in kind.size],
            rgbaColor=rgba,
            specularColor=specular,
            physicsClientId=client,
        )


Vector = list[float]


def _open_parts(kind: Category) -> tuple[list[Vector], list[Vector], list[Vector]]:
    """Half extents, positions and orientations of the boxes that an open container is made of, the floor first."""
    height, outer = kind.size[2], kind.size[0] / 2.0
    half = kind.wall / 2.0
    if kind.name == "box":
        floor = [[outer, outer, kind.floor / 2.0]]
        centers = [[0.0, 0.0, (kind.floor - height) / 2.0]]
        turns = [[0.0, 0.0, 0.0, 1.0]]
        for k in range(4):
            angle = k * math.pi / 2.0
            floor.append([half, outer, height / 2.0])
            centers.append([(outer - half) * math.cos(angle), (outer - half) * math.sin(angle), 0.0])
            turns.append(list(quat_from_yaw(angle)))
        return floor, centers, turns
    # A bowl: a flat floor and a ring of slanted walls, each a thin box, overlapping at the seams.
    rise, run = height - kind.floor, outer - kind.inner
    lean = math.atan2(run, rise)
    length = math.hypot(run, rise)
    side = outer * math.tan(math.pi / _BOWL_SIDES)
    inner = kind.inner / math.sqrt(2.0) * 1.15
    halves: list[Vector] = [[inner, inner, kind.floor / 2.0]]
    positions: list[Vector] = [[0.0, 0.0, (kind.floor - height) / 2.0]]
    orientations: list[Vector] = [[0.0, 0.0, 0.0, 1.0]]
    for k in range(_BOWL_SIDES):
        angle = 2.0 * math.pi * k / _BOWL_SIDES
        radius = (kind.inner + outer) / 2.0 - half * math.cos(lean)
        halves.append([half, side, length / 2.0])
        positions.append([radius * math.cos(angle), radius * math.sin(angle), kind.floor / 2.0])
        tilt = (0.0, math.sin(lean / 2.0), 0.0, math.cos(lean / 2.0))
        orientations.append(list(quat_multiply(quat_from_yaw(angle), tilt)))
    return halves, positions, orientations


def _profile(kind: Category) -> list[tuple[float, float]]:
    """Radius and height, metres, round the section of a round body: from the middle below to the middle above."""
    outer, low, high, wall = kind.size[0] / 2.0, -kind.size[2] / 2.0, kind.size[2] / 2.0, kind.wall
    if kind.name != "bowl":
        return [(0.0, low), (outer, low), (outer, high), (0.0, high)]
    return [
        (0.0, low),
        (kind.inner + wall, low),
        (outer, high - wall / 2.0),
        (outer - wall / 2.0, high),
        (outer - wall, high - wall / 2.0),
        (kind.inner, low + kind.floor),
        (0.0, low + kind.floor),
    ]


def _revolve(profile: list[tuple[float, float]], sides: int = 36) -> tuple[list[Vector], list[Vector], list[int]]:
    """Vertices, normals and triangle indices of a surface of revolution with sharp edges, for the eye."""
    vertices: list[Vector] = []
    normals: list[Vector] = []
    indices: list[int] = []
    for (r0, z0), (r1, z1) in itertools.pairwise(profile):
        nr, nz = z1 - z0, r0 - r1
        norm = math.hypot(nr, nz)
        first = len(vertices)
        for k in range(sides + 1):
            c, s = math.cos(2.0 * math.pi * k / sides), math.sin(2.0 * math.pi * k / sides)
            vertices += [[r0 * c, r0 * s, z0], [r1 * c, r1 * s, z1]]
            normals += [[nr / norm * c, nr / norm * s, nz / norm]] * 2
        for k in range(sides):
            a = first + 2 * k
            indices += [a, a + 2, a + 1, a + 1, a + 2, a + 3]
    return vertices, normals, indices

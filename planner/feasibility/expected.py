"""What the network expects a plan to change, as facts and as a scene that has not happened yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sim.geometry import Vec3
from sim.state import Pose, SceneState
from skills.vocabulary import Atom

_STILL = 0.01
"""A displacement below this is none, metres."""


@dataclass(frozen=True)
class Expected:
    """What a step would change, if it succeeds."""

    moves: Mapping[str, Vec3]
    """Displacement of the objects that would be moved, metres in the world frame."""
    adds: frozenset[Atom]
    """Facts that would come to hold, of those in `planner.feasibility.facts`, and what would carry what."""
    deletes: frozenset[Atom]
    """Facts that would no longer hold."""

    def applied(self, state: SceneState) -> SceneState:
        """The scene as it would then be."""
        for name, (dx, dy, dz) in self.moves.items():
            x, y, z = state[name].position
            state = state.with_object(
                replace(state[name], pose=Pose((x + dx, y + dy, z + dz), state[name].pose.orientation))
            )
        gone = {(a.arguments[0], a.arguments[1]) for a in self.deletes if a.predicate in ("in", "on")}
        new = {(a.arguments[0], a.arguments[1]) for a in self.adds if a.predicate in ("in", "on")}
        holding = state.robot.holding
        if any(a.predicate == "holding" and a.arguments == (holding,) for a in self.deletes):
            holding = None
        holding = next((a.arguments[0] for a in self.adds if a.predicate == "holding"), holding)
        robot = replace(state.robot, holding=holding)
        return replace(state, robot=robot, supports=(state.supports - gone) | new)


def moves_of(names: tuple[str, ...], shifts: list[Vec3]) -> dict[str, Vec3]:
    """The objects that are displaced by more than a centimetre."""
    return {n: v for n, v in zip(names, shifts, strict=True) if max(map(abs, v)) > _STILL}

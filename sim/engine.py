"""The physics engine under one world: opened once, and as good as new for every scene."""

from __future__ import annotations

import pybullet as bullet

from sim.arm import Arm
from sim.bodies import Bodies
from sim.command import CONTROL_SECONDS, SUBSTEPS
from sim.family import Family
from sim.robots import RobotSpec

_EMPTIED_EVERY = 50
"""Scenes. Until it is emptied, the engine keeps some ten kilobytes of each that it has held."""


class Engine:
    """A PyBullet client with a place and a robot in it."""

    def __init__(self, place: Family, spec: RobotSpec, gui: bool) -> None:
        """Opens a client; `renew` fills it.

        Args:
            place: the scene family.
            spec: the robot.
            gui: whether to open PyBullet's window.
        """
        self._place, self._spec, self._gui = place, spec, gui
        self._client = bullet.connect(bullet.GUI if gui else bullet.DIRECT)
        self._saved: set[int] = set()
        self._scenes = 0

    def renew(self) -> tuple[Bodies, Arm]:
        """The place without objects and a robot at rest, in an engine that computes as one without a past.

        Saved states are gone, and what was given out before is not to be used any more.
        """
        # A window keeps pictures of what was there as well.
        if self._gui or self._scenes % _EMPTIED_EVERY == 0:
            self._load()
        else:
            self._clear()
        self._scenes += 1
        return self._bodies, self._arm

    def _load(self) -> None:
        """Empties the engine and reads everything from files."""
        client = self._client
        # The default broadphase drops pairs a few at a time; this one knows exactly those that overlap.
        bullet.resetSimulation(bullet.RESET_USE_SIMPLE_BROADPHASE, physicsClientId=client)
        bullet.setGravity(0.0, 0.0, -9.81, physicsClientId=client)
        bullet.setPhysicsEngineParameter(
            fixedTimeStep=CONTROL_SECONDS,
            numSubSteps=SUBSTEPS,
            deterministicOverlappingPairs=1,
            physicsClientId=client,
        )
        self._saved.clear()
        # Without visual shapes, which the simulation does not need, loading is five times faster.
        self._bodies = Bodies(client, self._place, visual=self._gui)
        self._arm = Arm(client, self._spec, visual=self._gui, mobile=self._place.mobile)
        self._kept = bullet.getNumBodies(physicsClientId=client)

    def _clear(self) -> None:
        """Takes a scene out again, without a trace, in a fiftieth of the time of loading.

        What the engine keeps of a past is the order of its lists and the contacts of neighbours, and they decide the
        last digits. So what came last goes first, which leaves the lists as they were, and what stays forgets its
        neighbours.
        """
        client = self._client
        self._arm.rest()
        for body in reversed(range(self._kept, bullet.getNumBodies(physicsClientId=client))):
            bullet.removeBody(body, physicsClientId=client)
        self._bodies.clear()
        for body in range(self._kept):
            # A rule about no other body changes nothing, but makes the engine drop all pairs of this one.
            bullet.setCollisionFilterPair(body, -1, -1, -1, 0, physicsClientId=client)
        for state_id in tuple(self._saved):
            self.forget(state_id)

    def close(self) -> None:
        """Closes the client. Closing twice is no error."""
        if self._client >= 0:
            bullet.disconnect(physicsClientId=self._client)
            self._client = -1

    def step(self) -> None:
        """Advances by one control step."""
        bullet.stepSimulation(physicsClientId=self._client)

    def save(self) -> int:
        """Saves what moves, and how, and what it touches; returns PyBullet's id of it."""
        state_id = bullet.saveState(physicsClientId=self._client)
        self._saved.add(state_id)
        return state_id

    def restore(self, state_id: int) -> None:
        """Brings back what was saved since the last `renew`."""
        client = self._client
        bullet.restoreState(state_id, physicsClientId=client)
        # That brings back the contacts of those pairs only that the engine knows of, and between sleepers it looks for
        # none. What is told to wake does so in the next step, for which a coarse one will do.
        self._bodies.wake()
        bullet.setPhysicsEngineParameter(numSubSteps=1, physicsClientId=client)
        bullet.stepSimulation(physicsClientId=client)
        bullet.setPhysicsEngineParameter(numSubSteps=SUBSTEPS, physicsClientId=client)
        bullet.restoreState(state_id, physicsClientId=client)

    def forget(self, state_id: int) -> None:
        """Frees the memory of a saved state."""
        bullet.removeState(state_id, physicsClientId=self._client)
        self._saved.discard(state_id)

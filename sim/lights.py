"""Lights and what works them: the only state of a world that is not mechanics."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.family import Wiring


class Lights:
    """Which lights are lit. A button's joint toggles its light each time it is pressed; a switch's sets it."""

    def __init__(self, wiring: Iterable[Wiring]) -> None:
        self._wiring = tuple(wiring)
        self._actuated = {w.source: False for w in self._wiring}
        self.values: dict[str, float] = {w.light: 0.0 for w in self._wiring}
        """1 for each light that is lit, else 0."""

    def set(self, values: Mapping[str, float], reading: Callable[[str], float]) -> None:
        """Puts lights as they are told, those with a switch as it stands; names that are no lights are passed over.

        Args:
            values: 1 or 0 by the light's name.
            reading: what the joint of a part reads now, metres or radians.
        """
        self.values.update({name: value for name, value in values.items() if name in self.values})
        self._actuated = {w.source: reading(w.source) > w.threshold for w in self._wiring}
        self.update(reading)

    def update(self, reading: Callable[[str], float]) -> None:
        """Follows the joints of buttons and switches.

        Args:
            reading: what the joint of a part reads now, metres or radians.
        """
        for wire in self._wiring:
            now = reading(wire.source) > wire.threshold
            if wire.kind == "level":
                self.values[wire.light] = float(now)
            elif now and not self._actuated[wire.source]:
                self.values[wire.light] = 1.0 - self.values[wire.light]
            self._actuated[wire.source] = now

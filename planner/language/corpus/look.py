"""A scene as wishes look at it: what there is of each kind, what lies where, what can be told apart."""

from __future__ import annotations

from collections import Counter
from functools import cached_property

from sim.catalog import parse_name, types_of
from sim.fixtures import FIXTURES
from sim.state import TABLE, ObjectState, SceneState
from skills.containment import contained
from skills.vocabulary import REGIONS

COUNTED = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}

_OF_THEIR_COLOR = ("apple", "orange", "banana", "lemon")
"""Things whose name without a colour tells it all the same."""


class Look:
    """What a drawer of wishes asks about a scene again and again."""

    def __init__(self, state: SceneState) -> None:
        self.state = state
        self.things = [o for o in state.objects if o.name not in FIXTURES[state.family]]
        self.held = state.robot.holding

    @cached_property
    def inside(self) -> dict[str, str]:
        """What is in which container."""
        return contained(self.state)

    @cached_property
    def words(self) -> dict[str, str]:
        """The noun of each thing's name: `block`, `coke can`, `box`."""
        found = {}
        for o in self.things:
            words = o.name.rstrip("0123456789").strip()
            colored = parse_name(o.name, self.state.family)[0] is not None and o.color is not None
            found[o.name] = words.removeprefix(f"{o.color} ") if colored and words.startswith(f"{o.color} ") else words
        return found

    @cached_property
    def below(self) -> dict[str, str]:
        """What carries each thing: the table, another thing, or the container that it is in."""
        found = {}
        for upper, lower in sorted(self.state.supports):
            found.setdefault(upper, lower)
        return {**found, **self.inside}

    def kind(self, name: str) -> frozenset[str]:
        """PDDL types of a thing."""
        return types_of(self.state[name].category)

    def of(self, kind: str, *, resting: bool = True) -> list[ObjectState]:
        """Things of a PDDL type, from left to right; those in the hand too unless they are to rest."""
        return [o for o in self.things if kind in types_of(o.category) and not (resting and o.name == self.held)]

    def words_of(self, word: str) -> list[ObjectState]:
        """Things that are called by a noun and are not in the hand."""
        return [o for o in self.things if self.words[o.name] == word and o.name != self.held]

    @cached_property
    def nouns(self) -> Counter[str]:
        """How many things are called by each noun."""
        return Counter(self.words[o.name] for o in self.things)

    @cached_property
    def twins(self) -> set[str]:
        """Things whose name without its number another thing has as well."""
        stems = Counter(o.name.rstrip("0123456789").strip() for o in self.things)
        return {o.name for o in self.things if stems[o.name.rstrip("0123456789").strip()] > 1}

    @cached_property
    def clear(self) -> set[str]:
        """Things that nothing lies on."""
        loaded = {lower for upper, lower in self.state.supports if self.inside.get(upper) != lower}
        return {o.name for o in self.things if o.name not in loaded}

    def movable(self, *, plain: bool = True) -> list[ObjectState]:
        """Things that can be picked up, and told by their name if they are to be plain."""
        return [o for o in self.of("movable") if not (plain and o.name in self.twins)]

    def shown(self, thing: ObjectState) -> str | None:
        """The colour that a thing is known to have: its name tells it, or everybody knows it, as of fruit.

        Of packets, mugs and the like the catalogue knows a colour that nobody who reads the scene's text does.
        """
        told = self.words[thing.name] == thing.name.rstrip("0123456789").strip()
        return thing.color if not told or thing.name.rstrip("0123456789 ") in _OF_THEIR_COLOR else None

    def carried_to(self, name: str, region: str) -> bool:
        """Whether a thing is in a part of the table, but in or on something else: whether it counts is open."""
        (x0, x1), (y0, y1) = REGIONS[region]
        x, y, _ = self.state[name].position
        carried = name != self.held and self.below.get(name, TABLE) != TABLE
        return carried and x0 <= x <= x1 and y0 <= y <= y1

    def containers(self) -> list[ObjectState]:
        """Bowls, boxes, baskets, told by their name."""
        return [o for o in self.of("container") if o.name not in self.twins]

    def surfaces(self) -> list[ObjectState]:
        """What things can be put on, told by its name."""
        return [o for o in self.of("surface") if o.name not in self.twins]

    def free(self, surface: str) -> bool:
        """Whether something can be put on a thing without moving another."""
        roomy = {"plate", "zone", "rack", "place"} & self.kind(surface)
        return bool(roomy) or (surface in self.clear and surface != self.held)

    def contents(self, container: str) -> list[str]:
        """What is in a container."""
        return [n for n, box in self.inside.items() if box == container]

    def on(self, surface: str) -> list[str]:
        """What lies directly on something."""
        return [u for u, lower in sorted(self.state.supports) if lower == surface and self.inside.get(u) != surface]

    def towers(self) -> list[list[str]]:
        """Stacks on the table or on a stand, two things or more, from the top to the bottom."""
        found = []
        for o in self.things:
            if o.name in self.inside or self.below.get(o.name) not in (TABLE, None) or o.name == self.held:
                continue
            stack = [o.name]
            while len(uppers := self.on(stack[0])) == 1 and "plate" not in self.kind(stack[0]):
                stack.insert(0, uppers[0])
            if len(stack) > 1 and all("movable" in self.kind(n) for n in stack):
                found.append(stack)
        return found

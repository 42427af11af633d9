"""Ways to do a call where the robot drives about: what each asks of where it stands, and of the drawers.

`reachable` and `accessible` follow from other facts, so they have no bits in a search. A call that needs them is an
operator for each place at which it can be done, which needs the robot, and what it takes, to be there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from skills.goals import Leaf
from skills.kitchen_symbols import DERIVED, Place, places
from skills.spec import SkillCall
from skills.symbolic import Typing, effects, preconditions
from skills.vocabulary import Atom


@dataclass(frozen=True)
class Way:
    """One way to do a call."""

    needs: tuple[Atom, ...]
    """What must hold."""
    forbids: tuple[Atom, ...] = ()
    """What must not."""
    adds: tuple[Atom, ...] = ()
    """What holds afterwards beside the call's own effects."""

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """All that it asks for."""
        return (*map(Leaf, self.needs), *(Leaf(a, False) for a in self.forbids))


@lru_cache(maxsize=65536)
def ways(call: SkillCall, objects: Typing) -> tuple[Way, ...]:
    """All ways to do a call; just one, with the call's own preconditions, where the robot stands still."""
    needs = preconditions(call)
    known = places(objects)
    if not known:
        return (Way(needs),)
    plain = tuple(a for a in needs if a.predicate not in DERIVED)
    asked = [a for a in needs if a.predicate in ("reachable", "accessible")]
    added = effects(call)[0]
    if not asked:
        near = tuple(
            Atom("robot-at", (p,)) for a in added if a.predicate == "robot-at" for p in known[a.arguments[0]].beside
        )
        return (Way(plain, adds=near),)
    thing = asked[0].arguments[0]
    if thing in known:
        place = known[thing]
        opened = (Atom("open", (thing,)),) if place.openable and asked[0].predicate == "accessible" else ()
        return (_at(place, (*plain, *opened), added),)
    return tuple(
        _at(place, (*plain, Atom("at", (thing, name)), *([Atom("open", (name,))] if place.openable else [])), added)
        for name, place in known.items()
        if not place.deep
    )


def _at(place: Place, needs: tuple[Atom, ...], added: tuple[Atom, ...]) -> Way:
    """The way at one place: what is set down there is at that place."""
    down = tuple(Atom("at", (a.arguments[0], place.name)) for a in added if a.predicate in ("on", "in"))
    blocked = tuple(Atom("open", (over,)) for over in place.above)
    return Way((*needs, Atom("robot-at", (place.name,))), blocked, down)


def consequences(call: SkillCall, objects: Typing) -> tuple[Atom, ...]:
    """Effects of a call on derived facts, whichever way it is done."""
    found = {atom for way in ways(call, objects) for atom in way.adds}
    return tuple(sorted(found))

"""Operators and conditions over states that are bits of one `int`; see `planner.symbolic_problem`."""

from __future__ import annotations

from dataclasses import dataclass

from skills.spec import SkillCall


@dataclass(frozen=True)
class Operator:
    """One ground call over bits."""

    call: SkillCall
    cost: float
    """What the search adds up; 1 for an ordinary call."""
    needs: int
    """Bits that must be set."""
    forbids: int
    """Bits that must be unset."""
    adds: int
    deletes: int
    buries: tuple[tuple[int, int], ...] = ()
    """Objects, as bits, that the call may bury, each with the fact, as a bit, by which it does."""
    when: tuple[tuple[int, int, int, int], ...] = ()
    """Effects on condition: bits that must be set, that must be unset, that it adds and deletes then."""

    def after(self, state: int) -> int:
        """The state that the call leads to."""
        adds, deletes = self.adds, self.deletes
        for needs, forbids, more, fewer in self.when:
            if state & needs == needs and not state & forbids:
                adds |= more
                deletes |= fewer
        return (state & ~deletes) | adds


@dataclass(frozen=True)
class Literal:
    """A condition on a state: whether any bit of `mask` is set is `value`."""

    mask: int
    value: bool
    ways: tuple[tuple[int, float], ...] = ((0, 0.0),)
    """Ways to make it true: the object, as a bit, that is moved by hand for it (0: none), and the cost beside that."""
    under: int = -1
    """Index of the object that must be free on top for that, or -1."""
    upper: int = -1
    """For `(on a b)`: the index of a."""

    def holds(self, state: int) -> bool:
        """Whether it is true."""
        return bool(state & self.mask) == self.value


@dataclass(frozen=True)
class Junction:
    """A conjunction or disjunction of conditions."""

    conjunctive: bool
    parts: tuple[Condition, ...]

    def holds(self, state: int) -> bool:
        """Whether it is true."""
        if self.conjunctive:
            return all(p.holds(state) for p in self.parts)
        return any(p.holds(state) for p in self.parts)


Condition = Literal | Junction

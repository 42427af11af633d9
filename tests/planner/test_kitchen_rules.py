"""Plans in a kitchen, on paper: where the robot must stand, and which drawers must be open."""

from __future__ import annotations

import pytest

from planner.kitchen_rules import consequences, ways
from planner.symbolic_search import Plan, find_plan
from sim.catalog import parse_name
from sim.fixtures import FIXTURES
from skills.goals import parse_goal
from skills.kitchen_symbols import derived
from skills.spec import SkillCall
from skills.symbolic import Facts, Typing, apply, ground, unmet
from skills.vocabulary import Atom

THINGS = ("coke can", "apple", "energy bar", "sponge", "lemon")
OBJECTS = Typing(
    tuple((n, parse_name(n, "kitchen")[1].name) for n in (*FIXTURES["kitchen"], *THINGS)),
    "kitchen",
)
DRAWERS = ("top drawer", "middle drawer", "bottom drawer")


def start(opened: tuple[str, ...] = (), at: str = "user") -> Facts:
    """A kitchen with a can and a sponge on the table, an apple on a counter, a bar and a lemon in drawers."""
    base = {
        Atom("on", ("coke can", "table")),
        Atom("on", ("sponge", "table")),
        Atom("on", ("apple", "close counter")),
        Atom("in", ("energy bar", "top drawer")),
        Atom("in", ("lemon", "bottom drawer")),
        Atom("robot-at", (at,)),
        Atom("hand-empty"),
        *(Atom("open" if d in opened else "closed", (d,)) for d in DRAWERS),
        *(Atom("clear", (n,)) for n, _ in OBJECTS),
    }
    return frozenset({*base, *derived(base, OBJECTS)})


def plan(goal: str, facts: Facts) -> Plan:
    """A plan, each of whose calls could be made, and which ends in the goal."""
    formula = parse_goal(goal, OBJECTS)
    found = find_plan(formula, facts, OBJECTS)
    for call in found.calls or ():
        assert not unmet(call, facts), call
        facts = apply(call, facts, OBJECTS)
    assert found.calls is None or formula.holds(facts)
    return found


def texts(found: Plan) -> list[str]:
    assert found.calls is not None, found.reason
    return list(map(str, found.calls))


def test_fetching_is_going_there_and_back() -> None:
    assert texts(plan("(at coke_can user)", start())) == [
        "go(table)",
        "pick(coke can)",
        "go(user)",
        "give(coke can, user)",
    ]
    assert texts(plan("(on coke_can far_counter)", start(at="table")))[0] == "pick(coke can)"
    assert texts(plan("(robot-at far_counter)", start())) == ["go(far counter)"]


def test_a_drawer_is_opened_first_and_closed_where_that_is_asked_for() -> None:
    calls = texts(plan("(and (in sponge middle_drawer) (closed middle_drawer))", start()))
    assert calls.index("open(middle drawer)") < calls.index("place(sponge, in, middle drawer)")
    assert calls[-1] == "close(middle drawer)"
    assert len(calls) == 7


def test_an_open_drawer_above_is_in_the_way() -> None:
    calls = texts(plan("(at lemon user)", start(opened=("top drawer", "bottom drawer"))))
    assert calls == ["go(bottom drawer)", "close(top drawer)", "pick(lemon)", "go(user)", "give(lemon, user)"]
    calls = texts(plan("(in energy_bar bottom_drawer)", start()))
    assert calls.index("close(top drawer)") < calls.index("place(energy bar, in, bottom drawer)")


def test_several_things_need_no_long_search() -> None:
    found = plan("(and (in apple trash_can) (at coke_can user) (at lemon user) (on sponge far_counter))", start())
    assert len(texts(found)) == 17
    assert found.expanded < 4000


def test_quantifiers_and_choices() -> None:
    calls = texts(plan("(exists (?f - fruit) (at ?f user))", start()))
    assert "pick(apple)" in calls, "the lemon is in a drawer"
    calls = texts(plan("(forall (?x - movable) (not (on ?x table)))", start()))
    assert sum(c.startswith("pick") for c in calls) == 2


def test_nothing_is_taken_from_the_trash_can() -> None:
    facts = apply(
        SkillCall("place", ("apple", "in", "trash can")), start() - {Atom("on", ("apple", "close counter"))}, OBJECTS
    )
    assert plan("(at apple user)", facts).calls is None


@pytest.mark.parametrize("call", ground(OBJECTS), ids=str)
def test_every_call_has_a_way_and_what_it_needs_is_enough(call: SkillCall) -> None:
    for way in ways(call, OBJECTS):
        base = {a for a in way.needs if a.predicate not in ("at", "clear", "hand-empty")}
        base |= {Atom("on", a.arguments) for a in way.needs if a.predicate == "at" and "drawer" not in a.arguments[1]}
        base |= {Atom("in", a.arguments) for a in way.needs if a.predicate == "at" and "drawer" in a.arguments[1]}
        facts = {*base, *derived(base, OBJECTS), *(Atom("clear", (n,)) for n, _ in OBJECTS)}
        if not any(a.predicate == "holding" for a in facts):
            facts.add(Atom("hand-empty"))
        assert not unmet(call, frozenset(facts))
        after = apply(call, frozenset(facts), OBJECTS)
        assert set(way.adds) <= after
        assert set(way.adds) <= set(consequences(call, OBJECTS))

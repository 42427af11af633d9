from __future__ import annotations

from skills.predicates import atoms
from skills.registry import specs
from skills.spec import SkillCall
from skills.symbolic import (
    MIRRORED,
    apply,
    apply_all,
    constants,
    effects,
    enclosing,
    ground,
    legal,
    preconditions,
    typing_of,
    unmet,
)
from skills.vocabulary import Atom
from tests.scene_builder import scene

STATE = scene(
    {
        "red block": (0.4, -0.2),
        "blue block": (0.4, 0.0),
        "green block": "blue block",
        "red bowl": (0.6, 0.1),
        "white plate": (0.6, -0.2),
    }
)
OBJECTS = typing_of(STATE)
FACTS = atoms(STATE)


def call(text: str) -> SkillCall:
    return SkillCall.parse(text)


def after(*calls: str) -> frozenset[Atom]:
    return apply_all(map(call, calls), FACTS, OBJECTS)


def test_constants_by_type() -> None:
    values = constants(OBJECTS)
    assert values["container"] == ("red bowl",)
    assert values["movable"] == ("red block", "blue block", "green block")
    assert set(values["surface"]) == {"table", "red block", "blue block", "green block", "white plate"}


def test_every_ground_call_is_well_typed_and_names_nothing_twice() -> None:
    calls = ground(OBJECTS)
    assert len(set(calls)) == len(calls)
    assert call("place(red block, in, red bowl)") in calls
    assert call("pick(red bowl)") not in calls
    assert call("place(red block, on, red block)") not in calls
    assert call("place(red block, on, table)") in calls
    used = {spec.name for spec in specs() if any(spec.matches(c) for c in calls)}
    values = constants(OBJECTS)
    here = [spec for spec in specs() if OBJECTS.family in spec.families]
    assert used == {spec.name for spec in here if all(values.get(p.type) for p in spec.parameters)}
    assert {"pick", "place-in", "place-on", "place-at", "place-between", "push", "push-toward"} <= used


def test_forms_are_offered_where_there_is_what_they_speak_of() -> None:
    rich = typing_of(scene({"red brick": (0.4, 0.0), "blue brick": (0.5, 0.0), "red piece": (0.6, 0.0)}))
    forms = {spec.name for spec in specs() if any(spec.matches(c) for c in ground(rich))}
    assert "place-next-to" in forms and not {"place-across", "sweep", "place-in"} & forms
    assert SkillCall("pick", ("red piece",)) not in ground(rich)


def test_between_is_listed_once_for_each_pair() -> None:
    pair = {str(c) for c in ground(OBJECTS) if "between" in c.arguments and c.arguments[0] == "red block"}
    assert "place(red block, between, red bowl, white plate)" in pair
    assert "place(red block, between, white plate, red bowl)" not in pair


def test_legal_calls_are_those_whose_preconditions_hold() -> None:
    listed = set(legal(STATE))
    assert call("pick(red block)") in listed
    assert call("pick(blue block)") not in listed
    assert not [c for c in listed if c.skill == "place"]
    assert unmet(call("pick(blue block)"), FACTS) == (Atom("clear", ("blue block",)),)
    assert Atom("hand-empty") in preconditions(call("pick(blue block)"))


def test_a_pick_ends_all_that_was_said_of_the_place() -> None:
    facts = after("pick(green block)")
    assert Atom("holding", ("green block",)) in facts
    assert Atom("hand-empty") not in facts
    assert Atom("clear", ("blue block",)) in facts
    about = {a.predicate for a in facts if "green block" in a.arguments}
    assert about <= {"holding", "clear", "color", "same-color", "reachable"}
    assert not [a for a in facts if a.predicate == "in-line"]


def test_places_bring_about_what_they_say() -> None:
    assert Atom("in", ("red block", "red bowl")) in after("pick(red block)", "place(red block, in, red bowl)")
    stacked = after("pick(red block)", "place(red block, on, green block)")
    assert Atom("clear", ("green block",)) not in stacked
    assert Atom("hand-empty") in stacked
    on_plate = after("pick(red block)", "place(red block, on, white plate)")
    assert Atom("clear", ("white plate",)) in on_plate


def test_a_corner_lies_on_two_sides() -> None:
    assert set(enclosing("top left corner")) == {"top side", "left side"}
    facts = after("pick(red block)", "place(red block, at, top left corner)")
    assert Atom("at", ("red block", "left side")) in facts


def test_a_relation_brings_its_mirror() -> None:
    for relation, mirror in MIRRORED.items():
        adds, _ = effects(call(f"place(red block, {relation}, red bowl)"))
        assert Atom(mirror, ("red bowl", "red block")) in adds


def test_a_push_leaves_what_carries_the_object() -> None:
    facts = apply(call("push(red block, left)"), FACTS, OBJECTS)
    assert Atom("moved", ("red block", "left")) in facts
    assert Atom("on", ("red block", "table")) in facts
    assert not [a for a in facts if a.predicate == "at" and a.arguments[0] == "red block"]


def test_facts_that_a_call_does_not_speak_of_stay() -> None:
    untouched = {
        a for a in FACTS if "red block" not in a.arguments and a.predicate not in ("in-line", "clear", "hand-empty")
    }
    assert untouched <= after("pick(red block)", "place(red block, in, red bowl)")

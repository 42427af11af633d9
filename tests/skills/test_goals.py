from __future__ import annotations

import pytest

from skills.goals import Leaf, Node, conditions, parse_goal
from skills.symbolic import Facts, Typing
from skills.vocabulary import Atom

OBJECTS = Typing((("red block", "block"), ("green block", "block"), ("red bowl", "bowl"), ("green bowl", "bowl")))


def facts(*texts: str) -> Facts:
    return frozenset(map(Atom.parse, texts))


def holds(goal: str, *texts: str) -> bool:
    return parse_goal(goal, OBJECTS).holds(facts(*texts))


def test_a_literal() -> None:
    assert parse_goal("(in red_block red_bowl)", OBJECTS) == Leaf(Atom("in", ("red block", "red bowl")))
    assert holds("(in red_block red_bowl)", "(in red_block red_bowl)")
    assert holds("(not (in red_block red_bowl))")


def test_quantifiers_range_over_the_objects_of_their_types() -> None:
    goal = parse_goal("(forall (?b - block) (in ?b red_bowl))", OBJECTS)
    assert {str(c) for c in conditions(goal)} == {"(in red_block red_bowl)", "(in green_block red_bowl)"}
    assert holds("(exists (?w - bowl) (in red_block ?w))", "(in red_block green_bowl)")
    assert not holds("(exists (?w - bowl) (in red_block ?w))", "(in green_block green_bowl)")
    assert holds(
        "(forall (?a ?b - block) (or (= ?a ?b) (near ?a ?b)))",
        "(near red_block green_block)",
        "(near green_block red_block)",
    )
    assert len(list(parse_goal("(forall (?o - object) (on ?o table))", OBJECTS).leaves())) == 4
    assert len(list(parse_goal("(forall (?o - movable) (on ?o table))", OBJECTS).leaves())) == 2


def test_an_empty_range_is_true_for_all_and_false_for_one() -> None:
    assert holds("(forall (?p - plate) (on red_block ?p))")
    assert not holds("(exists (?p - plate) (on red_block ?p))")


def test_connectives_and_their_negations() -> None:
    a, b = "(on red_block table)", "(on green_block table)"
    assert holds(f"(imply {a} {b})")
    assert not holds(f"(imply {a} {b})", a)
    assert holds(f"(not (and {a} {b}))", a)
    assert not holds(f"(not (or {a} {b}))", b)
    assert holds(f"(not (imply {a} {b}))", a)
    assert holds("(not (forall (?b - block) (on ?b table)))", a)
    assert holds("(not (exists (?b - block) (on ?b table)))")


def test_equality_is_decided_when_grounding() -> None:
    goal = parse_goal("(exists (?a ?b - block) (and (not (= ?a ?b)) (on ?a ?b)))", OBJECTS)
    assert {str(leaf) for leaf in goal.leaves()} == {"(on red_block green_block)", "(on green_block red_block)"}


def test_constants_may_be_axes_types_regions_and_directions() -> None:
    assert holds("(in-line any block)", "(in-line any block)")
    assert holds(
        "(and (at red_block top_left_corner) (moved red_block left))",
        "(at red_block top_left_corner)",
        "(moved red_block left)",
    )


def test_conditions_are_the_named_parts_of_a_conjunction() -> None:
    goal = parse_goal(
        "(and (on red_block table) (and (or (hand-empty) (clear red_block)) (not (on green_block table))))", OBJECTS
    )
    assert [str(c) for c in conditions(goal)] == [
        "(on red_block table)",
        "(or (hand-empty) (clear red_block))",
        "(not (on green_block table))",
    ]
    assert conditions(Node("and", ())) == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("in red_block red_bowl", "parentheses"),
        ("(and (on red_block table)", "parentheses"),
        ("(inside red_block red_bowl)", "unknown predicate 'inside'.*nearest is 'in"),
        ("(in red_blok red_bowl)", "'red blok'.*nearest is 'red block'"),
        ("(at red_block top_left)", "no region of this scene; the nearest is 'top left corner'"),
        ("(in red_block)", "takes 2"),
        ("(in-line sideways block)", "no axis"),
        ("(in-line any blocks)", "no type of this scene; the nearest is 'block'"),
        ("(forall (?b - blok) (on ?b table))", "blok"),
        ("(on ?b table)", "."),
        ("()", "not a PDDL goal"),
    ],
)
def test_what_does_not_fit_is_refused_on_one_line(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        parse_goal(text, OBJECTS)
    assert "\n" not in str(caught.value)

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skills.registry import Skill, find_spec, register, skills, specs
from skills.spec import Parameter, SkillCall, SkillSpec
from skills.symbolic import Typing, check_call
from skills.vocabulary import Atom

WORDS = st.from_regex(r"[a-z][a-z0-9]*( [a-z0-9]+){0,2}", fullmatch=True)


@given(st.from_regex(r"[a-z][a-z_-]*", fullmatch=True), st.lists(WORDS, max_size=4))
def test_the_text_of_a_call_round_trips(skill: str, arguments: list[str]) -> None:
    call = SkillCall(skill, tuple(arguments))
    assert SkillCall.parse(str(call)) == call


@pytest.mark.parametrize("text", ["", "pick", "pick(", "pick(a))", "pick(a,)", "Pick(a)", "pick(a); place(b)"])
def test_what_is_no_call_is_refused_with_the_form_that_is_expected(text: str) -> None:
    with pytest.raises(ValueError, match="expected the form"):
        SkillCall.parse(text)


def test_every_spec_describes_its_calls() -> None:
    for spec in specs():
        call = spec.call(*(f"thing {k}" for k in range(len(spec.parameters))))
        assert spec.matches(call)
        assert find_spec(call) is spec
        assert all(f"thing {k}" in spec.describe(call) for k in range(len(spec.parameters)))
        assert SkillCall.parse(str(call)) == call


def test_forms_of_one_skill_are_told_apart_by_their_keyword() -> None:
    assert find_spec(SkillCall.parse("place(red block, in, red bowl)")).name == "place-in"
    assert find_spec(SkillCall.parse("place(red block, near, red bowl)")).name == "place-near"
    assert find_spec(SkillCall.parse("push(red block, left)")).name == "push"
    assert find_spec(SkillCall.parse("push(red block, toward, red bowl)")).name == "push-toward"


def test_an_unknown_form_names_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"nearest is 'place\(object, in, target\)'"):
        find_spec(SkillCall.parse("place(red block, into, target)"))


def spec(**changes: object) -> SkillSpec:
    fields: dict = {
        "name": "poke",
        "skill": "poke",
        "pattern": ("?object",),
        "parameters": (Parameter("object", "movable"),),
        "sentence": "poke the {object}",
        "preconditions": (),
        "adds": (),
        "deletes": (),
    }
    return SkillSpec(**{**fields, **changes})


def test_a_spec_whose_parts_do_not_fit_is_refused_when_it_is_made() -> None:
    with pytest.raises(ValueError, match="does not list the parameters"):
        spec(pattern=("?thing",))
    with pytest.raises(ValueError, match="not an atom of a known predicate"):
        spec(adds=(Atom("poked", ("?object",)),))
    with pytest.raises(ValueError, match="which is no parameter"):
        spec(adds=(Atom("holding", ("?thing",)),))
    with pytest.raises(KeyError):
        spec(sentence="poke the {thing}")


def test_a_call_takes_as_many_arguments_as_there_are_parameters() -> None:
    with pytest.raises(ValueError, match="takes 1 arguments, not 2"):
        spec().call("red block", "blue block")


def test_names_are_registered_once() -> None:
    with pytest.raises(ValueError, match="registered already"):
        register(skills()["pick"])
    with pytest.raises(ValueError, match="specs of its own name"):
        Skill("prod", (spec(),), skills()["pick"].run)


def test_arguments_must_be_in_the_scene_and_of_the_right_type() -> None:
    objects = Typing((("red block", "block"), ("red bowl", "bowl")))
    check_call(SkillCall.parse("place(red block, in, red bowl)"), objects)
    with pytest.raises(ValueError, match="no container of this scene; the nearest is 'red bowl'"):
        check_call(SkillCall.parse("place(red block, in, red box)"), objects)
    with pytest.raises(ValueError, match=r"'red bowl' in .* is no movable"):
        check_call(SkillCall.parse("pick(red bowl)"), objects)

from __future__ import annotations

from collections.abc import Callable

import pytest

from planner.failures import failure_counts, obstacles
from planner.oracle import Oracle
from planner.pursuit import MAX_FAILURES
from planner.random_skills import RandomSkills
from planner.registry import PlannerEntry, find_planner, make_planner, planners, register_planner
from sim.state import SceneState
from skills.outcome import FailureReason, Outcome
from skills.predicates import atoms
from skills.protocol import Act, Decision, Finish, Observation, Planner, Refuse, Step
from skills.spec import SkillCall
from skills.symbolic import legal
from tests.scene_builder import scene

START = scene({"red block": (0.4, -0.2), "blue block": (0.4, 0.0), "red bowl": (0.6, 0.2)})


def observation(state: SceneState, *steps: Step) -> Observation:
    return Observation("an instruction", state, START, tuple(steps))


def failed(text: str, reason: FailureReason = FailureReason.GRASP_MISSED, culprit: str | None = None) -> Step:
    return Step(SkillCall.parse(text), Outcome(False, reason, "it did not work", culprit=culprit))


def worked(text: str) -> Step:
    return Step(SkillCall.parse(text), Outcome(True, None, "it worked"))


def called(decision: Decision) -> str:
    assert isinstance(decision, Act), decision
    return str(decision.call)


def test_it_acts_on_the_first_call_of_a_plan_and_goes_on() -> None:
    oracle = Oracle("(in red_block red_bowl)")
    oracle.reset("")
    first = oracle.decide(observation(START))
    assert called(first) == "pick(red block)"
    held = scene({"red block": (0.4, -0.2), "blue block": (0.4, 0.0), "red bowl": (0.6, 0.2)}, holding="red block")
    second = oracle.decide(observation(held, worked("pick(red block)")))
    assert called(second) == "place(red block, in, red bowl)"
    assert isinstance(second, Act) and second.rationale.note == "as planned"
    done = scene({"red bowl": (0.6, 0.2), "red block": "red bowl", "blue block": (0.4, 0.0)})
    assert isinstance(oracle.decide(observation(done, worked(called(first)), worked(called(second)))), Finish)


def test_it_plans_anew_where_the_scene_is_not_as_expected() -> None:
    oracle = Oracle("(in red_block red_bowl)")
    oracle.decide(observation(START))
    buried = scene({"red block": (0.4, -0.2), "blue block": "red block", "red bowl": (0.6, 0.2)})
    decision = oracle.decide(observation(buried, worked("pick(red block)")))
    assert called(decision) == "pick(blue block)"


@pytest.mark.parametrize(
    ("goal", "reason"),
    [
        (None, "no goal is known"),
        ("(in purple_block red_bowl)", "purple block"),
        ("(in red_block", "not a PDDL goal"),
        ("(turned red_block left)", "no skill can bring about"),
    ],
)
def test_it_refuses_what_it_cannot_do(goal: str | None, reason: str) -> None:
    decision = Oracle(goal).decide(observation(START))
    assert isinstance(decision, Refuse)
    assert reason in decision.reason


def test_what_is_left_in_the_hand_is_set_down() -> None:
    held = scene({"blue block": (0.4, 0.0), "red bowl": (0.6, 0.2), "red block": (0.4, -0.2)}, holding="red block")
    assert called(Oracle("(on blue_block table)").decide(observation(held))) == "place(red block, on, table)"


def test_it_tries_another_way_after_failures_and_gives_up_in_the_end() -> None:
    oracle = Oracle("(exists (?b - block) (in ?b red_bowl))")
    first = called(oracle.decide(observation(START)))
    second = called(oracle.decide(observation(START, failed(first))))
    assert {first, second} == {"pick(red block)", "pick(blue block)"}
    decision = oracle.decide(observation(START, *[failed(first)] * MAX_FAILURES))
    assert isinstance(decision, Refuse) and first in decision.reason


def test_a_placement_that_was_not_enough_is_not_repeated() -> None:
    close = scene({"red block": (0.5, 0.0), "blue block": (0.5, 0.1)})
    held = scene({"blue block": (0.5, 0.1), "red block": (0.5, 0.0)}, holding="red block")
    oracle = Oracle("(not (near red_block blue_block))")
    oracle.decide(observation(close))
    first = called(oracle.decide(observation(held, worked("pick(red block)"))))
    again = called(
        oracle.decide(observation(held, worked("pick(red block)"), worked(first), worked("pick(red block)")))
    )
    assert ", at, " in first and ", at, " in again and first != again


def test_failures_are_forgotten_after_a_success() -> None:
    text = "pick(red block)"
    counts = failure_counts((failed(text), failed(text), worked(text), failed(text), failed("pick(blue block)")))
    assert counts == {SkillCall.parse(text): 1, SkillCall.parse("pick(blue block)"): 1}


def test_what_was_in_the_way_is_put_aside_first() -> None:
    crowded = failed("pick(red block)", FailureReason.COLLISION, "blue block")
    oracle = Oracle("(in red_block red_bowl)")
    assert called(oracle.decide(observation(START, crowded))) == "pick(blue block)"


def test_obstacles_are_those_that_can_be_moved_and_were_not_moved_since() -> None:
    call = SkillCall.parse("pick(red block)")
    blocked = failed("pick(red block)", FailureReason.COLLISION, "blue block")
    assert obstacles((blocked,), START) == {call: frozenset({"blue block"})}
    assert obstacles((blocked, worked("pick(blue block)")), START) == {}
    assert obstacles((failed("pick(red block)", FailureReason.COLLISION, "red bowl"),), START) == {}
    assert obstacles((failed("pick(red block)", FailureReason.GRASP_MISSED, "blue block"),), START) == {}


def test_two_in_each_others_way_are_still_tried() -> None:
    steps = (
        failed("pick(red block)", FailureReason.COLLISION, "blue block"),
        failed("pick(blue block)", FailureReason.COLLISION, "red block"),
    )
    assert isinstance(Oracle("(in red_block red_bowl)").decide(observation(START, *steps)), Act)


def test_random_skills_are_legal_and_repeat_with_their_seed() -> None:
    def choices(seed: int) -> list[str]:
        planner = RandomSkills(seed)
        planner.reset("")
        return [called(planner.decide(observation(START))) for _ in range(20)]

    assert choices(3) == choices(3) != choices(4)
    assert set(choices(3)) <= {str(c) for c in legal(START, atoms(START))}


def test_planners_by_name() -> None:
    assert {"oracle", "random", "saycan", "monologue", "generate", "translate", "default"} <= set(planners())
    assert isinstance(make_planner("oracle", goal="(hand-empty)"), Oracle)
    assert isinstance(make_planner("random", seed=2), Planner)
    with pytest.raises(ValueError, match="unknown planner 'oracel'; the nearest is 'oracle'"):
        make_planner("oracel")
    with pytest.raises(ValueError, match="registered already"):
        register_planner(find_planner("oracle"))


def test_no_planner_is_listed_that_is_not_there() -> None:
    makers: dict[str, Callable[..., object]] = {name: entry.make for name, entry in planners().items()}
    assert all(callable(m) for m in makers.values())
    assert not {"search", "code"} & set(makers)
    assert all(isinstance(entry, PlannerEntry) and entry.summary for entry in planners().values())

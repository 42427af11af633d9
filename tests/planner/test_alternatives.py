"""Other ways to the same goal, and which of them is taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from planner.alternatives import Calls, alternatives, likeliest, moves_of
from planner.feasibility.protocol import Prediction
from planner.pursuit import Outlook, Pursuit
from sim.state import SceneState
from skills.goals import parse_goal
from skills.outcome import FailureReason, Outcome
from skills.protocol import Observation, Step
from skills.spec import SkillCall
from skills.symbolic import typing_of
from tests.scene_builder import scene

STATE = scene(
    {
        "red block": (0.4, 0.2),
        "blue block": (0.4, 0.0),
        "green block": (0.4, -0.2),
        "red bowl": (0.6, 0.2),
        "blue bowl": (0.6, -0.2),
    }
)


def plan(text: str) -> Calls:
    return tuple(map(SkillCall.parse, text.split("; ")))


RED, BLUE = (
    plan("pick(red block); place(red block, in, red bowl)"),
    plan("pick(blue block); place(blue block, on, table)"),
)


class Rated:
    """A feasibility model that gives each call what it is told, and 1 to all others."""

    def __init__(self, success: Mapping[str, float] | None = None, confident: bool = True) -> None:
        self._success = success or {}
        self._confident = confident

    def predict(
        self, state: SceneState, plans: Sequence[Calls | Sequence[SkillCall]], evidence: Sequence[Step] = ()
    ) -> list[list[Prediction]]:
        return [[Prediction(self._success.get(str(c), 1.0), None, self._confident) for c in calls] for calls in plans]


def observe(*steps: Step) -> Observation:
    return Observation("an instruction", STATE, STATE, steps)


def look(goal: str, model: Rated, *steps: Step) -> Outlook:
    pursuit = Pursuit(choose=likeliest(model), limit=12)
    return pursuit.look(parse_goal(goal, typing_of(STATE)), observe(*steps))


def test_moves_end_with_an_empty_hand() -> None:
    calls = (*RED, SkillCall.parse("push(red bowl, left)"), *BLUE)
    assert moves_of(calls) == [RED, (SkillCall.parse("push(red bowl, left)"),), BLUE]


def test_calls_of_plans_before_become_dearer_until_nothing_new_comes() -> None:
    asked: list[float] = []

    def replan(dearer: Callable[[SkillCall], float]) -> Calls | None:
        asked.append(dearer(RED[0]))
        return BLUE if dearer(RED[0]) > dearer(BLUE[0]) else RED

    assert alternatives(RED, replan, None, 8) == [RED, BLUE]
    assert asked == [1.0, 1.0]


def test_orders_that_work_are_alternatives_too() -> None:
    found = alternatives(RED + BLUE, lambda dearer: None, lambda calls: True, 8)
    assert found == [RED + BLUE, BLUE + RED]
    assert alternatives(RED + BLUE, lambda dearer: None, lambda calls: False, 8) == [RED + BLUE]
    assert alternatives(RED + BLUE, lambda dearer: None, lambda calls: True, 1) == [RED + BLUE]


def test_the_likeliest_order_is_taken() -> None:
    goal = "(and (in red_block red_bowl) (in blue_block blue_bowl))"
    plain = look(goal, Rated())
    assert plain.calls is not None and len(plain.calls) == 4
    firsts = {c.text for c in plain.candidates}
    assert firsts == {"pick(red block)", "pick(blue block)"}
    for first in firsts:
        outlook = look(goal, _FirstMatters(first))
        assert outlook.calls is not None and str(outlook.calls[0]) == first


def test_a_tower_is_not_built_from_the_top() -> None:
    goal = "(and (on red_block blue_block) (on blue_block green_block))"
    outlook = look(goal, _FirstMatters("pick(red block)"))
    assert outlook.calls is not None and str(outlook.calls[0]) == "pick(blue block)"


def test_of_equals_the_shorter_is_taken() -> None:
    longer = (*BLUE, *RED)
    choice = likeliest(Rated())([longer, RED], observe())
    assert choice.calls == RED
    choice = likeliest(Rated({"pick(red block)": 0.5, "pick(blue block)": 0.9}))([RED, longer, BLUE], observe())
    assert choice.calls == BLUE and "0.90 to succeed" in choice.note


def test_a_model_that_is_not_sure_has_no_say() -> None:
    choice = likeliest(Rated({"pick(red block)": 0.1}, confident=False))([RED, BLUE], observe())
    assert choice.calls == RED and "not sure" in choice.note


def test_what_failed_twice_waits_until_there_is_nothing_else() -> None:
    failed = Step(RED[0], Outcome(False, FailureReason.GRASP_MISSED, "nothing held"))
    choose = likeliest(Rated({"pick(blue block)": 0.3}))
    assert choose([RED, BLUE], observe(failed)).calls == RED
    assert choose([RED, BLUE], observe(failed, failed)).calls == BLUE
    assert choose([RED], observe(failed, failed)).calls == RED


class _FirstMatters(Rated):
    """Finds plans good that begin with one call."""

    def __init__(self, first: str) -> None:
        super().__init__()
        self._first = first

    def predict(
        self, state: SceneState, plans: Sequence[Calls | Sequence[SkillCall]], evidence: Sequence[Step] = ()
    ) -> list[list[Prediction]]:
        first = [Prediction(0.9 if str(calls[0]) == self._first else 0.4, None, True) for calls in plans]
        return [[p, *[Prediction(1.0, None, True)] * (len(c) - 1)] for p, c in zip(first, plans, strict=True)]

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from planner.candidates import Calls
from planner.feasibility.protocol import Prediction
from planner.orders import Order, Trials, all_orders, as_listed, by_feasibility, shuffled, try_in_order
from sim.state import SceneState
from skills.outcome import FailureReason, Outcome
from skills.protocol import Step
from skills.spec import SkillCall
from tests.scene_builder import scene

STATE = scene({"red block": (0.4, 0.1), "blue block": (0.4, -0.1), "white bowl": (0.6, 0.0), "gray bowl": (0.6, 0.3)})
PICKS = {name: SkillCall("pick", (f"{name} block",)) for name in ("red", "blue")}
PLANS: list[Calls] = [
    (PICKS[name], SkillCall("place", (f"{name} block", "in", f"{bowl} bowl")))
    for name in ("red", "blue")
    for bowl in ("white", "gray")
]
FAILED = Outcome(False, FailureReason.COLLISION, "no room")


class Told:
    """A world in which certain calls fail."""

    def __init__(self, *fail: SkillCall) -> None:
        self.fail, self.asked = fail, []

    def __call__(self, plan: Calls) -> tuple[tuple[Step, ...], bool]:
        self.asked.append(plan)
        steps = []
        for call in plan:
            steps.append(Step(call, FAILED if call in self.fail else Outcome(True, None, "done")))
            if call in self.fail:
                return tuple(steps), False
        return tuple(steps), True


class Model:
    """Thinks little of what a first failure blames, and most of the last plan otherwise."""

    def __init__(self) -> None:
        self.evidence: list[tuple[Step, ...]] = []

    def predict(
        self, state: SceneState, plans: Sequence[Sequence[SkillCall]], evidence: Sequence[Step] = ()
    ) -> list[list[Prediction]]:
        self.evidence.append(tuple(evidence))
        bad = {step.call.arguments[-1] for step in evidence}
        found = []
        for plan in plans:
            sure = 0.1 if plan[-1].arguments[-1] in bad else 0.5 + 0.1 * PLANS.index(tuple(plan))
            found.append([Prediction(1.0, None, True), Prediction(sure, None, True)])
        return found


def tried(order: Order, *fail: SkillCall, cap: int = 9) -> Trials:
    return try_in_order(PLANS, order, Told(*fail), cap)


def test_as_listed_the_first_comes_first() -> None:
    assert tried(Order(as_listed)) == Trials((0,), True)
    assert tried(Order(as_listed), PICKS["red"]) == Trials((0, 1, 2), True)
    assert tried(Order(as_listed), PICKS["red"]).failed == 2


def test_memory_spares_what_begins_like_a_failure_until_nothing_else_is_left() -> None:
    remembers = Order(as_listed, remembers=True)
    assert tried(remembers, PICKS["red"]) == Trials((0, 2), True)
    found = tried(remembers, *PICKS.values())
    assert found == Trials((0, 2, 1, 3), False) and found.failed == 4


def test_no_more_than_the_cap() -> None:
    assert tried(Order(as_listed), *PICKS.values(), cap=3) == Trials((0, 1, 2), False)


def test_a_plan_that_ends_short_of_the_goal_is_no_dead_end() -> None:
    def never(plan: Calls) -> tuple[tuple[Step, ...], bool]:
        return tuple(Step(c, Outcome(True, None, "done")) for c in plan), False

    assert try_in_order(PLANS, Order(as_listed, learns=True, remembers=True), never, 9) == Trials((0, 1, 2, 3), False)


def test_by_feasibility_the_likeliest_comes_first() -> None:
    model = Model()
    assert tried(Order(by_feasibility(model, STATE))) == Trials((3,), True)
    assert tried(Order(by_feasibility(model, STATE)), PLANS[3][1], PLANS[2][1]) == Trials((3, 2, 1), True)
    assert set(model.evidence) == {()}


def test_evidence_changes_the_order() -> None:
    model = Model()
    learns = Order(by_feasibility(model, STATE), learns=True)
    assert tried(learns, PLANS[3][1], PLANS[1][1]) == Trials((3, 2), True)
    assert [len(e) for e in model.evidence] == [0, 1]
    assert model.evidence[1][0] == Step(PLANS[3][1], FAILED)


def test_the_product_counts() -> None:
    class Unsure(Model):
        def predict(
            self, state: SceneState, plans: Sequence[Sequence[SkillCall]], evidence: Sequence[Step] = ()
        ) -> list[list[Prediction]]:
            sure = {PLANS[0]: (0.9, 0.2), PLANS[1]: (0.5, 0.5), PLANS[2]: (0.2, 0.9), PLANS[3]: (0.3, 0.6)}
            return [[Prediction(p, None, True) for p in sure[tuple(plan)]] for plan in plans]

    assert by_feasibility(Unsure(), STATE)(PLANS, ()) == pytest.approx([0.18, 0.25, 0.18, 0.18])
    assert tried(Order(by_feasibility(Unsure(), STATE)), PLANS[1][1]) == Trials((1, 0), True)


def test_a_random_order_is_one_order() -> None:
    score = shuffled(PLANS, np.random.default_rng(0))
    assert sorted(score(PLANS, ())) == [0.0, 1.0, 2.0, 3.0]
    assert score(PLANS[1:3], ()) == list(score(PLANS, ()))[1:3]
    firsts = {tried(Order(shuffled(PLANS, np.random.default_rng(seed)))).tried for seed in range(20)}
    assert len(firsts) == 4


def test_all_orders_meet_the_same_plans() -> None:
    orders = all_orders(Model(), STATE, PLANS, np.random.default_rng(0))
    assert list(orders)[:2] == ["preconditions", "preconditions+memory"]
    assert all(tried(order, *PICKS.values()).failed == 4 for order in orders.values())

"""`translate`: from a goal that a double of a trained model writes to calls, questions and refusals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest

from planner.language.dialogue import End
from planner.language.goals import goal_of, read_goals
from planner.language.scripted import ScriptedModel
from planner.pursuit import MAX_FAILURES
from planner.translate import Translate, TranslateOptions
from sim.state import SceneState
from skills.outcome import FailureReason, Outcome
from skills.protocol import Act, Ask, Decision, Finish, Observation, Refuse, Step
from skills.spec import SkillCall
from tests.planner.language_models import Preconditions, trained
from tests.scene_builder import scene

PLACES = {"red block": (0.4, 0.1), "blue block": (0.5, -0.2), "green bowl": (0.6, 0.1), "white bowl": (0.6, -0.1)}
STATE = scene(PLACES)
HELD = scene(PLACES, holding="red block")
INSIDE = scene({**{k: v for k, v in PLACES.items() if k != "red block"}, "red block": "green bowl"})
LOST = Outcome(False, FailureReason.GRASP_MISSED, "the fingers closed and hold nothing")
GOAL = "(in red_block green_bowl)"
ANY = "(exists (?b - block) (in ?b green_bowl))"


class Beam(ScriptedModel):
    """Writes several goals, as a model with a grammar of goals does."""

    def __init__(self, **goals: float) -> None:
        super().__init__(["done"] * 9, speaks_dialogue=True)
        self._goals = {text: math.log(value) for text, value in goals.items()}

    def writes_goals(self, prompt: str, state: SceneState) -> list[tuple[str, float]]:
        self.prompts.append(prompt)
        return list(self._goals.items())


def observe(state: SceneState = STATE, history: Sequence[Step] = (), said: Sequence[str] = ()) -> Observation:
    return Observation("put the red block in the green bowl", state, STATE, tuple(history), tuple(said))


def step(text: str, outcome: Outcome | None = None) -> Step:
    return Step(SkillCall.parse(text), outcome or Outcome(True, None, "done"))


def called(decision: Decision) -> str:
    assert isinstance(decision, Act), decision
    return str(decision.call)


def test_it_plans_acts_and_ends_when_the_goal_holds() -> None:
    model = trained(goal=GOAL)
    planner = Translate(model, Preconditions())
    planner.reset("")
    first = planner.decide(observe())
    assert called(first) == "pick(red block)"
    assert isinstance(first, Act) and first.then == (SkillCall.parse("place(red block, in, green bowl)"),)
    assert first.rationale.note.startswith(f"goal {GOAL}, probability 0.90; 2 calls")
    assert first.rationale.candidates[0].text == "pick(red block)"
    history = [step("pick(red block)")]
    second = planner.decide(observe(HELD, history))
    assert called(second) == "place(red block, in, green bowl)" and "as planned" in second.rationale.note
    history.append(step("place(red block, in, green bowl)"))
    last = planner.decide(observe(INSIDE, history))
    assert isinstance(last, Finish) and last.reason == "the goal holds"
    assert len([p for p in model.prompts if p.endswith("Goal:")]) == 2, "written and scored once, not once a step"


def test_it_says_at_first_how_it_read_what_was_said_otherwise() -> None:
    planner = Translate(trained(goal=GOAL), Preconditions())
    planner.reset("")
    said = "put the crimson cube in the green bowl"
    first = planner.decide(replace(observe(), instruction=said))
    assert isinstance(first, Act)
    assert first.rationale.note.startswith(f"read as 'put the red block in the green bowl'; goal {GOAL}")
    second = planner.decide(replace(observe(HELD, [step("pick(red block)")]), instruction=said))
    assert isinstance(second, Act) and "read as" not in second.rationale.note


def test_it_goes_by_what_it_sees() -> None:
    planner = Translate(trained(goal=GOAL), Preconditions())
    planner.decide(observe())
    buried = scene({**PLACES, "blue block": "red block"})
    assert called(planner.decide(observe(buried, [step("pick(red block)", LOST)]))) == "pick(blue block)"


def test_it_tries_another_way_and_gives_up_in_the_end() -> None:
    planner = Translate(trained(goal=ANY), Preconditions())
    first = called(planner.decide(observe()))
    failed = [step(first, LOST)] * 2
    second = called(planner.decide(observe(history=failed)))
    assert {first, second} == {"pick(red block)", "pick(blue block)"}
    decision = planner.decide(observe(history=[*failed, *failed]))
    assert len(failed) * 2 == MAX_FAILURES and isinstance(decision, Refuse) and first in decision.reason


def test_the_feasibility_model_picks_the_thing() -> None:
    for doomed, left in (("red", "blue"), ("blue", "red")):
        planner = Translate(trained(goal=ANY), Feasible(f"{doomed} block"))
        decision = planner.decide(observe())
        assert called(decision) == f"pick({left} block)"
        assert "best of" in decision.rationale.note
        assert {c.text for c in decision.rationale.candidates} == {"pick(red block)", "pick(blue block)"}


def test_a_correction_makes_it_derive_the_goal_anew() -> None:
    model = trained(goal=lambda prompt: "(in blue_block white_bowl)" if "Person: no" in prompt else GOAL)
    planner = Translate(model, Preconditions())
    assert called(planner.decide(observe())) == "pick(red block)"
    decision = planner.decide(observe(HELD, [step("pick(red block)")], ["no, the blue one, in the white bowl"]))
    assert isinstance(decision, Act) and decision.then[-1] == SkillCall.parse("place(blue block, in, white bowl)")
    assert "Person: no, the blue one" in next(p for p in model.prompts if "Person:" in p)


def test_it_asks_and_goes_on_with_the_answer() -> None:
    model = trained(goal=lambda prompt: GOAL if "Person:" in prompt else str(End.ASK))
    planner = Translate(model, Preconditions())
    decision = planner.decide(Observation("put the block in the bowl", STATE, STATE))
    assert isinstance(decision, Ask) and "the red block or the blue block?" in decision.question
    answered = Observation("put the block in the bowl", STATE, STATE, messages=("the red one",))
    assert called(planner.decide(answered)) == "pick(red block)"


def test_it_refuses_as_the_model_says() -> None:
    missing = Translate(trained(goal=str(End.MISSING)), Preconditions())
    decision = missing.decide(Observation("lift the block that looks like an aubergine", STATE, STATE))
    assert isinstance(decision, Refuse)
    assert "answer refuse, it is not here, probability 0.90" in decision.rationale.note
    impossible = Translate(trained(goal=str(End.IMPOSSIBLE)), Preconditions()).decide(observe())
    assert isinstance(impossible, Refuse) and "no skill" in impossible.reason


def test_a_list_of_words_is_surer_than_the_model_of_what_is_plainly_there_and_what_is_not() -> None:
    planner = Translate(trained(goal="(holding red_block)"), Preconditions())
    absent = planner.decide(Observation("lift the purple block", STATE, STATE))
    assert isinstance(absent, Refuse) and absent.reason == "there is no purple block in the scene"
    model = Beam(**{str(End.MISSING): 0.6, GOAL: 0.3})
    assert called(Translate(model, Preconditions()).decide(observe())) == "pick(red block)"


def test_people_want_what_cannot_be_had_or_is_so_already_less_often_than_the_model_says() -> None:
    refused = Beam(**{str(End.IMPOSSIBLE): 0.5, GOAL: 0.2})
    decision = Translate(refused, Preconditions()).decide(observe())
    assert called(decision) == "pick(red block)" and "probability 0.40" in decision.rationale.note
    surely = Beam(**{str(End.IMPOSSIBLE): 0.9, GOAL: 0.1})
    assert isinstance(Translate(surely, Preconditions()).decide(observe()), Refuse)
    settled = Beam(**{"(in red_block green_bowl)": 0.6, "(in red_block white_bowl)": 0.2})
    planner = Translate(settled, Preconditions())
    decision = planner.decide(Observation("into the other bowl with it", INSIDE, INSIDE))
    assert isinstance(decision, Act) and decision.then[-1] == SkillCall.parse("place(red block, in, white bowl)")
    only = Translate(Beam(**{"(in red_block green_bowl)": 0.6}), Preconditions())
    assert isinstance(only.decide(Observation("put it in the green bowl", INSIDE, INSIDE)), Finish)


@pytest.mark.parametrize("option", ["refusing", "settled"])
def test_a_weight_of_nothing_is_refused(option: str) -> None:
    with pytest.raises(ValueError, match=f"{option}=0.0; expected more than 0"):
        replace(TranslateOptions(), **{option: 0.0})


def test_the_next_formula_is_tried_where_the_likeliest_has_no_plan() -> None:
    model = Beam(**{"(turned red_block left)": 0.6, GOAL: 0.3, "(in red_block blue_bowl)": 0.1})
    decision = Translate(model, Preconditions()).decide(observe())
    assert called(decision) == "pick(red block)"
    assert "(turned red_block left), probability 0.60: no skill can bring about" in decision.rationale.note


def test_it_refuses_where_no_formula_has_a_plan() -> None:
    decision = Translate(Beam(**{"(turned red_block left)": 0.6}), Preconditions()).decide(observe())
    assert isinstance(decision, Refuse) and decision.reason.startswith("no skill can bring about")


def test_an_unlikely_end_does_not_stand_in_for_a_plan() -> None:
    model = Beam(**{"(turned red_block left)": 0.9, str(End.ASK): 0.001})
    assert isinstance(Translate(model, Preconditions()).decide(observe()), Refuse)


def test_formulas_that_mean_the_same_count_together() -> None:
    same = "(exists (?b - bowl) (and (in red_block ?b) (= ?b green_bowl)))"
    reading = read_goals(Beam(**{"(in blue_block green_bowl)": 0.4, GOAL: 0.35, same: 0.2}), "", STATE, may_end=True)
    assert [m.text for m in reading.meanings] == [GOAL, "(in blue_block green_bowl)"]
    assert abs(reading.meanings[0].probability - 0.55) < 1e-9


def test_on_a_bowl_is_in_it_and_in_a_plate_is_on_it() -> None:
    said = {"(on red_block green_bowl)": "in", "(forall (?b - block) (exists (?w - bowl) (on ?b ?w)))": "in"}
    for goal, meant in said.items():
        decision = Translate(trained(goal=goal), Preconditions()).decide(observe())
        assert isinstance(decision, Act) and decision.then[0].arguments[1] == meant
    plate = scene({"red block": (0.4, 0.1), "white plate": (0.6, 0.1)})
    assert str(goal_of("(not (in red_block white_plate))", plate)) == "(not (on red_block white_plate))"


def test_what_can_not_be_read_is_done_step_by_step() -> None:
    for nonsense in ("(in purple_block green_bowl)", "(in red_block", "(forall (?l - letter) (in ?l green_bowl))"):
        model = ScriptedModel(
            lambda prompt, goal=nonsense: goal if prompt.endswith("Goal:") else "pick up the red block",
            log_probability=lambda prompt, text: 0.0 if text.startswith(" (") else -30.0,
        )
        decision = Translate(model, Preconditions()).decide(observe())
        assert called(decision) == "pick(red block)"
        assert decision.rationale.note.startswith("no goal could be read (") and nonsense in decision.rationale.note


def test_a_model_that_was_not_trained_is_shown_goals() -> None:
    model = ScriptedModel([GOAL])
    assert called(Translate(model, Preconditions()).decide(observe())) == "pick(red block)"
    assert model.prompts[0].count("\nGoal: (") >= 8 and model.prompts[0].endswith("green bowl.\nGoal:")


class Torn(Beam):
    """Writes one goal as the likeliest, and as steps rather what leads to another."""

    def __init__(self, steps: str, **goals: float) -> None:
        super().__init__(**goals)
        self._log_probability = lambda prompt, text: math.log(0.8 if text.strip().startswith(steps) else 0.01)


def test_steps_decide_between_meanings_that_are_nearly_as_likely() -> None:
    goals = {"(in blue_block green_bowl)": 0.5, GOAL: 0.4}
    alone = Translate(Torn("pick up the red block", **goals), Preconditions()).decide(observe())
    assert called(alone) == "pick(blue block)"
    model = Torn("pick up the red block", **goals)
    verified = Translate(model, Preconditions(), TranslateOptions(verified=True)).decide(observe())
    assert called(verified) == "pick(red block)" and f"goal {GOAL}, probability 0.98" in verified.rationale.note
    assert model.prompts[-1].endswith("Step:"), "asked for steps once all meanings were there"


def test_steps_decide_between_acting_refusing_and_having_done_so() -> None:
    options = TranslateOptions(verified=True)
    for said, kind in ((str(End.IMPOSSIBLE), Refuse), ("done", Finish), ("pick up", Act)):
        goals = {str(End.IMPOSSIBLE): 0.3, GOAL: 0.3, "(on red_block table)": 0.3}
        assert isinstance(Translate(Torn(said, **goals), Preconditions(), options).decide(observe()), kind)


def test_a_meaning_that_is_sure_is_not_questioned() -> None:
    model = Torn("pick up the red block", **{"(in blue_block green_bowl)": 0.97, GOAL: 0.001})
    decision = Translate(model, Preconditions(), TranslateOptions(verified=True)).decide(observe())
    assert called(decision) == "pick(blue block)" and len(model.prompts) == 1


class Feasible(Preconditions):
    """Takes plans that touch one thing for hopeless, and all others for good."""

    def __init__(self, bad: str) -> None:
        super().__init__()
        self._bad = bad

    def predict(self, state, plans, evidence=()):  # pyright: ignore
        found = super().predict(state, plans, evidence)
        return [
            [p._replace(success=0.1 if self._bad in c.arguments else 0.9) for p, c in zip(steps, plan, strict=True)]
            for steps, plan in zip(found, plans, strict=True)
        ]

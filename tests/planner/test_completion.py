"""That all is done is believed as far as the goal that the same model reads holds."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import pytest

from planner.completion import LEAST, Completion
from planner.generate import Generate
from planner.language.dialogue import End
from planner.language.protocol import LanguageModel
from planner.language.scripted import ScriptedModel
from planner.language.talk import Spoken, talk_with
from planner.monologue import Monologue
from planner.saycan import SayCan
from sim.state import SceneState
from skills.outcome import FailureReason, Outcome
from skills.predicates import atoms
from skills.protocol import Act, Finish, Observation, Planner, Step
from skills.spec import SkillCall
from tests.planner.language_models import Preconditions
from tests.scene_builder import scene

PLACES = {"red block": (0.4, 0.1), "blue block": (0.5, -0.2), "green bowl": (0.6, 0.1)}
STATE = scene(PLACES)
INSTRUCTION = "the red block and the green bowl: put the one in the other"
GOAL = "(in red_block green_bowl)"
HASTY = {"done": 0.6, "pick up the red block": 0.3, "place the red block in the green bowl": 0.2}

Make = Callable[[LanguageModel, Preconditions], Planner]
ALL: list[Make] = [SayCan, Monologue, lambda language, feasibility: Generate(language)]


def hasty(goal: str = GOAL, steps: dict[str, float] = HASTY, *, trained: bool = True) -> ScriptedModel:
    """Says `done` first of all, and knows what is wanted."""

    def value(prompt: str, text: str) -> float:
        values = {goal: 0.9} if prompt.endswith("Goal:") else steps
        return math.log(values.get(text.strip(), 0.001))

    return ScriptedModel(lambda prompt: goal, log_probability=value, speaks_dialogue=trained)


def observe() -> Observation:
    return Observation(INSTRUCTION, STATE, STATE)


def probability(model: ScriptedModel, messages: tuple[str, ...] = ()) -> float:
    talk = talk_with(model) if not model.speaks_dialogue else Spoken()
    seen = Observation(INSTRUCTION, STATE, STATE, messages=messages)
    talk.hear(seen)
    return Completion(model, talk).probability(seen, atoms(STATE, STATE))


@pytest.mark.parametrize("make", ALL)
def test_done_is_not_believed_while_the_goal_does_not_hold(make: Make) -> None:
    decision = make(hasty(), Preconditions()).decide(observe())
    assert isinstance(decision, Act) and str(decision.call) == "pick(red block)"


@pytest.mark.parametrize("make", ALL)
def test_done_is_believed_where_the_goal_holds(make: Make) -> None:
    decision = make(hasty("(on red_block table)"), Preconditions()).decide(observe())
    assert isinstance(decision, Finish)


@pytest.mark.parametrize("make", ALL)
def test_who_is_sure_enough_of_done_is_believed_against_the_goal(make: Make) -> None:
    decision = make(hasty(steps={"done": 0.95}), Preconditions()).decide(observe())
    assert isinstance(decision, Finish)


def test_generate_looks_at_what_will_hold() -> None:
    decision = Generate(hasty()).decide(observe())
    assert isinstance(decision, Act) and [str(c) for c in decision.then] == ["place(red block, in, green bowl)"]


def test_a_goal_counts_as_far_as_it_is_likely() -> None:
    assert probability(hasty()) == LEAST
    assert probability(hasty("(on red_block table)")) == pytest.approx(1.0)


def test_nothing_is_held_against_a_model_that_reads_no_goals() -> None:
    model = hasty(trained=False)
    assert probability(model) == 1.0 and not model.prompts
    assert probability(hasty("ask which one is meant")) == 1.0
    assert probability(hasty("gibberish")) == 1.0


def test_a_question_among_the_readings_speaks_for_an_end() -> None:
    class Torn(ScriptedModel):
        def writes_goals(self, prompt: str, state: SceneState) -> Sequence[tuple[str, float]]:
            return [(str(End.ASK), math.log(0.8)), (GOAL, math.log(0.2))]

    assert probability(Torn(speaks_dialogue=True)) == pytest.approx(0.8)


def test_done_is_doubted_too_where_the_best_call_is_used_up() -> None:
    likes = {"pick up the red block": 0.6, "done": 0.25, "pick up the blue block": 0.1}
    lost = Step(SkillCall("pick", ("red block",)), Outcome(False, FailureReason.GRASP_MISSED, "missed"))
    seen = Observation(INSTRUCTION, STATE, STATE, history=(lost,) * 3)
    decision = SayCan(hasty(steps=likes), Preconditions()).decide(seen)
    assert isinstance(decision, Act) and str(decision.call) == "pick(blue block)"


def test_a_row_that_is_only_imagined_is_believed() -> None:
    model = hasty("(in-line any block)")
    talk = Spoken()
    talk.hear(observe())
    completion = Completion(model, talk)
    assert completion.probability(observe(), frozenset(), imagined=True) == pytest.approx(1.0)
    assert completion.probability(observe(), frozenset()) == LEAST


@pytest.mark.parametrize("make", ALL)
def test_what_speaks_against_done_is_told_and_charged(make: Make) -> None:
    rationale = make(hasty(), Preconditions()).decide(observe()).rationale
    assert "what is wanted holds with probability 0.05 only" in rationale.note
    assert rationale.generated_tokens >= 0


def test_another_scene_is_read_anew() -> None:
    model, talk = hasty(), Spoken()
    completion = Completion(model, talk)
    for state in (STATE, scene({**PLACES, "red block": (0.6, 0.1)})):
        seen = Observation(INSTRUCTION, state, state)
        talk.hear(seen)
        completion.probability(seen, atoms(state, state))
    assert len({p for p in model.prompts if p.endswith("Goal:")}) == 2


def test_the_goal_is_read_once_until_the_person_speaks() -> None:
    model, talk = hasty(), Spoken()
    completion = Completion(model, talk)
    for messages, asked in (((), 1), ((), 1), (("the red one",), 2)):
        seen = Observation(INSTRUCTION, STATE, STATE, messages=messages)
        talk.hear(seen)
        completion.probability(seen, atoms(STATE, STATE))
        assert len({p for p in model.prompts if p.endswith("Goal:")}) == asked

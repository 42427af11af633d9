"""`saycan`, `monologue` and `generate` with a model that was trained on the dialogue, here a double."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import pytest

from planner.generate import Generate, GenerateOptions
from planner.language.dialogue import Dialogue, End
from planner.language.protocol import LanguageModel
from planner.language.scripted import ScriptedModel
from planner.language.talk import QUESTIONS, Spoken
from planner.monologue import Monologue
from planner.saycan import SayCan
from sim.state import SceneState
from skills.outcome import FailureReason, Outcome
from skills.protocol import Act, Ask, Decision, Finish, Observation, Planner, Refuse, Step
from skills.spec import SkillCall
from tests.planner.language_models import Preconditions, trained
from tests.scene_builder import scene

PLACES = {"red block": (0.4, 0.1), "blue block": (0.5, -0.2), "green bowl": (0.6, 0.1)}
STATE = scene(PLACES)
HELD = scene(PLACES, holding="red block")
PICK = SkillCall("pick", ("red block",))
PLACE = SkillCall("place", ("red block", "in", "green bowl"))
LOST = Outcome(False, FailureReason.GRASP_MISSED, "the fingers closed and hold nothing")
DONE = Outcome(True, None, "holding the red block")
INSTRUCTION = "put the block in the bowl"

Make = Callable[[LanguageModel, Preconditions], Planner]
STEPWISE: list[Make] = [SayCan, Monologue]
ALL: list[Make] = [*STEPWISE, lambda language, feasibility: Generate(language)]


def observe(
    state: SceneState = STATE, history: Sequence[Step] = (), said: Sequence[str] = (), instruction: str = INSTRUCTION
) -> Observation:
    return Observation(instruction, state, STATE, tuple(history), tuple(said))


def called(decision: Decision) -> str:
    assert isinstance(decision, Act), decision
    return str(decision.call)


@pytest.mark.parametrize("make", ALL)
def test_it_reads_the_dialogue_and_does_what_it_says(make: Make) -> None:
    model = trained("pick up the red block")
    decision = make(model, Preconditions()).decide(observe())
    assert called(decision) == "pick(red block)"
    dialogue = Dialogue(INSTRUCTION, STATE)
    dialogue.update(observe())
    assert model.prompts[0] == dialogue.step_prompt()


@pytest.mark.parametrize("make", STEPWISE)
def test_what_happened_is_told(make: Make) -> None:
    model = trained("pick up the red block")
    planner = make(model, Preconditions())
    planner.reset(INSTRUCTION)
    planner.decide(observe())
    planner.decide(observe(history=[Step(PICK, LOST)], said=["the red one"]))
    told = "Step: pick up the red block\nFailed: the fingers closed and hold nothing\nPerson: the red one\nStep:"
    assert model.prompts[-1] == model.prompts[0].removesuffix("Step:") + told


@pytest.mark.parametrize("make", ALL)
def test_another_episode_begins_another_dialogue_even_without_a_reset(make: Make) -> None:
    model = trained("pick up the red block")
    planner = make(model, Preconditions())
    planner.decide(observe(history=[Step(PICK, LOST)]))
    planner.decide(observe())
    assert "Failed" not in model.prompts[-1]


@pytest.mark.parametrize("make", ALL)
def test_it_asks_in_words_and_goes_on_with_the_answer(make: Make) -> None:
    model = trained(lambda prompt: "pick up the blue block" if "Person:" in prompt else str(End.ASK))
    planner = make(model, Preconditions())
    decision = planner.decide(observe())
    assert isinstance(decision, Ask)
    assert decision.question == "Which block do you mean: the red block or the blue block?"
    assert called(planner.decide(observe(said=["the blue one"]))) == "pick(blue block)"


@pytest.mark.parametrize("make", ALL)
def test_it_does_not_ask_for_ever(make: Make) -> None:
    planner = make(trained(str(End.ASK)), Preconditions())
    decisions = [planner.decide(observe(said=["hm"] * k)) for k in range(QUESTIONS + 1)]
    asked = [d.question for d in decisions if isinstance(d, Ask)]
    assert len(asked) == len(set(asked)) == QUESTIONS
    assert not isinstance(decisions[-1], Ask)


@pytest.mark.parametrize("make", ALL)
def test_it_refuses_what_is_not_here_by_name(make: Make) -> None:
    planner = make(trained(str(End.MISSING)), Preconditions())
    decision = planner.decide(observe(instruction="put the purple block in the green bowl"))
    assert isinstance(decision, Refuse) and decision.reason == "there is no purple block in the scene"


@pytest.mark.parametrize("make", ALL)
def test_it_refuses_what_can_not_be_done(make: Make) -> None:
    decision = make(trained(str(End.IMPOSSIBLE)), Preconditions()).decide(observe(instruction="fly away"))
    assert isinstance(decision, Refuse) and "no skill" in decision.reason


@pytest.mark.parametrize("make", ALL)
def test_words_alone_refuse_nothing(make: Make) -> None:
    """What a list of words takes for missing may be another name of something that is there."""
    planner = make(trained("pick up the red block"), Preconditions())
    assert called(planner.decide(observe(instruction="bring me the apple"))) == "pick(red block)"


@pytest.mark.parametrize("make", ALL)
def test_it_ends_when_the_model_says_done(make: Make) -> None:
    assert isinstance(make(trained("done"), Preconditions()).decide(observe()), Finish)


@pytest.mark.parametrize("make", ALL)
def test_an_empty_instruction_is_refused(make: Make) -> None:
    decision = make(trained("done"), Preconditions()).decide(observe(instruction=" "))
    assert isinstance(decision, Refuse) and decision.reason == "the instruction is empty"


def test_saycan_gives_probabilities_over_all_answers() -> None:
    decision = SayCan(trained("pick up the red block"), Preconditions()).decide(observe())
    listed = decision.rationale.candidates
    assert sum(math.exp(c.language) for c in listed if c.language is not None) == pytest.approx(1.0)
    assert {"done()", str(End.ASK), str(End.IMPOSSIBLE)} <= {c.text for c in listed}
    assert str(End.MISSING) not in {c.text for c in listed}, "all that it names is plainly there"
    assert all(c.feasibility == 1.0 for c in listed if c.text == "done()")


def test_saycan_takes_the_next_likely_call_where_the_best_is_used_up() -> None:
    chances = {"pick up the red block": 0.6, "pick up the blue block": 0.3}
    model = ScriptedModel(
        log_probability=lambda prompt, text: math.log(chances.get(text.strip(), 1e-6)), speaks_dialogue=True
    )
    failed = [Step(PICK, LOST)] * 3
    assert called(SayCan(model, Preconditions()).decide(observe(history=failed))) == "pick(blue block)"
    chances.pop("pick up the blue block")
    decision = SayCan(model, Preconditions()).decide(observe(history=failed))
    assert isinstance(decision, Refuse) and decision.reason.startswith("pick(red block) failed 3 times")


def test_monologue_says_something_else_where_a_call_is_used_up() -> None:
    model = trained(lambda prompt: "pick up the blue block" if "3 times" in prompt else "pick up the red block")
    decision = Monologue(model, Preconditions()).decide(observe(history=[Step(PICK, LOST)] * 3))
    assert called(decision) == "pick(blue block)"
    assert "pick(red block): failed 3 times" in decision.rationale.note


@pytest.mark.parametrize("make", STEPWISE)
def test_a_call_that_changes_nothing_is_not_repeated_for_ever(make: Make) -> None:
    planner = make(trained("push the red block left"), Preconditions())
    history: list[Step] = []
    for _ in range(3):
        decision = planner.decide(observe(history=history))
        assert called(decision) == "push(red block, left)"
        history.append(Step(SkillCall("push", ("red block", "left")), Outcome(True, None, "pushed")))
    decision = planner.decide(observe(history=history))
    if isinstance(planner, Monologue):  # writes something else, as it can say nothing for likely
        assert called(decision) != "push(red block, left)" and "led nowhere" in decision.rationale.note
    else:
        assert isinstance(decision, Refuse) and "led nowhere" in decision.reason


def test_monologue_hears_an_objection_as_a_failure() -> None:
    model = trained(lambda prompt: "push the red block left" if "would not work" in prompt else "pick up the red block")
    decision = Monologue(model, Preconditions(doomed=["pick(red block)"])).decide(observe())
    assert called(decision) == "push(red block, left)"
    assert model.prompts[-1].endswith("pick up the red block\nFailed: it would not work: unreachable\nStep:")


def plan_of(*sentences: str) -> Callable[[str], str]:
    """Answers with the next of some sentences, by how many steps the prompt tells."""
    return lambda prompt: sentences[prompt.count("Step:") - 1]


WHOLE = plan_of("pick up the red block", "place the red block in the green bowl", "done")


def test_generate_writes_the_whole_plan_at_once_and_does_not_look() -> None:
    model = trained(WHOLE)
    planner = Generate(model)
    planner.reset(INSTRUCTION)
    first = planner.decide(observe())
    assert called(first) == str(PICK) and isinstance(first, Act) and first.then == (PLACE,)
    assert "wrote 2 calls" in first.rationale.note
    assert sum(prompt.endswith("Step:") for prompt in model.prompts) == 3
    asked = len(model.prompts)
    # The block was lost, and nobody looks.
    second = planner.decide(observe(history=[Step(PICK, LOST)]))
    assert called(second) == str(PLACE) == called(planner.decide(observe(history=[Step(PICK, LOST)])))
    assert isinstance(planner.decide(observe(history=[Step(PICK, LOST), Step(PLACE, LOST)])), Finish)
    assert len(model.prompts) == asked


def test_generate_offers_what_is_legal_then() -> None:
    offered: list[set[str]] = []

    class Listening(ScriptedModel):
        def score(self, prompt, continuations, *, within=False):  # pyright: ignore
            offered.append({t.strip() for t in continuations})
            return super().score(prompt, continuations, within=within)

    Generate(Listening(WHOLE, speaks_dialogue=True)).decide(observe())
    assert "place the red block in the green bowl" not in offered[0] and "pick up the blue block" in offered[0]
    assert "place the red block in the green bowl" in offered[1] and "pick up the blue block" not in offered[1]


def test_generate_writes_anew_when_the_person_says_something() -> None:
    model = trained(lambda prompt: "pick up the blue block" if "Person:" in prompt else WHOLE(prompt))
    planner = Generate(model, GenerateOptions(longest=1))
    planner.decide(observe())
    assert called(planner.decide(observe(said=["no, the blue one"]))) == "pick(blue block)"


def test_generate_carries_out_what_could_be_read() -> None:
    decision = Generate(ScriptedModel(["pick up the red block", "and so on"])).decide(observe())
    assert called(decision) == str(PICK) and "'and so on' is no call" in decision.rationale.note
    decision = Generate(ScriptedModel(["and so on"])).decide(observe())
    assert isinstance(decision, Refuse) and "'and so on' is no call" in decision.reason


def test_generate_stops_somewhere() -> None:
    model = trained(lambda prompt: "push the red block left")
    decision = Generate(model, GenerateOptions(longest=5)).decide(observe())
    assert called(decision) == "push(red block, left)" and len(model.prompts) <= 5


def test_a_talk_must_hear_before_it_can_ask() -> None:
    with pytest.raises(ValueError, match="call `hear`"):
        Spoken().prompt()

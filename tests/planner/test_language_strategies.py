"""`saycan` and `monologue`: what they decide, with the double, and with the real embedded model on easy scenes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from planner.language.prompt import DONE_CALL, continuation
from planner.language.protocol import LanguageModel
from planner.language.scripted import ScriptedModel
from planner.monologue import Monologue, MonologueOptions
from planner.saycan import SayCan, SayCanOptions
from sim.state import SceneState
from skills.outcome import FailureReason, Outcome
from skills.protocol import Act, Finish, Observation, Planner, Refuse, Step
from skills.spec import SkillCall
from tests.planner.language_models import Preconditions, embedded
from tests.scene_builder import scene

PLACES = {"red block": (0.4, 0.1), "blue block": (0.5, -0.2), "green bowl": (0.6, 0.1)}
STATE = scene(PLACES)
PICK = SkillCall("pick", ("red block",))
PLACE = SkillCall("place", ("red block", "in", "green bowl"))
STRATEGIES: list[Callable[[LanguageModel, Preconditions], Planner]] = [SayCan, Monologue]
FAILED = Outcome(False, FailureReason.GRASP_MISSED, "the fingers closed and hold nothing")
DONE = Outcome(True, None, "holding the red block")


def observe(instruction: str, state: SceneState = STATE, history: Sequence[Step] = ()) -> Observation:
    return Observation(instruction, state, STATE, tuple(history))


def liking(*sentences: str) -> ScriptedModel:
    """A model that finds these likely, the first most."""

    def value(prompt: str, text: str) -> float:
        if "Do something" in prompt:
            return 0.0
        return -float(sentences.index(text.strip())) if text.strip() in sentences else -20.0

    return ScriptedModel([f" {s}\n" for s in sentences], log_probability=value)


@pytest.mark.parametrize("make", STRATEGIES)
def test_does_what_the_model_says(make: Callable[[LanguageModel, Preconditions], Planner]) -> None:
    planner = make(liking("pick up the red block"), Preconditions())
    assert isinstance(planner, Planner)
    planner.reset("put the red block in the green bowl")
    decision = planner.decide(observe("put the red block in the green bowl"))
    assert isinstance(decision, Act)
    assert decision.call == PICK
    best = decision.rationale.candidates[0]
    assert (best.text, best.feasibility) == ("pick(red block)", 1.0)
    assert best.language is None or best.language <= 0.0


@pytest.mark.parametrize("make", STRATEGIES)
def test_ends_when_the_model_says_done(make: Callable[[LanguageModel, Preconditions], Planner]) -> None:
    decision = make(liking("done"), Preconditions()).decide(observe("lift the red block"))
    assert isinstance(decision, Finish)
    assert decision.rationale.candidates[0].text == DONE_CALL


@pytest.mark.parametrize("make", STRATEGIES)
def test_an_object_that_is_not_there_is_refused(make: Callable[[LanguageModel, Preconditions], Planner]) -> None:
    decision = make(liking("done"), Preconditions()).decide(observe("put the purple block in the green bowl"))
    assert isinstance(decision, Refuse)
    assert decision.reason == "there is no purple block in the scene"


@pytest.mark.parametrize("make", STRATEGIES)
def test_an_empty_instruction_is_refused(make: Callable[[LanguageModel, Preconditions], Planner]) -> None:
    assert isinstance(make(liking("done"), Preconditions()).decide(observe(" ")), Refuse)


@pytest.mark.parametrize("make", STRATEGIES)
def test_a_call_that_keeps_failing_is_given_up(make: Callable[[LanguageModel, Preconditions], Planner]) -> None:
    history: list[Step] = []
    for _ in range(3):
        decision = make(liking("pick up the red block"), Preconditions()).decide(observe("lift it", history=history))
        assert isinstance(decision, Act)
        history.append(Step(decision.call, FAILED))
    stubborn = liking("pick up the red block", "pick up the red block")
    decision = make(stubborn, Preconditions()).decide(observe("lift it", history=history))
    assert isinstance(decision, Refuse)
    assert decision.reason == "pick(red block) failed 3 times: the fingers closed and hold nothing"


def test_saycan_weighs_feasibility() -> None:
    model = liking("pick up the red block", "push the red block left")
    feasibility = Preconditions(doomed=["pick(red block)"])
    history = [Step(PICK, FAILED)]
    decision = SayCan(model, feasibility).decide(observe("do it", history=history))
    assert isinstance(decision, Act)
    assert str(decision.call) == "push(red block, left)"
    assert feasibility.evidence[-1] == history


def test_saycan_divides_out_what_is_likely_anyhow() -> None:
    def value(prompt: str, text: str) -> float:
        favourite, meant = continuation(SkillCall("pick", ("blue block",))), continuation(PICK)
        table = {favourite: -1.0, meant: -2.0} if "Do something" not in prompt else {favourite: -1.0, meant: -9.0}
        return table.get(text, -30.0)

    model = ScriptedModel(log_probability=value)
    plain = SayCan(model, Preconditions(), SayCanOptions(calibration=0.0)).decide(observe("lift the red block"))
    calibrated = SayCan(model, Preconditions(), SayCanOptions(calibration=0.5)).decide(observe("lift the red block"))
    assert isinstance(plain, Act)
    assert isinstance(calibrated, Act)
    assert (plain.call.arguments, calibrated.call.arguments) == (("blue block",), ("red block",))


def test_saycan_does_again_what_was_lost() -> None:
    """The block slipped while it was carried: the prompt no longer says that it was picked."""
    model = liking("pick up the red block")
    SayCan(model, Preconditions()).decide(observe("do it", history=[Step(PICK, DONE), Step(PLACE, FAILED)]))
    assert model.prompts[0].endswith("Task: Do it.\nStep 1:")


def test_monologue_refuses_an_answer_that_cannot_be_parsed() -> None:
    decision = Monologue(ScriptedModel(["As an AI I cannot"]), Preconditions()).decide(observe("lift the red block"))
    assert isinstance(decision, Refuse)
    assert "'As an AI I cannot' is no call that can be made in this scene" in decision.reason


def test_monologue_hears_an_objection_and_thinks_again() -> None:
    model = liking("pick up the red block", "push the red block left")
    decision = Monologue(model, Preconditions(doomed=["pick(red block)"])).decide(observe("move the red block"))
    assert isinstance(decision, Act)
    assert str(decision.call) == "push(red block, left)"
    assert "pick up the red block\nSuccess: no, it would not work: unreachable\nStep 2:" in model.prompts[1]
    assert "unreachable" in decision.rationale.note


def test_monologue_refuses_when_all_thoughts_are_objected_to() -> None:
    model = liking("pick up the red block")
    options = MonologueOptions(thoughts=1)
    decision = Monologue(model, Preconditions(doomed=["pick(red block)"]), options).decide(
        observe("move the red block")
    )
    assert isinstance(decision, Refuse)
    assert "unreachable" in decision.reason


@pytest.mark.slow
@pytest.mark.parametrize("make", STRATEGIES)
def test_the_embedded_model_puts_a_block_in_a_bowl(make: Callable[[LanguageModel, Preconditions], Planner]) -> None:
    planner = make(embedded(), Preconditions())
    states = [
        STATE,
        scene(PLACES, holding="red block"),
        scene({"blue block": (0.5, -0.2), "green bowl": (0.6, 0.1), "red block": "green bowl"}),
    ]
    history: list[Step] = []
    for state, expected in zip(states, (PICK, PLACE, None), strict=True):
        decision = planner.decide(observe("put the red block in the green bowl", state, history))
        if expected is None:
            assert isinstance(decision, Finish)
            break
        assert isinstance(decision, Act)
        assert decision.call == expected
        assert decision.rationale.generated_tokens > 0
        history.append(Step(decision.call, DONE))

"""What holds for every planner that can be asked for by name, with doubles in the place of language models."""

from __future__ import annotations

import pytest

from planner.language.protocol import LanguageModel
from planner.registry import make_planner, planners
from skills.outcome import FailureReason, Outcome
from skills.protocol import Act, Ask, Finish, Observation, Planner, Refuse, Step
from skills.symbolic import check_call, typing_of
from tests.planner.language_models import trained
from tests.scene_builder import scene

PLACES = {"red block": (0.4, 0.1), "blue block": (0.5, -0.2), "green bowl": (0.6, 0.1)}
STATE = scene(PLACES)
GOAL = "(in red_block green_bowl)"
LOST = Outcome(False, FailureReason.GRASP_MISSED, "the fingers closed and hold nothing")


@pytest.fixture(params=["trained", "not trained"])
def language(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> LanguageModel:
    # Once it holds the block in its thoughts it says that it is done.
    model = trained(lambda p: "done" if p.endswith("red block\nStep:") else "pick up the red block", GOAL)
    model.speaks_dialogue = request.param == "trained"
    monkeypatch.setattr("planner.language.loading.load_language_model", lambda name: model)
    return model


@pytest.mark.parametrize("name", planners())
def test_it_decides_on_what_means_something_and_comes_to_an_end(name: str, language: LanguageModel) -> None:
    planner = make_planner(name, goal=GOAL, seed=1)
    assert isinstance(planner, Planner) and planner.name
    planner.reset("put the red block in the green bowl")
    history: list[Step] = []
    messages: list[str] = []
    for _ in range(12):
        seen = Observation("put the red block in the green bowl", STATE, STATE, tuple(history), tuple(messages))
        decision = planner.decide(seen)
        assert isinstance(decision, Act | Ask | Finish | Refuse)
        if isinstance(decision, Ask):
            messages.append("do as you think best")
        elif isinstance(decision, Act):
            check_call(decision.call, typing_of(STATE))
            history.append(Step(decision.call, LOST))
        else:
            assert decision.reason
            break
    # Nothing that it does works: one that looks must see that some day, but for the one that draws lots.
    assert name == "random" or len(history) < 12


@pytest.mark.parametrize("name", [n for n, entry in planners().items() if entry.uses_language])
def test_an_empty_instruction_is_refused(name: str, language: LanguageModel) -> None:
    planner = make_planner(name)
    decision = planner.decide(Observation("", STATE, STATE))
    assert isinstance(decision, Refuse) and decision.reason == "the instruction is empty"

"""Episodes with a remote model: played to their end, and ended cleanly where the server dies in the middle."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from envs.episode import run_episode
from envs.suites import find_suite
from envs.task import Task
from planner.language.protocol import LanguageModel, ScoredBy
from planner.language.remote.address import RemoteAddress
from planner.language.remote.model import RemoteModel
from planner.language.remote.settings import RemoteSettings
from planner.monologue import Monologue
from planner.saycan import SayCan
from sim.world import World
from skills.protocol import Decision, Observation, Planner, Refuse
from tests.planner.language_models import Preconditions
from tests.planner.model_server import ModelServer, serving

STRATEGIES: list[Callable[[LanguageModel, Preconditions], Planner]] = [SayCan, Monologue]
PICK = '{"answer": "pick up the red block"}'
KEY = "sk-never-to-be-seen"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with serving() as one:
        yield one


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World() as one:
        yield one


@pytest.fixture
def task() -> Task:
    return replace(find_suite("tabletop-basics").task("block-in-bowl"), max_steps=2)


def model_of(server: ModelServer, scores: str) -> RemoteModel:
    settings = RemoteSettings(key=KEY, retries=1, timeout=120.0, scores=scores, samples=1)
    return RemoteModel(RemoteAddress("small", server.url), settings)


@pytest.mark.parametrize("make", STRATEGIES)
def test_a_server_that_dies_in_the_middle_ends_the_episode_as_errored(
    server: ModelServer, world: World, task: Task, make: Callable[[LanguageModel, Preconditions], Planner]
) -> None:
    server.faults = [PICK]
    server.dies_after = 1
    planner = make(model_of(server, "samples"), Preconditions())
    episode = run_episode(task, 0, planner, world, model="small")
    assert [s.call for s in episode.steps] == ["pick(red block)"] and episode.steps[0].succeeded
    assert episode.ended_by == "error" and episode.success is None and episode.plan_success is None
    assert episode.error is not None
    assert episode.error.startswith(f"ModelUnavailable: no connection to {server.url}")
    assert KEY not in json.dumps(episode.to_dict())


@pytest.mark.parametrize("make", STRATEGIES)
def test_a_model_that_speaks_nonsense_is_a_refusal(
    server: ModelServer, world: World, task: Task, make: Callable[[LanguageModel, Preconditions], Planner]
) -> None:
    server.faults = ["always fly to the moon"]
    planner = Recorded(make(model_of(server, "samples"), Preconditions()))
    episode = run_episode(task, 0, planner, world)
    assert episode.ended_by == "refuse" and episode.error is None and not episode.steps
    (decision,) = planner.decisions
    assert isinstance(decision, Refuse)
    assert "'fly to the moon' is none of those that it was given" in decision.reason


@pytest.mark.slow
@pytest.mark.parametrize("make", STRATEGIES)
def test_an_episode_with_the_real_model_behind_an_address(
    server: ModelServer, world: World, task: Task, make: Callable[[LanguageModel, Preconditions], Planner]
) -> None:
    model = model_of(server, "labels")
    planner = Recorded(make(model, Preconditions()))
    episode = run_episode(task, 0, planner, world)
    assert episode.error is None and planner.decisions
    assert episode.tokens["prompt"] > 500 and episode.tokens["generated"] > 0
    if make is SayCan:
        assert model.scores_by is ScoredBy.LABELS
        assert all("scored by log-probabilities of labels" in d.rationale.note for d in planner.decisions)


class Recorded:
    """A planner whose decisions are kept."""

    def __init__(self, planner: Planner) -> None:
        self.name = planner.name
        self.decisions: list[Decision] = []
        self._planner = planner

    def reset(self, instruction: str) -> None:
        self._planner.reset(instruction)

    def decide(self, observation: Observation) -> Decision:
        self.decisions.append(self._planner.decide(observation))
        return self.decisions[-1]

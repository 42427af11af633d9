"""Servers that are down, slow, wrong, torn or speak nonsense: sent again where that may help, else one clear line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from planner.language.loading import load_language_model
from planner.language.protocol import ModelAnswerError, ModelUnavailable, ScoredBy
from planner.language.remote import connect
from planner.language.remote.address import RemoteAddress
from planner.language.remote.forms import Form
from planner.language.remote.model import RemoteModel
from planner.language.remote.settings import RemoteSettings
from tests.planner.model_server import ModelServer, contents, serving

LINES = [" pick up the blue bowl\n", " done\n"]
QUICK = RemoteSettings(retries=2, timeout=120.0, scores="samples")
GOOD = '{"answer": "done"}'


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with serving() as one:
        yield one


def ask(server: ModelServer, settings: RemoteSettings = QUICK) -> RemoteModel:
    return RemoteModel(RemoteAddress("small", server.url), settings)


def reason(model: RemoteModel, error: type[Exception] = ModelUnavailable) -> str:
    with pytest.raises(error) as caught:
        model.generate("Step 1:", allowed=LINES)
    assert "\n" not in str(caught.value) and str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    "faults", [["500", "500"], ["503"], ["drop"], ["torn", "drop"], ["half"], ["html"], ["429"]], ids=" ".join
)
def test_what_passes_is_sat_out(server: ModelServer, faults: list[str]) -> None:
    server.faults = [*faults, GOOD]
    assert ask(server).generate("Step 1:", allowed=LINES).text == " done\n"
    assert len(server.questions) == len(faults) + 1


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("500", r"failed \(500: not now\)"),
        ("drop", r"no connection to .* is the server running\?"),
        ("torn", "no connection to"),
        ("half", "answered, but not as an OpenAI-compatible API does"),
        ("html", "Welcome to nginx"),
        ("404", "has no model 'small'.* the nearest it has is 'small'"),
    ],
)
def test_what_does_not_pass_has_one_reason(server: ModelServer, fault: str, said: str) -> None:
    server.faults = [f"always {fault}"]
    model = ask(server, replace(QUICK, retries=1))
    with pytest.raises(ModelUnavailable, match=said):
        model.generate("Step 1:", allowed=LINES)
    assert len(server.questions) <= 2


def test_sending_again_has_an_end(server: ModelServer) -> None:
    server.faults = ["always 429"]
    assert "takes no more requests for now" in reason(ask(server, replace(QUICK, retries=1)))
    assert len(server.questions) == 2


def test_a_slow_server_is_given_up(server: ModelServer) -> None:
    server.faults = ["always sleep"]
    assert "did not answer in time" in reason(ask(server, replace(QUICK, retries=0, timeout=0.2)))


def test_a_model_that_is_not_there_is_named_with_the_nearest(server: ModelServer) -> None:
    model = RemoteModel(RemoteAddress("smal", server.url), QUICK)
    assert "has no model 'smal'" in reason(model) and "the nearest it has is 'small'" in reason(model)


@pytest.mark.parametrize(
    "said",
    ['{"answer": "fly to the moon"}', '{"answer": 7}', '{"line": ["done"]}', "As an AI I cannot", "", "pick up the"],
)
def test_answers_that_are_none_are_the_models_failure(server: ModelServer, said: str) -> None:
    server.faults = [f"always {said}"]
    assert "the model's answer" in reason(ask(server), ModelAnswerError)
    assert len(server.questions) == 3


def test_one_bad_answer_is_asked_again(server: ModelServer) -> None:
    server.faults = ['{"answer": "fly to the moon"}', GOOD]
    assert ask(server).generate("Step 1:", allowed=LINES).text == " done\n"


@pytest.mark.parametrize("text", ["", "<think>The bowl is blue, so"])
def test_a_model_that_thinks_first_is_given_room(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    def cut_short(body: dict) -> dict:
        response = contents(text if body["max_tokens"] < 1000 else "<think>The bowl is blue.</think>" + GOOD)
        response["choices"][0]["finish_reason"] = "length" if body["max_tokens"] < 1000 else "stop"
        return response

    monkeypatch.setattr("tests.planner.model_server.chat", cut_short)
    model = ask(server)
    assert model.generate("Step 1:", allowed=LINES).text == " done\n"
    assert model.form is Form.SCHEMA and len(server.questions) == 2


@pytest.mark.parametrize("name", ["max_tokens", "temperature"])
def test_a_model_that_takes_no_such_parameter_is_asked_without(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """As the reasoning models of OpenAI."""
    said = {
        "max_tokens": "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
        "temperature": "Unsupported value: 'temperature' does not support 0 with this model.",
    }[name]
    answer = server.answer

    def particular(path: str, body: dict) -> tuple[int, dict]:
        return (400, {"error": {"message": said}}) if name in body else answer(path, body)

    monkeypatch.setattr(server, "answer", particular)
    monkeypatch.setattr("tests.planner.model_server.chat", lambda body: contents(GOOD))
    model = ask(server)
    for questions in (2, 3):
        assert model.generate("Step 1:", allowed=LINES).text == " done\n"
        assert len(server.questions) == questions
    assert ("max_completion_tokens" in server.questions[-1]) == (name == "max_tokens")


def test_samples_that_are_no_answers_do_not_count(server: ModelServer) -> None:
    server.faults = [GOOD, "fly to the moon", GOOD]
    scores = ask(server, replace(QUICK, samples=3)).score("Step 1:", LINES)
    assert scores.by is ScoredBy.SAMPLES
    assert scores.log_probabilities[1] > scores.log_probabilities[0]


def test_the_key_is_sent_and_nowhere_else_to_be_seen(server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.key = "sk-right"
    monkeypatch.setenv("FORETHOUGHT_ANSWER_CACHE", "off")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-wrong")
    with pytest.raises(ModelUnavailable, match=r"wants another key than that of OPENAI_API_KEY \(401") as caught:
        connect(f"small@{server.url}")
    assert "sk-wrong" not in str(caught.value) and "Bearer ***" in str(caught.value)
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(ModelUnavailable, match="wants a key, to be given by OPENAI_API_KEY"):
        connect(f"small@{server.url}")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-right")
    server.faults = [GOOD]
    model = connect(f"small@{server.url}")
    assert model.generate("Step 1:", allowed=LINES).text == " done\n"
    assert server.asked[-1][2] == "Bearer sk-right"
    assert "sk-right" not in f"{model.identity()} {RemoteSettings.from_environment()} {model.name}"


def test_a_server_that_is_down_is_said_when_the_model_is_loaded() -> None:
    with serving() as server:
        url = server.url
    with pytest.raises(ModelUnavailable, match=r"no connection to .* refused.* is the server running"):
        load_language_model(f"small@{url}")


def test_a_server_that_cannot_list_its_models_is_there_all_the_same(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`transformers serve` answers 500 there until the hub's cache folder exists."""
    monkeypatch.setenv("FORETHOUGHT_ANSWER_CACHE", "off")
    server.able = server.able - {"models"}
    assert connect(f"small@{server.url}").name == f"small@{server.url}"

"""A remote model against a server on loopback that serves the real embedded model: answers, forms, scores."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from planner.language.loading import load_language_model
from planner.language.protocol import LanguageModel, ModelAnswerError, ModelUnavailable, ScoredBy
from planner.language.remote.address import RemoteAddress
from planner.language.remote.forms import Form
from planner.language.remote.model import RemoteModel
from planner.language.remote.settings import RemoteSettings
from tests.planner.model_server import ABLE, ModelServer, contents, plain, serving

PROMPT = (
    "Task: Pick up the red block.\nStep 1: pick up the red block\nStep 2: done\n\nTask: Pick up the blue bowl.\nStep 1:"
)
LINES = [" pick up the blue bowl\n", " pick up the red block\n", " push the blue bowl left\n", " done\n"]
QUICK = RemoteSettings(retries=2, timeout=120.0, scores="samples")


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with serving() as one:
        yield one


def ask(server: ModelServer, settings: RemoteSettings = QUICK) -> RemoteModel:
    return RemoteModel(RemoteAddress("small", server.url), settings)


def test_a_name_with_an_address_is_a_model(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FORETHOUGHT_ANSWER_CACHE", "off")
    name = f"small@{server.url}"
    model = load_language_model(name)
    assert isinstance(model, RemoteModel) and isinstance(model, LanguageModel)
    assert model.speaks_dialogue is False
    identity = model.identity()
    assert (identity.name, identity.source, identity.sha256) == (name, server.url, None)
    assert "openai" in identity.packages
    assert model.generate(PROMPT, allowed=LINES).text in LINES


def test_one_of_the_allowed_is_written_under_a_schema(server: ModelServer) -> None:
    model = ask(server)
    answer = model.generate(PROMPT, allowed=LINES)
    assert answer.text in LINES
    assert answer.prompt_tokens > 100 and answer.generated_tokens > 0
    assert model.form is Form.SCHEMA
    body = server.questions[-1]
    assert body["response_format"]["json_schema"]["schema"]["properties"]["answer"]["enum"] == [
        a.strip() for a in LINES
    ]
    assert [m["role"] for m in body["messages"]] == ["system", "user"]
    assert body["messages"][1]["content"].startswith(PROMPT)


def test_free_text_stops_where_it_should(server: ModelServer) -> None:
    server.faults = ["pick up the blue bowl\nStep 2: done"]
    assert ask(server).generate(PROMPT).text == "pick up the blue bowl"
    assert "\n" not in ask(server).generate(PROMPT, max_tokens=8).text


@pytest.mark.parametrize(("missing", "form"), [({"schema"}, Form.JSON), ({"schema", "json"}, Form.PLAIN)])
def test_what_the_server_does_not_know_is_found_out_once(missing: set[str], form: Form) -> None:
    with serving(ABLE - missing) as server:
        model = ask(server)
        for _ in range(2):
            before = len(server.questions)
            # The small model may not keep to the list when nothing holds it; the form is what is looked at.
            try:
                model.generate(PROMPT, allowed=LINES)
            except ModelAnswerError as error:
                assert "\n" not in str(error)
            first = server.questions[before].get("response_format", {}).get("type")
            if before:
                assert first in ({Form.JSON: {"json_object", None}, Form.PLAIN: {None}}[form])
        assert model.form is not None and model.form >= form
        assert server.questions[0]["response_format"]["type"] == "json_schema"


def test_plain_answers_are_read_as_people_would(server: ModelServer) -> None:
    server.able = ABLE - {"schema", "json"}
    model = ask(server)
    for said in (
        "1. Pick up the blue bowl.",
        "The next step is: pick up the blue bowl",
        '```json\n{"answer": "pick up the blue bowl"}\n```',
        "<think>the bowl… done?</think>\npick up the blue bowl",
    ):
        server.faults = [said]
        model.form = Form.PLAIN
        assert model.generate(PROMPT, allowed=LINES).text == LINES[0]


def test_scores_by_echo_are_those_of_the_model_itself(server: ModelServer) -> None:
    model = ask(server, replace(QUICK, scores="auto"))
    scores = model.score(PROMPT, LINES)
    expected = plain().score(PROMPT, LINES)
    assert scores.by is ScoredBy.TEXT is model.scores_by
    assert scores.tokens == expected.tokens
    assert scores.log_probabilities == pytest.approx(expected.log_probabilities, abs=1e-3)


def test_a_server_that_leaves_the_prompt_out_of_an_echo_is_found_out(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """llama.cpp does so, with status 200."""

    def generated_only(body: dict) -> dict:
        choice = {"index": 0, "text": " and", "logprobs": {"tokens": [" and"], "token_logprobs": [-1.0]}}
        choices = [{**choice, "index": k} for k in range(len(body["prompt"]))]
        return {"choices": choices, "usage": {"prompt_tokens": 5, "completion_tokens": 1}}

    monkeypatch.setattr("tests.planner.model_server.echo", generated_only)
    model = ask(server, replace(QUICK, scores="auto"))
    assert model.score(PROMPT, LINES).by is not ScoredBy.TEXT
    asked = len(server.questions)
    model.score(PROMPT, LINES)
    assert not any("echo" in body for body in server.questions[asked:])


def test_scores_by_labels_are_a_distribution(server: ModelServer) -> None:
    model = ask(server, replace(QUICK, scores="labels"))
    few = "Answer with the letter A, B, C or D.\n" + PROMPT
    scores = model.score(few, LINES)
    assert scores.by is ScoredBy.LABELS
    assert math.fsum(math.exp(v) for v in scores.log_probabilities) == pytest.approx(1.0)
    body = server.questions[-1]
    assert body["max_tokens"] == 1 and "A. pick up the blue bowl" in body["messages"][1]["content"]


def test_a_question_whose_letters_are_not_likely_is_sampled_and_the_next_is_not(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = ["A", "The", "A"]

    def chat(body: dict) -> dict:
        response = contents('{"answer": "done"}')
        if "top_logprobs" in body:
            top = [{"token": shown.pop(0), "logprob": -0.1}]
            response["choices"][0]["logprobs"] = {"content": [{"top_logprobs": top}]}
        return response

    monkeypatch.setattr("tests.planner.model_server.chat", chat)
    server.able = ABLE - {"echo"}
    model = ask(server, replace(QUICK, scores="auto"))
    by = [model.score(PROMPT, LINES).by for _ in range(3)]
    assert by == [ScoredBy.LABELS, ScoredBy.SAMPLES, ScoredBy.LABELS]


def test_more_candidates_than_letters_are_scored_in_groups(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A made-up model that likes the later of two lines more: the order holds across the groups."""
    lines = [f" step {k}\n" for k in range(130)]

    def chat(body: dict) -> dict:
        listed = [row.split(". ") for row in body["messages"][1]["content"].splitlines() if ". step" in row]
        values = np.array([0.1 * int(text.split()[1]) for _, text in listed])
        values -= np.logaddexp.reduce(values)
        best = sorted(zip(values, (label for label, _ in listed), strict=True), reverse=True)[: body["top_logprobs"]]
        response = contents(best[0][1])
        top = [{"token": label, "logprob": float(value)} for value, label in best]
        response["choices"][0]["logprobs"] = {"content": [{"top_logprobs": top}]}
        return response

    monkeypatch.setattr("tests.planner.model_server.chat", chat)
    scores = ask(server, replace(QUICK, scores="labels")).score(PROMPT, lines)
    assert len(server.questions) == 3
    values = np.array(scores.log_probabilities)
    assert int(values.argmax()) == 129 and np.exp(values).sum() == pytest.approx(1.0)
    assert values[129] - values[125] == pytest.approx(0.4)
    assert values[103] < values[110]


def test_without_log_probabilities_samples_are_counted_and_said_to_be() -> None:
    with serving(ABLE - {"echo", "top_logprobs"}) as server:
        model = ask(server, replace(QUICK, scores="auto"))
        scores = model.score(PROMPT, LINES)
        assert scores.by is ScoredBy.SAMPLES is model.scores_by
        assert math.fsum(math.exp(v) for v in scores.log_probabilities) == pytest.approx(1.0)
        assert server.questions[-1]["n"] == 8 and server.questions[-1]["temperature"] == 1
        assert min(scores.log_probabilities) >= math.log(0.25 / 9.0) - 1e-9


def test_a_server_that_gives_one_choice_at_a_time_is_asked_again() -> None:
    with serving(ABLE - {"n", "seed"}) as server:
        model = ask(server, replace(QUICK, samples=3))
        assert model.score(PROMPT, LINES).by is ScoredBy.SAMPLES
        sent = [body for body in server.questions if "n" not in body and "seed" not in body]
        assert len(sent) == 3


def test_an_answer_is_paid_for_once(server: ModelServer, tmp_path: Path) -> None:
    settings = replace(QUICK, cache=tmp_path, key="secret-key")
    first = ask(server, settings).generate(PROMPT, allowed=LINES)
    asked = len(server.questions)
    again = ask(server, settings)
    assert again.generate(PROMPT, allowed=LINES).text == first.text
    assert len(server.questions) == asked and again.spent_tokens == 0
    again.generate(PROMPT, allowed=LINES[:2])
    assert len(server.questions) == asked + 1
    files = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert len(files) == 2 and all(p.suffix == ".json" for p in files)
    assert not any("secret-key" in p.read_text() for p in files)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"asked": {}, "answer": [{"text": "done", "cut": false}]}'])
def test_an_entry_that_is_not_whole_is_replaced(server: ModelServer, tmp_path: Path, text: str) -> None:
    settings = replace(QUICK, cache=tmp_path)
    server.faults = ["always pick up the blue bowl"]
    first = ask(server, settings).generate(PROMPT, allowed=LINES)
    entry = next(tmp_path.rglob("*.json"))
    whole = json.loads(entry.read_text())
    entry.write_text(text)
    assert ask(server, settings).generate(PROMPT, allowed=LINES).text == first.text
    assert json.loads(entry.read_text()) == whole


def test_an_answer_that_is_none_is_not_kept(server: ModelServer, tmp_path: Path) -> None:
    server.faults = ["always fly to the moon"]
    with pytest.raises(ModelAnswerError, match="moon"):
        ask(server, replace(QUICK, cache=tmp_path)).generate(PROMPT, allowed=LINES)
    assert not list(tmp_path.rglob("*.json"))


def test_the_budget_ends_the_spending_with_one_clear_line(server: ModelServer) -> None:
    model = ask(server, replace(QUICK, budget=100))
    model.generate(PROMPT, allowed=LINES)
    assert model.spent_tokens >= 100
    asked = len(server.asked)
    with pytest.raises(ModelUnavailable, match=r"budget of 100 tokens is spent .* FORETHOUGHT_TOKEN_BUDGET"):
        model.generate(PROMPT, allowed=LINES[:2])
    assert len(server.asked) == asked

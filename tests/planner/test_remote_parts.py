"""Remote models without a server: addresses, settings, how answers and log-probabilities are read."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.language.grammar import UnparsableAnswer, match_answer
from planner.language.loading import load_language_model
from planner.language.protocol import ModelAnswerError, ModelUnavailable
from planner.language.remote.address import RemoteAddress
from planner.language.remote.budget import TokenBudget
from planner.language.remote.cache import AnswerCache
from planner.language.remote.client import Unsupported
from planner.language.remote.forms import read_answer
from planner.language.remote.scoring import LABELS, by_samples, label_values, tail_of
from planner.language.remote.settings import RemoteSettings


@pytest.mark.parametrize(
    ("name", "model", "url"),
    [
        ("qwen@http://localhost:8000/v1", "qwen", "http://localhost:8000/v1"),
        ("Qwen/Qwen3-8B@https://api.example.com/v1/", "Qwen/Qwen3-8B", "https://api.example.com/v1"),
        ("llama3.2:1b@http://127.0.0.1:11434/v1", "llama3.2:1b", "http://127.0.0.1:11434/v1"),
        ("/models/a@b.gguf@http://[::1]:8080/v1", "/models/a@b.gguf", "http://[::1]:8080/v1"),
        ("gemini@https://example.com/v1beta/openai", "gemini", "https://example.com/v1beta/openai"),
    ],
)
def test_addresses_are_read(name: str, model: str, url: str) -> None:
    address = RemoteAddress.parse(name)
    assert (address.model, address.url) == (model, url)


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("http://localhost:8000/v1", "NAME@http://localhost:8000/v1"),
        ("@http://localhost:8000/v1", "NAME@http://localhost:8000/v1"),
        ("qwen@localhost:8000/v1", "qwen@http://localhost:8000/v1"),
        ("qwen@localhost:8000", "qwen@http://localhost:8000/v1"),
        ("qwen@http://localhost:8000", "qwen@http://localhost:8000/v1"),
        ("qwen@http://localhost:8000/v1/chat/completions", "qwen@http://localhost:8000/v1"),
        ("qwen@ftp://localhost/v1", "qwen@http://localhost/v1"),
        ("qwen@http://", "qwen@http://HOST:PORT/v1"),
        ("qwen@http://local host/v1", "qwen@http://HOST:PORT/v1"),
        ("qwen@http://localhost:port/v1", "qwen@http://HOST:PORT/v1"),
        ("qwen@http://sk-secret@localhost:8000/v1", "qwen@http://localhost:8000/v1"),
        ("qwen@http://localhost:8000/v1?key=sk-secret", "qwen@http://localhost:8000/v1"),
    ],
)
def test_malformed_addresses_are_told_the_nearest_form(name: str, nearest: str) -> None:
    with pytest.raises(ValueError, match="the nearest is") as caught:
        load_language_model(name)
    assert f"the nearest is '{nearest}'" in str(caught.value)
    assert "\n" not in str(caught.value) and "sk-secret" not in str(caught.value)


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FORETHOUGHT_CACHE", str(tmp_path))
    assert RemoteSettings.from_environment({}) == RemoteSettings(cache=tmp_path / "answers")
    given = {"OPENAI_API_KEY": "sk", "FORETHOUGHT_TOKEN_BUDGET": "1000", "FORETHOUGHT_TIMEOUT": "2.5"}
    off = {"FORETHOUGHT_ANSWER_CACHE": "off", "FORETHOUGHT_SCORES": "labels"}
    read = RemoteSettings.from_environment(given | off)
    assert read == RemoteSettings("sk", 1000, 2.5, cache=None, scores="labels")
    assert "sk" not in repr(read).replace("tasks", "")


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("FORETHOUGHT_TOKEN_BUDGET", "many", "such as 100000"),
        ("FORETHOUGHT_TOKEN_BUDGET", "0", "such as 100000"),
        ("FORETHOUGHT_TIMEOUT", "-1", "such as 60"),
        ("FORETHOUGHT_TIMEOUT", "nan", "such as 60"),
        ("FORETHOUGHT_ANSWER_CACHE", "no", "nearest is 'on'"),
        ("FORETHOUGHT_SCORES", "label", "nearest is 'labels'"),
    ],
)
def test_settings_that_are_none_are_refused_in_one_line(name: str, value: str, hint: str) -> None:
    with pytest.raises(ValueError, match=hint) as caught:
        RemoteSettings.from_environment({name: value})
    assert name in str(caught.value) and repr(value) in str(caught.value)


LINES = ["pick up the red block", "pick up the red block 2", "done"]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("done", "done"),
        ("Step 2: Pick up the red block.", "pick up the red block"),
        ("I would pick up the red block 2 now.", "pick up the red block 2"),
        ("Sure!\n\n**pick up the red block**", "pick up the red block"),
    ],
)
def test_an_answer_is_found_in_what_was_said(said: str, meant: str) -> None:
    assert match_answer(said, LINES) == meant


@pytest.mark.parametrize(
    "said", ["", "...", "pick up the blue block", "first pick up the red block, then done", "undone"]
)
def test_what_could_mean_nothing_or_several_things_is_none(said: str) -> None:
    with pytest.raises(UnparsableAnswer):
        match_answer(said, LINES)


@pytest.mark.parametrize(
    "content",
    ['{"answer": "done"}', '```json\n{"answer": "done"}\n```', '<think>{"answer"}</think>\n{"step": "done"}', "done"],
)
def test_json_and_bare_lines_are_read(content: str) -> None:
    assert read_answer(content, LINES) == "done"


@settings(deadline=None)
@given(st.text(max_size=60))
def test_whatever_is_said_is_an_answer_or_one_clear_error(content: str) -> None:
    try:
        assert read_answer(content, LINES) in LINES
    except ModelAnswerError as error:
        assert len(str(error).splitlines()) == 1


def echo(tokens: list[str], values: list[float | None]) -> dict:
    return {"tokens": tokens, "token_logprobs": values}


def test_the_tail_of_an_echo() -> None:
    tokens = ["<s>", "Step", ":", " pick", " up", "\n", "Next"]
    assert tail_of(echo(tokens, [None, -1, -2, -3, -4, -5, -6]), " pick up\n") == [-3, -4, -5]
    raw = ["Step", ":", "Ġpick", "Ġup", "Ċ", "ĠNext"]
    assert tail_of(echo(raw, [None, -2, -3, -4, -5, -6]), " pick up\n") == [-3, -4, -5]


@pytest.mark.parametrize(
    "logprobs",
    [
        None,
        {},
        {"content": []},
        echo([" pick", " up", "\n", "x"], [-1, -2, -3, -4]),
        echo(["x"], [-1.0]),
        echo(["Step", ": pick", " up", "\n", "x"], [None, -1, -2, -3, -4]),
        echo(["Step", ":", " pick", " up", "\n", "x"], [None, -1, None, -3, -4, -5]),
    ],
)
def test_an_echo_that_does_not_hold_it(logprobs: dict | None) -> None:
    assert tail_of(logprobs, " pick up\n") == []


def test_labels_count_with_and_without_a_space_and_hidden_ones_are_less_likely() -> None:
    shown = [["A", math.log(0.5)], [" A", math.log(0.1)], ["B", math.log(0.2)], ["The", math.log(0.1)]]
    values = label_values(shown, LABELS[:4])
    assert np.exp(values) == pytest.approx([0.6, 0.2, 0.05, 0.05])
    with pytest.raises(Unsupported):
        label_values([["The", -0.1], ["<think>", -3.0]], LABELS[:4])


def test_frequencies_are_smoothed() -> None:
    scores = by_samples(["b", "b", "a"], ["a", "b", "c", "d"], 30, 6)
    assert np.exp(scores.log_probabilities) == pytest.approx([1.25 / 4, 2.25 / 4, 0.25 / 4, 0.25 / 4])
    assert (scores.prompt_tokens, scores.scored_tokens) == (30, 6)


def test_a_cache_that_cannot_be_written_to_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = AnswerCache(tmp_path / "file" / "answers")
    cache.put({"a": 1}, "answer")
    assert cache.get({"a": 1}) is None


def test_a_budget_counts() -> None:
    budget = TokenBudget(10)
    budget.check()
    budget.spend(11)
    with pytest.raises(ModelUnavailable, match="11 were used"):
        budget.check()
    TokenBudget(None).check()

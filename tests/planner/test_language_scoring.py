"""Scores over one shared prompt and a token trie equal those of each continuation by itself."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.language.prompt import continuation, task_prompt
from planner.language.protocol import LanguageModel
from planner.language.transformer import TransformersModel
from planner.language.trie import TokenTrie
from skills.symbolic import legal
from tests.planner.language_models import embedded, tiny_folder
from tests.scene_builder import scene

STATE = scene({"red block": (0.4, 0.1), "blue block": (0.5, -0.2), "blue bowl": (0.6, 0.1)})
PROMPT = task_prompt("put the red block in the blue bowl", ())
SHORT = "Task: Put the red block in the blue bowl.\nStep 1:"
CONTINUATIONS = [continuation(c) for c in (*legal(STATE), None)]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> TransformersModel:
    return TransformersModel(str(tiny_folder(tmp_path_factory.mktemp("tiny"))), name="tiny")


def alone(model: TransformersModel, prompt: str, text: str) -> float:
    """The log-probability by the book: one forward pass over prompt and continuation, no cache, no mask of ours."""
    tokenizer, network = model.tokenizer, model.network
    head = tokenizer(prompt)["input_ids"]
    ids = tokenizer(prompt + text)["input_ids"]
    assert ids[: len(head)] == head
    with torch.inference_mode():
        logits = network(torch.tensor([ids])).logits[0].log_softmax(-1)
    return sum(float(logits[k - 1, ids[k]]) for k in range(len(head), len(ids)))


@given(st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=5), min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_trie_spells_every_continuation(sequences: list[list[int]]) -> None:
    trie = TokenTrie.build(sequences)
    assert [[trie.tokens[n] for n in path] for path in trie.paths] == sequences
    assert len(set(zip(trie.parents, trie.tokens, strict=True))) == len(trie.tokens)
    assert {c for nodes in trie.children().values() for c in nodes} == set(range(len(trie.tokens)))
    sees = trie.ancestry()
    for path in trie.paths:
        assert set(np.flatnonzero(sees[path[-1]])) == set(path)


def test_scores_equal_each_alone_small(tiny: TransformersModel) -> None:
    scores = tiny.score(SHORT, CONTINUATIONS)
    expected = [alone(tiny, SHORT, c) for c in CONTINUATIONS]
    np.testing.assert_allclose(scores.log_probabilities, expected, atol=1e-3)
    # Shared prefixes are read once, and leaves not at all.
    assert scores.scored_tokens < sum(scores.tokens) / 2


@pytest.mark.slow
def test_scores_equal_each_alone_embedded() -> None:
    model = embedded()
    scores = model.score(SHORT, CONTINUATIONS)
    chosen = range(0, len(CONTINUATIONS), 6)
    np.testing.assert_allclose(
        [scores.log_probabilities[k] for k in chosen],
        [alone(model, SHORT, CONTINUATIONS[k]) for k in chosen],
        atol=1e-3,
    )


def test_cache_changes_the_reading_not_the_scores(tiny: TransformersModel) -> None:
    grown = PROMPT + CONTINUATIONS[0] + "Step 2:"
    other = PROMPT.replace("red", "green")
    fresh = TransformersModel(tiny.source, name="fresh")
    expected = fresh.score(grown, CONTINUATIONS).log_probabilities
    tiny.score(PROMPT, CONTINUATIONS)
    tiny.score(other, CONTINUATIONS)
    scores = tiny.score(grown, CONTINUATIONS)
    np.testing.assert_allclose(scores.log_probabilities, expected, atol=1e-3)
    assert scores.prompt_tokens < 20
    assert tiny.score(other, CONTINUATIONS).prompt_tokens == 1


def test_a_continuation_and_its_beginning(tiny: TransformersModel) -> None:
    texts = [" pick up", " pick up the block"]
    scores = tiny.score(SHORT, texts)
    np.testing.assert_allclose(scores.log_probabilities, [alone(tiny, SHORT, t) for t in texts], atol=1e-3)


def test_generation_is_held_to_what_is_allowed(tiny: TransformersModel) -> None:
    answer = tiny.generate(PROMPT, allowed=CONTINUATIONS)
    assert answer.text in CONTINUATIONS
    assert answer.log_probability == pytest.approx(alone(tiny, PROMPT, answer.text), abs=1e-3)
    again = tiny.generate(PROMPT, allowed=CONTINUATIONS)
    assert again.text == answer.text
    assert again.prompt_tokens == 1


def test_free_generation_stops(tiny: TransformersModel) -> None:
    assert tiny.generate(PROMPT, max_tokens=3).generated_tokens <= 3
    first = tiny.generate(PROMPT, max_tokens=8, stop=()).text
    assert tiny.generate(PROMPT, max_tokens=8, stop=(first[2],)).text == first[: first.index(first[2])]


@pytest.mark.parametrize(("prompt", "texts"), [("put the plat", ["e on"]), ("a b\n", [""]), ("", ["a"]), ("a", [])])
def test_misuse_is_refused(tiny: TransformersModel, prompt: str, texts: list[str]) -> None:
    with pytest.raises(ValueError, match=r"seam|continuation|prompt"):
        tiny.score(prompt, texts)


def test_is_a_language_model(tiny: TransformersModel) -> None:
    assert isinstance(tiny, LanguageModel)

"""Masked, drafted and branching decoding write what plain decoding would; the lean network equals the other."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from planner.language.confidence import fit_temperature
from planner.language.decoding import prompt_lookup
from planner.language.dialogue import Dialogue, answer
from planner.language.goal_grammar import accepts, goal_grammar
from planner.language.llama import Llama, supports
from planner.language.masks import GrammarMask, TrieMask, forced
from planner.language.protocol import GrammarModel, Scores
from planner.language.runner import Runner
from planner.language.transformer import TransformersModel
from planner.language.transformers_runner import TransformersRunner
from planner.language.trie import TokenTrie
from skills.goals import parse_goal
from skills.symbolic import legal, typing_of
from tests.planner.language_models import embedded, tiny_folder
from tests.scene_builder import scene

STATE = scene(
    {"red block": (0.4, 0.1), "blue block": (0.5, -0.2), "blue bowl": (0.6, 0.1), "yellow block": "blue bowl"}
)
DIALOGUE = Dialogue("put the red block in the blue bowl", STATE)
CALLS = [answer(c) for c in legal(STATE)]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> TransformersModel:
    return TransformersModel(str(tiny_folder(tmp_path_factory.mktemp("tiny"))), name="tiny")


def random_llama(**changes: object) -> LlamaForCausalLM:
    torch.manual_seed(1)
    settings = {
        "vocab_size": 200,
        "hidden_size": 48,
        "intermediate_size": 80,
        "num_hidden_layers": 3,
        "num_attention_heads": 6,
        "num_key_value_heads": 2,
        "initializer_range": 0.3,
        "rope_theta": 5000.0,
        **changes,
    }
    return LlamaForCausalLM(LlamaConfig(**settings)).eval()  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("precision", ["fp32", "packed"])
def test_the_lean_network_equals_transformers(tied: bool, precision: str) -> None:
    network = random_llama(tie_word_embeddings=tied)
    ids = torch.randint(0, 200, (40,)).tolist()
    with torch.inference_mode():
        expected = network(torch.tensor([ids])).logits[0]
    lean = Llama.of(network, precision)
    cache = lean.cache(capacity=4)  # it has to grow
    parts = [
        lean.forward(ids[a:b], range(a, b), cache, None, slice(0, b - a)) for a, b in ((0, 17), (17, 18), (18, 40))
    ]
    np.testing.assert_allclose(torch.cat(parts).numpy(), expected.numpy(), atol=1e-4)


@pytest.mark.parametrize("precision", ["bf16", "int8"])
def test_coarser_weights_come_close(precision: str) -> None:
    network = random_llama(initializer_range=0.05)
    ids = list(range(30))
    exact, coarse = Llama.of(network), Llama.of(network, precision)
    a, b = (m.forward(ids, range(30), m.cache(), None, slice(0, 30)).softmax(-1) for m in (exact, coarse))
    assert float((a - b).abs().max()) < 0.01


def test_a_tree_is_read_alike_by_both(tiny: TransformersModel) -> None:
    """Two branches after one prompt, with a mask that is no triangle, after a cut and a copy."""
    ids = list(range(100, 120))
    sees = torch.ones(4, 24, dtype=torch.bool)
    sees[:, 20:] = torch.tensor([[1, 0, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 1, 1]], dtype=torch.bool)
    found = []
    runners: list[Runner] = [Llama.of(tiny.network), TransformersRunner(tiny.network)]
    for runner in runners:
        cache = runner.cache()
        runner.forward([*ids, 7, 8], range(22), cache, None, slice(0, 1))
        cache.crop(21)
        cache = cache.copy(20)
        found.append(runner.forward([1, 2, 3, 4], [20, 21, 20, 21], cache, sees, slice(1, 4)))
    np.testing.assert_allclose(found[0].numpy(), found[1].numpy(), atol=1e-4)


def test_what_is_not_a_plain_llama_is_left_to_transformers() -> None:
    assert supports(LlamaConfig())
    assert not supports(LlamaConfig(attention_bias=True))
    assert not supports(LlamaConfig(rope_parameters={"rope_type": "linear", "factor": 2.0, "rope_theta": 1e4}))
    with pytest.raises(ValueError, match="no precision 'fp8'"):
        Llama.of(random_llama(), "fp8")


def test_scores_within_the_candidates_sum_to_one(tiny: TransformersModel) -> None:
    scores = tiny.score(DIALOGUE.step_prompt(), CALLS, within=True)
    assert sum(map(math.exp, scores.log_probabilities)) == pytest.approx(1.0, abs=1e-4)
    whole = tiny.score(DIALOGUE.step_prompt(), CALLS)
    assert scores.scored_tokens < 0.7 * whole.scored_tokens
    # Of one candidate there is nothing to choose, and nothing to read.
    assert tiny.score(DIALOGUE.step_prompt(), CALLS[:1], within=True).log_probabilities == (0.0,)


def test_drafts_change_no_text(tiny: TransformersModel) -> None:
    prompt = DIALOGUE.step_prompt() + CALLS[0] + "Step:"
    grammar = goal_grammar(STATE)
    answers = []
    for speculative in (False, True):
        tiny.speculative = speculative
        free = tiny.generate(prompt, max_tokens=24, stop=())
        held = tiny.generate(prompt, allowed=CALLS)
        (formula,) = tiny.generate_formula(DIALOGUE.goal_prompt(), grammar)
        answers.append((free.text, held.text, formula.text))
        for generation in (free, held, formula):
            assert generation.log_probability is not None
    assert answers[0] == answers[1]
    assert answers[0][1] in CALLS


def test_formulas_parse_and_the_beam_is_no_worse_than_greed(tiny: TransformersModel) -> None:
    grammar = goal_grammar(STATE)
    assert isinstance(tiny, GrammarModel)
    (greedy,) = tiny.generate_formula(DIALOGUE.goal_prompt(), grammar)
    found = tiny.generate_formula(DIALOGUE.goal_prompt(), grammar, beams=4)
    assert 1 <= len(found) <= 4
    assert len({f.text for f in found}) == len(found)
    values = [f.masked_log_probability for f in found if f.masked_log_probability is not None]
    assert values == sorted(values, reverse=True)
    for formula in (greedy, *found):
        assert accepts(grammar, formula.text)
        assert formula.log_probability is not None
        assert formula.masked_log_probability is not None
        assert formula.log_probability <= formula.masked_log_probability + 1e-4 <= 1e-3
        if formula.text.startswith(" ("):
            parse_goal(formula.text.strip(), typing_of(STATE))
    # The beam's sums are those of each text by itself: `score` reads them without a mask.
    for formula in found:
        alone = tiny.score(DIALOGUE.goal_prompt(), [formula.text])
        if alone.tokens == (formula.generated_tokens,):
            assert formula.log_probability == pytest.approx(alone.log_probabilities[0], abs=1e-2)


def test_no_formula_comes_out_unfinished(tiny: TransformersModel) -> None:
    assert tiny.generate_formula(DIALOGUE.goal_prompt(), goal_grammar(STATE), max_tokens=2) == ()
    assert tiny.generate_formula(DIALOGUE.goal_prompt(), goal_grammar(STATE), max_tokens=2, beams=3) == ()


def test_masks_spell_as_the_tokenizer_does(tiny: TransformersModel) -> None:
    """The tokens of a formula's pieces are those of the formula as a whole, so that training and decoding agree."""
    text = " (forall (?a - block ?b - bowl) (imply (not (= ?a red_block)) (or (in ?a ?b) (hand-empty))))\n"
    mask = GrammarMask(goal_grammar(STATE), tiny._spelling)
    for token in tiny._codec.encode("a" + text)[1:]:
        assert token in mask.allowed()
        mask = mask.advance(token)
    assert mask.may_end()
    assert not mask.allowed()


def test_what_is_forced_is_taken() -> None:
    mask = TrieMask.of(TokenTrie.build([[1, 2, 3], [1, 2, 4, 5]]))
    written, after = forced(mask)
    assert written == [1, 2]
    assert sorted(after.allowed()) == [3, 4]
    assert forced(after.advance(4))[0] == [5]
    with pytest.raises(KeyError):
        mask.advance(9)


def test_words_of_the_prompt_are_looked_up() -> None:
    propose = prompt_lookup([1, 2, 3, 4, 5, 9, 2, 3, 7], longest=3, count=2)
    assert list(propose([1, 2, 3])) == [4, 5]
    assert list(propose([8, 2, 3])) == [7, 8]
    assert list(propose([8, 6, 7])) == []


def test_probabilities_of_candidates() -> None:
    scores = Scores((-2.0, -4.0), (1, 4))
    assert scores.probabilities() == pytest.approx([1 / (1 + math.exp(-2)), 1 / (1 + math.exp(2))])
    assert scores.probabilities("length")[1] > 0.5
    assert scores.probabilities(prior=scores) == pytest.approx([0.5, 0.5])
    assert scores.probabilities(temperature=100.0) == pytest.approx([0.505, 0.495], abs=1e-3)
    with pytest.raises(ValueError, match="temperature"):
        scores.probabilities(temperature=0.0)
    with pytest.raises(ValueError, match="prior"):
        scores.probabilities(prior=Scores((-1.0,), (1,)))


def test_a_temperature_makes_probabilities_true() -> None:
    rng = np.random.default_rng(0)
    decisions = []
    for _ in range(2000):
        values = rng.normal(size=5) * 2.0
        weights = np.exp(values - values.max())
        decisions.append((tuple(3.0 * values), int(rng.choice(5, p=weights / weights.sum()))))
    assert fit_temperature(decisions) == pytest.approx(3.0, rel=0.1)
    with pytest.raises(ValueError, match="no decisions"):
        fit_temperature([])
    with pytest.raises(ValueError, match="answer 2 of 2"):
        fit_temperature([((0.0, 1.0), 2)])


@pytest.mark.slow
def test_the_embedded_model_writes_formulas() -> None:
    found = embedded().generate_formula(DIALOGUE.goal_prompt(), goal_grammar(STATE), beams=2)
    assert found
    assert all(accepts(goal_grammar(STATE), f.text) for f in found)

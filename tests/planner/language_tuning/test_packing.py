"""Texts in one tree are computed as if each stood alone, and their tokens are those that inference sees."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch.nn import functional

from planner.language.transformer import TransformersModel
from planner.language.tuning.encoding import Line, encode, lines_of
from planner.language.tuning.loss import Columns, measure
from planner.language.tuning.order import slices_of, steps_of, trees_of
from planner.language.tuning.packing import batch_of, hidden_states, plant
from tests.planner.language_models import embedded
from tests.planner.language_tuning.handmade import some_samples


def alone(network: Any, line: Line) -> torch.Tensor:
    """Log-probabilities of a line's answer tokens, by a plain forward over it."""
    logits = network(torch.tensor([line.tokens])).logits[0].log_softmax(-1)
    places = [k for start, end in line.answers for k in range(start, end)]
    return torch.stack([logits[k - 1, line.tokens[k]] for k in places])


@torch.no_grad()
def test_a_packed_batch_gives_the_log_probabilities_of_each_text_alone() -> None:
    model = embedded()
    samples = some_samples(5)
    trees = [tree for tree, _ in trees_of(model.tokenizer, samples)]
    assert len(trees) == 3  # two wishes a scene
    batch = batch_of(trees)
    logits = model.network.get_output_embeddings()(hidden_states(model.network, batch))
    packed = -functional.cross_entropy(logits, batch.labels, reduction="none")
    lines = [line for sample in samples for line in lines_of(model.tokenizer, sample)]
    plain = torch.cat([alone(model.network, line) for line in lines])
    assert float((packed - plain).abs().max()) < 1e-4
    assert batch.kinds == ("step", "step", "step", "goal") * 5
    total, _ = measure(
        hidden_states(model.network, batch), batch.labels, batch.answers, model.network.get_output_embeddings().weight
    )
    assert total == pytest.approx(-float(plain.sum()), rel=1e-4)


@torch.no_grad()
def test_training_and_inference_see_the_same_tokens() -> None:
    model = embedded()
    sample = some_samples(1)[0]
    line, goal = lines_of(model.tokenizer, sample)
    prompt = sample.head
    for (given, answer), (start, end) in zip(sample.prompt_and_answers, line.answers, strict=True):
        prompt += given
        tokens, tails = model._tokenize(prompt, [answer])
        assert (tuple(tokens), tuple(tails[0])) == (line.tokens[:start], line.tokens[start:end])
        prompt += answer
    scored = model.score(f"{sample.head}Goal:", [sample.goal_answer]).log_probabilities[0]
    assert scored == pytest.approx(float(alone(model.network, goal).sum()), abs=1e-3)


def test_a_seam_inside_of_a_token_is_refused() -> None:
    tokenizer = embedded().tokenizer
    with pytest.raises(ValueError, match="begin with a space"):
        encode(tokenizer, [("Step:", False), (" pic", True), ("k up\n", False)], "step")
    with pytest.raises(ValueError, match="empty"):
        encode(tokenizer, [("Step:", False), ("", True)], "step")


def test_what_is_shared_is_read_once() -> None:
    model: TransformersModel = embedded()
    first, second = some_samples(2)
    lines = [*lines_of(model.tokenizer, first), *lines_of(model.tokenizer, second)]
    tree = plant(lines)
    scene = len(model.tokenizer(first.head.split("\n")[0])["input_ids"])
    assert len(tree) < sum(len(line.tokens) for line in lines) - 3 * scene
    assert len(tree.labels) == sum(end - start for line in lines for start, end in line.answers)


def test_every_tree_is_learnt_once_and_the_order_follows_from_the_seed() -> None:
    tokenizer = embedded().tokenizer
    trees = [tree for tree, _ in trees_of(tokenizer, some_samples(40))]
    slices = slices_of(trees, 300)
    assert all(len(part) == 1 or len(part) * max(map(len, part)) <= 300 for part in slices)
    steps, again, other = (steps_of(trees, 300, 600, [seed, 0]) for seed in (1, 1, 2))
    assert steps == again != other
    assert sorted(id(t) for step in steps for part in step for t in part) == sorted(map(id, trees))
    assert all(sum(len(t) for part in step for t in part) >= 300 for step in steps)


def test_the_loss_over_a_part_of_the_vocabulary_is_near_that_over_all() -> None:
    generator = torch.Generator().manual_seed(0)
    output, hidden = (0.6 * torch.randn(n, 8, generator=generator) for n in (500, 6))
    used = torch.zeros(500, dtype=torch.bool)
    used[:40] = True
    labels = torch.tensor([0, 3, 39, 7, 7, 20])
    exact = functional.cross_entropy(hidden @ output.T, labels, reduction="sum")
    assert torch.allclose(Columns(output, used, 460, generator).loss(hidden, labels), exact, rtol=1e-5)
    drawn = [Columns(output, used, 100, generator).loss(hidden, labels) for _ in range(200)]
    assert float(torch.stack(drawn).mean()) == pytest.approx(float(exact), rel=0.01)

"""Reading rollouts, training, calibrating and measuring, on made-up rollouts whose rule is known."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.metrics import brier_score_loss, roc_auc_score

from planner.feasibility.clearance import GAPS
from planner.feasibility.data import example_of, split_examples, split_of, vocabulary_of
from planner.feasibility.evaluation import evaluate
from planner.feasibility.fit import finish_training, limits_of, source_of, start_training
from planner.feasibility.metrics import auroc, brier, ece, fit_calibration
from planner.feasibility.network import NetworkConfig
from planner.feasibility.segments import Segment, digest_of, read_segments
from planner.feasibility.training import Trainer, TrainingConfig, answers_of
from planner.feasibility.weights import Trained, save
from skills.spec import SkillCall
from tests.planner.feasibility_rollouts import write_rollouts

SMALL = NetworkConfig(width=64, layers=2, heads=2, kv_heads=1, hidden=128)
CONFIG = TrainingConfig(epochs=8, batch=32, learning_rate=3e-3, network=SMALL)


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def rollouts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_rollouts(tmp_path_factory.mktemp("rollouts"), 250)


@pytest.fixture(scope="module")
def trained(rollouts: Path) -> tuple[Trained, dict]:
    segments = list(read_segments(rollouts))
    vocabulary = vocabulary_of(segments)
    examples = split_examples(segments, vocabulary)
    trainer = start_training(examples, vocabulary, CONFIG, None)
    trainer.epochs()
    source = source_of(segments, digest_of(rollouts))
    result = finish_training(trainer, examples, limits_of(segments), source)
    return result, evaluate(result, examples["validation"])


def small_trainer(rollouts: Path, epochs: int, checkpoint: Path | None = None, seed: int = 0) -> Trainer:
    segments = list(read_segments(rollouts))[:120]
    vocabulary = vocabulary_of(segments)
    config = TrainingConfig(epochs=epochs, batch=32, seed=seed, network=SMALL)
    return start_training(split_examples(segments, vocabulary), vocabulary, config, checkpoint)


def weights_of(trainer: Trainer) -> torch.Tensor:
    return torch.cat([p.detach().flatten() for p in trainer.network.parameters()])


@pytest.mark.slow
def test_it_learns_what_the_baselines_do_not(trained: tuple[Trained, dict]) -> None:
    _, measured = trained
    assert measured["auroc"] > 0.9
    assert measured["auroc"] > measured["baselines"]["preconditions"]["auroc"] + 0.1
    assert measured["brier"] < 0.6 * measured["baselines"]["rate"]["brier"]
    assert measured["reason_accuracy"] > 0.75


@pytest.mark.slow
def test_the_measurements_have_the_agreed_form(trained: tuple[Trained, dict]) -> None:
    _, measured = trained
    fields = "n base_rate auroc ece brier per_skill reason_accuracy sequence baselines"
    assert list(measured) == fields.split()
    assert set(measured["sequence"]) == {"n", "auroc"}
    assert {name: set(row) for name, row in measured["baselines"].items()} == {
        "preconditions": {"auroc", "brier"},
        "rate": {"brier"},
        "logistic": {"auroc", "brier"},
    }
    assert set(measured["per_skill"]) == {"pick", "place", "push"}
    assert all(set(row) == {"n", "base_rate", "auroc"} for row in measured["per_skill"].values())
    json.dumps(measured)


def test_the_same_command_gives_the_same_model(rollouts: Path, tmp_path: Path) -> None:
    one, other = small_trainer(rollouts, 1), small_trainer(rollouts, 1)
    one.epochs()
    torch.manual_seed(99)  # what ran before must not matter
    other.epochs()
    assert torch.equal(weights_of(one), weights_of(other))
    another = small_trainer(rollouts, 1, seed=1)
    another.epochs()
    assert not torch.equal(weights_of(one), weights_of(another))


def test_a_run_that_was_stopped_ends_as_one_that_was_not(rollouts: Path, tmp_path: Path) -> None:
    whole = small_trainer(rollouts, 2)
    whole.epochs()
    stopped = small_trainer(rollouts, 2, tmp_path / "checkpoint.pt")

    class Stop(Exception):
        pass

    def stop_in_second_epoch() -> None:
        if stopped.curve:
            raise Stop

    with pytest.raises(Stop):
        stopped.epochs(stop_in_second_epoch)
    again = small_trainer(rollouts, 2, tmp_path / "checkpoint.pt")
    assert len(again.curve) == 1
    again.epochs()
    assert torch.equal(weights_of(whole), weights_of(again))
    assert again.curve == whole.curve
    other = small_trainer(rollouts, 2, tmp_path / "checkpoint.pt", seed=5)
    assert other.curve == []  # the checkpoint of another run is left alone


def test_padding_changes_nothing(rollouts: Path) -> None:
    trainer = small_trainer(rollouts, 1)
    rows = trainer.validation_rows
    together = answers_of(trainer.network, rows).success
    alone = answers_of(trainer.network, rows, batch=1).success
    torch.testing.assert_close(alone[rows.taken], together[rows.taken], rtol=1e-4, atol=1e-5)


def test_a_scene_is_on_one_side_only(rollouts: Path) -> None:
    segments = list(read_segments(rollouts))[:120]
    examples = split_examples(segments, vocabulary_of(segments))
    seeds = {name: {e.seed for e in side} for name, side in examples.items()}
    assert not seeds["train"] & seeds["validation"] and not seeds["train"] & seeds["calibration"]
    assert {split_of(s) for s in seeds["calibration"]} == {"calibration"}
    with pytest.raises(ValueError, match="no segment is in the calibration split"):
        split_examples([s for s in segments if split_of(s.seed) != "calibration"], vocabulary_of(segments))


def test_a_tail_starts_where_the_steps_before_it_ended(rollouts: Path) -> None:
    long = next(s for s in read_segments(rollouts) if len(s.steps) >= 3)
    vocabulary = vocabulary_of([long])
    tail = long.tail(1)
    assert [s.call for s in tail.steps] == [s.call for s in long.steps[1:]]
    for name, (x, y, z, _) in long.steps[0].after.items():
        assert tail.scene[name].position == pytest.approx((x, y, z))
    assert tail.scene.robot.holding == long.steps[0].holding
    whole, part = example_of(long, vocabulary), example_of(tail, vocabulary)
    np.testing.assert_array_equal(part.legal, whole.legal[1:])
    np.testing.assert_allclose(part.effect, whole.effect[1:], atol=1e-4)


def test_a_mirror_exchanges_left_and_right(rollouts: Path) -> None:
    segments = list(read_segments(rollouts))[:40]
    vocabulary = vocabulary_of(segments)
    for segment in segments:
        mirrored = segment.mirrored()
        back = mirrored.mirrored()
        assert [s.call for s in back.steps] == [s.call for s in segment.steps]
        for thing in segment.scene.objects:
            x, y, z = thing.position
            assert mirrored.scene[thing.name].position == pytest.approx((x, -y, z))
            assert mirrored.scene[thing.name].pose.yaw == pytest.approx(-thing.pose.yaw)
            assert back.scene[thing.name].pose.orientation == pytest.approx(thing.pose.orientation)
        here, there = example_of(segment, vocabulary), example_of(mirrored, vocabulary)
        np.testing.assert_allclose(there.effect, here.effect * [1.0, -1.0, 1.0], atol=1e-4)
        for one, other in zip(here.steps, there.steps, strict=True):
            assert other.point == pytest.approx([one.point[0], -one.point[1], one.point[2]])
            assert other.features[-GAPS:] == pytest.approx(one.features[-GAPS:], abs=1e-6)
    assert str(_mirrored_call(segments[0], "place(red block, left-of, blue block)")) == (
        "place(red block, right-of, blue block)"
    )
    assert str(_mirrored_call(segments[0], "place(red block, at, top left corner)")) == (
        "place(red block, at, top right corner)"
    )


def _mirrored_call(segment: Segment, text: str) -> SkillCall:
    step = replace(segment.steps[0], call=SkillCall.parse(text))
    return replace(segment, steps=(step,)).mirrored().steps[0].call


def test_variants_are_drawn_once_a_segment(rollouts: Path) -> None:
    trainer = small_trainer(rollouts, 1)
    rows = trainer.train_rows
    torch.manual_seed(0)
    drawn = torch.cat(trainer._drawn())
    assert sorted(rows.segment[drawn].tolist()) == list(range(trainer.segments))
    again = torch.cat(trainer._drawn())
    assert sorted(drawn.tolist()) != sorted(again.tolist())
    longest = int(rows.taken.sum(dim=1).max())
    assert len(rows.segment[rows.segment == rows.segment[rows.taken.sum(dim=1).argmax()]]) == 2 * longest


def test_a_line_that_is_no_rollout_is_named(rollouts: Path, tmp_path: Path) -> None:
    good = (rollouts / "rollouts.jsonl").read_text(encoding="utf-8").splitlines()[0]
    file = tmp_path / "rollouts.jsonl"
    for bad in ("{", "{}", good.replace('"succeeded"', '"succeded"'), good.replace("pick(", "pick[")):
        if bad == good:
            continue
        file.write_text(good + "\n" + bad + "\n", encoding="utf-8")
        with pytest.raises(ValueError, match="line 2: not a rollout"):
            list(read_segments(tmp_path))
    with pytest.raises(ValueError, match=r"no rollouts at .*; scripts/collect.py makes them"):
        list(read_segments(tmp_path / "nowhere"))


def test_the_order_of_lines_does_not_change_the_digest(rollouts: Path, tmp_path: Path) -> None:
    lines = (rollouts / "rollouts.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "rollouts.jsonl").write_text("".join(lines[::-1]), encoding="utf-8")
    assert digest_of(tmp_path) == digest_of(rollouts)


def test_metrics_agree_with_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    p = np.round(rng.uniform(size=500), 2)  # with ties
    y = rng.uniform(size=500) < p
    assert auroc(y, p) == pytest.approx(roc_auc_score(y, p))
    assert brier(y, p) == pytest.approx(brier_score_loss(y, p))
    assert auroc(np.ones(5, dtype=bool), p[:5]) is None


def test_calibration_mends_what_is_too_sure() -> None:
    rng = np.random.default_rng(1)
    logits = rng.normal(size=4000)
    y = rng.uniform(size=4000) < 1.0 / (1.0 + np.exp(-(logits - 0.5)))
    found = fit_calibration(y, 3.0 * logits)
    assert found.scale == pytest.approx(1.0 / 3.0, rel=0.15)
    assert found.shift == pytest.approx(-0.5, abs=0.15)
    sure = 1.0 / (1.0 + np.exp(-3.0 * logits))
    mended = 1.0 / (1.0 + np.exp(-(3.0 * logits * found.scale + found.shift)))
    assert ece(y, mended) < 0.03 < ece(y, sure)
    apart = fit_calibration(np.array([False, True]), np.array([-5.0, 5.0]))
    assert np.isfinite([apart.scale, apart.shift]).all()


@pytest.mark.slow
def test_saved_weights_measure_the_same(trained: tuple[Trained, dict], rollouts: Path, tmp_path: Path) -> None:
    from planner.feasibility.weights import load

    save(trained[0], tmp_path / "w.safetensors")
    again = load(tmp_path / "w.safetensors")
    segments = list(read_segments(rollouts))
    examples = split_examples(segments, again.network.vocabulary)
    assert evaluate(again, examples["validation"]) == trained[1]
    assert again.source["sha256"] == digest_of(rollouts)

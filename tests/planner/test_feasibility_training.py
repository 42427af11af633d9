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

from planner.feasibility.baselines import NAMES
from planner.feasibility.calibration import fit_calibration
from planner.feasibility.card import report
from planner.feasibility.clearance import GAPS
from planner.feasibility.data import example_of, split_examples, split_of, vocabulary_of
from planner.feasibility.evaluation import evaluate
from planner.feasibility.fit import Fit, limits_of, source_of
from planner.feasibility.metrics import auroc, brier, ece, paired_gain
from planner.feasibility.network import NetworkConfig
from planner.feasibility.records import Record, digest_of, read_records
from planner.feasibility.rows import tensors_of
from planner.feasibility.spots import ROOM
from planner.feasibility.training import Trainer, TrainingConfig, answers_of
from planner.feasibility.weights import Trained, WeightsError, load, save
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
def trained(rollouts: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Trained, dict]:
    records = list(read_records(rollouts))
    vocabulary = vocabulary_of(records)
    examples = split_examples(records, vocabulary)
    fit = Fit(examples, vocabulary, CONFIG, tmp_path_factory.mktemp("fit"))
    fit.run(lambda: None)
    result = fit.finish(limits_of(records), source_of(records, digest_of(rollouts)))
    return result, evaluate(result, examples["validation"])


def small_trainer(rollouts: Path, epochs: int, checkpoint: Path | None = None, seed: int = 0) -> Trainer:
    records = list(read_records(rollouts))[:200]
    vocabulary = vocabulary_of(records)
    config = TrainingConfig(epochs=epochs, batch=32, seed=seed, network=SMALL)
    rows = {name: tensors_of(part) for name, part in split_examples(records, vocabulary).items()}
    return Trainer(rows["train"], rows["validation"], vocabulary, config, checkpoint)


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
    agreed = "n base_rate auroc ece brier per_skill reason_accuracy sequence baselines"
    assert set(agreed.split()) <= set(measured)
    assert {"n", "auroc"} <= set(measured["sequence"])
    assert tuple(measured["baselines"]) == NAMES
    assert all(set(row) == {"auroc", "brier", "ece", "behind"} for row in measured["baselines"].values())
    assert set(measured["per_skill"]) == {"pick", "place", "push"}
    assert all(set(row) == {"n", "base_rate", "auroc"} for row in measured["per_skill"].values())
    json.dumps(measured)
    assert "| baseline: trees |" in report(measured)


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
    records = list(read_records(rollouts))[:150]
    examples = split_examples(records, vocabulary_of(records))
    seeds = {name: {e.seed for e in side} for name, side in examples.items()}
    assert not seeds["train"] & seeds["validation"] and not seeds["train"] & seeds["calibration"]
    assert {split_of(s) for s in seeds["calibration"]} == {"calibration"}
    with pytest.raises(ValueError, match="no plan is in the calibration split"):
        split_examples([r for r in records if split_of(r.seed) != "calibration"], vocabulary_of(records))


def test_a_tail_starts_where_the_steps_before_it_ended(rollouts: Path) -> None:
    long = next(r for r in read_records(rollouts) if len(r.steps) >= 3)
    vocabulary = vocabulary_of([long])
    tail = long.tail(1)
    assert [s.call for s in tail.steps] == [s.call for s in long.steps[1:]]
    assert tail.calls == long.calls[1:]
    assert tail.scene == long.steps[0].after
    whole, part = example_of(long, vocabulary), example_of(tail, vocabulary)
    np.testing.assert_array_equal(part.legal, whole.legal[1:])
    np.testing.assert_allclose(part.shift, whole.shift[1:], atol=1e-4)
    np.testing.assert_array_equal(part.facts, whole.facts[1:])
    np.testing.assert_array_equal(part.carrier, whole.carrier[1:])


def test_a_mirror_exchanges_left_and_right(rollouts: Path) -> None:
    records = list(read_records(rollouts))[:40]
    vocabulary = vocabulary_of(records)
    for record in records:
        assert record.symmetric
        mirrored = record.mirrored()
        back = mirrored.mirrored()
        assert back.calls == record.calls
        for thing in record.scene.objects:
            x, y, z = thing.position
            assert mirrored.scene[thing.name].position == pytest.approx((x, -y, z))
            assert mirrored.scene[thing.name].pose.yaw == pytest.approx(-thing.pose.yaw)
            assert back.scene[thing.name].pose.orientation == pytest.approx(thing.pose.orientation)
        here, there = example_of(record, vocabulary), example_of(mirrored, vocabulary)
        np.testing.assert_allclose(there.shift, here.shift * [1.0, -1.0, 1.0], atol=1e-4)
        np.testing.assert_allclose(there.steps.points, here.steps.points * [1.0, -1.0, 1.0], atol=1e-6)
        gaps = slice(-GAPS - ROOM, -ROOM)
        np.testing.assert_allclose(there.steps.features[:, gaps], here.steps.features[:, gaps], atol=1e-4)
    text = "place(red block, {}, blue block)"
    assert _mirrored_call(records[0], text.format("left-of")) == SkillCall.parse(text.format("right-of"))
    assert str(_mirrored_call(records[0], "place(red block, at, top left corner)")) == (
        "place(red block, at, top right corner)"
    )


def _mirrored_call(record: Record, text: str) -> SkillCall:
    return replace(record, calls=(SkillCall.parse(text),)).mirrored().calls[0]


def test_what_was_not_tried_is_told_but_not_judged(rollouts: Path) -> None:
    cut = next(r for r in read_records(rollouts) if len(r.steps) < len(r.calls))
    vocabulary = vocabulary_of([cut])
    whole, tried = example_of(cut, vocabulary), example_of(cut, vocabulary, untried=False)
    assert len(whole.steps.spec) == len(cut.calls) > len(tried.steps.spec) == len(cut.steps)
    assert len(whole.succeeded) == len(cut.steps) and not whole.whole
    np.testing.assert_array_equal(whole.steps.features[: len(cut.steps)], tried.steps.features)


def test_variants_are_drawn_once_a_plan(rollouts: Path) -> None:
    trainer = small_trainer(rollouts, 1)
    rows = trainer.train_rows
    torch.manual_seed(0)
    drawn = torch.cat(trainer._drawn())
    assert sorted(rows.plan[drawn].tolist()) == list(range(trainer.plans))
    again = torch.cat(trainer._drawn())
    assert sorted(drawn.tolist()) != sorted(again.tolist())
    longest = int(rows.taken.sum(dim=1).max())
    assert len(rows.plan[rows.plan == rows.plan[rows.taken.sum(dim=1).argmax()]]) == 2 * longest


def test_a_line_that_is_no_rollout_is_named(rollouts: Path, tmp_path: Path) -> None:
    good = (rollouts / "rollouts.jsonl").read_text(encoding="utf-8").splitlines()[0]
    file = tmp_path / "rollouts.jsonl"
    for bad in ("{", "{}", good.replace('"succeeded"', '"succeded"'), good.replace("pick(", "pick[")):
        if bad == good:
            continue
        file.write_text(good + "\n" + bad + "\n", encoding="utf-8")
        with pytest.raises(ValueError, match="line 2: not a rollout"):
            list(read_records(tmp_path))
    with pytest.raises(ValueError, match=r"no rollouts at .*; scripts/collect.py makes them"):
        list(read_records(tmp_path / "nowhere"))


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


def test_a_gain_has_an_interval_and_a_sign() -> None:
    rng = np.random.default_rng(2)
    y = rng.uniform(size=600) < 0.5
    good, bad = y + rng.normal(size=600), y + 3.0 * rng.normal(size=600)
    groups = np.arange(600) // 4
    found = paired_gain(y, good, bad, groups)
    assert found is not None and isinstance(found["ci95"], list)
    assert found["gain"] == pytest.approx(roc_auc_score(y, good) - roc_auc_score(y, bad))
    assert 0.0 < found["ci95"][0] < found["ci95"][1]
    same = paired_gain(y, good, good, groups)
    assert same == {"gain": 0.0, "ci95": [0.0, 0.0]}
    assert paired_gain(np.ones(4, dtype=bool), good[:4], bad[:4], groups[:4]) is None


@pytest.mark.slow
def test_saved_weights_measure_the_same(trained: tuple[Trained, dict], rollouts: Path, tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    save(trained[0], path)
    again = load(path, baselines=True)
    examples = split_examples(list(read_records(rollouts)), again.network.vocabulary)
    assert evaluate(again, examples["validation"]) == trained[1]
    assert again.source["sha256"] == digest_of(rollouts)
    assert load(path).baselines is None
    save(load(path), path)
    with pytest.raises(WeightsError, match="come without baselines"):
        load(path, baselines=True)

"""What the whole scorer must be true to, with random weights: symmetries, caches, limits and errors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from envs.hard_scenes import build_hard
from planner.feasibility.batch import Told, pack_scenes, pack_steps
from planner.feasibility.clearance import Hand
from planner.feasibility.forms import FIRST
from planner.feasibility.imagine import Imagined
from planner.feasibility.network import FeasibilityNetwork, NetworkConfig
from planner.feasibility.positions import KINDS
from planner.feasibility.protocol import FeasibilityModel, Prediction
from planner.feasibility.scorer import ROOT, FeasibilityTransformer
from planner.feasibility.tokens import STEP_FEATURES, Vocabulary, failure_rows, failures, scene_rows, step_rows
from planner.feasibility.weights import DEFAULT_WEIGHTS, Limits, Trained, WeightsError, load, save
from sim.catalog import CATEGORIES
from sim.geometry import quat_from_yaw
from sim.state import Pose, SceneState
from sim.world import World
from skills.outcome import FailureReason, Outcome
from skills.protocol import Step
from skills.registry import specs
from skills.spec import FAMILIES, SkillCall
from skills.symbolic import ground, legal, typing_of
from tests.planner.feasibility_rollouts import random_scene

VOCABULARY = Vocabulary(tuple(s.name for s in specs()), tuple(sorted(CATEGORIES)))


def made(
    vocabulary: Vocabulary = VOCABULARY, limits: Limits | None = None, config: NetworkConfig | None = None
) -> Trained:
    torch.manual_seed(7)
    network = FeasibilityNetwork(config or NetworkConfig(layers=2), vocabulary)
    for parameter in (network.table, network.failed, *network.positions.parameters()):
        parameter.data.normal_()
    return Trained(network.eval().requires_grad_(False), limits or Limits(objects=10, steps=8))


@pytest.fixture(scope="module")
def model() -> FeasibilityTransformer:
    return FeasibilityTransformer(made())


@pytest.fixture
def scene() -> SceneState:
    return random_scene(np.random.default_rng(3), 7)


@pytest.fixture
def plans(scene: SceneState) -> list[list[SkillCall]]:
    near = next(o.name for o in scene.objects if o.name not in ("red block", "blue block"))
    return [
        [SkillCall("pick", ("red block",)), SkillCall("place", ("red block", "on", "blue block"))],
        [SkillCall("pick", ("red block",)), SkillCall("place", ("red block", "at", "middle"))],
        [
            SkillCall("push", ("blue block", "left")),
            SkillCall("pick", ("blue block",)),
            SkillCall("place", ("blue block", "near", near)),
            SkillCall("push", ("red block", "toward", "blue block")),
        ],
        [],
    ]


def evidence() -> list[Step]:
    failed = Outcome(False, FailureReason.COLLISION, "the hand ran into it", culprit="blue block")
    return [
        Step(SkillCall("pick", ("red block",)), failed),
        Step(SkillCall("push", ("red block", "left")), Outcome(True, None, "done")),
    ]


def numbers(predictions: Sequence[Sequence[Prediction]]) -> np.ndarray:
    return np.array([p.success for plan in predictions for p in plan])


def shifted(scene: SceneState, by: tuple[float, float, float], robot_too: bool = True) -> SceneState:
    def move(pose: Pose) -> Pose:
        x, y, z = (p + d for p, d in zip(pose.position, by, strict=True))
        return Pose((x, y, z), pose.orientation)

    robot = replace(scene.robot, base=move(scene.robot.base), tool=move(scene.robot.tool))
    objects = tuple(replace(o, pose=move(o.pose)) for o in scene.objects)
    return replace(scene, objects=objects, robot=robot if robot_too else scene.robot)


def turned(scene: SceneState, yaw: float) -> SceneState:
    frame = Pose((0.0, 0.0, 0.0), quat_from_yaw(yaw))
    robot = replace(scene.robot, base=frame @ scene.robot.base, tool=frame @ scene.robot.tool)
    return replace(scene, objects=tuple(replace(o, pose=frame @ o.pose) for o in scene.objects), robot=robot)


def test_it_is_a_feasibility_model(model: FeasibilityTransformer) -> None:
    assert isinstance(model, FeasibilityModel)


def test_a_scene_moved_with_its_robot_scores_the_same(
    model: FeasibilityTransformer, scene: SceneState, plans: list[list[SkillCall]]
) -> None:
    expected = numbers(model.predict(scene, plans, evidence()))
    moved = numbers(model.predict(shifted(scene, (3.0, -2.0, 0.4)), plans, evidence()))
    np.testing.assert_allclose(moved, expected, atol=2e-5)
    away = numbers(model.predict(shifted(scene, (0.3, -0.2, 0.0), robot_too=False), plans, evidence()))
    assert np.abs(away - expected).max() > 1e-3


def test_a_scene_turned_with_its_robot_scores_the_same(
    model: FeasibilityTransformer, scene: SceneState, plans: list[list[SkillCall]]
) -> None:
    other = turned(scene, math.pi / 2.0)
    expected = model.predict(scene, plans, evidence())
    np.testing.assert_allclose(numbers(model.predict(other, plans, evidence())), numbers(expected), atol=2e-5)
    here, there = model.follow(scene, plans[0]), model.follow(other, plans[0])
    for (one, _), (two, _) in zip(here, there, strict=True):
        assert one.adds == two.adds and one.deletes == two.deletes
        for name, (x, y, z) in one.moves.items():
            # Given in the world, so it turns as well.
            assert two.moves.get(name, (0.0, 0.0, 0.0)) == pytest.approx((-y, x, z), abs=0.011)


def test_the_order_of_objects_does_not_matter(
    model: FeasibilityTransformer, scene: SceneState, plans: list[list[SkillCall]]
) -> None:
    mixed = replace(scene, objects=scene.objects[::-1])
    expected = numbers(model.predict(scene, plans, evidence()))
    np.testing.assert_allclose(numbers(model.predict(mixed, plans, evidence())), expected, atol=1e-5)


def test_evidence_and_geometry_matter(
    model: FeasibilityTransformer, scene: SceneState, plans: list[list[SkillCall]]
) -> None:
    plain = numbers(model.predict(scene, plans))
    assert np.abs(numbers(model.predict(scene, plans, evidence())) - plain).max() > 1e-4
    block = scene["red block"]
    x, y, z = block.position
    near = scene.with_object(replace(block, pose=Pose((x + 0.03, y, z), block.pose.orientation)))
    assert np.abs(numbers(model.predict(near, plans)) - plain).max() > 1e-4


def uncached(model: FeasibilityTransformer, scene: SceneState, plans: list[list[SkillCall]]) -> list[np.ndarray]:
    """Scores of plans in a padded batch, each with a scene of its own and nothing cached."""
    network, vocabulary, hand = model.trained.network, model.trained.network.vocabulary, Hand.of("panda")
    start, rows = Imagined.of(scene), []
    for plan in plans:
        imagined, steps = start, []
        for call in plan:
            form = imagined.things.forms[call]
            steps.append((imagined, form))
            imagined = imagined.after(form)
        rows.append(step_rows(steps, hand, vocabulary))
    failed = failure_rows(start, failures(evidence()), hand, vocabulary)
    told = Told(scene_rows(scene, start, vocabulary), failed)
    answers, _ = network(pack_scenes([told] * len(plans)), pack_steps(rows))
    return [answers.success[k, : len(plan)].sigmoid().numpy() for k, plan in enumerate(plans)]


@pytest.mark.parametrize("positions", KINDS)
@pytest.mark.parametrize("window", [8, 2])
def test_cached_equals_uncached(positions: str, window: int, scene: SceneState, plans: list[list[SkillCall]]) -> None:
    model = FeasibilityTransformer(made(config=NetworkConfig(layers=2, positions=positions, window=window)))
    expected = model.predict(scene, plans, evidence())
    for plan, together in zip(expected, uncached(model, scene, plans), strict=True):
        np.testing.assert_allclose(together, [p.success for p in plan], atol=1e-5)


def test_a_beam_grown_step_by_step_equals_whole_plans(
    model: FeasibilityTransformer, scene: SceneState, plans: list[list[SkillCall]]
) -> None:
    expected = model.predict(scene, plans)
    tree = model.tree(scene)
    nodes, found = [ROOT] * len(plans), [[] for _ in plans]
    for depth in range(max(len(p) for p in plans)):
        alive = [k for k, plan in enumerate(plans) if len(plan) > depth]
        first = tree.size
        for k, prediction in zip(alive, tree.extend([(nodes[k], plans[k][depth]) for k in alive]), strict=True):
            found[k].append(prediction)
        for offset, k in enumerate(alive):
            nodes[k] = first + offset
    np.testing.assert_allclose(numbers(found), numbers(expected), atol=1e-5)


def test_many_plans_are_scored_in_pieces(model: FeasibilityTransformer, scene: SceneState) -> None:
    calls = list(legal(scene))
    many = [[c, d] for c in calls[:40] for d in calls[:10]]
    found = model.predict(scene, many)
    assert [len(p) for p in found] == [2] * len(many)
    some = [0, 130, 399]
    alone = [model.predict(scene, [many[k]])[0] for k in some]
    np.testing.assert_allclose(numbers([found[k] for k in some]), numbers(alone), atol=1e-5)


def test_plans_do_not_see_each_other(
    model: FeasibilityTransformer, scene: SceneState, plans: list[list[SkillCall]]
) -> None:
    alone = [model.predict(scene, [p], evidence())[0] for p in plans]
    np.testing.assert_allclose(numbers(model.predict(scene, plans, evidence())), numbers(alone), atol=1e-5)


def test_unknown_things_are_errors_or_flagged(scene: SceneState) -> None:
    narrow = Vocabulary(tuple(n for n in VOCABULARY.specs if n != "push"), VOCABULARY.categories)
    model = FeasibilityTransformer(made(narrow))
    known, new = model.predict(scene, [[SkillCall("pick", ("red block",))], [SkillCall("push", ("red block", "left"))]])
    assert known[0].confident
    assert not new[0].confident
    with pytest.raises(ValueError, match=r"no skill has the form 'throw\(red block\)'"):
        model.predict(scene, [[SkillCall("throw", ("red block",))]])
    with pytest.raises(ValueError, match="'violet block' in pick"):
        model.predict(scene, [[SkillCall("pick", ("violet block",))]])


def test_more_than_in_training_is_flagged(scene: SceneState) -> None:
    pick = SkillCall("pick", ("red block",))
    few = FeasibilityTransformer(made(limits=Limits(objects=6, steps=8)))
    assert not few.predict(scene, [[pick]])[0][0].confident
    place = SkillCall("place", ("red block", "at", "middle"))
    short = FeasibilityTransformer(made(limits=Limits(objects=10, steps=1)))
    assert [p.confident for p in short.predict(scene, [[pick, place]])[0]] == [True, False]
    other = FeasibilityTransformer(made(limits=Limits(objects=10, steps=8, robots=("ur5e",))))
    assert not other.predict(scene, [[pick]])[0][0].confident


def test_a_scene_without_movable_things_can_be_read(model: FeasibilityTransformer, scene: SceneState) -> None:
    empty = replace(scene, objects=(), supports=frozenset())
    assert model.predict(empty, []) == []
    assert model.predict(scene, [[]]) == [[]]


def test_evidence_about_things_that_are_gone_is_left_out(model: FeasibilityTransformer, scene: SceneState) -> None:
    pick = [[SkillCall("pick", ("red block",))]]
    gone = Step(SkillCall("pick", ("cyan ball 9",)), Outcome(False, FailureReason.DROPPED, "it fell off the table"))
    np.testing.assert_array_equal(numbers(model.predict(scene, pick, [gone])), numbers(model.predict(scene, pick)))


def test_weights_come_back_as_they_were(model: FeasibilityTransformer, scene: SceneState, tmp_path: Path) -> None:
    save(model.trained, tmp_path / "a.safetensors")
    save(model.trained, tmp_path / "b.safetensors")
    assert (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()
    again = FeasibilityTransformer.from_file(tmp_path / "a.safetensors")
    pick = [[SkillCall("pick", ("red block",))]]
    np.testing.assert_array_equal(numbers(again.predict(scene, pick)), numbers(model.predict(scene, pick)))


def test_weights_that_cannot_be_used_say_why(model: FeasibilityTransformer, tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    with pytest.raises(WeightsError, match="no weights at"):
        load(path)
    save(model.trained, path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(WeightsError, match="damaged"):
        load(path)
    path.write_bytes(b"\xff" * 64)
    with pytest.raises(WeightsError, match="damaged"):
        load(path)
    path.write_bytes(whole.replace(b"forethought-feasibility/3", b"forethought-feasibility/9"))
    with pytest.raises(WeightsError, match="expected 'forethought-feasibility/3"):
        load(path)
    path.write_bytes(whole.replace(rb"\"layers\": 2", rb"\"layers\": 3"))
    with pytest.raises(WeightsError, match="do not fit this network"):
        load(path)
    from safetensors.torch import save_file

    save_file({"x": torch.zeros(2)}, str(path))
    with pytest.raises(WeightsError, match="not of a feasibility model"):
        load(path)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_call_of_every_family_has_a_form(family: str) -> None:
    with World("panda", family) as world:
        state = build_hard(world, np.random.default_rng(5))
    start = Imagined.of(state)
    calls = ground(typing_of(state))
    rows = step_rows([(start, start.things.forms[c]) for c in calls], Hand.of("panda"), VOCABULARY)
    assert rows.features.shape == (len(calls), STEP_FEATURES)
    assert np.isfinite(rows.features).all() and np.abs(rows.features).max() < 30.0
    assert (rows.pointers[:, 0] >= FIRST).all()
    for call in legal(state)[:40]:
        start.after(start.things.forms[call])
    found = FeasibilityTransformer(made(limits=Limits(16, 8, families=FAMILIES))).predict(state, [[c] for c in calls])
    assert all(0.0 < p[0].success < 1.0 and p[0].confident for p in found)


def test_expected_effects_are_read_as_facts_and_as_a_scene(model: FeasibilityTransformer, scene: SceneState) -> None:
    plan = [SkillCall("pick", ("red block",)), SkillCall("place", ("red block", "on", "blue block"))]
    followed = model.follow(scene, plan)
    assert [state.names for _, state in followed] == [scene.names] * 2
    for expected, _ in followed:
        assert set(expected.moves) <= set(scene.names)
        assert not expected.adds & expected.deletes
    with pytest.raises(ValueError, match="no node 3"):
        model.tree(scene).expected(3)


def test_the_weights_of_the_package_load() -> None:
    trained = load(baselines=True)
    assert DEFAULT_WEIGHTS.stat().st_size < 16e6
    assert sum(p.numel() for p in trained.network.parameters()) < 5e6
    assert trained.source["steps"] >= 30_000 and trained.source["split"] == "collect"
    assert set(trained.limits.families) == set(FAMILIES) and len(trained.limits.robots) == 5


def test_what_was_moved_long_ago_stays_in_sight(scene: SceneState) -> None:
    """With a window of one step, the step that moved the block still stands for it four steps later."""
    model = FeasibilityTransformer(made(config=NetworkConfig(layers=2, window=1)))
    idle = [SkillCall("push", ("blue block", d)) for d in ("left", "right", "left")]
    last = SkillCall("place", ("blue block", "near", "red block"))
    plans = [[SkillCall("push", ("red block", d)), *idle, last] for d in ("left", "right")]
    here, there = model.predict(scene, plans)
    assert abs(here[-1].success - there[-1].success) > 1e-5
    for plan, together in zip((here, there), uncached(model, scene, plans), strict=True):
        alone = model.predict(scene, [plans[0] if plan is here else plans[1]], evidence())[0]
        np.testing.assert_allclose(together, [p.success for p in alone], atol=1e-5)

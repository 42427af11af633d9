"""What the whole scorer must be true to, with random weights: symmetries, caches, limits and errors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
import torch

from planner.feasibility.batch import Told, pack_scenes, pack_steps
from planner.feasibility.imagine import Imagined
from planner.feasibility.network import FeasibilityNetwork, NetworkConfig
from planner.feasibility.protocol import FeasibilityModel, Prediction
from planner.feasibility.scorer import ROOT, FeasibilityTransformer
from planner.feasibility.tokens import STEP_FEATURES, Vocabulary, failure_rows, failures, scene_rows, step_rows
from planner.feasibility.weights import DEFAULT_WEIGHTS, Limits, Trained, WeightsError, load, save
from sim.catalog import CATEGORIES
from sim.geometry import quat_from_yaw
from sim.state import ObjectState, Pose, SceneState
from skills.outcome import FailureReason, Outcome
from skills.protocol import Step
from skills.registry import specs
from skills.spec import SkillCall
from skills.symbolic import check_call, legal
from tests.planner.feasibility_rollouts import random_scene

VOCABULARY = Vocabulary(tuple(s.name for s in specs()), tuple(sorted(CATEGORIES)))


def made(vocabulary: Vocabulary = VOCABULARY, limits: Limits | None = None) -> Trained:
    torch.manual_seed(7)
    network = FeasibilityNetwork(NetworkConfig(layers=2), vocabulary)
    for parameter in (network.table, network.failed):
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
    return np.array([[p.success, *(p.effect or ()), p.holding or 0.0] for plan in predictions for p in plan])


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
    expected = model.predict(scene, plans, evidence())
    found = model.predict(turned(scene, math.pi / 2.0), plans, evidence())
    for one, other in zip(chain(*expected), chain(*found), strict=True):
        assert other.success == pytest.approx(one.success, abs=1e-5)
        assert one.effect is not None and other.effect is not None
        x, y, z = one.effect
        assert other.effect == pytest.approx((-y, x, z), abs=1e-5)  # given in the world, so it turns as well


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


def test_cached_equals_uncached(model: FeasibilityTransformer, scene: SceneState, plans: list[list[SkillCall]]) -> None:
    expected = model.predict(scene, plans, evidence())
    rows = []
    network, vocabulary = model.trained.network, model.trained.network.vocabulary
    for plan in plans:
        imagined, row = Imagined.of(scene), []
        for call in plan:
            spec = check_call(call, imagined.objects)
            row += step_rows([(imagined, spec, call)], vocabulary)
            imagined = imagined.after(spec, call)
        rows.append(row)
    start = Imagined.of(scene)
    told = Told(scene_rows(scene, start, vocabulary), failure_rows(start, failures(evidence()), vocabulary))
    answers = network(pack_scenes([told] * len(plans)), pack_steps(rows))  # a padded batch, nothing cached
    for k, plan in enumerate(expected):
        together = answers.success[k, : len(plan)].sigmoid()
        np.testing.assert_allclose(together.numpy(), [p.success for p in plan], atol=1e-5)


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
    path.write_bytes(whole.replace(b"forethought-feasibility/1", b"forethought-feasibility/9"))
    with pytest.raises(WeightsError, match="expected 'forethought-feasibility/1"):
        load(path)
    path.write_bytes(whole.replace(rb"\"layers\": 2", rb"\"layers\": 3"))
    with pytest.raises(WeightsError, match="do not fit this network"):
        load(path)
    from safetensors.torch import save_file

    save_file({"x": torch.zeros(2)}, str(path))
    with pytest.raises(WeightsError, match="not of a feasibility model"):
        load(path)


def test_imagined_plans_follow_their_effects(scene: SceneState) -> None:
    start = Imagined.of(scene)
    pick, place = SkillCall("pick", ("red block",)), SkillCall("place", ("red block", "on", "blue block"))
    held = start.after(check_call(pick, start.objects), pick)
    assert "(holding red_block)" in {str(a) for a in held.facts}
    done = held.after(check_call(place, start.objects), place)
    x, y, z = start.points["blue block"]
    assert done.points["red block"] == pytest.approx((x, y, z + 0.04))
    assert "(on red_block blue_block)" in {str(a) for a in done.facts}
    assert done.moved == {"red block"}


def test_every_spec_has_somewhere_to_go(scene: SceneState) -> None:
    start = Imagined.of(scene)
    for call in legal(scene):
        spec = check_call(call, start.objects)
        assert start.goal(spec, call) != start.frame.base
        assert len(step_rows([(start, spec, call)], VOCABULARY)[0].features) == STEP_FEATURES


def test_object_state_of_a_lying_cylinder_has_its_extents() -> None:
    lying = ObjectState(
        "red cylinder",
        "cylinder",
        "red",
        Pose((0.5, 0.0, 0.02), (math.sin(math.pi / 4.0), 0.0, 0.0, math.cos(math.pi / 4.0))),
        CATEGORIES["cylinder"].size,
        True,
    )
    scene = random_scene(np.random.default_rng(0), 3)
    start = Imagined.of(replace(scene, objects=(lying,), supports=frozenset()))
    assert start.halves["red cylinder"] == pytest.approx((0.02, 0.03, 0.02))


def test_the_weights_of_the_package_load() -> None:
    trained = load()
    assert DEFAULT_WEIGHTS.stat().st_size < 16e6
    assert trained.source["steps"] >= 8000

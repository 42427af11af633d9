import pytest

from envs.episode import run_episode
from envs.events import Answered, Began, Decided, Ended, Event, Executed
from envs.record import Episode, without_times
from envs.seeding import TRAIN
from envs.task import ObjectSpec, SceneSpec, Suite, Task
from sim.world import World
from skills.outcome import FailureReason
from skills.protocol import Act, Ask, Candidate, Rationale, Refuse
from skills.spec import SkillCall
from tests.envs.scripted_planners import Raising, Scripted


def test_an_episode_is_run_judged_and_recorded(world: World, basics: Suite) -> None:
    script = [
        Act(
            SkillCall("pick", ("red block",)),
            Rationale((Candidate("pick(red block)", -0.3, 0.9), Candidate("done()", -2.0)), 100, 5),
        ),
        "place(red block, in, blue bowl)",
    ]
    events: list[Event] = []
    episode = run_episode(
        basics.task("block-in-bowl"), 1, Scripted(script), world, model="none", on_event=events.append
    )
    assert episode.success and episode.plan_success and episode.ended_by == "finish" and episode.error is None
    assert episode.goal["(in red_block blue_bowl)"] is True
    first, second = episode.steps
    assert (first.call, first.language, first.feasibility, first.candidates) == ("pick(red block)", -0.3, 0.9, 2)
    assert (second.language, second.feasibility, second.candidates) == (None, None, 0)
    assert first.succeeded and first.reason is None and first.sim_seconds > 0 and first.cpu_seconds > 0
    assert episode.tokens == {"prompt": 100, "generated": 5}
    kinds = [type(e) for e in events]
    assert kinds == [Began, Decided, Executed, Decided, Executed, Decided, Ended]
    assert Episode.from_dict(episode.to_dict()) == episode


def test_the_same_seed_gives_the_same_episode_in_any_world(world: World, basics: Suite) -> None:
    script = ["pick(red block)", "push(red block, left)", "place(red block, in, blue bowl)", "pick(red block)"]
    task = basics.task("block-in-bowl")
    first = run_episode(task, 5, Scripted(script), world).to_dict()
    run_episode(basics.task("tower-of-five"), 0, Scripted(["pick(red block)"]), world)
    again = run_episode(task, 5, Scripted(script), world).to_dict()
    with World() as fresh:
        elsewhere = run_episode(task, 5, Scripted(script), fresh, on_step=lambda w: None).to_dict()
    assert without_times(first) == without_times(again) == without_times(elsewhere)
    other = run_episode(task, 5, Scripted(script), world, split=TRAIN).to_dict()
    assert without_times(first) != without_times(other)


def test_an_object_that_is_not_there_fails_its_precondition(world: World, basics: Suite) -> None:
    script = ["pick(purple block)", "dance(red block)", "pick(red block)"]
    episode = run_episode(basics.task("match-two-bowls"), 2, Scripted(script), world)
    for step in episode.steps[:2]:
        assert step.reason == FailureReason.PRECONDITION
        assert not step.succeeded and "\n" not in step.message and step.sim_seconds == 0.0
    assert "nearest" in episode.steps[1].message
    assert episode.steps[2].succeeded


def test_a_planner_that_raises_is_errored_not_failed(world: World, basics: Suite) -> None:
    episode = run_episode(basics.task("block-in-bowl"), 0, Raising(), world)
    assert episode.ended_by == "error"
    assert episode.error == "RuntimeError: the model is on fire"
    assert episode.success is None and episode.plan_success is None


def test_the_budget_ends_an_episode(world: World, basics: Suite) -> None:
    episode = run_episode(basics.task("block-in-bowl"), 0, Scripted(["push(blue bowl, left)"] * 50), world)
    assert episode.ended_by == "budget"
    assert len(episode.steps) == basics.task("block-in-bowl").max_steps
    assert episode.success is False and episode.plan_success is False


def test_one_who_only_asks_comes_to_an_end(world: World, basics: Suite) -> None:
    episode = run_episode(basics.task("which-block"), 0, Scripted([Ask("and now?")] * 50), world)
    assert episode.ended_by == "budget" and not episode.steps
    assert set(q["answer"] for q in episode.questions) == {"the blue one"}


def test_a_person_answers(world: World) -> None:
    scene = SceneSpec((ObjectSpec("red block"), ObjectSpec("blue block"), ObjectSpec("white bowl")))
    task = Task(
        "ask",
        ("put the block in the bowl",),
        scene,
        goal="(in blue_block white_bowl)",
        ambiguous=True,
        answers={"which block": "the blue one", "*": "what do you mean?"},
    )
    script = [Ask("Which block?"), Ask("Why?"), "pick(blue block)", "place(blue block, in, white bowl)"]
    planner = Scripted(script)
    told: list[Event] = []
    episode = run_episode(task, 0, planner, world, on_event=told.append)
    assert episode.success
    assert [q["answer"] for q in episode.questions] == ["the blue one", "what do you mean?"]
    assert planner.heard[2].messages == ("the blue one", "what do you mean?")
    assert sum(isinstance(e, Answered) for e in told) == 2


def test_to_refuse_what_cannot_be_done_is_success(world: World, basics: Suite) -> None:
    task = basics.task("missing-object")
    assert run_episode(task, 0, Scripted([Refuse("there is no purple block")]), world).success
    tried = run_episode(task, 0, Scripted(["pick(red block)", Refuse("no")]), world)
    assert tried.success is False and tried.goal == {"(refused)": True, "(nothing-moved)": False}
    finished = run_episode(task, 0, Scripted([]), world)
    assert finished.success is False and finished.ended_by == "finish"


def test_a_free_instruction_has_no_verdict(world: World) -> None:
    task = Task("free", ("pick up the red block",), SceneSpec((ObjectSpec("red block"),)))
    episode = run_episode(task, 0, Scripted(["pick(red block)"]), world)
    assert episode.success is None and episode.plan_success is None and episode.goal == {}
    assert episode.ended_by == "finish"


@pytest.mark.slow
def test_the_oracle_solves_the_suite(world: World, basics: Suite) -> None:
    from scripts.planner_factory import PlannerFactory

    factory = PlannerFactory("oracle")
    failed = [t.id for t in basics.tasks if not run_episode(t, 100, factory(t, 100), world).success]
    assert failed == []

"""Runs one episode: a planner decides, the robot does, the settled scene says what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from envs.disturbances import Disturbance, Disturber
from envs.events import Answered, Began, Decided, Ended, Event, Executed
from envs.record import Episode, StepRecord
from envs.scenes import build, draw_instruction
from envs.seeding import EVALUATION, stream
from envs.seeing import check_states, close_eyes, open_eyes
from envs.success import broken_rules, judge, plan_reaches_goal
from envs.task import Task
from sim.state import SceneState
from sim.world import World
from skills.execution import execute
from skills.outcome import FailureReason, Outcome
from skills.protocol import Act, Ask, Finish, Observation, Planner, Refuse, Step
from skills.spec import SkillCall
from skills.symbolic import check_call, typing_of


def run_episode(
    task: Task,
    seed: int,
    planner: Planner,
    world: World,
    *,
    model: str = "",
    split: str = EVALUATION,
    disturb: Sequence[Disturbance] = (),
    states: str = "simulator",
    goes_on: bool = False,
    on_event: Callable[[Event], None] | None = None,
    on_step: Callable[[World], None] | None = None,
) -> Episode:
    """Runs a task to its end and judges the settled scene.

    The planner and the skills go by what is seen, the verdict by what is.
    What the planner or the simulator raises ends the episode as errored; everything else, unknown calls and questions
    without end included, ends it with a verdict. The same arguments give the same episode but for its times.

    Args:
        task: what is asked.
        seed: draws scene, wording, skills' and disturbances' dice, each from a stream of its own.
        planner: decides.
        world: is reset; may have served other episodes.
        model: name of the planner's language model, for the record.
        split: `train` or `evaluation`: their scenes have nothing in common.
        disturb: disturbances to suffer.
        states: what the robot sees by, one of `envs.seeing.STATES`.
        goes_on: whether the scene is as another episode has left it, see `envs.chain`; else it is built.
        on_event: told of everything as it happens.
        on_step: called after every control step, for a video.

    Raises:
        ValueError: the task's scene cannot be built, or not be seen.
    """
    begun = time.perf_counter()
    keys = (split, task.suite, task.id, seed)
    check_states(states, task)
    close_eyes(world)
    start = world.state() if goes_on else build(world, task, seed, split)
    instruction = draw_instruction(task, seed, split)
    disturber = Disturber(disturb, stream(*keys, "disturbances"))
    run = _Run(
        task=task,
        planner=planner,
        world=world,
        start=start,
        first_seen=open_eyes(world, states, disturber, stream(*keys, "camera")),
        instruction=instruction,
        rng=stream(*keys, "skills"),
        disturber=disturber,
        on_event=on_event,
        on_step=on_step,
    )
    run.tell(Began(task, instruction, run.first_seen))
    error = None
    try:
        ended_by = run.to_end()
        handled, refused = run.handled | run.disturber.moved, ended_by == "refuse"
        conditions = judge(task, start, world.settle(), handled, refused, run.broken)
    # Whatever a planner or the engine raises: the run goes on with the next episode, and the record says so.
    except Exception as raised:
        ended_by, conditions = "error", {}
        error = (
            f"{type(raised).__name__}: {str(raised).strip().splitlines()[0] if str(raised).strip() else 'no message'}"
        )
    finally:
        close_eyes(world)
    episode = Episode(
        suite=task.suite,
        task=task.id,
        instruction=instruction,
        planner=planner.name,
        model=model,
        seed=seed,
        success=all(conditions.values()) if conditions else None,
        plan_success=None if error else plan_reaches_goal(task, start, run.calls, ended_by == "refuse"),
        ended_by=ended_by,
        goal=conditions,
        steps=tuple(run.records),
        questions=tuple(run.questions),
        tokens=dict(run.tokens),
        seconds=time.perf_counter() - begun,
        error=error,
    )
    run.tell(Ended(episode))
    return episode


@dataclass
class _Run:
    """The state of an episode under way."""

    task: Task
    planner: Planner
    world: World
    start: SceneState
    """The scene at the start as it was."""
    first_seen: SceneState
    """The same as it was seen."""
    instruction: str
    rng: np.random.Generator
    disturber: Disturber
    on_event: Callable[[Event], None] | None
    on_step: Callable[[World], None] | None
    history: list[Step] = field(default_factory=list)
    records: list[StepRecord] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    questions: list[dict[str, str]] = field(default_factory=list)
    tokens: dict[str, int] = field(default_factory=lambda: {"prompt": 0, "generated": 0})
    handled: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)

    @property
    def calls(self) -> list[SkillCall]:
        return [s.call for s in self.history]

    def tell(self, event: Event) -> None:
        if self.on_event is not None:
            self.on_event(event)

    def to_end(self) -> str:
        """Asks and does until the planner stops or the budget is spent; returns what ended it."""
        self.planner.reset(self.instruction)
        # One decision more than there are calls, so that a planner that used them all may still say that it is done.
        while len(self.history) <= self.task.max_steps and len(self.questions) <= self.task.max_steps:
            before = time.perf_counter()
            decision = self.planner.decide(self._observation())
            seconds = time.perf_counter() - before
            self.tokens["prompt"] += decision.rationale.prompt_tokens
            self.tokens["generated"] += decision.rationale.generated_tokens
            self.tell(Decided(decision, seconds))
            if isinstance(decision, Finish):
                return "finish"
            if isinstance(decision, Refuse):
                return "refuse"
            if isinstance(decision, Ask):
                self._answer(decision.question)
            elif len(self.history) < self.task.max_steps:
                self._act(decision, seconds)
            else:
                break
        return "budget"

    def _observation(self) -> Observation:
        return Observation(
            self.instruction, self.world.see(), self.first_seen, tuple(self.history), tuple(self.messages)
        )

    def _answer(self, question: str) -> None:
        answer = simulated_answer(self.task, question)
        self.messages.append(answer)
        self.questions.append({"question": question, "answer": answer})
        self.tell(Answered(question, answer))

    def _act(self, decision: Act, seconds: float) -> None:
        call = decision.call
        before = time.process_time()
        outcome = perform(self.world, call, self.rng, self.first_seen, self.disturber, self.on_step, decision.then)
        used = time.process_time() - before
        if call.arguments and outcome.seconds > 0.0:
            self.handled.add(call.arguments[0])
        chosen = next((c for c in decision.rationale.candidates if c.text == str(call)), None)
        record = StepRecord(
            call=str(call),
            language=None if chosen is None else chosen.language,
            feasibility=None if chosen is None else chosen.feasibility,
            candidates=len(decision.rationale.candidates),
            succeeded=outcome.succeeded,
            reason=None if outcome.reason is None else str(outcome.reason),
            message=outcome.message,
            plan_seconds=seconds,
            sim_seconds=outcome.seconds,
            cpu_seconds=used,
        )
        self.history.append(Step(call, outcome))
        self.records.append(record)
        state = self.world.state()
        self.broken |= broken_rules(self.task, self.start, state)
        self.tell(Executed(self.history[-1], record, state, tuple(self.disturber.told)))


def perform(
    world: World,
    call: SkillCall,
    rng: np.random.Generator,
    start: SceneState,
    disturber: Disturber | None = None,
    on_step: Callable[[World], None] | None = None,
    then: Sequence[SkillCall] = (),
) -> Outcome:
    """Runs one call under disturbances; a call that means nothing in this scene fails its precondition.

    Args:
        world: to act in.
        call: what to do.
        rng: the skill's dice.
        start: the scene at the start of the episode, as it was seen.
        disturber: told of every control step.
        on_step: told as well, after it.
        then: the calls that are intended next.
    """
    meaningless = _means_nothing(call, start, world.see())
    if meaningless is not None:
        if disturber is not None:
            disturber.end(world)
        return meaningless

    def each_step(world: World) -> None:
        if disturber is not None:
            disturber(world)
        if on_step is not None:
            on_step(world)

    if disturber is not None:
        disturber.begin(call)
    monitor = None if disturber is None else disturber.monitor
    outcome = execute(world, call, rng, on_step=each_step, monitor=monitor, then=then)
    if disturber is not None:
        disturber.end(world)
    return outcome


def _means_nothing(call: SkillCall, start: SceneState, seen: SceneState) -> Outcome | None:
    """The outcome of a call that does not fit what is seen; None where it does."""
    unseen = [a for a in call.arguments if a in start and a not in seen]
    if unseen:
        return Outcome(False, FailureReason.PRECONDITION, f"the {unseen[0]} is out of sight", culprit=unseen[0])
    try:
        check_call(call, typing_of(seen))
    except ValueError as error:
        return Outcome(False, FailureReason.PRECONDITION, " ".join(str(error).split()))
    return None


def simulated_answer(task: Task, question: str) -> str:
    """What the person of this task answers: by a word of the question, else by `*`."""
    lowered = question.lower()
    for words, answer in task.answers.items():
        if words != "*" and words.lower() in lowered:
            return answer
    return task.answers.get("*", "do as you think best")

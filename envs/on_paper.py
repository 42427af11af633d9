"""Runs an episode without physics: what a call promises comes about, and a call whose preconditions fail does not.

For measuring plans alone: what a planner sees after each call is the scene moved as the call says, so that neither a
slip of the hand nor a crowded table is held against it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from envs.disturbances import Disturbance
from envs.episode import simulated_answer
from envs.record import Episode, StepRecord
from envs.scenes import build, draw_instruction, drawn_task
from envs.seeding import EVALUATION, stream
from envs.success import spoken_of
from envs.task import Task
from sim.state import SceneState
from sim.world import World
from skills.goals import conditions, parse_goal
from skills.outcome import FailureReason, Outcome
from skills.predicates import atoms
from skills.protocol import Act, Ask, Finish, Observation, Planner, Refuse, Step
from skills.spec import SkillCall
from skills.symbolic import Facts, apply, check_call, typing_of, unmet

After = Callable[[SceneState, SkillCall, np.random.Generator], SceneState]
"""The scene once a legal call has succeeded."""


def run_on_paper(
    task: Task,
    seed: int,
    factory: Callable[[Task, int], Planner],
    world: World,
    *,
    after: After,
    model: str = "",
    split: str = EVALUATION,
    disturb: Sequence[Disturbance] = (),
    states: str = "simulator",
) -> Episode:
    """Runs a task as `envs.chain.run_asked` does, moving the scene on paper; the world only builds it.

    `success` and `plan_success` are the same here: the goal holds, by the calls' effects or in the moved scene, nothing
    that must not be came true, and what the goal does not speak of is where it was (what lay on top of it aside).

    Args:
        task: one thing to be done, no chain.
        seed: of all dice.
        factory: makes the planner.
        world: is reset once.
        after: moves the scene.
        model: name of the planner's language model, for the record.
        split: which scenes.
        disturb: must be none.
        states: must be the simulator's.

    Raises:
        ValueError: a chain, disturbances, or the scene cannot be built.
    """
    task = drawn_task(task, seed, split)
    if task.chain or disturb or states != "simulator":
        raise ValueError(f"task {task.name!r} is run on paper: expected no chain, no disturbances, simulator states")
    begun = time.perf_counter()
    start = build(world, task, seed, split)
    instruction = draw_instruction(task, seed, split)
    planner = factory(task, seed)
    run = _Run(task, planner, after, start, instruction, stream(split, task.suite, task.id, seed, "paper"))
    error, held = None, {}
    try:
        ended_by = run.to_end()
        held = run.verdict()
    # Whatever a planner raises: the run goes on with the next episode, and the record says so.
    except Exception as raised:
        ended_by = "error"
        error = f"{type(raised).__name__}: {(str(raised).strip() or 'no message').splitlines()[0]}"
    success = all(held.values()) if held else None
    return Episode(
        suite=task.suite,
        task=task.id,
        instruction=instruction,
        planner=planner.name,
        model=model,
        seed=seed,
        success=success,
        plan_success=success,
        ended_by=ended_by,
        goal=held,
        steps=tuple(run.records),
        questions=tuple(run.questions),
        tokens=dict(run.tokens),
        seconds=time.perf_counter() - begun,
        error=error,
    )


@dataclass
class _Run:
    """An episode under way."""

    task: Task
    planner: Planner
    after: After
    start: SceneState
    instruction: str
    rng: np.random.Generator
    history: list[Step] = field(default_factory=list)
    records: list[StepRecord] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    questions: list[dict[str, str]] = field(default_factory=list)
    tokens: dict[str, int] = field(default_factory=lambda: {"prompt": 0, "generated": 0})
    broken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.typing = typing_of(self.start)
        self.state = self.start
        self.promised = atoms(self.start, self.start)

    def to_end(self) -> str:
        """Asks and moves until the planner stops or the budget is spent; returns what ended it."""
        self.planner.reset(self.instruction)
        budget = self.task.max_steps
        while len(self.history) <= budget and len(self.questions) <= budget:
            before = time.perf_counter()
            seen = Observation(self.instruction, self.state, self.start, tuple(self.history), tuple(self.messages))
            decision = self.planner.decide(seen)
            self.tokens["prompt"] += decision.rationale.prompt_tokens
            self.tokens["generated"] += decision.rationale.generated_tokens
            if isinstance(decision, Finish):
                return "finish"
            if isinstance(decision, Refuse):
                return "refuse"
            if isinstance(decision, Ask):
                answer = simulated_answer(self.task, decision.question)
                self.messages.append(answer)
                self.questions.append({"question": decision.question, "answer": answer})
            elif len(self.history) < budget:
                self._act(decision, time.perf_counter() - before)
            else:
                break
        return "budget"

    def _act(self, decision: Act, seconds: float) -> None:
        call = decision.call
        outcome = self._outcome(call)
        if outcome.succeeded:
            self.state = self.after(self.state, call, self.rng)
            self.promised = apply(call, self.promised, self.typing)
            rules = {text: parse_goal(text, self.typing) for text in self.task.never}
            self.broken |= {text for text, rule in rules.items() if rule.holds(self.promised)}
        self.history.append(Step(call, outcome))
        self.records.append(
            StepRecord(
                call=str(call),
                language=None,
                feasibility=None,
                candidates=len(decision.rationale.candidates),
                succeeded=outcome.succeeded,
                reason=None if outcome.reason is None else str(outcome.reason),
                message=outcome.message,
                plan_seconds=seconds,
                sim_seconds=0.0,
                cpu_seconds=0.0,
            )
        )

    def _outcome(self, call: SkillCall) -> Outcome:
        try:
            check_call(call, self.typing)
        except ValueError as error:
            return Outcome(False, FailureReason.PRECONDITION, " ".join(str(error).split()))
        lacking = unmet(call, atoms(self.state, self.start))
        if lacking:
            return Outcome(False, FailureReason.PRECONDITION, f"{lacking[0]} does not hold")
        return Outcome(True, None, "done")

    def verdict(self) -> dict[str, bool]:
        """The conditions of success: by the calls' effects, or in the moved scene where all of them hold there."""
        promised, seen = (self._conditions(facts) for facts in (self.promised, atoms(self.state, self.start)))
        return seen if all(seen.values()) else promised

    def _conditions(self, facts: Facts) -> dict[str, bool]:
        formulas = [parse_goal(text, self.typing) for text in (self.task.goal or "(and)", *self.task.keep)]
        held = {str(c): c.holds(facts) for formula in formulas for c in conditions(formula)}
        held.update({f"(never {text})": text not in self.broken for text in self.task.never})
        before, mentioned = atoms(self.start, self.start), spoken_of(self.task, self.start)
        for name in self.start.names:
            if name not in mentioned and not self._lies_above(name, mentioned):
                held[f"(kept {name.replace(' ', '_')})"] = _whereabouts(name, before) == _whereabouts(name, facts)
        return held

    def _lies_above(self, name: str, others: frozenset[str]) -> bool:
        below = {lower for upper, lower in self.start.supports if upper == name and lower in self.start}
        return bool(below & others) or any(self._lies_above(lower, others) for lower in below)


def _whereabouts(name: str, facts: Facts) -> set[object]:
    """What of a thing must not change: what it is on and in, and that it is not in the hand."""
    return {a for a in facts if a.predicate in ("on", "in", "at", "holding") and a.arguments[0] == name}

"""`translate`: the instruction becomes a goal formula, and a symbolic planner finds the way to it.

As LLM+P (arXiv 2304.11477) does, but the language model writes the goal alone: what holds is seen, and what skills do
is known. Where several meanings are likely the steps that they lead to may decide (`planner.second_opinion`), and among
several plans the feasibility model picks things and order. It is planned anew where the scene is not as expected, and
it ends when the goal holds. Where the likeliest formula has no plan the next is tried; where none can be read, the
model is asked for one step at a time.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from planner.alternatives import Calls, likeliest
from planner.feasibility.protocol import FeasibilityModel
from planner.language.dialogue import End
from planner.language.goals import Meaning, Reading, goal_of, read_goals
from planner.language.protocol import LanguageModel, ModelAnswerError
from planner.language.talk import continues, speaks_dialogue, talk_with
from planner.monologue import Monologue
from planner.patience import Patience
from planner.pursuit import MAX_FAILURES, Outlook, Pursuit
from planner.second_opinion import PLANS, second_opinion
from planner.symbolic_search import with_empty_hand
from skills.predicates import atoms
from skills.protocol import Act, Decision, Finish, Observation, Rationale, Refuse


@dataclass(frozen=True)
class TranslateOptions:
    """How `Translate` plans."""

    plans: int = 12
    """Most plans among which the feasibility model chooses."""
    least: float = 0.02
    """A meaning is taken into account from this part of the likeliest one's probability on."""
    refusing: float = 0.3
    """By how much a refusal is less likely than the model says: people want what cannot be had less often than the
    corpus does, one time in six. Chosen on its samples, where it halves the refusals that are wrong."""
    settled: float = 0.1
    """The same of a goal that holds before anything was done: hardly anybody asks for what is so already."""
    verified: bool = False
    """Whether what was understood is also judged by the steps that it leads to, see `planner.second_opinion`.

    Off: with the adapter of 18,000 samples it won 30 and lost 25 of 389 wordings of CALVIN's, and none and one of 56
    episodes of `tabletop-basics`: no difference that could be told from chance.
    """

    def __post_init__(self) -> None:
        """Raises `ValueError` where a weight is not positive: what is never meant cannot be ranked."""
        for name in ("refusing", "settled"):
            if not getattr(self, name) > 0.0:
                raise ValueError(f"{name}={getattr(self, name)}; expected more than 0")


class Translate:
    """Derives what is meant, then plans and acts towards it."""

    name = "translate"

    def __init__(
        self, language: LanguageModel, feasibility: FeasibilityModel, options: TranslateOptions | None = None
    ) -> None:
        """Takes the two models.

        Args:
            language: writes the goal.
            feasibility: says how likely plans are to succeed.
            options: how to plan; the defaults if not given.
        """
        self._language = language
        self._options = options or TranslateOptions()
        self._talk = talk_with(language, told=True)
        self._pursuit = Pursuit(choose=likeliest(feasibility), limit=self._options.plans)
        self._patience = Patience(MAX_FAILURES)
        self._steps = Monologue(language, feasibility)
        self._seen: Observation | None = None
        self._reading = Reading((), "")
        # Goals that were given up since the instruction was read, and why; not to be planned for at each step again.
        self._hopeless: dict[str, str] = {}

    def reset(self, instruction: str) -> None:
        """Begins another episode."""
        self._talk.reset()
        self._patience.reset()
        self._steps.reset(instruction)
        self._seen = None

    def decide(self, observation: Observation) -> Decision:
        """The next call towards the goal, `Finish` where it holds, `Ask` or `Refuse` where that is what is right.

        `Refuse` also where no formula that was written can be reached.
        """
        started = time.perf_counter()
        refusal = self._talk.hear(observation)
        if refusal is not None:
            return refusal
        try:
            tokens = self._understand(observation)
        except ModelAnswerError as error:
            self._seen = None
            return Refuse(str(error), Rationale(seconds=time.perf_counter() - started))
        decision = self._towards(observation) if self._reading.meanings else self._step(observation)
        rationale = replace(
            decision.rationale,
            prompt_tokens=decision.rationale.prompt_tokens + tokens[0],
            generated_tokens=decision.rationale.generated_tokens + tokens[1],
            seconds=time.perf_counter() - started,
        )
        return replace(decision, rationale=rationale)

    def _understand(self, observation: Observation) -> tuple[int, int]:
        """Derives the goal where the episode has begun or the person has said something; tokens read and written."""
        before, self._seen = self._seen, observation
        if before is not None and before.messages == observation.messages and continues(observation, before):
            return 0, 0
        self._pursuit.forget()
        self._hopeless.clear()
        reading = read_goals(
            self._language, self._talk.goal_prompt(), observation.state, may_end=speaks_dialogue(self._language)
        )
        reading = replace(reading, meanings=self._likely(reading.meanings, observation))
        if self._options.verified and speaks_dialogue(self._language):
            opinion = second_opinion(
                self._language, self._talk, reading.meanings, lambda meaning: self._plans(meaning, observation)
            )
            reading = replace(
                reading,
                meanings=opinion.meanings,
                prompt_tokens=reading.prompt_tokens + opinion.prompt_tokens,
                generated_tokens=reading.generated_tokens + opinion.scored_tokens,
            )
        self._reading = reading
        return reading.prompt_tokens, reading.generated_tokens

    def _plans(self, meaning: Meaning, observation: Observation) -> list[Calls]:
        try:
            goal = goal_of(meaning.text, observation.state)
        except ValueError:
            return []
        return self._pursuit.plans(goal, observation, PLANS)

    def _likely(self, meanings: Sequence[Meaning], observation: Observation) -> tuple[Meaning, ...]:
        """Those to be taken into account: not what may not be answered now, and nothing that is all too unlikely."""
        ends = self._talk.ends()
        left = [m for m in meanings if m.end is None or m.end in ends] or meanings
        left = self._weighed(left, observation)
        return tuple(m for m in left if m.probability >= self._options.least * left[0].probability)

    def _weighed(self, meanings: Sequence[Meaning], observation: Observation) -> Sequence[Meaning]:
        """Meanings as likely as people make them, not the corpus; together as likely as before, likeliest first."""
        known = [m for m in meanings if m.log_probability is not None]
        weights = [self._weight(m, observation) for m in known]
        if len(known) < len(meanings) or all(weight == 1.0 for weight in weights):
            return meanings
        scale = sum(m.probability for m in known) / sum(w * m.probability for w, m in zip(weights, known, strict=True))
        ranked = (
            replace(m, log_probability=(m.log_probability or 0.0) + math.log(w * scale))
            for w, m in zip(weights, known, strict=True)
        )
        return sorted(ranked, key=lambda m: -m.probability)

    def _weight(self, meaning: Meaning, observation: Observation) -> float:
        if meaning.end is not None:
            return self._options.refusing if meaning.end in (End.MISSING, End.IMPOSSIBLE) else 1.0
        begun = observation.history or observation.messages
        return self._options.settled if not begun and _holds(meaning, observation) else 1.0

    def _towards(self, observation: Observation) -> Decision:
        """What is to be done about the likeliest meaning about which something can be done."""
        facts = atoms(observation.state, observation.start)
        used_up = self._patience.used_up(observation, facts)
        asked_out = End.ASK not in self._talk.ends()
        for meaning in self._reading.meanings:
            if meaning.text in self._hopeless or (asked_out and meaning.end is End.ASK and self._reading.meanings[1:]):
                continue
            kind = "goal" if meaning.end is None else "answer"
            told = "; ".join(
                [*self._against(observation), f"{kind} {meaning.text}, probability {meaning.probability:.2f}"]
            )
            if meaning.end is not None:
                return self._talk.end(meaning.end, Rationale(note=told))
            outlook = self._look(meaning, observation)
            if outlook.calls is None:
                self._hopeless[meaning.text] = outlook.why
            elif not outlook.calls:
                return Finish(outlook.why, Rationale(note=told))
            elif outlook.calls[0] in used_up:
                self._hopeless[meaning.text] = f"{outlook.calls[0]} {used_up[outlook.calls[0]]}"
            else:
                candidates = tuple(replace(c, language=meaning.log_probability) for c in outlook.candidates)
                return Act(outlook.calls[0], Rationale(candidates, note=f"{told}; {outlook.why}"), outlook.calls[1:])
        return Refuse(next(iter(self._hopeless.values())), Rationale(note="; ".join(self._against(observation))))

    def _against(self, observation: Observation) -> list[str]:
        """At first how the instruction was read, where it was said otherwise; why likelier goals are not pursued."""
        values = {m.text: m.probability for m in self._reading.meanings}
        task = None if observation.history else self._talk.task()
        read = [] if task is None else [f"read as {task!r}"]
        return read + [f"goal {text}, probability {values[text]:.2f}: {why}" for text, why in self._hopeless.items()]

    def _look(self, meaning: Meaning, observation: Observation) -> Outlook:
        try:
            goal = goal_of(meaning.text, observation.state)
        except ValueError as error:
            # What it speaks of was there when it was understood.
            return Outlook(None, str(error))
        return self._pursuit.look(goal, observation)

    def _step(self, observation: Observation) -> Decision:
        """One step as the model would take it without a goal."""
        decision = self._steps.decide(observation)
        why = f"no goal could be read ({self._reading.unreadable}); one step at a time"
        note = f"{why}; {decision.rationale.note}" if decision.rationale.note else why
        return replace(decision, rationale=replace(decision.rationale, note=note))


def _holds(meaning: Meaning, observation: Observation) -> bool:
    facts = atoms(observation.state, observation.start)
    return with_empty_hand(goal_of(meaning.text, observation.state)).holds(facts)

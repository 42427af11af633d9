"""From a wish to the text of an episode: the steps that are right, and what may come between them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from planner.language.corpus.edges import is_told
from planner.language.corpus.follow import after
from planner.language.corpus.frames import chance, one
from planner.language.corpus.mishaps import failure, scene_after, somebody
from planner.language.corpus.sample import Sample
from planner.language.corpus.teacher import in_line, plan
from planner.language.corpus.wish import Verdict, Wish
from planner.language.dialogue import Dialogue, End, answer, goal_answer
from sim.state import SceneState
from skills.goals import Formula, parse_goal
from skills.outcome import Outcome
from skills.predicates import atoms
from skills.protocol import Step
from skills.spec import SkillCall
from skills.symbolic import legal, typing_of

_ENDS = {Verdict.MISSING: End.MISSING, Verdict.IMPOSSIBLE: End.IMPOSSIBLE, Verdict.AMBIGUOUS: End.ASK}
_DONE = Outcome(True, None, "")
_MISHAPS = (("plain", 0.72), ("failed", 0.11), ("moved", 0.10), ("astray", 0.07))
_LONGEST = 12
"""Most answers in one episode."""
_KEPT_DONE = 0.6
"""Share of the wishes that hold already which are kept."""


@dataclass
class _Episode:
    """The text of an episode while it grows."""

    instruction: str
    start: SceneState
    rng: np.random.Generator
    state: SceneState = field(init=False)
    history: list[Step] = field(default_factory=list)
    pieces: list[tuple[str, str]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.state = self.start
        self._dialogue = Dialogue(self.instruction, self.start)
        self.head = self._dialogue.step_prompt().removesuffix("Step:")
        self._read = len(self.head)

    def teach(self, step: SkillCall | End) -> None:
        """The answer that is right now."""
        prompt = self._dialogue.step_prompt()
        self.pieces.append((prompt[self._read :], answer(step)))
        self._read = len(prompt) + len(answer(step))

    def ask(self) -> None:
        """The answer is a question: what the person says follows it."""
        self.teach(End.ASK)
        self._dialogue._lines.append(f"Step:{answer(End.ASK)}")

    def went(self, call: SkillCall, outcome: Outcome, state: SceneState) -> None:
        """What came of a call."""
        step = Step(call, outcome)
        self.history.append(step)
        self.state = state
        self._dialogue.add([step], state)

    def changed(self, state: SceneState) -> None:
        """Somebody has moved something."""
        self.state = state
        self._dialogue.add([], state)

    def says(self, words: str) -> None:
        """The person says something."""
        self.said.append(words)
        self._dialogue.add([], self.state, [words])

    @property
    def goal_prompt(self) -> str:
        """Up to `Goal:`."""
        return self._dialogue.goal_prompt(self.said)


def enact(wish: Wish, start: SceneState, spoken: str, split: str, rng: np.random.Generator) -> Sample | None:
    """The sample of a wish; None where it has no plan, or its goal holds already and few such are wanted.

    Args:
        wish: what is wanted.
        start: the scene.
        spoken: the instruction with manners.
        split: what the sample is for.
        rng: for what happens on the way.
    """
    episode = _Episode(spoken, start, rng)
    if wish.verdict is Verdict.DO:
        kind = _carried_out(wish, episode)
        goal = wish.goal if kind != "corrected" else wish.replies[0][1]
    elif wish.verdict is Verdict.AMBIGUOUS and wish.replies and chance(rng, 0.7):
        kind, goal = _asked(wish, episode)
    else:
        episode.teach(_ENDS[wish.verdict])
        kind, goal = "plain", None
    if kind is None:
        return None
    # What a planner asks for first is the goal: that the person has to be asked is learnt there as well.
    earlier = ((f"{episode.head}Goal:", goal_answer(End.ASK)),) if kind == "asked" else ()
    if goal is not None and goal == wish.goal and wish.formula is not None:
        goal = wish.formula
    ending = goal_answer(goal if goal is not None else _ENDS[wish.verdict])
    return Sample(
        wish.template,
        split,
        wish.verdict,
        start,
        spoken,
        goal,
        episode.head,
        tuple(episode.pieces),
        ending,
        episode.goal_prompt,
        earlier,
        kind,
    )


def _goals(wish: Wish, state: SceneState) -> list[Formula]:
    assert wish.goal is not None
    objects = typing_of(state)
    return [parse_goal(text, objects) for text in (wish.stages or (wish.goal,))]


def _carried_out(wish: Wish, episode: _Episode) -> str | None:
    """Steps to the goal; the kind of episode; None if there is no plan, or the text leaves open what is to be done."""
    rng, state = episode.rng, episode.state
    ways = [_goals(wish, state)]
    if not is_told(ways[0][-1], state):
        return None
    if wish.formula is not None:
        any_way = parse_goal(wish.formula, typing_of(state))
        # Whatever of it may be so already must be told.
        if not all(is_told(leaf, state) for leaf in any_way.leaves() if leaf.atom.predicate == "at"):
            return None
        ways.append([any_way])
    calls = _shortest(ways, wish, episode)
    if calls is None or (not calls and not chance(rng, _KEPT_DONE)):
        return None
    kind = str(rng.choice([k for k, _ in _MISHAPS], p=[p for _, p in _MISHAPS]))
    if wish.replies and calls and chance(rng, 0.85):
        return _corrected(wish, calls, episode)
    if kind == "plain" or not calls or wish.stages or wish.prefers or in_line(ways[0][-1]):
        _walk(calls, episode)
        episode.teach(End.DONE)
        return "plain"
    return kind if _with_mishap(kind, wish, ways, calls, episode) else None


def _shortest(ways: list[list[Formula]], wish: Wish, episode: _Episode) -> tuple[SkillCall, ...] | None:
    """Steps by the first way, unless another is shorter, as where part of it is done already; None where none leads."""
    found = (plan(goals, episode.state, episode.start, prefers=wish.prefers, history=episode.history) for goals in ways)
    return min((calls for calls in found if calls is not None), key=len, default=None)


def _walk(calls: tuple[SkillCall, ...], episode: _Episode, *, taught: bool = True) -> None:
    """Carries calls out, all of which succeed."""
    for call in calls:
        if taught:
            episode.teach(call)
        episode.went(call, _DONE, after(episode.state, call, episode.rng))


def _with_mishap(
    kind: str, wish: Wish, ways: list[list[Formula]], calls: tuple[SkillCall, ...], episode: _Episode
) -> bool:
    """Steps up to something that goes wrong, and steps to the goal from there."""
    rng, start = episode.rng, episode.start
    k = int(rng.integers(len(calls)))
    _walk(calls[:k], episode)
    if kind == "failed":
        for _ in range(one(rng, (1, 1, 1, 2))):
            outcome = failure(calls[k], episode.state, rng)
            if outcome is None:
                return False
            if episode.state.robot.holding is None and calls[k].skill == "place":
                break
            episode.teach(calls[k])
            episode.went(calls[k], outcome, scene_after(calls[k], outcome, episode.state, rng))
    elif kind == "moved":
        k = int(rng.integers(k, len(calls) + 1))
        _walk(calls[len(episode.history) : k], episode)
        names = tuple(dict.fromkeys(n for c in calls for n in c.arguments if n in start))
        changed = somebody(episode.state, rng, names)
        if changed is None:
            return False
        episode.changed(changed)
    else:
        options = [c for c in legal(episode.state) if c.skill in ("pick", "place", "open", "close", "go")]
        options = [c for c in options if c not in calls]
        if not options:
            return False
        skill = one(rng, sorted({c.skill for c in options}))
        _walk((one(rng, [c for c in options if c.skill == skill]),), episode, taught=False)
    rest = _shortest(ways, wish, episode)
    if rest is None or len(rest) + len(episode.pieces) > _LONGEST:
        return False
    _walk(rest, episode)
    # Where exactly things come to lie is drawn: now and then something that was right is not so any more.
    if not ways[-1][-1].holds(atoms(episode.state, start)):
        return False
    episode.teach(End.DONE)
    return True


def _corrected(wish: Wish, calls: tuple[SkillCall, ...], episode: _Episode) -> str | None:
    """Steps until the person says what was meant instead, and steps to that."""
    rng = episode.rng
    words, goal = wish.replies[0]
    _walk(calls[: int(rng.integers(0, len(calls)))], episode)
    episode.says(words)
    rest = plan([parse_goal(goal, typing_of(episode.start))], episode.state, episode.start)
    if rest is None:
        return None
    _walk(rest, episode)
    episode.teach(End.DONE)
    return "corrected"


def _asked(wish: Wish, episode: _Episode) -> tuple[str | None, str | None]:
    """A question, the person's answer, and the steps that then are right."""
    rng = episode.rng
    words, goal = one(rng, wish.replies)
    if chance(rng, 0.5):
        episode.ask()
    episode.says(words)
    calls = plan([parse_goal(goal, typing_of(episode.start))], episode.state, episode.start)
    if calls is None:
        return None, None
    _walk(calls, episode)
    episode.teach(End.DONE)
    return "asked", goal

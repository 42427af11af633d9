"""What a language model is given to read, and how a call is written in it.

A prompt is a few solved instructions like this one, then the instruction, then the steps so far, one English sentence
each; what comes next is the next step, or `done`. Everything is made from the skill specs: a new skill is in the prompt
by being registered. Within an episode a prompt only grows, so a model reads its beginning once.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from planner.language.examples import Solved, solved
from planner.language.retrieval import nearest
from skills.protocol import Step
from skills.registry import find_spec, specs
from skills.spec import SkillCall

DONE_CALL = "done()"
"""How the end is written in records, beside calls."""
DONE = "done"
"""How the end is written in a prompt."""
EXAMPLES_SHOWN = 8
"""Solved instructions in a prompt."""
RETRIED = 4
"""In a closed loop one example in so many shows a failed step and the same step again."""
MISS = "the fingers closed and hold nothing"
NEUTRAL_INSTRUCTION = "Do something."
"""Says nothing: what a model expects after it is what it expects anyhow."""


def sentence(call: SkillCall) -> str:
    """A call as a prompt writes it: `pick up the red block`."""
    return find_spec(call).describe(call)


def continuation(call: SkillCall | None) -> str:
    """What would follow a prompt if this call came next; None stands for `done`.

    The line break belongs to it: `... the red block` must not count as the beginning of `... the red block 2`.
    """
    return f" {DONE if call is None else sentence(call)}\n"


def task_prompt(instruction: str, calls: Sequence[SkillCall], family: str = "tabletop") -> str:
    """The prompt of an open loop: examples, the instruction and the calls so far.

    Args:
        instruction: in natural language.
        calls: what was done, oldest first.
        family: scene family; examples have only skills that are known there.

    Returns:
        A text that ends before the space of the next step.

    Raises:
        ValueError: the instruction is empty.
    """
    return _examples(tidy(instruction), family) + _episode(instruction, [(c, None) for c in calls])


def neutral_prompt(instruction: str, calls: Sequence[SkillCall], family: str = "tabletop") -> str:
    """As `task_prompt`, with the same examples, but an instruction in the place of this one that says nothing."""
    return _examples(tidy(instruction), family) + _episode(NEUTRAL_INSTRUCTION, [(c, None) for c in calls])


def feedback_prompt(
    instruction: str,
    scene: str,
    steps: Sequence[Step],
    refused: Sequence[tuple[SkillCall, str]] = (),
    family: str = "tabletop",
) -> str:
    """The prompt of a closed loop: as `task_prompt`, with the scene, and after each step what came of it.

    Args:
        instruction: in natural language.
        scene: one line, see `planner.language.scene_text`.
        steps: what was done and what came of it, oldest first.
        refused: calls that were thought of for the next step, and why not.
        family: scene family, as in `task_prompt`.

    Raises:
        ValueError: the instruction is empty.
    """
    lines = [(s.call, _result(s)) for s in steps] + [(c, f"no, {why}") for c, why in refused]
    return _feedback_examples(tidy(instruction), family) + f"Scene: {scene}\n" + _episode(instruction, lines)


def tidy(instruction: str) -> str:
    """An instruction written as those of the examples are: one line, a capital, a full stop.

    Raises:
        ValueError: it is empty.
    """
    text = " ".join(instruction.split())
    if not text:
        raise ValueError("the instruction is empty; expected a sentence such as 'put the red block in the blue bowl'")
    return text[0].upper() + text[1:] + ("" if text[-1] in ".?!" else ".")


def _result(step: Step) -> str:
    return "yes" if step.outcome.succeeded else f"no, {step.outcome.message.rstrip('.')}"


def _episode(instruction: str, lines: Sequence[tuple[SkillCall, str | None]]) -> str:
    text = f"Task: {tidy(instruction)}\nStep 1:"
    for number, (call, result) in enumerate(lines, start=2):
        text += continuation(call)
        if result is not None:
            text += f"Success: {result}\n"
        text += f"Step {number}:"
    return text


def _nearest(instruction: str, family: str) -> list[Solved]:
    known = solved([s for s in specs() if family in s.families])
    return [known[k] for k in nearest(instruction, [e.template for e in known], EXAMPLES_SHOWN)]


@lru_cache(maxsize=256)
def _examples(instruction: str, family: str) -> str:
    return "".join(
        f"{_episode(e.instruction, [(c, None) for c in e.calls])}{continuation(None)}\n"
        for e in _nearest(instruction, family)
    )


@lru_cache(maxsize=256)
def _feedback_examples(instruction: str, family: str) -> str:
    result = ""
    for index, example in enumerate(_nearest(instruction, family)):
        lines: list[tuple[SkillCall, str | None]] = [(c, "yes") for c in example.calls]
        if index % RETRIED == 0:
            # One in a few begins with a miss, so that trying again is a known thing to do.
            lines.insert(0, (example.calls[0], f"no, {MISS}"))
        scene = ", ".join(sorted(example.things, reverse=index % 2 == 1))
        result += f"Scene: {scene}; the hand is empty\n{_episode(example.instruction, lines)}{continuation(None)}\n"
    return result

"""What a model that was not trained on goals is given to read: solved instructions, each with the goal it stands for.

The goals are worked out from the examples' calls: what they bring about, less what later ones undo.
"""

from __future__ import annotations

from functools import lru_cache

from planner.language.examples import Solved, solved
from planner.language.prompt import EXAMPLES_SHOWN, tidy
from planner.language.retrieval import nearest
from sim.state import SceneState
from skills.registry import find_spec, specs
from skills.symbolic import covers
from skills.vocabulary import Atom


def few_shot_goal_prompt(instruction: str, start: SceneState) -> str:
    """Examples, the names of what is there, the instruction; a PDDL formula follows.

    Args:
        instruction: in natural language, with what the person has said since.
        start: the scene in which it was said.

    Raises:
        ValueError: the instruction is empty.
    """
    return _examples(tidy(instruction), start.family) + _head(start.names, instruction)


def goal_of(example: Solved) -> str:
    """The goal of an example, such as `(and (in small_mug tin_jar) (near old_book tin_jar))`."""
    held: list[Atom] = []
    for call in example.calls:
        spec = find_spec(call)
        binding = spec.binding(call)
        adds, deletes = (
            [Atom(a.predicate, tuple(binding.get(v, v) for v in a.arguments)) for a in part]
            for part in (spec.adds, spec.deletes)
        )
        held = [a for a in held if not any(covers(d, a) for d in deletes)] + adds
    meant = [a for a in held if a.predicate != "hand-empty"]
    return str(meant[0]) if len(meant) == 1 else f"(and {' '.join(map(str, meant))})"


def _head(names: tuple[str, ...], instruction: str) -> str:
    return f"Objects: {', '.join(n.replace(' ', '_') for n in names)}\nTask: {tidy(instruction)}\nGoal:"


@lru_cache(maxsize=256)
def _examples(instruction: str, family: str) -> str:
    known = solved([s for s in specs() if family in s.families])
    chosen = [known[k] for k in nearest(instruction, [e.template for e in known], EXAMPLES_SHOWN)]
    return "".join(f"{_head(e.things, e.instruction)} {goal_of(e)}\n\n" for e in chosen)

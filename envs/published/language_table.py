"""Language-Table (Lynch et al., 2022, arXiv 2210.06407): what its simulator asks for, by family of reward.

The file lists sentences, not templates: a family is a template here, and its sentences are read for the blocks, places
and directions that they name. Shapes that we have not are exchanged for some that we have, see `EXCHANGED`. Its checks
are distances of 5 cm and more to a point; ours are regions, relations, nearness and how far a thing has moved.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from envs.published.case import Case, Source, Template
from envs.published.scenery import absent, atom, both, mixed, one, some, specs, table

EXCHANGED = {"moon": "disc", "pentagon": "brick", "star": "triangle", "cube": "block", "blocks": "things"}
"""Words of Language-Table's, and what stands for the things they name."""
_COLORS = ("red", "blue", "green", "yellow")
_NAME = rf"(?:{'|'.join(_COLORS)}) (?:disc|brick|triangle|block)"
_WAYS = {"left": "left", "right": "right", "up": "forward", "upwards": "forward", "top": "forward", "above": "forward"}
_WAYS |= {"upper": "forward", "down": "backward", "downwards": "backward", "bottom": "backward", "below": "backward"}
_WAYS |= {"lower": "backward", "base": "backward"}
_RELATIONS = {"left": "left-of", "right": "right-of", "forward": "behind", "backward": "in-front-of"}
_SIDES = {"left": "left side", "right": "right side", "forward": "top side", "backward": "bottom side"}
_ENDS = {"forward": "top", "backward": "bottom"}

Reader = Callable[[str, list[str], list[str], np.random.Generator], Case]
"""Makes a case of a sentence, the names in it, other names, and dice."""


def ours(sentence: str) -> str:
    """A sentence with our words for the shapes."""
    return re.sub(r"[a-z]+", lambda word: EXCHANGED.get(word[0], word[0]), sentence)


def ways(sentence: str) -> list[str]:
    """The directions that a sentence names beside what it says of colours and shapes, in order, each once."""
    words = re.findall(r"[a-z]+", re.sub(_NAME, "", sentence))
    return list(dict.fromkeys(_WAYS[w] for w in words if w in _WAYS))


def _to_block(sentence: str, named: list[str], rest: list[str], rng: np.random.Generator) -> Case:
    facts = [atom("at", named[1], "middle"), absent("near", *named)]
    return Case(sentence, table(mixed(rng, specs([*named, *rest])), facts), atom("near", *named), max_steps=8)


def _to_place(sentence: str, named: list[str], rest: list[str], rng: np.random.Generator) -> Case:
    found, name = ways(sentence), named[0]
    central = re.search(r"\b(center|middle)\b", sentence) is not None
    if len(found) == 2:
        across, along = (next(w for w in found if (w in _ENDS) == is_end) for is_end in (False, True))
        region = f"{_ENDS[along]} {across} corner"
        goal = atom("at", name, region)
    elif found:
        region = _SIDES[found[0]]
        beyond = ("top side", "bottom side") if central else ()
        goal = both([atom("at", name, region), *(absent("at", name, end) for end in beyond)])
    else:
        region = "middle"
        goal = atom("at", name, region)
    return Case(sentence, table(mixed(rng, specs([name, *rest])), [absent("at", name, region)]), goal, max_steps=8)


def _some_way(sentence: str, named: list[str], rest: list[str], rng: np.random.Generator) -> Case:
    name = named[0]
    goal = both(atom("moved", name, way) for way in ways(sentence))
    return Case(sentence, table(mixed(rng, specs([name, *rest])), [atom("at", name, "middle")]), goal, max_steps=8)


def _beside(sentence: str, named: list[str], rest: list[str], rng: np.random.Generator) -> Case:
    relation = _RELATIONS[ways(sentence)[0]]
    facts = [atom("at", named[1], "middle"), absent(relation, *named)]
    return Case(sentence, table(mixed(rng, specs([*named, *rest])), facts), atom(relation, *named), max_steps=8)


def _away(sentence: str, named: list[str], rest: list[str], rng: np.random.Generator) -> Case:
    # A clump is all that there is; where others are named, a further block lies aside.
    group, aside = (named[1:], rest[:1]) if len(named) > 1 else (rest, [])
    facts = [atom("at", named[0], "middle"), *(atom("near", other, named[0]) for other in group)]
    goal = both(absent("near", named[0], other) for other in group)
    return Case(sentence, table(mixed(rng, specs([named[0], *group, *aside])), facts), goal, max_steps=8)


def _draw(text: str, rng: np.random.Generator, sentences: Sequence[str], names: Sequence[str], read: Reader) -> Case:
    sentence = one(rng, sentences)
    named = re.findall(_NAME, sentence)
    return read(sentence, named, some(rng, [n for n in names if n not in named], 2), rng)


def templates(data: Any) -> tuple[Template, ...]:
    """Families of sentences; one is split by whether the relation is straight, one by whether it makes sense."""
    names = tuple(map(ours, data["blocks"]))
    said = {family: [ours(s) for s in sentences] for family, sentences in data["sample"].items()}

    def template(key: str, family: str, read: Reader, keep: Callable[[str], bool] = lambda s: True) -> Template:
        return Template(
            key, family, partial(_draw, sentences=tuple(filter(keep, said[family])), names=names, read=read)
        )

    relation = "block2block_relative_location"
    return (
        template("block-to-block", "block2block", _to_block),
        template("block-to-place", "block2absolutelocation", _to_place),
        template("block-some-way", "block2relativelocation", _some_way),
        template("block-beside-block", relation, _beside, lambda s: len(ways(s)) == 1),
        template("block-from-others", "separate_blocks", _away, _says_others),
        Template("block-diagonal-to-block", relation, None, "no predicate for diagonally beside"),
        Template("block-from-itself", "separate_blocks", None, "a block is to be brought away from itself"),
        Template("point-to-block", "point2block", None, "no skill only points, or moves the empty hand"),
    )


def _says_others(sentence: str) -> bool:
    named = re.findall(_NAME, sentence)
    return len(named) == len(set(named))


SOURCE = Source(
    "language-table",
    "language_table.json",
    "9c95ebfb9260412939175b5963d40076e39f3b883efec0e0e423d3269d080a0a",
    templates,
)

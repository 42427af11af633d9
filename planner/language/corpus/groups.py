"""Ways of speaking of several things at once: all of a kind, all of a colour, all but one, two of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from planner.language.corpus.frames import both, chance, expand, listed, name, one
from planner.language.corpus.look import COUNTED, Look
from planner.language.corpus.refer import Refer
from planner.language.nouns import COLOR_CLASSES, COLOR_NEIGHBORS, NOUNS, TYPES, plural
from sim.state import ObjectState

Condition = Callable[[str], str]
"""Makes a formula about one thing, from its name or from a variable."""


@dataclass(frozen=True)
class Group:
    """Several things and what they are called together."""

    style: str
    """How they are put into words: kind, colour, two-colours, size, type, class, except, listed, everything."""
    words: str
    """As an object of a sentence: `all the red blocks`."""
    plain: str
    """Plural, fit for a subject: `the red blocks`."""
    members: tuple[str, ...]
    """Their names."""
    over: str | None
    """The head of the quantifier, with a place for what holds of each; None where they are named one by one."""

    def goal(self, condition: Condition) -> str:
        """That something holds of each."""
        if self.over is None:
            return both(*(condition(name(m)) for m in self.members))
        return self.over.replace("@", condition("?x"))


_ALL = "[all the|all the|all of the|all|every one of the]"


def groups(look: Look, refer: Refer, rng: np.random.Generator, most: int = 4) -> Iterator[Group]:
    """Groups of two movable things or more, but no more than can be moved in a few steps."""
    found = [*_kinds(look, refer, rng), *_colors(look, refer, rng), *_types(look, rng), *_classes(look, refer, rng)]
    found += [*_excepted(look, refer, rng), *_everything(look, rng), *_listed(look, refer, rng)]
    found += [*_two_colors(look, refer, rng), *_sizes(look, refer, rng)]
    yield from (g for g in found if 2 <= len(g.members) <= most or (g.style == "type" and len(g.members) == 1))


def draw_group(
    look: Look, refer: Refer, rng: np.random.Generator, styles: tuple[str, ...] = (), most: int = 4
) -> Group | None:
    """One of the groups, each style as likely."""
    found = [g for g in groups(look, refer, rng, most) if not styles or g.style in styles]
    if not found:
        return None
    style = one(rng, sorted({g.style for g in found}))
    return one(rng, [g for g in found if g.style == style])


def each(group: Group, noun: str, rng: np.random.Generator) -> str:
    """`every block`, `each of the blocks`, `both blocks`."""
    many = plural(noun)
    options = [f"every {noun}", f"each {noun}", f"every single {noun}", f"each of the {many}", f"all {many}"]
    if len(group.members) == 2:
        options = [f"both {many}", f"both of the {many}", f"the two {many}", *options[:2]]
    elif len(group.members) in COUNTED:
        options.append(f"all {COUNTED[len(group.members)]} {many}")
    return one(rng, options)


def _kinds(look: Look, refer: Refer, rng: np.random.Generator) -> Iterator[Group]:
    for word in sorted({look.words[o.name] for o in look.of("movable", resting=False)} & NOUNS.keys()):
        members = [o for o in look.things if look.words[o.name] == word]
        noun = refer.noun(members[0].name)
        group = Group(
            "kind",
            "",
            f"the {plural(noun)}",
            tuple(o.name for o in members),
            f"(forall (?x - {members[0].category}) @)",
        )
        words = each(group, noun, rng) if chance(rng, 0.5) else expand(f"{_ALL} {plural(noun)}", rng)
        yield Group("kind", one(rng, (words, words, group.plain)), group.plain, group.members, group.over)


def _colors(look: Look, refer: Refer, rng: np.random.Generator) -> Iterator[Group]:
    movable = look.of("movable", resting=False)
    for color in sorted({o.color for o in movable if o.color}):
        members = [o for o in movable if o.color == color]
        kinds = {look.words[o.name] for o in members}
        if not kinds <= NOUNS.keys():
            continue
        said = refer.color(color)
        if len(kinds) == 1:
            noun = plural(refer.noun(members[0].name))
            phrase = f"{said} {noun}"
            over = f"(forall (?x - {members[0].category}) (imply (color ?x {color}) @))"
        else:
            phrase = f"{said} {one(rng, ('things', 'objects', 'toys', 'items'))}"
            over = f"(forall (?x - movable) (imply (color ?x {color}) @))"
        words = one(rng, (f"{_ALL} {phrase}", f"the {phrase}", f"everything {said}", f"everything that is {said}"))
        if len(kinds) == 1:
            words = one(rng, (f"{_ALL} {phrase}", f"the {phrase}"))
        fixed = [o for o in look.things if o.color == color and o not in members]
        if len(kinds) > 1 and fixed and words.startswith("everything"):
            continue
        yield Group("colour", expand(words, rng), f"the {phrase}", tuple(o.name for o in members), over)


def _two_colors(look: Look, refer: Refer, rng: np.random.Generator) -> Iterator[Group]:
    """`All the gray and green blocks`, where there are blocks of other colours or more than one of a colour."""
    for word in sorted({look.words[o.name] for o in look.of("movable", resting=False)} & NOUNS.keys()):
        same = [o for o in look.things if look.words[o.name] == word]
        colors = sorted({o.color for o in same if o.color})
        if len(colors) < 2 or len(same) < 3:
            continue
        first, second = (colors[int(k)] for k in rng.permutation(len(colors))[:2])
        noun, pair = plural(refer.noun(same[0].name)), f"{refer.color(first)} and {refer.color(second)}"
        words = one(rng, (f"{_ALL} {pair} {noun}", f"all the {pair} {noun}", f"the {pair} {noun}"))
        members = tuple(o.name for color in (first, second) for o in same if o.color == color)
        over = _of_colors(same[0].category, [first, second])
        yield Group("two-colours", expand(words, rng), f"the {pair} {noun}", members, over)


def _of_colors(category: str, colors: Sequence[str]) -> str:
    """The head of a quantifier over what has one of several colours."""
    either = " ".join(f"(color ?x {color})" for color in colors)
    return f"(forall (?x - {category}) (imply (or {either}) @))"


def _sizes(look: Look, refer: Refer, rng: np.random.Generator) -> Iterator[Group]:
    """`All the smaller blocks`, where there are just two sizes of them, clearly apart."""
    for word in sorted({look.words[o.name] for o in look.of("movable", resting=False)} & NOUNS.keys()):
        small, big = by_size(look, word)
        if not small:
            continue
        noun = plural(refer.noun(small[0].name))
        for members, adjectives in ((small, ("small", "smaller", "little")), (big, ("big", "bigger", "larger"))):
            phrase = f"{one(rng, adjectives)} {noun}"
            words = expand(one(rng, (f"{_ALL} {phrase}", f"the {phrase}")), rng)
            # The instruction is read with their names in it, see `planner.language.referring`.
            yield Group("size", words, f"the {phrase}", tuple(o.name for o in members), None)


def by_size(look: Look, word: str) -> tuple[list[ObjectState], list[ObjectState]]:
    """The small and the big things of a noun, as the scene's text tells sizes; both empty if they are not of two."""
    same = [o for o in look.things if look.words[o.name] == word and o.category != "carton"]
    widths = sorted({round(100 * o.size[0]) for o in same})
    if len(widths) != 2:
        return [], []
    small = [o for o in same if round(100 * o.size[0]) == widths[0]]
    return small, [o for o in same if o not in small]


def _types(look: Look, rng: np.random.Generator) -> Iterator[Group]:
    for kind, (_, many) in TYPES.items():
        members = tuple(o.name for o in look.of(kind, resting=False))
        if not members:
            continue
        noun = one(rng, many)
        single = noun in ("fruit", "food")
        words = one(rng, (f"all the {noun}", f"the {noun}", f"all of the {noun}", f"all {noun}"))
        plain = f"the {noun}" if not single else f"the {one(rng, [w for w in many if w not in ('fruit', 'food')])}"
        if len(members) == 1:
            if not single:
                continue
            words = one(rng, (f"all the {noun}", f"any {noun} there is"))
        yield Group("type", words, plain, members, f"(forall (?x - {kind}) @)")


def _classes(look: Look, refer: Refer, rng: np.random.Generator) -> Iterator[Group]:
    for adjectives, colors in COLOR_CLASSES:
        for word in sorted({look.words[o.name] for o in look.of("movable")} & NOUNS.keys()):
            same = [o for o in look.things if look.words[o.name] == word]
            members = tuple(o.name for o in same if o.color in colors)
            if len({o.color for o in same if o.color in colors}) < 2 or len(members) == len(same):
                continue
            # Purple may be cool, and pink and brown warm: who can tell.
            if any(o.color in COLOR_NEIGHBORS.get(colors[0], ()) for o in same):
                continue
            many = plural(refer.noun(same[0].name))
            phrase = f"{one(rng, adjectives)} {many}"
            if "-" in adjectives[0] and chance(rng, 0.4):
                sort = f"{adjectives[0].partition('-')[0]} {one(rng, ('colours', 'colors'))}"
                phrase = f"{many} {one(rng, ('of', 'in', 'with', 'that have'))} {sort}"
            yield Group("class", expand(f"[all the|the|all] {phrase}", rng), f"the {phrase}", members, None)


def _excepted(look: Look, refer: Refer, rng: np.random.Generator) -> Iterator[Group]:
    for word in sorted({look.words[o.name] for o in look.of("movable")} & NOUNS.keys()):
        same = [o for o in look.things if look.words[o.name] == word]
        if not 3 <= len(same) <= 5:
            continue
        out = one(rng, same)
        if out.name in look.twins or out.name == look.held:
            continue
        noun, kind = plural(refer.noun(same[0].name)), same[0].category
        members = tuple(o.name for o in same if o != out)
        color, twin = refer.color(out.color or ""), refer.named(out.name)
        but = "[except|except for|but|other than|apart from|with the exception of]"
        exclusion = one(rng, (f"{but} {twin}", f"{but} the {color} one", f"{but} the {color} one"))
        over = f"(forall (?x - {kind}) (imply (not (= ?x {name(out.name)})) @))"
        plain = expand(f"the {noun} {exclusion}", rng)
        options = [f"all [the|] {noun} {exclusion}", f"every {noun[:-1] if noun.endswith('s') else noun} {exclusion}"]
        if noun.endswith("xes") or noun.endswith("ches"):
            options = options[:1]
        options.append(f"all [the|] {noun} that are not {color}")
        words = one(rng, options)
        if "that are not" in words and sum(o.color == out.color for o in same) > 1:
            words = options[0]
        if "not" in words:
            over = f"(forall (?x - {kind}) (imply (not (color ?x {out.color})) @))"
        yield Group("except", expand(words, rng), plain, members, over)


def _everything(look: Look, rng: np.random.Generator) -> Iterator[Group]:
    members = tuple(o.name for o in look.of("movable", resting=False))
    if look.of("sweepable"):
        return
    words = one(rng, ("<everything>", "everything that can be moved", "all the movable things", "the lot"))
    fixed = len(look.things) > len(members)
    words = expand(words, rng)
    # Bowls and boxes stay where they are: who says `everything` means what can be taken.
    if fixed and words != "everything that can be moved" and chance(rng, 0.4):
        words = one(rng, ("all the loose things", "everything that can be picked up", "all that can be moved"))
    yield Group("everything", words, "all things", members, "(forall (?x - movable) @)")


def _listed(look: Look, refer: Refer, rng: np.random.Generator) -> Iterator[Group]:
    things = [o for o in look.movable()]
    count = one(rng, (2, 2, 2, 3))
    if len(things) < count:
        return
    chosen = [things[int(k)] for k in rng.permutation(len(things))[:count]]
    phrases = [refer.the(o.name, 0.06) for o in chosen]
    words = {look.words[o.name] for o in chosen}
    if len(words) == 1 and words <= NOUNS.keys() and chance(rng, 0.5) and len({o.color for o in chosen}) == count:
        noun = plural(refer.noun(chosen[0].name))
        phrases = [f"the {listed([refer.color(o.color or '') for o in chosen])} {noun}"]
    joined = listed(phrases)
    if count == 2 and len(phrases) == 2 and chance(rng, 0.15):
        joined = f"both {joined}"
    yield Group("listed", joined, joined, tuple(o.name for o in chosen), None)

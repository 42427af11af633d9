"""What people say instead of what they want: that they are thirsty, that something was spilled, that it is finished.

The goal is what a sensible person would do about it: with a type where any thing of it will do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.language.corpus.kitchen_look import USER, Kitchen
from planner.language.corpus.phrasing import Patterns, atom, chance, one, said
from planner.language.corpus.wish import Drawer, Wish
from sim.state import SceneState

_DRINKS = frozenset({"coke can", "pepsi can", "7up can", "redbull can", "water bottle", "milk bottle"})
_CHIPS = frozenset({"jalapeno chips", "kettle chips", "multigrain chips", "rice chips"})


@dataclass(frozen=True)
class _Mood:
    """A need, and what meets it."""

    kind: str
    """PDDL type of what meets it."""
    helps: frozenset[str]
    """Names of those of it that do; empty for all of them."""
    says: Patterns
    """What people say; a question may follow it."""


def _mood(theme: str, kind: str, says: Sequence[str], helps: Sequence[str] | frozenset[str] = ()) -> _Mood:
    return _Mood(kind, frozenset(helps), Patterns(f"kitchen/{theme}", *says))


_ASKS = (
    "",
    "",
    "",
    "can you help?",
    "can you do something about it?",
    "what could you bring me?",
    "would you bring me something?",
    "bring me something for that",
    "any idea?",
    "please help me out",
)
"""What may follow what people say of themselves."""

MOODS: tuple[_Mood, ...] = (
    _mood(
        "thirsty",
        "drink",
        (
            "I'm [so|really|very|a bit|] thirsty",
            "my [throat|mouth] is [dry|parched]",
            "I [need|want|could use] something to drink",
            "it's [so|] hot [today|in here], I need to drink something",
            "I [just came back from|have been out on] a long [run|walk] and I'm [thirsty|dehydrated]",
            "<bring> me something to drink",
            "I haven't drunk anything [all day|since this morning|for hours]",
            "talking [so much|all day] makes me thirsty",
            "what is there to drink? bring me [one|something]",
            "[help me quench|I'd like to quench] my thirst",
            "the soup was far too salty and now I'm thirsty",
            "I [feel like|fancy] having a drink",
        ),
    ),
    _mood(
        "hungry",
        "food",
        (
            "I'm [so|really|very|a little|] hungry",
            "my stomach is [rumbling|growling|empty]",
            "I need something to eat",
            "I [skipped|missed] [breakfast|lunch|dinner] [today|]",
            "I'm starving",
            "I could eat a horse",
            "<bring> me something to eat",
            "I haven't eaten [anything|] [all day|since yesterday|for hours]",
            "I'd love a bite to eat",
            "what is there to eat? bring me something",
        ),
        ("apple", "orange", "banana", "peach", "energy bar", *sorted(_CHIPS)),
    ),
    _mood(
        "nibble",
        "snack",
        (
            "I'd like to [snack on|munch on] something from a [packet|wrapper]",
            "I'm [a little|a bit] peckish, <bring> me a snack",
            "I need a snack [between meetings|for the afternoon|for my break|for the road]",
            "it's [time for a snack|snack time]",
            "I fancy a [little|] snack [with my film|while I watch the game|]",
            "I am about to watch a film and there is nothing to snack on",
            "something to snack on would be [nice|great|perfect]",
        ),
    ),
    _mood(
        "healthy",
        "fruit",
        (
            "I need some vitamins",
            "I should eat something healthy [and fresh|that grows on trees|from a tree]",
            "my doctor says I should eat more fruit",
            "<bring> me something [fresh and juicy|that grows on a tree|full of vitamins]",
            "I'm on a diet, I only want [some fresh fruit|something natural and sweet from a tree]",
            "I want to make a fruit salad, <bring> me something to start with",
            "I haven't had my five a day, bring me [some fruit|something from the orchard]",
        ),
    ),
    _mood(
        "awake",
        "drink",
        (
            "I'm [so|] [tired|sleepy], I need [a drink that keeps me awake|some caffeine|a caffeine kick]",
            "I can hardly keep my eyes open, bring me something with caffeine",
            "I need caffeine",
            "I have to [work|drive|study] all night, <bring> me a drink that [wakes me up|keeps me awake]",
            "I didn't sleep well and could use some caffeine",
            "<bring> me a drink with caffeine [in it|]",
        ),
        ("coke can", "pepsi can", "redbull can"),
    ),
    _mood(
        "calm",
        "drink",
        (
            "I'm thirsty but I don't want any caffeine",
            "it's late, <bring> me a drink that won't keep me awake",
            "I [can't|don't] drink caffeine, <bring> me something to drink",
            "<bring> me something to drink that has no caffeine",
            "caffeine makes me [nervous|jittery], <bring> me [a drink without it|something else to drink]",
            "the child is thirsty and must not have caffeine",
        ),
        ("7up can", "water bottle", "milk bottle"),
    ),
    _mood(
        "fizzy",
        "drink",
        (
            "I'm in the mood for something [fizzy|bubbly|sparkling]",
            "I want a drink with bubbles",
            "<bring> me a soda",
            "a fizzy drink would be [nice|great|lovely] [now|]",
            "I fancy a soft drink with bubbles in it",
            "something carbonated [for me|please|would be nice]",
        ),
        ("coke can", "pepsi can", "7up can", "redbull can"),
    ),
    _mood(
        "cola",
        "drink",
        ("I'd like a cola", "<bring> me some kind of cola", "any cola will do, <bring> me one", "a cola for me"),
        ("coke can", "pepsi can"),
    ),
    _mood(
        "plain-drink",
        "drink",
        (
            "I'm thirsty but I don't like sweet drinks",
            "I want to drink something [without sugar|with no calories at all]",
            "I just need [something plain to drink|to take my pills with something plain to drink]",
            "I have to swallow a pill, <bring> me something plain to wash it down",
            "the [plant|flower] looks dry, <bring> me something to water it with",
            "the dog is thirsty, <bring> me something it can drink",
            "I finished my workout and want to hydrate [without any sugar|the healthy way]",
        ),
        ("water bottle",),
    ),
    _mood(
        "calcium",
        "drink",
        (
            "I need something for my cereal",
            "I'd like some calcium for my bones",
            "<bring> me what cows give",
            "my [coffee|tea] is too strong, <bring> me something white to pour in",
            "the kitten wants what kittens like to drink",
            "I am making porridge and something white to pour over it is missing",
        ),
        ("milk bottle",),
    ),
    _mood(
        "salty",
        "chips",
        (
            "I'm craving something salty",
            "I feel like something crunchy and salty",
            "I [want|need] something [savoury|savory|salty] to munch",
            "<bring> me something [salty|savoury] to snack on",
            "I want crisps",
            "I'd like some chips [of any flavour|, the flavour doesn't matter|]",
        ),
    ),
    _mood(
        "spicy",
        "snack",
        (
            "I'm craving something spicy",
            "I want a snack that burns on the tongue",
            "I feel like eating something hot and spicy",
            "<bring> me something spicy to snack on",
        ),
        ("jalapeno chips",),
    ),
    _mood(
        "workout",
        "snack",
        (
            "I'm going for a [workout|hike|long bike ride] and need a bar to take along",
            "I need quick energy [for the gym|before my run|for training] that fits in my pocket",
            "<bring> me something in a wrapper that gives athletes energy",
            "I don't like chips but I want a snack",
        ),
        ("energy bar",),
    ),
    _mood(
        "sour",
        "fruit",
        (
            "I need something sour for my tea",
            "the fish needs something sour to squeeze over it",
            "I'd like to squeeze a fruit into my water",
            "life gives you these, and one makes lemonade of them: bring me one",
        ),
        ("lemon",),
    ),
    _mood(
        "condiment",
        "food",
        (
            "my [fries|burger|hot dog] could use some sauce",
            "I need something [red|] to put on my [fries|burger|sausage]",
            "these fries are [too dry|boring without a sauce]",
            "<bring> me a condiment for my [burger|fries|hot dog]",
            "I am having fries and the sauce is missing",
        ),
        ("ketchup bottle",),
    ),
    _mood(
        "hot-drink",
        "mug",
        (
            "I made a pot of [coffee|tea] and have nothing to pour it into",
            "the [coffee|tea] is ready, <bring> me something to drink it from",
            "I need something with a handle for my [tea|coffee|hot chocolate]",
            "<bring> me something I can drink [coffee|tea] from",
        ),
    ),
    _mood(
        "wipe",
        "sponge",
        (
            "I [spilled|knocked over|dropped] my {drink}",
            "I [spilled|knocked over] my {drink}, <bring> me something to clean it up",
            "I [spilled|upset] my {drink}, can you bring me something to wipe it up?",
            "there is a [puddle|sticky spot] on the [floor|table], <bring> me something to [wipe|clean] it up",
            "oh no, my {drink} is all over the [floor|table|place]",
            "<bring> me something to [clean|wipe|scrub] the [table|counter|floor|dishes] with",
            "I want to do the [dishes|washing up] and have nothing to scrub with",
            "the [table|counter|floor] is [dirty|sticky|wet], <bring> me something to clean it",
            "I made a mess [on the table|on the floor|here], <bring> me something to clean [it|] up",
            "my hands are wet with {drink}, help me mop it up",
            "[careful|sorry|oops], I've spilled {drink} everywhere",
        ),
    ),
)
"""What people say, and what they then need."""
_SPILT = ("coke", "coffee", "tea", "juice", "drink", "lemonade", "soup", "beer", "wine")


def _mooded(mood: _Mood) -> Drawer:
    def draw(state: SceneState, rng: np.random.Generator) -> Wish | None:
        kitchen = Kitchen(state)
        around = kitchen.of(mood.kind)
        names = [n for n in around if not mood.helps or kitchen.base[n] in mood.helps]
        loose = [n for n in kitchen.loose() if n in names]
        if not loose or any(kitchen.place[n] == USER for n in names):
            return None
        template, text = mood.says.say(rng, drink=one(rng, _SPILT))
        if not any(w in text for w in ("bring", "fetch", "get ", "grab", "?", " give")):
            text = said(f"{text}. {one(rng, _ASKS)}" if chance(rng, 0.5) else text, rng).rstrip(". ")
        # Where only some of a kind help, those are named even if there are no others.
        kind = "" if mood.helps else mood.kind
        if len(loose) == 1 and mood.helps:
            return Wish(template, text, atom("at", loose[0], USER))
        return Wish(template, text, kitchen.any_of(loose, "(at {} user)", kind))

    return draw


MOODED: dict[str, Drawer] = {
    **{f"mood-{m.says.theme.partition('/')[2]}": _mooded(m) for m in MOODS},
    "wipe-more": _mooded(MOODS[-1]),
}
"""Wishes that are not said in so many words."""

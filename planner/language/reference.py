"""Which things an instruction speaks of, and whether the scene has them.

Only for refusing: what to do with things that are there is the language model's to say. So in doubt nothing is missing:
a wrong refusal costs an episode that could have been won.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from planner.language.spelling import corrected
from sim.catalog import BASIC, COLORS, types_of
from sim.state import TABLE, SceneState
from skills.protocol import Observation, Refuse
from skills.vocabulary import DIRECTIONS, REGIONS


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


SAME = {"cube": "block", "grey": "gray", "sphere": "ball", "crate": "box"}
"""Other words for what the catalogue names."""
_THINGS = _listed(
    """
    apple banana lemon peach coke pepsi bottle sponge chips mug cup glass fork knife spoon pan pot book pen pencil
    phone keys toy drawer door shelf cabinet fridge oven sink bin trash lamp button slider triangle ring cone
    pyramid star tile hammer screwdriver towel shoe hat egg
    """
)
"""Names of things, which are missing where the scene does not have them, however they are mentioned."""
_ALSO = {
    "drawer": _listed("knob handle"),
    "slider": _listed("cupboard cabinet door shelf handle"),
    "button": _listed("knob"),
    "switch": _listed("lever"),
    "led": _listed("light lamp"),
    "lightbulb": _listed("bulb light lamp"),
}
"""What else the parts of furniture, and parts of theirs, are called."""
_DETERMINERS = _listed(
    """
    the a an its your my his her another every each
    """
)
_GENERIC = _listed(
    """
    table tabletop surface workspace area work space place spot position location scene robot hand gripper arm
    fingers one ones other others object objects thing things item items everything all rest same matching color
    colors colored color-matched different corner corners side sides edge edges middle center centre top bottom left
    right front back rear near far end ends half part line column diagonal circle stack stacks tower towers pile
    piles order way direction gap distance pair pairs two three four five six first second third last next floor
    ground ascending descending moment time task instruction air container containers dish dishes floor inside
    outside push nudge shove slide lift grab hold move turn try look help favor favour bit little lot while shape
    row rows pattern layout arrangement neat tidy largest smallest larger smaller biggest bigger
    """
)
"""Words that may stand after an article without naming a thing."""
_MAKING = _listed(
    """
    make build form create construct draw write spell
    """
)
"""What comes after these is made of things that are there: a wall, a smiley."""
_SORTS = _listed("fruit food drink snack bottle tool")
"""Types of things that are words of the language as well."""
_MADE_OF = {
    "brick": _listed("pyramid wall seam"),
    "triangle": _listed("roof house"),
    "letter": _listed("word"),
    "carton": _listed("box"),
}
"""What things of a category are, or may be made into, beside their name."""
_ENDS = _listed(
    """
    in on at to of from with and or by near next into onto over under between behind beside toward towards inside
    then that which is are be it them so but until after before while not should must has have goes go stays up down
    away out off as for please too also there here upon against close adjacent where if when left-of was were
    """
)
"""Words at which a noun phrase ends."""


def missing(instruction: str, state: SceneState) -> str | None:
    """What an instruction names that is not in the scene.

    Args:
        instruction: in natural language.
        state: the scene.

    Returns:
        The words for it, such as `red apple`; None where all is there, or in doubt.
    """
    words = [w for w in _words(instruction) if not w.isdigit()]
    nouns = _nouns(state)
    for index in range(len(words)):
        found = _colored(words, index, state, nouns) or _plain(words, index, nouns) or _article(words, index, nouns)
        if found is not None:
            return found
    return None


def _words(instruction: str) -> list[str]:
    """Its words and numbers, in the catalogue's words where it has them."""
    said: list[str] = re.findall(r"[a-z0-9]+(?:-[a-z]+)*", instruction.lower().replace("'s", ""))
    return [SAME.get(w, w) for w in said]


def _nouns(state: SceneState) -> frozenset[str]:
    """Words that name something in this scene: of objects without their colours, of places and directions."""
    words = {w for name in (*REGIONS, *DIRECTIONS, TABLE) for w in name.split()}
    words |= {state.family}
    for o in state.objects:
        words |= _ALSO.get(o.category, frozenset())
        words |= {o.category, *(w for w in o.name.split() if w not in COLORS or w == o.category)}
        words |= (types_of(o.category) & _SORTS) | _MADE_OF.get(o.category, frozenset())
    return frozenset(words)


def _singular(word: str, known: Iterable[str]) -> str:
    """The word without the ending of the plural, where that makes it a known one."""
    choices = set(known)
    for candidate in (word, word.removesuffix("s"), word.removesuffix("es")):
        if candidate in choices:
            return candidate
        if SAME.get(candidate) in choices:
            return SAME[candidate]
    return word


def _colored(words: Sequence[str], index: int, state: SceneState, nouns: frozenset[str]) -> str | None:
    """A colour and its noun, also after an `and`: `red and blue blocks`."""
    color = words[index]
    if color not in COLORS:
        return None
    after = index + 1
    while after < len(words) and (words[after] in COLORS or words[after] in ("and", "or")):
        after += 1
    noun = words[after] if after < len(words) else ""
    kind = _singular(noun, {*BASIC, *_THINGS, *nouns})
    if noun in ("one", "ones", "object", "objects", "thing", "things", "item", "items"):
        return None if any(o.color == color for o in state.objects) else f"{color} {noun}"
    if kind in BASIC:
        there = any(o.color == color and kind in types_of(o.category) for o in state.objects)
        return None if there else f"{color} {kind}"
    adjacent = after == index + 1
    if adjacent and noun and noun not in _ENDS | _GENERIC | nouns | _DETERMINERS and kind not in nouns:
        return f"{color} {noun}"
    return None


def _plain(words: Sequence[str], index: int, nouns: frozenset[str]) -> str | None:
    """A word that is a thing's name wherever it stands."""
    kind = _singular(words[index], {*BASIC, *_THINGS})
    if kind in COLORS or kind not in {*BASIC, *_THINGS} or kind in nouns:
        return None
    return kind


def _article(words: Sequence[str], index: int, nouns: frozenset[str]) -> str | None:
    """A noun after an article: the last word of the phrase, if no word of it is known."""
    if words[index] not in _DETERMINERS or (index and words[index - 1] in _MAKING):
        return None
    phrase: list[str] = []
    for word in words[index + 1 :]:
        if word in _ENDS or word in _DETERMINERS:
            break
        phrase.append(word)
    rest = words[index + 1 + len(phrase) :]
    known = nouns | _GENERIC | set(COLORS)
    # What stands before `of` is a part or a place, whatever it is called: the vicinity of the bowl.
    if not phrase or rest[:1] == ["of"] or any(len(w) < 3 or _singular(w, known) in known for w in phrase):
        return None
    return " ".join(phrase[-2:])


def all_said(observation: Observation) -> str:
    """The instruction and what the person has said since, with plain slips set right."""
    return corrected(" ".join([observation.instruction, *observation.messages]), observation.start.names)


def read_instruction(observation: Observation) -> str | Refuse:
    """What the person has said so far, or the refusal where that is nothing, or names what is not there."""
    instruction = all_said(observation)
    if not instruction.strip():
        return Refuse("the instruction is empty")
    absent = missing(instruction, observation.state)
    return instruction if absent is None else Refuse(f"there is no {absent} in the scene")


def plainly_there(instruction: str, state: SceneState) -> bool:
    """Whether an instruction names things in plain words, and the scene has all of them.

    Plain are phrases after an article, or with a colour, of words that the catalogue has; not what is counted,
    described, or said to be somewhere.

    Args:
        instruction: in natural language.
        state: the scene.
    """
    words = _words(instruction)
    phrases = _phrases(words)
    if not phrases or missing(instruction, state) is not None or not (_COUNTS | _CLAUSES).isdisjoint(words):
        return False
    nouns = _nouns(state)
    return all(_is_there(phrase, state, nouns) for phrase in phrases)


def plainly_absent(instruction: str, state: SceneState) -> str | None:
    """A colour and one of the basic kinds that an instruction names side by side, and that the scene has not got.

    None also where it says what is not, or what if: there the thing need not be here.
    """
    words = _words(instruction)
    if not _IF_NOT.isdisjoint(words):
        return None
    for color, noun in pairwise(words):
        kind = _singular(noun, BASIC)
        if color in COLORS and kind in BASIC:
            there = any(o.color == color and kind in {*types_of(o.category), *o.name.split()} for o in state.objects)
            if not there:
                return f"{color} {kind}"
    return None


_IF_NOT = _listed(
    "if unless when in-case case no not non nor neither never without but except other than otherwise else or"
)
_COUNTS = _listed(
    "two three four five six seven eight nine ten 2 3 4 5 6 7 8 9 10 first second third fourth fifth last"
)
_CLAUSES = _listed("that which whose who from out off if when lying sitting standing")
"""Words at which something is said of a thing that may not be so."""


def _phrases(words: Sequence[str]) -> list[list[str]]:
    """Runs of words that begin with an article, which is left out, or with a colour."""
    found: list[list[str]] = []
    inside = False
    for word in words:
        if word in _DETERMINERS:
            found.append([])
            inside = True
        elif word in _ENDS:
            inside = False
        elif inside:
            found[-1].append(word)
        elif word in COLORS:
            found.append([word])
            inside = True
    return [phrase for phrase in found if phrase]


def _is_there(phrase: Sequence[str], state: SceneState, nouns: frozenset[str]) -> bool:
    """Whether each word is known here, and a thing of the phrase's colour is called by its last word."""
    known = nouns | _GENERIC | set(COLORS)
    if any(_singular(w, known) not in known for w in phrase):
        return False
    last = _singular(phrase[-1], known)
    any_thing = last in _GENERIC or last in COLORS
    return all(
        any(o.color == c and (any_thing or last in {o.category, *o.name.split()}) for o in state.objects)
        for c in phrase
        if c in COLORS
    )

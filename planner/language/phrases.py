"""Patterns of phrases that pick things out: what stands before a noun, the noun, what is said of it, what may follow.

English only, as people speak to the robot; whatever has another form is no such phrase.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from planner.language.nouns import COLOR_WORDS, NOUNS, REGION_WORDS, SIMILES, TYPES, plural
from sim.catalog import COLORS


def any_of(words: Iterable[str]) -> str:
    """A pattern for one of several words, the longest first."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


ANYTHING, CONTAINER, DISH = "movable", "container", "dish"
"""What `things`, `containers` and `dishes` are: PDDL types, and a bowl or a plate."""
_WIDE = {"thing": ANYTHING, "object": ANYTHING, "item": ANYTHING, "container": CONTAINER, "dish": DISH}
VOWEL, CONSONANT = "vowel", "consonant"
"""Letters are told apart by a list, not by a model that reads no letters but words."""
_VAGUE = {"base", "area", "patch", "mat", "bit", "roof"}
"""Words that mean other things as well."""
SINGULAR = {word: noun for noun, words in NOUNS.items() for word in words if word not in _VAGUE}
SINGULAR |= {word: kind for kind, (words, _) in TYPES.items() for word in words} | _WIDE
SINGULAR |= {VOWEL: VOWEL, CONSONANT: CONSONANT}
"""What nouns mean: a category, a PDDL type, a dish."""
PLURAL = {plural(word): kind for word, kind in SINGULAR.items()} | {"stuff": ANYTHING}
PLURAL |= {word: kind for kind, (_, words) in TYPES.items() for word in words}
PLAIN = SINGULAR.keys() - _WIDE.keys()
"""Nouns that say by themselves what kind of thing is meant."""
PARTS = {"cupboard": "slider", "cabinet": "slider", "sliding cabinet": "slider", "sliding cupboard": "slider"}
PARTS |= {"desk drawer": "drawer", "table": "", "desk": "", "board": "", "workspace": "", "three": ""}
PARTS |= dict.fromkeys(("close counter", "near counter", "nearer counter", "counter close by"), "close counter")
PARTS |= dict.fromkeys(("far counter", "more distant counter", "counter at the far end"), "far counter")
PARTS |= dict.fromkeys(("bin", "trash", "trash can", "rubbish bin", "garbage can", "waste bin"), "trash can")
PARTS |= {word: word for word in ("top drawer", "middle drawer", "bottom drawer")}
PARTS |= {"upper drawer": "top drawer", "uppermost drawer": "top drawer", "lowest drawer": "bottom drawer"}
PARTS |= {"kitchen table": "table"}
"""Other words for places and parts of furniture; what has none is, but in the kitchen, no thing that others are in."""
HUES = {word: color for color in COLORS for word in COLOR_WORDS.get(color, (color,))}
CORNERS = {word: name for name, words in REGION_WORDS.items() for word in words if "corner" in word}
COUNTS = {"two": 2, "three": 3, "four": 4}
RANKS = {"second": 2, "third": 3, "fourth": 4, "fifth": 5}
SIDES = {
    **{"left": "left", "right": "right"},
    **{"top": "top", "far": "top", "upper": "top", "back": "top"},
    **{"bottom": "bottom", "near": "bottom", "lower": "bottom", "front": "bottom"},
}
SUPERLATIVES = {
    **dict.fromkeys(("smallest", "tiniest", "littlest"), False),
    **dict.fromkeys(("biggest", "largest", "widest"), True),
}
"""Whether what is meant is large."""
SIZES = {
    **dict.fromkeys(("smaller", "small", "little"), "small"),
    **dict.fromkeys(("bigger", "big", "larger", "large"), "large"),
    **dict.fromkeys(("medium", "medium-sized", "middle-sized"), "medium"),
}
FIRST = {"leftmost": "left", "left-most": "left", "rightmost": "right", "right-most": "right"}
NON = {f"non-{word}": color for word, color in HUES.items()}
_TAILS = ("coloured", "colored", "colour", "color")
CLASSES = {"warm": "warm", "cool": "cool", "cold": "cool", "primary": "primary", "light": "light", "dark": "dark"}
IN_CLASS = {f"{word}{joint}{tail}": name for word, name in CLASSES.items() for joint in "- " for tail in _TAILS}
_ARTICLE = re.compile(r"^(?:an?|the) ")
LIKE = {_ARTICLE.sub("", like): color for color, likes in SIMILES.items() for like in likes}
"""What has a colour that everybody knows, without its article."""
AS = {f"{like.replace(' ', '-')}-{tail}": color for like, color in LIKE.items() for tail in _TAILS}
"""`sky-coloured`."""
BY_COLOR = frozenset({"hue", "without", "like"})
"""What is said of a noun after it that only its colour decides."""
BEFORE = any_of([*COUNTS, *RANKS, *SUPERLATIVES, *SIZES, *FIRST, *IN_CLASS, *NON, "middle", "left", "right"])
"""What stands before a noun. `Top` and `bottom` do too, but of a tower as well as of the table."""

PHRASE = re.compile(
    r"\b(?:(?P<all>(?:all|every one)(?: of)?(?: the| those| these)?|both(?: of)?(?: the)?|every|each(?: of the)?)\s+"
    r"|(?P<the>(?:the|those|these)\s+))?"
    rf"\b(?P<before>(?:(?:{BEFORE})\s+){{0,4}})"
    rf"(?P<color>(?:{any_of(HUES)})\s+)?"
    rf"(?P<noun>{any_of([*SINGULAR, *PLURAL])})\b(?!-)"
    r"|\b(?P<everything>everything|whatever|what)\b(?=(?:['\u2019]s| that['\u2019]s| that is| is| lies|) \w)",
    re.IGNORECASE,
)
_RELATIVE = (
    r"(?:that|which) (?:is|are|stands?|lies?|sits?)|that['\u2019](?:s|re)|standing|lying|sitting|located"
    r"|(?<=what)['\u2019]s|(?<=whatever)['\u2019]s|(?<=what) (?:is|lies)|(?<=whatever) (?:is|lies)"
)
_LINK = rf"(?:\s*,)?\s*(?:(?P<relative>{_RELATIVE})\s+|\s(?:over )?)"
"""What may stand between a noun and what is said of it; a relative clause never says where to put something."""
_HUE = any_of(HUES)
_ANCHOR = (
    rf"(?:(?P<robot>you|the robot)|(?:the )?(?P<region>{any_of(CORNERS)})"
    rf"|(?:the )?(?:(?P<hue>{_HUE}) )?(?P<what>{any_of(PARTS)}|[a-z]+)(?: (?P<number>\d))?(?: of the desk)?)\b"
)
_PLACES = "(?:corner|middle|cent(?:er|re)|front|back|left|right|top|bottom|near|far)"
_OF_TABLE = r"(?: of (?:the )?(?:table|desk|tabletop|workspace|board)\b)?"
_HAND_SIDE = r"(?:[- ]hand)?(?: side| half| part| edge)?"
_COLORS = rf"(?:{_HUE})(?:(?:,| or| nor| and)+ (?:{_HUE}))*"
_AFTER = {
    "nearest": rf"(?:the )?(?:(?P<near>closest|nearest)(?: to)?|(?:farthest|furthest|most distant)(?: away)? from)"
    rf" {_ANCHOR}",
    "outermost": rf"(?:(?:the )?(?:farthest|furthest)(?: to)?(?: the)?|on the far) (?P<side>left|right){_HAND_SIDE}\b",
    "rank": rf"(?:counting |counted )?from (?:the )?(?P<side>left|right){_HAND_SIDE}\b(?! to)",
    "middle": r"in the middle(?: of the three)?\b(?! of)",
    "beyond": rf"(?:to|on) the (?P<side>left|right)(?:[- ]hand)?(?: side)? of {_ANCHOR}",
    "before": rf"(?P<front>in front of|behind) {_ANCHOR}",
    "corner": rf"(?:on|at|in|off|from) (?:the )?(?P<corner>{any_of(CORNERS)}){_OF_TABLE}\b",
    "side": rf"(?:(?:on|at|in) (?:the )?|(?:off|from) the (?!\S+ to))(?P<side>{any_of(SIDES)})"
    rf"(?P<told>{_HAND_SIDE}{_OF_TABLE})\b(?! counter)",
    "table": r"(?:directly )?on (?:the )?(?:table|desk)(?: ?top)?\b",
    "tower": r"(?:(?P<top>on top|at the top)|at the (?:bottom|base|foot)) of the (?:tower|stack|pile)\b",
    "carried": rf"(?:in|inside|within|on|on top of|atop) (?!(?:the )?{_PLACES}\b(?! counter| drawer)){_ANCHOR}",
    "taken": rf"(?:from|off) {_ANCHOR}(?=,? (?:to|onto|into|in|on|over|and)\b)",
    "without": rf"(?:(?:that|which) )?(?:not|isn['\u2019]t|aren['\u2019]t|neither) (?P<colors>{_COLORS})\b",
    "hue": rf"(?P<is>{_HUE})\b(?!,? (?:or |and )?(?:{_HUE})\b)",
    "class": rf"(?:of|in|with|that have) (?:a )?(?P<class>{any_of(CLASSES)}) colou?rs?\b",
    "like": rf"(?:(?:with|having|of|that has) the colou?r of|(?:that is )?colou?red like|that looks like)"
    rf" (?:an? |the )?(?P<like>{any_of(LIKE)})\b",
}
AFTER = {kind: re.compile(_LINK + pattern, re.IGNORECASE) for kind, pattern in _AFTER.items()}
"""What can be said of a noun after it."""
MOST_AFTERS = 4
MEASURED = frozenset({"nearest", "outermost", "rank"})
"""After these a noun needs no article: `block farthest to left`."""
ATTACHED = frozenset({"beyond", "before", "side", "corner", "table", "middle", "carried"})
"""What may say where something is to go as well as which thing is meant."""

_ENDS = (
    r"in|into|inside|within|on|onto|upon|to|towards?|at|next|beside|near|close|by|under|underneath|below|beneath|behind"
    r"|before|between|above|over|across|against|around|with|without|as|so|until|if|when|while|unless|because|is|are|was"
    r"|should|must|has|have|needs?|ought|go(?:es)?|belongs?|can|could|will|would|up|down|left|right|forwards?|backwards?"
    r"|away|aside|there|here|now|then|first|again|too|also|instead|together|apart|please|straight|sideways|closer|nearer"
    r"|gently|carefully|quickly|slightly|somewhat|a (?:bit|little|quarter|half)|about|it|them|you|me"
)
_CLAUSE = rf"and (?!(?:the|an?|all|both|some|its?|{_HUE}|left|right|top|bottom)\b)"
NAME_ENDS = re.compile(
    rf"\s*(?:$|[.!?;:,)])|\s+(?:{_ENDS}|from|off|out|of the table|but|and|or|nor|than|except)\b(?! the same| a same)",
    re.IGNORECASE,
)
"""What may follow a noun that is a name; not another noun, `of coke`, `for athletes`."""
PHRASE_ENDS = re.compile(
    rf"\s*(?:$|[.!?;:)]|,(?! (?:but|except|and|or|apart|other)\b))|\s+(?:(?:{_ENDS})\b|{_CLAUSE})", re.IGNORECASE
)
"""What may follow all that is said of a thing: not the rest of a list, an exception, or where else it is taken from."""
AND_MORE = re.compile(r"\s+(?:and|or) (?:the|an?|all|both)\b", re.IGNORECASE)
"""The rest of a list, before which a thing can stand of which nothing was said after its noun."""
GOES_ON = re.compile(
    r"\s*(?:in|into|inside|on|onto|to|towards?|over to|at|next to|beside|near|under|behind|between|with|away|off"
    r"|up|down|left|right(?! now| away)|forwards?|backwards?|should|must|ought|has to|have to|needs?|go(?:es)?"
    r"|belongs?"
    r"|(?:is|are) to"
    r"|and (?:then )?\w+(?: \w+)? (?:it|them))\b",
    re.IGNORECASE,
)
"""What follows where a phrase was only about which thing: where it is to go, or what is to be done with it."""
ON_TO_THING = re.compile(
    r"\s*(?:(?:should|must|has to|have to|needs? to|go(?:es)?|belongs?)(?: be| go)? )?"
    rf"(?:in|into|inside|on|onto|to|over to) (?:the|an?) (?:(?:{_HUE}) )?(?:{any_of([*SINGULAR, *PARTS])})\b",
    re.IGNORECASE,
)
"""The same where it was what something is in: only another thing, or the table, tells that it is not to go there."""
TAKES = re.compile(
    r"\b(?:pick(?:ing)?(?: up)?|grab|lift(?: up)?|hold|grasp|raise|fetch|touch|unstack)\s*$", re.IGNORECASE
)
"""Verbs after which nothing need be said of where to."""
PLACING = re.compile(r"\b(?:in|into|inside|on|onto|to|upon|beside|near|under|over|with)\s*$", re.IGNORECASE)
"""After these a thing is where something goes: no second place follows."""
PART_OF = re.compile(r"\bof\s*$", re.IGNORECASE)
"""Before a plural: one of them, some of them."""
LATER = re.compile(r"\b(?:then|after that|afterwards?|finally|lastly)\b", re.IGNORECASE)
"""After these the scene is another one than it is now."""
EACH = re.compile(r"\b(?:each|every|all|both)\b", re.IGNORECASE)
QUESTION = re.compile(r"^\W*(?:what|which|where|who|how|is|are|does|do|did)\b.*\?\W*$", re.IGNORECASE | re.DOTALL)
ASKING = re.compile(r"\b(?:tell|ask|say|know|see|check|show|wonder)\w*(?: me| us)?\s*$", re.IGNORECASE)
"""Before `what is in the drawer`: it is asked about, not meant."""
OPENED = re.compile(r"\b(?:open|shut|close(?! to| by| counter))(?:s|d|ed|ing)?\b", re.IGNORECASE)
"""Here what something is in is spoken of as well."""
PAIRED = re.compile(
    r"\b(?:same|match\w*|mismatch\w*|correspond\w*|respective\w*|own|(?:its|their) colou?rs?|each other"
    r"|swap\w*|exchang\w*|switch\w*|interchang\w*|trad(?:e|ing)|vice versa|other way|reverse\w*)\b",
    re.IGNORECASE,
)
"""Here it matters which of several goes with which, or what was where: names would not tell."""
IN_LINE = re.compile(r"\s+(?:in|of|from|on) (?:the|an?) (?:tower|stack|pile|row|line)\b", re.IGNORECASE)
EMPTYING = re.compile(rf"\b(?:clear|empty)(?: out)? {_ANCHOR}(?=,? (?:onto|into|over to) )", re.IGNORECASE)
"""`Empty the drawer onto the table`."""
NEAR_CORNER = re.compile(
    r"\b(?:the|a|any) corner (?:(?:that['\u2019]s|that is|which is) )?"
    rf"(?:closest to|nearest to|nearest|closest|next to|by|near) {_ANCHOR}",
    re.IGNORECASE,
)
"""`The corner closest to the red bowl`."""

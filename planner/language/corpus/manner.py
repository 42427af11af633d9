"""The way people say things: politely, in passing, in a hurry, with slips of the finger. The meaning never changes."""

from __future__ import annotations

import re
import string

import numpy as np

from planner.language.corpus.phrasing import chance, one
from planner.language.corpus.words import CATEGORY_WORDS, COLOR_WORDS, FIXTURE_WORDS, LEXICON, PLACE_WORDS, THING_WORDS

_ORDERS = """
    put place set move lay stick bring fetch get give hand pass take pick grab lift push pull shove nudge slide turn
    rotate twist spin stack pile throw toss drop chuck discard dispose bin trash recycle carry transfer transport
    open close shut switch power store stow keep stash tidy clear empty collect gather sort arrange line build make
    find go drive come roll head navigate deliver hold leave unstack remove press flip free swap exchange hide pack
    clean separate distribute align fill cover return relocate grasp position
"""
VERBS = frozenset(_ORDERS.split())
"""Words that an order begins with; only what begins with one is turned into a question or a request."""

BEFORE = (
    "please",
    "please",
    "could you",
    "could you please",
    "can you",
    "would you",
    "would you please",
    "can you please",
    "I'd like you to",
    "I would like you to",
    "I want you to",
    "I need you to",
    "you should",
    "try to",
    "go ahead and",
    "would you be so kind as to",
    "would you be able to",
    "is it possible for you to",
    "your task is to",
    "help me: ",
)
"""What makes a request of an order."""
_QUESTIONS = ("could", "can", "would", "is it")
OPENERS = (
    "hey,",
    "hi,",
    "hello robot,",
    "robot,",
    "ok,",
    "okay,",
    "so,",
    "hey robot,",
    "well,",
    "excuse me,",
    "alright,",
    "when you have a minute,",
    "whenever you're ready,",
    "if you don't mind,",
    "one more thing:",
    "now,",
    "hm,",
    "next task:",
    "um,",
)
"""What people say first; it fits every sentence."""
CLOSERS = (
    "please",
    "please",
    "thanks",
    "thank you",
    "would you",
    "for me please",
    "when you have a minute",
    "if you can",
    "if you don't mind",
    "right now",
    "as soon as you can",
    "I'm in a hurry",
    "ok?",
    "cheers",
    "that would be great",
    "take your time",
)
"""What they add to an order."""
_SPELLING = {"colour": "color", "coloured": "colored", "grey": "gray", "centre": "center", "favourite": "favorite"}
_SPELLING |= {"savoury": "savory", "rubbish": "garbage", "organise": "organize"}
_WORDS = {"I would": "I'd", "I am": "I'm", "do not": "don't", "does not": "doesn't", "is not": "isn't", "it is": "it's"}
_WORDS |= {"that is": "that's", "there is": "there's", "can not": "can't", "are not": "aren't"}
_NEIGHBOURS = {
    **{"q": "wa", "w": "qe", "e": "wr", "r": "et", "t": "ry", "y": "tu", "u": "yi", "i": "uo", "o": "ip", "p": "o"},
    **{"a": "sq", "s": "ad", "d": "sf", "f": "dg", "g": "fh", "h": "gj", "j": "hk", "k": "jl", "l": "k"},
    **{"z": "x", "x": "zc", "c": "xv", "v": "cb", "b": "vn", "n": "bm", "m": "n"},
}
"""Keys beside each other."""


_CONFUSABLE = """
    left right lift loft on in off of or one two three four not now no top stop bottom but both front from form for
    the then them than there their other order under over near nearest far all any each every except red rod bed
    ball bell bowl box can cup cap cut block black lock clock plate place bin pin tin thin pan pen peach pear
    light night tight fight like line lime close closed clothes open opened first last lost fast lit led let lid
    table cable stable drawer draw door floor fork fall full slider side slide wide hide felt rice ice nice
    if it is at as an a to too by be my me we i you he she his has have had was were will with without within
"""
"""Other words that one slip could make a word into, or out of."""


def _domain() -> frozenset[str]:
    """Every word that means something here: none of them is made by a slip, and colours are left as they are."""
    words: set[str] = set(VERBS) | set(COLOR_WORDS)
    for table in (COLOR_WORDS, THING_WORDS, PLACE_WORDS, FIXTURE_WORDS, LEXICON):
        words.update(w.lower() for phrases in table.values() for p in phrases for w in re.findall(r"[a-zA-Z']+", p))
    for singular, plurals in CATEGORY_WORDS.values():
        words.update(w for phrase in (*singular, *plurals) for w in phrase.split())
    return frozenset(words | frozenset(_CONFUSABLE.split()))


_COLORS = frozenset(w for words in COLOR_WORDS.values() for w in words)


def spoken(text: str, rng: np.random.Generator) -> str:
    """An instruction as somebody may really say or type it.

    Args:
        text: one or more sentences, in plain words.
        rng: chooses the manner; in about a third of all cases nothing is changed.

    Raises:
        ValueError: the text is empty.
    """
    plain = " ".join(text.split())
    if not plain:
        raise ValueError("nothing is said: the text is empty; expected an instruction such as 'open the drawer'")
    if chance(rng, 0.35):
        return plain
    said = plain
    if chance(rng, 0.45):
        said = _politely(said, rng)
    elif chance(rng, 0.12):
        said = _telegraphed(said)
    if chance(rng, 0.3):
        said = _respelt(said, rng)
    if chance(rng, 0.22):
        said = _mistyped(said, rng)
    # Of what is nothing but marks a manner may leave nothing.
    return _dressed(said, rng) or plain


def _order(text: str) -> bool:
    """Whether it is one order, in one sentence."""
    first = re.match(r"[a-zA-Z]+", text)
    return first is not None and first[0].lower() in VERBS and re.search(r"[.?!:;]", text.rstrip(".?! ")) is None


def _politely(text: str, rng: np.random.Generator) -> str:
    way = rng.random()
    if _order(text) and not text.endswith("?"):
        bare, polite = text.rstrip(".! "), "please" in text.lower()
        if way < 0.5:
            before = one(rng, [b for b in BEFORE if not (polite and "please" in b)])
            asked = before.startswith(_QUESTIONS)
            joined = f"{before.rstrip()} {_lowered(bare)}"
            return joined + ("?" if asked and chance(rng, 0.85) else "")
        if way < 0.8:
            closer = one(rng, [c for c in CLOSERS if not (polite and "please" in c)])
            return f"{bare}{', ' if closer != 'please' or chance(rng, 0.5) else ' '}{closer}"
    return f"{one(rng, OPENERS)} {_lowered(text)}"


def _lowered(text: str) -> str:
    """With a small letter at the beginning, unless the word is a name, or `I`."""
    first = text.split()[0]
    keep = first.startswith(("I'", "LED", "Coke", "Pepsi", "Red")) or first.rstrip(",") == "I"
    return text if keep else text[:1].lower() + text[1:]


def _telegraphed(text: str) -> str:
    """Without articles, as in a note: where enough is left."""
    if len(text.split()) < 4:
        return text
    return " ".join(re.sub(r"\b(?:the|The)\s", "", text).split())


def _respelt(text: str, rng: np.random.Generator) -> str:
    """The other spelling of all words that have two; contractions."""
    table = _SPELLING if chance(rng, 0.5) else {v: k for k, v in _SPELLING.items()}
    for ours, theirs in table.items():
        if ours == "garbage" or (ours == "gray" and "grayish" in text):
            continue
        text = re.sub(rf"\b{ours}\b", theirs, text)
    if chance(rng, 0.5):
        for long, short in _WORDS.items():
            # Not at the end of a clause: nobody says `where it's`.
            text = re.sub(rf"\b{long}\b(?= [a-z])", short, text)
    return text


def _mistyped(text: str, rng: np.random.Generator) -> str:
    """With slips in one or two words that stay plain all the same."""
    words = text.split(" ")
    places = [k for k, w in enumerate(words) if len(w) > 4 and w.isalpha() and w.lower() not in _COLORS]
    for k in rng.permutation(len(places))[: one(rng, (1, 1, 2))]:
        words[places[int(k)]] = _slip(words[places[int(k)]], rng)
    return " ".join(words)


def _slip(word: str, rng: np.random.Generator) -> str:
    """One letter swapped with the next, left out, doubled, or missed by a key; the first one stays."""
    k = int(rng.integers(1, len(word) - 1))
    way = int(rng.integers(4))
    if way == 0:
        slipped = word[:k] + word[k + 1] + word[k] + word[k + 2 :]
    elif way == 1:
        slipped = word[:k] + word[k + 1 :]
    elif way == 2:
        slipped = word[:k] + word[k] + word[k:]
    else:
        near = _NEIGHBOURS.get(word[k].lower(), word[k])
        slipped = word[:k] + one(rng, near) + word[k + 1 :]
    return word if slipped.lower() in DOMAIN else slipped


def _dressed(text: str, rng: np.random.Generator) -> str:
    """Its letters small or large, and its marks."""
    ends = text.endswith(tuple(".?!"))
    if not ends and chance(rng, 0.35):
        text += one(rng, (".", ".", ".", "!", "..."))
    elif text.endswith("?") and chance(rng, 0.12):
        text = text[:-1]
    elif text.endswith(".") and chance(rng, 0.3):
        text = text.rstrip(".")
    way = rng.random()
    if way < 0.30:
        return text[:1].upper() + text[1:]
    if way < 0.42:
        return text.lower()
    if way < 0.45 and len(text) < 70:
        return text.upper()
    return text if any(c not in string.whitespace for c in text) else "."


DOMAIN = _domain()
"""Words of the domain."""

"""The lexicon that wishes share: what things, colours, places and doings are called, as tuples of words.

Where a tuple is drawn from, each word is as likely: what is usual stands in it several times.
"""

from __future__ import annotations

COLOR_WORDS: dict[str, tuple[str, ...]] = {
    "red": ("red", "red", "red", "scarlet"),
    "green": ("green",),
    "blue": ("blue",),
    "yellow": ("yellow",),
    "orange": ("orange",),
    "purple": ("purple", "purple", "purple", "violet"),
    "pink": ("pink",),
    "cyan": ("cyan", "cyan", "cyan", "turquoise"),
    "brown": ("brown",),
    "gray": ("gray", "grey"),
    "white": ("white",),
    "black": ("black",),
}
"""Words for each colour of the catalogue; no word stands for two of them."""

SIMILES: dict[str, tuple[str, ...]] = {
    "red": ("a ripe tomato", "a strawberry", "blood", "a fire engine", "a stop sign", "a ladybird"),
    "green": ("grass", "a frog", "fresh leaves", "a cucumber", "an emerald", "lettuce"),
    "blue": ("the sky", "the sea", "a blueberry", "denim", "a clear summer sky", "the ocean"),
    "yellow": ("a lemon", "the sun", "a canary", "a sunflower", "custard", "a ripe banana"),
    "orange": ("a carrot", "a pumpkin", "a tangerine", "a basketball"),
    "purple": ("an aubergine", "lavender", "an amethyst"),
    "pink": ("a flamingo", "bubblegum", "a piglet", "candyfloss", "cherry blossom"),
    "cyan": ("a tropical lagoon", "a swimming pool", "turquoise"),
    "brown": ("chocolate", "a chestnut", "a walnut", "tree bark"),
    "gray": ("an elephant", "concrete", "cement", "a battleship"),
    "white": ("snow", "milk", "a swan", "chalk", "a polar bear"),
    "black": ("coal", "a raven", "tar", "soot"),
}
"""What is well known to have each colour, and no other that a block may have."""

SIMILE_FORMS: tuple[str, ...] = (
    "the {noun} the <colour> of {like}",
    "the {noun} that is the <colour> of {like}",
    "the {noun} with the <colour> of {like}",
    "the {noun} that has the same <colour> as {like}",
    "the {noun} coloured like {like}",
    "the {noun} whose <colour> is that of {like}",
    "the {noun} that looks like {like} in <colour>",
)
"""How a thing is described by what has its colour."""

COLOR_CLASSES: dict[str, frozenset[str]] = {
    "warm": frozenset({"red", "orange", "yellow"}),
    "cool": frozenset({"blue", "green", "cyan"}),
    "primary": frozenset({"red", "yellow", "blue"}),
    "colourless": frozenset({"black", "white", "gray"}),
}
"""Colours that belong together, by the word for their kind."""

TONES: dict[str, frozenset[str]] = {
    "dark": frozenset({"black", "brown", "purple"}),
    "light": frozenset({"white", "yellow", "pink", "cyan"}),
}
"""Colours that are plainly dark or light."""

NOUNS: dict[str, tuple[str, ...]] = {
    "block": ("block",) * 5 + ("cube", "cube"),
    "bowl": ("bowl",) * 4 + ("dish",),
    "plate": ("plate",) * 4 + ("dinner plate",),
    "box": ("box",) * 4 + ("crate",),
    "ball": ("ball",) * 4 + ("sphere",),
    "cylinder": ("cylinder",) * 3 + ("tube",),
}
"""Words that stand after a colour."""

THING_WORDS: dict[str, tuple[str, ...]] = {
    "apple": ("apple",),
    "orange": ("orange",),
    "banana": ("banana",),
    "lemon": ("lemon",),
    "peach": ("peach",),
    "coke can": ("coke can", "coke", "can of coke", "Coke", "coca-cola"),
    "pepsi can": ("pepsi can", "pepsi", "can of pepsi", "Pepsi"),
    "7up can": ("7up can", "7up", "can of 7up", "7up"),
    "redbull can": ("redbull can", "redbull", "can of redbull", "Red Bull", "energy drink"),
    "water bottle": ("water bottle", "bottle of water", "water", "water bottle"),
    "milk bottle": ("milk bottle", "milk", "bottle of milk"),
    "ketchup bottle": ("ketchup bottle", "ketchup", "bottle of ketchup", "tomato ketchup"),
    "sponge": ("sponge", "sponge", "kitchen sponge"),
    "jalapeno chips": ("jalapeno chips", "jalapeno crisps", "bag of jalapeno chips"),
    "kettle chips": ("kettle chips", "kettle crisps", "bag of kettle chips"),
    "multigrain chips": ("multigrain chips", "multigrain crisps", "bag of multigrain chips"),
    "rice chips": ("rice chips", "rice crisps", "bag of rice chips"),
    "energy bar": ("energy bar", "energy bar", "granola bar", "cereal bar"),
    "mug": ("mug", "mug", "cup"),
}
"""Words for the things that have a name of their own."""

MASS_NOUNS: frozenset[str] = frozenset({"water", "milk", "ketchup", "tomato ketchup"})
"""Words among these that take `some` in the place of `a`."""

CATEGORY_WORDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "fruit": (("piece of fruit", "fruit", "bit of fruit"), ("fruit", "pieces of fruit", "fruits")),
    "drink": (("drink", "beverage"), ("drinks", "beverages")),
    "snack": (("snack", "packaged snack"), ("snacks", "snack packs")),
    "can": (("can", "soda can", "tin"), ("cans", "tins")),
    "bottle": (("bottle",), ("bottles",)),
    "chips": (("bag of chips", "packet of crisps"), ("bags of chips", "packets of crisps", "chips", "crisps")),
    "food": (("food item", "thing to eat"), ("food items", "edible things", "things to eat")),
    "bowl": (("bowl",), ("bowls",)),
    "plate": (("plate",), ("plates",)),
}
"""Singular and plural words for the PDDL types of what is in a kitchen; `soda can` only where all cans hold soda."""

PLACE_WORDS: dict[str, tuple[str, ...]] = {
    "close counter": ("close counter", "close counter", "nearer counter", "counter close by", "near counter"),
    "far counter": ("far counter", "far counter", "counter at the far end", "more distant counter"),
    "table": ("table", "table", "table", "kitchen table", "tabletop"),
    "trash can": ("trash can", "trash", "bin", "rubbish bin", "garbage can", "waste bin", "trash bin", "garbage"),
    "top drawer": ("top drawer", "top drawer", "uppermost drawer", "upper drawer", "highest drawer"),
    "middle drawer": ("middle drawer", "middle drawer", "drawer in the middle", "second drawer"),
    "bottom drawer": ("bottom drawer", "bottom drawer", "lowest drawer", "drawer at the bottom"),
}
"""What the places of a kitchen are called, without the article."""

FIXTURE_WORDS: dict[str, tuple[str, ...]] = {
    "drawer": ("drawer",) * 4 + ("desk drawer", "drawer of the desk"),
    "slider": ("slider", "cupboard", "cabinet", "sliding cabinet"),
    "door": ("sliding door", "slider", "sliding door", "door", "cupboard door", "door of the cabinet", "cabinet door"),
    "led": ("led", "LED", "LED light", "green light", "led light"),
    "lightbulb": ("lightbulb", "light bulb", "bulb", "yellow light", "lamp"),
}
"""What the parts of a desk are called, without the article."""

LEXICON: dict[str, tuple[str, ...]] = {
    "colour": ("colour", "color"),
    "put": ("put", "put", "put", "place", "set", "move"),
    "putin": ("put", "put", "place", "drop", "move", "pop", "stick", "stow", "stash"),
    "in": ("in", "in", "into", "inside"),
    "on": ("on", "on", "onto", "on top of"),
    "take": ("take", "pick up", "grab", "get"),
    "lift": ("pick up", "lift", "grab", "take", "grasp", "lift up", "pick up", "get hold of", "hold"),
    "push": ("push", "push", "push", "shove", "nudge", "slide"),
    "turn": ("turn", "rotate", "rotate", "twist", "spin"),
    "stack": ("stack", "put", "place", "stack", "set"),
    "bring": ("bring", "bring", "bring", "fetch", "fetch", "get"),
    "give": ("give", "hand", "pass", "bring", "fetch", "get"),
    "throw": ("throw", "toss", "drop", "put", "chuck", "throw"),
    "discard": ("discard", "dispose of", "get rid of", "throw away", "throw out", "bin", "trash", "chuck out"),
    "carry": ("carry", "move", "take", "bring", "transfer", "transport"),
    "open": ("open", "open", "open up"),
    "close": ("close", "close", "shut"),
    "turnon": ("turn on", "switch on", "turn on", "light up", "power on"),
    "turnoff": ("turn off", "switch off", "turn off", "power off"),
    "lit": ("on", "lit", "switched on", "shining", "turned on"),
    "dark": ("off", "switched off", "dark", "turned off", "not on"),
    "want": ("I want", "I would like", "I'd like", "I need", "we want", "I could use"),
    "goes": ("goes", "belongs", "should go", "needs to go", "has to go", "is supposed to be"),
    "sure": ("make sure", "make sure that", "see to it that", "ensure that", "take care that"),
    "then": ("and then", "then", "and after that", "and afterwards", "and"),
    "next": ("and then", "then", "after that", "afterwards", "when that is done"),
    "also": ("and", "and also", "and"),
    "else": ("otherwise", "or else", "if not,", "otherwise"),
    "everything": ("everything", "all things", "everything", "all the stuff"),
    "but": ("but", "except", "except for", "apart from", "other than"),
    "tidy": ("tidy", "clear", "tidy up", "clear away", "pack away"),
    "store": ("store", "stow", "put away", "put", "keep", "stash"),
    "standing": ("on", "that is on", "lying on", "which is on", "over on"),
    "within": ("in", "inside", "that is in", "lying in", "which is in"),
}
"""Words that may stand for each other in a sentence, by the name that patterns of sentences give them."""


def plural(word: str) -> str:
    """`boxes`, `dishes`, `blocks`."""
    return f"{word}es" if word.endswith(("x", "sh", "ch", "s")) else f"{word}s"


def article(word: str) -> str:
    """`a` or `an`, as the word sounds."""
    return "an" if word[:1].lower() in "aeiou" or word.startswith(("LED", "hour")) else "a"

"""What people call things: synonyms of nouns and colours, similes, and descriptions that fit one thing only."""

from __future__ import annotations

NOUNS: dict[str, tuple[str, ...]] = {
    "block": ("block", "block", "block", "block", "cube", "cube"),
    "bowl": ("bowl",) * 6 + ("dish",),
    "plate": ("plate",) * 6 + ("platter",),
    "box": ("box",) * 6 + ("crate", "container"),
    "cylinder": ("cylinder",) * 5 + ("tube", "drum"),
    "ball": ("ball",) * 5 + ("sphere",),
    "brick": ("brick",),
    "ring": ("ring", "ring", "ring", "hoop"),
    "disc": ("disc", "disc", "disk"),
    "triangle": ("triangle", "triangle", "triangle", "wedge", "roof"),
    "piece": ("piece", "piece", "crumb", "bit"),
    "zone": ("zone",) * 4 + ("area", "patch", "mat"),
    "stand": ("stand",) * 4 + ("pedestal", "base"),
    "hook": ("hook", "hook", "hook", "hooked tool"),
    "basket": ("basket",),
}
"""Words that stand after a colour, the usual one several times."""

PLURALS = {"box": "boxes", "dish": "dishes", "bottle of water": "bottles of water", "patch": "patches"}
PLURALS |= {"peach": "peaches"}

THING_WORDS: dict[str, tuple[str, ...]] = {
    "coke can": ("coke can", "coke can", "coke", "can of coke", "Coke", "coca-cola", "coca cola can"),
    "pepsi can": ("pepsi can", "pepsi can", "pepsi", "can of pepsi", "Pepsi"),
    "7up can": ("7up can", "7up can", "7up", "can of 7up", "7-up"),
    "redbull can": ("redbull can", "redbull can", "redbull", "can of redbull", "Red Bull", "red bull can"),
    "water bottle": ("water bottle", "water bottle", "water", "bottle of water"),
    "milk bottle": ("milk bottle", "milk bottle", "milk", "bottle of milk", "milk"),
    "ketchup bottle": ("ketchup bottle", "ketchup bottle", "ketchup", "bottle of ketchup"),
    "jalapeno chips": (
        "jalapeno chips",
        "jalapeno chips",
        "bag of jalapeno chips",
        "jalapeño chips",
        "jalapeno crisps",
    ),
    "kettle chips": ("kettle chips", "kettle chips", "bag of kettle chips", "kettle crisps"),
    "multigrain chips": ("multigrain chips", "multigrain chips", "bag of multigrain chips", "multi-grain chips"),
    "rice chips": ("rice chips", "rice chips", "bag of rice chips", "rice crisps"),
    "energy bar": ("energy bar", "energy bar", "snack bar", "protein bar"),
    "mug": ("mug", "mug", "cup", "coffee mug"),
    "sponge": ("sponge", "sponge", "cleaning sponge"),
}
"""Of things with names of their own."""

COLOR_WORDS: dict[str, tuple[str, ...]] = {
    "purple": ("purple", "purple", "purple", "violet"),
    "cyan": ("cyan", "cyan", "cyan", "turquoise", "aqua"),
    "gray": ("gray", "gray", "grey", "grey"),
}
"""Other words for colours; the rest have one."""

SIMILES: dict[str, tuple[str, ...]] = {
    "red": ("a tomato", "a strawberry", "blood", "a fire engine", "a ruby", "ketchup", "a stop sign", "a cherry"),
    "green": ("grass", "a leaf", "a frog", "an emerald", "spinach", "a cucumber", "a meadow"),
    "blue": ("the sky", "the sea", "the ocean", "a sapphire", "a blueberry", "jeans"),
    "yellow": ("a lemon", "a banana", "the sun", "butter", "a canary", "a sunflower", "mustard"),
    "orange": ("a carrot", "a pumpkin", "a tangerine", "a basketball", "a mandarin"),
    "purple": ("lavender", "an aubergine", "an eggplant", "an amethyst"),
    "pink": ("a flamingo", "bubblegum", "a pig", "cotton candy", "a piglet"),
    "cyan": ("a swimming pool", "a tropical lagoon", "turquoise"),
    "brown": ("chocolate", "mud", "wood", "a chestnut", "a walnut", "tree bark"),
    "gray": ("an elephant", "concrete", "cement", "pewter", "a battleship"),
    "white": ("snow", "milk", "chalk", "a polar bear", "cotton", "a swan"),
    "black": ("coal", "a raven", "tar", "soot", "a crow"),
}
"""What has each colour, and no other that a thing may have."""

ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "apple": ("the fruit that keeps the doctor away", "the fruit that cider is made of", "the crunchy fruit"),
    "banana": ("the curved fruit", "the long yellow fruit", "the fruit that monkeys are fond of", "the bent fruit"),
    "lemon": ("the sour fruit", "the sour yellow fruit", "the fruit that makes you pull a face"),
    "orange": ("the fruit full of vitamin C with the name of a colour", "the round citrus fruit"),
    "peach": ("the fuzzy fruit", "the fruit with the fuzzy skin", "the velvety fruit"),
    "sponge": (
        "the thing to wash up with",
        "the cleaning tool",
        "the thing for scrubbing",
        "the thing that soaks up water",
    ),
    "mug": ("the thing one drinks coffee from", "the thing with a handle", "the thing for hot drinks"),
    "ketchup bottle": ("the tomato sauce", "the condiment", "the sauce", "what goes on a burger"),
    "milk bottle": ("the dairy product", "the drink that comes from a cow", "what is poured over cereal"),
    "water bottle": ("the drink without any sugar or fat", "the plainest drink"),
    "redbull can": ("the energy drink", "the drink that gives you wings"),
    "energy bar": ("the snack for athletes", "the snack that is a bar", "the bar"),
    "jalapeno chips": ("the spicy snack", "the spicy chips", "the hot chips"),
}
"""Of things by name, what only they are."""

TYPES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "fruit": (("fruit", "piece of fruit"), ("fruit", "fruits", "pieces of fruit")),
    "drink": (("drink", "beverage"), ("drinks", "beverages", "things to drink")),
    "snack": (("snack", "thing to nibble"), ("snacks", "things to nibble")),
    "can": (("can", "tin"), ("cans", "tins")),
    "bottle": (("bottle",), ("bottles",)),
    "chips": (("bag of chips", "packet of crisps"), ("chips", "bags of chips", "crisps")),
    "food": (("food item", "thing to eat"), ("food", "things to eat", "edible things", "food items")),
    "letter": (("letter", "letter tile"), ("letters", "letter tiles")),
}
"""Singular and plural words for PDDL types of things with names of their own."""

COLOR_CLASSES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("warm-coloured", "warm-colored"), ("red", "orange", "yellow")),
    (("cool-coloured", "cold-coloured", "cool-colored"), ("blue", "green", "cyan")),
    (("primary-coloured", "primary-color"), ("red", "yellow", "blue")),
    (("colourless", "black, white or gray", "greyscale"), ("black", "white", "gray")),
)
"""Adjectives for several colours at once."""

COLOR_NEIGHBORS = {"red": ("pink", "brown"), "blue": ("purple",)}
"""Colours of which it is open whether they belong to the class that begins with a colour."""

REGION_WORDS = {
    "top left corner": (
        "top left corner",
        "upper left corner",
        "far left corner",
        "back left corner",
        "top-left corner",
    ),
    "top right corner": ("top right corner", "upper right corner", "far right corner", "back right corner"),
    "bottom left corner": ("bottom left corner", "lower left corner", "near left corner", "front left corner"),
    "bottom right corner": ("bottom right corner", "lower right corner", "near right corner", "bottom-right corner"),
    "top side": ("top side", "far side", "top edge", "far edge", "back", "top", "upper side"),
    "bottom side": ("bottom side", "near side", "bottom edge", "front", "bottom", "front edge"),
    "left side": ("left side", "left-hand side", "left", "left edge", "left part", "left half"),
    "right side": ("right side", "right-hand side", "right", "right edge", "right part", "right half"),
    "middle": ("middle", "center", "centre", "very middle"),
}
"""Words for the parts of the table."""


def plural(word: str) -> str:
    """`boxes`, `blocks`."""
    return PLURALS.get(word, f"{word}s")

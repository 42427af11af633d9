"""The manner in which things are said: never empty, never another meaning."""

import re

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from planner.language.corpus.manner import BEFORE, CLOSERS, DOMAIN, OPENERS, spoken

_TEXTS = (
    "put the red block in the drawer",
    "if the drawer is closed, open it, otherwise close it",
    "I spilled my coke. bring me something to clean it up",
    "bring me a 7up",
    "where is the apple? bring it to me",
    "is there a drink? if so bring me one",
    "leave the gray block alone and put the other block in the drawer",
)
_COLORS = ("red", "blue", "yellow", "green", "pink", "orange")


@settings(max_examples=300, deadline=None)
@given(st.text(min_size=1).filter(lambda t: t.strip()), st.integers(0, 2**32 - 1))
@example(".", 1315943)
def test_never_crashes_and_never_says_nothing(text: str, seed: int) -> None:
    assert spoken(text, np.random.default_rng(seed)).strip()


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(_TEXTS), st.integers(0, 2**32 - 1))
def test_digits_colors_and_nearly_all_letters_stay(text: str, seed: int) -> None:
    said = spoken(text, np.random.default_rng(seed))
    assert re.findall(r"\d", said) == re.findall(r"\d", text)
    for color in _COLORS:
        assert (color in said.lower().split()) == (color in text.lower().split())
    for word in text.lower().split():
        letters = "".join(filter(str.isalpha, word))
        if letters not in ("the", "i"):
            assert any(_near(letters, other) for other in re.findall(r"[a-z]+|[0-9]+[a-z]+", said.lower())), (
                word,
                said,
            )


def _near(word: str, other: str) -> bool:
    """Whether most letters are the same."""
    common = sum(min(word.count(c), other.count(c)) for c in set(word))
    return common >= len(word) - 1 and abs(len(word) - len(other)) <= 2


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(_TEXTS), st.integers(0, 2**32 - 1))
def test_no_word_becomes_another_of_the_domain(text: str, seed: int) -> None:
    said = spoken(text, np.random.default_rng(seed))
    before = set(re.findall(r"[a-z]+", text.lower()))
    manner = {
        w for phrase in (*BEFORE, *OPENERS, *CLOSERS, "grey it is") for w in re.findall(r"[a-z]+", phrase.lower())
    }
    fresh = set(re.findall(r"[a-z]+", said.lower())) - before - manner
    assert not fresh & DOMAIN, (fresh & DOMAIN, said)


def test_about_a_third_stays_as_it_is() -> None:
    rng = np.random.default_rng(0)
    same = sum(spoken(_TEXTS[0], rng) == _TEXTS[0] for _ in range(1000))
    assert 330 <= same <= 560


def test_many_manners() -> None:
    rng = np.random.default_rng(0)
    assert len({spoken(_TEXTS[0], rng) for _ in range(400)}) > 120


def test_nothing_said_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing is said"):
        spoken("  ", np.random.default_rng(0))

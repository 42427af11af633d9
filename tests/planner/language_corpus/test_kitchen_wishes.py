"""Wishes of the kitchen: all are drawn, all that are to be done can be done, and each thing spoken of is one thing."""

import numpy as np
import pytest

from planner.language.corpus.kitchen import WISHES
from planner.language.corpus.kitchen_look import Kitchen
from planner.language.corpus.wish import Verdict
from tests.planner.language_corpus.house_scenes import kitchen
from tests.planner.language_corpus.wish_checks import counts, drawn, goals, misshapen, planless


@pytest.fixture(scope="module")
def found():
    return drawn(WISHES, kitchen, 200)


def test_every_wish_is_drawn(found) -> None:
    assert set(counts(found)) == set(WISHES)


def test_verdict_goal_and_words_go_together(found) -> None:
    assert misshapen(found) == []


def test_what_is_to_be_done_can_be_done(found) -> None:
    few = [f for f in found if all(g.count("(in ") + g.count("(on ") + g.count("(at ") < 4 for g in goals(f[2]))]
    assert planless(few[:: len(few) // 350]) == []


def test_all_verdicts_are_there(found) -> None:
    assert {wish.verdict for _, _, wish in found} == set(Verdict)


def test_same_seed_same_wishes() -> None:
    first, second = (drawn(WISHES, kitchen, 3, seed=5) for _ in range(2))
    assert [w for _, _, w in first] == [w for _, _, w in second]


def test_a_description_fits_one_thing_only() -> None:
    """No two things are ever described alike."""
    rng = np.random.default_rng(1)
    for _ in range(60):
        look = Kitchen(kitchen(rng))
        said: dict[str, str] = {}
        for thing in look.things * 25:
            noun = look.the(thing, rng)
            assert noun is None or said.setdefault(noun.text, thing) == thing, noun


def test_a_spill_asks_for_a_sponge_and_never_for_a_drink(found) -> None:
    spills = [wish for name, _, wish in found if name == "mood-wipe"]
    assert spills
    assert all("sponge" in str(w.goal) for w in spills)


def test_who_wants_no_caffeine_gets_none(found) -> None:
    for name, _, wish in found:
        if name == "mood-calm":
            assert not any(n in str(wish.goal) for n in ("coke", "pepsi", "redbull")), wish

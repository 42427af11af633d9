"""Wishes of the desk: all are drawn, all that are to be done can be done, and each thing spoken of is one thing."""

import numpy as np
import pytest

from planner.language.corpus.desk import WISHES
from planner.language.corpus.desk_look import Desk
from planner.language.corpus.wish import Verdict
from tests.planner.language_corpus.house_scenes import desk
from tests.planner.language_corpus.wish_checks import counts, drawn, misshapen, planless


@pytest.fixture(scope="module")
def found():
    return drawn(WISHES, desk, 100)


def test_every_wish_is_drawn(found) -> None:
    assert set(counts(found)) == set(WISHES)


def test_verdict_goal_and_words_go_together(found) -> None:
    assert misshapen(found) == []


def test_what_is_to_be_done_can_be_done(found) -> None:
    assert planless(found[:: len(found) // 500]) == []


def test_all_verdicts_are_there(found) -> None:
    assert {wish.verdict for _, _, wish in found} == set(Verdict)


def test_same_seed_same_wishes() -> None:
    first, second = (drawn(WISHES, desk, 3, seed=5) for _ in range(2))
    assert [w for _, _, w in first] == [w for _, _, w in second]


def test_a_description_fits_one_block_only() -> None:
    """No two blocks are ever described alike."""
    rng = np.random.default_rng(1)
    for _ in range(60):
        look = Desk(desk(rng))
        said: dict[str, str] = {}
        for block in look.blocks * 25:
            text = look.the(block, rng)
            assert said.setdefault(text, block) == block, text


def test_a_missing_block_is_missing(found) -> None:
    for _, state, wish in found:
        if wish.template.startswith("desk/missing/"):
            colors = [w for w in ("red", "green", "blue", "yellow", "orange", "pink") if w in wish.instruction.split()]
            assert not {f"{c} block" for c in colors} & set(state.names), wish.instruction

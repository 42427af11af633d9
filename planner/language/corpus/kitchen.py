"""Wishes of the kitchen: all of them, by name."""

from __future__ import annotations

from planner.language.corpus.kitchen_bring import BRINGING
from planner.language.corpus.kitchen_drawers import STOWING
from planner.language.corpus.kitchen_finished import FINISHED
from planner.language.corpus.kitchen_held import HELD
from planner.language.corpus.kitchen_moods import MOODED
from planner.language.corpus.kitchen_move import MOVING
from planner.language.corpus.kitchen_refuse import REFUSING
from planner.language.corpus.kitchen_which import WHICH
from planner.language.corpus.wish import Drawer

WISHES: dict[str, Drawer] = {**BRINGING, **MOVING, **STOWING, **MOODED, **FINISHED, **REFUSING, **WHICH, **HELD}
"""Drawers of wishes; those that matter most stand there more than once."""

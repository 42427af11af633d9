"""Wishes at the desk: all of them, by name."""

from __future__ import annotations

from planner.language.corpus.desk_conditions import CONDITIONAL
from planner.language.corpus.desk_held import HELD
from planner.language.corpus.desk_refuse import REFUSING
from planner.language.corpus.desk_several import SEVERAL
from planner.language.corpus.desk_single import SINGLE
from planner.language.corpus.wish import Drawer

WISHES: dict[str, Drawer] = {**SINGLE, **SEVERAL, **CONDITIONAL, **REFUSING, **HELD}
"""Drawers of wishes; those that matter most stand there more than once."""

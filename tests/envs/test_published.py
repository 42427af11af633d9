"""Published lists, with made-up files of the same form: none of the published ones is needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from envs.published import SOURCES, find_source
from envs.published.case import Case, Template, filled
from envs.scenes import build, drawn_task
from planner.symbolic_search import find_plan
from sim.world import World
from skills.goals import parse_goal
from skills.predicates import atoms
from skills.symbolic import typing_of

_SIZED = "shift the {size_category} cubes from the {src_abs_pos} to the {tgt_abs_pos}"
MADE_UP: dict[str, Any] = {
    "code-as-policies": {
        "instructions_seen": [
            "bring the <block1> over to the <block2|bowl>",
            "one tower of everything",
            "everything to the <corner/side>",
            "everything into the <bowl>",
            "sort by colour",
            "what is <direction> of the <bowl> goes to the <corner/side>",
            "what is <distance> to the <bowl> goes to the <corner/side>",
            "number <nth> from the <direction> goes to the <corner/side>",
        ],
        "attributes_seen": {
            "colors": ["blue", "red", "green", "pink"],
            "corner/side": ["left side", "top right corner"],
            "direction": ["top", "left"],
            "distance": ["closest"],
            "nth": ["first", "second"],
        },
    },
    "lohoravens": {"templates": {"move-blocks-between-absolute-positions-by-size": _SIZED}},
    "cliport": {
        "templates": {
            "manipulating-rope": "tie a knot",
            "packing-shapes": "stow the {obj}",
            "stack-block-pyramid-seq-full": "lay the {pick} block upon {place}",
        }
    },
    "calvin-training": {"train": {"open_drawer": ["get the drawer out"], "lift_red_block_table": ["raise it"]}},
}


@pytest.mark.parametrize("name", MADE_UP)
def test_goals_of_drawn_scenes_can_be_reached(name: str) -> None:
    source = SOURCES[name]
    worlds: dict[str, World] = {}
    for task in source.suite(source.templates(MADE_UP[name])).tasks:
        drawn = drawn_task(task, 1, "evaluation")
        family = drawn.scene.family
        if family not in worlds:
            worlds[family] = World("panda", family)
        state = build(worlds[family], drawn, 1, "evaluation")
        typing = typing_of(state)
        plan = find_plan(parse_goal(drawn.goal or "", typing), atoms(state, state), typing, scene=state)
        assert plan.calls and 2 * len(plan.calls) <= drawn.max_steps + 4, (task.id, plan.reason)
        assert not set("<>{}[]") & set(drawn.instructions[0])


def test_what_cannot_be_expressed_is_listed_with_its_reason() -> None:
    templates = SOURCES["cliport"].templates(MADE_UP["cliport"])
    assert [t.key for t in templates if t.why_not] == ["manipulating-rope"]
    with pytest.raises(ValueError, match="a drawer or a reason"):
        Template("a", "b")


def test_another_version_of_a_file_and_a_missing_one_are_told(tmp_path: Path) -> None:
    source = find_source("cliport")
    with pytest.raises(FileNotFoundError, match=r"cliport_templates\.json"):
        source.read(tmp_path)
    (tmp_path / source.file).write_text("{}")
    with pytest.raises(ValueError, match="another version"):
        source.read(tmp_path)
    with pytest.raises(ValueError, match="nearest"):
        find_source("clipart")


def test_slots_of_all_kinds_are_filled() -> None:
    assert filled("<a> {b} [c]", {"a": "x", "b": "y", "c": "z"}) == "x y z"
    with pytest.raises(ValueError, match="slot 'd'"):
        filled("{d}", {"a": "x"})
    assert Case.__doc__

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sim.geometry import quat_from_yaw
from sim.state import Pose, SceneState
from skills.predicates import atoms, line_axes
from skills.symbolic import MIRRORED
from skills.vocabulary import PREDICATES, REGIONS, RELATIONS, WORK_AREA, Atom
from tests.scene_builder import scene

X, Y = st.floats(*WORK_AREA[0]), st.floats(*WORK_AREA[1])


def holds(state: SceneState, text: str, start: SceneState | None = None) -> bool:
    return Atom.parse(text) in atoms(state, start)


def shifted(state: SceneState, name: str, dx: float, dy: float, yaw: float = 0.0) -> SceneState:
    o = state[name]
    x, y, z = o.position
    moved = type(o)(o.name, o.category, o.color, Pose((x + dx, y + dy, z), quat_from_yaw(yaw)), o.size, o.round)
    return state.with_object(moved)


def test_atoms_round_trip_and_say_what_is_wrong() -> None:
    atom = Atom("on", ("red block 2", "table"))
    assert str(atom) == "(on red_block_2 table)"
    assert Atom.parse(str(atom)) == atom
    for text, message in (
        ("on red_block table", "not an atom"),
        ("(upon red_block table)", "unknown predicate 'upon'"),
        ("(on red_block)", "takes 2 arguments, not 1"),
    ):
        with pytest.raises(ValueError, match=message):
            Atom.parse(text)


def test_what_carries_what() -> None:
    state = scene(
        {"blue block": (0.5, 0.0), "red block": "blue block", "red bowl": (0.4, 0.2), "green block": "red bowl"}
    )
    assert holds(state, "(on red_block blue_block)")
    assert holds(state, "(on blue_block table)")
    assert holds(state, "(in green_block red_bowl)")
    assert not holds(state, "(on green_block red_bowl)")
    assert holds(state, "(clear red_block)")
    assert not holds(state, "(clear blue_block)")
    assert holds(state, "(hand-empty)")


def test_what_lies_on_something_in_a_bowl_is_in_the_bowl_too() -> None:
    state = scene({"red bowl": (0.5, 0.0), "green block": "red bowl", "blue block": "red bowl"})
    assert holds(state, "(in blue_block red_bowl)")
    assert holds(state, "(on blue_block green_block)")


def test_a_plate_stays_clear() -> None:
    assert holds(scene({"red plate": (0.5, 0.0), "red block": "red plate"}), "(clear red_plate)")


def test_what_is_held_is_nowhere_else() -> None:
    state = scene({"red block": (0.5, 0.0), "blue block": (0.5, 0.1)}, holding="red block")
    facts = atoms(state)
    assert Atom("holding", ("red block",)) in facts
    assert Atom("hand-empty") not in facts
    assert not [a for a in facts if a.predicate in ("at", "near", *RELATIONS) and "red block" in a.arguments]


def test_directions_are_those_seen_from_behind_the_robot() -> None:
    for relation, (ux, uy) in RELATIONS.items():
        both = scene({"red block": (0.5, 0.0), "blue block": (0.5 + 0.1 * ux, 0.1 * uy)})
        found = {a.predicate for a in atoms(both) if a.arguments == ("blue block", "red block")} & set(RELATIONS)
        assert found == {relation}


@pytest.mark.parametrize(("gap", "expected"), [(0.01, False), (0.021, True), (0.249, True), (0.26, False)])
def test_beside_means_two_to_twenty_five_centimetres_edge_to_edge(gap: float, expected: bool) -> None:
    state = scene({"red block": (0.5, 0.0), "blue block": (0.5, 0.04 + gap)})
    assert holds(state, "(left-of blue_block red_block)") == expected


@pytest.mark.parametrize(("gap", "expected"), [(0.0, True), (0.079, True), (0.081, False)])
def test_near_means_a_gap_under_eight_centimetres(gap: float, expected: bool) -> None:
    state = scene({"red block": (0.5, 0.0), "blue block": (0.5, 0.04 + gap)})
    assert holds(state, "(near blue_block red_block)") == expected


def test_what_is_stacked_is_not_near() -> None:
    assert not holds(scene({"red block": (0.5, 0.0), "blue block": "red block"}), "(near blue_block red_block)")


@given(X, Y, X, Y)
def test_each_relation_has_its_mirror_between_things_of_one_size(x: float, y: float, u: float, v: float) -> None:
    # On a bound itself the last digit decides, and it may differ from one side to the other.
    bounds = (0.04, 0.06, 0.29)
    assume(all(abs(abs(way) - bound) > 1e-9 for way in (x - u, y - v) for bound in bounds))
    facts = atoms(scene({"red block": (x, y), "blue block": (u, v)}))
    for relation, mirror in MIRRORED.items():
        for a, b in itertools.permutations(("red block", "blue block")):
            assert (Atom(relation, (a, b)) in facts) == (Atom(mirror, (b, a)) in facts)


@given(X, Y)
def test_regions_cover_the_work_area_and_sides_contain_their_corners(x: float, y: float) -> None:
    found = {a.arguments[1] for a in atoms(scene({"red block": (x, y)})) if a.predicate == "at"}
    assert found
    for corner in (r for r in found if r.endswith("corner")):
        row, column, _ = corner.split()
        assert {f"{row} side", f"{column} side"} <= found


def test_every_region_holds_its_own_middle() -> None:
    for region, ((x0, x1), (y0, y1)) in REGIONS.items():
        state = scene({"red block": ((x0 + x1) / 2, (y0 + y1) / 2)})
        assert Atom("at", ("red block", region)) in atoms(state)


def test_between_is_about_the_middle_third() -> None:
    places = {"red block": (0.5, -0.2), "blue block": (0.5, 0.2)}
    assert holds(scene({**places, "green block": (0.52, 0.03)}), "(between green_block red_block blue_block)")
    assert holds(scene({**places, "green block": (0.52, 0.03)}), "(between green_block blue_block red_block)")
    assert not holds(scene({**places, "green block": (0.5, 0.15)}), "(between green_block red_block blue_block)")
    assert not holds(scene({**places, "green block": (0.58, 0.0)}), "(between green_block red_block blue_block)")


def test_lines() -> None:
    row = scene(
        {"red block": (0.5, -0.2), "blue block": (0.51, 0.0), "green block": (0.49, 0.2), "red bowl": (0.35, 0.1)}
    )
    assert holds(row, "(in-line horizontal block)")
    assert holds(row, "(in-line any block)")
    assert not holds(row, "(in-line vertical block)")
    assert not holds(row, "(in-line any object)")
    assert line_axes(np.array([(0.4, 0.0), (0.5, 0.1), (0.6, 0.2)])) == ["any", "diagonal"]


def test_moved_and_turned_are_measured_against_the_start() -> None:
    start = scene({"red block": (0.5, 0.0)})
    after = shifted(start, "red block", -0.06, 0.051, math.radians(50))
    facts = atoms(after, start)
    assert {a.arguments[1] for a in facts if a.predicate == "moved"} == {"left", "backward"}
    assert {a.arguments[1] for a in facts if a.predicate == "turned"} == {"left"}
    assert not [a for a in atoms(after) if a.predicate in ("moved", "turned")]
    near = atoms(shifted(start, "red block", 0.0, 0.049, math.radians(-44)), start)
    assert not [a for a in near if a.predicate in ("moved", "turned")]


def test_every_fact_is_an_atom_of_a_known_predicate() -> None:
    state = scene(
        {"red block": (0.5, 0.0), "blue block": (0.5, 0.1), "red bowl": (0.4, -0.2), "green block": (0.6, 0.1)}
    )
    for atom in atoms(state, shifted(state, "red block", 0.1, 0.0)):
        assert len(atom.arguments) == PREDICATES[atom.predicate].arity
        assert Atom.parse(str(atom)) == atom

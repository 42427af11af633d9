import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.geometry import (
    convex_hull,
    disc,
    matrix_from_quat,
    polygon_gap,
    quat_from_yaw,
    quat_inverse,
    quat_multiply,
    quat_rotate,
    rectangle,
    wrap_angle,
    yaw_of,
)

angles = st.floats(-20.0, 20.0)


@given(angles)
def test_yaw_survives_the_quaternion(yaw: float) -> None:
    assert abs(wrap_angle(yaw_of(quat_from_yaw(yaw)) - yaw)) < 1e-6


@given(angles, angles)
def test_rotations_compose(a: float, b: float) -> None:
    first, second = quat_from_yaw(a), (math.sin(b / 2), 0.0, 0.0, math.cos(b / 2))
    both = matrix_from_quat(first) @ matrix_from_quat(second)
    assert np.allclose(matrix_from_quat(quat_multiply(first, second)), both, atol=1e-9)
    assert np.allclose(quat_rotate(quat_inverse(first), quat_rotate(first, (1, 2, 3))), (1, 2, 3))


def test_gap_between_squares_is_the_distance_between_their_edges() -> None:
    a = rectangle((0.0, 0.0), (0.04, 0.04), 0.0)
    assert polygon_gap(a, rectangle((0.10, 0.0), (0.04, 0.04), 0.0)) == pytest.approx(0.06)
    assert polygon_gap(a, rectangle((0.10, 0.10), (0.04, 0.04), 0.0)) == pytest.approx(0.06 * math.sqrt(2.0))
    assert polygon_gap(a, rectangle((0.03, 0.0), (0.04, 0.04), 0.0)) == pytest.approx(-0.01)


@given(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5), angles)
def test_gap_is_symmetric_and_bounded_by_the_discs(x: float, y: float, yaw: float) -> None:
    a, b = rectangle((0.0, 0.0), (0.04, 0.08), 0.3), rectangle((x, y), (0.06, 0.05), yaw)
    gap = polygon_gap(a, b)
    assert gap == pytest.approx(polygon_gap(b, a), abs=1e-9)
    reach = math.hypot(0.02, 0.04) + math.hypot(0.03, 0.025)
    assert gap >= math.hypot(x, y) - reach - 1e-9


def test_disc_circumscribes() -> None:
    corners = disc((1.0, 2.0), 0.1)
    assert np.linalg.norm(corners - (1.0, 2.0), axis=1).min() >= 0.1


def test_hull_drops_inner_points() -> None:
    square = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], dtype=float)
    hull = convex_hull(np.vstack([square, [(0.5, 0.5), (0.2, 0.9)]]))
    assert {tuple(p) for p in hull} == {tuple(p) for p in square}

"""Reach: a table on which some things lie too far off to be grasped, as in STAP (Agia et al., 2023).

A rack, baskets and the hook are placed like any other object, since where they stand is drawn for each scene.
"""

from sim.camera import CameraPose
from sim.family import Family, register_family

REACH = register_family(
    Family("reach", camera=CameraPose(eye=(1.60, -0.92, 1.05), target=(0.46, 0.0, 0.13), fov_deg=42.0))
)

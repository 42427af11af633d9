"""The tabletop: a bare table in front of the robot."""

from sim.family import Family, register_family

TABLETOP = register_family(Family("tabletop"))

"""The physical world: bodies, robots, motion, cameras, snapshots. `sim.world.World` is the door to the physics."""

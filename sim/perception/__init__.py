"""From colour and depth to a scene: what a robot sees that is not told the simulator's state."""

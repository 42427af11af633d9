"""The vocabulary (states, atoms, skill calls, outcomes) and the primitive skills."""

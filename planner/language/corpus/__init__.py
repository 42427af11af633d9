"""A corpus that writes itself: scenes, wishes, ways of saying them, and the steps that a symbolic planner takes."""

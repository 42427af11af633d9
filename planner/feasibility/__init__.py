"""The feasibility transformer: given a scene and a plan, what will work, and why not.

`planner.feasibility.protocol` holds the words, `planner.feasibility.scorer` the model that implements them,
`planner.feasibility.training` how its weights are made. Importing this package loads no torch.
"""

"""The study: the network's parts, and the amount of data and parameters, varied one at a time; `docs/feasibility.md`.

`variants` says what is trained, `rows` and `runs` train it, `compare` and `scaling` read the numbers, `page` writes
them down.
"""

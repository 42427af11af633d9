"""Runs before any test module is imported."""

import os

# One thread a process: pytest-xdist runs several, and sums must not depend on how many threads there are.
for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

"""`random`: the lower bound that other strategies are compared with."""

from __future__ import annotations

import numpy as np

from skills.protocol import Act, Candidate, Decision, Observation, Rationale, Refuse
from skills.symbolic import legal


class RandomSkills:
    """Calls any skill whose preconditions hold, and never says that it is done."""

    name = "random"

    def __init__(self, seed: int = 0) -> None:
        """Each episode begins anew from this seed."""
        self._seed = seed
        self._rng = np.random.default_rng(seed)

    def reset(self, instruction: str) -> None:
        """Begins a new episode; the instruction is not read."""
        self._rng = np.random.default_rng(self._seed)

    def decide(self, observation: Observation) -> Decision:
        """One of the legal calls, each with the same probability; `Refuse` where there is none."""
        calls = legal(observation.state)
        if not calls:
            return Refuse("no skill can be called in this scene")
        call = calls[int(self._rng.integers(len(calls)))]
        return Act(call, Rationale((Candidate(str(call)),), note=f"one of {len(calls)} legal calls"))

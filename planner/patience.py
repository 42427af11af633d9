"""When a call has been tried often enough: so that no episode goes on for ever, whatever a model likes best."""

from __future__ import annotations

from collections import Counter

from planner.language.memory import failures
from skills.protocol import Observation
from skills.spec import SkillCall
from skills.symbolic import Facts


class Patience:
    """Remembers from which facts each call of an episode was made."""

    def __init__(self, attempts: int) -> None:
        """Begins an episode.

        Args:
            attempts: a call that failed so often with no success since, or was made so often from the same facts, is
                used up.
        """
        self._attempts = attempts
        self._before: dict[int, Facts] = {}

    def reset(self) -> None:
        """Forgets the episode."""
        self._before.clear()

    def used_up(self, observation: Observation, facts: Facts) -> dict[SkillCall, str]:
        """Calls that are not worth another attempt as things stand, each with the reason.

        Args:
            observation: before the decision that is to be made.
            facts: what holds in it.
        """
        history = observation.history
        self._before[len(history)] = facts
        made = Counter(s.call for k, s in enumerate(history) if self._before.get(k) == facts)
        found = {c: f"was made {n} times from here and led nowhere" for c, n in made.items() if n >= self._attempts}
        for call, count in failures(history).items():
            if count >= self._attempts:
                why = next(s.outcome.message for s in reversed(history) if s.call == call)
                found[call] = f"failed {count} times: {why}"
        return found

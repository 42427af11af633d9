"""How many tokens may be spent on a remote model."""

from __future__ import annotations

from planner.language.protocol import ModelUnavailable


class TokenBudget:
    """Counts tokens, and says stop."""

    def __init__(self, limit: int | None) -> None:
        """Takes the most that may be spent; None for no limit."""
        self.limit = limit
        self.spent = 0
        """Tokens so far, of prompts and answers; answers out of the cache cost nothing."""

    def check(self) -> None:
        """To be called before each request.

        Raises:
            ModelUnavailable: the budget is spent.
        """
        if self.limit is not None and self.spent >= self.limit:
            raise ModelUnavailable(
                f"the budget of {self.limit} tokens is spent ({self.spent} were used); raise FORETHOUGHT_TOKEN_BUDGET"
            )

    def spend(self, tokens: int) -> None:
        """Counts what a request has cost. The last one may go over the limit: its cost is known afterwards."""
        self.spent += tokens

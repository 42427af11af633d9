"""A language model that says what it was told to: the double for tests of whatever asks one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from planner.language.protocol import Generation, ModelIdentity, Scores


class ScriptedModel:
    """A `LanguageModel` whose answers are given.

    A list of answers is used up in order, one a question: `generate` returns it, and `score` gives it all the
    probability (a continuation that holds the answer's text). A function is asked instead: for `generate`, with the
    prompt; for `score`, with the prompt and each continuation.
    """

    def __init__(
        self,
        answers: Iterable[str] | Callable[[str], str] = (),
        *,
        log_probability: Callable[[str, str], float] | None = None,
        name: str = "scripted",
        speaks_dialogue: bool = False,
    ) -> None:
        """Takes the answers.

        Args:
            answers: texts to write, oldest first, or a function of the prompt.
            log_probability: of (prompt, continuation), nats; if given, `score` asks it instead of the answers.
            name: what it is called in records.
            speaks_dialogue: whether it passes for a model that was trained on `planner.language.dialogue`.
        """
        self.name = name
        self.speaks_dialogue = speaks_dialogue
        self.prompts: list[str] = []
        """All prompts it was given, oldest first."""
        self._answer: Callable[[str], str]
        if callable(answers):
            self._answer = answers
        else:
            left = iter(list(answers))
            self._answer = lambda _: _next(left)
        self._log_probability = log_probability

    def score(self, prompt: str, continuations: Sequence[str], *, within: bool = False) -> Scores:
        """Log-probabilities: 0 for the answer, -20 for all others, or what the function says."""
        if not continuations:
            raise ValueError("no continuation to score")
        self.prompts.append(prompt)
        given = self._log_probability
        if given is not None:
            values = tuple(given(prompt, c) for c in continuations)
        else:
            answer = self._answer(prompt).strip()
            values = tuple(0.0 if c.strip() == answer else -20.0 for c in continuations)
        scores = Scores(values, tuple(len(c.split()) for c in continuations))
        return scores.among_each_other() if within else scores

    def generate(
        self,
        prompt: str,
        *,
        allowed: Sequence[str] | None = None,
        max_tokens: int = 48,
        stop: Sequence[str] = ("\n",),
    ) -> Generation:
        """The next answer, as it is: `allowed` binds it no more than a remote model that ignores it."""
        del allowed, max_tokens, stop
        self.prompts.append(prompt)
        return Generation(self._answer(prompt))

    def identity(self) -> ModelIdentity:
        """Its name."""
        return ModelIdentity(self.name, "scripted")


def _next(left: Iterable[str]) -> str:
    for answer in left:
        return answer
    raise ValueError("the scripted model has no answer left")

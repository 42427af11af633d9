"""Language models that tests share: each is loaded once a session."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

from planner.feasibility.protocol import Prediction
from planner.language.embedded import embedded_folder
from planner.language.loading import load_language_model
from planner.language.scripted import ScriptedModel
from planner.language.transformer import TransformersModel
from sim.state import SceneState
from skills.protocol import Step
from skills.spec import SkillCall
from skills.symbolic import legal


def embedded() -> TransformersModel:
    """The real embedded model."""
    model = load_language_model("embedded")
    assert isinstance(model, TransformersModel)
    return model


@lru_cache(maxsize=1)
def tiny_folder(folder: Path) -> Path:
    """A random two-layer Llama with the embedded model's tokenizer, as a folder that transformers can load."""
    import torch
    from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=49152,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        initializer_range=0.5,
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=2,
        tie_word_embeddings=True,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    AutoTokenizer.from_pretrained(embedded_folder()).save_pretrained(folder)
    return folder


def trained(steps: str | Callable[[str], str] = "done", goal: str | Callable[[str], str] = "") -> ScriptedModel:
    """A double of a model that was trained on the dialogue: nine times of ten it gives the answer that it is told to.

    Args:
        steps: what it answers after `Step:`, or a function of the prompt.
        goal: likewise after `Goal:`.
    """

    def answer(prompt: str) -> str:
        said = goal if prompt.endswith("Goal:") else steps
        return said if isinstance(said, str) else said(prompt)

    def value(prompt: str, text: str) -> float:
        assert text.startswith(" ") and text.endswith("\n")
        return math.log(0.9) if text.strip() == answer(prompt) else math.log(0.001)

    return ScriptedModel(answer, log_probability=value, speaks_dialogue=True)


class Preconditions:
    """A `FeasibilityModel` that is sure: a legal call succeeds, and one of `doomed` does not."""

    def __init__(self, doomed: Sequence[str] = ()) -> None:
        self.doomed = set(doomed)
        self.evidence: list[Sequence[Step]] = []

    def predict(
        self, state: SceneState, plans: Sequence[Sequence[SkillCall]], evidence: Sequence[Step] = ()
    ) -> list[list[Prediction]]:
        self.evidence.append(evidence)
        possible = set(legal(state))

        def one(call: SkillCall) -> Prediction:
            works = call in possible and str(call) not in self.doomed
            return Prediction(1.0 if works else 0.0, None if works else "UNREACHABLE", confident=True)

        return [[one(call) for call in plan] for plan in plans]

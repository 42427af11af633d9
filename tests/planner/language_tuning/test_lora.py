"""The matrices: the same as peft's in what comes out and in what is learnt; files that are read back or refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from planner.language.adapter import add_adapter, read_adapter, write_adapter
from planner.language.tuning.lora import adapted, add_matrices, layer_number, matrices_of, merge_all

TOKENS = torch.tensor([[5, 9, 200, 31, 7, 7, 1]])


def tiny(seed: int = 0, layers: int = 3) -> Any:
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=256,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=layers,
        num_attention_heads=4,
        num_key_value_heads=2,
        initializer_range=0.3,
        tie_word_embeddings=True,
    )
    return LlamaForCausalLM(config).eval()


def tuned(seed: int = 0) -> Any:
    """A tiny network with matrices that are not zero."""
    network = tiny()
    add_matrices(network, rank=4, alpha=8.0, lowest=1, seed=seed)
    for _, layer in adapted(network):
        torch.nn.init.normal_(layer.b, std=0.1)
    merge_all(network)
    return network


def with_peft(network: Any) -> Any:
    """peft on a fresh base, with the matrices of a network of ours."""
    from peft import LoraConfig, get_peft_model

    kinds = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
    config = LoraConfig(r=4, lora_alpha=8, target_modules=kinds, layers_to_transform=[1, 2])
    theirs: Any = get_peft_model(tiny(), config)
    for name, pair in matrices_of(network).items():
        layer: Any = theirs.base_model.model.get_submodule(name)
        layer.lora_A["default"].weight.data.copy_(pair.a)
        layer.lora_B["default"].weight.data.copy_(pair.b)
    return theirs.eval()


def grad_of(matrix: torch.Tensor) -> torch.Tensor:
    assert matrix.grad is not None
    return matrix.grad


@pytest.mark.slow
def test_outputs_gradients_and_folders_are_those_of_peft(tmp_path: Path) -> None:
    ours, base = tuned(), tiny()
    theirs = with_peft(ours)
    expected = theirs(TOKENS, labels=TOKENS)
    found = ours(TOKENS, labels=TOKENS)
    assert torch.allclose(found.logits, expected.logits, atol=1e-4)
    found.loss.backward()
    expected.loss.backward()
    for name, layer in adapted(ours):
        their: Any = theirs.base_model.model.get_submodule(name)
        assert torch.allclose(grad_of(layer.a), their.lora_A["default"].weight.grad, atol=1e-5)
        assert torch.allclose(grad_of(layer.b), their.lora_B["default"].weight.grad, atol=1e-5)
    theirs.save_pretrained(tmp_path)
    adapter = read_adapter(tmp_path)
    assert not adapter.dialogue
    add_adapter(base, adapter)
    assert torch.allclose(base(TOKENS).logits, expected.logits, atol=1e-4)


def test_a_file_gives_the_network_back(tmp_path: Path) -> None:
    network, base = tuned(), tiny()
    path = tmp_path / "adapter.safetensors"
    write_adapter(path, matrices_of(network), 4, 8.0, {"seed": "3"})
    adapter = read_adapter(path)
    assert adapter.dialogue and adapter.scale == 2.0 and adapter.metadata["seed"] == "3"
    add_adapter(base, adapter)
    with torch.no_grad():
        # bfloat16 keeps eight binary digits of each number.
        assert torch.allclose(base(TOKENS).logits, network(TOKENS).logits, atol=0.1)
    again = tmp_path / "again.safetensors"
    write_adapter(again, matrices_of(tuned()), 4, 8.0, {"seed": "3"})
    assert again.read_bytes() == path.read_bytes()


def test_only_the_upper_layers_change_and_the_start_changes_nothing() -> None:
    network, base = tiny(), tiny()
    add_matrices(network, rank=2, alpha=4.0, lowest=2, seed=0)
    assert {layer_number(name) for name, _ in adapted(network)} == {2}
    assert torch.equal(network(TOKENS).logits, base(TOKENS).logits)
    assert {n.rpartition(".")[2] for n, p in network.named_parameters() if p.requires_grad} == {"a", "b"}
    with pytest.raises(ValueError, match="at or above layer 9"):
        add_matrices(tiny(), rank=2, alpha=4.0, lowest=9, seed=0)
    with pytest.raises(ValueError, match="rank 0"):
        add_matrices(tiny(), rank=0, alpha=4.0, lowest=0, seed=0)


def test_files_that_do_not_fit_are_refused_in_one_line(tmp_path: Path) -> None:
    from safetensors.torch import save_file

    good, cut, other, odd = (tmp_path / f"{n}.safetensors" for n in ("good", "cut", "other", "odd"))
    write_adapter(good, matrices_of(tuned()), 4, 8.0, {})
    cut.write_bytes(good.read_bytes()[:-100])
    save_file({"x": torch.zeros(1)}, str(other), {"format": "pt"})
    told = {"forethought": json.dumps(dict(read_adapter(good).metadata))}
    save_file({"model.layers.1.mlp.up_proj.a": torch.zeros(4, 32)}, str(odd), told)
    for path, said in (
        (cut, "damaged"),
        (other, "format is None"),
        (odd, "out of place"),
        (tmp_path / "no", "no adap"),
    ):
        with pytest.raises(ValueError, match=said) as caught:
            read_adapter(path)
        assert "\n" not in str(caught.value)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(ValueError, match=r"adapter_config\.json"):
        read_adapter(empty)
    small = tiny(layers=2)
    before = small.model.layers[1].mlp.up_proj.weight.detach().clone()
    with pytest.raises(ValueError, match=r"another model: there is no layer 'model\.layers\.2"):
        add_adapter(small, read_adapter(good))
    assert torch.equal(small.model.layers[1].mlp.up_proj.weight, before)

"""The network's parts against transformers' Llama with the same weights, and against themselves with a cache."""

from __future__ import annotations

import pytest
import torch
from transformers import LlamaConfig
from transformers.models.llama.modeling_llama import LlamaAttention, LlamaDecoderLayer, LlamaRotaryEmbedding

from planner.feasibility.attention import Attention
from planner.feasibility.block import Block
from planner.feasibility.rotary import Rotation, rotate, spatial_angles, step_angles

WIDTH, HEADS, KV_HEADS, HIDDEN, BATCH, TOKENS = 64, 4, 2, 96, 3, 7
PAIRS = WIDTH // HEADS // 2


def llama_config() -> LlamaConfig:
    config = LlamaConfig(
        hidden_size=WIDTH,
        intermediate_size=HIDDEN,
        num_hidden_layers=1,
        num_attention_heads=HEADS,
        num_key_value_heads=KV_HEADS,
        vocab_size=16,
        rms_norm_eps=1e-6,
    )
    config._attn_implementation = "eager"
    return config


def llama_mask() -> torch.Tensor:
    hidden = torch.ones(TOKENS, TOKENS, dtype=torch.bool).triu(1)
    return torch.zeros(TOKENS, TOKENS).masked_fill(hidden, float("-inf")).expand(BATCH, 1, TOKENS, TOKENS)


def copy_attention(target: Attention, source: LlamaAttention) -> None:
    parts = (source.q_proj, source.k_proj, source.v_proj)
    target.project.weight.data.copy_(torch.cat([p.weight.data for p in parts]))
    target.output.weight.data.copy_(source.o_proj.weight.data)


@pytest.fixture
def tokens() -> torch.Tensor:
    return torch.randn(BATCH, TOKENS, WIDTH, generator=torch.Generator().manual_seed(0))


def causal() -> torch.Tensor:
    return torch.ones(TOKENS, TOKENS, dtype=torch.bool).tril().expand(BATCH, TOKENS, TOKENS)


def positions() -> torch.Tensor:
    return torch.arange(TOKENS).expand(BATCH, TOKENS)


def test_rotary_agrees_with_llama(tokens: torch.Tensor) -> None:
    theirs = LlamaRotaryEmbedding(llama_config())
    cos, sin = theirs(tokens, positions())
    ours = Rotation.of(step_angles(positions(), PAIRS))
    torch.testing.assert_close(ours.cos, cos[..., :PAIRS])
    torch.testing.assert_close(ours.sin, sin[..., :PAIRS])


def test_attention_agrees_with_llama(tokens: torch.Tensor) -> None:
    torch.manual_seed(1)
    config = llama_config()
    theirs, ours = LlamaAttention(config, 0), Attention(WIDTH, HEADS, KV_HEADS)
    copy_attention(ours, theirs)
    turn = LlamaRotaryEmbedding(config)(tokens, positions())
    expected = theirs(tokens, position_embeddings=turn, attention_mask=llama_mask())[0]
    found, _ = ours(tokens, Rotation.of(step_angles(positions(), PAIRS)), causal())
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-6)


def test_layer_agrees_with_llama(tokens: torch.Tensor) -> None:
    torch.manual_seed(2)
    config = llama_config()
    theirs, ours = LlamaDecoderLayer(config, 0), Block(WIDTH, HEADS, KV_HEADS, HIDDEN)
    copy_attention(ours.attention, theirs.self_attn)
    parts = (theirs.mlp.gate_proj, theirs.mlp.up_proj)
    ours.feedforward.gate_up.weight.data.copy_(torch.cat([p.weight.data for p in parts]))
    ours.feedforward.down.weight.data.copy_(theirs.mlp.down_proj.weight.data)
    for norm, source in (
        (ours.attention_norm, theirs.input_layernorm),
        (ours.feedforward_norm, theirs.post_attention_layernorm),
    ):
        norm.weight.data.uniform_(0.5, 1.5)
        source.weight.data.copy_(norm.weight.data)
    turn = LlamaRotaryEmbedding(config)(tokens, positions())
    expected = theirs(tokens, position_embeddings=turn, attention_mask=llama_mask())
    expected = expected[0] if isinstance(expected, tuple) else expected
    found, _ = ours(tokens, Rotation.of(step_angles(positions(), PAIRS)), causal())
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)


def test_attention_token_by_token_equals_all_at_once(tokens: torch.Tensor) -> None:
    torch.manual_seed(3)
    ours = Attention(WIDTH, HEADS, KV_HEADS)
    turn = Rotation.of(step_angles(positions(), PAIRS))
    expected, _ = ours(tokens, turn, causal(), value_rotation=turn)
    past, found = None, []
    for k in range(TOKENS):
        one = Rotation(turn.cos[:, k : k + 1], turn.sin[:, k : k + 1])
        mask = torch.ones(BATCH, 1, k + 1, dtype=torch.bool)
        read, new = ours(tokens[:, k : k + 1], one, mask, past, one)
        past = new if past is None else past.extended(new)
        found.append(read)
    torch.testing.assert_close(torch.cat(found, dim=1), expected, rtol=1e-5, atol=1e-6)


def test_spatial_rotary_sees_displacements_only() -> None:
    generator = torch.Generator().manual_seed(4)
    points = torch.rand(BATCH, TOKENS, 3, generator=generator, dtype=torch.float64)
    x = torch.randn(BATCH, HEADS, TOKENS, 24, generator=generator)
    wavelengths = (0.1, 0.3, 0.9, 2.7)

    def products(at: torch.Tensor) -> torch.Tensor:
        turned = rotate(x, Rotation.of(spatial_angles(at, wavelengths)))
        return turned @ turned.transpose(-1, -2)

    shift = torch.tensor([13.0, -7.0, 2.5], dtype=torch.float64)
    torch.testing.assert_close(products(points + shift), products(points), rtol=1e-4, atol=1e-4)
    assert not torch.allclose(products(points * 1.1), products(points), atol=1e-2)


def test_turning_back_undoes_a_turn() -> None:
    x = torch.randn(BATCH, HEADS, TOKENS, 2 * PAIRS, generator=torch.Generator().manual_seed(5))
    turn = Rotation.of(step_angles(positions(), PAIRS))
    torch.testing.assert_close(rotate(rotate(x, turn), turn.inverse()), x)


def test_heads_that_do_not_divide_are_refused() -> None:
    with pytest.raises(ValueError, match="must divide 4 heads"):
        Attention(64, 4, 3)


@pytest.mark.parametrize("kv_heads", [1, 2, 4])
@pytest.mark.parametrize("added", [False, True])
def test_attention_along_paths_equals_attention_to_all_with_a_mask(kv_heads: int, added: bool) -> None:
    """Tokens that share a prefix, and look at a few others besides: the two ways to work that out."""
    torch.manual_seed(6)
    prefix, old, new = 5, 4, 6
    ours = Attention(WIDTH, HEADS, kv_heads)
    x = torch.randn(1, prefix + old + new, WIDTH)
    turn = Rotation.of(step_angles(torch.arange(prefix + old + new).expand(1, -1), PAIRS))

    def part(start: int, stop: int) -> tuple[torch.Tensor, Rotation]:
        return x[:, start:stop], Rotation(turn.cos[:, start:stop], turn.sin[:, start:stop])

    everything = torch.ones(1, prefix + old, prefix + old, dtype=torch.bool)
    _, past = ours(*part(0, prefix + old), everything)
    paths = torch.tensor([[0, 4], [3, 5], [2, 6], [-1, 7], [0, 8], [5, 9]])
    shared = torch.rand(new, prefix) > 0.3
    mask = torch.zeros(1, new, prefix + old + new, dtype=torch.bool)
    mask[0, :, :prefix] = shared
    for row, path in enumerate(paths.tolist()):
        mask[0, row, [prefix + k for k in path if k >= 0]] = True
    short = torch.cat([shared, paths >= 0], dim=1).unsqueeze(0)
    if added:
        mask, short = (torch.zeros(m.shape).masked_fill(~m, -torch.inf).unsqueeze(1) for m in (mask, short))
    rest = part(prefix + old, prefix + old + new)
    expected, _ = ours(*rest, mask, past)
    found, _ = ours(*rest, short, past, paths=prefix + paths.clamp(min=0))
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-6)

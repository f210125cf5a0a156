"""Clover-2 heads and Medusa-1 heads over a frozen target.

Clover-2: https://github.com/XiaoBin1992/clover (structure: shared Attention Decoders, an Augmenting Block, one
recurrent head). Clover: arXiv 2405.00263. Medusa: arXiv 2401.10774. Shapes: B texts, T tokens, d model width,
V' draft vocabulary, K heads. Position t pairs the target's state h_t with the token x_{t+1} that follows it, and head
i = 1..K guesses x_{t+1+i}.
"""

import dataclasses

import torch
from torch import nn
from torch.nn import functional as F

from .target import Shape, Target


class RmsNorm(nn.Module):
    def __init__(self, weight: torch.Tensor, epsilon: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight.clone())
        self.epsilon = epsilon

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.rms_norm(x.float(), x.shape[-1:], self.weight, self.epsilon)


class Scaled(nn.Module):
    """y = (W * gain) x + b, exported as one matrix.

    An optimiser moves every weight by about the same step. Token rows here are 300 times smaller than the states
    that they must move, so weights that carry the one to the other learn in units of that ratio.
    """

    def __init__(self, outputs: int, gains: torch.Tensor, weight: torch.Tensor, bias: bool = True) -> None:
        super().__init__()
        self.register_buffer("gains", gains, persistent=False)
        self.raw = nn.Parameter(weight)
        self.bias = nn.Parameter(torch.zeros(outputs)) if bias else None

    @property
    def weight(self) -> torch.Tensor:
        return self.raw * self.gains

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.linear(x, self.weight, self.bias)


def silent(inputs: int, outputs: int, gain: float, bias: bool = True) -> Scaled:
    """A product that starts at zero."""
    return Scaled(outputs, torch.full((inputs,), gain), torch.zeros(outputs, inputs), bias)


def identity(d: int) -> nn.Linear:
    linear = nn.Linear(d, d)
    nn.init.eye_(linear.weight)
    nn.init.zeros_(linear.bias)
    return linear


def size(x: torch.Tensor) -> float:
    return x.float().pow(2).mean().sqrt().item()


class AttentionDecoder(nn.Module):
    """h + concat over heads of cos(q, k) v, with q from the state and k, v from a token's embedding."""

    def __init__(self, shape: Shape, norm: torch.Tensor, ratio: float, gated: bool = True) -> None:
        """`ratio`: how much larger the states are than the embeddings."""
        super().__init__()
        d = shape.width
        self.heads, self.gated = shape.heads, gated
        self.norm = RmsNorm(norm, shape.epsilon)
        self.query, self.key = identity(d), identity(d)
        self.value = silent(d, d, 0.3 * ratio)

    def forward(self, state: torch.Tensor, embedding: torch.Tensor) -> torch.Tensor:
        value = self.value(embedding)
        if not self.gated:
            return state + value
        split = (*state.shape[:-1], self.heads, -1)
        query = self.query(self.norm(state)).view(split)
        key = self.key(embedding).view(split)
        gate = F.cosine_similarity(query.float(), key.float(), dim=-1).unsqueeze(-1)
        return state + (gate * value.view(split)).flatten(-2)


def rotate(x: torch.Tensor, frequencies: torch.Tensor) -> torch.Tensor:
    """Rotary embedding in halves, positions 0..T-1; x is [B, H, T, D]."""
    half = x.shape[-1] // 2
    angles = torch.arange(x.shape[-2], dtype=torch.float32, device=x.device)[:, None] * frequencies
    cos, sin = angles.cos(), angles.sin()
    first, second = x[..., :half].float(), x[..., half:].float()
    return torch.cat([first * cos - second * sin, second * cos + first * sin], -1).to(x.dtype)


class Block(nn.Module):
    """A decoder layer as the target's, started from the target's first, but silent.

    What an early layer adds would only disturb late states, so that its two output products start at zero.
    """

    def __init__(self, target: Target, size: float) -> None:
        """`size` of the states."""
        super().__init__()
        shape, layer = target.shape, target.block
        d, queries, kv = shape.width, shape.heads * shape.head_width, shape.kv_heads * shape.head_width
        self.shape = shape
        self.register_buffer("frequencies", target.frequencies, persistent=False)
        self.attention_norm = RmsNorm(layer["attention_norm"], shape.epsilon)
        self.feed_forward_norm = RmsNorm(layer["feed_forward_norm"], shape.epsilon)
        self.query, self.output = nn.Linear(d, queries, bias=False), silent(queries, d, size, bias=False)
        self.key, self.value = nn.Linear(d, kv, bias=False), nn.Linear(d, kv, bias=False)
        self.gate, self.up = nn.Linear(d, shape.feed_forward, bias=False), nn.Linear(d, shape.feed_forward, bias=False)
        self.down = silent(shape.feed_forward, d, size, bias=False)
        with torch.no_grad():
            for name in ("query", "key", "value", "gate", "up"):
                getattr(self, name).weight.copy_(layer[name])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        batch, length, _ = x.shape
        shape = self.shape
        normed = self.attention_norm(x)

        def by_head(linear: nn.Linear, heads: int) -> torch.Tensor:
            return linear(normed).view(batch, length, heads, shape.head_width).transpose(1, 2)

        query = rotate(by_head(self.query, shape.heads), self.frequencies)
        key = rotate(by_head(self.key, shape.kv_heads), self.frequencies)
        value = by_head(self.value, shape.kv_heads)
        group = shape.heads // shape.kv_heads
        key, value = key.repeat_interleave(group, 1), value.repeat_interleave(group, 1)
        attended = F.scaled_dot_product_attention(query, key.to(query.dtype), value.to(query.dtype), is_causal=True)
        x = x + self.output(attended.transpose(1, 2).flatten(2))
        normed = self.feed_forward_norm(x)
        return x + self.down(F.silu(self.gate(normed)) * self.up(normed))


@dataclasses.dataclass(frozen=True)
class Ablation:
    """Which of Clover's parts are left out."""

    name: str = "none"

    @property
    def regression(self) -> bool:
        return self.name != "regression"

    @property
    def attention(self) -> bool:
        return self.name != "attention"

    @property
    def block(self) -> bool:
        return self.name != "block"


class Clover(nn.Module):
    """Head 1 from the target's state and the token it chose; each later head from the one before and its guess."""

    kind = "clover"

    def __init__(
        self, target: Target, draft_ids: torch.Tensor, state_size: float, count: int, layers: int, ablation: Ablation
    ) -> None:
        """`state_size`: root mean square of the target's states."""
        super().__init__()
        shape, norm = target.shape, target.final_norm
        d = shape.width
        self.count, self.ablation = count, ablation
        self.register_buffer("draft_ids", draft_ids, persistent=False)
        self.register_buffer("rows", target.rows[draft_ids], persistent=False)
        place = torch.full((len(target.rows),), len(draft_ids))
        place[draft_ids] = torch.arange(len(draft_ids))
        self.register_buffer("place", place, persistent=False)
        self.other = nn.Parameter(self.rows.mean(0))
        embedding_size = size(self.rows)
        self.first_attention = AttentionDecoder(shape, norm, state_size / embedding_size, ablation.attention)
        self.next_attention = AttentionDecoder(shape, norm, size(norm) / embedding_size, ablation.attention)
        self.block = nn.ModuleList(Block(target, state_size) for _ in range(layers if ablation.block else 0))
        self.block_norm = RmsNorm(norm, shape.epsilon)
        self.first = identity(d)
        gains = torch.cat([torch.ones(d), torch.full((d,), size(norm) / embedding_size)])
        self.next = Scaled(d, gains, torch.eye(d, 2 * d))
        self.output_norm = RmsNorm(norm, shape.epsilon)

    def embed(self, ids: torch.Tensor) -> torch.Tensor:
        return torch.cat([self.rows, self.other[None]])[self.place[ids]]

    def start(self, states: torch.Tensor, following: torch.Tensor) -> torch.Tensor:
        """Head 1's recurrent states [B, T, d] from target states [B, T, d] and the tokens after them [B, T]."""
        x = self.first_attention(states, self.embed(following))
        for block in self.block:
            x = block(x)
        return self.block_norm(x)

    def first_output(self, state: torch.Tensor) -> torch.Tensor:
        return self.output_norm(self.first(state))

    def advance(self, state: torch.Tensor, guess: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The next recurrent state and head output, given the token guessed by the head before; [N, d], [N]."""
        embedding = self.embed(guess)
        if not self.ablation.regression:
            embedding = torch.zeros_like(embedding)
        state = self.next_attention(state, embedding)
        return state, self.output_norm(self.next(torch.cat([state.float(), embedding.float()], -1)))

    def outputs(self, states, following, where, guesses):
        """Head outputs, each [N, d], at the positions `where` [B, T] given the true tokens before, guesses [N, K]."""
        state = self.start(states, following)[where]
        outputs = [self.first_output(state)]
        for i in range(1, self.count):
            state, output = self.advance(state, guesses[:, i - 1])
            outputs.append(output)
        return outputs


class Medusa(nn.Module):
    """Independent residual blocks per offset from the target's normed state; the output head is shared and frozen."""

    kind = "medusa"

    def __init__(self, target: Target, draft_ids: torch.Tensor, count: int, layers: int) -> None:
        super().__init__()
        d = target.shape.width
        self.count = count
        self.epsilon = target.shape.epsilon
        self.register_buffer("final_norm", target.final_norm, persistent=False)
        self.register_buffer("draft_ids", draft_ids, persistent=False)
        self.register_buffer("rows", target.rows[draft_ids], persistent=False)
        place = torch.full((len(target.rows),), len(draft_ids))
        place[draft_ids] = torch.arange(len(draft_ids))
        self.register_buffer("place", place, persistent=False)
        self.heads = nn.ModuleList(nn.ModuleList(nn.Linear(d, d) for _ in range(layers)) for _ in range(count))
        for head in self.heads:
            for linear in head:
                nn.init.zeros_(linear.weight)
                nn.init.zeros_(linear.bias)

    def outputs(self, states, following, where, guesses):
        del following, guesses
        normed = F.rms_norm(states[where].float(), states.shape[-1:], self.final_norm, self.epsilon)
        outputs = []
        for head in self.heads:
            x = normed
            for linear in head:
                x = x + F.silu(linear(x))
            outputs.append(x)
        return outputs

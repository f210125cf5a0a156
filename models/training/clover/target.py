"""What draft heads take from the frozen target: its output rows, its final norm, its first layer, its shape."""

import dataclasses
import pathlib

import torch
from safetensors import safe_open


@dataclasses.dataclass(frozen=True)
class Shape:
    """Of a Llama-family target."""

    width: int
    heads: int
    kv_heads: int
    head_width: int
    feed_forward: int
    epsilon: float


@dataclasses.dataclass(frozen=True)
class Target:
    shape: Shape
    final_norm: torch.Tensor
    """float32 [d]"""
    rows: torch.Tensor
    """Rows of the output head, which are those of the token table where the two are tied; float32 [V, d]."""
    frequencies: torch.Tensor
    """Of the rotary embedding, float32 [D / 2]."""
    block: dict[str, torch.Tensor]
    """The first layer's norms, query, key, value, gate and up."""


def read_target(path: pathlib.Path) -> Target:
    """Reads what `consilium train-heads` wrote."""
    with safe_open(path, "pt") as file:
        facts = file.metadata()
        tensors = {name: file.get_tensor(name) for name in file.keys()}
    shape = Shape(
        width=int(facts["width"]),
        heads=int(facts["heads"]),
        kv_heads=int(facts["kvHeads"]),
        head_width=int(facts["headWidth"]),
        feed_forward=int(facts["feedForward"]),
        epsilon=float(facts["epsilon"]),
    )
    block = {name.removeprefix("block."): value for name, value in tensors.items() if name.startswith("block.")}
    return Target(shape, tensors["final_norm"], tensors["rows"], tensors["frequencies"], block)

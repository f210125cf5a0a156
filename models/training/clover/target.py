"""What draft heads take from the frozen target: its token rows, its final norm, its shape."""

import dataclasses
import pathlib

import gguf
import torch


@dataclasses.dataclass(frozen=True)
class Shape:
    """Of a Llama-family target."""

    width: int
    heads: int
    kv_heads: int
    feed_forward: int
    epsilon: float
    rope_base: float

    @property
    def head_width(self) -> int:
        return self.width // self.heads


@dataclasses.dataclass(frozen=True)
class Target:
    shape: Shape
    final_norm: torch.Tensor
    """float32 [d]"""
    rows: torch.Tensor
    """Rows of the output head, which are those of the token table where the two are tied; float32 [V, d]."""
    layer0: dict[str, torch.Tensor]
    """The first layer's weights by their GGUF names without the prefix, as gguf stores them."""


def read_target(path: pathlib.Path) -> Target:
    reader = gguf.GGUFReader(path)

    def field(name: str):
        return reader.fields[f"llama.{name}"].contents()

    shape = Shape(
        width=field("embedding_length"),
        heads=field("attention.head_count"),
        kv_heads=field("attention.head_count_kv"),
        feed_forward=field("feed_forward_length"),
        epsilon=float(field("attention.layer_norm_rms_epsilon")),
        rope_base=float(field("rope.freq_base")),
    )
    tensors = {tensor.name: tensor for tensor in reader.tensors}

    def read(name: str) -> torch.Tensor:
        tensor = tensors[name]
        return torch.from_numpy(gguf.dequantize(tensor.data, tensor.tensor_type).copy()).float()

    head = "output.weight" if "output.weight" in tensors else "token_embd.weight"
    layer0 = {
        name.removeprefix("blk.0.").removesuffix(".weight"): read(name) for name in tensors if name.startswith("blk.0.")
    }
    return Target(shape, read("output_norm.weight"), read(head), layer0)

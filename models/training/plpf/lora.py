"""Low-rank adapters (Hu et al. 2021) on a frozen bfloat16 model, saved as PEFT writes them.

The frozen product runs in bfloat16, which this kind of processor multiplies twice as fast as float32;
the adapter's own weights and their gradients stay float32.
"""

import json
import pathlib

import torch
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn import functional as F

TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")


class LowRank(nn.Module):
    """y = W x + (alpha / rank) B A x, with W frozen."""

    def __init__(self, frozen: nn.Linear, rank: int, alpha: float) -> None:
        super().__init__()
        self.frozen = frozen
        self.scale = alpha / rank
        self.a = nn.Parameter(torch.randn(rank, frozen.in_features) / frozen.in_features**0.5)
        self.b = nn.Parameter(torch.zeros(frozen.out_features, rank))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        low = F.linear(x, self.a.to(x.dtype))
        return self.frozen(x) + F.linear(low, (self.scale * self.b).to(x.dtype))


def adapt(model: nn.Module, rank: int, alpha: float, first: int = 0) -> dict[str, LowRank]:
    """Replaces the target layers from layer `first` on in place; returns them by the name of the frozen one.

    What lies below `first` needs no backward pass.
    """
    model.requires_grad_(False)
    layers: dict[str, LowRank] = {}
    for name, module in list(model.named_modules()):
        parent, _, leaf = name.rpartition(".")
        if leaf in TARGETS and isinstance(module, nn.Linear) and int(name.split(".")[2]) >= first:
            layer = LowRank(module, rank, alpha)
            setattr(model.get_submodule(parent), leaf, layer)
            layers[name] = layer
    return layers


def state(layers: dict[str, LowRank]) -> dict[str, torch.Tensor]:
    return {f"{name}.{side}": getattr(layer, side).detach() for name, layer in layers.items() for side in "ab"}


def load_state(layers: dict[str, LowRank], saved: dict[str, torch.Tensor]) -> None:
    for name, layer in layers.items():
        for side in "ab":
            getattr(layer, side).data.copy_(saved[f"{name}.{side}"])


def load_start(layers: dict[str, LowRank], start: pathlib.Path) -> None:
    """Takes over a run's `checkpoint.pt`, or the folder of an adapter as it ships."""
    if start.is_dir():
        tensors = load_file(start / "adapter_model.safetensors")
        sides = {"a": "lora_A", "b": "lora_B"}
        saved = {
            f"{name}.{side}": tensors[f"base_model.model.{name}.{word}.weight"].float()
            for name in layers
            for side, word in sides.items()
        }
    else:
        saved = torch.load(start)["adapter"]
    load_state(layers, saved)


def save_adapter(layers: dict[str, LowRank], folder: pathlib.Path, rank: int, alpha: float, base: str) -> None:
    """adapter_model.safetensors in float16 and adapter_config.json."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {}
    for name, layer in layers.items():
        tensors[f"base_model.model.{name}.lora_A.weight"] = layer.a.detach().half().contiguous()
        tensors[f"base_model.model.{name}.lora_B.weight"] = layer.b.detach().half().contiguous()
    save_file(tensors, folder / "adapter_model.safetensors")
    (folder / "adapter_config.json").write_text(
        json.dumps(
            {"peft_type": "LORA", "base_model_name_or_path": base, "r": rank, "lora_alpha": alpha,
             "target_modules": list(TARGETS), "bias": "none", "fan_in_fan_out": False, "use_dora": False},
            indent=2,
        )
        + "\n"
    )

"""Integer linear layers as the compiled graph computes them, simulated in float32.

Activations: per row, scale = absmax / 127, rounded to -127..127 (stored as uint8 around 128).
Weights: per output row, rounded to -limit..limit. Products and sums are exact in the graph, and
float32 holds them here to about 1e-6, far below the rounding that is measured.
"""

from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Scheme:
    limit: int = 127
    """Largest weight magnitude: 63 where uint8 x int8 pairs saturate, 127 elsewhere."""
    scale: str = "absmax"
    """absmax, or mse: the clipping that minimises the squared error of each row."""
    groups: int = 1
    """Parts of the input dimension that have their own scales."""
    activations: str = "row"
    """row: rounded per row and group; fixed: with the same scale for every row; f32: left alone."""
    reach: float = 0.0
    """Largest magnitude of `fixed` activations; those beyond are clipped."""
    outliers: int = 0
    """Input channels computed in float32 beside the integer product."""
    block: int = 0
    """Block length of 8-bit blockwise weights (MatMulNBits, activations in the same blocks); 0 = row-wise."""
    float32: bool = False
    hadamard: int = 0
    """Inputs rotated while the model runs, in blocks of this length (weights take the inverse); 0 = not."""


def round_weights(weight: torch.Tensor, limit: int, scale: str) -> torch.Tensor:
    """[rows, columns] -> the same, rounded to `limit` steps of each row's scale."""
    step = weight.abs().amax(1, keepdim=True).clamp_min(1e-12) / limit
    if scale == "mse":
        best = torch.full_like(step, torch.inf)
        chosen = step
        for factor in torch.arange(1.0, 0.6, -0.02):
            trial = step * factor
            error = ((weight / trial).round().clamp(-limit, limit) * trial - weight).pow(2).sum(1, keepdim=True)
            chosen = torch.where(error < best, trial, chosen)
            best = torch.minimum(best, error)
        step = chosen
    return (weight / step).round().clamp(-limit, limit) * step


def round_rows(x: torch.Tensor) -> torch.Tensor:
    step = x.abs().amax(-1, keepdim=True).clamp_min(1e-12) / 127
    return (x / step).round() * step


def hadamard(size: int) -> torch.Tensor:
    """Orthonormal Sylvester matrix, [size, size], size a power of two."""
    matrix = torch.ones(1, 1)
    while len(matrix) < size:
        matrix = torch.cat([torch.cat([matrix, matrix], 1), torch.cat([matrix, -matrix], 1)])
    return matrix / size**0.5


def rotate_blocks(x: torch.Tensor, block: int) -> torch.Tensor:
    return (x.reshape(*x.shape[:-1], -1, block) @ hadamard(block)).reshape(x.shape)


class Rounded(torch.nn.Module):
    """A linear layer under a Scheme. `spread` [columns] ranks input channels for `outliers`."""

    def __init__(self, linear: torch.nn.Linear, scheme: Scheme, spread: torch.Tensor | None = None):
        super().__init__()
        self.scheme = scheme
        weight = linear.weight.detach()
        if scheme.hadamard:
            weight = rotate_blocks(weight, scheme.hadamard)
        self.kept = None
        if scheme.outliers:
            self.kept = spread.topk(scheme.outliers).indices
            self.kept_weight = weight[:, self.kept].clone()
            weight = weight.index_fill(1, self.kept, 0.0)
        if scheme.float32:
            self.weight = weight
        elif scheme.block:
            parts = weight.reshape(-1, scheme.block)
            self.weight = round_weights(parts, scheme.limit, scheme.scale).reshape(weight.shape)
        else:
            parts = weight.reshape(len(weight) * scheme.groups, -1)
            self.weight = round_weights(parts, scheme.limit, scheme.scale).reshape(weight.shape)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        scheme = self.scheme
        if scheme.float32:
            return x @ self.weight.T
        if scheme.hadamard:
            x = rotate_blocks(x, scheme.hadamard)
        rest = x if self.kept is None else x.index_fill(-1, self.kept, 0.0)
        groups = x.shape[-1] // scheme.block if scheme.block else scheme.groups
        if scheme.activations == "row":
            rest = round_rows(rest.reshape(*x.shape[:-1], groups, -1)).reshape(x.shape)
        elif scheme.activations == "fixed":
            step = scheme.reach / 127
            rest = (rest / step).round().clamp(-128, 127) * step
        y = rest @ self.weight.T
        return y if self.kept is None else y + x[..., self.kept] @ self.kept_weight.T

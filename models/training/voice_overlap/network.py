"""The overlap network: a log-mel spectrogram in, the logit that two people speak at once out.

Input [batch, 1, 128 mel bands, frames], values 0..1, the front end of the voice network. Only the lower 64
bands (to 2.6 kHz) are used, relative to their own maximum and down to 60 dB below it. 25,000 parameters.
"""

import numpy as np
import torch
from torch import nn

BANDS = 64


def layer(inputs: int, outputs: int, size: tuple[int, int], pool: tuple[int, int] | None) -> list[nn.Module]:
    """Convolution over (frames, bands), normalised; `pool` divides both."""
    padding = (size[0] // 2, size[1] // 2)
    out: list[nn.Module] = [nn.Conv2d(inputs, outputs, size, padding=padding), nn.BatchNorm2d(outputs), nn.ReLU()]
    return out + ([nn.MaxPool2d(pool)] if pool else [])


class OverlapNetwork(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            *layer(1, 16, (3, 7), (2, 1)),
            *layer(16, 24, (3, 3), (2, 2)),
            *layer(24, 32, (3, 3), (2, 2)),
            *layer(32, 48, (3, 3), None),
        )
        self.decide = nn.Linear(96, 1)

    def forward(self, spectrogram: torch.Tensor) -> torch.Tensor:
        decibels = 80 * spectrogram[:, :, :BANDS].transpose(2, 3)
        relative = (decibels - decibels.amax((2, 3), keepdim=True)).clamp_min(-60) / 30 + 1
        found = self.features(relative)
        return self.decide(torch.cat([found.mean((2, 3)), found.amax((2, 3))], 1))[:, 0]


def as_input(samples: np.ndarray) -> torch.Tensor:
    """From [batch, frames, 128]."""
    return torch.from_numpy(samples).transpose(1, 2).unsqueeze(1)

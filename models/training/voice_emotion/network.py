"""The voice network: a log-mel spectrogram in, logits over six acted emotions out.

Input [batch, 1, 128 mel bands, frames], values 0..1 (the 80 dB range of the front end). A small
residual network keeps time at an eighth of its resolution; attentive statistics pooling (mean and
deviation under learned weights; Okabe et al. 2018) turns any number of frames into one vector.
"""

import torch
from torch import nn
from torch.nn import functional as F

EMOTIONS = ("anger", "disgust", "fear", "happy", "neutral", "sad")


class Residual(nn.Module):
    """Two 3x3 convolutions with a shortcut; `stride` is (mel, time)."""

    def __init__(self, inputs: int, outputs: int, stride: tuple[int, int]) -> None:
        super().__init__()
        self.first = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.first_norm = nn.BatchNorm2d(outputs)
        self.second = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.second_norm = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Sequential(
            nn.AvgPool2d(stride, stride, ceil_mode=True), nn.Conv2d(inputs, outputs, 1, bias=False)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = F.relu(self.first_norm(self.first(x)))
        y = self.second_norm(self.second(y))
        return F.relu(y + self.shortcut(x))


class VoiceNetwork(nn.Module):
    """About 0.9 million parameters at width 32."""

    def __init__(self, width: int = 32, classes: int = len(EMOTIONS), dropout: float = 0.3) -> None:
        super().__init__()
        w = width
        self.stem = nn.Sequential(
            nn.Conv2d(1, w, 5, (2, 2), 2, bias=False), nn.BatchNorm2d(w), nn.ReLU()
        )
        self.blocks = nn.Sequential(
            Residual(w, w, (2, 2)),
            Residual(w, 2 * w, (2, 1)),
            Residual(2 * w, 3 * w, (2, 2)),
            Residual(3 * w, 4 * w, (2, 1)),
        )
        features = 4 * w * 4
        self.project = nn.Sequential(nn.Conv1d(features, 128, 1, bias=False), nn.BatchNorm1d(128), nn.ReLU())
        self.attend = nn.Sequential(nn.Conv1d(128, 64, 1), nn.Tanh(), nn.Conv1d(64, 128, 1))
        self.dropout = nn.Dropout(dropout)
        self.classify = nn.Linear(256, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.blocks(self.stem(x))
        y = self.project(y.flatten(1, 2))
        weights = self.attend(y).softmax(-1)
        mean = (weights * y).sum(-1)
        deviation = ((weights * y * y).sum(-1) - mean * mean).clamp_min(1e-5).sqrt()
        return self.classify(self.dropout(torch.cat([mean, deviation], -1)))

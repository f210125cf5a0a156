"""Three ways to join the log evidence of the modalities present; the first and the last run in `models/emotion/fusion`.

Inputs: evidence times quality [n, 3, 6], quality [n, 3], mask [n, 3] of the modalities present.
"""

import torch
from torch import nn

HIDDEN = 12


class AttentionFusion(nn.Module):
    """Attention over the modalities present, each seen beside the mean of all: a vote, not an average.

    The shares sum to the number of modalities present, so that modalities that agree make each other surer. It
    starts as the plain sum of evidence. About 670 numbers.
    """

    def __init__(self) -> None:
        super().__init__()
        self.value = nn.Parameter(0.8 * torch.eye(6).repeat(3, 1, 1))
        self.offset = nn.Parameter(torch.zeros(3, 6))
        self.hidden = nn.Parameter(0.2 * torch.randn(3, 13, HIDDEN))
        self.hidden_offset = nn.Parameter(torch.zeros(3, HIDDEN))
        self.score = nn.Parameter(torch.zeros(3, HIDDEN))
        self.score_offset = nn.Parameter(torch.zeros(3))

    def forward(self, evidence: torch.Tensor, quality: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        count = mask.sum(1, keepdim=True)
        mean = (evidence * mask[..., None]).sum(1, keepdim=True) / count[..., None]
        seen = torch.cat([evidence, mean.expand_as(evidence), quality[..., None]], -1)
        hidden = torch.tanh(torch.einsum("nmi,mih->nmh", seen, self.hidden) + self.hidden_offset)
        scores = (hidden * self.score).sum(-1) + self.score_offset
        share = torch.softmax(scores.masked_fill(mask == 0, -1e9), -1)
        values = torch.einsum("nmi,mij->nmj", evidence, self.value) + quality[..., None] * self.offset
        return (count * share).unsqueeze(-1).mul(values).sum(1), share


class BaselineAttention(nn.Module):
    """The attention fusion of the MER2024 baseline in small: what is missing is zero, and weights have no softmax."""

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        self.encode = nn.ModuleList(nn.Sequential(nn.Linear(7, width), nn.ReLU(), nn.Dropout(0.2), nn.Linear(width, width), nn.ReLU()) for _ in range(3))
        self.weigh = nn.Sequential(nn.Linear(3 * width, width), nn.ReLU(), nn.Linear(width, 3))
        self.classify = nn.Linear(width, 6)

    def forward(self, evidence: torch.Tensor, quality: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        seen = torch.cat([evidence, quality[..., None]], -1) * mask[..., None]
        states = torch.stack([encode(seen[:, place]) for place, encode in enumerate(self.encode)], 1)
        weights = self.weigh(states.flatten(1))
        return self.classify((weights[..., None] * states).sum(1)), weights.softmax(-1)


class Pool(nn.Module):
    """The log-opinion pool: one exponent per modality, 0..1."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(3))

    def forward(self, evidence: torch.Tensor, quality: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        weight = torch.sigmoid(self.weight) * mask
        share = weight * quality
        return (weight[..., None] * evidence).sum(1), share / share.sum(1, keepdim=True)

"""The sentence encoder with a head: six labels, and in training GoEmotions' 28 as a second task."""

import pathlib

import torch
from torch import nn
from transformers import AutoModel

from .data import EMOTIONS

FINE = 28


class TextEmotion(nn.Module):
    def __init__(self, weights: pathlib.Path) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(weights, add_pooling_layer=False, attn_implementation="sdpa")
        width = self.encoder.config.hidden_size
        self.dropout = nn.Dropout(0.1)
        self.six = nn.Linear(width, len(EMOTIONS))
        self.fine = nn.Linear(width, FINE)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        states = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        weight = mask.unsqueeze(-1).to(states.dtype)
        pooled = self.dropout((states * weight).sum(1) / weight.sum(1))
        return self.six(pooled), self.fine(pooled)


def padded(batch: list[dict]) -> tuple[torch.Tensor, torch.Tensor]:
    longest = max(len(item["ids"]) for item in batch)
    ids = torch.zeros(len(batch), longest, dtype=torch.long)
    mask = torch.zeros_like(ids)
    for row, item in enumerate(batch):
        ids[row, : len(item["ids"])] = torch.tensor(item["ids"])
        mask[row, : len(item["ids"])] = 1
    return ids, mask

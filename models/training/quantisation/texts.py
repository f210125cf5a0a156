"""Evaluation and calibration texts. Calibration never comes from a collection that is evaluated."""

import csv
import json
from pathlib import Path

import torch

WINDOW = 512
SYSTEM = "You are a careful assistant for a clinician."


def windows(tokenizer, text: str, tokens: int) -> list[torch.Tensor]:
    """The first `tokens` tokens of `text` in rows of WINDOW, each [1, WINDOW]."""
    ids = tokenizer(text, add_special_tokens=False).input_ids[:tokens]
    if len(ids) < tokens:
        raise ValueError(f"text has {len(ids)} tokens, {tokens} are needed")
    return [torch.tensor([ids[i : i + WINDOW]]) for i in range(0, tokens - WINDOW + 1, WINDOW)]


def in_chat(tokenizer, pieces: list[str], count: int) -> list[torch.Tensor]:
    """Dialogues as they reach the model in use: behind the chat template's system turn, cut at WINDOW."""
    rows = []
    for piece in pieces:
        text = f"<|im_start|>system\n{SYSTEM}<|im_end|>\n<|im_start|>user\n{piece}"
        ids = tokenizer(text, add_special_tokens=False).input_ids
        if len(ids) >= WINDOW:
            rows.append(torch.tensor([ids[:WINDOW]]))
        if len(rows) == count:
            return rows
    raise ValueError("too few long dialogues")


def spoken(turns: list[dict]) -> str:
    return "\n".join(f"{turn['speaker'].capitalize()}: {turn['text']}" for turn in turns)


def evaluation(tokenizer, data: Path, prose: Path | None) -> dict[str, list[torch.Tensor]]:
    """dialogue: PriMock57 consultations in the chat template; notes: ACI-Bench notes; prose: any file."""
    lines = (data / "primock57/consultations.jsonl").read_text().splitlines()
    dialogues = [spoken(json.loads(line)["turns"]) for line in lines]
    notes = json.loads((data / "aci-bench/valid.json").read_text())["data"]
    texts = {
        "dialogue": in_chat(tokenizer, dialogues[::4], 6),
        "notes": windows(tokenizer, "\n\n".join(note["tgt"] for note in notes), 1536),
    }
    if prose:
        texts["prose"] = windows(tokenizer, prose.read_text(), 1536)
    return texts


def calibration(tokenizer, data: Path, rows: int = 12) -> list[torch.Tensor]:
    """MTS-Dialog training dialogues (in the chat template) and note sections, half and half."""
    with open(data / "mts-dialog/MTS-Dialog-TrainingSet.csv", newline="") as file:
        entries = list(csv.DictReader(file))
    dialogues = [entry["dialogue"] for entry in entries if len(entry["dialogue"]) > 2600]
    notes = "\n\n".join(entry["section_text"] for entry in entries)
    half = rows // 2
    return in_chat(tokenizer, dialogues, half) + windows(tokenizer, notes, half * WINDOW)

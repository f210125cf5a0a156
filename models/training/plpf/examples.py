"""Chat examples as token ids with a loss mask over what the assistant says, in batches of equal length."""

import csv
import json
import pathlib
import random
import re
from dataclasses import dataclass

import torch

NOTE_PARTS = {
    "subjective": "Write what the patient reports.",
    "objective": "Write the findings of the examination and the tests.",
    "assessment": "Write the assessment.",
    "plan": "Write the plan.",
}
"""The instructions of models/dialogue/scribe-prompt.ts, for notes of real dialogues."""

MTS_PARTS = {
    "GENHX": "subjective", "CC": "subjective", "ROS": "subjective", "PASTMEDICALHX": "subjective",
    "MEDICATIONS": "subjective", "ALLERGY": "subjective", "FAM/SOCHX": "subjective", "PASTSURGICAL": "subjective",
    "GYNHX": "subjective", "EXAM": "objective", "LABS": "objective", "IMAGING": "objective",
    "ASSESSMENT": "assessment", "DIAGNOSIS": "assessment", "PLAN": "plan", "DISPOSITION": "plan",
}


@dataclass(frozen=True)
class Example:
    role: str
    ids: list[int]
    learn: list[bool]


def render(
    messages: list[dict], tokenizer, blur: float = 0.0, draw: random.Random | None = None
) -> tuple[list[int], list[bool]]:
    """ChatML, as the model's own template writes it; the end mark of a reply is learned too.

    With `blur`, that share of the tokens of what the user says is left out, so that no single word decides.
    """
    ids: list[int] = []
    learn: list[bool] = []
    for message in messages:
        head = tokenizer.encode(f"<|im_start|>{message['role']}\n", add_special_tokens=False)
        body = tokenizer.encode(f"{message['content']}<|im_end|>", add_special_tokens=False)
        if blur and draw and message["role"] == "user":
            body = [each for each in body[:-1] if draw.random() >= blur] + body[-1:]
        tail = tokenizer.encode("\n", add_special_tokens=False)
        ids += head + body + tail
        spoken = message["role"] == "assistant"
        learn += [False] * len(head) + [spoken] * len(body) + [False] * len(tail)
    return ids, learn


@dataclass(frozen=True)
class Turn:
    """Where an assistant's message stands among the tokens: its note, what the note decides on, its words and end mark."""

    start: int
    decided: int
    spoken: int
    end: int


def render_turns(messages: list[dict], tokenizer) -> tuple[list[int], dict[int, Turn]]:
    """ChatML as `render` writes it, and where each assistant message stands, by its place in `messages`."""
    ids: list[int] = []
    turns: dict[int, Turn] = {}
    for place, message in enumerate(messages):
        ids += tokenizer.encode(f"<|im_start|>{message['role']}\n", add_special_tokens=False)
        start = len(ids)
        note, words = split_note(message["content"]) if message["role"] == "assistant" else ("", message["content"])
        thought, decision = split_decision(note)
        ids += tokenizer.encode(thought, add_special_tokens=False)
        decided = len(ids)
        ids += tokenizer.encode(decision, add_special_tokens=False)
        spoken = len(ids)
        ids += tokenizer.encode(f"{words}<|im_end|>", add_special_tokens=False)
        if message["role"] == "assistant":
            turns[place] = Turn(start, decided, spoken, len(ids))
        ids += tokenizer.encode("\n", add_special_tokens=False)
    return ids, turns


def split_note(reply: str) -> tuple[str, str]:
    """The note with its line end, and what is said (models/dialogue/doctor/note.ts)."""
    if not re.match(r"Turn \d+(?: of \d+)?\. ", reply):
        return "", reply
    line, _, said = reply.partition("\n")
    return f"{line}\n", said


def split_decision(note: str) -> tuple[str, str]:
    """What a note thought, and what it decided to do next with its line end."""
    thought, mark, decision = note.rpartition(" Next: ")
    return (thought, mark + decision) if mark else (note, "")


def prompt_ids(messages: list[dict], tokenizer, note: str = "") -> list[int]:
    """What stands before the assistant's next words, with the note that they follow."""
    begun = f"<|im_start|>assistant\n{note}\n" if note else "<|im_start|>assistant\n"
    return render(messages, tokenizer)[0] + tokenizer.encode(begun, add_special_tokens=False)


def generated(path: pathlib.Path, tokenizer, blur: float = 0.0, seed: int = 0) -> list[Example]:
    """Examples of `consilium training-data`."""
    draw = random.Random(seed)
    examples = []
    for line in path.read_text().splitlines():
        item = json.loads(line)
        examples.append(Example(item["role"], *render(item["messages"], tokenizer, blur, draw)))
    return examples


def mts_notes(path: pathlib.Path, tokenizer, longest: int) -> list[Example]:
    """Note sections of MTS-Dialog under the product's own instructions."""
    examples = []
    for row in csv.DictReader(path.open()):
        part = MTS_PARTS.get(row["section_header"])
        if part is None:
            continue
        dialogue = re.sub(r"\s*\r?\n\s*", "\n", row["dialogue"].strip())
        dialogue = re.sub(r"^Guest_\w+", "Relative", dialogue, flags=re.MULTILINE)
        messages = [
            {"role": "system", "content": "You write short clinical notes from a consultation. Use only what was said."},
            {"role": "user", "content": f"Consultation:\n{dialogue}\n\n{NOTE_PARTS[part]}"},
            {"role": "assistant", "content": " ".join(row["section_text"].split())},
        ]
        ids, learn = render(messages, tokenizer)
        if len(ids) <= longest:
            examples.append(Example("mts-note", ids, learn))
    return examples


def batches(examples: list[Example], tokens: int, seed: int) -> list[list[Example]]:
    """Batches of at most `tokens` padded positions, of similar length, in random order."""
    shuffle = random.Random(seed)
    order = sorted(examples, key=lambda example: (len(example.ids) + shuffle.uniform(0, 24)))
    out: list[list[Example]] = []
    current: list[Example] = []
    for example in order:
        longest = max([len(example.ids), *(len(other.ids) for other in current)])
        if current and longest * (len(current) + 1) > tokens:
            out.append(current)
            current = []
        current.append(example)
    if current:
        out.append(current)
    shuffle.shuffle(out)
    return out


def collate(batch: list[Example], pad: int) -> tuple[torch.Tensor, torch.Tensor]:
    """(ids, learn), both [batch, longest]; padding follows, where causal attention cannot see it."""
    longest = max(len(example.ids) for example in batch)
    ids = torch.full((len(batch), longest), pad)
    learn = torch.zeros((len(batch), longest), dtype=torch.bool)
    for row, example in enumerate(batch):
        ids[row, : len(example.ids)] = torch.tensor(example.ids)
        learn[row, : len(example.learn)] = torch.tensor(example.learn)
    return ids, learn

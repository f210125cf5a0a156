"""Tunes the sentence encoder to the words of consultations, with the head that reads findings; see README.md.

Resumable: run again with the same --out. Seeded.
"""

import argparse
import json
import pathlib
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from transformers import AutoModel, AutoTokenizer

from . import data

SCALE = 8.0
"""Unit vectors are small numbers; what was learned is scaled back into the head's weights."""


class Reader(nn.Module):
    def __init__(self, weights: pathlib.Path, findings: int) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(weights, add_pooling_layer=False, attn_implementation="sdpa")
        width = self.encoder.config.hidden_size
        self.says = nn.Linear(width, 2 * findings + 1)
        """One row for each finding that is told, one for each that is denied, one for neither."""
        self.topic = nn.Linear(width, len(data.TOPICS))

    def vectors(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """[batch, width], unit length, as the product's encoder gives them."""
        states = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        weight = mask.unsqueeze(-1).to(states.dtype)
        return F.normalize((states * weight).sum(1) / weight.sum(1), dim=1)


def vectors_of(network: Reader, sentences: list[data.Sentence]) -> torch.Tensor:
    """[sentences, width], in order."""
    place = {id(each): at for at, each in enumerate(sentences)}
    out = torch.zeros(len(sentences), network.says.in_features)
    network.eval()
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for batch in data.batches(sentences, 4096, None):
            out[[place[id(each)] for each in batch]] = network.vectors(*data.padded(batch))
    network.train()
    return out


def shares_right(network: Reader, sentences: list[data.Sentence]) -> dict[str, float]:
    with torch.no_grad():
        logits = network.says(vectors_of(network, sentences) * SCALE)
    order = logits.argsort(1, descending=True)
    want = torch.tensor([each.says for each in sentences])[:, None]
    return {f"top{most}": round(float((order[:, :most] == want).any(1).float().mean()), 4) for most in (1, 3)}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--weights", type=pathlib.Path, required=True, help="folder of all-MiniLM-L6-v2")
    options.add_argument("--knowledge", type=pathlib.Path, default=pathlib.Path("../../resources/knowledge"))
    options.add_argument("--wordings", type=pathlib.Path, nargs="+", default=[pathlib.Path("plpf/wordings.jsonl"), pathlib.Path("reading/denied.jsonl")])
    options.add_argument("--neither", type=pathlib.Path, default=pathlib.Path("reading/neither.jsonl"))
    options.add_argument("--questions", type=pathlib.Path, nargs="*", default=[pathlib.Path("topics/questions.jsonl")])
    options.add_argument("--out", type=pathlib.Path, required=True)
    options.add_argument("--start", type=pathlib.Path, help="final.pt of a run that this one goes on from")
    options.add_argument("--epochs", type=int, default=8)
    options.add_argument("--rate", type=float, default=4e-4)
    options.add_argument("--batch", type=int, default=1024, help="tokens")
    options.add_argument("--smoothing", type=float, default=0.05)
    options.add_argument("--faithful", type=float, default=0.3, help="weight of staying near the untuned vectors")
    options.add_argument("--topics", type=float, default=0.5, help="weight of the topics")
    options.add_argument("--frozen", type=int, default=0, help="lowest layers kept as they are")
    options.add_argument("--seed", type=int, default=7)
    given = options.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(given.seed)
    torch.set_num_threads(1)

    tokenizer = AutoTokenizer.from_pretrained(given.weights)
    findings = data.patient_findings(given.knowledge)
    learned = data.of_knowledge(findings, (0, 1)) + data.named(findings) + data.saying_neither(given.neither, findings)
    learned += [each for path in given.wordings for each in data.further(path, findings)]
    learned += [each for path in given.questions for each in data.questions(path)]
    learned = data.tokenised(learned, tokenizer)
    chosen_on = data.tokenised(data.of_knowledge(findings, (2,)), tokenizer)

    network = Reader(given.weights, len(findings))
    untuned = dict(zip(map(id, learned), vectors_of(network, learned), strict=True))
    checkpoint = given.out / "checkpoint.pt"
    if given.start:
        network.load_state_dict(torch.load(given.start))
    frozen = [network.encoder.embeddings, *network.encoder.encoder.layer[: given.frozen]]
    for parameter in (parameter for part in frozen for parameter in part.parameters()):
        parameter.requires_grad = False
    body = [parameter for parameter in network.encoder.parameters() if parameter.requires_grad]
    heads = [*network.says.parameters(), *network.topic.parameters()]
    optimiser = torch.optim.AdamW([{"params": body, "lr": given.rate}, {"params": heads, "lr": 10 * given.rate}], weight_decay=0.01)
    rates = [given.rate, 10 * given.rate]
    done = 0
    if checkpoint.exists():
        state = torch.load(checkpoint)
        network.load_state_dict(state["network"])
        optimiser.load_state_dict(state["optimiser"])
        done = state["done"]

    plan = [batch for epoch in range(given.epochs) for batch in data.batches(learned, given.batch, given.seed * 100 + epoch)]
    started, seen, mean = time.time(), 0, 0.0
    network.train()
    for step in range(done, len(plan)):
        torch.manual_seed(given.seed * 1_000_003 + step)
        for group, rate in zip(optimiser.param_groups, rates, strict=True):
            group["lr"] = rate * min(1, (step + 1) / 100) * (1 - step / len(plan))
        batch = plan[step]
        with torch.autocast("cpu", torch.bfloat16):
            vectors = network.vectors(*data.padded(batch))
        loss = given.faithful * (1 - (vectors * torch.stack([untuned[id(each)] for each in batch])).sum(1)).sum()
        telling = [row for row, each in enumerate(batch) if each.says is not None]
        if telling:
            target = torch.tensor([batch[row].says for row in telling])
            logits = network.says(vectors[telling] * SCALE)
            loss = loss + F.cross_entropy(logits, target, label_smoothing=given.smoothing, reduction="sum")
        asking = [row for row, each in enumerate(batch) if each.topics is not None]
        if asking:
            target = torch.zeros(len(asking), len(data.TOPICS))
            for row, at in enumerate(asking):
                target[row, list(batch[at].topics)] = 1
            logits = network.topic(vectors[asking] * SCALE)
            loss = loss + given.topics * F.binary_cross_entropy_with_logits(logits, target, reduction="sum")
        loss = loss / len(batch)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(body + heads, 1.0)
        optimiser.step()
        seen += len(batch)
        mean = 0.98 * mean + 0.02 * loss.item()
        if step % 100 == 99:
            speed = seen / (time.time() - started)
            print(f"{step + 1}/{len(plan)} loss {mean / (1 - 0.98 ** (step - done + 1)):.3f} {speed:.0f} sentences/s", flush=True)
        if step % 400 == 399:
            print(json.dumps(shares_right(network, chosen_on)), flush=True)
            torch.save({"network": network.state_dict(), "optimiser": optimiser.state_dict(), "done": step + 1}, checkpoint)
    print(json.dumps(shares_right(network, chosen_on)), flush=True)
    torch.save(network.state_dict(), given.out / "final.pt")


if __name__ == "__main__":
    main()

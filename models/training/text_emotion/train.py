"""Fine-tunes the sentence encoder for text emotion; see README.md. Resumable: run again with the same --out."""

import argparse
import json
import pathlib
import time

import numpy as np
import torch
from sklearn.metrics import f1_score
from torch.nn import functional as F
from transformers import AutoTokenizer

from .data import EMOTIONS, batches, clinical, goemotions, selection_split, single, tokenise
from .network import FINE, TextEmotion, padded

LONGEST = 64


def logits_of(network: TextEmotion, items: list[dict]) -> np.ndarray:
    network.eval()
    place = {id(item): index for index, item in enumerate(items)}
    out = np.zeros((len(items), len(EMOTIONS)), np.float32)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for batch in batches(items, 4096, None):
            six, _ = network(*padded(batch))
            out[[place[id(item)] for item in batch]] = six.float().numpy()
    network.train()
    return out


def macro(logits: np.ndarray, items: list[dict]) -> float:
    return float(f1_score([item["target"].argmax() for item in items], logits.argmax(1), average="macro"))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--weights", type=pathlib.Path, required=True, help="folder of all-MiniLM-L6-v2")
    options.add_argument("--goemotions", type=pathlib.Path, required=True)
    options.add_argument("--clinical", type=pathlib.Path, help="resources/emotion/clinical-sentences.jsonl")
    options.add_argument("--start", type=pathlib.Path, help="checkpoint whose network is trained on")
    options.add_argument("--out", type=pathlib.Path, required=True)
    options.add_argument("--epochs", type=float, default=2, help="passes over GoEmotions")
    options.add_argument("--repeats", type=int, default=4, help="times the clinical sentences stand in one pass")
    options.add_argument("--rate", type=float, default=3e-4)
    options.add_argument("--frozen", type=int, default=0, help="lowest layers kept as they are")
    options.add_argument("--minutes", type=float, default=60)
    options.add_argument("--seed", type=int, default=5)
    given = options.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(given.seed)
    torch.set_num_threads(1)

    tokenizer = AutoTokenizer.from_pretrained(given.weights)
    train, selection = selection_split(goemotions(given.goemotions, "train"), 3000, 1)
    train = tokenise(train, tokenizer, LONGEST)
    selection = tokenise(single(selection), tokenizer, LONGEST)
    own = own_dev = []
    if given.clinical:
        own = tokenise(clinical(given.clinical, "train"), tokenizer, LONGEST)
        own_dev = tokenise(clinical(given.clinical, "dev"), tokenizer, LONGEST)

    network = TextEmotion(given.weights)
    checkpoint = given.out / "checkpoint.pt"
    done = 0
    if given.start and not checkpoint.exists():
        network.load_state_dict(torch.load(given.start)["network"])
    for parameter in network.encoder.embeddings.parameters():
        parameter.requires_grad = False
    for layer in network.encoder.encoder.layer[: given.frozen]:
        for parameter in layer.parameters():
            parameter.requires_grad = False
    body = [p for p in network.encoder.parameters() if p.requires_grad]
    head = [*network.six.parameters(), *network.fine.parameters()]
    optimiser = torch.optim.AdamW([{"params": body, "lr": given.rate}, {"params": head, "lr": 5 * given.rate}], weight_decay=0.01)
    if checkpoint.exists():
        state = torch.load(checkpoint)
        network.load_state_dict(state["network"])
        optimiser.load_state_dict(state["optimiser"])
        done = state["done"]

    shares = sum(item["target"] for item in train) / len(train)
    weights = torch.tensor((shares / shares.mean()) ** -0.5, dtype=torch.float32)
    plan = []
    for epoch in range(int(np.ceil(given.epochs))):
        plan += batches(train + own * given.repeats, 1024, given.seed * 100 + epoch)
    plan = plan[: int(len(plan) * given.epochs / np.ceil(given.epochs))]
    schedule = [group["lr"] for group in optimiser.param_groups] if not done else [given.rate, 5 * given.rate]
    started, seen, loss_mean = time.time(), 0, 0.0
    network.train()
    for step in range(done, len(plan)):
        batch = plan[step]
        progress = max(step / len(plan), (time.time() - started) / 60 / given.minutes)
        if progress >= 1:
            break
        factor = min(1, (step + 1) / 60) * (1 - progress)
        for group, rate in zip(optimiser.param_groups, schedule, strict=True):
            group["lr"] = rate * factor
        target = torch.from_numpy(np.stack([item["target"] for item in batch]))
        with torch.autocast("cpu", torch.bfloat16):
            six, fine = network(*padded(batch))
        loss = -(target * weights * F.log_softmax(six.float(), 1)).sum(1).mean()
        marked = [row for row, item in enumerate(batch) if item["fine"] is not None]
        if marked:
            fine_target = torch.zeros(len(marked), FINE)
            for row, index in enumerate(marked):
                fine_target[row, batch[index]["fine"]] = 1
            loss = loss + 4 * F.binary_cross_entropy_with_logits(fine[marked].float(), fine_target)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(body + head, 1.0)
        optimiser.step()
        seen += len(batch)
        loss_mean = 0.98 * loss_mean + 0.02 * loss.item()
        if step % 50 == 49:
            print(f"{step + 1}/{len(plan)} loss {loss_mean / (1 - 0.98 ** (step - done + 1)):.3f} {seen / (time.time() - started):.0f} texts/s", flush=True)
        if step % 300 == 299:
            figures = {"selection": macro(logits_of(network, selection), selection)}
            if own_dev:
                figures["clinical dev"] = macro(logits_of(network, own_dev), own_dev)
            print(json.dumps(figures), flush=True)
            torch.save({"network": network.state_dict(), "optimiser": optimiser.state_dict(), "done": step + 1}, checkpoint)
    figures = {"selection": macro(logits_of(network, selection), selection)}
    if own_dev:
        figures["clinical dev"] = macro(logits_of(network, own_dev), own_dev)
    print(json.dumps(figures), flush=True)
    torch.save({"network": network.state_dict(), "optimiser": optimiser.state_dict(), "done": len(plan)}, given.out / "final.pt")


if __name__ == "__main__":
    main()

"""Trains the voice network on CREMA-D with actors kept apart; resumable.

  python -m voice_emotion.train --data crema-d --out run --epochs 60 --seed 7

Actors are split by seed into training, selection (early stopping, temperature) and report (decides
nothing). The report holds accuracy with a bootstrap interval over actors, the confusion
matrix and the calibration error before and after the temperature.
"""

import argparse
import copy
import csv
import json
import lzma
import pathlib
import time

import numpy as np
import torch
from torch.nn import functional as F

from .augment import augment
from .network import EMOTIONS, VoiceNetwork

INTENDED = {"ANG": 0, "DIS": 1, "FEA": 2, "HAP": 3, "NEU": 4, "SAD": 5}
VOTED = {"A": 0, "D": 1, "F": 2, "H": 3, "N": 4, "S": 5}


def load(folder: pathlib.Path):
    with lzma.open(folder / "logmel-u6.npy.xz") as packed:
        levels = np.load(packed)
    rows = list(csv.DictReader(open(folder / "clips.csv")))
    labels = np.array([INTENDED[row["intended"]] for row in rows])
    actors = np.array([int(row["actor"]) for row in rows])
    sexes = {int(row["actor"]): row["sex"] for row in rows}
    votes = np.full((len(rows), 6), 0.0, np.float32)
    for index, row in enumerate(rows):
        heard = [VOTED[vote] for vote in row["voiceVote"].split(":") if vote in VOTED]
        for vote in heard:
            votes[index, vote] = 1 / len(heard)
        if not heard:
            votes[index, labels[index]] = 1
    return levels, labels, votes, actors, sexes


def split(actors: np.ndarray, sexes: dict[int, str], seed: int):
    """Nine actors for selection and nine for the report, sexes balanced; the rest train."""
    random = np.random.default_rng(seed)
    groups = {"select": [], "report": []}
    for sex in sorted(set(sexes.values())):
        people = sorted(actor for actor in set(actors.tolist()) if sexes[actor] == sex)
        random.shuffle(people)
        count = 5 if sex == "Male" else 4
        groups["select"] += people[:count]
        groups["report"] += people[count : 2 * count]
    part = np.where(np.isin(actors, groups["select"]), 1, np.where(np.isin(actors, groups["report"]), 2, 0))
    return part


def as_input(levels: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(levels.astype(np.float32) / 63).transpose(1, 2).unsqueeze(1)


@torch.no_grad()
def predict(network: VoiceNetwork, levels: np.ndarray) -> torch.Tensor:
    network.eval()
    out = []
    for at in range(0, len(levels), 64):
        with torch.autocast("cpu", torch.bfloat16):
            out.append(network(as_input(levels[at : at + 64])).float())
    return torch.cat(out)


def calibration_error(probabilities: torch.Tensor, labels: torch.Tensor, bins: int = 15) -> float:
    confidence, chosen = probabilities.max(-1)
    right = (chosen == labels).float()
    error = 0.0
    for low in np.linspace(0, 1, bins, endpoint=False):
        inside = (confidence > low) & (confidence <= low + 1 / bins)
        if inside.any():
            error += inside.float().mean().item() * abs(right[inside].mean().item() - confidence[inside].mean().item())
    return error


@torch.no_grad()
def follow(average: VoiceNetwork, network: VoiceNetwork, keep: float = 0.995) -> None:
    """Moves the averaged weights towards the trained ones; running statistics move with them."""
    for slow, fast in zip(average.state_dict().values(), network.state_dict().values()):
        if slow.is_floating_point():
            slow.lerp_(fast, 1 - keep)
        else:
            slow.copy_(fast)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=pathlib.Path, required=True)
    options.add_argument("--out", type=pathlib.Path, required=True)
    options.add_argument("--epochs", type=int, default=60)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--width", type=int, default=32)
    options.add_argument("--threads", type=int, default=1)
    options.add_argument("--rate", type=float, default=2e-3)
    options.add_argument("--batch", type=int, default=32)
    given = options.parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(given.seed)
    given.out.mkdir(parents=True, exist_ok=True)

    levels, labels, votes, actors, sexes = load(given.data)
    part = split(actors, sexes, seed=1)
    train = np.flatnonzero(part == 0)
    select = np.flatnonzero(part == 1)
    targets = 0.75 * np.eye(6, dtype=np.float32)[labels] + 0.25 * votes
    targets = 0.95 * targets + 0.05 / 6

    network = VoiceNetwork(given.width).to(memory_format=torch.channels_last)
    average = copy.deepcopy(network)
    steps = given.epochs * (len(train) // given.batch)
    optimiser = torch.optim.AdamW(network.parameters(), lr=given.rate, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, given.rate, total_steps=steps, pct_start=0.1)
    first, best, log = 0, 0.0, []
    state = given.out / "state.pt"
    if state.exists():
        saved = torch.load(state, weights_only=False)
        network.load_state_dict(saved["network"])
        average.load_state_dict(saved["average"])
        optimiser.load_state_dict(saved["optimiser"])
        schedule.load_state_dict(saved["schedule"])
        first, best, log = saved["epoch"], saved["best"], saved["log"]

    for epoch in range(first, given.epochs):
        random = np.random.default_rng((given.seed, epoch))
        began = time.time()
        network.train()
        order = random.permutation(train)
        total = 0.0
        for at in range(0, len(order) - given.batch + 1, given.batch):
            chosen = order[at : at + given.batch]
            decibels = levels[chosen].astype(np.float32) * (80 / 63) - 80
            inputs = np.stack([augment(clip, random) for clip in decibels])
            x = torch.from_numpy((inputs + 80) / 80).transpose(1, 2).unsqueeze(1)
            y = torch.from_numpy(targets[chosen])
            if random.random() < 0.3:
                share = float(random.beta(0.3, 0.3))
                other = torch.from_numpy(random.permutation(given.batch))
                x = share * x + (1 - share) * x[other]
                y = share * y + (1 - share) * y[other]
            with torch.autocast("cpu", torch.bfloat16):
                logits = network(x.contiguous(memory_format=torch.channels_last))
            loss = -(y * F.log_softmax(logits.float(), -1)).sum(-1).mean()
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            follow(average, network)
            total += loss.item()
        chosen = predict(average, levels[select]).argmax(-1).numpy()
        accuracy = float((chosen == labels[select]).mean())
        log.append({"epoch": epoch + 1, "loss": total * given.batch / len(train), "select": accuracy, "seconds": time.time() - began})
        print(json.dumps(log[-1]), flush=True)
        if accuracy >= best:
            best = accuracy
            torch.save(average.state_dict(), given.out / "best.pt")
        torch.save(
            {"network": network.state_dict(), "average": average.state_dict(), "optimiser": optimiser.state_dict(),
             "schedule": schedule.state_dict(), "epoch": epoch + 1, "best": best, "log": log}, state)

    torch.save(average.state_dict(), given.out / "last.pt")
    (given.out / "log.json").write_text(json.dumps(log, indent=1))


if __name__ == "__main__":
    main()

"""Trains the overlap network; seeded. `voice_overlap.finish` then chooses the threshold and reports.

  python -m voice_overlap.train --crema CREMA_D --speech FLAC_FOLDER --out weights.pt
"""

import argparse
import json
import pathlib
import time

import numpy as np
import torch
from torch.nn import functional as F

from voice_emotion.train import load

from .mixtures import Clips, Speech, any_condition
from .network import OverlapNetwork, as_input


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--crema", type=pathlib.Path, required=True)
    options.add_argument("--speech", type=pathlib.Path, required=True)
    options.add_argument("--out", type=pathlib.Path, required=True)
    options.add_argument("--steps", type=int, default=400)
    options.add_argument("--windows", type=int, default=3000)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--threads", type=int, default=1)
    given = options.parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(given.seed)
    random = np.random.default_rng(given.seed)

    levels, _, _, actors, _ = load(given.crema)
    clips, speech = Clips(levels, actors, "train"), Speech(given.speech, "train")
    two = random.random(given.windows) < 0.5
    windows = np.stack([speech.sample(bool(t), random.normal(0, 3), any_condition, random) for t in two])
    print(json.dumps({"windows": len(windows)}), flush=True)

    network = OverlapNetwork()
    optimiser = torch.optim.AdamW(network.parameters(), 4e-3, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=given.steps)
    began = time.time()
    for step in range(given.steps):
        acted = random.random(8) < 0.5
        summed = [clips.sample(bool(t), random.normal(0, 3), random, True) for t in acted]
        drawn = random.integers(0, len(windows), 16)
        samples = as_input(np.concatenate([np.stack(summed), windows[drawn]]))
        answers = torch.from_numpy(np.concatenate([acted, two[drawn]]).astype(np.float32))
        network.train()
        loss = F.binary_cross_entropy_with_logits(network(samples), answers)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 50 == 49:
            print(json.dumps({"step": step + 1, "loss": loss.item(), "seconds": time.time() - began}), flush=True)
    torch.save(network.state_dict(), given.out)


if __name__ == "__main__":
    main()

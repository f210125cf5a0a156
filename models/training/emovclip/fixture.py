"""Writes prompts learned on the tiny towers of the compiler's tests, with what PyTorch says to them.

  python -m emovclip.fixture --clip ../../test/models/compiler/fixtures/clip --out ../../test/models/compiler/fixtures/clip/learned.json
"""

import argparse
import json
import pathlib

import numpy as np
import torch
from torch.nn import functional as F

from .frames import as_pixels
from .prompts import PromptedClip
from .towers import backbone_hash, open_clip

TOKENS, DEPTH, CLIPS, FRAMES, STEPS = 3, 2, 3, 2, 40


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--clip", type=pathlib.Path, required=True)
    options.add_argument("--out", type=pathlib.Path, required=True)
    given = options.parse_args()
    torch.set_num_threads(1)
    clip = open_clip(given.clip)
    before = backbone_hash(clip)
    random = np.random.default_rng(6)
    classes = [[torch.tensor([[48, *random.integers(0, 47, 3 + label % 2).tolist(), 49]])] for label in range(6)]
    frames = random.integers(0, 256, (CLIPS, FRAMES, 24, 24, 3), dtype=np.uint8)
    model = PromptedClip(clip, classes, TOKENS, DEPTH, 6)
    goal = torch.tensor([1, 4, 5])
    pixels = as_pixels(frames, 24)
    optimiser = torch.optim.AdamW(model.parameters(), 0.05)
    first = F.cross_entropy(model(pixels), goal).item()
    for _ in range(STEPS):
        loss = F.cross_entropy(model(pixels), goal)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    if backbone_hash(clip) != before:
        raise RuntimeError("The backbone's weights have changed.")
    with torch.no_grad():
        flat = lambda value: [round(float(number), 7) for number in value.flatten()]
        given.out.write_text(json.dumps({
            "tokens": TOKENS, "depth": DEPTH, "clips": CLIPS, "frames": FRAMES, "bytes": frames.flatten().tolist(),
            "classes": [sentences[0][0].tolist() for sentences in classes], "scale": float(clip.logit_scale.exp()),
            "prompts": {branch: flat(value) for branch, value in model.prompts.items()},
            "embeddings": flat(model.clip_embeddings(pixels)), "classEmbeddings": flat(model.class_embeddings()),
            "chances": flat(model(pixels).softmax(-1)), "loss": {"before": first, "after": float(F.cross_entropy(model(pixels), goal))}}))
    print(json.dumps({"before": first, "after": loss.item()}))


if __name__ == "__main__":
    main()

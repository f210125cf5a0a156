"""Teaches tiny towers which pictures and sentences belong together, on made-up pictures with captions.

The task is not the labelled one: a picture is a person with two of twelve movements (small patterns), its caption
names them, and neither has a label. Towers that never saw this are no model of CLIP: a class's sentence then lies
nowhere near its pictures, and prompts have nothing to go by.
"""

import numpy as np
import torch
from torch.nn import functional as F
from transformers import CLIPModel

from .frames import as_pixels
from .towers import text, vision

SIDE, PATCH = 24, 8
# The words by which classes.json describes each label, in the order of the labels; the others occur in captions only.
EXPRESSIONS = ("calm", "tense", "glad", "low", "uneasy", "startled")
OTHERS = ("bright", "still", "open", "closed", "heavy", "quick")
TEMPLATES = ("a video of a person who looks {}", "a {} face", "{}", "a {} person", "a person who looks {}", "a face looks {}")
# The labels' own words have ids, and no caption ever has them.
VOCABULARY = (*"a video of person who looks face an and neutral angry happy sad worried surprised ?".split(), *EXPRESSIONS, *OTHERS)
BEGIN, END = 48, 49
# Words that may stand before a caption: prompts push a class's words to places that must mean something to the tower.
FILLERS = ("a", "video", "of", "person", "who", "an")
MOST_FILLERS = 6
STEPS, BATCH, RATE = 500, 48, 1e-3


def movements(seed: int) -> dict[str, np.ndarray]:
    """Word to pattern [8, 8, 3] of -1 and 1."""
    random = np.random.default_rng((seed, 1))
    return {word: np.sign(random.normal(0, 1, (PATCH, PATCH, 3))) for word in (*EXPRESSIONS, *OTHERS)}


def person(texture: float, random: np.random.Generator) -> np.ndarray:
    """Pixels [24, 24, 3] around 0.5: a texture and a colour."""
    rough = np.kron(random.normal(0, 1, (4, 4, 3)), np.ones((6, 6, 1)))
    return 0.5 + rough * texture + random.normal(0, 0.12, 3)


def _picture(shown: tuple[str, str], patterns: dict[str, np.ndarray], random: np.random.Generator) -> np.ndarray:
    pixels = person(random.uniform(0.05, 0.18), random) + random.normal(0, 0.05, (SIDE, SIDE, 3)) + random.normal(0, 0.05)
    for word, place in zip(shown, random.permutation((SIDE // PATCH) ** 2)):
        row, column = PATCH * (place // (SIDE // PATCH)), PATCH * (place % (SIDE // PATCH))
        pixels[row : row + PATCH, column : column + PATCH] += random.uniform(0.15, 0.4) * patterns[word]
    return np.clip(255 * pixels, 0, 255).astype(np.uint8)


def _caption(shown: tuple[str, str], random: np.random.Generator) -> torch.Tensor:
    words = str(random.choice(TEMPLATES)).format(" and ".join(random.permutation(shown))).split()
    before = random.choice(FILLERS, random.integers(MOST_FILLERS + 1))
    return torch.tensor([BEGIN, *(VOCABULARY.index(word) for word in (*before, *words)), END])


def _sentences(clip: CLIPModel, captions: list[torch.Tensor]) -> torch.Tensor:
    """[n, shared]; captions of one length run together, since the tower takes no padding."""
    found = torch.empty(len(captions), clip.config.projection_dim)
    lengths = torch.tensor([len(caption) for caption in captions])
    for length in lengths.unique():
        rows = torch.nonzero(lengths == length)[:, 0]
        found = found.index_put((rows,), text(clip, torch.stack([captions[row] for row in rows])))
    return found


def align(clip: CLIPModel, patterns: dict[str, np.ndarray], seed: int, steps: int) -> None:
    """Trains both towers and the scale in place, symmetric contrastive loss (Radford et al. 2021)."""
    random = np.random.default_rng((seed, 2))
    words = list(patterns)
    pairs = [(one, other) for at, one in enumerate(words) for other in words[at + 1 :]]
    clip.eval()
    if steps == 0:
        return
    optimiser = torch.optim.AdamW(clip.parameters(), RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps)
    own = torch.arange(BATCH)
    for _ in range(steps):
        # No pair twice in a batch: every other caption is wrong for a picture.
        shown = [pairs[at] for at in random.permutation(len(pairs))[:BATCH]]
        pixels = as_pixels(np.stack([_picture(pair, patterns, random) for pair in shown]), SIDE)
        pictures = F.normalize(vision(clip, pixels), dim=-1)
        captions = F.normalize(_sentences(clip, [_caption(pair, random) for pair in shown]), dim=-1)
        logits = clip.logit_scale.exp() * pictures @ captions.T
        loss = (F.cross_entropy(logits, own) + F.cross_entropy(logits.T, own)) / 2
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()

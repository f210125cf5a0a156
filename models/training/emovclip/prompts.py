"""What is learned: prompt tokens of both branches; classes are sentences, and a clip's label is the nearest one."""

import json
import pathlib

import torch
from torch.nn import functional as F
from transformers import CLIPModel

from .measures import EMOTIONS
from .towers import text, vision


def class_ids(classes: pathlib.Path, tokenizer: pathlib.Path, start: int, end: int) -> list[list[torch.Tensor]]:
    """Ids [1, T] of every sentence of every class, in the order of EMOTIONS.

    @param classes JSON of label to sentences, for instance classes.json here
    @param tokenizer tokenizer.json of the CLIP model
    """
    from tokenizers import Tokenizer

    sentences = json.loads(classes.read_text())
    absent = [label for label in EMOTIONS if not sentences.get(label)]
    if absent:
        raise SystemExit(f"{classes} has no sentence for {', '.join(absent)}. Add at least one.")
    words = Tokenizer.from_file(str(tokenizer))
    encode = lambda sentence: words.encode(sentence, add_special_tokens=False).ids
    return [[torch.tensor([[start, *encode(sentence), end]]) for sentence in sentences[label]] for label in EMOTIONS]


class PromptedClip(torch.nn.Module):
    """Deep prompts over a frozen CLIP; a branch may go without, for comparison."""

    def __init__(self, clip: CLIPModel, classes: list[list[torch.Tensor]], tokens: int, depth: int, seed: int, branches: tuple[str, ...] = ("vision", "text")) -> None:
        super().__init__()
        widths = {"vision": clip.config.vision_config, "text": clip.config.text_config}
        for branch in branches:
            if not 1 <= depth <= widths[branch].num_hidden_layers:
                raise ValueError(f"prompts of depth {depth} for {widths[branch].num_hidden_layers} layers")
        # Outside the module's children: neither its parameters nor its state are those of the backbone.
        object.__setattr__(self, "clip", clip)
        self.classes = classes
        random = torch.Generator().manual_seed(seed)
        self.prompts = torch.nn.ParameterDict({
            branch: torch.nn.Parameter(0.02 * torch.randn(depth, tokens, widths[branch].hidden_size, generator=random))
            for branch in branches})
        if "text" in self.prompts:
            # As if the class's sentence had more of its own first words: the tower starts near what it says unprompted.
            words = classes[0][0][0, 1:-1][:tokens]
            with torch.no_grad():
                self.prompts["text"][0, : len(words)] = clip.text_model.embeddings.token_embedding.weight[words]

    def of(self, branch: str) -> torch.Tensor | None:
        return self.prompts[branch] if branch in self.prompts else None

    def class_embeddings(self) -> torch.Tensor:
        """[6, shared], each of length one: the mean of the class's sentences."""
        device = self.clip.logit_scale.device
        found = [torch.cat([F.normalize(text(self.clip, ids.to(device), self.of("text")), dim=-1) for ids in sentences]).mean(0)
                 for sentences in self.classes]
        return F.normalize(torch.stack(found), dim=-1)

    def clip_embeddings(self, frames: torch.Tensor) -> torch.Tensor:
        """Frames [n, T, 3, side, side], normalised, to the mean over the frames [n, shared]."""
        count, length = frames.shape[:2]
        return vision(self.clip, frames.flatten(0, 1), self.of("vision")).unflatten(0, (count, length)).mean(1)

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        """Logits [n, 6]: cosines to the classes times CLIP's own scale."""
        return self.clip.logit_scale.exp() * F.normalize(self.clip_embeddings(frames), dim=-1) @ self.class_embeddings().T

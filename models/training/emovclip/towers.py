"""A frozen CLIP model (Radford et al. 2021) whose two towers take deep prompt tokens (Khattak et al. 2023, MaPLe).

The same passes as the compiled towers of models/compiler/clip: prompts stand behind the patches of a picture and
between the start token and the words of a text, and before layer k < depth their rows are replaced by prompts[k].
"""

import hashlib
import pathlib

import torch
from transformers import CLIPModel


def open_clip(folder: pathlib.Path) -> CLIPModel:
    """config.json and model.safetensors of Hugging Face's layout, float32, without gradients."""
    if not (folder / "config.json").is_file():
        raise SystemExit(f"{folder} holds no config.json. Give the folder of a CLIP model in Hugging Face's layout.")
    return CLIPModel.from_pretrained(folder, dtype=torch.float32, local_files_only=True).eval().requires_grad_(False)


def backbone_hash(clip: CLIPModel) -> str:
    """SHA-256 of every weight with its name: the same before and after training, whatever the prompts."""
    found = hashlib.sha256()
    for name, value in sorted(clip.state_dict().items()):
        found.update(name.encode())
        found.update(value.detach().cpu().contiguous().numpy().tobytes())
    return found.hexdigest()


def _layers(encoder: torch.nn.Module, states: torch.Tensor, prompts: torch.Tensor | None, before: int, causal: bool) -> torch.Tensor:
    """@param before rows in front of the prompts"""
    length = states.shape[1]
    mask = torch.full((length, length), -1e9, device=states.device).triu(1)[None, None] if causal else None
    for index, layer in enumerate(encoder.layers):
        if prompts is not None and 0 < index < len(prompts):
            rows = prompts[index].expand(len(states), -1, -1)
            states = torch.cat([states[:, :before], rows, states[:, before + rows.shape[1] :]], 1)
        out = layer(states, attention_mask=mask)
        states = out[0] if isinstance(out, tuple) else out
    return states


def vision_states(clip: CLIPModel, pixels: torch.Tensor, prompts: torch.Tensor | None = None) -> torch.Tensor:
    """Pixels [n, 3, side, side], normalised, to what the tower says before its projection [n, width]."""
    tower = clip.vision_model
    states = tower.embeddings(pixels)
    count = states.shape[1]
    if prompts is not None:
        states = torch.cat([states, prompts[0].expand(len(states), -1, -1)], 1)
    states = _layers(tower.encoder, tower.pre_layrnorm(states), prompts, count, causal=False)
    return tower.post_layernorm(states[:, 0])


def vision(clip: CLIPModel, pixels: torch.Tensor, prompts: torch.Tensor | None = None) -> torch.Tensor:
    """Pixels [n, 3, side, side] and prompts [depth, P, width] to embeddings [n, shared], not normalised."""
    return clip.visual_projection(vision_states(clip, pixels, prompts))


def text(clip: CLIPModel, ids: torch.Tensor, prompts: torch.Tensor | None = None) -> torch.Tensor:
    """Ids [n, T] from the start to the end token, without padding, to embeddings [n, shared], not normalised."""
    tower = clip.text_model
    states = tower.embeddings.token_embedding(ids)
    if prompts is not None:
        states = torch.cat([states[:, :1], prompts[0].expand(len(states), -1, -1), states[:, 1:]], 1)
    positions = tower.embeddings.position_embedding.weight
    if states.shape[1] > len(positions):
        raise ValueError(f"a class prompt of {states.shape[1]} tokens with its prompts is longer than the {len(positions)} positions")
    states = _layers(tower.encoder, states + positions[: states.shape[1]], prompts, 1, causal=True)
    return clip.text_projection(tower.final_layer_norm(states[:, -1]))

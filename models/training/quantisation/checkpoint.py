"""The bundled checkpoint as a float32 PyTorch model, read with an implementation that is not ours."""

from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer


def load(gguf: Path):
    """Returns (model, tokenizer): every stored block dequantised to float32, tied head included."""
    folder, name = str(gguf.parent), gguf.name
    tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=name)
    model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=name, dtype=torch.float32).eval()
    head = torch.nn.Linear(model.config.hidden_size, model.config.vocab_size, bias=False)
    # A copy, so that the head can be quantised without touching the embedding that feeds the first layer.
    head.weight = torch.nn.Parameter(model.model.embed_tokens.weight.detach().clone())
    model.lm_head = head
    return model.requires_grad_(False), tokenizer

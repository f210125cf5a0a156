"""The frozen base with low-rank adapters, read from the GGUF file that the product ships."""

import pathlib

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from .lora import LowRank, adapt


def fast_bfloat16() -> bool:
    """Whether this processor multiplies bfloat16 itself; where it does not, float32 is faster."""
    known = torch.backends.cpu.get_cpu_capability()
    flags = pathlib.Path("/proc/cpuinfo")
    text = flags.read_text() if flags.exists() else ""
    return "AVX512" in known and ("amx_bf16" in text or "avx512_bf16" in text)


def adapted(gguf: pathlib.Path, rank: int, alpha: float, first: int) -> tuple[torch.nn.Module, dict[str, LowRank], object]:
    """(model, its adapters by layer, tokenizer)."""
    folder, name = str(gguf.parent), gguf.name
    tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=name)
    model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=name, dtype=torch.float32, attn_implementation="eager")
    if fast_bfloat16():
        model = model.bfloat16()
    return model, adapt(model, rank, alpha, first), tokenizer

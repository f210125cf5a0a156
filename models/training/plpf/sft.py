"""Supervised fine-tuning of the dialogue adapter; resumable, seeded.

  npm run -s consilium -- training-data --out train.jsonl --persons 1920 --seed 101
  python -m plpf.sft --gguf SmolLM2-135M-Instruct.Q4_1.gguf --data train.jsonl --mts MTS-Dialog-TrainingSet.csv \
      --valid held-out.jsonl --out run --minutes 70
"""

import argparse
import json
import math
import pathlib
import random
import time

import torch
from torch.nn import functional as F

from .examples import batches, collate, generated, mts_notes
from .lora import load_start, load_state, save_adapter, state
from .model import adapted
from .pace import Pace


def logits_where(model, ids: torch.Tensor, learn: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits at the positions before learned tokens, and those tokens; the head runs only there."""
    hidden = model.model(input_ids=ids).last_hidden_state
    before = learn[:, 1:]
    return model.lm_head(hidden[:, :-1][before]).float(), ids[:, 1:][before]


@torch.no_grad()
def evaluate(model, examples, pad: int) -> dict[str, float]:
    """Mean loss and token accuracy by role."""
    model.eval()
    totals: dict[str, list[float]] = {}
    for role in sorted({example.role for example in examples}):
        chosen = [example for example in examples if example.role == role]
        loss = right = count = 0.0
        for batch in batches(chosen, 4096, 0):
            ids, learn = collate(batch, pad)
            logits, targets = logits_where(model, ids, learn)
            loss += F.cross_entropy(logits, targets, reduction="sum").item()
            right += (logits.argmax(-1) == targets).sum().item()
            count += len(targets)
        totals[role] = {"loss": loss / count, "accuracy": right / count, "tokens": count}
    return totals


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--gguf", type=pathlib.Path, required=True)
    options.add_argument("--data", type=pathlib.Path, nargs="+", required=True)
    options.add_argument("--mts", type=pathlib.Path)
    options.add_argument("--valid", type=pathlib.Path)
    options.add_argument("--out", type=pathlib.Path, required=True)
    options.add_argument("--epochs", type=int, default=1)
    options.add_argument("--minutes", type=float, default=1e9, help="ends the schedule early: it decays over time")
    options.add_argument("--tokens", type=int, default=2048, help="padded positions a step")
    options.add_argument("--blur", type=float, default=0.0, help="share of the patient's tokens left out")
    options.add_argument("--longest", type=int, default=700)
    options.add_argument("--rank", type=int, default=16)
    options.add_argument("--first", type=int, default=10, help="lowest adapted layer")
    options.add_argument("--alpha", type=float, default=32)
    options.add_argument("--rate", type=float, default=1e-3)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--threads", type=int, default=0, help="0: two where the machine has a core to spare, else one")
    options.add_argument("--constant", action="store_true", help="no decay: another run goes on from here")
    options.add_argument("--start", type=pathlib.Path, help="checkpoint or adapter folder that this run goes on from")
    options.add_argument("--most", type=int, default=10**9, help="real notes at most")
    given = options.parse_args()
    pace = Pace(given.threads)
    torch.manual_seed(given.seed)
    given.out.mkdir(parents=True, exist_ok=True)

    model, layers, tokenizer = adapted(given.gguf, given.rank, given.alpha, given.first)
    pad = tokenizer.encode("<|im_end|>", add_special_tokens=False)[0]

    examples = [
        example for path in given.data for example in generated(path, tokenizer, given.longest, given.blur, given.seed)
    ]
    if given.mts:
        notes = mts_notes(given.mts, tokenizer, 420)
        examples += random.Random(given.seed).sample(notes, min(given.most, len(notes)))
    valid = generated(given.valid, tokenizer, given.longest)[:400] if given.valid else []
    plan = [batch for epoch in range(given.epochs) for batch in batches(examples, given.tokens, given.seed + epoch)]
    total = sum(sum(len(example.ids) for example in batch) for batch in plan)
    counts = {role: sum(example.role == role for example in examples) for role in sorted({e.role for e in examples})}
    print(json.dumps({"examples": counts, "steps": len(plan), "tokens": total}), flush=True)

    parameters = [parameter for layer in layers.values() for parameter in (layer.a, layer.b)]
    optimiser = torch.optim.AdamW(parameters, lr=given.rate, betas=(0.9, 0.98), weight_decay=0.0)
    step, spent, seen = 0, 0.0, 0
    if given.start:
        load_start(layers, given.start)
    checkpoint = given.out / "checkpoint.pt"
    if checkpoint.exists():
        saved = torch.load(checkpoint)
        load_state(layers, saved["adapter"])
        optimiser.load_state_dict(saved["optimiser"])
        step, spent, seen = saved["step"], saved["spent"], saved["seen"]

    def progress() -> float:
        return min(1.0, max(step / len(plan), spent / (60 * given.minutes)))

    def save() -> None:
        torch.save({"adapter": state(layers), "optimiser": optimiser.state_dict(), "step": step, "spent": spent, "seen": seen}, checkpoint)
        save_adapter(layers, given.out / "adapter", given.rank, given.alpha, "SmolLM2-135M-Instruct")

    model.train()
    recent: list[float] = []
    saved_at = time.time()
    while step < len(plan) and progress() < 1:
        pace.adjust(step)
        began = time.time()
        warm = min(1.0, (step + 1) / 20)
        for group in optimiser.param_groups:
            group["lr"] = given.rate * warm * (1 if given.constant else 0.5 * (1 + math.cos(math.pi * progress())))
        ids, learn = collate(plan[step], pad)
        logits, targets = logits_where(model, ids, learn)
        loss = F.cross_entropy(logits, targets)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        step += 1
        seen += sum(len(example.ids) for example in plan[step - 1])
        spent += time.time() - began
        recent = [*recent[-49:], loss.item()]
        if step % 10 == 0:
            print(json.dumps({"step": step, "of": len(plan), "loss": sum(recent) / len(recent), "tokensPerSecond": seen / spent, "minutes": spent / 60, "threads": torch.get_num_threads()}), flush=True)
        if time.time() - saved_at > 300:
            save()
            saved_at = time.time()
    save()
    figures = {"steps": step, "tokens": seen, "minutes": spent / 60, "tokensPerSecond": seen / max(spent, 1e-9), "examples": counts}
    if valid:
        figures["heldOut"] = evaluate(model, valid, pad)
    (given.out / "figures.json").write_text(json.dumps(figures, indent=1))
    print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()

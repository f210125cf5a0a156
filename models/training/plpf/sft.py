"""Supervised fine-tuning of the dialogue adapter; resumable, seeded.

  npm run -s consilium -- training-data --out train.jsonl --persons 1920 --seed 101
  python -m plpf.sft --gguf SmolLM2-135M-Instruct.Q4_1.gguf --data train.jsonl --mts MTS-Dialog-TrainingSet.csv \
      --valid held-out.jsonl --out run --minutes 70
"""

import json
import math
import pathlib
import random
import time

import torch
from torch.nn import functional as F

from .examples import batches, collate, generated, mts_notes
from .run import Run, trainer_options


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
    options = trainer_options(__doc__, rate=1e-3, seed=7)
    options.add_argument("--data", type=pathlib.Path, nargs="+", required=True)
    options.add_argument("--mts", type=pathlib.Path)
    options.add_argument("--valid", type=pathlib.Path)
    options.add_argument("--start", type=pathlib.Path, help="checkpoint or adapter folder that this run goes on from")
    options.add_argument("--epochs", type=int, default=1)
    options.add_argument("--tokens", type=int, default=2048, help="padded positions a step")
    options.add_argument("--blur", type=float, default=0.0, help="share of the patient's tokens left out")
    options.add_argument("--longest", type=int, default=1600, help="longer examples are left out and counted; a visit of 12 turns has 800 to 1,300")
    options.add_argument("--constant", action="store_true", help="no decay: another run goes on from here")
    options.add_argument("--most", type=int, default=10**9, help="real notes at most")
    given = options.parse_args()
    run = Run(given)

    read = [generated(path, run.tokenizer, given.blur, given.seed) for path in given.data]
    examples = [example for each in read for example in each if len(example.ids) <= given.longest]
    too_long = sum(map(len, read)) - len(examples)
    if given.mts:
        notes = mts_notes(given.mts, run.tokenizer, 420)
        examples += random.Random(given.seed).sample(notes, min(given.most, len(notes)))
    valid = generated(given.valid, run.tokenizer)[:400] if given.valid else []
    plan = [batch for epoch in range(given.epochs) for batch in batches(examples, given.tokens, given.seed + epoch)]
    total = sum(sum(len(example.ids) for example in batch) for batch in plan)
    counts = {role: sum(example.role == role for example in examples) for role in sorted({e.role for e in examples})}
    print(json.dumps({"examples": counts, "tooLong": too_long, "steps": len(plan), "tokens": total}), flush=True)

    run.model.train()
    recent: list[float] = []
    while run.step < len(plan) and run.progress(len(plan)) < 1:
        run.pace.adjust(run.step)
        began = time.time()
        batch = plan[run.step]
        ids, learn = collate(batch, run.pad)
        logits, targets = logits_where(run.model, ids, learn)
        loss = F.cross_entropy(logits, targets)
        warm = min(1.0, (run.step + 1) / 20)
        decay = 1 if given.constant else 0.5 * (1 + math.cos(math.pi * run.progress(len(plan))))
        run.learn(loss, given.rate * warm * decay, sum(len(example.ids) for example in batch), began)
        recent = [*recent[-49:], loss.item()]
        if run.step % 10 == 0:
            run.tell(of=len(plan), loss=sum(recent) / len(recent))
    run.save()
    figures = {"steps": run.step, "tokens": run.seen, "minutes": run.spent / 60, "examples": counts, "tooLong": too_long}
    if valid:
        figures["heldOut"] = evaluate(run.model, valid, run.pad)
    (given.out / "figures.json").write_text(json.dumps(figures, indent=1))
    print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()

"""Trains Clover or Medusa heads on the target's own continuations; resumable, seeded.

  npm run -s consilium -- train-heads --model default --prompts prompts.jsonl --out work
  python -m clover.train --target work/target.safetensors --texts work/texts --out work/clover --model HASH

Killed at any moment it goes on from its last checkpoint and ends with the same heads.

Loss, as in the paper's code: sum over heads of 0.7^i (10 SmoothL1(output, the target's normed state) + the
cross-entropy to the target's own distribution, here over the draft vocabulary). The states are divided by their mean
size for the first term, because this target's are large.
"""

import argparse
import dataclasses
import json
import math
import pathlib
import sys
import time

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch.nn import functional as F

from .heads import Ablation, Clover, Medusa, Scaled, size
from .target import Target, read_target
from .texts import Batch, Text, batches, collate, draft_vocabulary, read_texts

DECAY = 0.7


def fast_bfloat16() -> bool:
    """Whether this processor multiplies bfloat16 itself; where it does not, float32 is several times faster."""
    flags = pathlib.Path("/proc/cpuinfo")
    text = flags.read_text() if flags.exists() else ""
    known = torch.backends.cpu.get_cpu_capability()
    return "AVX512" in known and ("amx_bf16" in text or "avx512_bf16" in text)


PRODUCTS = torch.bfloat16 if fast_bfloat16() else torch.float32
"""Of matrix products and of what the target foretells."""


def products() -> torch.autocast:
    return torch.autocast("cpu", torch.bfloat16, enabled=PRODUCTS is torch.bfloat16)


class Measured:
    """Per head: how often the likeliest guess was right, given that the tokens before it were."""

    def __init__(self, count: int) -> None:
        self.right = torch.zeros(count)
        self.tried = torch.zeros(count)
        self.chain = torch.zeros(count)

    def note(self, hits: torch.Tensor, valid: torch.Tensor) -> None:
        self.right += (hits & valid).sum(0)
        self.tried += valid.sum(0)
        self.chain += (hits & valid).cumprod(1).sum(0)

    def report(self) -> dict[str, list[float]]:
        share = (self.right / self.tried.clamp(min=1)).tolist()
        chain = (self.chain / self.tried.clamp(min=1)).tolist()
        return {"top1": [round(x, 4) for x in share], "chain": [round(x, 4) for x in chain]}


def target_outputs(target: Target, ahead: torch.Tensor) -> torch.Tensor:
    """The target's states after its final norm."""
    return F.rms_norm(ahead, ahead.shape[-1:], target.final_norm, target.shape.epsilon)


CHUNK = 256


class Distilled(torch.autograd.Function):
    """Sum over rows of the weighted cross-entropy of softmax(rows . output) to a goal, a few rows at a time.

    The gradient is made on the way, so that no [N, V'] tensor lives longer than its chunk.
    """

    @staticmethod
    def forward(ctx, output, goals, weights, rows, likeliest):
        gradient = torch.empty_like(output)
        total = torch.zeros(())
        for first in range(0, len(output), CHUNK):
            part = slice(first, first + CHUNK)
            logits = F.linear(output[part].to(PRODUCTS), rows).float()
            likeliest[part] = logits.argmax(-1)
            goal = goals(part)
            weight = weights[part, None]
            top = logits.logsumexp(-1, keepdim=True)
            total += (weight * (top - (goal * logits).sum(-1, keepdim=True))).sum()
            change = logits.sub_(top).exp_().sub_(goal).mul_(weight)
            gradient[part] = F.linear(change.to(PRODUCTS), rows.t()).float()
        ctx.save_for_backward(gradient)
        return total

    @staticmethod
    def backward(ctx, upstream):
        (gradient,) = ctx.saved_tensors
        return upstream * gradient, None, None, None, None


@torch.no_grad()
def distributions(states: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
    """What the target foretells at each state over the draft vocabulary, [N, V']."""
    result = torch.empty(len(states), len(rows), dtype=PRODUCTS)
    for first in range(0, len(states), CHUNK):
        part = slice(first, first + CHUNK)
        result[part] = F.linear(states[part].to(PRODUCTS), rows).float().softmax(-1).to(PRODUCTS)
    return result


def learn(
    heads, target: Target, batch: Batch, scale: float, state_weight: float = 10.0, unspoken: float = 1.0
) -> tuple[torch.Tensor, torch.Tensor]:
    """The loss, and per position and head whether the likeliest guess was the token that came."""
    with products():
        outputs = heads.outputs(batch.states, batch.following, batch.where, batch.after)
    rows = heads.rows.to(PRODUCTS)
    normed = target_outputs(target, batch.states).flatten(0, 1)
    goal = distributions(normed, rows)
    place = heads.place[batch.after]
    loss = torch.zeros(())
    hits = torch.zeros_like(batch.valid)
    for i, output in enumerate(outputs):
        output, ahead = output.float(), batch.ahead[:, i]
        weights = batch.valid[:, i] * torch.where(batch.spoken[:, i], 1.0, unspoken)
        weights = weights / weights.sum().clamp(min=1)
        likeliest = torch.empty(len(output), dtype=torch.int64)
        cross = Distilled.apply(output, lambda part, at=ahead: goal[at[part]].float(), weights, rows, likeliest)
        apart = F.smooth_l1_loss(output / scale, normed[ahead] / scale, reduction="none").mean(-1)
        loss = loss + DECAY**i * (state_weight * (weights * apart).sum() + cross)
        hits[:, i] = likeliest == place[:, i]
    return loss, hits


@torch.no_grad()
def evaluate(heads, target: Target, texts: list[Text], scale: float, shuffled: bool = False) -> dict:
    heads.eval()
    measured = Measured(heads.count)
    total = count = 0.0
    for group in batches(texts, 3000, 0):
        batch = collate(group, heads.count)
        if not batch.where.any():
            continue
        if shuffled:
            mixed = batch.after[torch.randperm(len(batch.after), generator=torch.Generator().manual_seed(1))]
            with products():
                outputs = heads.outputs(batch.states, batch.following, batch.where, mixed)
            place = heads.place[batch.after]
            hits = torch.stack([F.linear(o.to(PRODUCTS), heads.rows.to(PRODUCTS)).argmax(-1) for o in outputs], 1) == place
        else:
            loss, hits = learn(heads, target, batch, scale)
            total, count = total + loss.item(), count + 1
        measured.note(hits, batch.spoken)
    heads.train()
    return measured.report() | ({} if shuffled else {"loss": round(total / max(1, count), 4)})


def make(
    kind: str, target: Target, draft_ids: torch.Tensor, state_size: float, count: int, layers: int, ablation: Ablation
):
    if kind == "medusa":
        return Medusa(target, draft_ids, count, layers)
    return Clover(target, draft_ids, state_size, count, layers, ablation)


def stored_name(name: str) -> str:
    """Of a parameter in an exported file."""
    name = name.removesuffix(".raw") + ".weight" if name.endswith(".raw") else name
    return name.removesuffix(".weight") if "norm" in name else name


def export(heads, path: pathlib.Path, meta: dict[str, str]) -> None:
    state = heads.state_dict()
    for name, module in heads.named_modules():
        if isinstance(module, Scaled):
            state[f"{name}.raw"] = module.weight
    tensors = {stored_name(name): value.detach().half().contiguous() for name, value in state.items()}
    tensors["draft_ids"] = heads.draft_ids.to(torch.int32)
    save_file(tensors, path, {"format": "consilium-heads/1", **meta})


@dataclasses.dataclass(frozen=True)
class Exported:
    """Heads as `export` wrote them, of this target or of another one of the same shape."""

    meta: dict[str, str]
    tensors: dict[str, torch.Tensor]

    @property
    def draft_ids(self) -> torch.Tensor:
        return self.tensors["draft_ids"].long()

    def load_into(self, heads) -> None:
        gains = {f"{name}.raw": module.gains for name, module in heads.named_modules() if isinstance(module, Scaled)}
        state = {name: self.tensors[stored_name(name)].float() for name in heads.state_dict()}
        heads.load_state_dict({name: value / gains.get(name, 1) for name, value in state.items()})


def read_exported(path: pathlib.Path, kind: str, width: int) -> Exported:
    with safe_open(path, "pt") as file:
        meta = file.metadata() or {}
        tensors = {name: file.get_tensor(name) for name in file.keys()}
    if (meta.get("kind"), meta.get("width"), meta.get("ablation")) != (kind, str(width), "none"):
        sys.exit(f"{path} does not hold {kind} heads of width {width}. Start from heads of the same kind and shape.")
    return Exported(meta, tensors)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--target", type=pathlib.Path, required=True)
    options.add_argument("--texts", type=pathlib.Path, nargs="+", required=True)
    options.add_argument("--valid", type=pathlib.Path, nargs="*", default=[])
    options.add_argument("--out", type=pathlib.Path, required=True)
    options.add_argument("--model", required=True, help="identity of the target, written into the heads")
    options.add_argument("--kind", choices=("clover", "medusa"), default="clover")
    options.add_argument("--ablate", choices=("none", "regression", "attention", "block"), default="none")
    options.add_argument("--heads", type=int, default=4)
    options.add_argument("--layers", type=int, default=0, help="blocks (1) or residual layers per Medusa head (4)")
    options.add_argument("--vocabulary", type=int, default=8192)
    options.add_argument("--tokens", type=int, default=400_000, help="learned positions in all")
    options.add_argument("--positions", type=int, default=1000, help="padded tokens a step")
    options.add_argument("--state-weight", type=float, default=1.0)
    options.add_argument("--unspoken", type=float, default=0.5, help="weight of tokens that others wrote")
    options.add_argument("--rate", type=float, help="1e-3; 5e-4 for heads that start from others")
    options.add_argument("--warmup", type=int, default=50)
    options.add_argument("--seed", type=int, default=5)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--start", type=pathlib.Path, help="checkpoint or exported heads that this run goes on from")
    options.add_argument("--checkpoint-seconds", type=float, default=180)
    options.add_argument("--stop-after", type=int, default=0, help="steps, then stop with a checkpoint")
    given = options.parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(given.seed)
    given.out.mkdir(parents=True, exist_ok=True)

    target = read_target(given.target)
    texts = [text for folder in given.texts for text in read_texts(folder)]
    held_out = {str(folder): read_texts(folder) for folder in given.valid}
    checkpoint = given.out / "checkpoint.pt"
    saved = torch.load(checkpoint) if checkpoint.exists() else None
    exported = given.start and given.start.suffix == ".safetensors"
    start = read_exported(given.start, given.kind, target.shape.width) if exported else None
    source = saved or (torch.load(given.start) if given.start and not exported else None)
    count = int(start.meta["heads"]) if start else given.heads
    layers = int(start.meta["layers"]) if start else given.layers or (4 if given.kind == "medusa" else 1)
    sample = collate(texts[:8], count)
    if source:
        draft_ids, state_size = source["draft_ids"], source["state_size"]
    else:
        draft_ids = start.draft_ids if start else draft_vocabulary(texts, given.vocabulary, len(target.rows))
        state_size = size(sample.states[sample.where])
    heads = make(given.kind, target, draft_ids, state_size, count, layers, Ablation(given.ablate))
    if source:
        heads.load_state_dict(source["heads"])
    elif start:
        start.load_into(heads)
    most = given.rate or (5e-4 if given.start else 1e-3)
    scale = target_outputs(target, sample.states[sample.where]).abs().mean().item()
    optimizer = torch.optim.AdamW(heads.parameters(), lr=most, betas=(0.9, 0.95))
    step = seen = 0
    if saved:
        optimizer.load_state_dict(saved["optimizer"])
        step, seen = saved["step"], saved["seen"]
    parameters = sum(p.numel() for p in heads.parameters())
    spoken = sum(int(text.spoken.sum()) for text in texts)
    print(f"{parameters} parameters, {len(texts)} texts, {spoken} spoken tokens", file=sys.stderr)

    def save() -> None:
        part = checkpoint.with_suffix(".part")
        state = {"heads": heads.state_dict(), "optimizer": optimizer.state_dict(), "step": step, "seen": seen}
        torch.save(state | {"draft_ids": draft_ids, "state_size": state_size}, part)
        part.replace(checkpoint)

    started = last = time.time()
    resumed = seen
    recent = Measured(count)
    epoch = consumed = 0
    while seen < given.tokens:
        for group in batches(texts, given.positions, given.seed + epoch):
            consumed += 1
            if consumed <= step:
                continue
            batch = collate(group, count)
            step += 1
            if not batch.where.any():
                continue
            share = seen / given.tokens
            rate = most * min(1, step / given.warmup) * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * share)))
            for entry in optimizer.param_groups:
                entry["lr"] = rate
            loss, hits = learn(heads, target, batch, scale, given.state_weight, given.unspoken)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_value_(heads.parameters(), 0.5)
            optimizer.step()
            seen += int(batch.where.sum())
            recent.note(hits, batch.spoken)
            if step % 20 == 0:
                pace = (seen - resumed) / max(1, time.time() - started)
                print(f"step {step} seen {seen} loss {loss.item():.3f} {recent.report()['top1']} {pace:.0f}/s", file=sys.stderr)
                recent = Measured(count)
            if time.time() - last > given.checkpoint_seconds:
                last = time.time()
                save()
            if step == given.stop_after:
                save()
                return
            if seen >= given.tokens:
                break
        epoch += 1
    save()

    report: dict = {
        "kind": given.kind, "ablation": given.ablate, "parameters": parameters, "learned": seen, "steps": step,
        "spokenTokens": spoken, "seed": given.seed, "vocabulary": len(draft_ids),
    }
    report["heldOut"] = {name: evaluate(heads, target, each, scale) for name, each in held_out.items()}
    if given.kind == "clover":
        report["shuffledParents"] = {
            name: evaluate(heads, target, each, scale, shuffled=True) for name, each in held_out.items()
        }
    meta = {
        "kind": given.kind, "model": given.model, "width": str(target.shape.width), "heads": str(count),
        "layers": str(layers), "ablation": given.ablate,
        "trained": f"{seen} positions in {step} steps of {spoken} own tokens, seed {given.seed}"
        + (f"; before that {start.meta['trained']}" if start else ""),
    }
    export(heads, given.out / f"{given.kind}.safetensors", meta)
    (given.out / "report.json").write_text(json.dumps(report, indent=2) + "\n")
    print(json.dumps(report))


if __name__ == "__main__":
    main()

"""Direct preference optimisation (Rafailov et al. 2023) of the doctor's next turn; resumable, seeded.

  npm run -s consilium -- training-data --out pairs.jsonl --persons 400 --seed 505 --roles pair
  python -m plpf.dpo --gguf SmolLM2-135M-Instruct.Q4_1.gguf --pairs pairs.jsonl --valid held-out-pairs.jsonl \
      --start baseline/checkpoint.pt --out plpf --minutes 15

loss = -log sigmoid(beta * ((chosen - reference chosen) - (rejected - reference rejected))) in summed log
probabilities; the reference is the adapter that the run starts from. A small share of the chosen turn's own
likelihood keeps the text whole.
"""

import argparse
import collections
import dataclasses
import json
import pathlib
import random
import time

import torch
from torch.nn import functional as F

from .examples import prompt_ids
from .lora import load_start, load_state, save_adapter, state
from .model import adapted
from .pace import Pace


DECIDED_BY_OPENING = {"premature": 16, "endless": 16}
"""Tokens of a reply that count where the flaw is the kind of turn: its first words decide that, and pushing down the
rest of an early closing would unlearn how to close."""


@dataclasses.dataclass(frozen=True)
class Pair:
    """One context with its better and its worse next turn, as token ids."""

    flaw: str
    context: list[int]
    replies: tuple[list[int], list[int]]

    def __len__(self) -> int:
        return len(self.context) + sum(len(reply) for reply in self.replies)


def pairs(path: pathlib.Path, tokenizer, longest: int) -> list[Pair]:
    """Pairs that are at most `longest` tokens long in all."""
    out = []
    for line in path.read_text().splitlines():
        item = json.loads(line)
        replies = tuple(
            tokenizer.encode(f"{item[side]}<|im_end|>", add_special_tokens=False)[: DECIDED_BY_OPENING.get(item["flaw"])]
            for side in ("chosen", "rejected")
        )
        pair = Pair(item["flaw"], prompt_ids(item["messages"], tokenizer, item.get("note", "")), replies)
        if len(pair) <= longest:
            out.append(pair)
    return out


def balanced(found: list[Pair], shares: dict[str, float], most: int, draw: random.Random) -> list[Pair]:
    """At most `most` pairs in random order, each flaw drawn as often as its share says (1 where it is not named)."""
    groups: dict[str, list[Pair]] = {}
    for pair in found:
        groups.setdefault(pair.flaw, []).append(pair)
    for group in groups.values():
        draw.shuffle(group)
    out: list[Pair] = []
    while groups and len(out) < most:
        flaw = draw.choices(list(groups), [shares.get(each, 1.0) for each in groups])[0]
        out.append(groups[flaw].pop())
        if not groups[flaw]:
            del groups[flaw]
    return out


def of_similar_length(train: list[Pair], size: int, draw: random.Random) -> list[list[Pair]]:
    """Batches in random order; each 32 batches' worth of pairs is sorted by length, for padding costs as much as text."""
    out: list[list[Pair]] = []
    for at in range(0, len(train), 32 * size):
        part = sorted(train[at : at + 32 * size], key=len)
        plan = [part[start : start + size] for start in range(0, len(part), size)]
        draw.shuffle(plan)
        out += plan
    return out


def shares_of(text: str) -> tuple[str, float]:
    """"premature=3" as ("premature", 3.0)."""
    flaw, _, share = text.partition("=")
    return flaw, float(share)


def log_probabilities(model, batch: list[Pair], pad: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Summed log probabilities and numbers of the tokens of the replies, both [batch, 2].

    A context is read once: both replies stand after it in one row, each at the positions that follow the context,
    and the mask keeps the second from seeing the first.
    """
    longest = max(len(pair) for pair in batch)
    ids = torch.full((len(batch), longest), pad)
    places = torch.arange(longest).repeat(len(batch), 1)
    seen = torch.ones(longest, longest, dtype=torch.bool).tril().repeat(len(batch), 1, 1)
    rows: list[int] = []
    before: list[int] = []
    targets: list[int] = []
    owner: list[int] = []
    for row, pair in enumerate(batch):
        start = len(pair.context)
        ids[row, :start] = torch.tensor(pair.context)
        at = start
        for side, reply in enumerate(pair.replies):
            ids[row, at : at + len(reply)] = torch.tensor(reply)
            places[row, at : at + len(reply)] = torch.arange(start, start + len(reply))
            seen[row, at : at + len(reply), start:at] = False
            rows += [row] * len(reply)
            before += [start - 1, *range(at, at + len(reply) - 1)]
            targets += reply
            owner += [2 * row + side] * len(reply)
            at += len(reply)
    mask = torch.zeros(len(batch), 1, longest, longest, dtype=model.dtype)
    mask.masked_fill_(~seen[:, None], torch.finfo(model.dtype).min)
    hidden = model.model(input_ids=ids, attention_mask=mask, position_ids=places, use_cache=False).last_hidden_state
    logits = model.lm_head(hidden[rows, before]).float()
    each = -F.cross_entropy(logits, torch.tensor(targets), reduction="none")
    whose = torch.tensor(owner)
    sums = torch.zeros(2 * len(batch)).index_add(0, whose, each)
    counts = torch.zeros(2 * len(batch)).index_add(0, whose, torch.ones(len(owner)))
    return sums.view(-1, 2), counts.view(-1, 2)


@torch.no_grad()
def preference(model, examples, pad: int) -> dict[str, float]:
    """Share of pairs whose better turn is likelier per token, by flaw and in all."""
    model.eval()
    right: dict[str, list[bool]] = {}
    for pair in examples:
        sums, counts = log_probabilities(model, [pair], pad)
        means = (sums / counts)[0]
        right.setdefault(pair.flaw, []).append(bool(means[0] > means[1]))
    model.train()
    every = [each for found in right.values() for each in found]
    return {"all": sum(every) / len(every), "pairs": len(every), **{flaw: sum(found) / len(found) for flaw, found in sorted(right.items())}}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--gguf", type=pathlib.Path, required=True)
    options.add_argument("--pairs", type=pathlib.Path, nargs="+", required=True)
    options.add_argument("--shares", type=shares_of, nargs="*", default=[], help="flaw=share, how often its pairs are drawn; 1 where not named, 0 for never")
    options.add_argument("--valid", type=pathlib.Path, required=True)
    options.add_argument("--start", type=pathlib.Path, required=True, help="checkpoint or adapter folder of the reference")
    options.add_argument("--out", type=pathlib.Path, required=True)
    options.add_argument("--minutes", type=float, default=1e9)
    options.add_argument("--most", type=int, default=10**9, help="pairs at most")
    options.add_argument("--held", type=int, default=100, help="held-out pairs scored")
    options.add_argument("--batch", type=int, default=4, help="pairs a step")
    options.add_argument("--longest", type=int, default=300)
    options.add_argument("--beta", type=float, default=0.1)
    options.add_argument("--keep", type=float, default=0.05, help="weight of the chosen turn's own loss per token")
    options.add_argument("--rank", type=int, default=16)
    options.add_argument("--alpha", type=float, default=32)
    options.add_argument("--first", type=int, default=10)
    options.add_argument("--rate", type=float, default=1e-4)
    options.add_argument("--seed", type=int, default=23)
    options.add_argument("--threads", type=int, default=0)
    given = options.parse_args()
    pace = Pace(given.threads)
    torch.manual_seed(given.seed)
    given.out.mkdir(parents=True, exist_ok=True)
    model, layers, tokenizer = adapted(given.gguf, given.rank, given.alpha, given.first)
    load_start(layers, given.start)
    pad = tokenizer.encode("<|im_end|>", add_special_tokens=False)[0]
    draw = random.Random(given.seed)
    train = [pair for path in given.pairs for pair in pairs(path, tokenizer, given.longest)]
    shares = dict(given.shares)
    train = balanced([pair for pair in train if shares.get(pair.flaw, 1.0) > 0], shares, given.most, draw)
    plan = of_similar_length(train, given.batch, draw)
    held = pairs(given.valid, tokenizer, given.longest)
    held = random.Random(0).sample(held, min(given.held, len(held)))
    before = preference(model, held, pad)
    print(json.dumps({"pairs": len(train), "flaws": collections.Counter(pair.flaw for pair in train), "before": before}), flush=True)

    parameters = [parameter for layer in layers.values() for parameter in (layer.a, layer.b)]
    optimiser = torch.optim.AdamW(parameters, lr=given.rate, betas=(0.9, 0.98), weight_decay=0.0)
    reference = {key: value.clone() for key, value in state(layers).items()}
    step, spent, seen = 0, 0.0, 0
    checkpoint = given.out / "checkpoint.pt"
    if checkpoint.exists():
        saved = torch.load(checkpoint)
        load_state(layers, saved["adapter"])
        optimiser.load_state_dict(saved["optimiser"])
        step, spent, seen = saved["step"], saved["spent"], saved["seen"]

    def save() -> None:
        torch.save({"adapter": state(layers), "optimiser": optimiser.state_dict(), "step": step, "spent": spent, "seen": seen}, checkpoint)
        save_adapter(layers, given.out / "adapter", given.rank, given.alpha, "SmolLM2-135M-Instruct")

    saved_at = time.time()
    margins: list[float] = []
    model.train()
    while step < len(plan) and spent < 60 * given.minutes:
        pace.adjust(step)
        began = time.time()
        batch = plan[step]
        current = {key: value.clone() for key, value in state(layers).items()}
        load_state(layers, reference)
        with torch.no_grad():
            expected, _ = log_probabilities(model, batch, pad)
        load_state(layers, current)
        sums, counts = log_probabilities(model, batch, pad)
        gain = sums - expected
        margin = gain[:, 0] - gain[:, 1]
        own = -(sums[:, 0] / counts[:, 0]).mean()
        loss = -F.logsigmoid(given.beta * margin).mean() + given.keep * own
        left = 1 - max(step / len(plan), spent / (60 * given.minutes))
        for group in optimiser.param_groups:
            group["lr"] = given.rate * min(1.0, (step + 1) / 5) * max(0.1, left)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        step += 1
        seen += sum(len(pair) for pair in batch)
        spent += time.time() - began
        margins = [*margins[-19:], margin.mean().item()]
        if step % 5 == 0:
            print(json.dumps({"step": step, "of": len(plan), "loss": loss.item(), "margin": sum(margins) / len(margins), "minutes": spent / 60, "tokensPerSecond": seen / spent}), flush=True)
        if time.time() - saved_at > 300:
            save()
            saved_at = time.time()
    save()
    learned = collections.Counter(pair.flaw for batch in plan[:step] for pair in batch)
    figures = {"steps": step, "pairs": learned.total(), "flaws": learned, "tokens": seen, "minutes": spent / 60, "preference": {"before": before, "after": preference(model, held, pad)}}
    (given.out / "figures.json").write_text(json.dumps(figures, indent=1))
    print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()

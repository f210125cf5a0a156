"""Direct preference optimisation (Rafailov et al. 2023) of the doctor's next turn; resumable, seeded.

  npm run -s consilium -- training-data --out pairs.jsonl --persons 400 --seed 505 --roles pair
  python -m plpf.dpo --gguf SmolLM2-135M-Instruct.Q4_1.gguf --pairs pairs.jsonl --valid held-out-pairs.jsonl \
      --start baseline/checkpoint.pt --out plpf --minutes 15

loss = -log sigmoid(beta * ((chosen - reference chosen) - (rejected - reference rejected))) in summed log
probabilities; the reference is the adapter that the run starts from. A small share of the chosen turn's own
likelihood keeps the text whole.
"""

import argparse
import json
import pathlib
import random
import time

import torch
from torch.nn import functional as F

from .examples import Example, collate, render
from .lora import load_state, save_adapter, state
from .model import adapted
from .pace import Pace


def pairs(path: pathlib.Path, tokenizer, longest: int) -> list[tuple[str, Example, Example]]:
    """(flaw, chosen, rejected): the same dialogue with the better and the worse next turn, which alone is learned."""
    out = []
    for line in path.read_text().splitlines():
        item = json.loads(line)
        before, _ = render(item["messages"], tokenizer)
        both = []
        for reply in (item["chosen"], item["rejected"]):
            ids, learn = render([*item["messages"], {"role": "assistant", "content": reply}], tokenizer)
            both.append(Example("pair", ids, [spoken and at >= len(before) for at, spoken in enumerate(learn)]))
        if max(len(each.ids) for each in both) <= longest:
            out.append((item["flaw"], *both))
    return out


def log_probabilities(model, examples: list[Example], pad: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Of each example's learned tokens: their sum, and their number."""
    ids, learn = collate(examples, pad)
    hidden = model.model(input_ids=ids).last_hidden_state
    rows, places = learn[:, 1:].nonzero(as_tuple=True)
    logits = model.lm_head(hidden[rows, places]).float()
    each = -F.cross_entropy(logits, ids[rows, places + 1], reduction="none")
    sums = torch.zeros(len(examples)).index_add(0, rows, each)
    return sums, learn.sum(1)


@torch.no_grad()
def preference(model, examples, pad: int) -> dict[str, float]:
    """Share of pairs whose better turn is likelier per token, by flaw and in all."""
    model.eval()
    right: dict[str, list[bool]] = {}
    for flaw, chosen, rejected in examples:
        sums, counts = log_probabilities(model, [chosen, rejected], pad)
        means = sums / counts
        right.setdefault(flaw, []).append(bool(means[0] > means[1]))
    model.train()
    every = [each for found in right.values() for each in found]
    return {"all": sum(every) / len(every), "pairs": len(every), **{flaw: sum(found) / len(found) for flaw, found in sorted(right.items())}}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--gguf", type=pathlib.Path, required=True)
    options.add_argument("--pairs", type=pathlib.Path, nargs="+", required=True)
    options.add_argument("--valid", type=pathlib.Path, required=True)
    options.add_argument("--start", type=pathlib.Path, required=True, help="checkpoint of the reference")
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
    load_state(layers, torch.load(given.start)["adapter"])
    pad = tokenizer.encode("<|im_end|>", add_special_tokens=False)[0]
    draw = random.Random(given.seed)
    train = [pair for path in given.pairs for pair in pairs(path, tokenizer, given.longest)]
    draw.shuffle(train)
    train = train[: given.most]
    held = pairs(given.valid, tokenizer, given.longest)
    held = random.Random(0).sample(held, min(given.held, len(held)))
    before = preference(model, held, pad)
    print(json.dumps({"pairs": len(train), "before": before}), flush=True)

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
    steps = len(train) // given.batch

    def save() -> None:
        torch.save({"adapter": state(layers), "optimiser": optimiser.state_dict(), "step": step, "spent": spent, "seen": seen}, checkpoint)
        save_adapter(layers, given.out / "adapter", given.rank, given.alpha, "SmolLM2-135M-Instruct")

    saved_at = time.time()
    margins: list[float] = []
    model.train()
    while step < steps and spent < 60 * given.minutes:
        pace.adjust(step)
        began = time.time()
        batch = train[step * given.batch : (step + 1) * given.batch]
        both = [chosen for _, chosen, _ in batch] + [rejected for _, _, rejected in batch]
        current = {key: value.clone() for key, value in state(layers).items()}
        load_state(layers, reference)
        with torch.no_grad():
            expected, _ = log_probabilities(model, both, pad)
        load_state(layers, current)
        sums, counts = log_probabilities(model, both, pad)
        gain = sums - expected
        margin = gain[: len(batch)] - gain[len(batch) :]
        own = -(sums[: len(batch)] / counts[: len(batch)]).mean()
        loss = -F.logsigmoid(given.beta * margin).mean() + given.keep * own
        left = 1 - max(step / steps, spent / (60 * given.minutes))
        for group in optimiser.param_groups:
            group["lr"] = given.rate * min(1.0, (step + 1) / 5) * max(0.1, left)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        step += 1
        seen += sum(len(each.ids) for each in both)
        spent += time.time() - began
        margins = [*margins[-19:], margin.mean().item()]
        if step % 5 == 0:
            print(json.dumps({"step": step, "of": steps, "loss": loss.item(), "margin": sum(margins) / len(margins), "minutes": spent / 60, "tokensPerSecond": seen / spent}), flush=True)
        if time.time() - saved_at > 300:
            save()
            saved_at = time.time()
    save()
    figures = {"steps": step, "pairs": step * given.batch, "tokens": seen, "minutes": spent / 60, "preference": {"before": before, "after": preference(model, held, pad)}}
    (given.out / "figures.json").write_text(json.dumps(figures, indent=1))
    print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()

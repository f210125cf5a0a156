"""Direct preference optimisation (Rafailov et al. 2023) of the doctor's next turn; resumable, seeded.

  npm run -s consilium -- training-data --out pairs.jsonl --persons 400 --seed 505 --roles pair
  python -m plpf.dpo --gguf SmolLM2-135M-Instruct.Q4_1.gguf --pairs pairs.jsonl --valid held-out-pairs.jsonl \
      --start baseline/checkpoint.pt --out plpf --minutes 15

loss = -log sigmoid(beta * ((chosen - reference chosen) - (rejected - reference rejected))) in summed log
probabilities; the reference is the adapter that the run starts from. A small share of the chosen turn's own
likelihood keeps the text whole. A dialogue is read once for all worse turns that branch off from it: a third of the
tokens that a pair alone would cost.
"""

import collections
import dataclasses
import json
import pathlib
import random
import time

import torch
from torch.nn import functional as F

from .examples import render_turns
from .lora import load_state
from .run import Run, trainer_options


DECIDED_BY_OPENING = {"premature": 16, "hasty": 16, "endless": 16}
"""Tokens of a reply that count where the flaw is the kind of turn: its first words decide that, and pushing down the
rest of an early closing would unlearn how to close."""


@dataclasses.dataclass(frozen=True)
class Branch:
    """Another turn in place of one of the dialogue's; positions are places in the dialogue's tokens."""

    flaw: str
    start: int
    """Where both turns begin: after the note that they share, or before its decision where they decide otherwise."""
    end: int
    """Where the dialogue's turn ends, or how far it counts."""
    noted: int
    """Where the note of the dialogue's turn begins."""
    other: list[int]
    better: bool = False
    """Whether the other turn is the better one; else the dialogue's is."""


@dataclasses.dataclass(frozen=True)
class Tree:
    """A dialogue as token ids with other turns that branch off from it."""

    trunk: list[int]
    branches: list[Branch]

    def __len__(self) -> int:
        return len(self.trunk) + sum(len(branch.other) for branch in self.branches)


def trees(path: pathlib.Path, tokenizer, longest: int, weights: dict[str, float]) -> list[Tree]:
    """Dialogues at most `longest` tokens long; longer ones lose their last turns. Flaws of weight 0 are left out."""
    out = []
    for line in path.read_text().splitlines():
        item = json.loads(line)
        messages = item["messages"]
        others = [(each, key == "better") for key in ("worse", "better") for each in item.get(key, [])]
        if "chosen" in item:
            reply = f"{item['note']}\n{item['chosen']}" if item.get("note") else item["chosen"]
            others = [({"at": len(messages), "flaw": item["flaw"], "text": item["rejected"]}, False)]
            messages = [*messages, {"role": "assistant", "content": reply}]
        ids, turns = render_turns(messages, tokenizer)
        branches = []
        left = longest
        for each, better in sorted(others, key=lambda other: other[0]["at"]):
            turn = turns[each["at"]]
            text = tokenizer.encode(f"{each['text']}<|im_end|>", add_special_tokens=False)
            start = turn.spoken
            if "next" in each and turn.decided < turn.spoken:
                start = turn.decided
                text = tokenizer.encode(f" Next: {each['next']}.\n", add_special_tokens=False) + text
            counted = DECIDED_BY_OPENING.get(each["flaw"], len(ids))
            branch = Branch(each["flaw"], start, min(turn.end, start + counted), turn.start, text[:counted], better)
            if weights.get(branch.flaw, 1.0) > 0 and turn.end + len(branch.other) <= left:
                branches.append(branch)
                left -= len(branch.other)
        if branches:
            out.append(Tree(ids[: max(turn.end for turn in turns.values() if turn.start <= branches[-1].noted)], branches))
    return out


def batched(train: list[Tree], tokens: int, draw: random.Random) -> list[list[Tree]]:
    """Batches of at most `tokens` padded positions in random order, of similar length, for padding costs as much as text."""
    order = sorted(train, key=lambda tree: len(tree) + draw.uniform(0, 40))
    out: list[list[Tree]] = []
    for tree in order:
        if out and max(len(tree), *(len(other) for other in out[-1])) * (len(out[-1]) + 1) <= tokens:
            out[-1].append(tree)
        else:
            out.append([tree])
    draw.shuffle(out)
    return out


def weight_of(text: str) -> tuple[str, float]:
    """"premature=3" as ("premature", 3.0)."""
    flaw, _, weight = text.partition("=")
    return flaw, float(weight)


@dataclasses.dataclass(frozen=True)
class Likelihood:
    """Summed log probabilities and numbers of tokens of the better and worse turns, [branches, 2]; and the mean log
    probability of every token of the better turns and their notes."""

    sums: torch.Tensor
    counts: torch.Tensor
    own: torch.Tensor


def likelihood(model, batch: list[Tree], pad: int) -> Likelihood:
    """Reads a dialogue once for all of its branches; the better turn of each comes first.

    The branches stand after the dialogue in one row, each at the positions that follow its beginning, and the mask lets
    each see only what was said before it.
    """
    longest = max(len(tree) for tree in batch)
    ids = torch.full((len(batch), longest), pad)
    places = torch.arange(longest).repeat(len(batch), 1)
    seen = torch.ones(longest, longest, dtype=torch.bool).tril().repeat(len(batch), 1, 1)
    rows: list[int] = []
    before: list[int] = []
    targets: list[int] = []
    owner: list[int] = []
    # Row, place before and token of what the model is kept to: the better turns and the notes before them.
    kept: list[tuple[int, int, int]] = []
    first = 0
    for row, tree in enumerate(batch):
        at = len(tree.trunk)
        ids[row, :at] = torch.tensor(tree.trunk)
        for number, branch in enumerate(tree.branches, first):
            size = len(branch.other)
            ids[row, at : at + size] = torch.tensor(branch.other)
            places[row, at : at + size] = torch.arange(branch.start, branch.start + size)
            seen[row, at : at + size, branch.start : at] = False
            after = [branch.start - 1, *range(at, at + size - 1)]
            sides = ((tree.trunk[branch.start : branch.end], range(branch.start - 1, branch.end - 1)), (branch.other, after))
            for side, (reply, positions) in enumerate(reversed(sides) if branch.better else sides):
                rows += [row] * len(reply)
                before += positions
                targets += reply
                owner += [2 * number + side] * len(reply)
            if branch.better:
                kept += [(row, place, token) for place, token in zip(after, branch.other)]
            at += size
        first += len(tree.branches)
        ends = {branch.noted: tree.trunk.index(pad, branch.start) + 1 for branch in tree.branches if not branch.better}
        kept += [(row, at, tree.trunk[at + 1]) for start, end in ends.items() for at in range(start - 1, end - 1)]
    mask = torch.zeros(len(batch), 1, longest, longest, dtype=model.dtype)
    mask.masked_fill_(~seen[:, None], torch.finfo(model.dtype).min)
    hidden = model.model(input_ids=ids, attention_mask=mask, position_ids=places, use_cache=False).last_hidden_state
    rows += [row for row, _, _ in kept]
    before += [at for _, at, _ in kept]
    logits = model.lm_head(hidden[rows, before]).float()
    each = -F.cross_entropy(logits, torch.tensor(targets + [target for _, _, target in kept]), reduction="none")
    replies, own = each[: len(owner)], each[len(owner) :]
    whose = torch.tensor(owner)
    sums = torch.zeros(2 * first).index_add(0, whose, replies)
    counts = torch.zeros(2 * first).index_add(0, whose, torch.ones(len(owner)))
    return Likelihood(sums.view(-1, 2), counts.view(-1, 2), own.mean())


def branches_of(batch: list[Tree]) -> list[Branch]:
    return [branch for tree in batch for branch in tree.branches]


@torch.no_grad()
def preference(model, held: list[Tree], pad: int) -> dict[str, float]:
    """Share of pairs whose better turn is likelier per token, by flaw and in all."""
    model.eval()
    right: dict[str, list[bool]] = {}
    for tree in held:
        found = likelihood(model, [tree], pad)
        means = found.sums / found.counts
        for branch, (better, worse) in zip(tree.branches, means):
            right.setdefault(branch.flaw, []).append(bool(better > worse))
    model.train()
    every = [each for found in right.values() for each in found]
    return {"all": sum(every) / len(every), "pairs": len(every), **{flaw: sum(found) / len(found) for flaw, found in sorted(right.items())}}


def main() -> None:
    options = trainer_options(__doc__, rate=1e-4, seed=23)
    options.add_argument("--pairs", type=pathlib.Path, nargs="+", required=True)
    options.add_argument("--weights", type=weight_of, nargs="*", default=[], help="flaw=weight of its pairs in the loss; 1 where not named, 0 for never")
    options.add_argument("--valid", type=pathlib.Path, required=True)
    options.add_argument("--start", type=pathlib.Path, required=True, help="checkpoint or adapter folder of the reference")
    options.add_argument("--held", type=int, default=12, help="held-out dialogues whose pairs are scored")
    options.add_argument("--tokens", type=int, default=2400, help="padded positions a step")
    options.add_argument("--longest", type=int, default=1600, help="longer dialogues lose their last turns")
    options.add_argument("--beta", type=float, default=0.1)
    options.add_argument("--keep", type=float, default=0.05, help="weight of the better turns' and notes' own loss per token")
    given = options.parse_args()
    run = Run(given)
    draw = random.Random(given.seed)
    weights = dict(given.weights)
    train = [tree for path in given.pairs for tree in trees(path, run.tokenizer, given.longest, weights)]
    plan = batched(train, given.tokens, draw)
    held = trees(given.valid, run.tokenizer, given.longest, {})
    held = random.Random(0).sample(held, min(given.held, len(held)))
    before = preference(run.model, held, run.pad)
    print(json.dumps({"dialogues": len(train), "steps": len(plan), "pairs": collections.Counter(branch.flaw for branch in branches_of(train)), "before": before}), flush=True)

    margins: list[float] = []
    run.model.train()
    while run.step < len(plan) and run.progress(len(plan)) < 1:
        run.pace.adjust(run.step)
        began = time.time()
        batch = plan[run.step]
        current = run.weights()
        load_state(run.layers, run.start)
        with torch.no_grad():
            expected = likelihood(run.model, batch, run.pad)
        load_state(run.layers, current)
        found = likelihood(run.model, batch, run.pad)
        gain = found.sums - expected.sums
        margin = gain[:, 0] - gain[:, 1]
        weight = torch.tensor([weights.get(branch.flaw, 1.0) for branch in branches_of(batch)])
        loss = -(weight * F.logsigmoid(given.beta * margin)).sum() / weight.sum() - given.keep * found.own
        warm = min(1.0, (run.step + 1) / 5)
        decay = max(0.1, 1 - run.progress(len(plan)))
        run.learn(loss, given.rate * warm * decay, sum(len(tree) for tree in batch), began)
        margins = [*margins[-19:], margin.mean().item()]
        if run.step % 5 == 0:
            run.tell(of=len(plan), loss=loss.item(), margin=sum(margins) / len(margins))
    run.save()
    learned = collections.Counter(branch.flaw for batch in plan[: run.step] for branch in branches_of(batch))
    figures = {"steps": run.step, "pairs": learned.total(), "flaws": learned, "tokens": run.seen, "minutes": run.spent / 60, "preference": {"before": before, "after": preference(run.model, held, run.pad)}}
    (given.out / "figures.json").write_text(json.dumps(figures, indent=1))
    print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()

"""Candidates for the doctor's next turn, sampled from an adapter; seeded, resumable.

  npm run -s consilium -- training-data --out contexts.jsonl --persons 640 --seed 606 --roles context
  python -m plpf.sample --gguf SmolLM2-135M-Instruct.Q4_1.gguf --contexts contexts.jsonl \
      --start baseline/checkpoint.pt --out candidates.jsonl

Writes {"context": line number from 0, "candidates": [text, ...]}; the first is the likeliest turn.
"""

import json
import pathlib
import random
import time

import torch

from .examples import prompt_ids
from .lora import load_start
from .model import adapted
from .pace import Pace
from .run import adapter_options


@torch.no_grad()
def continuations(model, prompts: list[list[int]], end: int, count: int, most: int, temperature: float) -> list[list[list[int]]]:
    """For each prompt its greedy continuation and `count` sampled ones, without the end mark."""
    longest = max(len(ids) for ids in prompts)
    ids = torch.tensor([[end] * (longest - len(each)) + each for each in prompts])
    mask = torch.tensor([[0] * (longest - len(each)) + [1] * len(each) for each in prompts])
    places = (mask.cumsum(-1) - 1).clamp(min=0)
    answer = model.model(input_ids=ids, attention_mask=mask, position_ids=places, use_cache=True)
    past = answer.past_key_values
    past.batch_repeat_interleave(count + 1)
    state = answer.last_hidden_state[:, -1].repeat_interleave(count + 1, 0)
    mask, places = (each.repeat_interleave(count + 1, 0) for each in (mask, places[:, -1:]))
    greedy = torch.arange(len(mask)) % (count + 1) == 0
    out: list[list[int]] = [[] for _ in range(len(mask))]
    running = torch.ones(len(mask), dtype=torch.bool)
    for _ in range(most):
        logits = model.lm_head(state).float()
        drawn = torch.multinomial(torch.softmax(logits / temperature, -1), 1)[:, 0]
        chosen = torch.where(greedy, logits.argmax(-1), drawn)
        running &= chosen != end
        for row in running.nonzero()[:, 0].tolist():
            out[row].append(int(chosen[row]))
        if not running.any():
            break
        mask = torch.cat([mask, torch.ones(len(mask), 1, dtype=mask.dtype)], 1)
        places = places + 1
        answer = model.model(
            input_ids=chosen[:, None], attention_mask=mask, position_ids=places, past_key_values=past, use_cache=True
        )
        past, state = answer.past_key_values, answer.last_hidden_state[:, -1]
    return [out[at : at + count + 1] for at in range(0, len(out), count + 1)]


def main() -> None:
    options = adapter_options(__doc__)
    options.add_argument("--contexts", type=pathlib.Path, required=True)
    options.add_argument("--start", type=pathlib.Path, required=True, help="checkpoint or folder of the adapter that speaks")
    options.add_argument("--candidates", type=int, default=3, help="sampled ones beside the greedy one")
    options.add_argument("--temperature", type=float, default=0.9)
    options.add_argument("--longest", type=int, default=1600, help="contexts with more tokens are left out")
    options.add_argument("--most", type=int, default=110, help="tokens of a turn")
    options.add_argument("--batch", type=int, default=16, help="contexts at once")
    options.add_argument("--seed", type=int, default=31)
    given = options.parse_args()
    Pace(given.threads)
    torch.manual_seed(given.seed)
    model, layers, tokenizer = adapted(given.gguf, given.rank, given.alpha, given.first)
    load_start(layers, given.start)
    model.eval()
    end = tokenizer.encode("<|im_end|>", add_special_tokens=False)[0]
    done = {json.loads(line)["context"] for line in given.out.read_text().splitlines()} if given.out.exists() else set()
    prompts = [
        (index, prompt_ids(context["messages"], tokenizer, context.get("note", "")))
        for index, context in enumerate(map(json.loads, given.contexts.read_text().splitlines()))
    ]
    left = sorted((len(ids), index, ids) for index, ids in prompts if index not in done and len(ids) <= given.longest)
    # Of similar length together, but in random order: a run that is cut short has seen every kind.
    plan = [left[at : at + given.batch] for at in range(0, len(left), given.batch)]
    random.Random(given.seed).shuffle(plan)
    began, tokens, seen = time.time(), 0, 0
    with given.out.open("a") as out:
        for batch in plan:
            found = continuations(model, [ids for _, _, ids in batch], end, given.candidates, given.most, given.temperature)
            for (_, index, _), replies in zip(batch, found):
                tokens += sum(len(reply) for reply in replies)
                texts = [tokenizer.decode(reply, skip_special_tokens=True).strip() for reply in replies]
                out.write(json.dumps({"context": index, "candidates": texts}, ensure_ascii=False) + "\n")
            out.flush()
            spent = time.time() - began
            seen += len(batch)
            share = seen / len(left)
            print(json.dumps({"contexts": seen, "of": len(left), "tokensPerSecond": tokens / spent, "secondsLeft": spent / share - spent}), flush=True)


if __name__ == "__main__":
    main()

"""Pairs from an adapter's own mistakes: lists of findings that it answers with the wrong diagnosis.

  npm run -s consilium -- training-data --out lists.jsonl --persons 640 --seed 14203 --roles chart,heard
  python -m plpf.misjudged --gguf SmolLM2-135M-Instruct.Q4_1.gguf --lists lists.jsonl --start baseline --out misjudged.jsonl

The better reply of a pair is the lesson's, the worse one what the adapter says first. Of what the rules heard only those
mistakes are kept that name the right condition among what else was considered: of the others the list may not tell.
"""

import json
import pathlib

import torch

from .examples import prompt_ids
from .lora import load_start
from .model import adapted
from .pace import Pace
from .run import adapter_options
from .sample import continuations

LONGEST_REPLY = 30
"""Tokens; the diagnosis stands first."""


def diagnosis(reply: str) -> str:
    return reply.split("Also considered")[0].removeprefix("Diagnosis:").strip(" .").lower()


def main() -> None:
    options = adapter_options(__doc__)
    options.add_argument("--lists", type=pathlib.Path, required=True)
    options.add_argument("--start", type=pathlib.Path, required=True, help="checkpoint or folder of the adapter that answers")
    options.add_argument("--batch", type=int, default=48)
    given = options.parse_args()
    Pace(given.threads)
    model, layers, tokenizer = adapted(given.gguf, given.rank, given.alpha, given.first)
    load_start(layers, given.start)
    model.eval()
    end = tokenizer.encode("<|im_end|>", add_special_tokens=False)[0]
    lists = [json.loads(line) for line in given.lists.read_text().splitlines()]
    order = sorted(range(len(lists)), key=lambda at: len(lists[at]["messages"][1]["content"]))
    right = pairs = 0
    with given.out.open("w") as out:
        for start in range(0, len(order), given.batch):
            batch = [lists[at] for at in order[start : start + given.batch]]
            prompts = [prompt_ids(item["messages"][:-1], tokenizer) for item in batch]
            with torch.no_grad():
                replies = continuations(model, prompts, end, 0, LONGEST_REPLY, 1.0)
            for item, (reply, *_) in zip(batch, replies):
                said = tokenizer.decode(reply, skip_special_tokens=True).strip()
                better = item["messages"][-1]["content"]
                if diagnosis(said) == diagnosis(better):
                    right += 1
                elif said.startswith("Diagnosis:") and (item["role"] != "heard" or diagnosis(better) in said.lower()):
                    pair = {"messages": item["messages"][:-1], "note": "", "chosen": better, "rejected": said, "flaw": "misjudged"}
                    out.write(json.dumps(pair, ensure_ascii=False) + "\n")
                    pairs += 1
            print(json.dumps({"lists": start + len(batch), "of": len(order), "right": right, "pairs": pairs}), flush=True)


if __name__ == "__main__":
    main()

"""What the trainers of the adapter share: their options, and a run that another can go on with."""

import argparse
import json
import pathlib
import time

import torch

from .lora import load_start, load_state, save_adapter, state
from .model import adapted
from .pace import Pace

SAVED_EVERY = 300
"""Seconds."""


def adapter_options(description: str | None) -> argparse.ArgumentParser:
    """The base, the adapter's shape, the seed and the threads."""
    options = argparse.ArgumentParser(description=description)
    options.add_argument("--gguf", type=pathlib.Path, required=True, help="the frozen base")
    options.add_argument("--out", type=pathlib.Path, required=True)
    options.add_argument("--rank", type=int, default=16)
    options.add_argument("--alpha", type=float, default=32)
    options.add_argument("--first", type=int, default=10, help="lowest adapted layer")
    options.add_argument("--threads", type=int, default=0, help="0: two where the machine has a core to spare, else one")
    return options


def trainer_options(description: str | None, rate: float, seed: int) -> argparse.ArgumentParser:
    """Those of a run that learns; `rate` and `seed` where none are given."""
    options = adapter_options(description)
    options.add_argument("--minutes", type=float, default=1e9, help="ends the schedule early: it decays over time")
    options.add_argument("--rate", type=float, default=rate)
    options.add_argument("--seed", type=int, default=seed)
    return options


class Run:
    """An adapter that learns: its weights, optimiser and progress, kept in `OUT/checkpoint.pt` and gone on from there."""

    def __init__(self, given: argparse.Namespace) -> None:
        """`given.start` is a checkpoint or adapter folder to begin from, or None."""
        torch.manual_seed(given.seed)
        given.out.mkdir(parents=True, exist_ok=True)
        self.given = given
        self.pace = Pace(given.threads)
        self.model, self.layers, self.tokenizer = adapted(given.gguf, given.rank, given.alpha, given.first)
        self.pad = self.tokenizer.encode("<|im_end|>", add_special_tokens=False)[0]
        self.parameters = [parameter for layer in self.layers.values() for parameter in (layer.a, layer.b)]
        self.optimiser = torch.optim.AdamW(self.parameters, lr=given.rate, betas=(0.9, 0.98), weight_decay=0.0)
        self.step, self.spent, self.seen = 0, 0.0, 0
        """Steps, seconds and tokens."""
        if given.start:
            load_start(self.layers, given.start)
        self.start = self.weights()
        """The adapter's weights before anything was learned."""
        self.checkpoint = given.out / "checkpoint.pt"
        if self.checkpoint.exists():
            saved = torch.load(self.checkpoint)
            load_state(self.layers, saved["adapter"])
            self.optimiser.load_state_dict(saved["optimiser"])
            self.step, self.spent, self.seen = saved["step"], saved["spent"], saved["seen"]
        self.saved_at = time.time()

    def weights(self) -> dict[str, torch.Tensor]:
        return {key: value.clone() for key, value in state(self.layers).items()}

    def progress(self, steps: int) -> float:
        """Of so many steps and the minutes given, whichever is nearer its end; 0..1."""
        return min(1.0, max(self.step / steps, self.spent / (60 * self.given.minutes)))

    def learn(self, loss: torch.Tensor, rate: float, tokens: int, began: float) -> None:
        """One step; `began` is when its work started (`time.time()`)."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        self.optimiser.step()
        self.step += 1
        self.seen += tokens
        self.spent += time.time() - began
        if time.time() - self.saved_at > SAVED_EVERY:
            self.save()

    def tell(self, **figures: object) -> None:
        """One line about where the run is."""
        speed = {"minutes": self.spent / 60, "tokensPerSecond": self.seen / max(self.spent, 1e-9), "threads": torch.get_num_threads()}
        print(json.dumps({"step": self.step, **figures, **speed}), flush=True)

    def save(self) -> None:
        torch.save({"adapter": state(self.layers), "optimiser": self.optimiser.state_dict(), "step": self.step, "spent": self.spent, "seen": self.seen}, self.checkpoint)
        save_adapter(self.layers, self.given.out / "adapter", self.given.rank, self.given.alpha, "SmolLM2-135M-Instruct")
        self.saved_at = time.time()

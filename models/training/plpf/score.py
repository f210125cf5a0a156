"""Makes prompts of held-out examples and scores what a model said to them.

  python -m plpf.score prompts --data held-out.jsonl --mts MTS-Dialog-ValidationSet.csv --out prompts.jsonl
  npm run -s consilium -- generate --prompts prompts.jsonl --model default --max-tokens 96 --json > replies.json
  python -m plpf.score replies --prompts prompts.jsonl --replies replies.json
"""

import argparse
import csv
import json
import pathlib
import random
import re

from .examples import MTS_PARTS, NOTE_PARTS

WORD = re.compile(r"[a-z0-9]+")
COMMON = set("the a an of and or to in on at is are was were be been has have had with without for from by as it its "
             "this that he she his her they patient no not any also does do did reports states denies history".split())


def words(text: str) -> list[str]:
    return WORD.findall(text.lower())


def rouge_l(said: str, gold: str) -> float:
    """F1 over the longest common subsequence of words."""
    a, b = words(said), words(gold)
    if not a or not b:
        return 0.0
    row = [0] * (len(b) + 1)
    for one in a:
        above = 0
        for index, other in enumerate(b, 1):
            above, row[index] = row[index], above + 1 if one == other else max(row[index], row[index - 1])
    common = row[-1]
    return 2 * common / (len(a) + len(b))


def unsupported(note: str, source: str) -> tuple[int, int]:
    """Sentences of a note with under half of their content words in the source, and all sentences."""
    known = set(words(source))
    sentences = [each for each in re.split(r"(?<=[.!?])\s+", note) if words(each)]
    bad = 0
    for sentence in sentences:
        content = [word for word in words(sentence) if word not in COMMON and len(word) > 2]
        if content and sum(word in known or word.rstrip("s") in known for word in content) < len(content) / 2:
            bad += 1
    return bad, len(sentences)


def diagnosis(text: str) -> str | None:
    found = re.search(r"Diagnosis: ([^.]+)\.", text)
    return found and found[1].strip().lower()


def prompts(given: argparse.Namespace) -> None:
    draw = random.Random(given.seed)
    out, counts = [], {}

    def add(role: str, messages: list[dict], gold: str, **more: object) -> None:
        counts[role] = counts.get(role, 0) + 1
        if counts[role] <= given.most:
            out.append({"id": f"{role}-{counts[role]}", "messages": messages, "role": role, "gold": gold, **more})

    for line in given.data.read_text().splitlines():
        item = json.loads(line)
        said = [index for index, message in enumerate(item["messages"]) if message["role"] == "assistant"]
        # A doctor's turn in the middle; the last is the closing one and a role of its own.
        if item["role"] == "doctor":
            add("closing", item["messages"][: said[-1]], item["messages"][said[-1]]["content"])
            at = draw.choice(said[:-1])
        else:
            at = said[0]
        add(item["role"], item["messages"][:at], item["messages"][at]["content"])
    if given.mts:
        for row in csv.DictReader(given.mts.open()):
            part = MTS_PARTS.get(row["section_header"])
            if part is None or len(row["dialogue"]) > 2500:
                continue
            dialogue = re.sub(r"\s*\r?\n\s*", "\n", row["dialogue"].strip())
            add("mts-note", [
                {"role": "system", "content": "You write short clinical notes from a consultation. Use only what was said."},
                {"role": "user", "content": f"Consultation:\n{dialogue}\n\n{NOTE_PARTS[part]}"},
            ], " ".join(row["section_text"].split()))
    for line in (pathlib.Path(__file__).parent / "medical-questions.jsonl").read_text().splitlines():
        item = json.loads(line)
        add("question", [
            {"role": "system", "content": "You are a medical assistant helping a doctor. Keep to this consultation.\n\nNothing has been said yet."},
            {"role": "user", "content": item["question"]},
        ], "", points=item["points"])
    given.out.write_text("".join(json.dumps(each) + "\n" for each in out))
    print(json.dumps({role: min(count, given.most) for role, count in counts.items()}))


def replies(given: argparse.Namespace) -> None:
    asked = {each["id"]: each for each in map(json.loads, given.prompts.read_text().splitlines())}
    results = json.loads(given.replies.read_text())["results"]
    figures: dict[str, dict[str, list[float]]] = {}

    def note(role: str, measure: str, value: float) -> None:
        figures.setdefault(role, {}).setdefault(measure, []).append(value)

    for result in results:
        item, text = asked[result["id"]], result["text"].strip()
        role = item["role"]
        if role in ("vignette", "closing"):
            note(role, "named", diagnosis(text) is not None)
            note(role, "right", diagnosis(text) == diagnosis(item["gold"]))
        elif role == "doctor":
            asks = text.count("?") == 1 and len(text) < 240 and "\n" not in text and text.endswith("?")
            orders = bool(re.fullmatch(r".*I would like to (?:examine|order): [^.]+\.", text))
            closes = diagnosis(text) is not None
            earlier = {turn["content"].lower() for turn in item["messages"] if turn["role"] == "assistant"}
            note(role, "one question or order", asks or orders)
            note(role, "closes too early", closes)
            note(role, "repeats a turn", text.lower() in earlier)
        elif role in ("scribe", "mts-note", "assistant"):
            note(role, "rougeL", rouge_l(text, item["gold"]))
            bad, count = unsupported(text, " ".join(turn["content"] for turn in item["messages"]))
            note(role, "unsupportedSentences", bad / max(1, count))
            note(role, "words", len(words(text)))
        elif role in ("medical", "patient"):
            note(role, "rougeL", rouge_l(text, item["gold"]))
        else:
            low = text.lower()
            note(role, "points", sum(any(way in low for way in point) for point in item["points"]) / len(item["points"]))
            note(role, "words", len(words(text)))
    print(json.dumps({
        role: {"items": len(next(iter(measures.values()))), **{measure: round(sum(all_) / len(all_), 3) for measure, all_ in measures.items()}}
        for role, measures in figures.items()
    }, indent=1))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    commands = options.add_subparsers(required=True)
    one = commands.add_parser("prompts")
    one.add_argument("--data", type=pathlib.Path, required=True)
    one.add_argument("--mts", type=pathlib.Path)
    one.add_argument("--out", type=pathlib.Path, required=True)
    one.add_argument("--most", type=int, default=80, help="examples of a role")
    one.add_argument("--seed", type=int, default=5)
    one.set_defaults(run=prompts)
    two = commands.add_parser("replies")
    two.add_argument("--prompts", type=pathlib.Path, required=True)
    two.add_argument("--replies", type=pathlib.Path, required=True)
    two.set_defaults(run=replies)
    given = options.parse_args()
    given.run(given)


if __name__ == "__main__":
    main()

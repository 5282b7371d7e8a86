"""Writes a batch of mixed prompts, and a file of their hidden groups for EngineSimulator.

Nothing in the batch tells a prompt's group but its text: ids are numbers in mixed order, and the sampling of groups
overlaps. The same seed gives the same files. A text may come twice in a large batch, with another number; every text
belongs to one group.
"""
import argparse
import json
import os
import random
import sys

import templates

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "EngineSimulator"))
import hidden_prompts

# The shares of a mixed load.
SHARES = {"code": 18, "code-edit": 10, "math": 10, "factual": 16, "translation": 8, "extraction": 12, "summarization": 10,
          "analysis": 8, "creative": 8}
MOST_TOKENS = [256, 512, 1024]


def parse_shares(text):
    shares = {}
    for part in text.split(","):
        name, _, share = part.partition("=")
        if name not in templates.GROUPS:
            raise argparse.ArgumentTypeError(f"there is no group '{name}'; groups: {', '.join(templates.GROUPS)}")
        shares[name] = float(share or 1)
    return shares


def prompts(count, seed, shares):
    """Lines of the batch with their groups."""
    randomness = random.Random(seed)
    writer = templates.Writer(randomness)
    names, weights = list(shares), list(shares.values())
    for number in range(count):
        group = randomness.choices(names, weights)[0]
        system, text, fields = templates.GROUPS[group](writer)
        messages = [{"role": "system", "content": system}] if system else []
        messages.append({"role": "user", "content": text})
        yield group, {"id": f"p{number:06}", "messages": messages, "max_tokens": randomness.choice(MOST_TOKENS),
                      "seed": number, **fields}


def main():
    default_groups = os.path.join(os.path.dirname(__file__), "..", "..", "docs/data/simulator/prompt-groups.json")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shares", type=parse_shares, default=SHARES, help="as code=3,creative=1 (default: a mixed load)")
    parser.add_argument("--groups", default=default_groups, help="acceptance and lengths of the groups")
    parser.add_argument("--batch", required=True, help="the JSONL file to write")
    parser.add_argument("--hidden", required=True, help="the file for EngineSimulator's --prompts")
    options = parser.parse_args()
    with open(options.groups, encoding="utf-8") as file:
        groups = json.load(file)
    missing = set(options.shares) - set(groups["groups"])
    if missing:
        parser.error(f"{options.groups} lacks the groups {', '.join(sorted(missing))}")
    hidden = {}
    with open(options.batch, "w", encoding="utf-8") as file:
        for group, line in prompts(options.count, options.seed, options.shares):
            hidden[hidden_prompts.prompt_hash(line["messages"])] = group
            file.write(json.dumps(line) + "\n")
    hidden_prompts.write(options.hidden, f"{options.count} prompts, seed {options.seed}. " + groups["about"],
                         groups["groups"], groups["default_group"], hidden)


if __name__ == "__main__":
    main()

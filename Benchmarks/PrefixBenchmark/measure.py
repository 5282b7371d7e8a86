"""Counts the tokens that an engine need not read again, of a batch in which a few long system prompts take turns."""
import argparse
import json
import os
import random
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "PolicyBenchmark"))
from daemon import Site

WORDS = ("the river runs past old stones while morning light moves over quiet fields and a small boat drifts under the "
         "bridge near town").split()


def lines(prompts, prefixes, words):
    """Prompts whose system prompts, of so many words each, take turns."""
    systems = [" ".join(random.Random(number).choices(WORDS, k=words)) for number in range(prefixes)]
    for number in range(prompts):
        yield {"id": f"p{number}", "system": systems[number % prefixes], "max_tokens": 8, "temperature": 0,
               "prompt": f"Question {number}: what is {number * 37 % 100} plus {number * 13 % 50}?"}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--daemon", action="append", required=True, help="draftspoold; several are compared")
    parser.add_argument("--server", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--slots", type=lambda text: [int(part) for part in text.split(",")], default=[1, 2, 4])
    parser.add_argument("--argument", action="append", default=[], help="of the engine's, as --argument=--cache-ram --argument=0")
    parser.add_argument("--prompts", type=int, default=40)
    parser.add_argument("--prefixes", type=int, default=4)
    parser.add_argument("--words", type=int, default=700, help="of a system prompt")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="draftspool-bench-prefixes.") as work:
        batch = work + "/prefixes.jsonl"
        with open(batch, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(line) + "\n" for line in lines(options.prompts, options.prefixes, options.words))
        for slots in options.slots:
            for daemon in options.daemon:
                engine = ["extra-arguments: " + json.dumps(options.argument)]
                with Site(daemon, options.server, options.model, slots, engine, "speculation:\n  max-depth: 0\n  probe: false",
                          context=4096) as site:
                    seconds, records = site.run(batch)
                cached = sum(record["tokens"]["cached"] or 0 for record in records)
                total = sum(record["tokens"]["prompt"] for record in records)
                print(f"{slots} slots  {daemon}: {cached} of {total} tokens cached ({cached / total:.0%}), {seconds:.1f} s",
                      flush=True)


if __name__ == "__main__":
    main()

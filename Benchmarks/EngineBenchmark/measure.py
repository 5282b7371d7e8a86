"""Times one mixed batch by several llama-server programs at several numbers of slots, each by the daemon's own decisions.

A first run of each teaches its daemon; then come interleaved rounds, each run a daemon that starts with what was learned.
The wall time goes from the drop of the batch to its complete output.
"""
import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.join(HERE, "..", "..")
sys.path.insert(0, os.path.join(HERE, "..", "PolicyBenchmark"))
sys.path.insert(0, os.path.join(HERE, "..", "PromptGenerator"))
import generate
from daemon import Site

# The context of a slot: the longest of the prompts and its answer fit.
CONTEXT = 1024


def parse_contender(text):
    server, _, slots = text.rpartition("=")
    if not server or not slots.isdigit():
        raise argparse.ArgumentTypeError(f"'{text}' is not SERVER=SLOTS")
    return server, int(slots)


def examples():
    """The prompts of examples/, in one form."""
    for name in ("batch.simple.jsonl", "batch.openai.jsonl"):
        with open(os.path.join(PROJECT, "examples", name), encoding="utf-8") as file:
            for line in map(json.loads, filter(str.strip, file)):
                yield {"id": line["custom_id"], **line["body"]} if "body" in line else line


def write_batches(directory, count, tokens):
    """`examples.jsonl`, and `mixed.jsonl` of `count` prompts: those and generated ones, none over `tokens` long."""
    own = list(examples())
    generated = [line for _, line in generate.prompts(count - len(own), 1, generate.SHARES)]
    mixed = [{**line, "max_tokens": min(line.get("max_tokens", tokens), tokens)} for line in own + generated]
    random.Random(1).shuffle(mixed)
    for name, lines in (("examples", own), ("mixed", mixed)):
        with open(f"{directory}/{name}.jsonl", "w", encoding="utf-8") as file:
            file.writelines(json.dumps(line) + "\n" for line in lines)


def version(server):
    run = subprocess.run([server, "--version"], capture_output=True, text=True, check=False)
    lines = (run.stdout + run.stderr).splitlines()
    return next((line for line in lines if line.startswith("version")), "unknown version")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("contenders", nargs="+", type=parse_contender, metavar="SERVER=SLOTS")
    parser.add_argument("--daemon", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--batches", type=lambda text: text.split(","), default=["examples", "mixed"])
    parser.add_argument("--count", type=int, default=200, help="prompts of the mixed batch")
    parser.add_argument("--tokens", type=int, default=80, help="the most tokens of one of its answers")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--raw", help="where to write every run as JSON")
    options = parser.parse_args()
    for server in dict(options.contenders):
        print(f"{server}: {version(server)}", flush=True)
    work = tempfile.mkdtemp(prefix="draftspool-bench-engines.")
    write_batches(work, options.count, options.tokens)
    runs = []

    def run(contender, batch, what, state=None):
        server, slots = contender
        with Site(options.daemon, server, options.model, slots, state=state, context=CONTEXT) as site:
            seconds, records = site.run(f"{work}/{batch}.jsonl")
            site.stop()
            if what == "lesson":
                shutil.copytree(site.state + "/learned", f"{lesson(contender, batch)}/learned")
        tokens = sum(record["tokens"]["generated"] for record in records)
        print(f"  {what:8} {batch:9} {os.path.basename(server)} {slots} slots  {seconds:7.2f} s  {tokens} tokens", flush=True)
        runs.append({"what": what, "batch": batch, "server": server, "slots": slots, "seconds": seconds, "tokens": tokens,
                     "depths": [record["decision"]["depth"] for record in records],
                     "load": os.getloadavg()[0]})
        if options.raw:
            with open(options.raw, "w", encoding="utf-8") as file:
                json.dump(runs, file, indent=1)

    def lesson(contender, batch):
        return f"{work}/state-{options.contenders.index(contender)}-{batch}"

    jobs = [(contender, batch) for contender in options.contenders for batch in options.batches]
    try:
        for contender, batch in jobs:
            run(contender, batch, "lesson")
        for number in range(options.rounds):
            random.Random(number).shuffle(jobs)
            for contender, batch in jobs:
                run(contender, batch, f"round {number + 1}", lesson(contender, batch))
    finally:
        if not os.environ.get("KEEP"):
            shutil.rmtree(work, ignore_errors=True)
    print("\n| seconds, median (least, greatest) | " + " | ".join(options.batches) + " |")
    print("|---|" + "---|" * len(options.batches))
    for server, slots in options.contenders:
        cells = []
        for batch in options.batches:
            seconds = [r["seconds"] for r in runs if r["what"] != "lesson" and
                       (r["server"], r["slots"], r["batch"]) == (server, slots, batch)]
            cells.append(f"{statistics.median(seconds):.1f} ({min(seconds):.1f}, {max(seconds):.1f})")
        print(f"| {server}, {slots} slots | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()

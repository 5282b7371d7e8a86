"""Measures the policy against every fixed setting, on the real engine with the inflated demo model.

Every run is one daemon that is ready before the batch is dropped; its wall time goes from the drop to the complete
output, lane changes included. Repeats go round all runs in turn, so that a change of the machine meets all alike.
"""
import argparse
import datetime
import json
import os
import random
import shutil
import tempfile

import batch
import report
from daemon import Site

FIXED = [(0, 0), (1, 0), (2, 0), (3, 0), (5, 0), (1, 0.75), (2, 0.75), (3, 0.75), (5, 0.75)]
QUICK_RUN_SECONDS = 20  # about what the batch takes in a quick run, at four slots
QUICK_FIXED = [(0, 0), (1, 0), (3, 0), (3, 0.75)]


def parse_settings(text):
    """`0,3,3:0.75` as (depth, p-min) each."""
    pairs = [part.partition(":") for part in text.split(",")]
    return [(int(depth), float(p_min or 0)) for depth, _, p_min in pairs]


def fixed(setting):
    depth, p_min = setting
    return f"speculation:\n  depth: {depth}\n  p-min: {p_min}\n  probe: false"


def group_of(record):
    return record["custom_id"].rsplit("-", 2)[0]


def group_seconds(records):
    """Seconds of each group, which a fixed setting serves one after another."""
    finished = {}
    for record in records:
        group = group_of(record)
        end = datetime.datetime.fromisoformat(record["finished_at"]).timestamp()
        finished[group] = max(finished.get(group, 0), end)
    start = min(datetime.datetime.fromisoformat(record["started_at"]).timestamp() for record in records)
    seconds = {}
    for group, end in sorted(finished.items(), key=lambda entry: entry[1]):
        seconds[group] = end - start
        start = end
    return seconds


def brief(record):
    """What a raw file keeps of an answer: group, setting, why, predicted and measured tokens a second, and when."""
    decision, timing = record["decision"], record["timing"]
    return {"group": group_of(record), "depth": decision["depth"], "p_min": decision["p_min"],
            "source": decision["source"], "predicted": decision["predicted"].get("tokens_per_second"),
            "measured": timing.get("tokens_per_second"), "tokens": record["tokens"]["generated"],
            "started_at": record["started_at"], "finished_at": record["finished_at"]}


class Bench:
    def __init__(self, options):
        self.options = options
        self.work = tempfile.mkdtemp(prefix="draftspool-bench-data.")
        self.runs = []

    def site(self, slots, speculation="", state=None):
        o = self.options
        return Site(o.daemon, o.server, o.model, slots, o.engine, speculation, state)

    def note(self, repeat, what, slots, batch_name, seconds, records):
        speed = sum(r["tokens"]["generated"] for r in records) / seconds
        lanes = len({(r["decision"]["depth"], r["decision"]["p_min"]) for r in records})
        self.runs.append({"repeat": repeat, "what": what, "slots": slots, "batch": batch_name, "seconds": seconds,
                          "groups": group_seconds(records) if isinstance(what, tuple) else None,
                          "answers": [brief(record) for record in records]})
        print(f"  {report.name(what):16} {slots!s:>4} slots  {batch_name:8} {seconds:7.2f} s  {speed:6.1f} tok/s"
              f"  {lanes} settings", flush=True)
        if self.options.raw:
            with open(self.options.raw, "w", encoding="utf-8") as file:
                json.dump(self.runs, file, indent=1)

    def prepare(self):
        """Writes the batches: a sizing run tells how long answers are."""
        groups = batch.candidates(self.options.heldout)
        sizing = self.work + "/sizing.jsonl"
        batch.write(sizing, [line for lines in groups.values() for line in lines[:self.options.sizing]])
        with self.site(4, fixed((3, 0.75))) as site:
            seconds, records = site.run(sizing)
        generated = {r["custom_id"]: r["tokens"]["generated"] for r in records}
        tokens = self.options.tokens or int(QUICK_RUN_SECONDS * sum(generated.values()) / seconds / len(groups))
        chosen = batch.of_equal_tokens(groups, generated, tokens)
        batch.write(self.work + "/mixed.jsonl", [line for lines in chosen.values() for line in lines])
        for group in self.options.one:
            batch.write(f"{self.work}/{group}.jsonl", chosen[group])
        print(f"batch: {', '.join(f'{len(lines)} {group}' for group, lines in chosen.items())} prompts, "
              f"about {tokens} tokens a group", flush=True)

    def cold(self, repeat, slots):
        """A daemon that knows nothing runs the batch; what it then knows is what the warm policy starts from."""
        mixed = self.work + "/mixed.jsonl"
        with self.site(slots) as site:
            seconds, records = site.run(mixed)
            for _ in range(self.options.lessons):
                site.run(mixed)
            site.stop()
            state = f"{self.work}/state-{repeat}-{slots}"
            shutil.copytree(site.state + "/learned", state + "/learned")
        self.note(repeat, "cold", slots, "mixed", seconds, records)
        return state

    def measure(self):
        self.prepare()
        most = max(self.options.slots)
        for repeat in range(self.options.repeats):
            print(f"repeat {repeat + 1} of {self.options.repeats}", flush=True)
            learned = {slots: self.cold(repeat, slots) for slots in self.options.slots + ["auto"]}
            jobs = [("mixed", slots, what) for slots in self.options.slots for what in self.options.fixed + ["warm"]]
            jobs += [("mixed", "auto", "warm")]
            jobs += [(one, most, what) for one in self.options.one for what in self.options.fixed + ["warm"]]
            random.Random(repeat).shuffle(jobs)
            for batch_name, slots, what in jobs:
                settings = fixed(what) if isinstance(what, tuple) else ""
                state = learned[slots] if what == "warm" else None
                with self.site(slots, settings, state) as site:
                    seconds, records = site.run(f"{self.work}/{batch_name}.jsonl")
                self.note(repeat, what, slots, batch_name, seconds, records)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--daemon", required=True)
    parser.add_argument("--server", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--engine", action="append", default=[], metavar="LINE",
                        help="a further line of the configuration's engine section, as 'devices: [CUDA0]'")
    parser.add_argument("--heldout", required=True, help="JSONL of prompts, as Models/demo/train/heldout.jsonl")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--tokens", type=int,
                        help="tokens of each of the four groups (default: 1200; quick: by the machine's speed)")
    parser.add_argument("--slots", type=lambda text: [int(part) for part in text.split(",")], default=[1, 2, 4])
    parser.add_argument("--fixed", type=parse_settings, help="the fixed settings, as 0,3,3:0.75 (depth and p-min)")
    parser.add_argument("--one", default="code,creative", help="groups that are also run alone; empty: none")
    parser.add_argument("--quick", action="store_true", help="fewer settings, tokens and repeats: about 10 minutes")
    parser.add_argument("--lessons", type=int, help="further runs of the batch before the policy counts as warm")
    parser.add_argument("--raw", help="where to write every run as JSON, as they come; report.py FILE prints the tables of one")
    options = parser.parse_args()
    options.fixed = options.fixed or (QUICK_FIXED if options.quick else FIXED)
    options.one = [group for group in options.one.split(",") if group]
    options.sizing = 8 if options.quick else 40
    options.tokens = options.tokens or (None if options.quick else 1200)
    if options.lessons is None:
        options.lessons = 0 if options.quick else 1
    bench = Bench(options)
    try:
        bench.measure()
        report.write(bench.runs)
    finally:
        if not os.environ.get("KEEP"):
            shutil.rmtree(bench.work, ignore_errors=True)


if __name__ == "__main__":
    main()

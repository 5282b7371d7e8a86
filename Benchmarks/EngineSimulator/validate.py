"""Compares EngineSimulator with the engine that it takes the place of: the same batch under the same daemon, by both in turn.

The simulator knows what steps and reading cost, measured alone and in turn with the runs (or from a profile measured
before); how long each answer gets, from a run of the real engine at depth 0; and how many drafts each group of prompts
accepts, from other prompts of the same groups. What it has to find is the wall time. The last line is one JSON object.
"""
import argparse
import json
import os
import random
import shutil
import statistics
import sys
import tempfile

import hidden_prompts
from measure_profile import Measurement

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "PolicyBenchmark"))
import batch
from daemon import Site


def fixed(depth):
    return f"speculation:\n  depth: {depth}\n  p-min: 0\n  probe: false"


def conditions(text):
    return [tuple(int(part) for part in pair.split(":")) for pair in text.split(",")]


def choose(options):
    """The batch, and as many other prompts to learn acceptances from."""
    groups = batch.candidates(options.heldout)
    each = options.prompts // len(groups)
    learned = {group: lines[each:2 * each] for group, lines in groups.items()}
    lines = [line for lines in groups.values() for line in lines[:each]]
    random.Random(1).shuffle(lines)
    for line in lines + [line for lines in learned.values() for line in lines]:
        line["max_tokens"] = options.tokens
    return lines, learned


TOKENS_PER_MESSAGE = 5


def group_of(custom_id):
    return custom_id.rsplit("-", 1)[0]


def acceptance(records):
    """The probability, equal at each position of three, at which so many drafts are accepted."""
    drafted = sum(record["tokens"]["drafted"] for record in records)
    share = sum(record["tokens"]["accepted"] for record in records) / drafted
    low, high = 0.0, 1.0
    while high - low > 1e-6:
        middle = (low + high) / 2
        low, high = (middle, high) if (middle + middle ** 2 + middle ** 3) / 3 < share else (low, middle)
    return round((low + high) / 2, 4)


def text_bytes(line):
    return sum(len(message["content"].encode("utf-8")) for message in line["messages"])


class Validation:
    def __init__(self, options):
        self.options = options
        self.work = tempfile.mkdtemp(prefix="draftspool-validate.")
        self.batch = self.work + "/batch.jsonl"
        self.profile = self.work + "/profile.json"
        self.hidden = self.work + "/hidden.json"

    def real(self, path, depth, slots):
        o = self.options
        with Site(o.daemon, o.server, o.model, slots, o.engine, fixed(depth)) as site:
            return site.run(path)

    def simulated(self, depth, slots, seed):
        """Seconds, as the profile counts them."""
        o = self.options
        arguments = ["--profile", self.profile, "--prompts", self.hidden, "--time-scale", str(o.time_scale),
                     "--seed", str(seed)]
        engine = [f"extra-arguments: {json.dumps(arguments)}"]
        with Site(o.daemon, o.simulator, o.model, slots, engine, fixed(depth)) as site:
            seconds, records = site.run(self.batch)
        for record in records:
            for time in ("generation_ms", "prompt_ms"):
                record["timing"][time] *= o.time_scale
        return seconds * o.time_scale, records

    def prepare(self):
        """Runs the real engine for what the simulator is told."""
        lines, learned = choose(self.options)
        batch.write(self.batch, lines)
        others = self.work + "/others.jsonl"
        batch.write(others, [line for lines in learned.values() for line in lines])
        _, sized = self.real(self.batch, 0, 1)
        _, drafted = self.real(others, 3, 1)
        groups = {}
        for group in learned:
            accepted = acceptance([record for record in drafted if group_of(record["custom_id"]) == group])
            groups[group] = {"acceptance": [accepted], "answer_tokens": {"median": self.options.tokens}}
            print(f"  {group}: acceptance {accepted} at each position", flush=True)
        tokens = {record["custom_id"]: record["tokens"] for record in sized}
        prompts = {hidden_prompts.prompt_hash(line["messages"]): {
            "group": group_of(line["id"]), "answer_tokens": tokens[line["id"]]["generated"]} for line in lines}
        hidden_prompts.write(self.hidden, "Written by validate.py.", groups, next(iter(groups)), prompts)
        messages = sum(len(line["messages"]) + 1 for line in lines) * TOKENS_PER_MESSAGE
        read = sum(count["prompt"] for count in tokens.values())
        self.bytes_per_token = sum(text_bytes(line) for line in lines) / (read - messages)
        print(f"  {len(lines)} prompts, {read} tokens of prompts, "
              f"{sum(count['generated'] for count in tokens.values())} of answers", flush=True)

    def write_profile(self, measurement):
        """How the tokenizer cuts text is the model's, not the machine's: it is fitted to this batch."""
        if self.options.profile:
            with open(self.options.profile, encoding="utf-8") as file:
                profile = json.load(file)
        else:
            profile = measurement.profile()
        profile["reading"].update(bytes_per_token=self.bytes_per_token, tokens_per_message=TOKENS_PER_MESSAGE)
        with open(self.profile, "w", encoding="utf-8") as file:
            json.dump(profile, file)

    def compare(self):
        self.prepare()
        measurement = Measurement(self.options)
        measured, predicted = {}, {}
        for repeat in range(self.options.repeats):
            if not self.options.profile:
                measurement.add_pass()
            for depth, slots in self.options.conditions:
                seconds, records = self.real(self.batch, depth, slots)
                measured.setdefault((depth, slots), []).append(seconds)
                print(f"  depth {depth}, {slots} slots: measured {seconds:.1f} s ({totals(records)}); "
                      f"load {os.getloadavg()[0]:.0f}", flush=True)
        if not self.options.profile:
            measurement.add_pass()
        self.write_profile(measurement)
        for repeat in range(self.options.repeats):
            for depth, slots in self.options.conditions:
                seconds, records = self.simulated(depth, slots, seed=repeat + 1)
                predicted.setdefault((depth, slots), []).append(seconds)
                print(f"  depth {depth}, {slots} slots: simulated {seconds:.1f} s ({totals(records)})", flush=True)
        self.report(measured, predicted)

    def report(self, measured, predicted):
        name = lambda place: f"depth {place[0]}, {place[1]} slots"
        ratios = {name(place): round(statistics.median(predicted[place]) / statistics.median(measured[place]), 3)
                  for place in measured}
        spread = [(max(values) - min(values)) / statistics.median(values) for values in measured.values()]
        rounded = lambda runs: {name(place): [round(value, 1) for value in values] for place, values in runs.items()}
        print(json.dumps({
            "predicted_over_measured": ratios, "worst_error": round(max(abs(ratio - 1) for ratio in ratios.values()), 3),
            "measured_seconds": rounded(measured), "predicted_seconds": rounded(predicted),
            "measured_spread": round(statistics.median(spread), 3), "time_scale": self.options.time_scale,
            "prompts": self.options.prompts, "repeats": self.options.repeats}))


def totals(records):
    total = lambda name: sum(record["tokens"][name] or 0 for record in records)
    steps = total("generated") - total("accepted") - len(records)
    generation = sum(record["timing"]["generation_ms"] for record in records) / steps
    reading = sum(record["timing"]["prompt_ms"] for record in records) / total("prompt")
    return (f"{total('generated')} tokens, {total('accepted')} of {total('drafted')} drafts, "
            f"{generation:.2f} ms a step, {reading:.2f} ms a token read")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--daemon", required=True)
    parser.add_argument("--server", required=True)
    parser.add_argument("--simulator", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--profile", help="one measured before; default: measured in turn with the runs")
    parser.add_argument("--heldout", required=True)
    parser.add_argument("--engine", action="append", default=[], help="a further line of the real engine's section")
    parser.add_argument("--prompts", type=int, default=32)
    parser.add_argument("--tokens", type=int, default=64, help="most of an answer")
    parser.add_argument("--conditions", type=conditions, default=[(0, 1), (3, 1), (0, 2), (3, 2)], help="depth:slots, …")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--time-scale", type=float, default=4)
    parser.set_defaults(rounds=2, cell_seconds=12, start_timeout=300, engine_argument=[], name="measured",
                        about="measured by validate.py", quantization="BF16")
    options = parser.parse_args()
    options.depths = sorted({depth for depth, _ in options.conditions} | {0})
    options.slots = sorted({slots for _, slots in options.conditions} | {1})
    validation = Validation(options)
    try:
        validation.compare()
    finally:
        if not os.environ.get("KEEP"):
            shutil.rmtree(validation.work, ignore_errors=True)


if __name__ == "__main__":
    main()

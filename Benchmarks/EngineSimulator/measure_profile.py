"""Measures a profile of a real llama-server on this machine, for Benchmarks/EngineSimulator: steps by draft depth and
busy slots, as Benchmarks/StepCostBenchmark does, what reading prompts costs, and how long a start takes.

Steps of one place differ by the noise that the profile then has. Acceptance is synthetic; it is no part of a profile.
"""
import argparse
import json
import math
import os
import random
import re
import statistics
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "StepCostBenchmark"))
import measure

READ_TOKENS = [8, 32, 96, 192]


class Measurement:
    """What several passes over an engine's places found. Passes meet a machine's changes of speed; one after the other,
    places would not."""

    def __init__(self, options):
        self.options = options
        self.steps = {}
        self.reading = {}
        self.starts = []

    def add_pass(self):
        with tempfile.TemporaryDirectory(prefix="draftspool-bench.") as work:
            for depth in self.options.depths:
                started = time.monotonic()
                with measure.Engine(self.options, depth, work) as engine:
                    self.starts.append(time.monotonic() - started)
                    self._read(engine, depth)
                    for slots in self.options.slots:
                        place = measure.cell(engine, slots, self.options)
                        self.steps.setdefault((depth, slots), []).extend(place["rounds"])
                        print(f"  depth {depth}, {slots} slots: {place['rounds']} ms a step", flush=True)

    def _read(self, engine, depth):
        read(engine, 64, seed=999)
        times = [read(engine, tokens, seed) for seed, tokens in enumerate(READ_TOKENS)]
        print(f"  depth {depth}, reading {READ_TOKENS}: {[round(value) for value in times]} ms", flush=True)
        self.reading.setdefault(depth > 0, []).append(times)

    def profile(self):
        per_prompt, per_token = line([statistics.median(times) for times in zip(*self.reading[False])])
        drafting = self.reading.get(True, self.reading[False])
        _, per_drafting_token = line([statistics.median(times) for times in zip(*drafting)])
        places = [{"drafts": depth, "slots": slots, "milliseconds": round(statistics.median(values), 3)}
                  for (depth, slots), values in sorted(self.steps.items())]
        differences = [math.log(value / statistics.median(values))
                       for values in self.steps.values() for value in values]
        return {
            "name": self.options.name, "about": self.options.about, "dialect": "mainline", "depth_in_request": False,
            "quantization": self.options.quantization,
            "start": {"milliseconds": round(statistics.median(self.starts) * 1000), "model_gigabytes": 0,
                      "milliseconds_per_gigabyte": 0},
            "step": {"places": places},
            "reading": {"milliseconds_per_prompt": round(per_prompt, 2), "milliseconds_per_token": round(per_token, 4),
                        "drafting_milliseconds_per_token": round(max(0, per_drafting_token - per_token), 4)},
            # These are differences of whole requests: what differs from step to step is averaged out in them.
            "disturbance": {"step_deviation": 0.02, "drift_deviation": round(statistics.pstdev(differences), 3),
                            "drift_seconds": 120},
        }


def read(engine, tokens, seed):
    """Milliseconds that the engine takes to read so many tokens."""
    prompt = random.Random(seed).choices(range(300, 1800), k=tokens)
    status, answer = engine.exchange("POST", "/completion", {
        "prompt": prompt, "n_predict": 1, "cache_prompt": False, "id_slot": 0, "temperature": 0})
    if status != 200:
        raise SystemExit(f"measure_profile: the engine answered {status}: {answer}")
    return answer["timings"]["prompt_ms"]


def line(times):
    """Milliseconds for each prompt and for each token, by least squares; weighted so that short prompts count as much."""
    weights = [1 / value ** 2 for value in times]
    total = sum(weights)
    mean_x = sum(w * x for w, x in zip(weights, READ_TOKENS)) / total
    mean_y = sum(w * y for w, y in zip(weights, times)) / total
    slope = (sum(w * (x - mean_x) * (y - mean_y) for w, x, y in zip(weights, READ_TOKENS, times))
             / sum(w * (x - mean_x) ** 2 for w, x in zip(weights, READ_TOKENS)))
    return max(0, mean_y - slope * mean_x), slope


def main():
    numbers = lambda text: [int(part) for part in text.split(",")]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--server", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--name", default="processor")
    parser.add_argument("--about", required=True, help="machine, engine and date, for the record")
    parser.add_argument("--quantization", default="BF16")
    parser.add_argument("--depths", type=numbers, default=[0, 1, 2, 3, 5])
    parser.add_argument("--slots", type=numbers, default=[1, 2, 4])
    parser.add_argument("--tokens", type=int, default=64, help="of one request")
    parser.add_argument("--passes", type=int, default=3, help="over all depths and slots")
    parser.add_argument("--rounds", type=int, default=2, help="of each place in a pass")
    parser.add_argument("--cell-seconds", type=float, default=12)
    parser.add_argument("--start-timeout", type=float, default=300)
    parser.add_argument("--engine-argument", action="append", default=[])
    parser.add_argument("--output", required=True)
    options = parser.parse_args()
    measurement = Measurement(options)
    for number in range(options.passes):
        print(f"pass {number + 1} of {options.passes}", flush=True)
        measurement.add_pass()
    profile = measurement.profile()
    text = json.dumps(profile, indent=1)
    text = re.sub(r'\{\s*"drafts": (\S+),\s*"slots": (\S+),\s*"milliseconds": (\S+)\s*\}',
                  r'{"drafts": \1, "slots": \2, "milliseconds": \3}', text)
    with open(options.output, "w", encoding="utf-8") as file:
        file.write(text + "\n")


if __name__ == "__main__":
    main()

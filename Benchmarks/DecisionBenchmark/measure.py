"""What decisions are worth: on simulated engines in counted time, then on the real engine.

What is under way goes to standard error; standard output is one JSON object with the figures of docs/decisions.md.
"""
import argparse
import glob
import json
import os
import subprocess
import sys
import time

from real import Real

PROJECT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


def say(text):
    print(text, file=sys.stderr, flush=True)


def simulate(options):
    command = [options.simulation, "simulate", "--data", f"{PROJECT}/docs/data/simulator",
               "--prompts", str(options.prompts), "--seeds", str(options.seeds), "--engines", str(options.engines),
               "--first-seed", str(options.first_seed), "--drawn-prompts", str(options.drawn_prompts),
               "--within", str(options.within)]
    run = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return json.loads(run.stdout.splitlines()[-1])


def speculation_lines():
    """Lines of Sources/Speculation, blank ones and comments included."""
    count = 0
    for name in glob.glob(f"{PROJECT}/Sources/Speculation/**/*.swift", recursive=True):
        with open(name, encoding="utf-8") as file:
            count += sum(1 for _ in file)
    return count


def rounded(value):
    if isinstance(value, dict):
        return {key: rounded(part) for key, part in value.items()}
    return round(value, 3) if isinstance(value, float) else value


def measure(options):
    started = time.monotonic()
    say("simulated engines")
    figures = simulate(options)
    detail = figures.pop("detail")
    say(f"simulated engines: {time.monotonic() - started:.0f} s; the real engine")
    with Real(options, say) as real:
        real.measure()
        figures["claim_error"] = real.claim_error()
        figures["real_vs_better"] = real.vs_better()
        figures["prediction_error"] = {"simulator": figures["prediction_error"], "real": real.prediction_error()}
        detail["unfounded_claims"] = real.unfounded_claims()
        detail["real_rounds"] = options.rounds
        detail["real_spread"] = real.spread()
    figures["speculation_lines"] = speculation_lines()
    detail["seconds"] = round(time.monotonic() - started)
    figures["detail"] = detail
    print(json.dumps(rounded(figures)))


def main():
    numbers = lambda text: [int(part) for part in text.split(",")]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--daemon", required=True)
    parser.add_argument("--simulation", required=True, help="the program DecisionBenchmark")
    parser.add_argument("--server", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--heldout", required=True, help="JSONL of prompts, as Models/demo/train/heldout.jsonl")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--rounds", type=int, help="on the real engine (default: 5; quick: 2)")
    parser.add_argument("--tokens", type=int, help="of the batch for it (default: 2000; quick: 800)")
    parser.add_argument("--slots", type=numbers, help="of it (default: 2,1; quick: 2)")
    parser.add_argument("--engines", type=int, help="drawn for the simulation (default: 500; quick: 100)")
    parser.add_argument("--first-seed", type=int, default=0, help="of them")
    parser.add_argument("--within", type=int, help="seconds for them (default: 240; quick: 60)")
    options = parser.parse_args()
    quick = options.quick
    options.rounds = options.rounds or (2 if quick else 5)
    options.tokens = options.tokens or (800 if quick else 2000)
    options.slots = options.slots or ([2] if quick else [2, 1])
    options.engines = options.engines or (100 if quick else 500)
    options.within = options.within or (60 if quick else 240)
    options.prompts, options.seeds = (300, 1) if quick else (1000, 3)
    options.drawn_prompts = 200 if quick else 500
    options.sizing = 8
    measure(options)


if __name__ == "__main__":
    main()

"""Measures what a step costs in llama-server by draft depth and busy slots, with synthetic acceptance.

One engine per depth; at each number of slots so many equal requests start together, a few rounds, in slots side by
side as the daemon puts them. The one that ends first had the others beside it all the time: its generation time over its
steps (tokens less accepted drafts) is the time of a step. Results are printed as they come and written as JSON.
"""
import argparse
import concurrent.futures
import http.client
import json
import os
import platform
import random
import socket
import statistics
import subprocess
import tempfile
import time

RATES = [0.85, 0.72, 0.61, 0.52, 0.44, 0.38, 0.32, 0.27]
PROMPT_TOKENS = 16


class Connection(http.client.HTTPConnection):
    def __init__(self, path, timeout):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Engine:
    """llama-server at one depth, ready when constructed."""

    def __init__(self, options, depth, work):
        self.socket = f"{work}/{depth}.sock"
        slots = max(options.slots)
        command = [options.server, "-m", options.model, "-np", str(slots), "-c", str(512 * slots),
                   "--host", self.socket, "--no-ui", *options.engine_argument]
        if depth:
            rates = ",".join(str(rate) for rate in RATES[:depth])
            command += ["--spec-type", "draft-mtp", "--spec-draft-n-max", str(depth), "--spec-synth-rates", rates]
        self.log = f"{work}/{depth}.log"
        with open(self.log, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        deadline = time.monotonic() + options.start_timeout
        while not self.healthy():
            if self.process.poll() is not None or time.monotonic() > deadline:
                with open(self.log, encoding="utf-8", errors="replace") as log:
                    raise SystemExit("bench-step-costs: the engine did not start:\n" + log.read()[-3000:])
            time.sleep(0.1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=60)

    def exchange(self, method, path, body=None):
        connection = Connection(self.socket, timeout=300)
        try:
            connection.request(method, path, json.dumps(body) if body else None, {"Content-Type": "application/json"})
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()

    def healthy(self):
        try:
            return self.exchange("GET", "/health")[0] == 200
        except (OSError, ValueError):
            return False

    def generate(self, tokens, seed, slot):
        """The request's (milliseconds a step, drafts a step, when it ended)."""
        prompt = random.Random(seed).choices(range(300, 1800), k=PROMPT_TOKENS)
        status, answer = self.exchange("POST", "/completion", {
            "prompt": prompt, "n_predict": tokens, "ignore_eos": True, "temperature": 0.8, "seed": seed,
            "cache_prompt": False, "id_slot": slot})
        if status != 200:
            raise SystemExit(f"bench-step-costs: the engine answered {status}: {answer}")
        timings = answer["timings"]
        steps = timings["predicted_n"] - timings.get("draft_n_accepted", 0)
        return timings["predicted_ms"] / steps, timings.get("draft_n", 0) / steps, time.monotonic()

    def step(self, slots, tokens, seed):
        with concurrent.futures.ThreadPoolExecutor(slots) as pool:
            requests = [pool.submit(self.generate, tokens, seed * 100 + slot, slot) for slot in range(slots)]
            milliseconds, drafts, _ = min((request.result() for request in requests), key=lambda result: result[2])
        return milliseconds, drafts


def cell(engine, slots, options):
    """Rounds until there are enough, or until their time is over; at least two."""
    engine.step(slots, options.tokens // 4, seed=99)
    steps, drafts, end = [], [], time.monotonic() + options.cell_seconds
    while len(steps) < options.rounds and (len(steps) < 2 or time.monotonic() < end):
        milliseconds, drafted = engine.step(slots, options.tokens, seed=len(steps))
        steps.append(milliseconds)
        drafts.append(drafted)
    return {"slots": slots, "milliseconds": round(statistics.median(steps), 3),
            "drafts_per_step": round(statistics.median(drafts), 3), "rounds": [round(step, 3) for step in steps]}


def main():
    numbers = lambda text: [int(part) for part in text.split(",")]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--server", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--name", help="how the model is called in the output (default: its file's name)")
    parser.add_argument("--device", default=platform.processor() or platform.machine(), help="for the record")
    parser.add_argument("--depths", type=numbers, default=[0, 1, 2, 3, 5])
    parser.add_argument("--slots", type=numbers, default=[1, 2, 4, 8, 16])
    parser.add_argument("--tokens", type=int, default=128, help="of one request")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cell-seconds", type=float, default=8, help="no further round after so long")
    parser.add_argument("--start-timeout", type=float, default=300, help="seconds until the engine must be ready")
    parser.add_argument("--engine-argument", action="append", default=[], help="a further argument of llama-server")
    parser.add_argument("--output", help="where to write the figures as JSON")
    options = parser.parse_args()
    result = {"model": options.name or os.path.basename(options.model), "device": options.device,
              "tokens": options.tokens, "cells": []}
    with tempfile.TemporaryDirectory(prefix="draftspool-bench.") as work:
        for depth in options.depths:
            started = time.monotonic()
            with Engine(options, depth, work) as engine:
                print(f"depth {depth}: ready after {time.monotonic() - started:.1f} s", flush=True)
                for slots in options.slots:
                    measured = {"depth": depth, **cell(engine, slots, options)}
                    result["cells"].append(measured)
                    speed = slots * 1000 / measured["milliseconds"]
                    print(f"  {slots:2} slots  {measured['milliseconds']:8.2f} ms a step  {speed:7.1f} steps/s", flush=True)
                    if options.output:
                        with open(options.output, "w", encoding="utf-8") as file:
                            json.dump(result, file, indent=1)


if __name__ == "__main__":
    main()

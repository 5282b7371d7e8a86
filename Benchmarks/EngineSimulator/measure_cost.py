"""Measures what EngineSimulator itself costs: processor time by step, token and request, and how late answers are.

Lateness is what a client that asks for one answer at a time waits beyond the times that the answer reports: the timer's
lateness, HTTP and the client's own. The last line is one JSON object.
"""
import argparse
import concurrent.futures
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "StepCostBenchmark"))
from measure import Connection

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "..", "..", "docs", "data", "simulator")


class Simulator:
    def __init__(self, options, slots, depth, work):
        self.socket = f"{work}/simulator.sock"
        command = [options.simulator, "-m", "model.gguf", "-np", str(slots), "-c", str(8192 * slots), "--host", self.socket,
                   "--profile", f"{DATA}/{options.profile}.json", "--prompts", f"{DATA}/prompt-groups.json",
                   "--time-scale", str(options.time_scale)]
        if depth:
            command += ["--spec-type", "draft-mtp", "--spec-draft-n-max", str(depth)]
        self.process = subprocess.Popen(command)
        while self.exchange("GET", "/health")[0] != 200:
            time.sleep(0.01)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        os.unlink(self.socket)

    def exchange(self, method, path, body=None):
        connection = Connection(self.socket, timeout=300)
        try:
            connection.request(method, path, json.dumps(body) if body else None)
            response = connection.getresponse()
            return response.status, response.read()
        except OSError:
            return 0, b""
        finally:
            connection.close()

    def generate(self, number, tokens):
        """Milliseconds that the client waited beyond the reported ones, and generated tokens."""
        start = time.monotonic()
        _, answer = self.exchange("POST", "/v1/chat/completions", {
            "messages": [{"role": "user", "content": f"Write about number {number}."}], "max_tokens": tokens,
            "ignore_eos": True})
        waited = (time.monotonic() - start) * 1000
        timings = json.loads(answer)["timings"]
        return waited - timings["prompt_ms"] - timings["predicted_ms"], timings["predicted_n"]

    def processor_seconds(self):
        total = 0
        for thread in os.listdir(f"/proc/{self.process.pid}/task"):
            with open(f"/proc/{self.process.pid}/task/{thread}/schedstat", encoding="ascii") as file:
                total += int(file.read().split()[0])
        return total / 1e9

    def steps(self):
        text = self.exchange("GET", "/metrics")[1].decode()
        return int(next(line.split()[1] for line in text.splitlines() if line.startswith("llamacpp:n_decode_total")))


def lateness(options, work):
    with Simulator(options, 1, 0, work) as simulator:
        return sorted(simulator.generate(number, 20)[0] for number in range(options.requests))


def cost(options, slots, depth, work):
    """Processor microseconds by token, step and request."""
    with Simulator(options, slots, depth, work) as simulator:
        before = simulator.processor_seconds()
        with concurrent.futures.ThreadPoolExecutor(slots) as pool:
            answers = list(pool.map(lambda number: simulator.generate(number, options.tokens), range(options.requests)))
        used = simulator.processor_seconds() - before
        tokens = sum(tokens for _, tokens in answers)
        figures = {"slots": slots, "depth": depth, "us_per_token": round(used / tokens * 1e6, 2),
                   "us_per_step": round(used / simulator.steps() * 1e6, 2),
                   "us_per_request": round(used / len(answers) * 1e6)}
        print(figures, flush=True)
        return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--simulator", default=".build/release/EngineSimulator")
    parser.add_argument("--profile", default="h200-27b-q4k")
    parser.add_argument("--time-scale", type=float, default=100)
    parser.add_argument("--requests", type=int, default=400)
    parser.add_argument("--tokens", type=int, default=400, help="of one answer")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="draftspool-bench.") as work:
        late = lateness(options, work)
        costs = [cost(options, slots, depth, work) for slots, depth in ((1, 0), (1, 3), (16, 0), (16, 3))]
    print(json.dumps({"late_ms_median": round(statistics.median(late), 3),
                      "late_ms_p99": round(late[len(late) * 99 // 100], 3), "costs": costs}))


if __name__ == "__main__":
    main()

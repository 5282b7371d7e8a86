"""Runs a mixed batch through the daemon against real vLLM servers and compares the records with vLLM's own figures."""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from daemon import Daemon
from server import Server

SETTINGS = """\
engine:
  slots: 2
  endpoint: {address}
  depth: {depth}
model-names: {{default: "", map: {{gpt-4o: tiny}}}}
"""
CHAT, TEXT = "/v1/chat/completions", "/v1/completions"
WAIT_SECONDS = 300
# A second batch is predicted within this factor of what the clock says; other programs share the processor.
NEAR = 2.0

failures: list[str] = []


def expect(holds: bool, what: str) -> None:
    if not holds:
        failures.append(what)
        print(f"test-vllm: WRONG: {what}", file=sys.stderr)


def openai(custom_id: str, url: str, **body: object) -> dict:
    return {"custom_id": custom_id, "method": "POST", "url": url, "body": body}


def chat(custom_id: str, model: str, **more: object) -> dict:
    messages = [{"role": "user", "content": f"Say it again, {custom_id}: one two three, one two three."}]
    return openai(custom_id, CHAT, model=model, messages=messages, max_tokens=64, **({"temperature": 0} | more))


def batches(simple: int, mapped: int) -> dict[str, tuple[list, set, set]]:
    """Lines by file, with the ids that are to be answered and those that are to fail."""
    lines = [{"id": f"s-{i}", "prompt": f"Count to {i + 10}.", "max_tokens": 64, "temperature": 0} for i in range(simple)]
    chats = [chat(f"c-{i}", "gpt-4o") for i in range(mapped)]
    texts = [openai(f"t-{i}", TEXT, model="tiny", prompt="ab ab ab ab", max_tokens=48, temperature=0) for i in range(4)]
    several = [chat("n-2", "gpt-4o", n=2, temperature=0.8)]
    bad = [openai("bad", TEXT, model="tiny", prompt="x", max_tokens=-5), chat("unknown", "gpt-5")]
    return {
        "simple": (lines, {line["id"] for line in lines}, set()),
        "openai": (chats + texts + several + bad, {l["custom_id"] for l in chats + texts + several}, {"bad", "unknown"}),
    }


def read(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def run(daemon: Daemon, name: str, lines: list[dict]) -> Path:
    """Runs a batch; returns its output directory."""
    daemon.drop(f"{name}.jsonl", "".join(json.dumps(line) + "\n" for line in lines).encode())
    return daemon.output(name, WAIT_SECONDS)


def check_output(server: Server, output: Path, answered: set, failed: set) -> None:
    where = f"{server.name}, {output.name}"
    answers, errors = read(output / "output.jsonl"), read(output / "errors.jsonl")
    records = {record["custom_id"]: record for record in read(output / "timing.jsonl")}
    for found, wanted, what in ((answers, answered, "answered"), (errors, failed, "failed")):
        ids = {line["custom_id"] for line in found}
        expect(ids == wanted, f"{where}: {what}: unexpected {sorted(ids - wanted)}, missing {sorted(wanted - ids)}")
    for line in answers:
        record, body = records[line["custom_id"]], line["response"]["body"]
        several = len(body["choices"]) > 1
        name = f"{where}, {line['custom_id']}"
        expect(record["engine"]["name"] == "vllm" and record["engine"]["model"] == "tiny", f"{name}: engine")
        expect(body["model"] == "tiny", f"{name}: the answer's model is as vLLM wrote it")
        timing, metrics = record["timing"], body.get("metrics") or {}
        expect(timing["basis"] == ("engine" if server.reports and not several else "client"), f"{name}: basis")
        expect((timing["generation_ms"] or 0) > 0 and (timing["tokens_per_second"] or 0) > 0, f"{name}: times")
        if server.reports and not several:
            expect(abs(timing["generation_ms"] - metrics["generation_time_ms"]) < 0.01, f"{name}: generation time")
        drafts = metrics.get("speculative_decoding") or {}
        expect(record["tokens"]["drafted"] == drafts.get("num_draft_tokens"), f"{name}: drafted")
        expect(record["tokens"]["accepted"] == drafts.get("num_accepted_draft_tokens"), f"{name}: accepted")
        expect(record["speculation"]["speedup"] is None, f"{name}: claims a speed-up")
        if server.speculates:
            expect(record["decision"]["predicted"]["baseline_tokens_per_second"] is None, f"{name}: claims a baseline")
    unknown = [line for line in errors if line["custom_id"] == "unknown"]
    for line in unknown:
        remedy = (line.get("draftspool") or line["error"])["remedy"]
        expect("model-names: {map: {gpt-5: tiny}}" in remedy, f"{where}: remedy of an unknown model: {remedy}")
    summary = json.loads((output / "summary.json").read_text())
    expect(summary["totals"]["saved_seconds"] is None, f"{where}: the summary claims a speed-up")
    expect(all(row["tokens_per_second"] for row in summary["table"]), f"{where}: speeds in the summary")


def figures(output: Path) -> list[dict]:
    return [r for r in read(output / "timing.jsonl") if r["timing"]["tokens_per_second"] and r["custom_id"] != "n-2"]


def check_server(server: Server, program: Path, root: Path) -> None:
    depth = 3 if server.speculates else 0
    daemon = Daemon(program, root / server.name, SETTINGS.format(address=server.address, depth=depth))
    with daemon.running(WAIT_SECONDS):
        work = batches(simple=24, mapped=8)
        outputs = []
        for name, (lines, answered, failed) in work.items():
            output = run(daemon, name, lines)
            check_output(server, output, answered, failed)
            outputs.append(output)
        # Not with the first batch: the daemon's own greeting may be counted with it.
        before = server.counters()
        again = run(daemon, "again", [line | {"id": "again-" + line["id"]} for line in work["simple"][0]])
        if server.speculates and server.reports:
            check_counters(server, again, before, server.counters())
        first = figures(outputs[0])[0]["decision"]["predicted"]["tokens_per_second"]
        records = figures(again)
        predicted = statistics.median(r["decision"]["predicted"]["tokens_per_second"] for r in records)
        measured = statistics.median(r["timing"]["tokens_per_second"] for r in records)
        expect(1 / NEAR < predicted / measured < NEAR, f"{server.name}: {predicted:.0f} tok/s predicted, {measured:.0f} measured")
        print(
            f"test-vllm: {server.name}: first prediction {first:.0f} tok/s, second batch predicted {predicted:.0f}, "
            f"measured {measured:.0f} (medians, basis {records[0]['timing']['basis']})"
        )
        expect("×" not in daemon.log.read_text(), f"{server.name}: the log claims a speed-up")


def check_counters(server: Server, output: Path, before: dict, after: dict) -> None:
    records = read(output / "timing.jsonl")
    for counter, member in (("num_draft_tokens", "drafted"), ("num_accepted_tokens", "accepted")):
        total = sum(record["tokens"][member] for record in records)
        grown = after[counter] - before[counter]
        expect(total == grown, f"{server.name}: records have {total} {member}, /metrics grew by {grown}")
        print(f"test-vllm: {server.name}: {member} {total} in the records, {grown} by /metrics")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--daemon", type=Path, required=True)
    program = arguments.parse_args().daemon.absolute()
    with tempfile.TemporaryDirectory(prefix="vllm-") as directory:
        root = Path(directory)
        model = root / "model"
        subprocess.run([sys.executable, Path(__file__).with_name("make-model.py"), model], check=True)
        servers = []
        try:
            for name, speculates, reports in (("deep", True, True), ("plain", False, False)):
                server = Server(name, model, root / f"{name}-server.log", speculates, reports)
                servers.append(server)
                server.wait()
            for server in servers:
                check_server(server, program, root)
        finally:
            for server in servers:
                server.stop()
    if failures:
        raise SystemExit(f"test-vllm: {len(failures)} things are wrong")
    print("test-vllm: all is well")


main()

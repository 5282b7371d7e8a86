"""A daemon on a spool of its own, with two simulated engines: one for the batch that is dropped, one for the clients.

The engines take their time without taking the processor, as one on a GPU does. Each has a depth of its own, which prompts
demand, so that those of clients never wait for the batch's engine, nor the batch for theirs: what the batch loses is what
the API costs.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import waiting
from daemon import Daemon, free_port

PROJECT = Path(__file__).resolve().parents[2]
PROFILE = PROJECT / "docs/data/simulator/h200-27b-q4k.json"
GROUPS = PROJECT / "docs/data/simulator/prompt-groups.json"
CHAT = "/v1/chat/completions"
BATCH_DEPTH, CLIENT_DEPTH = 0, 1
SLOTS = 8
# Prompts of the dropped batch: more than are answered meanwhile.
BATCH_PROMPTS = 50_000
BATCH_NAME = "dropped"

ENGINES = """\
engines:
  - {{name: batch, endpoint: "http://127.0.0.1:{batch_port}", depth: {batch_depth}, slots: {slots}}}
  - {{name: clients, endpoint: "http://127.0.0.1:{client_port}", depth: {client_depth}, slots: {slots}}}
speculation: {{probe: false}}
"""


def line(custom_id: str, depth: int, tokens: int, url: str = CHAT) -> bytes:
    question = [{"role": "user", "content": f"Say something short about {custom_id}."}]
    body = {"messages": question, "max_tokens": tokens, "ignore_eos": True}
    entry = {"custom_id": custom_id, "method": "POST", "url": url, "body": body, "draftspool": {"depth": depth}}
    return json.dumps(entry).encode() + b"\n"


class Site:
    def __init__(self, daemon: Daemon):
        self.daemon = daemon
        self.spool = daemon.spool
        self.socket = str(daemon.root / "run/api.sock")

    def drop_batch(self) -> None:
        """Drops the batch as a file."""
        lines = (line(f"prompt-{number}", BATCH_DEPTH, 40) for number in range(BATCH_PROMPTS))
        self.daemon.drop(f"{BATCH_NAME}.jsonl", b"".join(lines))

    def forget_peak(self) -> None:
        """Lets the most memory be counted from now on (proc(5), clear_refs)."""
        Path(f"/proc/{self.daemon.process.pid}/clear_refs").write_text("5")

    @property
    def peak_kibibytes(self) -> int:
        """The most memory that the daemon had resident since then."""
        status = Path(f"/proc/{self.daemon.process.pid}/status").read_text()
        return next(int(entry.split()[1]) for entry in status.splitlines() if entry.startswith("VmHWM:"))

    def names(self, folder: str) -> set[str]:
        try:
            return set(os.listdir(self.spool / folder))
        except FileNotFoundError:
            return set()


@contextmanager
def running_site(spool: Path | None = None):
    """A site for a while."""
    daemon, simulator = program("DRAFTSPOOLD", "draftspoold"), program("ENGINE_SIMULATOR", "EngineSimulator")
    # Whoever ends the test so ends what it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with tempfile.TemporaryDirectory(prefix="draftspool-load-") as directory:
        root = Path(directory)
        with engine(simulator, root, BATCH_DEPTH, 4) as batch_port, engine(simulator, root, CLIENT_DEPTH, 100) as client_port:
            settings = ENGINES.format(batch_port=batch_port, client_port=client_port, slots=SLOTS,
                                      batch_depth=BATCH_DEPTH, client_depth=CLIENT_DEPTH)
            with Daemon(daemon, root, settings, spool).running() as running:
                yield Site(running)


@contextmanager
def engine(simulator: Path, root: Path, depth: int, speed: int):
    """Runs an engine; its port is given."""
    drafts = ["--spec-type", "draft-mtp", "--spec-draft-n-max", str(depth)] if depth else []
    port = free_port()
    with open(root / "log", "ab") as log:
        process = subprocess.Popen(
            [simulator, "--profile", PROFILE, "--prompts", GROUPS, "--undisturbed", "--time-scale", str(speed),
             "--model", "simulated", "--host", "127.0.0.1", "--port", str(port), "--parallel", str(SLOTS),
             "--ctx-size", str(SLOTS * 4096), *drafts], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        yield port
    finally:
        process.kill()
        process.wait()


async def within(seconds: float, what: str, holds) -> None:
    """Waits while the connections go on."""
    await asyncio.to_thread(waiting.within, seconds, what, holds)


def program(variable: str, name: str) -> Path:
    """The program that a variable of the environment names, or else the newest that is built."""
    if named := os.environ.get(variable):
        return Path(named).absolute()
    built = [PROJECT / ".build" / kind / name for kind in ("release", "debug")]
    built = [path for path in built if path.exists()]
    if not built:
        raise SystemExit(f"there is no {name} in .build: run 'make build', or set {variable}")
    return max(built, key=lambda path: path.stat().st_mtime)

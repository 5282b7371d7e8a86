"""A daemon on a spool of its own, with two simulated engines: one for the batch that is dropped, one for the clients.

The engines take their time without taking the processor, as one on a GPU does. Each has a depth of its own, which prompts
demand, so that those of clients never wait for the batch's engine, nor the batch for theirs: what the batch loses is what
the API costs.
"""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PROFILE = PROJECT / "docs/data/simulator/h200-27b-q4k.json"
GROUPS = PROJECT / "docs/data/simulator/prompt-groups.json"
CHAT = "/v1/chat/completions"
BATCH_DEPTH, CLIENT_DEPTH = 0, 1
SLOTS = 8
# Prompts of the dropped batch: more than are answered meanwhile.
BATCH_PROMPTS = 50_000
BATCH_NAME = "dropped"

CONFIGURATION = """\
spool: {spool}
state-directory: {root}/state
runtime-directory: {root}/run
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
    """Runs as long as the block that it is used in."""

    def __init__(self, root: Path, daemon: Path, simulator: Path, spool: Path | None = None):
        self.root = root
        self.spool = spool or root / "spool"
        self.socket = str(root / "run/api.sock")
        self.daemon = daemon
        self.simulator = simulator

    def __enter__(self) -> "Site":
        with ExitStack() as started:
            self.log = started.enter_context(open(self.root / "log", "ab"))
            ports = [self._engine(BATCH_DEPTH, 4, started), self._engine(CLIENT_DEPTH, 100, started)]
            (self.root / "draftspool.yaml").write_text(CONFIGURATION.format(
                root=self.root, spool=self.spool, batch_port=ports[0], client_port=ports[1], slots=SLOTS,
                batch_depth=BATCH_DEPTH, client_depth=CLIENT_DEPTH))
            self.process = self._start([self.daemon, "--config", self.root / "draftspool.yaml"])
            started.callback(self.stop)
            # What was started before something failed is ended; now the block ends it.
            self.ending = started.pop_all()
        return self

    def __exit__(self, *_) -> None:
        self.ending.close()

    def _start(self, command: list) -> subprocess.Popen:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)

    def _engine(self, depth: int, speed: int, started: ExitStack) -> int:
        """Starts an engine; returns its port."""
        drafts = ["--spec-type", "draft-mtp", "--spec-draft-n-max", str(depth)] if depth else []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        engine = self._start(
            [self.simulator, "--profile", PROFILE, "--prompts", GROUPS, "--undisturbed", "--time-scale", str(speed),
             "--model", "simulated", "--host", "127.0.0.1", "--port", str(port), "--parallel", str(SLOTS),
             "--ctx-size", str(SLOTS * 4096), *drafts])
        started.callback(engine.wait)
        started.callback(engine.kill)
        return port

    def stop(self) -> int | None:
        """Stops the daemon; returns its exit status, and None where it had to be killed."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return None

    def drop_batch(self) -> None:
        """Drops the batch as a file."""
        part = self.spool / f"incoming/.{BATCH_NAME}.part"
        with open(part, "wb") as file:
            for number in range(BATCH_PROMPTS):
                file.write(line(f"prompt-{number}", BATCH_DEPTH, 40))
        part.rename(self.spool / f"incoming/{BATCH_NAME}.jsonl")

    def forget_peak(self) -> None:
        """Lets the most memory be counted from now on (proc(5), clear_refs)."""
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    @property
    def peak_kibibytes(self) -> int:
        """The most memory that the daemon had resident since then."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(entry.split()[1]) for entry in status.splitlines() if entry.startswith("VmHWM:"))

    def names(self, folder: str) -> set[str]:
        try:
            return set(os.listdir(self.spool / folder))
        except FileNotFoundError:
            return set()


@contextmanager
def running_site(spool: Path | None = None):
    """A site for a while; what the daemon logged is shown where that ends badly."""
    daemon, simulator = program("DRAFTSPOOLD", "draftspoold"), program("ENGINE_SIMULATOR", "EngineSimulator")
    # Whoever ends the test so ends what it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with tempfile.TemporaryDirectory(prefix="draftspool-load-") as directory:
        root = Path(directory)
        try:
            with Site(root, daemon, simulator, spool) as site:
                yield site
                status = site.stop()
                assert status == 0, f"the daemon ended with {status}"
        except BaseException:
            log = root / "log"
            sys.stderr.write(log.read_text()[-20_000:] if log.exists() else "")
            raise


async def within(seconds: float, what: str, holds) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        await asyncio.sleep(0.1)


def program(variable: str, name: str) -> Path:
    """The program that a variable of the environment names, or else the newest that is built."""
    if named := os.environ.get(variable):
        return Path(named).absolute()
    built = [PROJECT / ".build" / kind / name for kind in ("release", "debug")]
    built = [path for path in built if path.exists()]
    if not built:
        raise SystemExit(f"there is no {name} in .build: run 'make build', or set {variable}")
    return max(built, key=lambda path: path.stat().st_mtime)

"""Runs the real daemon with the real engine on a spool of its own, and kills both."""

import os
import signal
import subprocess
import time
from pathlib import Path

from drops import Drop
from writer import write

CONFIGURATION = """\
spool: {data}/spool
state-directory: {data}/state
runtime-directory: {root}/run
log-level: debug
engine:
  server: {server}
  model: {model}
  context: 512
  slots: 2
  extra-arguments: ["-t", "1"]
  stop-timeout: 5s
speculation:
  max-depth: 2
  probe: false
dispatch:
  max-attempts: 5
  retry-delay: 50ms
  drain-timeout: 5s
input:
  rescan-interval: 1s
  settle-time: 100ms
"""


class Service:
    """The daemon and its engines."""

    def __init__(self, root: Path, program: Path, server: Path, model: Path):
        self.root = root
        self.data = root / "data"
        self.spool = self.data / "spool"
        self.program = program
        self.environment: dict[str, str] = {}
        self.daemon: subprocess.Popen | None = None
        self.log = open(root / "daemon.log", "ab")
        # Replaced where the writer must be recorded.
        self.write_drop = lambda drop, path, target: write(drop.content, str(path), str(target), drop.is_synced)
        self.configuration = root / "draftspool.yaml"
        self.configuration.write_text(
            CONFIGURATION.format(root=root, data=self.data, server=server, model=model))
        for folder in ("incoming", "active", "output", "done", "failed", "control"):
            (self.spool / folder).mkdir(parents=True)

    def start(self) -> None:
        self.log.write(b"--- start\n")
        self.log.flush()
        self.daemon = subprocess.Popen(
            [self.program, "--config", self.configuration], stdin=subprocess.DEVNULL, stdout=self.log,
            stderr=self.log, env=os.environ | self.environment)

    @property
    def is_running(self) -> bool:
        return self.daemon is not None and self.daemon.poll() is None

    def engines(self) -> list[int]:
        """The process ids of this service's engines, left over ones included."""
        mark = f"{self.root}/run/".encode()
        found = []
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                try:
                    command = Path("/proc", entry, "cmdline").read_bytes()
                except OSError:
                    continue
                if mark in command and b"--host" in command:
                    found.append(int(entry))
        return found

    def signal(self, number: int) -> None:
        if self.is_running:
            self.daemon.send_signal(number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        if self.daemon:
            self.daemon.wait()

    def kill_engines(self) -> None:
        for process in self.engines():
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def wait_for_exit(self, seconds: float) -> int | None:
        """The exit status; None if it does not end in time."""
        try:
            return self.daemon.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def drop(self, drop: Drop) -> None:
        """Hands a file in; where its name is still taken, waits for the daemon to claim it."""
        incoming = self.spool / "incoming"
        target = incoming / drop.name
        if target.exists():
            drop.name = f"{drop.tag}-again.jsonl"
            target = incoming / drop.name
        self.write_drop(drop, incoming / f".{drop.name}.part" if drop.is_renamed_in else target, target)

    def wait_until(self, condition, seconds: float, pause: float = 0.002) -> bool:
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                return False
            time.sleep(pause)
        return True

"""A llama-server run by others, behind a proxy that has bad moments."""

import random
import subprocess
import time
import urllib.request
from pathlib import Path

from daemon import free_port
from proxy import FaultyProxy
from waiting import wait_until

# Who asks more often than this while it is refused does not wait in between.
MOST_FAULTS_A_SECOND = 50
# Somebody else may take a port that was free.
MOST_PORTS = 3


class Endpoint:
    """The server and its proxy; started when first wanted."""

    FAULTS = ["502", "504", "401", "404", "429", "reset", "hang"]

    def __init__(self, root: Path, prefix: list[str], server: Path, model: Path):
        self.log = open(root / "endpoint.log", "ab")
        self.command = [
            *prefix, server, "--model", model, "--host", "127.0.0.1", "--ctx-size", "1024", "--parallel", "2", "-t", "1"]
        self.server: subprocess.Popen | None = None
        self.proxy: FaultyProxy | None = None
        # The last span: its kind and length.
        self.span = ("", 0.0)
        # Spans in which the daemon asked on without a pause.
        self.hot_spans: list[str] = []

    def address(self) -> str:
        if self.proxy is None:
            self.proxy = FaultyProxy(self._start())
        return f"http://127.0.0.1:{self.proxy.port}"

    def _start(self) -> int:
        """Starts the server; returns its port."""
        for _ in range(MOST_PORTS):
            port = free_port()
            self.server = subprocess.Popen(
                [*self.command, "--port", str(port)], stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
            if self._is_healthy(port):
                return port
        raise AssertionError("the server for the endpoint did not start: see endpoint.log")

    def _is_healthy(self, port: int) -> bool:
        """Waits for it; False if the server ends, or has not answered in three minutes."""
        def answers() -> bool:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2):
                    return True
            except OSError:
                return False

        if wait_until(lambda: self.server.poll() is not None or answers(), 180) and self.server.poll() is None:
            return True
        self.server.kill()
        self.server.wait()
        return False

    def disturb(self, random: random.Random) -> str:
        """Begins a span of faults and returns its kind."""
        kind = random.choice(self.FAULTS)
        # Who resets everything is gone; an error may also be one path's.
        spares_checks = kind not in ("reset", "hang") and random.random() < 0.4
        seconds = random.choice([0.3, 1, 3, 6])
        self.mend()
        self.span = (kind, seconds)
        self.proxy.disturb(kind, seconds, spares_checks)
        return f"{kind} for {seconds} s{', of completions only' if spares_checks else ''}"

    @property
    def is_in_trouble(self) -> bool:
        return self.proxy is not None and time.monotonic() < self.proxy.until

    def mend(self) -> None:
        """Ends the span, and judges how the daemon bore it."""
        if self.proxy is None:
            return
        kind, seconds = self.span
        faults = self.proxy.mend()
        if faults > MOST_FAULTS_A_SECOND * (seconds + 1):
            self.hot_spans.append(f"{faults} requests met with {kind} in {seconds} s")

    def stop(self) -> None:
        if self.proxy:
            self.proxy.stop()
        if self.server:
            self.server.kill()
            self.server.wait()

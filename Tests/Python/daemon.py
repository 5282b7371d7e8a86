"""The daemon, as the tests in Python run it: in a directory of its own, which has its configuration, spool and log."""

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Iterator

from waiting import within

PLACES = """\
spool: {spool}
state-directory: {root}/state
runtime-directory: {root}/run
"""
DEMO_ENGINE = """\
engine:
  server: {server}
  model: {model}
  context: 512
  slots: 2
  extra-arguments: ["-t", "1"]
speculation:
  max-depth: 2
  probe: false
"""


class Daemon:
    def __init__(self, program: Path | str, root: Path, settings: str, spool: Path | None = None):
        self.program = program
        self.root = root
        self.spool = spool or root / "spool"
        self.log = root / "log"
        self.configure(settings)
        self.process: subprocess.Popen | None = None

    def configure(self, settings: str) -> None:
        """What it is told when it is run next, beside where its directories are."""
        self.root.mkdir(exist_ok=True)
        places = PLACES.format(spool=self.spool, root=self.root)
        (self.root / "draftspool.yaml").write_text(places + settings)

    @contextmanager
    def running(self, seconds_to_stop: float = 60) -> Iterator["Daemon"]:
        """Runs it for a while, after which it has to end well; where anything goes wrong its log is shown."""
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([self.program, "--config", self.root / "draftspool.yaml"],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            yield self
            self._stop(seconds_to_stop)
        except BaseException:
            sys.stderr.write(self.log.read_text(errors="replace")[-20_000:])
            raise
        finally:
            with suppress(AssertionError):
                self._stop(seconds_to_stop)

    def _stop(self, seconds: float) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            status = process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"the daemon did not end within {seconds} s") from None
        assert status == 0, f"the daemon ended with {status}"

    def kill(self) -> None:
        """Ends it as a crash does."""
        self.process.kill()
        self.process.wait()
        self.process = None

    def expect_alive(self) -> None:
        assert self.process.poll() is None, f"the daemon ended by itself with {self.process.returncode}"

    # MARK: Batches

    def drop(self, name: str, content: bytes) -> None:
        """Drops a file as a careful user does: written under a hidden name, then renamed."""
        part = self.spool / f"incoming/.{name}.part"
        part.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.rename(part.with_name(name))

    def output(self, name: str, seconds: float = 240) -> Path:
        """Waits for the output directory of a batch."""
        path = self.spool / "output" / name

        def is_there() -> bool:
            self.expect_alive()
            return path.is_dir()

        within(seconds, f"output/{name} is there", is_there)
        return path

    # MARK: Engines

    def status(self) -> dict:
        return json.loads((self.spool / "status.json").read_text())

    def engines(self) -> list[int]:
        """The processes that serve lanes."""
        return [lane["pid"] for lane in self.status()["lanes"] if lane.get("pid")]

    @contextmanager
    def frozen_engines(self) -> Iterator[None]:
        """Nothing is answered meanwhile, unless another engine is started."""
        within(60, "an engine serves", self.engines)
        engines = self.engines()
        for engine in engines:
            os.kill(engine, signal.SIGSTOP)
        try:
            yield
        finally:
            for engine in engines:
                with suppress(ProcessLookupError):
                    os.kill(engine, signal.SIGCONT)


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]

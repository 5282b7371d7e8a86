"""A real vLLM server on loopback, stopped by its process group."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from daemon import free_port

START_SECONDS = 300
STOP_SECONDS = 30
SPECULATION = {
    "method": "ngram", "num_speculative_tokens": 3, "prompt_lookup_min": 2, "prompt_lookup_max": 3,
}
COUNTERS = ("num_draft_tokens", "num_accepted_tokens")


class Server:
    """One server; `reports` says whether its answers have times and draft counts."""

    def __init__(self, name: str, model: Path, log: Path, speculates: bool, reports: bool) -> None:
        self.name, self.speculates, self.reports = name, speculates, reports
        self.log = log
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        command = [
            sys.executable, "-m", "vllm.entrypoints.cli.main", "serve", str(model),
            "--served-model-name", "tiny", "--host", "127.0.0.1", "--port", str(port),
            "--max-model-len", "2048", "--max-num-seqs", "4", "--enforce-eager", "--dtype", "bfloat16",
        ]
        if speculates:
            command += ["--speculative-config", json.dumps(SPECULATION)]
        if reports:
            command += ["--enable-per-request-metrics", "--per-request-spec-decode-metrics", "detailed"]
        environment = os.environ | {
            "VLLM_CPU_KVCACHE_SPACE": "1", "OMP_NUM_THREADS": "1", "VLLM_CPU_OMP_THREADS_BIND": "nobind",
            "HF_HUB_OFFLINE": "1", "VLLM_NO_USAGE_STATS": "1",
        }
        with open(log, "wb") as output:
            self.process = subprocess.Popen(
                command, env=environment, stdout=output, stderr=output, start_new_session=True
            )

    def get(self, path: str) -> str:
        with urllib.request.urlopen(self.address + path, timeout=30) as reply:
            return reply.read().decode()

    def wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                self.get("/health")
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.5)
        raise SystemExit(f"vLLM ({self.name}) does not start:\n" + self.log.read_text()[-3000:])

    def counters(self) -> dict[str, int]:
        """The sums of the draft counters; 0 where nothing was drafted yet."""
        sums = dict.fromkeys(COUNTERS, 0)
        for line in self.get("/metrics").splitlines():
            for name in COUNTERS:
                if line.startswith(f"vllm:spec_decode_{name}_total{{"):
                    sums[name] += int(float(line.rsplit(" ", 1)[1]))
        return sums

    def stop(self) -> None:
        if self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

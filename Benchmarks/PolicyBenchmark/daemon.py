"""One daemon on a spool of its own; times batches from their drop to their final output."""
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time


class Site:
    """`engine`: further lines below `engine:`; `speculation`: further YAML; `state`: what was learned before;
    `context`: tokens of a slot."""

    def __init__(self, daemon, server, model, slots, engine=(), speculation="", state=None, context=512):
        self.root = tempfile.mkdtemp(prefix="draftspool-bench.")
        self.spool = self.root + "/spool"
        self.state = self.root + "/state"
        if state:
            shutil.copytree(state, self.state)
        with open(self.root + "/draftspool.yaml", "w", encoding="utf-8") as file:
            file.write(f"spool: {self.spool}\nstate-directory: {self.state}\nruntime-directory: {self.root}/run\n"
                       f"log-level: info\nengine:\n  server: {server}\n  model: {model}\n  slots: {slots}\n"
                       f"  context: {context}\n" + "".join(f"  {line}\n" for line in engine) + speculation + "\n")
        self.log = open(self.root + "/log", "w", encoding="utf-8")
        self.process = subprocess.Popen([daemon, "--config", self.root + "/draftspool.yaml"],
                                        stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        self._wait(lambda: self._status().get("state") == "ready", "the daemon is ready")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        self.log.close()
        if not os.environ.get("KEEP"):
            shutil.rmtree(self.root, ignore_errors=True)

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=60)

    def run(self, path):
        """Drops a copy of `path`; returns the seconds until its output was complete, and its timing records.

        `self.totals` are those of its summary.
        """
        name = os.path.basename(path)
        hidden = f"{self.spool}/incoming/.{name}.part"
        shutil.copyfile(path, hidden)
        start = time.monotonic()
        os.rename(hidden, f"{self.spool}/incoming/{name}")
        output = f"{self.spool}/output/{os.path.splitext(name)[0]}"
        self._wait(lambda: os.path.exists(output + "/summary.json"), f"{output} appears")
        seconds = time.monotonic() - start
        if os.path.getsize(output + "/errors.jsonl"):
            raise SystemExit(f"bench-policy: prompts failed, see {output}/errors.jsonl (KEEP=1 keeps it)")
        with open(output + "/timing.jsonl", encoding="utf-8") as file:
            records = [json.loads(line) for line in file]
        with open(output + "/summary.json", encoding="utf-8") as file:
            self.totals = json.load(file)["totals"]
        shutil.rmtree(output)
        return seconds, records

    def _status(self):
        try:
            with open(self.spool + "/status.json", encoding="utf-8") as file:
                status = json.load(file)
            return status if status.get("pid") == self.process.pid else {}
        except (OSError, ValueError):
            return {}

    def _wait(self, condition, what):
        deadline = time.monotonic() + 1200
        while not condition():
            if self.process.poll() is not None or time.monotonic() > deadline:
                with open(self.root + "/log", encoding="utf-8") as log:
                    tail = "".join(log.readlines()[-15:])
                raise SystemExit(f"bench-policy: waited in vain until {what}; the daemon's log ends:\n{tail}")
            time.sleep(0.02)

"""Rounds that end in a power cut."""

import os
import random
import subprocess
import sys
from pathlib import Path

from disk import Disk
from drops import Drop
from faults import Faults
from service import Service

FOLDER = Path(__file__).resolve().parent


class PowerCuts(Faults):
    """Runs the daemon and those who drop files under the recorder, and takes away what was not synced."""

    def __init__(self, service: Service, random: random.Random, drop, ignores_syncs: bool):
        # No requests: a request that nobody synced may be lost as well as carried out.
        super().__init__(service, random, drop, ask=lambda: None)
        self.ignores_syncs = ignores_syncs
        library = service.root / "recorder.so"
        subprocess.run(
            ["cc", "-shared", "-fPIC", "-O1", "-o", library, FOLDER / "recorder.c", "-ldl", "-lpthread"], check=True)
        self.log = service.root / "changes"
        self.log.touch()
        service.environment = {
            "LD_PRELOAD": str(library), "RECORDER_ROOT": str(service.data), "RECORDER_LOG": str(self.log)}
        service.write_drop = self._write_drop
        self.disk = Disk(service.data)

    def kinds(self) -> list[tuple[int, object]]:
        return [
            (6, self.daemon_killed), (2, self.killed_at_start), (6, self.killed_while_publishing),
            (6, self.killed_while_claiming), (1, self.killed_while_draining),
        ]

    def restore(self, drops: list[Drop], reader) -> None:
        """The power cut itself, after the round's kill."""
        self.service.kill()
        self.service.kill_engines()
        kind = self.random.choice(["ordered", "strict"])
        self.disk.replay(self.log.read_bytes(), kind, self.ignores_syncs)
        self._check_recording()
        self.disk.cut_power(kind, self.random)
        self.disk.restore()
        self._drop_again(drops, reader)
        self.log.write_bytes(b"")
        self.disk = Disk(self.service.data)

    def _check_recording(self) -> None:
        """What was recorded must add up to what is there, but for one change made as the process was killed."""
        expected = self.disk.state()
        found = {
            str(path.relative_to(self.service.data)): None if path.is_dir() else path.read_bytes()
            for path in self.service.data.rglob("*")}
        different = [
            path for path in sorted(expected.keys() | found.keys())
            # SQLite maps its index of the log into memory; it is made anew after a crash.
            if not path.endswith("-shm") and expected.get(path, 0) != found.get(path, 0)]
        if len(different) > 2:
            raise AssertionError(f"the recorder missed changes of {different[:20]}")

    def _drop_again(self, drops: list[Drop], reader) -> None:
        """A file that was not taken and that its writer never synced is its writer's to drop again."""
        for drop in drops:
            if drop.is_synced or reader.place(drop) in ("done", "failed", "active"):
                continue
            path = self.service.spool / "incoming" / drop.name
            (path.parent / f".{drop.name}.part").unlink(missing_ok=True)
            if path.exists() and any(path.read_bytes() == other.content for other in drops if other is not drop):
                drop.name = f"{drop.tag}-again.jsonl"
                path = path.with_name(drop.name)
            path.write_bytes(drop.content)

    def _write_drop(self, drop: Drop, path: Path, target: Path) -> None:
        subprocess.run(
            [sys.executable, FOLDER / "writer.py", path, target, "sync" if drop.is_synced else "no"],
            input=drop.content, check=True, env=os.environ | self.service.environment)

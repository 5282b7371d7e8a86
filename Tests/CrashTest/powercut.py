"""Rounds that end in a power cut, often after kills from which the daemon was recovering."""

import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Callable

from disk import Disk
from drops import Drop
from faults import Faults, Hands
from reality import adopt_reality
from service import Service
from waiting import wait_until

FOLDER = Path(__file__).resolve().parent
# Changes that a kill may leave without their record.
MOST_UNRECORDED = 2


class PowerCuts(Faults):
    """Runs the daemon and those who drop files under the recorder, and takes away what was not synced."""

    def __init__(self, service: Service, random: random.Random, drop: Callable, ignores_syncs: bool):
        # No requests: a request that nobody synced may be lost as well as carried out.
        super().__init__(service, random, Hands(drop, ask=lambda: None, ask_in_a_row=lambda batch: None))
        self.drop = drop
        self.ignores_syncs = ignores_syncs
        library = service.root / "recorder.so"
        subprocess.run(
            ["cc", "-shared", "-fPIC", "-O1", "-o", library, FOLDER / "recorder.c", "-ldl", "-lpthread"], check=True)
        self.log = service.root / "changes"
        self.log.touch()
        self.log.chmod(0o666)
        # Names a folder whose syncs fail while it is there.
        self.failing = service.root / "failing-syncs"
        service.environment = {
            "LD_PRELOAD": str(library), "RECORDER_ROOT": str(service.data), "RECORDER_LOG": str(self.log),
            "RECORDER_FAILING": str(self.failing)}
        service.write_drop = self._write_drop
        self.disk = Disk(service.data)
        self.recoveries = 0
        self.kind = self._choose_kind()

    def kinds(self) -> list[tuple[int, Callable]]:
        return [
            (6, self.daemon_killed), (2, self.killed_at_start), (6, self.killed_while_publishing),
            (6, self.killed_while_claiming), (1, self.killed_while_draining), (6, self.sync_failed),
        ]

    def one(self) -> str:
        self._perhaps_fail_syncs()
        return super().one()

    def _choose_kind(self) -> str:
        return self.random.choice(["ordered", "strict"])

    def sync_failed(self) -> None:
        """What was placed is visible and its sync failed; another start finds it so and ends the batch."""
        folder = self.random.choice(["output", "done", "failed"])
        # What other batches sync later in the same folder, or the whole file system with it, would make up for it.
        self.kind = "strict"
        self._wait_for_the_end()
        before = set(os.listdir(self.service.spool / folder))
        self.failing.write_text(str(self.service.spool / folder))
        self.drop(is_hopeless=folder == "failed")
        wait_until(
            lambda: any(not name.startswith(".") for name in set(os.listdir(self.service.spool / folder)) - before), 3,
            pause=0.002)
        self._catch_up()
        self.service.start()
        self._wait_for_the_end()
        self.service.kill()

    def _wait_for_the_end(self) -> None:
        """Until nothing is left to do, and a little longer."""
        wait_until(
            lambda: not any(os.listdir(self.service.spool / folder) for folder in ("incoming", "active")), 3, pause=0.01)
        self._pause(0.1)

    def _perhaps_fail_syncs(self) -> None:
        if self.random.random() < 0.35:
            folder = self.random.choice(["output", "done", "failed", "active"])
            self.failing.write_text(str(self.service.spool / folder))

    def restore(self, drops: list[Drop], reader) -> None:
        """The power cuts themselves, after the round's kill; more than one if it fails again while all recovers."""
        self._catch_up()
        for _ in range(self.random.choice([0, 0, 1, 1, 2])):
            self._recover_for_a_moment()
        self._cut(drops, reader)
        while self.random.random() < 0.25:
            self._recover_for_a_moment()
            self._cut(drops, reader)

    def _recover_for_a_moment(self) -> None:
        """Another start that is killed while it recovers or soon after."""
        self.recoveries += 1
        self._perhaps_fail_syncs()
        self.service.start()
        roll = self.random.random()
        if roll < 0.3:
            self._wait_for_publishing()
            self._pause(self.random.choice([0, 0.01]))
        elif roll < 0.6:
            self._wait_for_the_end()
        else:
            self._pause(self.random.choice([0.1, 0.5, 1]))
        self._catch_up()

    def _catch_up(self) -> None:
        """Kills what runs and follows what it did to the disk."""
        self.service.kill()
        self.service.kill_engines()
        self.failing.unlink(missing_ok=True)
        self.disk.replay(self.log.read_bytes(), self.kind, self.ignores_syncs)
        self.log.write_bytes(b"")
        self._check_recording()

    def _check_recording(self) -> None:
        """What was recorded must add up to what is there, but for one change made as the process was killed."""
        # SQLite maps its index of the log into memory; it is made anew after a crash.
        different = adopt_reality(self.disk, lambda path: path.endswith("-shm"), MOST_UNRECORDED)
        if len(different) > MOST_UNRECORDED:
            raise AssertionError(f"the recorder missed changes of {different}")

    def _cut(self, drops: list[Drop], reader) -> None:
        self.service.note(f"power cut, {self.kind}")
        self.disk.cut_power(self.kind, self.random)
        self.disk.restore()
        self._restore_owners()
        self._drop_again(drops, reader)
        self.disk = Disk(self.service.data)
        self.kind = self._choose_kind()

    def _restore_owners(self) -> None:
        """What had to be made anew belongs to the daemon, but for what it has not yet taken."""
        accounts = self.service.accounts
        if not accounts.are_separate:
            return
        for path in [self.service.data, *self.service.data.rglob("*")]:
            if path.lstat().st_uid == 0:
                accounts.give_to_daemon(path, 0o750 if path.is_dir() else 0o640)
        accounts.give_to_daemon(self.service.data, 0o755)
        accounts.prepare_spool(self.service.spool)

    def _drop_again(self, drops: list[Drop], reader) -> None:
        """A file that was not taken and that its writer never synced is its writer's to drop again."""
        for drop in drops:
            if drop.is_synced or reader.place(drop) in ("done", "failed", "active"):
                continue
            path = self.service.spool / "incoming" / drop.name
            hidden = path.parent / f".{drop.name}.part"
            hidden.unlink(missing_ok=True)
            if path.exists() and any(path.read_bytes() == other.content for other in drops if other is not drop):
                drop.name = f"{drop.tag}-again.jsonl"
                path = path.with_name(drop.name)
            with open(hidden, "wb") as file:
                self.service.accounts.give_to_writer(file.fileno())
                file.write(drop.content)
            hidden.rename(path)

    def _write_drop(self, drop: Drop, path: Path, target: Path) -> None:
        variables = [f"{name}={value}" for name, value in self.service.environment.items() if name != "RECORDER_FAILING"]
        subprocess.run(
            ["env", *variables, sys.executable, "-B", FOLDER / "writer.py", path, target,
             "sync" if drop.is_synced else "no", *self.service.accounts.writer_arguments()],
            input=drop.content, check=True)

"""A run of the crash test: rounds of drops and faults, and looks at what came of them."""

import random
import time
from pathlib import Path

from accounts import Accounts
from configuration import Configuration
from control import ControlRequests
from disks import TroubledDisk
from drops import Drop, DropMaker
from endpoint import Endpoint
from faults import Hands
from powercut import PowerCuts
from reader import SpoolReader
from service import Service
from troubles import Troubles
from verdict import Verdict
from waiting import wait_until
from writerkinds import Writers

MOST_OPEN_FILES = 10
SETTLING_SECONDS = 180
# How long what was appended late may take to be seen after everything else has ended.
FOLLOW_UP_SECONDS = 60


class CrashTest:
    """`mode`: managed, endpoint, or mixed, in which the daemon changes between the two when it is started again."""

    def __init__(self, root: Path, programs: dict[str, Path], seed: int, mode: str, left_out: set[str]):
        self.random = random.Random(seed)
        self.mode = mode
        self.left_out = left_out
        self.accounts = Accounts.choose([programs["daemon"], programs["engine"], programs["model"]])
        self.disk = TroubledDisk(root)
        self.configuration = Configuration(root, programs["engine"], programs["model"])
        self.service = Service(root, programs["daemon"], self.accounts, self.configuration)
        self.service.environment = self.disk.environment(0)
        self.service.is_in_trouble = lambda: self.disk.is_in_trouble or self.endpoint.is_in_trouble
        self.endpoint = Endpoint(
            root, self.accounts.daemon_prefix(False), programs["engine"], programs["model"])
        self.maker = DropMaker(self.random)
        self.reader = SpoolReader(self.service.spool)
        self.requests = ControlRequests(self.service, self.random)
        self.writers = Writers(self.service, self.maker, self.random)
        self.drops: list[Drop] = []
        self.faults = self.make_faults()

    def make_faults(self):
        hands = Hands(
            self.drop, ask=lambda: self.asks and self.requests.one(self.drops),
            ask_in_a_row=lambda batch: self.asks and self.requests.row(self.drops, batch))
        return Troubles(self.service, self.random, hands, self.disk, self.endpoint, self.left_out)

    @property
    def asks(self) -> bool:
        return "requests" not in self.left_out

    def drop(self, is_hopeless: bool = False) -> None:
        drop = self.maker.make(is_hopeless)
        # Who finds the disk full sees that, and that what was written in place is not whole.
        drop.is_renamed_in |= self.disk.is_in_trouble
        try:
            self.service.drop(drop)
        except OSError:
            if not self.disk.is_in_trouble:
                raise
            (self.service.spool / "incoming" / f".{drop.name}.part").unlink(missing_ok=True)
            return
        self.drops.append(drop)

    def round(self) -> str:
        """Some drops and one fault, then perhaps some drops while the daemon is down."""
        if not self.service.is_running:
            self.change_life()
        if len(self.reader.unsettled(self.drops)) < MOST_OPEN_FILES:
            for _ in range(self.random.choice([0, 1, 2, 3])):
                self.drop()
        if "writers" not in self.left_out and self.random.random() < 0.3:
            self.drops += self.writers.perhaps_one()
        name = self.faults.one()
        self.faults.restore(self.drops, self.reader)
        self.writers.raise_failures()
        if self.random.random() < 0.5:
            self.drop()
        return name

    def change_life(self) -> None:
        """What the next daemon is like: its disk's speed, its engine, and whether it may see other users' writers."""
        self.service.environment = self.disk.environment(self.random.choice([0, 2000, 20000]))
        self.choose_leases()
        uses_endpoint = {"managed": False, "endpoint": True}.get(self.mode)
        if uses_endpoint is None:
            stays = self.random.random() < 0.75
            uses_endpoint = bool(self.configuration.endpoint) if stays else not self.configuration.endpoint
        self.configuration.endpoint = self.endpoint.address() if uses_endpoint else ""

    def choose_leases(self) -> None:
        self.service.gives_leases = self.accounts.offers_leases and self.random.random() < 0.5

    def check(self) -> Verdict:
        """Lets everything end without a fault, then reads it all."""
        self.disk.mend()
        self.endpoint.mend()
        for _ in range(3):
            if not self.service.is_running:
                self.service.start()
            wait_until(
                lambda: not self.service.is_running or not self.reader.unsettled(self.drops), SETTLING_SECONDS)
            if self.service.is_running:
                break
        self.writers.raise_failures()
        verdict = self.read()
        deadline = time.monotonic() + FOLLOW_UP_SECONDS
        while verdict.lost and self.writers.all and time.monotonic() < deadline:
            time.sleep(0.5)
            verdict = self.read()
        self.service.note_exit()
        verdict.wrong += self.service.exits + self.endpoint.hot_spans
        verdict.wrong += [f"{name} did not come to an end" for name in self.reader.unsettled(self.drops)]
        return verdict

    def read(self) -> Verdict:
        return self.reader.read(self.drops, self.requests.made, self.service.losses)

    def end(self, keeps_data: bool) -> None:
        self.writers.kill()
        self.disk.mend()
        self.service.kill()
        self.service.kill_engines()
        self.endpoint.stop()
        self.disk.unmount(keeps_data)


class PowerCutTest(CrashTest):
    """Rounds that end in power cuts, on an ordinary disk whose every change is recorded."""

    def __init__(self, root: Path, programs: dict[str, Path], seed: int, ignores_syncs: bool):
        self.ignores_syncs = ignores_syncs
        super().__init__(root, programs, seed, "managed", {"writers", "requests", "disk", "reloads", "proxy"})

    def make_faults(self):
        self.disk.unmount(keeps_data=True)
        return PowerCuts(self.service, self.random, self.drop, self.ignores_syncs)

    def change_life(self) -> None:
        self.choose_leases()

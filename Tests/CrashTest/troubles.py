"""Rounds that do more than kill: requests while a batch is published, disks without room, reloads, a bad proxy."""

import errno
import random
from typing import Callable

from disks import TroubledDisk
from endpoint import Endpoint
from faults import Faults, Hands
from service import Service
from storms import ReloadStorm


class Troubles(Faults):
    """All faults, without those of the kinds in `left_out`: requests, disk, reloads or proxy."""

    def __init__(
        self, service: Service, random: random.Random, hands: Hands, disk: TroubledDisk, endpoint: Endpoint,
        left_out: set[str],
    ):
        super().__init__(service, random, hands)
        self.disk = disk
        self.endpoint = endpoint
        self.storm = ReloadStorm(service, random)
        self.left_out = left_out

    def kinds(self) -> list[tuple[int, Callable]]:
        kinds = super().kinds()
        if "requests" not in self.left_out:
            kinds += [(8, self.asked_while_publishing), (5, self.asked_in_a_row)]
        if "disk" not in self.left_out:
            kinds += [(3, self.disk_full), (2, self.disk_failing)]
        if "reloads" not in self.left_out:
            kinds += [(4, self.reloaded), (2, self.reloaded_at_start)]
        if "proxy" not in self.left_out and self.service.configuration.endpoint:
            # Only while the daemon uses the endpoint.
            kinds += [(20, self.proxy_disturbed)]
        return kinds

    def asked_while_publishing(self) -> None:
        """Requests in a row at a moment of publishing, and perhaps a kill among what they do."""
        self.hands.drop()
        for _ in range(self.random.choice([1, 1, 2, 4])):
            self.hands.ask_in_a_row(self._wait_for_publishing())
        self._perhaps_kill()

    def asked_in_a_row(self) -> None:
        for _ in range(self.random.choice([0, 2, 6])):
            self.hands.drop()
        self._until_busy()
        for _ in range(self.random.choice([1, 2, 3])):
            self.hands.ask_in_a_row(None)
            self._pause(self.random.choice([0, 0.02, 0.2]))
        self._perhaps_kill()

    def _perhaps_kill(self) -> None:
        if self.random.random() < 0.5:
            self._pause(self.random.choice([0.005, 0.05, 0.3]))
            self.service.kill()

    def disk_full(self) -> None:
        self._in_trouble(lambda: self.disk.fill(self.random))

    def disk_failing(self) -> None:
        self._in_trouble(lambda: self.disk.fail(self.random.choice([errno.EIO, errno.EDQUOT])))

    def _in_trouble(self, begin: Callable[[], None]) -> None:
        """Work, drops, requests and perhaps a kill and a start while the disk takes nothing."""
        if self.random.random() < 0.3:
            self.hands.drop()
            self._wait_for_publishing()
        else:
            self._until_busy()
        begin()
        self.service.forgives_exit = True
        for _ in range(self.random.choice([1, 2, 3])):
            self.random.choice([
                self.hands.drop, self.hands.ask, lambda: self.hands.ask_in_a_row(None), self._wait_for_publishing,
                self._restart])()
            self._pause(self.random.choice([0.05, 0.5]))
        self.disk.mend()
        self._perhaps_kill()

    def _restart(self) -> None:
        self.service.kill()
        self.service.start()

    def reloaded(self) -> None:
        if self.random.random() < 0.7:
            self._until_busy()
        self.storm.blow()
        self._perhaps_kill()

    def reloaded_at_start(self) -> None:
        self.service.kill()
        self.service.start()
        self._pause(self.random.choice([0, 0.05, 0.5]))
        self.storm.blow()

    def proxy_disturbed(self) -> None:
        if self.random.random() < 0.7:
            self._until_busy()
        self.service.note(f"the proxy begins: {self.endpoint.disturb(self.random)}")
        self.service.forgives_exit = True
        for _ in range(self.random.choice([1, 2, 3])):
            self.hands.drop()
        self._pause(self.random.choice([0.5, 3]))
        if self.random.random() < 0.2:
            self.service.kill()

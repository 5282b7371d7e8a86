"""Reloads in quick succession, with configurations that are to be taken and ones that are to be refused."""

import random
import signal
import time

from service import Service
from waiting import wait_until


class ReloadStorm:
    def __init__(self, service: Service, random: random.Random):
        self.service = service
        self.random = random

    def blow(self) -> None:
        """Some reloads; in the end the file may be good or bad, as people leave it."""
        wait_until(lambda: self.service.has_begun or not self.service.is_running, 10, pause=0.002)
        for _ in range(self.random.randint(2, 8)):
            configuration = self.service.configuration
            is_good = self.random.random() < 0.5
            change = configuration.write_good(self.random) if is_good else configuration.write_bad(self.random)
            self.service.note(f"reload with {change}")
            self.service.signal(signal.SIGHUP)
            time.sleep(self.random.choice([0, 0.005, 0.1, 0.7]))
        if self.random.random() < 0.5:
            self.service.configuration.write()
            self.service.note("reload with the configuration it was started with")
            self.service.signal(signal.SIGHUP)

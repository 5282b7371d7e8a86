"""The ways in which a round disturbs a running service, at random points of its work."""

import glob
import os
import random
import signal
import time
from dataclasses import dataclass
from typing import Callable

from service import Service
from waiting import wait_until

# Five to drain and five to stop an engine, and what a busy machine adds.
EXIT_SECONDS = 90


@dataclass
class Hands:
    """What a fault may do beside disturbing the service."""

    drop: Callable[[], None]
    # Asks for one thing.
    ask: Callable[[], None]
    # Asks for several in a row, of the batch of this id if it is open, else of any.
    ask_in_a_row: Callable[[str | None], None]


class Faults:
    """Every method disturbs the service once; afterwards the daemon may be up or down."""

    def __init__(self, service: Service, random: random.Random, hands: Hands):
        self.service = service
        self.random = random
        self.hands = hands

    def kinds(self) -> list[tuple[int, Callable]]:
        return [
            (6, self.daemon_killed), (4, self.engine_killed), (2, self.both_killed), (3, self.killed_at_start),
            (5, self.killed_while_publishing), (3, self.killed_while_claiming), (2, self.stopped),
            (2, self.stopped_at_once), (1, self.killed_while_draining),
        ]

    def restore(self, drops, reader) -> None:
        """A kill loses nothing that was written, so there is nothing to restore."""

    def one(self) -> str:
        """Makes one fault of a random kind and returns its name."""
        kinds = self.kinds()
        fault = self.random.choices([kind for _, kind in kinds], [weight for weight, _ in kinds])[0]
        if not self.service.is_running:
            self.service.start()
        self.service.note(fault.__name__)
        fault()
        return fault.__name__

    def _pause(self, seconds: float) -> None:
        time.sleep(self.random.uniform(0, seconds))

    def _work(self) -> None:
        """Some time at work, mostly once prompts are being answered, and perhaps a request in the midst of it."""
        if self.random.random() < 0.7:
            self._until_busy()
        if self.random.random() < 0.8:
            self.hands.ask()
            self._pause(self.random.choice([0.01, 0.1]))
        else:
            self._pause(1.5)

    def _until_busy(self) -> None:
        # Unlike a Path's, this glob passes over directories that the daemon takes away meanwhile.
        spool = self.service.spool
        wait_until(
            lambda: not self.service.is_running or glob.glob(f"{glob.escape(str(spool))}/active/*/*.jsonl"), 4,
            pause=0.002)

    def daemon_killed(self) -> None:
        self._work()
        self.service.kill()

    def engine_killed(self) -> None:
        self._work()
        self.service.kill_engines()

    def both_killed(self) -> None:
        self._work()
        if self.random.random() < 0.5:
            self.service.kill_engines()
        self.service.kill()
        self.service.kill_engines()

    def killed_at_start(self) -> None:
        self.service.kill()
        for _ in range(self.random.choice([1, 1, 2, 3])):
            self.service.start()
            self._pause(0.8)
            self.service.kill()

    def killed_while_publishing(self) -> None:
        self.hands.drop()
        self._wait_for_publishing()
        self._pause(self.random.choice([0, 0.002, 0.02]))
        self.service.kill()

    def _wait_for_publishing(self) -> str | None:
        """Until a batch's output is staged or placed or its input is put away; returns the batch's id if that is seen."""
        moment = self.random.choice(["staged", "staged", "staged", "output", "output", "done", "done", "failed"])
        folder = self.service.spool / ("output" if moment == "staged" else moment)
        before = set(os.listdir(folder))
        found: set[str] = set()

        def has_come() -> bool:
            found.update(
                name for name in set(os.listdir(folder)) - before if name.startswith(".") == (moment == "staged"))
            return bool(found)

        wait_until(lambda: has_come() or not self.service.is_running, 2, pause=0.0005)
        return found.pop().removeprefix(".").removesuffix(".part") if found and moment == "staged" else None

    def killed_while_claiming(self) -> None:
        self._until_busy()
        self.hands.drop()
        self._pause(self.random.choice([0.002, 0.01, 0.03]))
        self.service.kill()

    def stopped(self) -> None:
        self._work()
        self.service.signal(signal.SIGTERM)
        self._expect_exit()

    def stopped_at_once(self) -> None:
        self._work()
        self.service.signal(signal.SIGTERM)
        self._pause(0.2)
        self.service.signal(signal.SIGTERM)
        self._expect_exit()

    def killed_while_draining(self) -> None:
        self._work()
        self.service.signal(signal.SIGTERM)
        self._pause(0.3)
        self.service.kill()

    def _expect_exit(self) -> None:
        if self.service.wait_for_exit(EXIT_SECONDS) is None:
            raise AssertionError(f"the daemon did not end within {EXIT_SECONDS} s after SIGTERM")

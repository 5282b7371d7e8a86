"""Waiting for what comes when it comes."""

import time
from typing import Callable


def wait_until(holds: Callable[[], object], seconds: float, pause: float = 0.1) -> bool:
    """Whether it held within that time."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


def within(seconds: float, what: str, holds: Callable[[], object]) -> None:
    assert wait_until(holds, seconds), f"not within {seconds} s: {what}"

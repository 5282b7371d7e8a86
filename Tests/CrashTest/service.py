"""Runs the real daemon with the real engine on a spool of its own, and kills both."""

import fcntl
import os
import signal
import subprocess
import time
from pathlib import Path

from accounts import FOLDER_MODES, Accounts
from configuration import Configuration
from drops import Drop
from waiting import wait_until
from writer import write


class Service:
    """The daemon and its engines."""

    def __init__(self, root: Path, program: Path, accounts: Accounts, configuration: Configuration):
        self.root = root
        self.data = root / "data"
        self.spool = self.data / "spool"
        self.program = program
        self.accounts = accounts
        self.configuration = configuration
        self.environment: dict[str, str] = {}
        # Whether the next daemon gets CAP_LEASE, with which it sees whether another user still writes.
        self.gives_leases = False
        self.daemon: subprocess.Popen | None = None
        self.log = open(root / "daemon.log", "ab")
        # Replaced where the writer must be recorded.
        self.write_drop = lambda drop, path, target: write(
            drop.content, str(path), str(target), drop.is_synced, accounts.give_to_writer)
        # When work in flight was lost, by wall clock.
        self.losses: list[float] = []
        self.exits: list[str] = []
        # Whether it may end by itself before it is ready, as systemd starts it again: its disk or its engine fails.
        self.forgives_exit = False
        self.is_in_trouble = lambda: False
        self.is_ending = False
        self._has_leases = False
        self._blind_starts = 0
        self._create_folders()

    def _create_folders(self) -> None:
        self.root.chmod(0o755)
        for folder in FOLDER_MODES:
            (self.spool / folder).mkdir(parents=True, exist_ok=True)
        self.accounts.prepare_spool(self.spool)
        for path in (self.data / "state", self.root / "run"):
            path.mkdir(exist_ok=True)
            self.accounts.give_to_daemon(path, 0o750)
        self.accounts.give_to_daemon(self.data, 0o755)

    def start(self) -> None:
        self.note_exit()
        self.configuration.write()
        self._wait_for_lock()
        self.note(f"start{' with CAP_LEASE' if self.gives_leases else ''}")
        self._has_leases = self.gives_leases or not self.accounts.are_separate
        self._blind_starts += not self._has_leases
        self.is_ending = False
        self.forgives_exit = self.is_in_trouble()
        # Its own variables come after a change of user, which would not let LD_PRELOAD through.
        variables = [f"{name}={value}" for name, value in {"HOME": self.data / "state", **self.environment}.items()]
        self.daemon = subprocess.Popen(
            [*self.accounts.daemon_prefix(self.gives_leases), "env", *variables, self.program, "--config",
             self.configuration.path], stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, umask=0o027)

    def _wait_for_lock(self) -> None:
        """A killed daemon's child may hold its lock until it has become an engine; systemd waits 2 s, this as long as that."""
        lock = self.spool / ".lock"

        def is_free() -> bool:
            with open(lock) as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    return True
                except OSError:
                    return False

        if not self.is_running and lock.exists():
            wait_until(is_free, 5, pause=0.01)

    def note(self, what: str) -> None:
        """A line in the daemon's log that says what the test does."""
        self.log.write(f"--- {what}\n".encode())
        self.log.flush()

    @property
    def is_running(self) -> bool:
        return self.daemon is not None and self.daemon.poll() is None

    @property
    def has_begun(self) -> bool:
        """Whether the daemon owns its spool: it is no longer being loaded, and may be expected to heed signals."""
        lock = str(self.spool / ".lock")
        try:
            return any(os.readlink(entry) == lock for entry in Path(f"/proc/{self.daemon.pid}/fd").iterdir())
        except OSError:
            return False

    @property
    def was_ready(self) -> bool:
        """Whether the last daemon had come so far as to serve."""
        return b" Ready: " in (self.root / "daemon.log").read_bytes().rpartition(b"--- start")[2]

    # MARK: What the daemon can see of writers

    @property
    def is_blind(self) -> bool:
        """Whether a daemon runs that cannot ask the kernel for other users' writers."""
        return self.is_running and not self._has_leases

    def blindness(self) -> int:
        """A mark for `was_blind_since`; take it before a file appears."""
        return self._blind_starts - (self.is_blind and not self._is_watching())

    def was_blind_since(self, mark: int) -> bool:
        """Whether a daemon was started since that had to guess which files were closed."""
        return self._blind_starts != mark

    def _is_watching(self) -> bool:
        wanted = f"ino:{(self.spool / 'incoming').stat().st_ino:x} "
        try:
            return any(wanted in path.read_text() for path in Path(f"/proc/{self.daemon.pid}/fdinfo").iterdir())
        except OSError:
            return False

    # MARK: Ending

    def note_exit(self) -> None:
        """Takes note if the daemon has ended by itself."""
        if self.daemon is None or self.daemon.poll() is None or self.is_ending:
            return
        self.is_ending = True
        if self.forgives_exit and not self.was_ready:
            return self.note("ended by itself, as it may")
        self.note("ended by itself")
        last = [line for line in self.log_lines(2000) if not line.startswith("---")][-1:]
        self.exits.append(f"the daemon ended by itself with exit status {self.daemon.returncode}: {''.join(last)}")

    def log_lines(self, most_bytes: int) -> list[str]:
        content = (self.root / "daemon.log").read_bytes()
        return content[-most_bytes:].decode(errors="replace").splitlines()

    def engines(self) -> list[int]:
        """The process ids of this service's engines, left over ones included."""
        mark = f"{self.root}/run/".encode()
        found = []
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                try:
                    command = Path("/proc", entry, "cmdline").read_bytes()
                except OSError:
                    continue
                if mark in command and b"--host" in command:
                    found.append(int(entry))
        return found

    def signal(self, number: int) -> None:
        self.note_exit()
        if number != signal.SIGHUP:
            self.is_ending = True
            self.losses.append(time.time())
        if self.is_running:
            self.daemon.send_signal(number)

    def kill(self) -> None:
        if self.is_running:
            self.note("kill")
        self.signal(signal.SIGKILL)
        if self.daemon:
            self.daemon.wait()

    def kill_engines(self) -> None:
        # One that is killed before it ever answered ends the daemon, which is started again.
        self.forgives_exit = True
        for process in self.engines():
            self.losses.append(time.time())
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def wait_for_exit(self, seconds: float) -> int | None:
        """The exit status; None if it does not end in time."""
        try:
            return self.daemon.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    # MARK: Files

    def drop(self, drop: Drop) -> None:
        """Hands a file in; where its name is still taken, waits for the daemon to claim it."""
        incoming = self.spool / "incoming"
        target = incoming / drop.name
        if target.exists():
            drop.name = f"{drop.tag}-again.jsonl"
            target = incoming / drop.name
        self.write_drop(drop, incoming / f".{drop.name}.part" if drop.is_renamed_in else target, target)

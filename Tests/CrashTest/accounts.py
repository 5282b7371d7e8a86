"""Who runs what, as installed: the daemon as a user of its own, those who drop files as another, both in the spool's group.

Where the test does not run as root, everything runs as whoever started it.
"""

import os
import pwd
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

CAP_LEASE = 28
# As systemd/draftspool.tmpfiles.conf has them.
FOLDER_MODES = {
    "": 0o2750, "incoming": 0o3770, "control": 0o3770, "output": 0o2750, "active": 0o2750, "done": 0o2750,
    "failed": 0o2750}


@dataclass(frozen=True)
class Accounts:
    # User ids; the spool's group has the daemon's number. None: not root.
    daemon: int | None = None
    writer: int | None = None
    # Whether the daemon may be given CAP_LEASE.
    offers_leases: bool = False

    @staticmethod
    def choose(programs: list[Path]) -> "Accounts":
        """Two free user ids, if this is root and others can reach the programs."""
        if os.geteuid() != 0:
            return Accounts()
        free = [number for number in range(61184, 65184) if not _is_known(number)][:2]
        accounts = Accounts(*free, offers_leases=_has_capability(CAP_LEASE))
        for path in programs:
            command = [*accounts.daemon_prefix(False), "test", "-r", path]
            if subprocess.run(command, stderr=subprocess.DEVNULL).returncode:
                print(f"crash-test: other users cannot reach {path}, so that everything runs as root", flush=True)
                return Accounts()
        return accounts

    @property
    def are_separate(self) -> bool:
        return self.daemon is not None

    def daemon_prefix(self, has_leases: bool) -> list[str]:
        """The beginning of a command that is to run as the daemon."""
        if self.daemon is None:
            return []
        leases = ["--inh-caps=+lease", "--ambient-caps=+lease"] if has_leases else []
        return ["setpriv", f"--reuid={self.daemon}", f"--regid={self.daemon}", "--clear-groups", *leases,
                "--no-new-privs"]

    def writer_arguments(self) -> list[str]:
        """What tells a Python program here, as its last arguments, to become one who drops files: see `become`."""
        return [] if self.writer is None else [str(self.writer), str(self.daemon)]

    def give_to_writer(self, descriptor: int) -> None:
        """Makes a file that of one who drops files; its group is the spool's, by its directory."""
        if self.writer is not None:
            os.fchown(descriptor, self.writer, -1)

    def prepare_spool(self, spool: Path) -> None:
        """Owners and modes of a spool's folders."""
        if self.daemon is None:
            return
        for name, mode in FOLDER_MODES.items():
            path = spool / name
            os.chown(path, self.daemon, self.daemon)
            os.chmod(path, mode)
            if mode & 0o020:
                _set_default_acl(path)

    def give_to_daemon(self, path: Path, mode: int) -> None:
        if self.daemon is not None:
            os.chown(path, self.daemon, self.daemon)
            os.chmod(path, mode)


def become(arguments: list[str]) -> None:
    """Becomes another user, by `Accounts.writer_arguments`; a program does it itself, for its interpreter may be root's."""
    if arguments:
        user, group = map(int, arguments)
        os.setgroups([group])
        os.setgid(user)
        os.setuid(user)


def _is_known(number: int) -> bool:
    try:
        pwd.getpwuid(number)
        return True
    except KeyError:
        return False


def _has_capability(number: int) -> bool:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("CapPrm:"):
            return bool(int(line.split()[1], 16) >> number & 1)
    return False


def _set_default_acl(path: Path) -> None:
    """user::rw-,group::rw-,mask::rw-,other::--- for files made in it, as the kernel keeps it (linux/posix_acl_xattr.h)."""
    entries = [(0x01, 6), (0x04, 6), (0x10, 6), (0x20, 0)]
    value = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", tag, bits, 0xFFFFFFFF) for tag, bits in entries)
    try:
        os.setxattr(path, "system.posix_acl_default", value)
    except OSError as error:
        print(f"crash-test: no default ACL for {path}: {error}; files may be unreadable for the daemon", flush=True)

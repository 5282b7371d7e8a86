"""Disks that give trouble for a moment, full ones, failing ones, and users' quotas; and slow ones.

As root the data stand on a small file system of their own that is really filled. A library that is preloaded into the
daemon (Tests/FailingDisk) makes its writes and syncs fail with EIO or EDQUOT, and where this is not root with ENOSPC.
"""

import errno
import os
import random
import subprocess
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
LIBRARIES = [FOLDER / "slow-disk.c", FOLDER.parent / "FailingDisk/failing-disk.c"]
SIZE = "512m"


class TroubledDisk:
    """The disk under a service's data; made before there are any."""

    def __init__(self, root: Path):
        self.data = root / "data"
        self.data.mkdir()
        self.ballast = self.data / "ballast"
        self.switch = root / "disk-error"
        self.libraries = [root / source.with_suffix(".so").name for source in LIBRARIES]
        for source, library in zip(LIBRARIES, self.libraries):
            subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
        self.is_mounted = os.geteuid() == 0 and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=755", "crash-test", self.data]).returncode == 0

    def environment(self, longest_sync: int) -> dict[str, str]:
        """What the daemon is to be started with; `longest_sync` is in microseconds."""
        return {
            "LD_PRELOAD": ":".join(map(str, self.libraries)), "SLOW_DISK": str(longest_sync),
            "FAILING_DISK": str(self.data.resolve()), "FAILING_DISK_ERROR": str(self.switch)}

    @property
    def is_in_trouble(self) -> bool:
        return self.ballast.exists() or self.switch.exists()

    def fill(self, random: random.Random) -> None:
        """Leaves no room, or next to none."""
        if not self.is_mounted:
            return self.fail(errno.ENOSPC)
        spare = random.choice([0, 0, 4096, 65536])
        with open(self.ballast, "wb") as file:
            status = os.statvfs(self.data)
            room = status.f_bavail * status.f_bsize - spare
            try:
                if room > 0:
                    os.posix_fallocate(file.fileno(), 0, room)
            except OSError:
                pass  # somebody else took the rest

    def fail(self, number: int) -> None:
        """Lets the daemon's writes fail with this error number."""
        new = self.switch.with_suffix(".new")
        new.write_text(str(int(number)))
        new.rename(self.switch)

    def mend(self) -> None:
        self.ballast.unlink(missing_ok=True)
        self.switch.unlink(missing_ok=True)

    def unmount(self, keeps_data: bool) -> None:
        """Takes the file system away; `keeps_data`: its files stay, on the disk below."""
        if not self.is_mounted:
            return
        self.is_mounted = False
        copy = self.data.with_name("data.copy")
        if keeps_data:
            subprocess.run(["cp", "-a", self.data, copy], check=True)
        subprocess.run(["umount", "--lazy", self.data], check=True)
        if keeps_data:
            self.data.rmdir()
            copy.rename(self.data)

"""The hand of one who drops files: does to one file what it is told, a step a line, and answers each with a line.

Runs as the user its arguments name (`accounts.become`). Standard input has JSON arrays: the step's name and its arguments; bytes are
written as Latin-1. A full disk is waited for.
"""

import errno
import json
import os
import sys
import time

from accounts import become


class Hand:
    """Holds one file open, and perhaps others in sight."""

    def __init__(self):
        self.descriptor = -1

    def hold(self) -> int:
        """Keeps the file in sight while another is made; returns the number by which `is_gone` knows it."""
        return os.dup(self.descriptor)

    def create(self, path: str) -> None:
        self.descriptor = _patiently(lambda: os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666))

    def append(self, text: str) -> None:
        rest = text.encode("latin-1")
        os.lseek(self.descriptor, 0, os.SEEK_END)
        while rest:
            rest = rest[_patiently(lambda: os.write(self.descriptor, rest)):]

    def overwrite(self, offset: int, text: str) -> None:
        _patiently(lambda: os.pwrite(self.descriptor, text.encode("latin-1"), offset))

    def truncate(self, size: int) -> None:
        os.ftruncate(self.descriptor, size)

    def rename(self, source: str, target: str) -> None:
        _patiently(lambda: os.rename(source, target))

    def stop_writing(self) -> None:
        """Closes the file for writing, and keeps it in sight."""
        reader = os.open(f"/proc/self/fd/{self.descriptor}", os.O_RDONLY)
        os.close(self.descriptor)
        self.descriptor = reader

    def write_again(self) -> None:
        """Opens the file for writing again, wherever it stands now."""
        writer = os.open(f"/proc/self/fd/{self.descriptor}", os.O_RDWR)
        os.close(self.descriptor)
        self.descriptor = writer

    def where(self) -> str:
        """The file's path now."""
        return os.readlink(f"/proc/self/fd/{self.descriptor}")

    def is_gone(self, held: int) -> bool:
        """Whether the file has no name any more."""
        return os.fstat(held).st_nlink == 0

    def close(self) -> None:
        os.close(self.descriptor)


def _patiently(step):
    while True:
        try:
            return step()
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            time.sleep(0.02)


def main() -> None:
    become(sys.argv[1:])
    hand = Hand()
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        print(json.dumps(getattr(hand, name)(*arguments)), flush=True)


if __name__ == "__main__":
    main()

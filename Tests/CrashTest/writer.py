"""Writes standard input to a file, as those do who drop files: writer.py PATH TARGET sync|no [USER GROUP]."""

import os
import sys

from accounts import become


def write(content: bytes, path: str, target: str, is_synced: bool, claim=lambda descriptor: None) -> None:
    """Writes `path`, and renames it to `target` if that is another name; `claim` may change whose file it is."""
    with open(path, "wb", buffering=0) as file:
        claim(file.fileno())
        file.write(content)
        if is_synced:
            os.fsync(file.fileno())
    if path != target:
        os.rename(path, target)
    if is_synced:
        directory = os.open(os.path.dirname(target), os.O_RDONLY)
        os.fsync(directory)
        os.close(directory)


if __name__ == "__main__":
    become(sys.argv[4:])
    write(sys.stdin.buffer.read(), sys.argv[1], sys.argv[2], sys.argv[3] == "sync")

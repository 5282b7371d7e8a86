"""Writes standard input to a file, as those do who drop files: writer.py PATH TARGET sync|no."""

import os
import sys


def write(content: bytes, path: str, target: str, is_synced: bool) -> None:
    """Writes `path`, and renames it to `target` if that is another name."""
    with open(path, "wb") as file:
        file.write(content)
        if is_synced:
            file.flush()
            os.fsync(file.fileno())
    if path != target:
        os.rename(path, target)
    if is_synced:
        directory = os.open(os.path.dirname(target), os.O_RDONLY)
        os.fsync(directory)
        os.close(directory)


if __name__ == "__main__":
    write(sys.stdin.buffer.read(), sys.argv[1], sys.argv[2], sys.argv[3] == "sync")

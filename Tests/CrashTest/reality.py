"""Brings a model of a disk up to the real files, where a process was killed between a change and its record."""

from typing import Callable

from disk import Change, Disk, Node


def adopt_reality(disk: Disk, is_ignored: Callable[[str], bool], most: int) -> list[str]:
    """Takes over, as changes that nobody synced, what is different; returns the paths at which something was.

    - Parameter most: stops after as many, for then it was no kill that left them out.
    """
    adopted: list[str] = []
    while len(adopted) <= most and (path := _adopt_one(disk, is_ignored)) is not None:
        adopted.append(path)
    return adopted


def _adopt_one(disk: Disk, is_ignored: Callable[[str], bool]) -> str | None:
    """One change at a time, since that of a directory changes the paths of all below it."""
    view = {"": disk.root, **disk.view()}
    real = {"": disk.path} | {str(path.relative_to(disk.path)): path for path in sorted(disk.path.rglob("*"))}
    removed = {path: node for path, node in view.items() if path not in real and not is_ignored(path)}
    for path, file in real.items():
        if is_ignored(path):
            continue
        if path not in view:
            _make(disk, view, removed, path, file)
            return path
        if not file.is_dir() and view[path].seen() != (content := file.read_bytes()):
            view[path].pending += [(0, None), (0, content)]
            return path
    # The innermost first.
    for path in sorted(removed, reverse=True):
        disk.changes.append(Change(_place(view, path), None))
        return path
    return None


def _make(disk: Disk, view: dict[str, Node], removed: dict[str, Node], path: str, file) -> None:
    """A file or directory that is new, or has another name now."""
    number = file.stat().st_ino
    source = next((old for old, node in removed.items() if node.number == number), None)
    node = removed[source] if source is not None else Node(number, file.is_dir())
    disk.nodes[number] = node
    before = _place(view, source) if source is not None else None
    disk.changes.append(Change(before, (*_place(view, path), node)))


def _place(view: dict[str, Node], path: str) -> tuple[Node, str]:
    directory, _, name = path.rpartition("/")
    return view[directory], name

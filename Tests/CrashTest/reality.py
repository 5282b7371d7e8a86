"""Brings a model of a disk up to the real files, where a process was killed between a change and its record."""

from pathlib import Path
from typing import Callable

from disk import Change, Disk, Node


def adopt_reality(disk: Disk, is_ignored: Callable[[str], bool]) -> list[str]:
    """Takes over, as changes that nobody synced, what is different; returns the paths at which something was."""
    view = disk.view()
    real = {str(path.relative_to(disk.path)): path for path in sorted(disk.path.rglob("*"))}
    removed = {path: view[path] for path in sorted(view.keys() - real.keys()) if not is_ignored(path)}
    made = [path for path in real if path not in view and not is_ignored(path)]
    changed = [
        path for path, node in view.items()
        if path in real and not is_ignored(path) and not node.is_directory and node.seen() != real[path].read_bytes()]
    nodes = {"": disk.root, **{path: node for path, node in view.items() if path in real}}
    for path in made:
        file = real[path]
        number = file.stat().st_ino
        source = next((old for old, node in removed.items() if node.number == number), None)
        if source is not None:
            node = removed.pop(source)
        else:
            node = disk.nodes[number] = Node(number, file.is_dir())
        nodes[path] = node
        disk.changes.append(Change(
            None if source is None else _place(nodes, source), (*_place(nodes, path), node)))
        if not node.is_directory and node.seen() != file.read_bytes():
            _rewrite(node, file.read_bytes())
    for path in removed:
        disk.changes.append(Change(_place({**view, "": disk.root}, path), None))
    for path in changed:
        _rewrite(view[path], real[path].read_bytes())
    return [*removed, *made, *changed]


def _place(nodes: dict[str, Node], path: str) -> tuple[Node, str]:
    directory, _, name = path.rpartition("/")
    return nodes[directory], name


def _rewrite(node: Node, content: bytes) -> None:
    node.pending += [(0, None), (0, content)]

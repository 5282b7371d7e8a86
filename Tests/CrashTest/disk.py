"""What a disk holds after a power cut: the recorded changes of recorder.c, of which only synced ones are sure.

Two kinds of file system are modelled. On both, a rename is atomic, a sync of a file makes its content durable, and
data that was not synced is there in part or not at all.

- `ordered`: changes of directories go through a journal, so that a crash leaves a beginning of them in the order
  in which they were made, and every sync writes the journal out (ext4, XFS).
- `strict`: a change of a directory is durable only when that directory is synced; until then each one may be there
  or not, whatever was made after it (what POSIX promises; btrfs comes near).
"""

import random
import shutil
import struct
from dataclasses import dataclass, field
from pathlib import Path

RECORD = struct.Struct("=IIII QQQ q")
BLOCK_BYTES = 512


@dataclass(eq=False)
class Node:
    """A file or directory, whatever its name."""

    number: int
    is_directory: bool
    # What is durable.
    content: bytearray = field(default_factory=bytearray)
    entries: dict[str, "Node"] = field(default_factory=dict)
    # Writes (offset, bytes) and truncations (size, None) that are not synced.
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)

    def seen(self) -> bytes:
        """What running programs read."""
        content = bytearray(self.content)
        for one in self.pending:
            _write(content, *one)
        return bytes(content)


@dataclass(eq=False)
class Change:
    """An entry of a directory that was made, moved or removed."""

    removed: tuple[Node, str] | None
    made: tuple[Node, str, Node] | None

    def places(self) -> list[tuple[Node, str]]:
        made = [self.made[:2]] if self.made else []
        return ([self.removed] if self.removed else []) + made

    def apply(self) -> None:
        if self.removed:
            self.removed[0].entries.pop(self.removed[1], None)
        if self.made:
            directory, name, node = self.made
            directory.entries[name] = node


class Disk:
    """The files below `root`, from the moment at which this is made; everything is durable then."""

    def __init__(self, root: Path):
        self.path = root
        self.nodes: dict[int, Node] = {}
        self.root = self._load(root)
        self.changes: list[Change] = []

    def _load(self, path: Path) -> Node:
        node = Node(path.stat().st_ino, path.is_dir())
        self.nodes[node.number] = node
        if node.is_directory:
            node.entries = {child.name: self._load(child) for child in path.iterdir()}
        else:
            node.content = bytearray(path.read_bytes())
        return node

    def replay(self, log: bytes, kind: str, ignores_syncs: bool = False) -> None:
        """Follows the recorded changes; an incomplete last record was not acknowledged to anyone."""
        offset = 0
        while offset + RECORD.size <= len(log):
            letter, *lengths, node, directory, second, place = RECORD.unpack_from(log, offset)
            offset += RECORD.size
            parts = []
            for length in lengths:
                parts.append(log[offset:offset + length])
                offset += length
            if offset > len(log):
                return
            if chr(letter) == "F" and ignores_syncs:
                continue
            name, second_name, data = parts
            self._follow(chr(letter), node, directory, name.decode(), second, second_name.decode(), place, data, kind)

    def _follow(self, letter, number, directory, name, second, second_name, place, data, kind) -> None:
        nodes = self.nodes
        if letter in "CM":
            # The number of a file that is gone may be given to a new one.
            nodes[number] = Node(number, letter == "M")
            self.changes.append(Change(None, (nodes[directory], name, nodes[number])))
        elif letter == "U":
            self.changes.append(Change((nodes[directory], name), None))
        elif letter == "R":
            self.changes.append(Change((nodes[directory], name), (nodes[second], second_name, nodes[number])))
        elif letter == "W":
            nodes[number].pending.append((place, data))
        elif letter == "T":
            nodes[number].pending.append((place, None))
        elif letter == "F":
            self._sync(nodes[number], kind)

    def _sync(self, node: Node, kind: str) -> None:
        for change in node.pending:
            _write(node.content, *change)
        node.pending = []
        if kind == "ordered":
            for change in self.changes:
                change.apply()
            self.changes = []
        elif node.is_directory:
            for change in [one for one in self.changes if any(place[0] is node for place in one.places())]:
                self._commit(change)
            self._make_reachable(node)

    def _commit(self, change: Change) -> None:
        """Makes a change durable, after the earlier ones of the same names."""
        if change not in self.changes:
            return
        places = change.places()
        for earlier in self.changes[:self.changes.index(change)]:
            if earlier in self.changes and any(place in places for place in earlier.places()):
                self._commit(earlier)
        self.changes.remove(change)
        change.apply()

    def _make_reachable(self, node: Node) -> None:
        """A file system that keeps a directory keeps the directories it stands in."""
        for change in list(self.changes):
            if change.made and change.made[2] is node:
                self._commit(change)
                self._make_reachable(change.made[0])

    def view(self) -> dict[str, Node]:
        """What running programs see: every path with its file or directory."""
        copies = {id(node): dict(node.entries) for node in self._all_nodes()}
        for change in self.changes:
            if change.removed:
                copies[id(change.removed[0])].pop(change.removed[1], None)
            if change.made:
                copies[id(change.made[0])][change.made[1]] = change.made[2]
        found: dict[str, Node] = {}

        def visit(node: Node, path: str) -> None:
            for name, child in copies[id(node)].items():
                found[f"{path}{name}"] = child
                if child.is_directory:
                    visit(child, f"{path}{name}/")

        visit(self.root, "")
        return found

    def _all_nodes(self) -> list[Node]:
        nodes = {id(node): node for node in self.nodes.values()}
        for change in self.changes:
            for node in [place[0] for place in change.places()] + ([change.made[2]] if change.made else []):
                nodes[id(node)] = node
        waiting = list(nodes.values())
        while waiting:
            for child in waiting.pop().entries.values():
                if id(child) not in nodes:
                    nodes[id(child)] = child
                    waiting.append(child)
        return list(nodes.values())

    def cut_power(self, kind: str, random: random.Random) -> None:
        """Keeps what is synced and, of the rest, what chance keeps."""
        if kind == "ordered":
            for change in self.changes[:random.randint(0, len(self.changes))]:
                change.apply()
        else:
            share = random.choice([0, 0.5, 0.9, 1])
            dropped: list[tuple[Node, str]] = []
            for change in self.changes:
                places = change.places()
                is_kept = random.random() < share and not any(place in dropped for place in places)
                if is_kept and all(self._is_reachable(directory) for directory, _ in places):
                    change.apply()
                else:
                    dropped += places
        self.changes = []
        for node in self._all_nodes():
            _keep_some(node, random)

    def _is_reachable(self, node: Node) -> bool:
        waiting = [self.root]
        while waiting:
            directory = waiting.pop()
            if directory is node:
                return True
            waiting += [child for child in directory.entries.values() if child.is_directory]
        return False

    def restore(self) -> None:
        """Brings the real files to what the disk holds. Files keep their inode numbers."""
        pool = self.path.with_name(self.path.name + ".pool")
        self.path.rename(pool)
        real = {path.stat().st_ino: path for path in pool.rglob("*") if not path.is_dir()}

        def place(node: Node, path: Path) -> None:
            if node.is_directory:
                path.mkdir()
                for name, child in node.entries.items():
                    place(child, path / name)
            else:
                if self.nodes.get(node.number) is node and node.number in real:
                    real[node.number].rename(path)
                if not path.exists() or path.read_bytes() != node.content:
                    path.write_bytes(node.content)

        place(self.root, self.path)
        shutil.rmtree(pool)


def _write(content: bytearray, offset: int, data: bytes | None) -> None:
    if data is None:
        del content[offset:]
        content.extend(bytes(offset - len(content)))
    else:
        content.extend(bytes(max(0, offset - len(content))))
        content[offset:offset + len(data)] = data


def _keep_some(node: Node, random: random.Random) -> None:
    """Of writes that were not synced: none, all, the first ones, or any of their blocks, the others zero."""
    how = random.choice(["none", "all", "first", "blocks"])
    pending, node.pending = node.pending, []
    if how == "first":
        pending = pending[:random.randint(0, len(pending))]
    for offset, data in pending if how != "none" else []:
        if data is None or how != "blocks":
            _write(node.content, offset, data)
            continue
        _write(node.content, max(len(node.content), offset + len(data)), None)
        for start in range(0, len(data), BLOCK_BYTES):
            if random.random() < 0.5:
                _write(node.content, offset + start, data[start:start + BLOCK_BYTES])

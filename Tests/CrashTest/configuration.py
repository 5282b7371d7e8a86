"""Configuration files for the daemon: the one it runs with, others that are as good, and ones that must be refused."""

import json
import random
from pathlib import Path

MOST_ATTEMPTS = 5


class Configuration:
    """What the daemon is told; `endpoint` is the address of a server to use in place of a managed engine."""

    def __init__(self, root: Path, server: Path, model: Path):
        self.path = root / "draftspool.yaml"
        self.endpoint = ""
        self.base = {
            "spool": str(root / "data/spool"),
            "state-directory": str(root / "data/state"),
            "runtime-directory": str(root / "run"),
            "log-level": "debug",
            "engine.server": str(server),
            "engine.model": str(model),
            "engine.context": 512,
            "engine.slots": 2,
            "engine.extra-arguments": ["-t", "1"],
            "engine.stop-timeout": "5s",
            "speculation.max-depth": 2,
            "speculation.probe": False,
            "dispatch.max-attempts": MOST_ATTEMPTS,
            "dispatch.retry-delay": "50ms",
            "dispatch.drain-timeout": "5s",
            "input.rescan-interval": "1s",
            "input.settle-time": "100ms",
        }
        self.write()

    def write(self, changes: dict | None = None, ending: str = "") -> None:
        """Replaces the file; `changes` of the base configuration by dotted key."""
        # The server run by others does not draft.
        depth = 0 if self.endpoint else "auto"
        values = self.base | {"engine.endpoint": self.endpoint, "engine.depth": depth} | (changes or {})
        sections: dict[str, dict] = {}
        for key, value in values.items():
            section, _, name = key.rpartition(".")
            sections.setdefault(section, {})[name] = value
        lines = []
        for section, entries in sorted(sections.items()):
            if section:
                lines.append(f"{section}:")
            indent = "  " if section else ""
            lines += [f"{indent}{name}: {json.dumps(value)}" for name, value in entries.items()]
        new = self.path.with_suffix(".new")
        new.write_text("\n".join(lines) + "\n" + ending)
        new.rename(self.path)

    def write_good(self, random: random.Random) -> str:
        """Something else that is to be taken; returns what it changes."""
        key, value = random.choice([
            ("dispatch.drain-timeout", "4s"), ("dispatch.retry-delay", "20ms"), ("engine.request-timeout", "30m"),
            ("engine.stop-timeout", "4s"), ("engine.slots", 1), ("engine.slots", 3), ("speculation.max-depth", 0),
            ("speculation.max-depth", 1), ("speculation.probe", False), ("input.rescan-interval", "2s"),
            ("log-level", "trace"), ("input.settle-time", "200ms"),
        ])
        self.write({key: value})
        return f"{key}: {value}"

    def write_bad(self, random: random.Random) -> str:
        """Something that must be refused, or whose engine cannot start; returns what it changes."""
        kinds = [({"engine.modle": "x"}, ""), ({"engine.slots": "many"}, ""), ({}, "engine: [\n"),
                 ({"dispatch.max-attempts": -1}, ""), ({"dispatch.drain-timeout": "soon"}, "")]
        if self.endpoint:
            kinds += [({"engine.endpoint": "ftp://nowhere"}, "")] * 2
        else:
            kinds += [({"engine.extra-arguments": ["-t", "1", "--nope"]}, ""),
                      ({"engine.model": "/nowhere/model.gguf"}, "")] * 2
        changes, ending = random.choice(kinds)
        self.write(changes, ending)
        return ", ".join(f"{key}: {value}" for key, value in changes.items()) or ending.strip()

"""What people ask of the daemon while it is disturbed: cancelling and running again."""

import glob
import json
import os
import random
from dataclasses import dataclass
from pathlib import Path

from drops import Drop
from service import Service


@dataclass
class Request:
    """One request, as `draftspool cancel` and `draftspool retry` write it."""

    id: str
    tag: str
    # cancel, cancel-some, retry, retry-some or retry-finished.
    action: str

    @property
    def is_retry(self) -> bool:
        return self.action.startswith("retry")


class ControlRequests:
    """Asks something at random of a batch that is open or finished."""

    def __init__(self, service: Service, random: random.Random):
        self.service = service
        self.random = random
        self.made: list[Request] = []

    def one(self, drops: list[Drop]) -> None:
        """Asks for something, if there is a batch that it can be asked of."""
        by_content = {drop.content: drop for drop in drops}
        action = self.random.choice(
            ["cancel", "cancel-some", "cancel-some", "retry", "retry-some", "retry-finished", "retry-finished"])
        found = self._finished(drops) if action == "retry-finished" else self._open(by_content)
        if not found:
            return
        batch, drop = self.random.choice(found)
        ids = [line.custom_id for line in drop.lines.values() if line.custom_id]
        some = self.random.sample(ids, self.random.randint(1, len(ids))) if action.endswith("-some") and ids else None
        if action.startswith("cancel"):
            drop.cancellable.update(some or ids)
        request = {"action": action.split("-")[0], "batch": batch} | ({"prompts": some} if some else {})
        self._ask(request, drop.tag, action)

    def _open(self, by_content: dict[bytes, Drop]) -> list[tuple[str, Drop]]:
        """Ids of open batches; files that were made to run prompts again are not among them."""
        found = []
        for path in glob.glob(f"{glob.escape(str(self.service.spool))}/active/*/input/*"):
            try:
                drop = by_content.get(Path(path).read_bytes())
            except OSError:
                continue  # ended meanwhile
            if drop:
                found.append((Path(path).parent.parent.name, drop))
        return found

    def _finished(self, drops: list[Drop]) -> list[tuple[str, Drop]]:
        """Names of some outputs in which a prompt failed."""
        by_tag = {drop.tag: drop for drop in drops}
        directories = [path for path in (self.service.spool / "output").iterdir() if not path.name.startswith(".")]
        found = []
        for directory in self.random.sample(directories, min(40, len(directories))):
            for line in (directory / "errors.jsonl").read_bytes().splitlines():
                drop = by_tag.get((json.loads(line)["custom_id"] or "").split("-")[0])
                if drop:
                    found.append((directory.name, drop))
                    break
        return found

    def _ask(self, request: dict, tag: str, action: str) -> None:
        control = self.service.spool / "control"
        name = f"crash-{len(self.made)}"
        hidden = control / f".{name}.part"
        hidden.write_text(json.dumps(request))
        os.rename(hidden, control / f"{name}.request.json")
        self.made.append(Request(name, tag, action))

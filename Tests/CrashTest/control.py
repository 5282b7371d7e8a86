"""What people ask of the daemon while it is disturbed: cancelling and running again."""

import glob
import json
import os
import random
import re
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
    """Asks something at random of a batch that is open or finished, once or several times in a row."""

    ROWS = [
        ["cancel", "cancel"], ["cancel", "retry"], ["cancel", "cancel", "cancel", "retry"], ["retry", "retry"],
        ["cancel-some", "cancel-some", "cancel"], ["cancel-some", "retry-some", "retry"], ["retry", "cancel", "cancel"],
        ["cancel", "retry", "cancel", "retry"],
    ]

    def __init__(self, service: Service, random: random.Random):
        self.service = service
        self.random = random
        self.made: list[Request] = []

    def one(self, drops: list[Drop]) -> None:
        """Asks for something, if there is a batch that it can be asked of."""
        action = self.random.choice(
            ["cancel", "cancel-some", "cancel-some", "retry", "retry-some", "retry-finished", "retry-finished"])
        found = self._finished(drops) if action == "retry-finished" else self._open(drops)
        if found:
            self._ask(action, *self.random.choice(found))

    def row(self, drops: list[Drop], batch: str | None = None) -> None:
        """Asks for several things at once: of `batch` if it is given and open, else of some open batches, one by one."""
        found = self._open(drops)
        targets = [one for one in found if one[0] == batch]
        targets = targets or self.random.sample(found, min(len(found), self.random.choice([1, 2, 4, 8])))
        for target in targets:
            for action in self.random.choice(self.ROWS):
                self._ask(action, *target)

    def _open(self, drops: list[Drop]) -> list[tuple[str, Drop]]:
        """Ids of open batches."""
        by_tag = {drop.tag: drop for drop in drops}
        found = []
        for path in glob.glob(f"{glob.escape(str(self.service.spool))}/active/*/input/*"):
            try:
                tag = re.search(rb"f\d{5}", Path(path).read_bytes())
            except OSError:
                continue  # ended meanwhile
            if tag and tag[0].decode() in by_tag:
                found.append((Path(path).parent.parent.name, by_tag[tag[0].decode()]))
        return found

    def _finished(self, drops: list[Drop]) -> list[tuple[str, Drop]]:
        """Ids of some finished batches in which a prompt failed; a name would mean the last batch that has it."""
        by_tag = {drop.tag: drop for drop in drops}
        directories = [path for path in (self.service.spool / "output").iterdir() if not path.name.startswith(".")]
        found = []
        for directory in self.random.sample(directories, min(40, len(directories))):
            try:
                errors = (directory / "errors.jsonl").read_bytes()
                batch = json.loads((directory / "summary.json").read_bytes())["batch_id"]
            except OSError:
                continue  # the reader will say so
            for line in errors.splitlines():
                drop = by_tag.get((json.loads(line)["custom_id"] or "").split("-")[0])
                if drop:
                    found.append((batch, drop))
                    break
        return found

    def _ask(self, action: str, batch: str, drop: Drop) -> None:
        ids = [line.custom_id for line in drop.lines.values() if line.custom_id]
        some = self.random.sample(ids, self.random.randint(1, len(ids))) if action.endswith("-some") and ids else None
        request = {"action": action.split("-")[0], "batch": batch} | ({"prompts": some} if some else {})
        control = self.service.spool / "control"
        name = f"crash-{len(self.made):05d}"
        hidden = control / f".{name}.part"
        try:
            with open(hidden, "w") as file:
                self.service.accounts.give_to_writer(file.fileno())
                file.write(json.dumps(request))
            if action.startswith("cancel"):
                drop.cancellable.update(some or ids)
            os.rename(hidden, control / f"{name}.request.json")
        except OSError:
            hidden.unlink(missing_ok=True)  # the disk is full: the person is told so
            return
        self.made.append(Request(name, drop.tag, action))

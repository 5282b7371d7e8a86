"""An independent reader of a spool: compares what was submitted with what came out.

It reads `control/`, `incoming/`, `active/`, `output/`, `done/` and `failed/` and nothing else of the daemon's.
"""

import glob
import json
from collections import Counter
from pathlib import Path

from control import Request
from drops import Drop, Line
from outputs import Output
from verdict import LineCheck, Verdict


class SpoolReader:
    def __init__(self, spool: Path):
        self.spool = spool

    def unsettled(self, drops: list[Drop]) -> list[str]:
        """What still stands in the way: requests and files not yet taken, and work in progress, in the order of work."""
        names = [f"control/{path.name}" for path in self._entries("control") if path.name.endswith(".request.json")]
        names += [
            f"incoming/{path.name}" for path in self._entries("incoming")
            if not path.name.startswith(".") or path.name.startswith(".retry-")]
        names += [f"active/{path.name}" for path in self._entries("active")]
        names += [f"the writer of {drop.name}" for drop in drops if not drop.is_written]
        expected = sum(not drop.is_gone for drop in drops)
        put_away = sum(1 for folder in ("done", "failed") for _ in self._inputs(folder))
        if not names and put_away < expected:
            names.append(f"{expected - put_away} inputs that are nowhere")
        return names

    def place(self, drop: Drop) -> str:
        """Where the file stands: a folder's name, or 'nowhere'; 'torn' if only other bytes carry its name."""
        candidates = [(folder, path) for folder in ("done", "failed", "incoming") for path in self._inputs(folder)]
        candidates += [("active", path) for path in map(Path, glob.glob(f"{glob.escape(str(self.spool))}/active/*/input/*"))]
        for folder, path in candidates:
            if path.read_bytes() == drop.content:
                return folder
        return "nowhere"

    def read(self, drops: list[Drop], requests: list[Request], losses: list[float]) -> Verdict:
        """Reads everything, after all work has ended; `losses` are the times at which work in flight was lost."""
        drops = [drop for drop in drops if not drop.is_gone]
        verdict = Verdict(prompts=sum(len(drop.lines) for drop in drops))
        by_tag = {drop.tag: drop for drop in drops}
        inputs = self._read_inputs(by_tag, verdict)
        self._check_requests(requests, inputs, verdict)
        outputs: dict[str, list[Output]] = {}
        for directory in self._entries("output"):
            if directory.name.startswith("."):
                verdict.wrong.append(f"output/{directory.name} was left behind")
                continue
            output = Output.read(directory)
            verdict.wrong += [f"{output.name}: {problem}" for problem in output.problems]
            if len(output.tags) != 1 or min(output.tags) not in inputs:
                verdict.wrong.append(f"{output.name} has prompts of {sorted(output.tags)}")
                continue
            outputs.setdefault(min(output.tags), []).append(output)
        check = LineCheck(verdict, losses)
        for tag in inputs:
            self._compare(by_tag[tag], inputs[tag], outputs.get(tag, []), check)
        return verdict

    def _entries(self, folder: str) -> list[Path]:
        return sorted((self.spool / folder).iterdir())

    def _inputs(self, folder: str):
        return (
            path for path in self._entries(folder)
            if path.is_file() and not path.name.startswith(".") and not path.name.endswith(".error.json"))

    def _read_inputs(self, by_tag: dict[str, Drop], verdict: Verdict) -> dict[str, list[dict[int, Line]]]:
        """Every input is in done/ or failed/, once. Returns the lines of those that ran, by tag: of the file as it was
        submitted first, then of those that ran prompts of it again.
        """
        found: dict[bytes, list[Path]] = {}
        for folder in ("done", "failed"):
            for path in self._inputs(folder):
                found.setdefault(path.read_bytes(), []).append(path)
        inputs: dict[str, list[dict[int, Line]]] = {}
        for drop in by_tag.values():
            paths = found.pop(drop.content, [])
            if not paths:
                verdict.wrong.append(f"input {drop.name} ({drop.tag}) is neither in done/ nor in failed/")
                verdict.lost += [_place(drop, number) for number in drop.lines]
                continue
            may_fail = {True} if drop.is_hopeless else {True, False} if drop.may_be_refused else {False}
            if any((path.parent.name == "failed") not in may_fail for path in paths):
                verdict.wrong.append(f"input {drop.name} ({drop.tag}) ended in {[path.parent.name for path in paths]}")
            if paths[0].parent.name == "failed":
                self._check_refusal(paths[0], verdict)
                verdict.wrong += [f"{path} is there again" for path in paths[1:]]
            else:
                # A file all of whose prompts are run again comes again as it was.
                inputs[drop.tag] = [drop.lines for _ in paths]
        for paths in found.values():
            for path in paths:
                lines = _retried(path)
                tags = {line.custom_id.split("-")[0] for line in lines.values()}
                if path.parent.name == "done" and len(tags) == 1 and min(tags) in inputs:
                    inputs[min(tags)].append(lines)
                else:
                    verdict.wrong.append(f"{path} was never submitted")
        return inputs

    def _check_refusal(self, path: Path, verdict: Verdict) -> None:
        report = path.with_name(path.name + ".error.json")
        if not report.exists():
            verdict.wrong.append(f"failed/{report.name} is missing")
            return
        error = json.loads(report.read_bytes())["error"]
        if not error["code"] or not error["message"] or not error["remedy"]:
            verdict.wrong.append(f"failed/{report.name} does not say what is wrong")

    def _check_requests(self, requests: list[Request], inputs: dict, verdict: Verdict) -> None:
        """Every request has a reply, or, after a crash, at least the file it asked for; none has two."""
        expected: Counter = Counter()
        for request in requests:
            reply = self.spool / "control" / f"{request.id}.reply.json"
            if not reply.exists():
                if not request.is_retry:
                    verdict.wrong.append(f"{reply.name} is missing")
                expected[request.tag] += 1
            elif "file" in json.loads(reply.read_bytes()):
                expected[request.tag] += 1
        for tag, lines in inputs.items():
            if expected[tag] != len(lines) - 1:
                verdict.wrong.append(f"{tag} was run again {len(lines) - 1} times and should be {expected[tag]} times")

    def _compare(
        self, drop: Drop, inputs: list[dict[int, Line]], outputs: list[Output], check: LineCheck
    ) -> None:
        """Each input with its output: the one with the same lines, else any that is left.

        What was appended to a file after it was published stands in further outputs, beside the first.
        """
        rest = list(outputs)
        unpaired = []
        for lines in inputs:
            keys = {(number, line.custom_id) for number, line in lines.items()}
            output = next((output for output in rest if output.keys == keys), None)
            if output:
                rest.remove(output)
                check.compare(drop, lines, [output])
            else:
                unpaired.append(lines)
        if drop.is_changed and unpaired.count(drop.lines) == len(unpaired) > 0:
            check.compare(drop, drop.lines, rest, copies=len(unpaired))
            return
        for lines in unpaired:
            check.compare(drop, lines, [rest.pop(0)] if rest else [])
        check.verdict.wrong += [f"{output.name} has no input" for output in rest]


def _place(drop: Drop, number: int) -> str:
    return f"{drop.name} ({drop.tag}) line {number}"


def _retried(path: Path) -> dict[int, Line]:
    """The lines of a file in which the daemon put prompts to be run again."""
    try:
        return {number: Line.of(number, text) for number, text in enumerate(path.read_bytes().splitlines(), 1)}
    except (ValueError, KeyError, AttributeError):
        return {}

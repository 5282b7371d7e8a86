"""An independent reader of a spool: compares what was submitted with what came out.

It reads `incoming/`, `active/`, `output/`, `done/` and `failed/` and nothing else of the daemon's.
"""

import glob
import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from drops import Drop

# Errors that a prompt without fault may end with when its engine is killed under it or its prompt is too long.
ENGINE_CODES = {"engine_lost", "engine_refused", "engine_error", "engine_timeout", "attempts_used_up"}


@dataclass
class Verdict:
    """What a reading found."""

    prompts: int = 0
    answered: int = 0
    failed: Counter = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    # Anything else that breaks a promise.
    wrong: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not (self.lost or self.duplicated or self.wrong)


class SpoolReader:
    def __init__(self, spool: Path):
        self.spool = spool

    def unsettled(self, drops: list[Drop]) -> list[str]:
        """What still stands in the way: files not yet put away, and work in progress."""
        names = [f"incoming/{path.name}" for path in self._entries("incoming") if not path.name.startswith(".")]
        names += [f"active/{path.name}" for path in self._entries("active")]
        put_away = sum(1 for folder in ("done", "failed") for _ in self._inputs(folder))
        if not names and put_away < len(drops):
            names.append(f"{len(drops) - put_away} inputs that are nowhere")
        return names

    def place(self, drop: Drop) -> str:
        """Where the file stands: a folder's name, or 'nowhere'; 'torn' if only other bytes carry its name."""
        candidates = [(folder, path) for folder in ("done", "failed", "incoming") for path in self._inputs(folder)]
        candidates += [("active", path) for path in map(Path, glob.glob(f"{glob.escape(str(self.spool))}/active/*/input/*"))]
        for folder, path in candidates:
            if path.read_bytes() == drop.content:
                return folder
        return "nowhere"

    def read(self, drops: list[Drop]) -> Verdict:
        """Reads everything, after all work has ended."""
        verdict = Verdict(prompts=sum(len(drop.lines) for drop in drops))
        outcomes: Counter = Counter()
        by_tag = {drop.tag: drop for drop in drops}
        refused = self._read_inputs(drops, verdict)
        for tag in refused:
            for number in by_tag[tag].lines:
                outcomes[tag, number] += 1
        for directory in self._entries("output"):
            if directory.name.startswith("."):
                verdict.wrong.append(f"output/{directory.name} was left behind")
            else:
                self._read_output(directory, by_tag, outcomes, verdict)
        for drop in drops:
            for number in drop.lines:
                count = outcomes.pop((drop.tag, number), 0)
                place = f"{drop.name} ({drop.tag}) line {number}"
                if count == 0:
                    verdict.lost.append(place)
                elif count > 1:
                    verdict.duplicated.append(f"{place}: {count} outcomes")
        for (tag, number), count in outcomes.items():
            verdict.wrong.append(f"{count} outcomes for {tag} line {number}, which has none to get")
        return verdict

    def _entries(self, folder: str) -> list[Path]:
        return sorted((self.spool / folder).iterdir())

    def _inputs(self, folder: str):
        return (
            path for path in self._entries(folder)
            if path.is_file() and not path.name.startswith(".") and not path.name.endswith(".error.json"))

    def _read_inputs(self, drops: list[Drop], verdict: Verdict) -> set[str]:
        """Every input is in done/ or failed/, once. Returns the tags of files refused as a whole."""
        found: dict[bytes, list[Path]] = {}
        for folder in ("done", "failed"):
            for path in self._inputs(folder):
                found.setdefault(path.read_bytes(), []).append(path)
        refused = set()
        for drop in drops:
            paths = found.pop(drop.content, [])
            if len(paths) != 1:
                verdict.wrong.append(f"input {drop.name} ({drop.tag}) is {len(paths)} times in done/ and failed/")
                continue
            if (paths[0].parent.name == "failed") != drop.is_hopeless:
                verdict.wrong.append(f"input {drop.name} ({drop.tag}) ended in {paths[0].parent.name}/")
            if paths[0].parent.name == "failed":
                report = paths[0].with_name(paths[0].name + ".error.json")
                if not report.exists():
                    verdict.wrong.append(f"failed/{report.name} is missing")
                    continue
                error = json.loads(report.read_bytes())["error"]
                if not error["code"] or not error["message"] or not error["remedy"]:
                    verdict.wrong.append(f"failed/{report.name} does not say what is wrong")
                refused.add(drop.tag)
        verdict.wrong += [f"{path} was never submitted" for paths in found.values() for path in paths]
        return refused

    def _read_output(self, directory: Path, by_tag: dict, outcomes: Counter, verdict: Verdict) -> None:
        where = f"output/{directory.name}"
        try:
            answers = _lines(directory / "output.jsonl")
            errors = _lines(directory / "errors.jsonl")
            timings = _lines(directory / "timing.jsonl")
            summary = json.loads((directory / "summary.json").read_bytes())
        except (OSError, ValueError) as error:
            verdict.wrong.append(f"{where} cannot be read: {error}")
            return
        ids = [line["custom_id"] for line in answers + errors if line["custom_id"]]
        tags = {custom_id.split("-")[0] for custom_id in ids}
        if len(tags) != 1 or (drop := by_tag.get(min(tags))) is None:
            verdict.wrong.append(f"{where} has prompts of {sorted(tags)}")
            return
        answered_numbers = []
        for line in answers:
            number = int(line["id"].rsplit("-", 1)[1])
            answered_numbers.append(number)
            outcomes[drop.tag, number] += 1
            expected = drop.lines.get(number)
            verdict.answered += 1
            if expected is None or expected.custom_id != line["custom_id"]:
                verdict.wrong.append(f"{where}: line {number} answers {line['custom_id']}")
            elif line["error"] is not None or not line["response"]["body"]["choices"]:
                verdict.wrong.append(f"{where}: line {number} has no answer in it")
        if answered_numbers != sorted(answered_numbers):
            verdict.wrong.append(f"{where}: answers are not in input order")
        for line in errors:
            number, code = line["error"].get("line"), line["error"]["code"]
            outcomes[drop.tag, number] += 1
            expected = drop.lines.get(number)
            if expected is None or not (code == expected.code or expected.code is None and code in ENGINE_CODES):
                verdict.wrong.append(f"{where}: line {number} has the error {code}")
            if not line["error"]["message"]:
                verdict.wrong.append(f"{where}: line {number} has an error without a message")
            verdict.failed[code] += 1
        totals = summary["totals"]
        unreadable = sum(1 for line in drop.lines.values() if line.code)
        counted = (totals["succeeded"], totals["failed"], totals["unreadable"])
        if counted != (len(answers), len(errors) - unreadable, unreadable):
            verdict.wrong.append(f"{where}: summary.json counts {counted}")
        timed = Counter(line["line"] for line in timings)
        if any(timed[number] != 1 for number in answered_numbers) or max(timed.values(), default=1) > 1:
            verdict.wrong.append(f"{where}: timing.jsonl has not one record for each answer")


def _lines(path: Path) -> list[dict]:
    content = path.read_bytes()
    if content and not content.endswith(b"\n"):
        raise ValueError(f"{path.name} ends in mid-line")
    return [json.loads(line) for line in content.splitlines()]

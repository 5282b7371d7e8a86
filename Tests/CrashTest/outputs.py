"""One output directory as it was published."""

import json
import math
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

# Errors of lines that could not be read.
READING_CODES = {"invalid_json", "missing_prompt", "wrong_type", "invalid_utf8", "duplicate_custom_id"}


@dataclass
class Outcome:
    """How one line ended: with an answer, or with an error of this code."""

    number: int
    custom_id: str | None
    code: str | None = None
    message: str = ""
    # What the engine answered with, if it did.
    status: int | None = None

    @property
    def key(self) -> tuple[int, str | None]:
        """The line as its input has it: one that could not be read has no id."""
        return self.number, None if self.code in READING_CODES else self.custom_id


@dataclass
class Output:
    """A directory's outcomes, and what is wrong with its files."""

    name: str
    outcomes: list[Outcome] = field(default_factory=list)
    # By wall clock.
    finished_at: float = math.inf
    problems: list[str] = field(default_factory=list)
    # The input's name.
    input: str = ""

    @staticmethod
    def read(directory: Path) -> "Output":
        output = Output(f"output/{directory.name}")
        try:
            answers = _lines(directory / "output.jsonl")
            errors = _lines(directory / "errors.jsonl")
            timings = _lines(directory / "timing.jsonl")
            summary = json.loads((directory / "summary.json").read_bytes())
        except (OSError, ValueError) as error:
            output.problems.append(f"cannot be read: {error}")
            return output
        for line in answers:
            number = int(line["id"].rsplit("-", 1)[1])
            output.outcomes.append(Outcome(number, line["custom_id"]))
            if line["error"] is not None or not line["response"]["body"]["choices"]:
                output.problems.append(f"line {number} has no answer in it")
        answered = [outcome.number for outcome in output.outcomes]
        if answered != sorted(answered):
            output.problems.append("answers are not in input order")
        for line in errors:
            # Where the engine answered with an error status, its answer is in `response`, and what we say beside it.
            error = line["error"] or line["draftspool"]
            status = (line["response"] or {}).get("status_code")
            outcome = Outcome(error.get("line"), line["custom_id"], error["code"], error["message"], status)
            output.outcomes.append(outcome)
            if not error["message"]:
                output.problems.append(f"line {outcome.number} has an error without a message")
        output._check_counts(summary["totals"])
        output.finished_at = directory.stat().st_mtime
        output.input = summary["input"]
        timed = Counter(line["line"] for line in timings)
        if any(timed[number] != 1 for number in answered) or max(timed.values(), default=1) > 1:
            output.problems.append("timing.jsonl has not one record for each answer")
        return output

    @property
    def tags(self) -> set[str]:
        """The tags of its prompts; where none has its id, that of the input's name."""
        found = {outcome.custom_id.split("-")[0] for outcome in self.outcomes if outcome.custom_id}
        return found or set(re.findall(r"^f\d{5}", self.input))

    @property
    def keys(self) -> set[tuple[int, str | None]]:
        return {outcome.key for outcome in self.outcomes}

    def _check_counts(self, totals: dict) -> None:
        unreadable = sum(1 for outcome in self.outcomes if outcome.code in READING_CODES)
        answered = sum(1 for outcome in self.outcomes if outcome.code is None)
        expected = (answered, len(self.outcomes) - answered - unreadable, unreadable)
        if (counted := (totals["succeeded"], totals["failed"], totals["unreadable"])) != expected:
            self.problems.append(f"summary.json counts {counted}, the lines are {expected}")


def _lines(path: Path) -> list[dict]:
    content = path.read_bytes()
    if content and not content.endswith(b"\n"):
        raise ValueError(f"{path.name} ends in mid-line")
    return [json.loads(line) for line in content.splitlines()]

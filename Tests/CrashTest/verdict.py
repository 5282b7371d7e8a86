"""What a reading of a spool found, and how a line may end."""

import re
from collections import Counter
from dataclasses import dataclass, field

from configuration import MOST_ATTEMPTS
from drops import Drop, Line
from outputs import Outcome, Output

# Errors that a prompt without fault may end with, when its attempts were used up by kills.
LOSS_CODES = {"engine_lost", "engine_error", "engine_timeout", "attempts_used_up"}
REFUSED = "engine_refused"
CANCELLED = "cancelled"
DEPTH = "depth_unavailable"
# What only the proxy says; no prompt is to blame for it.
PROXY_STATUSES = {401, 404, 429, 502, 504}
PROXY_FAULT = re.compile(r"HTTP (401|404|429|502|504)\b")


@dataclass
class Verdict:
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


class LineCheck:
    """Compares the lines of an input with the outcomes in its outputs."""

    def __init__(self, verdict: Verdict, losses: list[float]):
        self.verdict = verdict
        # When work in flight was lost, by wall clock.
        self.losses = losses

    def compare(self, drop: Drop, lines: dict[int, Line], outputs: list[Output], copies: int = 1) -> None:
        """`copies`: how many inputs have just these lines."""
        outcomes = [(output, outcome) for output in outputs for outcome in output.outcomes]
        counts = Counter(outcome.number for _, outcome in outcomes)
        names = ", ".join(output.name for output in outputs) or "no output"
        for number, line in lines.items():
            count = counts.pop(number, 0)
            place = f"{drop.name} ({drop.tag}) line {number} in {names}"
            if count < copies and not line.may_be_absent:
                self.verdict.lost.append(place)
            elif count > copies:
                self.verdict.duplicated.append(f"{place}: {count} outcomes")
        for number, count in counts.items():
            self.verdict.wrong.append(f"{names}: {count} outcomes for line {number}, which has none to get")
        for output, outcome in outcomes:
            self._compare_line(drop, lines.get(outcome.number), output, outcome)

    def _compare_line(self, drop: Drop, line: Line | None, output: Output, outcome: Outcome) -> None:
        where = f"{output.name}: line {outcome.number}"
        if outcome.code is None:
            self.verdict.answered += 1
            if line is None or line.custom_id != outcome.custom_id:
                self.verdict.wrong.append(f"{where} answers {outcome.custom_id}")
            return
        self.verdict.failed[outcome.code] += 1
        if line is not None and not self._may_end_so(drop, line, output, outcome):
            self.verdict.wrong.append(f"{where} has the error {outcome.code}: {outcome.message}")

    def _may_end_so(self, drop: Drop, line: Line, output: Output, outcome: Outcome) -> bool:
        code = outcome.code
        if line.code or code in line.also:
            return code in {line.code, *line.also}
        if code == CANCELLED:
            return line.custom_id in drop.cancellable
        if code == DEPTH:
            return line.demands_depth
        if outcome.status in PROXY_STATUSES or PROXY_FAULT.search(outcome.message):
            return False
        if code == REFUSED:
            return line.is_too_long
        losses = sum(drop.dropped_at <= moment <= output.finished_at for moment in self.losses)
        return code in LOSS_CODES and losses >= MOST_ATTEMPTS

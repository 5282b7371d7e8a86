"""Tables and ratios of the runs. By itself: report.py FILE, what measure.py --raw wrote."""
import json
import sys
from statistics import median


def name(what):
    if not isinstance(what, tuple):
        return f"policy, {what}"
    depth, p_min = what
    return "off" if depth == 0 else f"depth {depth}" + (f", p-min {p_min}" if p_min else "")


def prediction_errors(answers):
    """How far each predicted speed was off, as a share of the measured one."""
    return [abs(answer["predicted"] / answer["measured"] - 1) for answer in answers
            if answer["predicted"] and answer["measured"]]


class Runs:
    def __init__(self, runs):
        self.runs = runs
        self.repeats = sorted({run["repeat"] for run in runs})

    def seconds(self, batch, slots, what):
        """Seconds of each repeat."""
        return [run["seconds"] for run in self.runs
                if (run["batch"], run["slots"], run["what"]) == (batch, slots, what)]

    def kinds(self, batch, slots):
        return sorted({run["what"] for run in self.runs
                       if (run["batch"], run["slots"]) == (batch, slots)}, key=str)

    def fixed(self, batch, slots):
        return [what for what in self.kinds(batch, slots) if isinstance(what, tuple)]

    def best(self, batch, slots, fits=lambda what: True):
        """The fixed setting with the least median."""
        return min((what for what in self.fixed(batch, slots) if fits(what)),
                   key=lambda what: median(self.seconds(batch, slots, what)))

    def ratio(self, batch, slots, what, other, other_slots=None):
        """Median over repeats of the ratio within each repeat; nothing where one of them was not run."""
        ours = self.seconds(batch, slots, what)
        theirs = self.seconds(batch, other_slots or slots, other)
        ratios = [a / b for a, b in zip(ours, theirs)]
        return median(ratios) if ratios else None

    def oracle(self, slots):
        """Seconds with each group at its own best fixed setting and changes free, by medians."""
        groups = {}
        for what in self.fixed("mixed", slots):
            for run in self.runs:
                if (run["batch"], run["slots"], run["what"]) == ("mixed", slots, what):
                    for group, seconds in run["groups"].items():
                        groups.setdefault(group, {}).setdefault(what, []).append(seconds)
        return {group: min((median(values), what) for what, values in settings.items())
                for group, settings in groups.items()}

    def spread(self):
        """Median over kinds of runs of (slowest − fastest) / median: the machine's noise."""
        values = []
        for key in {(run["batch"], run["slots"], run["what"]) for run in self.runs}:
            seconds = self.seconds(*key)
            if len(seconds) > 1:
                values.append((max(seconds) - min(seconds)) / median(seconds))
        return median(values) if values else None


def write(raw):
    runs = Runs(raw)
    slots = sorted({run["slots"] for run in raw if run["batch"] == "mixed" and run["slots"] != "auto"})
    print("\nmixed batch, seconds (median)")
    columns = slots + ["auto"]
    print(f"{'':18}" + "".join(f"{f'{count} slots':>10}" for count in columns))
    for what in sorted({run["what"] for run in raw}, key=lambda what: (not isinstance(what, tuple), str(what))):
        cells = [runs.seconds("mixed", count, what) for count in columns]
        if any(cells):
            print(f"{name(what):18}" + "".join(f"{median(cell):10.2f}" if cell else f"{'':10}" for cell in cells))
    print("\neach group at its own best fixed setting")
    for count in slots:
        parts = [f"{group} {name(what)} {seconds:.1f} s" for group, (seconds, what) in runs.oracle(count).items()]
        print(f"  {count} slots: " + "; ".join(parts))
    most = slots[-1]
    best = {count: runs.best("mixed", count) for count in slots}
    no_threshold = runs.best("mixed", most, lambda what: what[1] == 0)
    oracle = {count: sum(seconds for seconds, _ in runs.oracle(count).values()) for count in slots}
    groups = sorted({run["batch"] for run in raw} - {"mixed"})
    one = {group: runs.ratio(group, most, "warm", runs.best(group, most)) for group in groups}
    print("\nwarm policy against the best fixed setting")
    for count in slots:
        print(f"  {count} slots: {runs.ratio('mixed', count, 'warm', best[count]):.3f} of {name(best[count])}")
    for group, ratio in one.items():
        print(f"  only {group}, {most} slots: {ratio:.3f} of {name(runs.best(group, most))}")
    print("predicted against measured tokens per second, median error")
    for what, meaning in (("cold", "each prompt new, learning on the way"), ("warm", "after a run of the same batch")):
        errors = [error for run in raw if run["what"] == what for error in prediction_errors(run["answers"])]
        if errors:
            print(f"  {what} ({meaning}): {median(errors):.3f}")
    figures = {
        "vs_best_fixed_1slot": runs.ratio("mixed", 1, "warm", best.get(1)),
        "vs_best_fixed_4slots": runs.ratio("mixed", most, "warm", best[most]),
        "vs_best_depth_no_pmin": runs.ratio("mixed", most, "warm", no_threshold),
        "auto_vs_best_1slot": runs.ratio("mixed", "auto", "warm", best.get(1), 1),
        "vs_oracle": median(runs.seconds("mixed", most, "warm")) / oracle[most],
        "cold_vs_best_fixed": runs.ratio("mixed", most, "cold", best[most]),
        "one_workload": max(one.values(), default=None),
        "spread": runs.spread(),
    }
    print(json.dumps({key: value if value is None else round(value, 3) for key, value in figures.items()}))


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        raw = json.load(file)
    for run in raw:
        if isinstance(run["what"], list):
            run["what"] = tuple(run["what"])
    write(raw)


if __name__ == "__main__":
    main()

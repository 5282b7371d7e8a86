"""The real engine: off, depth 3 and the policy, interleaved, each in a daemon that is ready before the batch is dropped."""
import os
import random
import shutil
import sys
import tempfile
from statistics import median

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "PolicyBenchmark"))
import batch
import claims
from daemon import Site

FIXED = {"off": 0, "depth 3": 3}


def fixed(depth):
    return f"speculation:\n  depth: {depth}\n  p-min: 0\n  probe: false"


class Real:
    def __init__(self, options, say):
        self.options = options
        self.say = say
        self.work = tempfile.mkdtemp(prefix="draftspool-bench-decision.")
        self.runs = []
        self.learned = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if not os.environ.get("KEEP"):
            shutil.rmtree(self.work, ignore_errors=True)

    def site(self, slots, speculation="", state=None):
        o = self.options
        return Site(o.daemon, o.server, o.model, slots, (), speculation, state)

    def prepare(self):
        """Writes the batch: a sizing run tells how long answers are."""
        groups = batch.candidates(self.options.heldout)
        sizing = self.work + "/sizing.jsonl"
        batch.write(sizing, [line for lines in groups.values() for line in lines[:self.options.sizing]])
        with self.site(max(self.options.slots), fixed(0)) as site:
            _, records = site.run(sizing)
        generated = {record["custom_id"]: record["tokens"]["generated"] for record in records}
        chosen = batch.of_equal_tokens(groups, generated, -(-self.options.tokens // len(groups)))
        lines = [line for lines in chosen.values() for line in lines]
        random.Random(1).shuffle(lines)
        batch.write(self.work + "/batch.jsonl", lines)
        self.say(f"  {len(lines)} prompts, about {self.options.tokens} tokens")

    def measure(self):
        self.prepare()
        for number in range(self.options.rounds):
            jobs = [(slots, what) for slots in self.options.slots for what in [*FIXED, "policy"]]
            random.Random(number).shuffle(jobs)
            for slots, what in jobs:
                self.run(number, slots, what)

    def run(self, number, slots, what):
        """From the second round on depth 3 begins with what a run at off has taught, so that it may claim something."""
        taught = self.learned.get(slots) if what == "depth 3" and number > 0 else None
        with self.site(slots, fixed(FIXED[what]) if what in FIXED else "", taught) as site:
            seconds, records = site.run(self.work + "/batch.jsonl")
            site.stop()
            if what == "off" and slots not in self.learned:
                self.learned[slots] = f"{self.work}/state-{slots}"
                shutil.copytree(site.state + "/learned", self.learned[slots] + "/learned")
            self.runs.append({"round": number, "slots": slots, "what": what, "seconds": seconds, "records": records,
                              "totals": site.totals, "isTaught": taught is not None})
        tokens = sum(record["tokens"]["generated"] for record in records)
        self.say(f"  round {number + 1}, {slots} slots, {what}: {seconds:.1f} s, {tokens} tokens")

    # Figures

    def of(self, slots, what):
        return [run for run in self.runs if run["slots"] == slots and run["what"] == what]

    def seconds(self, slots, what):
        return median(run["seconds"] for run in self.of(slots, what))

    def vs_better(self):
        """The policy by the better of off and depth 3, by the number of slots."""
        return {str(slots): self.seconds(slots, "policy") / min(self.seconds(slots, what) for what in FIXED)
                for slots in self.options.slots}

    def claims(self):
        """Claimed and clocked speed-up of each run that claims one."""
        found = []
        for slots in self.options.slots:
            off = claims.seconds_by_token(self.of(slots, "off"))
            for run in self.of(slots, "depth 3") + self.of(slots, "policy"):
                pair = claims.claim(run, off)
                if pair:
                    found.append(pair)
                    self.say(f"  {slots} slots, {run['what']}: claims {pair[0]:.2f}, by the clock {pair[1]:.2f}")
        return found

    def claim_error(self):
        errors = [abs(said / clocked - 1) for said, clocked in self.claims()]
        return median(errors) if errors else None

    def unfounded_claims(self):
        return sum(claims.unfounded(run) for run in self.runs if run["what"] == "depth 3" and not run["isTaught"])

    def prediction_error(self):
        errors = [abs(predicted / clocked - 1) for slots in self.options.slots for run in self.of(slots, "policy")
                  for record in run["records"]
                  if (predicted := record["decision"]["predicted"]["tokens_per_second"])
                  and (clocked := record["timing"]["tokens_per_second"])]
        return median(errors) if errors else None

    def spread(self):
        """(slowest − fastest) / median of equal runs, in the median: the machine's noise."""
        spreads = []
        for slots in self.options.slots:
            for what in FIXED:
                seconds = [run["seconds"] for run in self.of(slots, what)]
                spreads.append((max(seconds) - min(seconds)) / median(seconds))
        return median(spreads)

"""Checks examples/monitoring: alert rules, dashboard, and the sample of the metrics that both are tried on.

That the sample is what the daemon writes is a test of its own (MetricsSampleTests).
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
MONITORING = ROOT / "examples/monitoring"
SAMPLE_LINE = re.compile(r"(?P<name>[a-z_:]+)(?:\{(?P<labels>.*)\})? (?P<value>\S+)")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
SELECTOR = re.compile(r"\b(draftspool_\w+)(?:\{([^}]*)\})?")
ALERT = re.compile(r"- alert: (\w+)")
RECORD = re.compile(r"- record: (\S+)")
# What Prometheus adds, and what the daemon adds for an instance.
ADDED_LABELS = {"job", "instance", "service"}
VARIABLES = {"$instance": ".*", "$service": ".*", "$__rate_interval": "5m"}


class Sample:
    """The metrics as the daemon writes them."""

    def __init__(self, path):
        self.text = path.read_text()
        self.series = []
        self.counted = set()
        for line in self.text.splitlines():
            if line.startswith("# TYPE "):
                _, _, name, kind = line.split()
                if kind == "counter":
                    self.counted.add(name)
                if kind == "histogram":
                    self.counted |= {f"{name}_{part}" for part in ("bucket", "sum", "count")}
            elif match := SAMPLE_LINE.fullmatch(line):
                self.series.append((match["name"], dict(LABEL.findall(match["labels"] or "")), match["value"]))

    def has(self, name, labels):
        """Whether there is a series of this name that has these labels; None stands for any value."""
        return any(name == other and all(key in own and value in (None, own[key]) for key, value in labels.items())
                   for other, own, _ in self.series)

    def input_series(self):
        """Half an hour of it for promtool's unit tests, in which everything goes on being counted."""
        for name, labels, value in self.series:
            labels = {"job": "node", "instance": "a"} | labels
            selector = ",".join(f'{key}="{text}"' for key, text in labels.items())
            growth = value if name in self.counted else "0"
            yield {"series": f"{name}{{{selector}}}", "values": f"{value}+{growth}x30"}


def unknown(text, sample):
    """What of the metrics that a text names is not in the sample."""
    for match in SELECTOR.finditer(text):
        labels = {}
        for key, operator, value in re.findall(r'(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"', match[2] or ""):
            if key not in ADDED_LABELS:
                labels[key] = value if operator == "=" else None
        if not sample.has(match[1], labels):
            yield match[0]


def run(promtool, *arguments, text=None):
    """What is wrong, by promtool; its advice on metrics counts too."""
    done = subprocess.run([promtool, *map(str, arguments)], input=text, capture_output=True, text=True)
    return [f"promtool {' '.join(map(str, arguments))}:\n{done.stdout}{done.stderr}"] if done.returncode else []


def check_rules(promtool, sample):
    path, tests = MONITORING / "alerts.yml", MONITORING / "alerts.test.yml"
    rules, guide = path.read_text(), (ROOT / "docs/monitoring.md").read_text()
    yield from run(promtool, "check", "rules", path)
    yield from run(promtool, "test", "rules", tests)
    # Unit tests may have other labels and values.
    yield from (f"{path.name}: the daemon has no {name}" for name in unknown(rules, sample))
    names = {match[1] for match in SELECTOR.finditer(tests.read_text())}
    yield from (f"{tests.name}: the daemon has no {name}" for name in sorted(names) if not sample.has(name, {}))
    for name in ALERT.findall(rules):
        if name not in tests.read_text():
            yield f"{tests.name}: has no test of {name}"
        if f"`{name}`" not in guide:
            yield f"docs/monitoring.md: does not say what {name} means"
    for name in set(re.findall(r"\bdraftspool:[\w:]+", rules)) - set(RECORD.findall(rules)):
        yield f"{path.name}: nothing records {name}"


def check_dashboard(promtool, sample):
    path = MONITORING / "dashboard.json"
    dashboard = json.loads(path.read_text())
    source = {"type": "prometheus", "uid": "${datasource}"}
    ids = [panel["id"] for panel in dashboard["panels"]]
    if len(set(ids)) < len(ids):
        yield f"{path.name}: two panels have the same id"
    for variable in dashboard["templating"]["list"]:
        yield from (f"{path.name}: variable {variable['name']}: the daemon has no {name}"
                    for name in unknown(variable.get("definition", ""), sample))
    expressions = []
    for panel in dashboard["panels"]:
        if panel["type"] == "row":
            continue
        place = f"{path.name}: {panel['title']}"
        if not panel.get("description") or not panel["fieldConfig"]["defaults"].get("unit"):
            yield f"{place}: has no description or no unit"
        for target in panel["targets"]:
            if target["datasource"] != source or panel["datasource"] != source:
                yield f"{place}: asks another data source than the one that is chosen"
            expression = target["expr"]
            yield from (f"{place}: the daemon has no {name}" for name in unknown(expression, sample))
            for variable, value in VARIABLES.items():
                expression = expression.replace(variable, value)
            expressions.append((place, expression))
    yield from check_data(promtool, sample, expressions)


def check_data(promtool, sample, expressions):
    """Whether each expression can be read and gives something, of what the sample becomes in half an hour."""
    tests = [{"expr": f"count({expression}) > bool 0", "eval_time": "30m", "exp_samples": [{"labels": "{}", "value": 1}]}
             for _, expression in expressions]
    document = {"evaluation_interval": "1m",
                "tests": [{"interval": "1m", "input_series": list(sample.input_series()), "promql_expr_test": tests}]}
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
        json.dump(document, file)
        file.flush()
        if mistakes := run(promtool, "test", "rules", file.name):
            yield "dashboard.json: an expression gives nothing:\n" + "\n".join(mistakes)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--promtool", required=True)
    promtool = parser.parse_args().promtool
    sample = Sample(MONITORING / "draftspool.prom")
    mistakes = [*run(promtool, "check", "metrics", text=sample.text), *check_rules(promtool, sample),
                *check_dashboard(promtool, sample)]
    for mistake in mistakes:
        print(f"test-monitoring: {mistake}", file=sys.stderr)
    if not mistakes:
        alerts = len(ALERT.findall((MONITORING / "alerts.yml").read_text()))
        print(f"test-monitoring: {alerts} alerts, the dashboard and {len(sample.series)} series of the sample are right")
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())

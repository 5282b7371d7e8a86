"""What records say that drafting brought, against what the clock says."""
from statistics import median


def engine_seconds(record):
    """An answer's share of the engine's time."""
    return record["timing"]["total_ms"] / 1000 / record["timing"]["busy_slots"]


def seconds_by_token(runs):
    """For each prompt what a token of its answer took, in the median of the runs."""
    times = {}
    for run in runs:
        for record in run["records"]:
            if record["tokens"]["generated"] and record["timing"]["busy_slots"]:
                times.setdefault(record["custom_id"], []).append(engine_seconds(record) / record["tokens"]["generated"])
    return {prompt: median(values) for prompt, values in times.items()}


def claimed(record):
    """The speed-up that a record says was measured; nothing where it says none was."""
    speedup = record["speculation"]["speedup"]
    return speedup["value"] if speedup and speedup["basis"] == "measured" else None


def claim(run, off):
    """Speed-up claimed and clocked over the prompts of a run for which one is claimed; nothing where none is.

    `off`: seconds by token of each prompt at off. Prompts that ran at off themselves claim nothing.
    """
    took, said, clocked = 0.0, 0.0, 0.0
    for record in run["records"]:
        value = claimed(record)
        if value is None or not record["decision"]["depth"] or record["custom_id"] not in off:
            continue
        share = engine_seconds(record)
        took += share
        said += value * share
        clocked += off[record["custom_id"]] * record["tokens"]["generated"]
    return (said / took, clocked / took) if took else None


def unfounded(run):
    """Claims in a run whose daemon never timed off: in records, and one for its summary."""
    records = sum(record["speculation"]["speedup"] is not None for record in run["records"])
    return records + (run["totals"]["saved_seconds"] is not None or run["totals"]["speedup"] is not None)

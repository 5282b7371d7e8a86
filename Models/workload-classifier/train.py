"""Trains the workload classifier: corpus in, Sources/Workload/Weights/BuiltInWeights.swift out.

Multinomial logistic regression with an L2 penalty, by L-BFGS. A request with a second good label has a soft target.
Labelled prompts given by --extra are cross-validated: each fold is judged by weights that have not seen it, and the
whole is repeated with other folds. The temperature is fitted to all these judgements. The shipped weights are then
trained on everything.
"""

import argparse
import base64
import json
import os
import re
import struct
import subprocess
from pathlib import Path

import numpy as np
import scipy.sparse as sparse
from scipy.optimize import minimize

import generate
from generate import WORKLOADS

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "Sources" / "Workload"
WEIGHTS = (SOURCES / "Weights/ClassifierWeights.swift").read_text()
VERSION = int(re.search(r"version: UInt32 = (\d+)", WEIGHTS)[1])
HASH_BITS = int(re.search(r"hashBits = (\d+)", WEIGHTS)[1])
HASHED_ROWS = 1 << HASH_BITS
STRUCTURAL_ROWS = sum(
    len(cases.split(", ")) for cases in re.findall(
        r"^    case ([a-zA-Z0-9, ]+)$", (SOURCES / "Features/StructuralFeature.swift").read_text(), re.M))
ROWS = HASHED_ROWS + STRUCTURAL_ROWS
POSITION = {workload: position for position, workload in enumerate(WORKLOADS)}
PUBLISHED = {"code": 0, "factual": 1, "math": 1, "translation": 1, "analysis": 2, "summarization": 2,
             "extraction": 2, "creative": 3}
PENALTY = 1.2e-5
EXTRA_WEIGHT = 5.0
SECOND_LABEL = 0.3
FOLDS = 5
REPEATS = 3
# The shipped weights know more labelled prompts than those of any fold: their scores are softened a little less.
SHARPENING = 0.87


def features(requests):
    """The feature matrix, made by the program that shares its extraction with the classifier."""
    keys = ("prompt", "turns", "json", "tools", "thinking")
    lines = "".join(json.dumps({k: r[k] for k in keys if k in r}) + "\n" for r in requests)
    out = subprocess.run([os.environ["CLASSIFIER_FEATURES"]], input=lines.encode(), stdout=subprocess.PIPE, check=True)
    words = np.frombuffer(out.stdout, dtype="<u4")
    floats = words.view("<f4")
    rows, values, ends, at = [], [], [0], 0
    for _ in requests:
        count = int(words[at])
        rows.append(words[at + 1:at + 1 + 2 * count:2])
        values.append(floats[at + 2:at + 2 + 2 * count:2])
        at += 1 + 2 * count
        ends.append(ends[-1] + count)
    matrix = sparse.csr_matrix(
        (np.concatenate(values), np.concatenate(rows).astype(np.int32), np.array(ends)), shape=(len(requests), ROWS))
    matrix.sum_duplicates()
    return matrix


def targets(requests):
    """One row a request: its label, shared with the second label; without a label, the unclear distribution."""
    rows = np.zeros((len(requests), len(WORKLOADS)))
    for row, request in zip(rows, requests):
        if request["workload"] is None:
            row[:] = 1 / 9
            row[POSITION["analysis"]] = 2 / 9
        else:
            share = SECOND_LABEL if request.get("alt") else 0
            row[POSITION[request["workload"]]] = 1 - share
            if share:
                row[POSITION[request["alt"]]] += share
    return rows


def softmax(scores):
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def fit(matrix, target, weight, iterations, start=None):
    """Weights (ROWS × classes) and biases; `start` is where a search on similar data ended."""
    used = np.unique(matrix.indices)
    dense = matrix[:, used].astype(np.float32).tocsr()
    transposed = dense.T.tocsr()
    weight = weight / weight.sum()
    classes, size = target.shape[1], len(used)
    first = np.zeros(size * classes + classes)
    if start:
        first = np.concatenate([start[0][used].ravel(), start[1]])

    def loss(flat):
        coefficients = flat[:size * classes].reshape(size, classes)
        scores = dense @ coefficients.astype(np.float32) + flat[size * classes:]
        probability = softmax(scores.astype(np.float64))
        value = -(weight * (target * np.log(probability + 1e-12)).sum(axis=1)).sum()
        value += 0.5 * PENALTY * (coefficients ** 2).sum()
        residual = weight[:, None] * (probability - target)
        gradient = (transposed @ residual.astype(np.float32)).astype(np.float64) + PENALTY * coefficients
        return value, np.concatenate([gradient.ravel(), residual.sum(axis=0)])

    best = minimize(loss, first, jac=True, method="L-BFGS-B", options={"maxiter": iterations, "maxcor": 8})
    coefficients = np.zeros((ROWS, classes))
    coefficients[used] = best.x[:size * classes].reshape(size, classes)
    return coefficients, best.x[size * classes:]


def folds(labels, count, seed, groups=None):
    """The fold of each request; every fold has its share of every label, and a group stays together."""
    rng = np.random.default_rng(seed)
    groups = groups or list(range(len(labels)))
    label_of = dict(zip(groups, labels))
    place = {}
    for label in sorted(set(labels)):
        members = rng.permutation(np.array(sorted(group for group in label_of if label_of[group] == label)))
        first = rng.integers(count)
        place.update((group, (at + first) % count) for at, group in enumerate(members.tolist()))
    return np.array([place[group] for group in groups])


def temperature(scores, requests):
    """The temperature at which the mean confidence is the accuracy (a right second label counts as right)."""
    right = np.mean([WORKLOADS[p] in (request["workload"], request.get("alt"))
                     for p, request in zip(scores.argmax(axis=1), requests)])
    low, high = 0.1, 10.0
    for _ in range(50):
        middle = (low * high) ** 0.5
        if softmax(scores / middle).max(axis=1).mean() > right:
            low = middle
        else:
            high = middle
    return (low * high) ** 0.5


def figures(probability, requests):
    """Accuracy, macro-F1, accuracy over the four published tasks, calibration error; and F1 and confusions by workload.

    A right second label counts as right."""
    predicted = probability.argmax(axis=1)
    confidence = probability.max(axis=1)
    labels = [{request["workload"], request.get("alt")} for request in requests]
    right = np.array([WORKLOADS[p] in label for p, label in zip(predicted, labels)])
    folded = np.array([PUBLISHED[WORKLOADS[p]] in {PUBLISHED.get(name) for name in label}
                       for p, label in zip(predicted, labels)])
    truth = [p if ok else POSITION[request["workload"]] for p, ok, request in zip(predicted, right, requests)]
    confusion = np.zeros((len(WORKLOADS), len(WORKLOADS)), dtype=int)
    for actual, guess in zip(truth, predicted):
        confusion[actual, guess] += 1
    f1 = [2 * confusion[i, i] / max(1, confusion[i].sum() + confusion[:, i].sum()) for i in range(len(WORKLOADS))]
    bins = np.minimum((confidence * 10).astype(int), 9)
    error = sum((bins == b).mean() * abs(right[bins == b].mean() - confidence[bins == b].mean())
                for b in range(10) if (bins == b).any())
    return np.array([right.mean(), np.mean(f1), folded.mean(), error]), f1, confusion


def report(title, probabilities, requests):
    """Prints the figures, as means over repeated judgements of the same requests."""
    all_figures = [figures(probability, requests) for probability in probabilities]
    summaries = np.array([each[0] for each in all_figures])
    names = ("accuracy", "macro-F1", "four tasks", "ECE")
    print(f"{title}: {len(requests)} prompts, " + ", ".join(
        f"{name} {mean:.4f}" + (f" ({low:.4f} to {high:.4f})" if len(summaries) > 1 else "")
        for name, mean, low, high in zip(names, summaries.mean(axis=0), summaries.min(axis=0), summaries.max(axis=0))))
    f1 = np.mean([each[1] for each in all_figures], axis=0)
    print("  F1: " + ", ".join(f"{name} {value:.2f}" for name, value in zip(WORKLOADS, f1)))
    print("  confusion (rows: label, columns: prediction)\n  " + " ".join(f"{name[:6]:>6}" for name in WORKLOADS))
    for name, row in zip(WORKLOADS, np.mean([each[2] for each in all_figures], axis=0)):
        print("  " + " ".join(f"{count:6.1f}" for count in row) + f"  {name}")


def quantise(coefficients):
    """The hashed rows as Int8 and the value of one step."""
    hashed = coefficients[:HASHED_ROWS]
    step = float(np.float32(np.abs(hashed).max() / 127))
    return np.clip(np.round(hashed / step), -127, 127).astype(np.int8), step


def write(hashed, step, structural, bias, softening):
    body = struct.pack("<ff8f", softening, step, *bias) + hashed.tobytes() + structural.astype("<f4").tobytes()
    checksum = 0xCBF29CE484222325
    for word in np.frombuffer(body, dtype="<u8"):
        checksum = ((checksum ^ int(word)) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    resource = b"DSWC" + struct.pack("<IIIQ", VERSION, HASH_BITS, STRUCTURAL_ROWS, checksum) + body
    text = base64.b64encode(resource).decode()
    path = SOURCES / "Weights/BuiltInWeights.swift"
    path.write_text(
        "// swift-format-ignore-file\n"
        "/// The trained weights, encoded in base64. Written by Models/workload-classifier/train: do not edit.\n"
        "///\n"
        "/// One string literal, because the compiler reads it in well under a second; an array literal of half a\n"
        "/// million bytes takes it minutes.\n"
        f"enum BuiltInWeights {{\n    static let base64: StaticString =\n        \"{text}\"\n}}\n")
    print(f"wrote {path.relative_to(ROOT)}: {len(resource)} bytes of weights, checksum {checksum:016x}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--extra", action="append", default=[], metavar="FILE.jsonl",
                        help="labelled prompts: prompt, workload, optional alt on each line")
    parser.add_argument("--dry-run", action="store_true", help="report only, leave the weights as they are")
    options = parser.parse_args()

    corpus = generate.corpus()
    extra = [json.loads(line) for path in options.extra for line in open(path, encoding="utf-8") if line.strip()]
    made, made_target = features(corpus), targets(corpus)
    made_weight = np.array([request["weight"] for request in corpus])
    print(f"corpus: {len(corpus)} requests of {len({r['template'] for r in corpus})} templates; extra: {len(extra)}")

    start = fit(made, made_target, made_weight, iterations=80)
    if extra:
        given, given_target = features(extra), targets(extra)
        judged = extra
    else:
        # Without labelled prompts whole templates are held out, for a first impression only.
        given, given_target = made[:0], made_target[:0]
        clear = [i for i, request in enumerate(corpus) if request["workload"]]
        judged = [corpus[i] for i in clear]
    judgements = []
    for repeat in range(REPEATS if extra else 1):
        scores = np.zeros((len(judged), len(WORKLOADS)))
        fold = folds([request["workload"] for request in judged], FOLDS, repeat,
                     None if extra else [request["template"] for request in judged])
        for number in range(FOLDS):
            kept = fold != number
            if extra:
                coefficients, bias = fit(
                    sparse.vstack([made, given[kept]]).tocsr(), np.vstack([made_target, given_target[kept]]),
                    np.concatenate([made_weight, np.full(kept.sum(), EXTRA_WEIGHT)]), iterations=60, start=start)
                scores[~kept] = given[~kept] @ coefficients + bias
            else:
                rows = np.array(clear)
                coefficients, bias = fit(made[rows[kept]], made_target[rows[kept]], made_weight[rows[kept]], iterations=80)
                scores[~kept] = made[rows[~kept]] @ coefficients + bias
        judgements.append(scores)
    softening = temperature(np.vstack(judgements), judged * len(judgements)) * SHARPENING
    print(f"temperature {softening:.3f}")
    if extra:
        report("the corpus alone, extra unseen", [softmax((given @ start[0] + start[1]) / softening)], extra)
    report("cross-validation", [softmax(scores / softening) for scores in judgements], judged)

    coefficients, bias = fit(
        sparse.vstack([made, given]).tocsr(), np.vstack([made_target, given_target]),
        np.concatenate([made_weight, np.full(given.shape[0], EXTRA_WEIGHT)]), iterations=60, start=start)
    hashed, step = quantise(coefficients)
    rounded = np.vstack([hashed * step, coefficients[HASHED_ROWS:]])
    exact = made @ coefficients + bias
    same = (exact.argmax(axis=1) == (made @ rounded + bias).argmax(axis=1)).mean()
    print(f"rounding to Int8 keeps {same:.4%} of the labels on the corpus")
    if extra:
        report("shipped weights, on what they have seen", [softmax((given @ rounded + bias) / softening)], extra)
    if not options.dry_run:
        write(hashed, step, coefficients[HASHED_ROWS:], bias, softening)


if __name__ == "__main__":
    main()

"""The mixed batch: prompts the demo model was not trained on, in four groups of equal tokens."""
import json
import random

# Group: kinds of held-out prompts in it, and the temperature such work is usually run at.
GROUPS = {
    "code": (("coding",), 0.3),
    "factual-math": (("factual", "math"), 0.3),
    "rewriting-extraction": (("rewriting", "extraction"), 0.2),
    "creative": (("creative",), 0.9),
}
MOST_TOKENS = 128


def candidates(heldout):
    """Every usable prompt of each group, in a fixed order, as lines of a batch file."""
    rows = [json.loads(line) for line in open(heldout, encoding="utf-8")]
    groups = {}
    for group, (kinds, temperature) in GROUPS.items():
        fitting = [row for row in rows if row["w"] in kinds]
        random.Random(group).shuffle(fitting)
        groups[group] = [request(group, number, row, temperature) for number, row in enumerate(fitting)]
    return groups


def request(group, number, row, temperature):
    messages = [{"role": "system", "content": row["system"]}] if row["system"] else []
    for question, answer in row["turns"][:-1]:
        messages += [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    messages.append({"role": "user", "content": row["turns"][-1][0]})
    return {"id": f"{group}-{number}", "messages": messages, "max_tokens": MOST_TOKENS,
            "temperature": temperature, "seed": number}


def of_equal_tokens(groups, generated, tokens):
    """So many prompts of each group that they generate about `tokens` tokens, given what each prompt generated.

    Prompts are used again with another seed where there are too few of them.
    """
    chosen = {}
    for group, requests in groups.items():
        sized = [line for line in requests if generated.get(line["id"])]
        lines, total = [], 0
        while total < tokens:
            again, place = divmod(len(lines), len(sized))
            line = sized[place]
            lines.append(dict(line, id=f"{line['id']}-{again}", seed=line["seed"] + 1000 * again))
            total += generated[line["id"]]
        chosen[group] = lines
    return chosen


def write(path, lines):
    with open(path, "w", encoding="utf-8") as file:
        for line in lines:
            file.write(json.dumps(line) + "\n")

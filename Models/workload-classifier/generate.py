"""Makes the labelled corpus the classifier is trained on, from the templates in corpus/.

Every request is a dict as the classifier's feature exporter reads it, with "workload", "alt" (a second label that is
nearly as good, or None), "weight" (a template's requests share a weight of 1, those of a whole prompt one of 3,
those of a conversation one of 2), and "template" (which one made it).
The same seed gives the same corpus.
"""

import hashlib
import json
import random
import re
from pathlib import Path

import given

CORPUS = Path(__file__).parent / "corpus"
WORKLOADS = ["code", "math", "factual", "translation", "summarization", "extraction", "analysis", "creative"]
PER_TEMPLATE = 36
PER_PROMPT = 4
PROMPT_WEIGHT = 3.0
PER_CONVERSATION = 20
CONVERSATION_WEIGHT = 2.0


class Grammar:
    """Expands templates: (a|b) chooses, [x] may be left out, {slot} is filled, \\n is a line break."""

    def __init__(self, rng):
        self.rng = rng
        self.slots = {}
        for path in sorted(CORPUS.glob("**/slots.txt")):
            for line in path.read_text().splitlines():
                if line and not line.startswith("#"):
                    name, values = line.split(": ", 1)
                    self.slots.setdefault(name, []).extend(split(values, " | "))
        self.given = given.Texts(self)

    def expand(self, template):
        text, end = self.sequence(template.replace("\\n", "\n"), 0, "")
        return text

    def sequence(self, source, at, stops):
        """Expands up to one of the stop characters; answers the text and where it stopped."""
        out = []
        while at < len(source):
            char = source[at]
            if char in stops:
                break
            if char == "(" and is_choice(source, at):
                text, at = self.choice(source, at)
                out.append(text)
            elif char == "[" and "]" in source[at:]:
                end = closing(source, at, "[", "]")
                options = split(source[at + 1:end], "|") + [None]
                pick = self.rng.choice(options)
                out.append(self.sequence(pick, 0, "")[0] if pick is not None else "")
                at = end + 1
            elif char == "{" and (match := re.match(r"\{([a-zA-Z_]+)\}", source[at:])):
                out.append(self.slot(match.group(1)))
                at += match.end()
            else:
                out.append(char)
                at += 1
        return "".join(out), at

    def choice(self, source, at):
        end = closing(source, at, "(", ")")
        pick = self.rng.choice(split(source[at + 1:end], "|"))
        return self.sequence(pick, 0, "")[0], end + 1

    def slot(self, name):
        if name in self.slots:
            return self.sequence(self.rng.choice(self.slots[name]), 0, "")[0]
        return self.given.make(name)


def closing(source, at, opens, closes):
    """Where the bracket that opens at `at` closes."""
    depth = 0
    for position in range(at, len(source)):
        if source[position] == opens:
            depth += 1
        elif source[position] == closes:
            depth -= 1
            if depth == 0:
                return position
    raise ValueError(f"no closing '{closes}' in template: {source}")


def is_choice(source, at):
    """Whether the parenthesis at `at` holds alternatives; others are plain text."""
    try:
        end = closing(source, at, "(", ")")
    except ValueError:
        return False
    return len(split(source[at + 1:end], "|")) > 1


def split(text, separator):
    """Splits at separators outside of brackets."""
    parts, depth, current, at = [], 0, "", 0
    while at < len(text):
        if depth == 0 and text.startswith(separator, at):
            parts.append(current)
            current = ""
            at += len(separator)
            continue
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(text[at], 0)
        current += text[at]
        at += 1
    return parts + [current]


def spoil(text, rng):
    """The text as people type it: typos, no capitals, no punctuation, greetings."""
    kind = rng.random()
    if kind < 0.12:
        text = text[0].lower() + text[1:] if text else text
    elif kind < 0.24 and len(text) < 400:
        text = text.lower()
    elif kind < 0.28 and len(text) < 200:
        text = text.rstrip("?.!")
    if rng.random() < 0.10 and 8 < len(text) < 400:
        for _ in range(rng.randint(1, 3)):
            at = rng.randrange(1, len(text) - 2)
            if text[at].isalpha():
                action = rng.random()
                if action < 0.4:
                    text = text[:at] + text[at + 1] + text[at] + text[at + 2:]
                elif action < 0.7:
                    text = text[:at] + text[at + 1:]
                else:
                    text = text[:at] + text[at] + text[at:]
    if rng.random() < 0.05 and len(text) < 300:
        text = rng.choice(["Hi, ", "Hello! ", "Hey. ", "Hi there! ", "please ", "I have a question. ", "Quick one: ",
                           "Thanks for yesterday. "]) + text
    if rng.random() < 0.04 and len(text) < 400:
        text += rng.choice([" Thanks!", " please", " Thank you.", " Be brief.", " Think step by step.",
                            " Use simple words.", " Answer in detail.", " I need this today."])
    return text


def wrap(prompt, workload, rng, systems, grammar):
    """The prompt as a request: mostly alone, sometimes with a system prompt, earlier turns, or settings."""
    request = {}
    turns = []
    draw = rng.random()
    if draw < 0.14:
        turns.append({"role": "system", "text": grammar.expand(rng.choice(systems["any"]))})
    elif draw < 0.20 and systems.get(workload):
        turns.append({"role": "system", "text": grammar.expand(rng.choice(systems[workload]))})
    turns.append({"role": "user", "text": prompt})
    if workload == "extraction":
        request["json"] = rng.random() < 0.12
    elif rng.random() < 0.01:
        request["json"] = True
    if rng.random() < 0.05:
        request["thinking"] = True
    if rng.random() < 0.02:
        request["tools"] = True
    request["turns"] = turns
    return request


def templates(path):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        alt = None
        if line.startswith("~"):
            alt, line = line[1:].split(" ", 1)
        yield f"{path.relative_to(CORPUS)}:{number}", alt, line


def conversations(path):
    """Lines of "workload ||| role: text ||| role: text"."""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            workload, *turns = line.split(" ||| ")
            yield f"{path.name}:{number}", workload, [turn.split(": ", 1) for turn in turns]


def corpus(seed=1, per_template=PER_TEMPLATE):
    rng = random.Random(seed)
    grammar = Grammar(rng)
    systems = {}
    for line in (CORPUS / "systems.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            workload, text = line.split(": ", 1)
            systems.setdefault(workload, []).append(text)
    requests = []
    for workload in WORKLOADS:
        for path in sorted(CORPUS.glob(f"**/{workload}.txt")):
            for name, alt, template in templates(path):
                rng.seed(f"{seed} {template}")  # so that a new template leaves the requests of all others as they are
                made = sorted({grammar.expand(template) for _ in range(per_template)})
                whole = len(made) == 1
                if whole:
                    made *= PER_PROMPT
                for prompt in made:
                    request = wrap(spoil(prompt, rng), workload, rng, systems, grammar)
                    requests.append(request | {"workload": workload, "alt": alt, "template": name,
                                               "weight": (PROMPT_WEIGHT if whole else 1.0) / len(made)})
    for name, workload, turns in conversations(CORPUS / "conversations.txt"):
        rng.seed(f"{seed} {turns}")
        for _ in range(PER_CONVERSATION):
            conversation = [{"role": role, "text": grammar.expand(text)} for role, text in turns]
            requests.append({"turns": conversation, "json": workload == "extraction" and rng.random() < 0.2,
                             "workload": workload, "alt": None, "template": name,
                             "weight": CONVERSATION_WEIGHT / PER_CONVERSATION})
    rng.seed(f"{seed} noise")
    for _ in range(400):  # text without a request: every label a little, analysis most
        requests.append({"turns": [{"role": "user", "text": given.noise(rng)}], "workload": None, "alt": None,
                         "weight": 0.06, "template": "noise"})
    rng.shuffle(requests)
    return requests


if __name__ == "__main__":
    lines = [json.dumps(request, ensure_ascii=False) for request in corpus()]
    print("\n".join(lines))
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    print(f"{len(lines)} requests, sha256 {digest[:16]}", file=__import__("sys").stderr)

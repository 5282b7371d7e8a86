"""Texts that prompts give to work on: passages, code, logs, emails, reviews, data, dialogues, and noise."""

import random
import re
import string
from pathlib import Path


class Texts:
    def __init__(self, grammar):
        self.grammar = grammar
        self.rng = grammar.rng
        self.fields = {}
        self.snippets = []
        self.stubs = []
        corpus = Path(__file__).parent / "corpus"
        for path in sorted(corpus.glob("**/passages.txt")):
            field = None
            for line in path.read_text().splitlines():
                if line.startswith("["):
                    field = line.strip("[]")
                elif line and not line.startswith("#"):
                    self.fields.setdefault(field, []).append(line)
        for part in (corpus / "snippets.txt").read_text().split("\n%%\n"):
            (self.stubs if part.startswith("stub\n") else self.snippets).append(part.split("\n", 1)[1])

    def make(self, name):
        maker = getattr(self, name, None)
        if maker is None:
            raise ValueError(f"unknown slot {{{name}}}; add it to a slots.txt")
        return maker()

    def fill(self, text):
        return self.grammar.expand(text)

    def sentences(self, count, fields=None):
        field = self.rng.choice(fields or sorted(f for f in self.fields if "_" not in f))
        lines = self.fields[field]
        picked = self.rng.sample(lines, count) if count <= len(lines) else self.rng.choices(lines, k=count)
        return [self.fill(line) for line in picked]

    def passage(self):
        return " ".join(self.sentences(self.rng.randint(2, 6)))

    def longpassage(self):
        rng = self.rng
        if rng.random() < 0.35:
            return self.passage()
        joint = rng.choice([" ", "\n\n", " ", "\n"])
        return joint.join(" ".join(self.sentences(rng.randint(3, 7))) for _ in range(rng.randint(2, 6)))

    def localpassage(self, language):
        fields = [field for field in self.fields if field.endswith("_" + language)]
        return " ".join(self.sentences(self.rng.randint(2, 4), fields))

    def passage_de(self):
        return self.localpassage("de")

    def passage_fr(self):
        return self.localpassage("fr")

    def passage_es(self):
        return self.localpassage("es")

    def passage_zh(self):
        return self.localpassage("zh").replace(" ", "")

    def passage_ja(self):
        return self.localpassage("ja").replace(" ", "")

    def code(self):
        text = self.fill_code(self.rng.choice(self.snippets))
        if self.rng.random() < 0.55:
            language = self.rng.choice(["", "", "python", "js", "java", "sql", "bash", "cpp", "ts", "go"])
            return f"```{language}\n{text}\n```"
        return text

    def stub(self):
        return self.fill_code(self.rng.choice(self.stubs))

    def fill_code(self, text):
        """Code has brackets of its own: only slots written <<name>> are filled."""
        return re.sub(r"<<(\w+)>>", lambda match: self.grammar.slot(match.group(1)), text)

    def log(self):
        rng = self.rng
        lines = []
        for _ in range(rng.randint(4, 25)):
            stamp = f"2024-0{rng.randint(1, 9)}-{rng.randint(10, 28)}T{rng.randint(10, 23)}:{rng.randint(10, 59)}:{rng.randint(10, 59)}Z"
            level = rng.choice(["INFO", "INFO", "WARN", "ERROR", "DEBUG"])
            what = rng.choice([
                f"request GET /api/v1/users/{rng.randint(1, 999)} took {rng.randint(1, 900)}ms",
                f"worker-{rng.randint(1, 8)} heartbeat ok", f"connection to db-{rng.randint(1, 4)}:5432 refused",
                f"cache miss for key session:{rng.randint(1000, 9999)}", f"retrying in {rng.randint(1, 30)}s (attempt {rng.randint(1, 5)})",
                f"java.lang.{self.grammar.slot('error')}", f"disk usage at {rng.randint(50, 99)}%",
                f"kernel: [{rng.randint(1000, 99999)}.{rng.randint(100, 999)}] usb 1-1: reset high-speed device",
                f"user login from 10.0.{rng.randint(0, 255)}.{rng.randint(1, 254)}", f"job {rng.randint(100, 999)} finished with exit code {rng.randint(0, 2)}"])
            lines.append(f"{stamp} {level} {what}")
        return "\n".join(lines)

    def email(self):
        rng, fill = self.rng, self.fill
        kind = rng.randrange(4)
        if kind == 0:
            return fill("Subject: (Order|Invoice|Delivery) #{n}{n}\n\nDear {name},\n\nthank you for your order of {k} {items} for {money} each. The total of ${n}.50 is due on March {k}. Delivery to {n} Elm Street, {city}, takes {k} days.\n\nBest regards,\n{name} {surname}")
        if kind == 1:
            return fill("From: {name}.{surname}@example.com\nTo: support@example.org\n\nHi, my {product} stopped working after {k} days. I bought it in {city} on {year}-0{k}-1{k} for {money}. My phone number is 555-0{n}. Please send a replacement.\n{name}")
        if kind == 2:
            return fill("Hi {name}, can we move the meeting with {name} {surname} from {org} to {k} pm on Thursday? The slides and the budget of {money} must be ready by then. Thanks, {name}")
        return fill("INVOICE {n}{n}\nDate: {year}-0{k}-1{k}\nBilled to: {name} {surname}, {city}\n{k} x {items}  {money}\n{k} x {product}  {money}\nTotal: ${n}0.00")

    def review(self):
        fill = self.fill
        return fill(self.rng.choice([
            "(The|This) {product} (broke after {k} days|arrived late and scratched|is the best I have ever owned|works as described|is a waste of money). (I want my money back.|Would buy again!|My {name} loves it.|Not worth {money}.|Customer service never answered.)",
            "{work} was (a masterpiece|a total bore|better than I expected|way too long). (The acting was superb.|I fell asleep twice.|{percent} of the jokes worked.|Go see it!)",
            "Stayed {k} nights in {city}. (Lovely staff and great breakfast.|The room was dirty and loud.|Good location, poor wifi.|We will come back.)",
            "\"(Just got my exam results and I passed!|Stuck in traffic again, what a day...|Meh. The new update changed nothing.|Can't believe how good {food} tastes here)\"",
            "The {food} was (cold|delicious|bland|overpriced) but the waiter was (rude|very kind|quick)."]))

    def data(self):
        rng, fill = self.rng, self.fill
        kind = rng.randrange(4)
        if kind == 0:
            return "\n".join(fill("{name} {surname}, {n}, {city}, {job}") for _ in range(rng.randint(2, 7)))
        if kind == 1:
            return "\n".join(fill("- {items}: {n} pieces, {money}") for _ in range(rng.randint(2, 7)))
        if kind == 2:
            return "name,age,city\n" + "\n".join(fill("{name},{n},{city}") for _ in range(rng.randint(2, 6)))
        return fill("{name} lives in {city} and earns {money} an hour; {name} lives in {city} and earns {money}. {name} is a {job} from {place}, {n} years old.")

    def dialogue(self):
        rng, fill = self.rng, self.fill
        first, second = fill("{name}"), fill("{name}")
        said = ["Did you finish the report?", "Not yet, I am still waiting for the numbers from {city}.", "The launch of {product} is on Friday.",
                "We should talk to {name} about {topic}.", "Let's postpone it to next week.", "I can take care of the slides.", "How much will it cost?",
                "About {money}, if we order {n}.", "Sounds good to me.", "Who books the room?", "I'm worried about the deadline.", "Okay, I'll send everyone an email.",
                "{quote}."]
        return "\n".join(f"{first if i % 2 == 0 else second}: {fill(rng.choice(said))}" for i in range(rng.randint(4, 12)))

    def typos(self):
        return self.fill(self.rng.choice([
            "She dont like to goes to {city} becuase the wether are bad.", "i has been work here since {k} year and i like it very much",
            "Their is many peoples which loves {hobby}.", "He go to school every days with his freind {name}.", "Me and {name} was thinking you should of told us earlier.",
            "The informations about {topic} is very usefull for student.", "yesterday we has visit the museum it was very intresting", "If I would have knew this before, I wouldnt buy {product}.",
            "Im writing to you because i want ask for the job as {job} what i seen in the internet.", "the meating is at {k} oclock please dont be to late"]))

    def poemtext(self):
        rng = self.rng
        lines = ["The moon has hung her silver lamp", "Above the sleeping town,", "And softly through the orchard damp", "The apple leaves come down.",
                 "A red boat waits beside the shore,", "The grey gulls wheel and cry,", "My brother's coat hangs by the door,", "He never said goodbye.",
                 "O river, carry home my name,", "The winter wind is blue,", "The stars are only grains of flame,", "And I am far from you."]
        at = rng.randrange(0, 3) * 4
        return "\n".join(lines[at:] if rng.random() < 0.5 else lines[at:at + 4])


def noise(rng):
    """Text without a request in it."""
    kind = rng.randrange(6)
    if kind == 0:
        return "".join(rng.choice(string.ascii_letters + string.digits + "+/") for _ in range(rng.randint(40, 2000)))
    if kind == 1:
        return " ".join("".join(rng.choice("asdfghjklqwertyuiopzxcvbnm") for _ in range(rng.choice([1, 2, 3, 4, 5, 6, 7, 8, 9]))) for _ in range(rng.choice([1, 1, 2, 3, 5, 8, 12])))
    if kind == 2:
        return "".join(rng.choice("?!.,;:-_*#~+=()[]{}<>|/\\ ") for _ in range(rng.randint(1, 60)))
    if kind == 3:
        return " ".join(str(rng.randrange(10 ** rng.randint(1, 8))) for _ in range(rng.randint(1, 30)))
    if kind == 4:
        return "".join(chr(rng.choice([rng.randint(0x21, 0x7e), rng.randint(0xa1, 0x17f), rng.randint(0x400, 0x45f)])) for _ in range(rng.randint(5, 200)))
    return " ".join(f"{rng.randrange(256):02x}" for _ in range(rng.randint(8, 200)))


def demo(seed=1):
    from generate import Grammar
    grammar = Grammar(random.Random(seed))
    for name in ["passage", "email", "review", "data", "dialogue", "code", "stub", "log"]:
        print(f"--- {name}\n{grammar.given.make(name)}")

"""Files of prompts to drop, with what must become of each of their lines."""

import json
import random
import time
from dataclasses import dataclass, field

# Prompts of this length are more than the engine's context holds.
LONG_BYTES = 5000


@dataclass
class Line:
    """One line that must end as one answer or one error."""

    number: int
    # The custom_id of a prompt that can run; None for a line that must be rejected.
    custom_id: str | None
    # The error code the line must get; None for a prompt that can run.
    code: str | None = None
    # Further codes that it may end with, since its writer changed it or was not seen to go on.
    also: set[str] = field(default_factory=set)
    # It was cut off before anybody is known to have read it.
    may_be_absent: bool = False
    # The engine refuses it.
    is_too_long: bool = False
    # It demands draft depth 2, which not every configuration has.
    demands_depth: bool = False

    @staticmethod
    def of(number: int, text: bytes) -> "Line":
        """The line of a prompt that can run, from its text. Raises ValueError or KeyError if it is none."""
        line = json.loads(text)
        depth = line.get("draftspool", {}).get("depth", 0)
        return Line(
            number, line.get("custom_id") or line["id"], is_too_long=len(text) > LONG_BYTES, demands_depth=depth > 0)


@dataclass
class Drop:
    """One file as it was submitted."""

    tag: str
    name: str
    content: bytes
    lines: dict[int, Line]
    # Whether the writer waited until the disk had content and name; only then may a power cut not take it.
    is_synced: bool = True
    # Written under a hidden name and renamed, or written in place and closed.
    is_renamed_in: bool = True
    # Ids of prompts that were asked to be cancelled.
    cancellable: set[str] = field(default_factory=set)
    dropped_at: float = field(default_factory=time.time)
    # Written by a process of its own that may go on after the claim; `content` is what it leaves in the end.
    is_changed: bool = False
    # Whether its writer has ended.
    is_written: bool = True
    # Its writer took it back before it was claimed.
    is_gone: bool = False
    # It may have been taken while not one whole prompt was in it.
    may_be_refused: bool = False

    @property
    def is_hopeless(self) -> bool:
        """Not one prompt of it can be read, so that the whole file is refused."""
        return all(line.code for line in self.lines.values())


class DropMaker:
    """Makes files of all three formats with short prompts, bad lines and repeated ids."""

    QUESTIONS = [
        "Write a Python function that adds two numbers.",
        "What is the capital of France?",
        "Translate 'good morning' into German.",
        "Write a poem about the sea.",
        "Was ist 17 + 25? Nur die Zahl.",
    ]

    def __init__(self, random: random.Random):
        self.random = random
        self.count = 0

    def tag(self) -> str:
        self.count += 1
        return f"f{self.count:05d}"

    def make(self, is_hopeless: bool = False) -> Drop:
        tag = self.tag()
        if is_hopeless:
            return self._hopeless(tag)
        roll = self.random.random()
        if roll < 0.12:
            return self._document(tag)
        if roll < 0.18:
            return self._hopeless(tag)
        return self._lines(tag, is_openai=roll < 0.6)

    def _tokens(self) -> int:
        return self.random.choice([1, 1, 2, 4, 8, 24])

    def _document(self, tag: str) -> Drop:
        suffix = self.random.choice(["txt", "md"])
        text = f"{self.random.choice(self.QUESTIONS)} ({tag})"
        custom_id = tag
        if self.random.random() < 0.7:
            custom_id = f"{tag}-doc"
            text = f"---\nid: {custom_id}\nmax_tokens: {self._tokens()}\n---\n\n{text}\n"
        else:
            text = f"---\nmax_tokens: {self._tokens()}\n---\n{text}"
        return self._drop(tag, f"{tag}.{suffix}", text.encode(), {1: Line(1, custom_id)})

    def _hopeless(self, tag: str) -> Drop:
        content, lines = self.random.choice([
            (f"{{\"id\": \"{tag}\"}}\nno json\n".encode(), {1: Line(1, None, "any"), 2: Line(2, None, "any")}),
            (f"\x7fELF\0\0{tag}\0\xff".encode("latin-1"), {1: Line(1, None, "any")}),
        ])
        return self._drop(tag, f"{tag}.jsonl", content, lines)

    def _lines(self, tag: str, is_openai: bool) -> Drop:
        texts: list[bytes] = []
        lines: dict[int, Line] = {}
        ids: list[str] = []
        for index in range(self.random.choice([1, 2, 3, 5, 8, 12])):
            number = len(texts) + 1
            roll = self.random.random()
            if roll < 0.06:
                texts.append(b"   " if roll < 0.03 else b"")
            elif roll < 0.14:
                text, code = self.random.choice([
                    (b"this is no JSON", "invalid_json"), (b'{"max_tokens": 3}', "missing_prompt"),
                    (b'{"prompt": "x", "temperature": "hot"}', "wrong_type"),
                    (b'{"prompt": "\xff\xfe"}', "invalid_utf8"),
                ])
                texts.append(text)
                lines[number] = Line(number, None, code)
            elif roll < 0.2 and ids:
                texts.append(self.prompt(self.random.choice(ids), is_openai))
                lines[number] = Line(number, None, "duplicate_custom_id")
            else:
                custom_id = f"{tag}-{index}"
                ids.append(custom_id)
                texts.append(self.prompt(custom_id, is_openai))
                lines[number] = Line.of(number, texts[-1])
        if not ids:
            texts.append(self.prompt(f"{tag}-last", is_openai))
            lines[len(texts)] = Line.of(len(texts), texts[-1])
        content = b"\n".join(texts) + self.random.choice([b"\n", b""])
        name = f"{tag}.jsonl" if self.random.random() < 0.8 else "again.jsonl"
        return self._drop(tag, name, content, lines)

    def prompt(self, custom_id: str, is_openai: bool) -> bytes:
        body: dict = {"max_tokens": self._tokens(), "seed": self.random.randrange(1000)}
        question = self.random.choice(self.QUESTIONS)
        if self.random.random() < 0.02:
            question *= 400
        if self.random.random() < 0.5:
            body["temperature"] = 0
        override = {"draftspool": {"depth": self.random.choice([0, 2])}} if self.random.random() < 0.05 else {}
        if not is_openai:
            return json.dumps({"id": custom_id, "prompt": question, **body, **override}).encode()
        is_chat = self.random.random() < 0.7
        body |= {"messages": [{"role": "user", "content": question}]} if is_chat else {"prompt": question}
        url = "/v1/chat/completions" if is_chat else "/v1/completions"
        return json.dumps(
            {"custom_id": custom_id, "method": "POST", "url": url, "body": body, **override}).encode()

    def prompts(self) -> tuple[str, list[bytes]]:
        """A tag, and the lines of a file that has nothing but good prompts."""
        tag = self.tag()
        is_openai = self.random.random() < 0.5
        return tag, [self.prompt(f"{tag}-{index}", is_openai) for index in range(self.random.choice([3, 5, 8, 12]))]

    def _drop(self, tag: str, name: str, content: bytes, lines: dict[int, Line]) -> Drop:
        return Drop(
            tag, name, content, lines, is_synced=self.random.random() < 0.5,
            is_renamed_in=self.random.random() < 0.7)

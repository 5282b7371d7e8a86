"""The kinds of writers, and who lets them loose."""

import random

from drops import Drop, DropMaker, Line
from service import Service
from writers import CHANGED, MOST_WRITERS, Writer


class PausingWriter(Writer):
    """Writes in place, pauses in the middle of lines and at their ends, and closes at last."""

    def write(self) -> None:
        blindness = self.service.blindness()
        cuts = self.cuts(first_whole=0)
        self.do("create", self.incoming / self.drop.name)
        self.do("append", self.whole[:cuts[0]] if cuts else self.whole)
        self.append_pieces(cuts, self.random.choice([0.05, 0.5, 3]))
        self.pause(0.3)
        if self.service.was_blind_since(blindness):
            self.tear([0, *cuts])
        self.do("close")


class AppendingWriter(Writer):
    """Renames its file in and goes on through its open descriptor."""

    def write(self) -> None:
        blindness = self.service.blindness()
        cuts = self.cuts(first_whole=1)
        is_taken_for_complete = self.service.is_blind
        self.rename_in(self.whole[:cuts[0]] if cuts else self.whole)
        is_taken_for_complete |= self.service.is_blind
        if self.random.random() < 0.8:
            self.wait_for_claim()
        self.append_pieces(cuts, self.random.choice([0.02, 0.3, 2]))
        self.pause(0.2)
        if is_taken_for_complete or self.service.was_blind_since(blindness):
            self.tear(cuts)
        self.do("close")


class TruncatingWriter(Writer):
    """Cuts its file short after the claim."""

    def write(self) -> None:
        ends = self.line_ends()
        size = self.random.choice([self.random.choice(ends[:-1]), self.random.randrange(ends[0], len(self.whole))])
        self.rename_in(self.whole)
        was_read = self.change_after_claim(lambda: self.do("truncate", size))
        self.drop.content = self.whole[:size]
        for number, (begin, end) in enumerate(zip([0, *ends], ends), 1):
            line = self.drop.lines[number]
            if end - 1 <= size:
                continue
            line.also |= CHANGED if was_read else CHANGED | {"invalid_json"}
            line.may_be_absent = not was_read and begin >= size

    def change_after_claim(self, change) -> bool:
        """Waits for a moment after the claim and makes the change; whether the file was read before."""
        reopens = self.random.random() < 0.5
        if reopens:
            self.do("stop_writing")
        waits_for_reading = self.random.random() < 0.5
        self.wait_for_claim()
        was_read = self.wait_for_reading() if waits_for_reading else False
        self.pause(self.random.choice([0, 0.02, 0.3]))
        if reopens:
            self.do("write_again")
        change()
        self.pause(self.random.choice([0, 0.5]))
        self.do("close")
        return was_read


class OverwritingWriter(TruncatingWriter):
    """Writes other bytes over a line after the claim."""

    def write(self) -> None:
        number = self.random.randint(1, len(self.texts))
        begin = [0, *self.line_ends()][number - 1]
        is_garbage = self.random.random() < 0.5 and number > 1
        if is_garbage:
            offset, text = begin, b"#overwritten#"
        else:
            # Inside the question, so that the line stays a prompt.
            member = b'"content"' if b'"content"' in self.texts[number - 1] else b'"prompt"'
            offset, text = begin + self.texts[number - 1].rindex(member) + 13, b"XYZ"
        self.drop.content = self.whole[:offset] + text + self.whole[offset + len(text):]
        self.rename_in(self.whole)
        was_read = self.change_after_claim(lambda: self.do("overwrite", offset, text))
        self.drop.lines[number].also |= CHANGED | ({"invalid_json"} if is_garbage and not was_read else set())


class ReplacingWriter(Writer):
    """Puts another file in the place of its first, which by then may have been claimed or not."""

    def __init__(self, service: Service, maker: DropMaker, random: random.Random):
        super().__init__(service, maker, random)
        tag, texts = maker.prompts()
        self.second = Drop(
            tag, self.drop.name, b"\n".join(texts), {n: Line.of(n, text) for n, text in enumerate(texts, 1)},
            is_changed=True, is_written=False)
        self.drops.append(self.second)

    def write(self) -> None:
        self.rename_in(self.whole)
        self.do("stop_writing")
        self.pause(self.random.choice([0, 0.01, 0.1, 1]))
        hidden = self.incoming / f".{self.second.tag}.part"
        first = self.do("hold")
        self.do("create", hidden)
        self.do("append", self.second.content)
        self.do("rename", hidden, self.incoming / self.second.name)
        self.do("close")
        self.drop.is_gone = self.do("is_gone", first)


class Writers:
    """Lets writers loose and keeps count of them."""

    KINDS = [(4, PausingWriter), (3, AppendingWriter), (2, TruncatingWriter), (2, OverwritingWriter), (2, ReplacingWriter)]

    def __init__(self, service: Service, maker: DropMaker, random: random.Random):
        self.service = service
        self.maker = maker
        self.random = random
        self.all: list[Writer] = []

    def perhaps_one(self) -> list[Drop]:
        """Begins to write another file, if not too many are being written; returns what will have been dropped."""
        if sum(writer.is_alive() for writer in self.all) >= MOST_WRITERS:
            return []
        kind = self.random.choices([kind for _, kind in self.KINDS], [weight for weight, _ in self.KINDS])[0]
        # The thread has a generator of its own, so that what it draws does not depend on when it runs.
        writer = kind(self.service, self.maker, random.Random(self.random.random()))
        self.all.append(writer)
        writer.start()
        return writer.drops

    def raise_failures(self) -> None:
        for writer in self.all:
            if writer.failure:
                raise writer.failure

    def kill(self) -> None:
        for writer in self.all:
            writer.kill()

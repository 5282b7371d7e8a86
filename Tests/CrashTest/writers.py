"""Writers that do not simply drop a file: they pause, go on after the claim, cut short, overwrite, replace.

Each is a process of another user (hand.py), led by a thread, so that it goes on over kills and restarts of the daemon.
"""

import glob
import json
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

from drops import Drop, DropMaker, Line
from service import Service
from waiting import wait_until

FOLDER = Path(__file__).resolve().parent
MOST_WRITERS = 4
# How long a writer waits for the claim; a daemon that can see it does not claim before it has closed.
CLAIM_SECONDS = 3
# What a line may end with that was read while only its beginning was there.
TORN = {"invalid_json", "input_changed"}
CHANGED = {"input_changed", "input_gone"}


class Writer(threading.Thread):
    """One such writer; its subclasses say what it does. It notes in its drop what may become of which line."""

    def __init__(self, service: Service, maker: DropMaker, random: random.Random):
        super().__init__(daemon=True)
        self.service = service
        self.random = random
        self.maker = maker
        tag, self.texts = maker.prompts()
        self.whole = b"\n".join(self.texts) + b"\n"
        self.drop = Drop(
            tag, f"{tag}.jsonl", self.whole, {n: Line.of(n, text) for n, text in enumerate(self.texts, 1)},
            is_changed=True, is_written=False)
        self.drops = [self.drop]
        self.incoming = service.spool / "incoming"
        self.hand = subprocess.Popen(
            [sys.executable, "-B", FOLDER / "hand.py", *service.accounts.writer_arguments()], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, start_new_session=True)
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            self.write()
        except BaseException as error:
            self.failure = error
        self.hand.stdin.close()
        self.hand.wait()
        for drop in self.drops:
            drop.is_written = True

    def write(self) -> None:
        raise NotImplementedError

    def kill(self) -> None:
        self.hand.kill()

    def do(self, step: str, *arguments):
        texts = [one.decode("latin-1") if isinstance(one, bytes) else one for one in arguments]
        self.hand.stdin.write(json.dumps([step, *(str(one) if isinstance(one, Path) else one for one in texts)]) + "\n")
        self.hand.stdin.flush()
        answer = self.hand.stdout.readline()
        if not answer:
            raise AssertionError(f"the writer of {self.drop.name} ended at {step}")
        return json.loads(answer)

    def pause(self, longest: float) -> None:
        time.sleep(self.random.uniform(0, longest))

    def rename_in(self, content: bytes, drop: Drop | None = None) -> None:
        """Writes a hidden file and lets it appear; it stays open."""
        drop = drop or self.drop
        hidden = self.incoming / f".{drop.tag}.part"
        self.do("create", hidden)
        self.do("append", content)
        self.do("rename", hidden, self.incoming / drop.name)

    def wait_for_claim(self, seconds: float = CLAIM_SECONDS) -> None:
        wait_until(lambda: "/incoming/" not in self.do("where"), seconds, pause=0.005)

    def wait_for_reading(self) -> bool:
        """Whether the daemon is known to have read the file's lines: the batch shows an outcome, or is finished."""
        def is_read() -> bool:
            where = self.do("where")
            batch = Path(where).parent.parent
            return "/done/" in where or "/active/" in where and bool(glob.glob(f"{glob.escape(str(batch))}/*.jsonl"))
        return wait_until(is_read, CLAIM_SECONDS, pause=0.01)

    def line_ends(self) -> list[int]:
        """The offset after each line."""
        ends = [0]
        for text in self.texts:
            ends.append(ends[-1] + len(text) + 1)
        return ends[1:]

    def cuts(self, first_whole: int) -> list[int]:
        """Where the pieces begin that the file is written in: line ends and middles, after `first_whole` whole lines."""
        ends = self.line_ends()
        lowest = ends[first_whole - 1] if first_whole else 1
        places = set()
        for _ in range(self.random.choice([1, 2, 3])):
            if self.random.random() < 0.4:
                places.add(self.random.choice(ends[:-1]))
            else:
                places.add(self.random.randrange(lowest, len(self.whole)))
        return sorted(place for place in places if lowest <= place < len(self.whole))

    def tear(self, cuts: list[int]) -> None:
        """Allows for lines that somebody may have read in part."""
        ends = self.line_ends()
        for cut in cuts:
            number = next(n for n, end in enumerate(ends, 1) if cut < end)
            begin = ends[number - 2] if number > 1 else 0
            # One that lacks only its line break is whole.
            if begin < cut < ends[number - 1] - 1:
                self.drop.lines[number].also |= TORN
            if number == 1:
                self.drop.may_be_refused = True

    def append_pieces(self, cuts: list[int], longest_pause: float) -> None:
        for begin, end in zip(cuts, [*cuts[1:], len(self.whole)]):
            self.pause(longest_pause)
            self.do("append", self.whole[begin:end])

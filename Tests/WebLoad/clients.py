"""Clients that upload a file, create a batch of it, poll until it has ended, download what came, and begin anew."""

import asyncio
import json
import random
import time
from dataclasses import dataclass, field

from loadsite import CHAT, CLIENT_DEPTH, line
from wire import Connection

LINES = 3
ENDED = {"completed", "failed", "expired", "cancelled"}
# After the load, for the batches that are on their way.
MOST_SECONDS_TO_END = 240


@dataclass
class Tally:
    """What became of the clients' batches."""

    created: list[str] = field(default_factory=list)
    finished: int = 0
    requests: int = 0
    errors: list[str] = field(default_factory=list)
    lost: int = 0
    doubled: int = 0
    # Of each request, seconds.
    waits: list[float] = field(default_factory=list)


class Client:
    def __init__(self, number: int, path: str, poll_seconds: float, tally: Tally, prefix: str):
        self.number = number
        self.prefix = prefix
        self.connection = Connection(path)
        self.poll_seconds = poll_seconds
        self.tally = tally
        self.random = random.Random(number)

    async def run(self, until: float) -> None:
        # Not all in the same moment, as clients are not.
        await asyncio.sleep(self.random.uniform(0, self.poll_seconds))
        turn = 0
        while time.monotonic() < until:
            turn += 1
            try:
                await self.use_once(f"{self.prefix}-{self.number}-{turn}", until + MOST_SECONDS_TO_END)
            except Exception as error:
                self.tally.errors.append(f"client {self.number}: {type(error).__name__} {error}")
                await self.connection.close()
                await asyncio.sleep(self.poll_seconds)
        await self.connection.close()

    async def use_once(self, name: str, deadline: float) -> None:
        ids = [f"{name}-{index}" for index in range(LINES)]
        content = b"".join(line(id, CLIENT_DEPTH, 2) for id in ids)
        # One line that fails, so that there is an error file too.
        content += line(f"{name}-wrong", CLIENT_DEPTH, 2, url="/v1/embeddings")
        file = await self.timed(self.connection.upload(f"{name}.jsonl", content))
        wish = {"input_file_id": file["id"], "endpoint": CHAT, "completion_window": "24h", "metadata": {"name": name}}
        key = f"Idempotency-Key: {name}\r\n"
        batch = await self.timed(self.connection.json("POST", "/v1/batches", wish, key))
        self.tally.created.append(batch["id"])
        if self.number % 4 == 0:
            again = await self.timed(self.connection.json("POST", "/v1/batches", wish, key))
            self.tally.doubled += again["id"] != batch["id"]
        while batch["status"] not in ENDED:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{batch['id']} is {batch['status']} still")
            await asyncio.sleep(self.poll_seconds * self.random.uniform(0.8, 1.2))
            batch = await self.timed(self.connection.json("GET", f"/v1/batches/{batch['id']}"))
        assert batch["status"] == "completed", batch
        self.compare(await self.lines(batch["output_file_id"]), ids)
        self.compare(await self.lines(batch["error_file_id"]), [f"{name}-wrong"])
        assert await self.timed(self.connection.ask("GET", f"/v1/files/{file['id']}/content")) == content
        deleted = await self.timed(self.connection.json("DELETE", f"/v1/files/{file['id']}"))
        assert deleted["deleted"], deleted
        self.tally.finished += 1

    async def lines(self, file: str | None) -> list[str]:
        if file is None:
            return []
        content = await self.timed(self.connection.ask("GET", f"/v1/files/{file}/content"))
        return [json.loads(entry)["custom_id"] for entry in content.splitlines()]

    def compare(self, found: list[str], wanted: list[str]) -> None:
        self.tally.lost += len(set(wanted) - set(found))
        self.tally.doubled += len(found) - len(set(found))
        assert found == wanted, f"{found} for {wanted}"

    async def timed(self, request):
        start = time.monotonic()
        answer = await request
        self.tally.waits.append(time.monotonic() - start)
        self.tally.requests += 1
        return answer


async def load(path: str, count: int, seconds: float, poll_seconds: float, tally: Tally,
               prefix: str = "client") -> None:
    """Lets so many clients begin new batches for so long, and end those that they began; `prefix` names their files."""
    until = time.monotonic() + seconds
    async with asyncio.TaskGroup() as group:
        for number in range(count):
            group.create_task(Client(number, path, poll_seconds, tally, prefix).run(until))
